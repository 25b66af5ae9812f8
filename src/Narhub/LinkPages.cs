using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>
/// /verify-email and /reset-password: where mailed links lead when no front end takes them. Looking at a page uses
/// nothing up, since mail scanners look too; its button does.
/// </summary>
public static class LinkPages
{
    public static void MapLinkPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").AllowAnyone().ExcludeFromDescription().DisableAntiforgery();
        pages.MapGet("/verify-email", (HttpContext http, string token = "") => LinkPage.Ask(http, "Confirm your address", token, Html.None, "Confirm address"));
        pages.MapPost("/verify-email", Verify).Limit(NarhubLimits.VerificationsPerAddress);
        pages.MapGet("/reset-password", (HttpContext http, string token = "") => LinkPage.Ask(http, "Set a new password", token, PasswordField, "Set password"));
        pages.MapPost("/reset-password", Reset).Limit(NarhubLimits.ResetsPerAddress);
    }

    private static readonly Html PasswordField = Html.Of(
        $"""<p><label>New password<br><input type="password" name="password" autocomplete="new-password" minlength="8" required autofocus></label></p>""");

    private static async Task<ContentHttpResult> Verify(
        [FromForm] string token, HttpContext http, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await EmailVerification.Prove(token, codes, accounts, database, client, stop)
            ? LinkPage.Tell(http, "Address confirmed", "Thank you. You can close this page.")
            : NoLongerGood(http);

    private static async Task<ContentHttpResult> Reset(
        [FromForm] string token, [FromForm] string password, HttpContext http, Codes codes, ProductAccounts accounts, Passwords passwords,
        ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (TextRules.FlawOfPassword(password, NarhubErrors.ShortPassword) is { } flaw)
            return LinkPage.Tell(http, "That did not work", flaw + ". Go back and choose another.", StatusCodes.Status400BadRequest);
        return await PasswordReset.Replace(token, password, codes, accounts, passwords, database, client, stop)
            ? LinkPage.Tell(http, "Password set", "All sessions were ended. You can sign in with the new password now.")
            : NoLongerGood(http);
    }

    private static ContentHttpResult NoLongerGood(HttpContext http) =>
        LinkPage.Tell(http, "This link is no longer good", "It was used before or is too old. Ask for another one.", StatusCodes.Status400BadRequest);
}
