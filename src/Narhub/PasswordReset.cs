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

/// <summary>/api/auth/forgot-password, /reset-password: a new password for whoever reads the mail of a proved address.</summary>
public static class PasswordReset
{
    private static readonly CodePurpose Purpose = new("password_reset", TimeSpan.FromMinutes(10), CodeForm.Link);

    public static void MapPasswordReset(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Auth").AllowAnyone();
        auth.MapPost("/forgot-password", Ask).Limit(NarhubLimits.OthersPerCaller, NarhubLimits.ResetMailsPerAddress)
            .WithSummary("Have a link to a new password mailed").Refuses(NarhubErrors.Invalid(NarhubErrors.InvalidEmail, "email"));
        auth.MapPost("/reset-password", Reset).Limit(NarhubLimits.OthersPerCaller, NarhubLimits.ResetsPerAddress)
            .WithSummary("Set a new password with the mailed token").Refuses(NarhubErrors.Invalid("The reset link is invalid or has expired", "token"));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Ask(
        ForgottenPassword request, Codes codes, ProductAccounts accounts, ProductDatabase database, CancellationToken stop)
    {
        if (!EmailAddress.TryParse(request.Email, out var email))
            return NarhubErrors.Invalid(NarhubErrors.InvalidEmail, "email");
        var account = await accounts.Find(email, stop);
        await using var work = await database.Begin(stop);
        // An address that nobody has proved may be a stranger's: it is asked for the proof first.
        if (account is { EmailVerifiedAt: null })
            await EmailVerification.Send(work, codes, email, account, stop);
        else if (await codes.Send(work, Purpose, email, account, stop) is SendOutcome.Sent { SealedLink: { } link, SealedAddress: var address } && account is not null)
            await work.Enqueue(new MailPasswordReset(account.Id, address, link), stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done("If an account with this email exists, a message is on its way"));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Reset(
        PasswordReplacement request, Codes codes, ProductAccounts accounts, Passwords passwords, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await Replace(request.Token!, request.Password!, codes, accounts, passwords, database, client, stop)
            ? TypedResults.Ok(new Done("Password reset successfully"))
            : NarhubErrors.Invalid("The reset link is invalid or has expired", "token");

    /// <summary>Sets the new password, ends every session and lifts the name's lock; false when the link is wrong, used or too old.</summary>
    internal static async Task<bool> Replace(
        string token, string password, Codes codes, ProductAccounts accounts, Passwords passwords, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (await codes.TryLink(Purpose, token, stop) is not TryOutcome.Right right)
            return false;
        var hash = await passwords.Hash(password, stop);
        await using var work = await database.Begin(stop);
        if (!await codes.Consume(work, right, stop))
            return false;
        await accounts.SetPassword(work, right.AccountId, hash, client, stop);
        await work.Commit(stop);
        return true;
    }
}

public sealed record ForgottenPassword
{
    [Required(ErrorMessage = "Email is required")]
    public string? Email { get; init; }
}

public sealed record PasswordReplacement : IValidatableObject
{
    [Required(ErrorMessage = "Token is required")]
    public string? Token { get; init; }

    [Required(ErrorMessage = "Password is required"), Told(LeastLength = Passwords.Shortest)]
    public string? Password { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TextRules.FlawOfPassword(Password!, NarhubErrors.ShortPassword) is { } flaw)
            yield return TextRules.Broken(flaw, nameof(Password));
    }
}
