using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Studio.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/auth/forgot-password, /reset-password: a new password for whoever reads the user's mail; it lifts a lock.</summary>
public static class PasswordReset
{
    private static readonly CodePurpose Purpose = new("password_reset", TimeSpan.FromMinutes(10), CodeForm.Link);

    public static void MapPasswordReset(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Authentication").AllowAnyone().Limit(StudioLimits.ResetsPerAddress);
        auth.MapPost("/forgot-password", Ask)
            .WithSummary("Have a link to a new password mailed");
        auth.MapPost("/reset-password", Confirm)
            .WithSummary("Set a new password with the mailed token").Refuses(StudioErrors.Invalid("Password must have at least 8 characters", "password"));
    }

    /// <summary>/reset-password: where the mailed link leads when no front end takes it.</summary>
    public static void MapResetPage(this IEndpointRouteBuilder app)
    {
        var page = app.MapGroup("/reset-password").AllowAnyone().ExcludeFromDescription().DisableAntiforgery();
        page.MapGet("/", (HttpContext http, string token = "") => LinkPage.Ask(http, "Set a new password", token, Html.Of(
            $"""
            <p><label>New password<br><input type="password" name="password" minlength="8" required autocomplete="new-password"></label></p>
            """), "Set password"));
        page.MapPost("/", ConfirmOnPage).Limit(StudioLimits.ResetsPerAddress);
    }

    internal static ProblemHttpResult? FlawOf(Passwords passwords, string password) => passwords.FlawOf(password, null) switch
    {
        null => null,
        PasswordFlaw.TooShort => StudioErrors.Invalid("Password must have at least 8 characters", "password"),
        PasswordFlaw.TooLong => StudioErrors.Invalid("Password must have at most 1024 bytes", "password"),
        _ => StudioErrors.Invalid("Choose another password", "password"),
    };

    private static async Task<Ok<Done>> Ask(MailWish request, Codes codes, ProductAccounts accounts, ProductDatabase database, CancellationToken stop)
    {
        // 200 whatever the address is, and the same work for nobody's, so that time tells nothing.
        var email = EmailAddress.Parse(request.Email!);
        var account = await accounts.Find(email, stop);
        await using var work = await database.Begin(stop);
        if (await codes.Send(work, Purpose, email, account, stop) is SendOutcome.Sent { SealedLink: { } link } && account is not null)
            await work.Enqueue(new MailPasswordReset(account.Id, link), stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done("If the address has an account, a mail is on its way"));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Confirm(
        NewPassword request, Codes codes, ProductAccounts accounts, Passwords passwords, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await Replace(request.Token!, request.Password!, codes, accounts, passwords, database, client, stop) is { } refusal
            ? refusal
            : TypedResults.Ok(new Done("Password reset successfully"));

    private static async Task<ContentHttpResult> ConfirmOnPage(
        [FromForm] string token, [FromForm] string password, HttpContext http, Codes codes, ProductAccounts accounts, Passwords passwords, ProductDatabase database,
        ClientFacts client, CancellationToken stop) =>
        await Replace(token, password, codes, accounts, passwords, database, client, stop) is { } refusal
            ? LinkPage.Tell(http, "That did not work", refusal.ProblemDetails.Detail ?? "", StatusCodes.Status400BadRequest)
            : LinkPage.Tell(http, "Password set", "You can sign in with it now.");

    /// <summary>Null when done; a password that breaks a rule leaves the link good.</summary>
    private static async Task<ProblemHttpResult?> Replace(
        string token, string password, Codes codes, ProductAccounts accounts, Passwords passwords, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (await codes.TryLink(Purpose, token, stop) is not TryOutcome.Right right)
            return Spent();
        if (FlawOf(passwords, password) is { } flaw)
            return flaw;
        var hash = await passwords.Hash(password, stop);
        await using var work = await database.Begin(stop);
        if (!await codes.Consume(work, right, stop))
            return Spent();
        // Whoever read the mail has proved the address; what stood before the proof is void.
        await accounts.MarkVerified(work, right.AccountId, client, stop);
        await accounts.SetPassword(work, right.AccountId, hash, client, stop);
        await work.Commit(stop);
        return null;
    }

    private static ProblemHttpResult Spent() => StudioErrors.Invalid("The reset link is invalid or has expired", "token");
}

public sealed record MailWish
{
    [EmailRule]
    public string? Email { get; init; }
}

public sealed record NewPassword
{
    [Required(ErrorMessage = "Token is required")]
    public string? Token { get; init; }

    [Required(ErrorMessage = "Password is required")]
    public string? Password { get; init; }
}
