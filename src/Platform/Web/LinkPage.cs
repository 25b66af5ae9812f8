using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Platform.Web;

/// <summary>
/// The page that a mailed link opens when no front end takes it. Looking uses nothing up, since mail scanners look too;
/// its button posts the form to where the page stands.
/// </summary>
public static class LinkPage
{
    private static readonly Html PasswordField = Html.Of(
        $"""<p><label>New password<br><input type="password" name="password" autocomplete="new-password" minlength="8" required autofocus></label></p>""");

    /// <summary>Asks for the one click, with <paramref name="token"/> and <paramref name="fields"/> in the form.</summary>
    public static ContentHttpResult Ask(HttpContext http, string title, string token, Html fields, string button) => Page(http, title, Html.Of(
        $"""
        <form method="post">
        <input type="hidden" name="token" value="{token}">
        {fields}
        <p><button>{button}</button></p>
        </form>
        """), StatusCodes.Status200OK);

    /// <summary>Asks to confirm the address that the link was mailed to.</summary>
    public static ContentHttpResult AskToConfirm(HttpContext http, string token) => Ask(http, "Confirm your address", token, Html.None, "Confirm address");

    /// <summary>Asks for a new password, in the field <c>password</c>.</summary>
    public static ContentHttpResult AskForPassword(HttpContext http, string token) => Ask(http, "Set a new password", token, PasswordField, "Set password");

    /// <summary>The address was confirmed.</summary>
    public static ContentHttpResult TellConfirmed(HttpContext http) => Tell(http, "Address confirmed", "Thank you. You can close this page.");

    /// <summary>The password was replaced.</summary>
    public static ContentHttpResult TellPasswordSet(HttpContext http) =>
        Tell(http, "Password set", "All sessions were ended. You can sign in with the new password now.");

    /// <summary>The link was used, or is too old or wrong: 400.</summary>
    public static ContentHttpResult TellNoLongerGood(HttpContext http) =>
        Tell(http, "This link is no longer good", "It was used before or is too old. Ask for another one.", StatusCodes.Status400BadRequest);

    /// <summary>What came of it.</summary>
    public static ContentHttpResult Tell(HttpContext http, string title, string text, int status = StatusCodes.Status200OK) =>
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
