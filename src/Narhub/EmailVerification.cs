using System.ComponentModel.DataAnnotations;
using Colonnade.Narhub.Jobs;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/auth/verify-email, /resend-verification: proving that an address is its user's. Nothing waits for it but a reset.</summary>
public static class EmailVerification
{
    private static readonly CodePurpose Purpose = new("email_verification", TimeSpan.FromHours(24), CodeForm.Link) { IsOfAddressAlone = true };

    public static void MapEmailVerification(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Auth");
        auth.MapPost("/verify-email", Verify).AllowAnyone().Limit(NarhubLimits.OthersPerCaller, NarhubLimits.VerificationsPerAddress)
            .WithSummary("Prove an address with the mailed token").Refuses(NarhubErrors.Invalid("The verification link is invalid or has expired", "token"));
        auth.MapPost("/resend-verification", Resend).RequireCustomer().Limit(NarhubLimits.OthersPerCaller)
            .WithSummary("Have the verification mailed again").Refuses(NarhubErrors.NotFound("User"), NarhubErrors.Conflict("Email is already verified"));
    }

    /// <summary>Has the mail sent as part of <paramref name="work"/>; one a minute at most.</summary>
    internal static async Task Send(Work work, Codes codes, EmailAddress email, Account account, CancellationToken stop)
    {
        if (await codes.Send(work, Purpose, email, account, stop) is SendOutcome.Sent { SealedLink: { } link, SealedAddress: var address })
            await work.Enqueue(new MailEmailVerification(account.Id, address, link), stop);
    }

    /// <summary>False when the link is wrong, used or too old. Password and sessions stay: the document signs in before it verifies.</summary>
    internal static async Task<bool> Prove(string token, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (await codes.TryLink(Purpose, token, stop) is not TryOutcome.Right right)
            return false;
        await using var work = await database.Begin(stop);
        if (!await codes.Consume(work, right, stop))
            return false;
        await accounts.MarkVerified(work, right.AccountId, client, stop);
        await work.Commit(stop);
        return true;
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Verify(
        MailedToken request, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await Prove(request.Token!, codes, accounts, database, client, stop)
            ? TypedResults.Ok(new Done("Email verified successfully"))
            : NarhubErrors.Invalid("The verification link is invalid or has expired", "token");

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Resend(
        Caller caller, Codes codes, ProductAccounts accounts, ProductDatabase database, CancellationToken stop)
    {
        if (await accounts.Find(caller.AccountId, stop) is not { } account)
            return NarhubErrors.NotFound("User");
        if (account.EmailVerifiedAt is not null)
            return NarhubErrors.Conflict("Email is already verified");
        await using var work = await database.Begin(stop);
        await Send(work, codes, EmailAddress.Parse(account.Email), account, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done("Verification email sent"));
    }
}

public sealed record MailedToken
{
    [Required(ErrorMessage = "Token is required")]
    public string? Token { get; init; }
}
