using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Platform.Web;

/// <summary>
/// The page that a mailed link opens when no front end takes it. Looking uses nothing up, since mail scanners look too;
/// its button posts the form to where the page stands.
/// </summary>
public static class LinkPage
{
    /// <summary>Asks for the one click, with <paramref name="token"/> and <paramref name="fields"/> in the form.</summary>
    public static ContentHttpResult Ask(HttpContext http, string title, string token, Html fields, string button) => Page(http, title, Html.Of(
        $"""
        <form method="post">
        <input type="hidden" name="token" value="{token}">
        {fields}
        <p><button>{button}</button></p>
        </form>
        """), StatusCodes.Status200OK);

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
