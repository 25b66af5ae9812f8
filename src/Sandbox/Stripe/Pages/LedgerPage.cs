using System.Globalization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe.Pages;

/// <summary>/stripe: what moved, and the webhooks that told of it.</summary>
internal static class LedgerPage
{
    private const string Style =
        """
        main { max-width: 70rem; margin: 0 auto; padding: 24px 20px 64px; } main h2 { margin: 32px 0 8px; font-size: 18px; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; min-width: 44rem; }
        th, td { text-align: left; padding: 7px 22px 7px 0; border-bottom: 1px solid var(--line); white-space: nowrap; } td.sum, th.sum { text-align: right; }
        code { font: 14px ui-monospace, Menlo, Consolas, monospace; } td.text { white-space: normal; overflow-wrap: anywhere; min-width: 10rem; }
        """;

    public static void MapLedgerPage(this IEndpointRouteBuilder app) => app.MapGet("/stripe", Show).AllowAnyone();

    private static async Task<IResult> Show(ProductDatabase database, CancellationToken stop)
    {
        var ledger = await Ledger.Read(database, stop);
        var deliveries = await database.List<Delivered>(
            """
            select e.body ->> 'type' as type, d.url, d.state, d.attempts, d.last_status, d.last_error, d.created_at
            from stripe_deliveries d join stripe_objects e on e.id = d.event_id order by d.id desc limit 200
            """, null, stop);
        return Page.Of("Ledger", Style, Html.Of(
            $"""
            <header class="top"><h1><a href="/">Sandbox</a> / Ledger</h1></header>
            <main>
            <p>What moved in the stand-in for Stripe, newest first; nothing here is ever changed. No real money moves. As JSON: <a href="/stripe/ledger"><code>GET /stripe/ledger</code></a></p>
            <h2>Balance</h2>
            <div class="wide"><table><thead><tr><th scope="col">Currency</th><th scope="col" class="sum">Charged</th><th scope="col" class="sum">Refunded</th><th scope="col" class="sum">Balance</th></tr></thead>
            <tbody>{Html.Join(ledger.Totals.Select(total => Html.Of($"<tr><td>{total.Currency}</td><td class=\"sum\">{Money.Show(total.Charged, total.Currency)}</td><td class=\"sum\">{Money.Show(total.Refunded, total.Currency)}</td><td class=\"sum\">{Money.Show(total.Balance, total.Currency)}</td></tr>")))}</tbody></table></div>
            <h2>Movements</h2>
            <div class="wide"><table><thead><tr><th scope="col">Time</th><th scope="col">What</th><th scope="col" class="sum">Amount</th><th scope="col">Product</th><th scope="col">Payment</th><th scope="col">Source</th><th scope="col">Description</th></tr></thead>
            <tbody>{Html.Join(ledger.Entries.Select(entry => Html.Of($"<tr id=\"{entry.Source}\"><td>{Time(entry.CreatedAt)}</td><td>{entry.Kind}</td><td class=\"sum\">{Money.Show(entry.Amount, entry.Currency)}</td><td>{entry.Product}</td><td><code>{entry.PaymentIntent}</code></td><td><code>{entry.Source}</code></td><td class=\"text\">{entry.Description}</td></tr>")))}</tbody></table></div>
            <h2>Webhooks</h2>
            <div class="wide"><table><thead><tr><th scope="col">Time</th><th scope="col">Event</th><th scope="col">To</th><th scope="col">State</th><th scope="col">Attempts</th><th scope="col">Last answer</th></tr></thead>
            <tbody>{Html.Join(deliveries.Select(delivery => Html.Of($"<tr><td>{Time(delivery.CreatedAt)}</td><td>{delivery.Type}</td><td class=\"text\">{delivery.Url}</td><td>{delivery.State}</td><td>{delivery.Attempts}</td><td>{delivery.LastStatus} {delivery.LastError}</td></tr>")))}</tbody></table></div>
            </main>
            """));
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private sealed record Delivered
    {
        public string Type { get; init; } = "";
        public string Url { get; init; } = "";
        public string State { get; init; } = "";
        public int Attempts { get; init; }
        public int? LastStatus { get; init; }
        public string? LastError { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }
}
