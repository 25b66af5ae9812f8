using System.Text.Json.Nodes;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Sandbox.Stripe.Pages;

/// <summary>
/// The frame of all pages in which people pay: what it is, in a banner; no scripts; a column that fits a phone. Who has a page's URL may
/// use it, nobody can guess one, and forms from other sites are refused.
/// </summary>
internal static class PayFrame
{
    private const string Style =
        """
        .sandbox { padding: 10px 20px; background: #8a4b00; color: #fff; text-align: center; font-size: 15px; }
        main { max-width: 34rem; margin: 0 auto; padding: 24px 20px 64px; }
        h1 { font-size: 22px; line-height: 1.3; margin: 8px 0 16px; overflow-wrap: anywhere; } h2 { font-size: 18px; margin: 32px 0 8px; }
        .sum { font-size: 30px; font-weight: 650; margin: 0 0 4px; }
        .sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 18px; margin: 0 0 16px; }
        .lines { list-style: none; margin: 0; padding: 0; } .lines li { display: flex; justify-content: space-between; gap: 16px; padding: 8px 0; border-bottom: 1px solid var(--line); }
        .lines.sheet { padding: 4px 18px; margin: 12px 0 16px; } .lines li:last-child { border-bottom: 0; } .lines span { overflow-wrap: anywhere; } .lines b { white-space: nowrap; }
        label { display: block; font-weight: 600; margin: 14px 0 4px; } fieldset { border: 0; margin: 0; padding: 0; } legend { font-weight: 600; padding: 0; }
        input { width: 100%; font: inherit; color: inherit; padding: 11px 12px; border: 1px solid #7c8783; border-radius: 8px; background: var(--paper); }
        input[type=radio] { width: auto; margin-right: 10px; } .choice { display: flex; align-items: baseline; font-weight: 400; padding: 8px 0; margin: 0; }
        section.sheet h2 { margin-top: 0; } form.sheet label:first-child { margin-top: 0; }
        .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 14px; }
        button, .button { display: inline-block; font: inherit; font-weight: 650; border: 1px solid var(--accent); border-radius: 8px; padding: 12px 20px; min-height: 44px; background: #1f5d51; color: #fff; cursor: pointer; text-decoration: none; }
        button.wide { width: 100%; margin-top: 20px; } button.plain { background: none; color: var(--accent); }
        .actions { display: flex; flex-wrap: wrap; gap: 10px; margin-top: 14px; } .actions form { margin: 0; }
        .flaw { color: #b3261e; margin: 4px 0 0; font-weight: 600; } .alert { border: 2px solid #b3261e; border-radius: 8px; padding: 12px 14px; margin: 0 0 16px; }
        .done { border: 2px solid #1f7a3f; border-radius: 8px; padding: 12px 14px; margin: 0 0 16px; }
        @media (prefers-color-scheme: dark) { .flaw { color: #ff9a8f; } .alert { border-color: #ff9a8f; } .done { border-color: #7fd6a0; } }
        summary { cursor: pointer; padding: 8px 0; } details table { font-size: 15px; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        code { font: 14px ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
        """;

    /// <param name="title"></param>
    /// <param name="body">Encoded.</param>
    /// <param name="status"></param>
    /// <param name="leadsTo">A URL that a form's answer may lead to, beside this server's own.</param>
    public static IResult Show(string title, Html body, int status = StatusCodes.Status200OK, string? leadsTo = null) => Page.Of(title, Style, Html.Of(
        $"""
        <div class="sandbox" role="note"><strong>Sandbox</strong>: no real money moves here. Use a test card.</div>
        <main>
        {body}
        </main>
        """), status: status, formTarget: leadsTo);

    /// <summary>A page that says one thing.</summary>
    public static IResult Tell(string title, string text, int status, Html? more = null) =>
        Show(title, Html.Of($"<h1>{title}</h1><p>{text}</p>{more ?? Html.None}"), status);

    public static IResult Refused(StripeRefusal refusal) => Tell("That did not work", refusal.Message, refusal.Status);

    /// <summary>An error above a form, read out at once.</summary>
    public static Html Alert(string? message) => message is null ? Html.None : Html.Of($"""<p class="alert" role="alert">{message}</p>""");

    public static Html Done(string? message) => message is null ? Html.None : Html.Of($"""<p class="done" role="status">{message}</p>""");

    /// <summary>303: the browser asks for that page next.</summary>
    public static IResult Go(string url) => new SeeOther(url);

    /// <summary>What a form of a page of ours says; null when another site sent it, or when it is no form.</summary>
    public static async Task<IFormCollection?> Read(HttpContext http)
    {
        // The secret in the URL is what keeps others out; this is the second lock.
        if (http.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" || !http.Request.HasFormContentType)
            return null;
        return await http.Request.ReadFormAsync(http.RequestAborted);
    }

    public static IResult OtherSite() => Tell("Refused", "This form was sent from another site, or is not a form.", StatusCodes.Status403Forbidden);

    /// <summary>A link to a URL that somebody configured; nothing for what is no http URL.</summary>
    public static Html Back(string? url, string text) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" ? Html.Of($"""<p><a href="{url}">{text}</a></p>""") : Html.None;

    public static string Amount(JsonObject of, string name = "amount") => Money.Show((long)of[name]!, (string)of["currency"]!);

    public static string Day(JsonNode? seconds) =>
        SubscriptionShape.Time(seconds).UtcDateTime.ToString("d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture);

    private sealed class SeeOther(string url) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = url;
            httpContext.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }
    }
}
