using System.ComponentModel.DataAnnotations;
using Colonnade.Fragrances.Jobs;
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

namespace Colonnade.Fragrances;

/// <summary>/api/auth/verify-email, /resend-verification: proving that an account's address is its owner's.</summary>
public static class EmailVerification
{
    private static readonly CodePurpose Purpose = new("email_verification", TimeSpan.FromHours(24), CodeForm.Link);

    public static void MapEmailVerification(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Authentication").AllowAnyone();
        auth.MapPost("/verify-email", Verify).Limit(FragrancesLimits.VerificationsPerAddress)
            .WithSummary("Prove an address with the mailed token").Refuses(FragrancesErrors.Invalid("The verification link is invalid or has expired", "token"));
        auth.MapPost("/resend-verification", Resend).Limit(FragrancesLimits.VerificationMailsPerAddress)
            .WithSummary("Have the verification mailed again").Refuses(FragrancesErrors.Invalid("Invalid email address", "email"));
    }

    /// <summary>Has the mail sent as part of <paramref name="work"/>; one a minute at most.</summary>
    internal static async Task Send(Work work, Codes codes, EmailAddress email, Account account, CancellationToken stop)
    {
        if (await codes.Send(work, Purpose, email, account, stop) is SendOutcome.Sent { SealedLink: { } link })
            await work.Enqueue(new MailEmailVerification(account.Id, link), stop);
    }

    /// <summary>False when the link is wrong, used or too old.</summary>
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
        VerifyEmail request, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await Prove(request.Token!, codes, accounts, database, client, stop)
            ? TypedResults.Ok(new Done(true, "Email verified successfully"))
            : FragrancesErrors.Invalid("The verification link is invalid or has expired", "token");

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Resend(
        MailWish request, Codes codes, ProductAccounts accounts, ProductDatabase database, CancellationToken stop)
    {
        if (!EmailAddress.TryParse(request.Email, out var email))
            return FragrancesErrors.Invalid("Invalid email address", "email");
        var account = await accounts.Find(email, stop) is { EmailVerifiedAt: null } unproved ? unproved : null;
        await using var work = await database.Begin(stop);
        if (account is null)
            // The same work for nobody, so that time tells nothing.
            await codes.Send(work, Purpose, email, null, stop);
        else
            await Send(work, codes, email, account, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done(true, "Verification email sent if the account exists and is not verified"));
    }
}

public sealed record VerifyEmail
{
    [Required(ErrorMessage = "Token is required")]
    public string? Token { get; init; }
}

public sealed record MailWish
{
    [Required(ErrorMessage = "Email is required")]
    public string? Email { get; init; }
}
