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

namespace Colonnade.Fragrances;

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
        pages.MapPost("/verify-email", Verify).Limit(FragrancesLimits.VerificationsPerAddress);
        pages.MapGet("/reset-password", (HttpContext http, string token = "") => LinkPage.AskForPassword(http, token));
        pages.MapPost("/reset-password", Reset).Limit(FragrancesLimits.ResetConfirmationsPerAddress);
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
        var refusal = await PasswordReset.Replace(token, password, codes, accounts, passwords, database, client, stop);
        return refusal is null
            ? LinkPage.TellPasswordSet(http)
            : LinkPage.Tell(http, "That did not work", refusal.ProblemDetails.Detail ?? "", refusal.StatusCode);
    }
}
