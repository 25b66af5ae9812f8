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
        pages.MapGet("/verify-email", (HttpContext http, string token = "") => LinkPage.AskToConfirm(http, token));
        pages.MapPost("/verify-email", Verify).Limit(NarhubLimits.VerificationsPerAddress);
        pages.MapGet("/reset-password", (HttpContext http, string token = "") => LinkPage.AskForPassword(http, token));
        pages.MapPost("/reset-password", Reset).Limit(NarhubLimits.ResetsPerAddress);
    }

    private static async Task<ContentHttpResult> Verify(
        [FromForm] string token, HttpContext http, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await EmailVerification.Prove(token, codes, accounts, database, client, stop)
            ? LinkPage.TellConfirmed(http)
            : LinkPage.TellNoLongerGood(http);

    private static async Task<ContentHttpResult> Reset(
        [FromForm] string token, [FromForm] string password, HttpContext http, Codes codes, ProductAccounts accounts, Passwords passwords,
        ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (TextRules.FlawOfPassword(password, NarhubErrors.ShortPassword) is { } flaw)
            return LinkPage.Tell(http, "That did not work", flaw + ". Go back and choose another.", StatusCodes.Status400BadRequest);
        return await PasswordReset.Replace(token, password, codes, accounts, passwords, database, client, stop)
            ? LinkPage.TellPasswordSet(http)
            : LinkPage.TellNoLongerGood(http);
    }
}
