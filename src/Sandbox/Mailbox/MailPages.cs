using System.Globalization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Mailbox;

/// <summary>/mail: the mailbox to look at. On a phone the list or one mail, on a wide screen both.</summary>
public static class MailPages
{
    private const string Style =
        """
        form { display: flex; gap: 8px; margin-left: auto; }
        input, button { font: inherit; color: inherit; padding: 6px 12px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); }
        input { width: 15em; max-width: 55vw; }
        main { display: grid; grid-template-columns: minmax(260px, 360px) minmax(0, 1fr); min-height: calc(100vh - 66px); }
        nav { border-right: 1px solid var(--line); background: var(--sheet); }
        nav ol { list-style: none; margin: 0; padding: 0; }
        nav li { border-bottom: 1px solid var(--line); }
        nav li a { display: block; padding: 12px 20px; color: inherit; text-decoration: none; }
        nav li a:hover, nav li a[aria-current] { background: var(--chosen); }
        nav li a:focus-visible { outline-offset: -3px; }
        nav strong { display: block; font-weight: 600; overflow-wrap: anywhere; }
        nav span { display: flex; justify-content: space-between; gap: 12px; font-size: 14px; color: var(--quiet); }
        nav span b { font-weight: 400; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        nav time { white-space: nowrap; }
        article { padding: 20px clamp(16px, 3vw, 32px) 40px; display: flex; flex-direction: column; gap: 14px; }
        article h2 { margin: 0; font-size: 22px; line-height: 1.3; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 14px; margin: 0; font-size: 14px; }
        dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
        iframe { width: 100%; height: max(420px, 64vh); border: 1px solid var(--line); border-radius: 8px; background: #fff; }
        @media (prefers-color-scheme: dark) { iframe { background: #161a19; } }
        summary { cursor: pointer; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 10px 0 0; padding: 14px; border: 1px solid var(--line); border-radius: 8px; background: var(--sheet); font: 14px/1.5 ui-monospace, Menlo, Consolas, monospace; }
        .back { display: none; } .empty { padding: 40px 20px; color: var(--quiet); grid-column: 1 / -1; text-align: center; }
        @media (max-width: 760px) {
          main { grid-template-columns: minmax(0, 1fr); }
          nav { border-right: 0; } form { margin-left: 0; width: 100%; } input { flex: 1; width: auto; }
          .reading nav, .reading form { display: none; } body:not(.reading) article { display: none; }
          body:not(.reading) nav a[aria-current] { background: none; } .back { display: block; }
        }
        """;

    public static void MapMailPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/mail", ShowList).AllowAnyone();
        app.MapGet("/mail/{id:long}", ShowMail).AllowAnyone();
    }

    private static async Task<IResult> ShowList(ProductDatabase database, CancellationToken stop, string? to = null)
    {
        var headlines = await Headlines(database, Filter(to), stop);
        var newest = headlines.Count == 0 ? null : await Messages.Find(database, headlines[0].Id, stop);
        return Show(headlines, newest, Filter(to), isReading: false);
    }

    private static async Task<IResult> ShowMail(long id, ProductDatabase database, CancellationToken stop, string? to = null) =>
        await Messages.Find(database, id, stop) is { } mail
            ? Show(await Headlines(database, Filter(to), stop), mail, Filter(to), isReading: true)
            : SandboxErrors.UnknownMail.AsResult();

    private static Task<List<Headline>> Headlines(ProductDatabase database, string? to, CancellationToken stop) => database.List<Headline>(
        """
        select id, recipient as "to", subject, sent_at from mails
        where @to::text is null or lower(recipient) = lower(@to)
        order by id desc limit 1000
        """, new { to }, stop);

    private static string? Filter(string? to) => string.IsNullOrWhiteSpace(to) ? null : to.Trim();

    private static IResult Show(List<Headline> mails, Mail? chosen, string? to, bool isReading) => Page.Of(
        chosen is not null && isReading ? chosen.Subject : "Mailbox", Style,
        Html.Of(
            $"""
            <header class="top"><h1><a href="/">Sandbox</a> / Mailbox</h1>
            <form action="/mail" role="search"><input type="search" name="to" value="{to}" aria-label="Recipient" placeholder="someone@example.com"><button>Show</button></form></header>
            <main>{(mails.Count == 0 && chosen is null ? Nothing(to) : Html.Join([Listed(mails, chosen, to), Opened(chosen, to)]))}</main>
            """),
        isReading ? "reading" : "");

    private static Html Nothing(string? to) => to is null
        ? Html.Of($"""<p class="empty">No mail yet. Whatever a product sends appears here.</p>""")
        : Html.Of($"""<p class="empty">No mail to {to}. <a href="/mail">Show all</a></p>""");

    private static Html Listed(List<Headline> mails, Mail? chosen, string? to) => Html.Of(
        $"""<nav aria-label="Mails, newest first"><ol>{Html.Join(mails.Select(mail => Line(mail, mail.Id == chosen?.Id, to)))}</ol></nav>""");

    private static Html Line(Headline mail, bool isChosen, string? to) => Html.Of(
        $"""<li><a href="/mail/{mail.Id}{Query(to)}"{(isChosen ? Html.Of($" aria-current=\"true\"") : Html.None)}><strong>{mail.Subject}</strong><span><b>{mail.To}</b>{Time(mail.SentAt)}</span></a></li>""");

    private static Html Opened(Mail? mail, string? to) => mail is null ? Html.None : Html.Of(
        $"""
        <article>
        <a class="back" href="/mail{Query(to)}">All mails</a>
        <h2>{mail.Subject}</h2>
        <dl><dt>From</dt><dd>{mail.From}</dd><dt>To</dt><dd>{mail.To}</dd><dt>Sent</dt><dd>{Time(mail.SentAt)}</dd></dl>
        <iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="{WithLinksInNewTabs(mail.Html)}"></iframe>
        <details><summary>As plain text</summary><pre>{mail.Text}</pre></details>
        </article>
        """);

    private static Html Time(DateTimeOffset time) => Html.Of(
        $"""<time datetime="{WireTime.Of(time)}">{time.UtcDateTime.ToString("d MMM, HH:mm:ss", CultureInfo.InvariantCulture)} UTC</time>""");

    private static string Query(string? to) => to is null ? "" : "?to=" + Uri.EscapeDataString(to);

    private static string WithLinksInNewTabs(string html)
    {
        const string NewTab = "<base target=\"_blank\">";
        var head = html.IndexOf("<head>", StringComparison.OrdinalIgnoreCase);
        return head < 0 ? NewTab + html : html.Insert(head + "<head>".Length, NewTab);
    }

    private sealed record Headline
    {
        public long Id { get; init; }
        public string To { get; init; } = "";
        public string Subject { get; init; } = "";
        public DateTimeOffset SentAt { get; init; }
    }
}
