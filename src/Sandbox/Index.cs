using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox;

/// <summary>/: what the Sandbox is and what lives here.</summary>
public static class Index
{
    private const string Style =
        """
        main { max-width: 680px; margin: 0 auto; padding: 32px 20px 64px; }
        main h2 { margin: 32px 0 4px; font-size: 18px; }
        main p { margin: 4px 0 12px; }
        code { font: 14px ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
        """;

    public static void MapIndex(this IEndpointRouteBuilder app) => app.MapGet("/", Show).AllowAnyone();

    private static IResult Show() => Page.Of("Sandbox", Style, Html.Of(
        $"""
        <header class="top"><h1>Sandbox</h1></header>
        <main>
        <p>The Sandbox stands in for the third parties that the products talk to, over the same protocols, so that everything
        works with nothing configured. It runs in Development only and asks nobody who they are.</p>
        <h2><a href="/mail">Mailbox</a></h2>
        <p>Every mail the products send; the newest 1,000 are kept. As JSON, newest first:
        <code>GET /mail/messages?to=someone@example.com</code></p>
        <h2><a href="/stripe">Payments</a></h2>
        <p>A stand-in for Stripe: its API under <code>/v1</code> with any key that begins with <code>sk_test_</code>, pages in which a person pays
        with a test card (<code>4242 4242 4242 4242</code> pays, <code>4000 0000 0000 0002</code> is declined, <code>4000 0025 0000 3155</code> asks for
        3-D Secure), signed webhooks, and a ledger of all that moved. No real money moves.</p>
        <h2><a href="/bfl/tasks">Pictures</a></h2>
        <p>A stand-in for Black Forest Labs: its API under <code>/bfl/v1</code> with any <code>x-key</code>. It draws a mannequin and stamps it. A prompt that
        holds <code>sandbox:fail</code> fails, <code>sandbox:moderated</code> is moderated, <code>sandbox:slow</code> takes 20 seconds, <code>sandbox:broke</code> meets an
        account without credit.</p>
        </main>
        """));
}
