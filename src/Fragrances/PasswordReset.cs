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

/// <summary>/api/auth/reset-password and /confirm: a new password for whoever reads the account's mail.</summary>
public static class PasswordReset
{
    private static readonly CodePurpose Purpose = new("password_reset", TimeSpan.FromMinutes(10), CodeForm.Link);

    public static void MapPasswordReset(this IEndpointRouteBuilder api)
    {
        var reset = api.MapGroup("/auth/reset-password").WithTags("Authentication").AllowAnyone();
        reset.MapPost("/", Ask).Limit(FragrancesLimits.ResetsPerAddress)
            .WithSummary("Have a link to a new password mailed").Refuses(FragrancesErrors.Invalid("Invalid email address", "email"));
        reset.MapPost("/confirm", Confirm).Limit(FragrancesLimits.ResetConfirmationsPerAddress)
            .WithSummary("Set a new password with the mailed token").Refuses(Spent(), FragrancesErrors.Unprocessable(PasswordRules.Rule, "password"));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Ask(
        MailWish request, Codes codes, ProductAccounts accounts, ProductDatabase database, CancellationToken stop)
    {
        if (!EmailAddress.TryParse(request.Email, out var email))
            return FragrancesErrors.Invalid("Invalid email address", "email");
        var account = await accounts.Find(email, stop);
        await using var work = await database.Begin(stop);
        if (await codes.Send(work, Purpose, email, account, stop) is SendOutcome.Sent { SealedLink: { } link } && account is not null)
            await work.Enqueue(new MailPasswordReset(account.Id, link), stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done(true, "Password reset email sent if account exists"));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Confirm(
        ConfirmReset request, Codes codes, ProductAccounts accounts, Passwords passwords, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await Replace(request.Token!, (request.Password ?? request.NewPassword)!, codes, accounts, passwords, database, client, stop) is { } refusal
            ? refusal
            : TypedResults.Ok(new Done(true, "Password reset successfully"));

    /// <summary>
    /// Sets the new password and ends every session. Null when done; a password that breaks a rule leaves the link good.
    /// </summary>
    internal static async Task<ProblemHttpResult?> Replace(
        string token, string password, Codes codes, ProductAccounts accounts, Passwords passwords, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (await codes.TryLink(Purpose, token, stop) is not TryOutcome.Right right || await accounts.Find(right.AccountId, stop) is not { } account)
            return Spent();
        if (PasswordRules.Broken(passwords, password, EmailAddress.TryParse(account.Email, out var email) ? email : null) is { } broken)
            return broken;

        var hash = await passwords.Hash(password, stop);
        await using var work = await database.Begin(stop);
        if (!await codes.Consume(work, right, stop))
            return Spent();
        // Whoever read the mail has proved the address; what stood before the proof is void.
        await accounts.MarkVerified(work, account.Id, client, stop);
        await accounts.SetPassword(work, account.Id, hash, client, stop);
        await work.Commit(stop);
        return null;
    }

    private static ProblemHttpResult Spent() => FragrancesErrors.Invalid("The reset link is invalid or has expired", "token");
}

public sealed record ConfirmReset : IValidatableObject
{
    [Required(ErrorMessage = "Token is required")]
    public string? Token { get; init; }

    public string? Password { get; init; }

    /// <summary>The same under the name other clients use.</summary>
    public string? NewPassword { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Password ?? NewPassword))
            yield return new ValidationResult("Password is required", [nameof(Password)]);
    }
}
