using System.Text;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Sandbox;

/// <summary>
/// The frame of the Sandbox's pages: no scripts at all, nothing loaded from anywhere. A mail shown inside inherits
/// the policy, so nothing remote loads there either.
/// </summary>
internal static class Page
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private const string Style =
        """
        :root { color-scheme: light dark; --paper: #f7f6f2; --sheet: #fff; --ink: #1d2422; --quiet: #5d6864; --line: #dfdcd3; --accent: #1f5d51; --chosen: #e6efec; }
        @media (prefers-color-scheme: dark) { :root { --paper: #151918; --sheet: #1e2423; --ink: #e8ebe8; --quiet: #a2aca8; --line: #353d3b; --accent: #8fd0bf; --chosen: #263532; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
        a { color: var(--accent); }
        a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible, iframe:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        header.top { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; padding: 14px 20px; border-bottom: 1px solid var(--line); background: var(--sheet); }
        header.top h1 { margin: 0; font-size: 18px; }
        header.top h1 a { text-decoration: none; color: var(--quiet); font-weight: 400; }
        .quiet { color: var(--quiet); }
        """;

    /// <param name="title"></param>
    /// <param name="style"></param>
    /// <param name="body"></param>
    /// <param name="bodyClass"></param>
    /// <param name="status"></param>
    /// <param name="formTarget">A URL whose origin a form's answer may redirect to; browsers hold redirects against the policy, too.</param>
    public static IResult Of(string title, string style, Html body, string bodyClass = "", int status = StatusCodes.Status200OK, string? formTarget = null)
    {
        var document = new StringBuilder()
            .Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Append(Html.Of($"<title>{title}</title>"))
            .Append("<style>").Append(Style).Append(style).Append("</style></head>")
            .Append(Html.Of($"""<body class="{bodyClass}">{body}</body></html>"""))
            .ToString();
        var origin = Uri.TryCreate(formTarget, UriKind.Absolute, out var target) && target.Scheme is "http" or "https" ? " " + target.GetLeftPart(UriPartial.Authority) : "";
        return new Answer(document, status, Policy + origin);
    }

    private sealed class Answer(string document, int status, string policy) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.Headers.ContentSecurityPolicy = policy;
            httpContext.Response.Headers.CacheControl = "no-store";
            httpContext.Response.ContentType = "text/html; charset=utf-8";
            return httpContext.Response.WriteAsync(document, httpContext.RequestAborted);
        }
    }
}
