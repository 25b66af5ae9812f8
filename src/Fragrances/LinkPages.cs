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
        pages.MapGet("/verify-email", (HttpContext http, string token = "") => Ask(http, "Confirm your address", token, Html.None, "Confirm address"));
        pages.MapPost("/verify-email", Verify).Limit(FragrancesLimits.VerificationsPerAddress);
        pages.MapGet("/reset-password", (HttpContext http, string token = "") => Ask(http, "Set a new password", token, PasswordField, "Set password"));
        pages.MapPost("/reset-password", Reset).Limit(FragrancesLimits.ResetConfirmationsPerAddress);
    }

    private static readonly Html PasswordField = Html.Of(
        $"""<p><label>New password<br><input type="password" name="password" autocomplete="new-password" minlength="8" required autofocus></label></p>""");

    private static async Task<ContentHttpResult> Verify(
        [FromForm] string token, HttpContext http, Codes codes, ProductAccounts accounts, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await EmailVerification.Prove(token, codes, accounts, database, client, stop)
            ? Tell(http, "Address confirmed", "Thank you. You can close this page.")
            : Tell(http, "This link is no longer good", "It was used before or is too old. Ask for another one where you signed up.", StatusCodes.Status400BadRequest);

    private static async Task<ContentHttpResult> Reset(
        [FromForm] string token, [FromForm] string password, HttpContext http, Codes codes, ProductAccounts accounts, Passwords passwords,
        ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        var refusal = await PasswordReset.Replace(token, password, codes, accounts, passwords, database, client, stop);
        return refusal is null
            ? Tell(http, "Password set", "All sessions were ended. You can sign in with the new password now.")
            : Tell(http, "That did not work", refusal.ProblemDetails.Detail ?? "", refusal.StatusCode);
    }

    private static ContentHttpResult Ask(HttpContext http, string title, string token, Html fields, string button) => Page(http, title, Html.Of(
        $"""
        <form method="post">
        <input type="hidden" name="token" value="{token}">
        {fields}
        <p><button>{button}</button></p>
        </form>
        """), StatusCodes.Status200OK);

    private static ContentHttpResult Tell(HttpContext http, string title, string text, int status = StatusCodes.Status200OK) =>
        Page(http, title, Html.Of($"<p>{text}</p>"), status);

    private static ContentHttpResult Page(HttpContext http, string title, Html content, int status)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Content(Html.Of(
            $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{title}}</title>
            <style>
              :root { color-scheme: light dark; }
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 4rem auto; padding: 0 1rem; }
              input, button { font: inherit; padding: .5rem .75rem; }
              input { width: 100%; box-sizing: border-box; }
            </style>
            </head>
            <body>
            <h1>{{title}}</h1>
            {{content}}
            </body>
            </html>
            """).Markup, "text/html; charset=utf-8", statusCode: status);
    }
}
