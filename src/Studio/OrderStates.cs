using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/reference/orders: the life of an order for people who write clients, out of the table that is in force.</summary>
public static class OrderStates
{
    public static void MapOrderStates(this IEndpointRouteBuilder app) => app.MapGet("/reference/orders", Show).AllowAnyone().ExcludeFromDescription();

    private static ContentHttpResult Show(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        var rows = Html.Join(OrderTransitions.All.Select(transition => Html.Of(
            $"""
            <tr><td>{string.Join(", ", transition.From)}</td><td>{transition.To}</td><td>{string.Join(", ", transition.By.Select(by => by.ToString().ToLowerInvariant()))}</td>
            <td><code>{How(transition)}</code></td><td>{transition.Effect}</td></tr>
            """)));
        return TypedResults.Content(Html.Of(
            $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>The life of an order</title>
            <style>
              :root { color-scheme: light dark; }
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 3rem auto; padding: 0 1rem; }
              div { overflow-x: auto; }
              table { border-collapse: collapse; }
              th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
            </style>
            </head>
            <body>
            <h1>The life of an order</h1>
            <p>Every step there is; no other is possible. A refused one answers 409 with <code>details: {from, to, allowed}</code>.</p>
            <div><table>
            <thead><tr><th>From</th><th>To</th><th>By</th><th>How</th><th>What else happens</th></tr></thead>
            <tbody>{{rows}}</tbody>
            </table></div>
            </body>
            </html>
            """).Markup, "text/html; charset=utf-8");
    }

    private static string How(Transition transition)
    {
        var way = transition.Action switch
        {
            OrderTransitions.Pay or OrderTransitions.PayAndBegin => "a payment that Stripe confirms",
            OrderTransitions.Expire => "",
            OrderTransitions.Complete or OrderTransitions.Refund => "POST /api/orders/{id}/resolve",
            var action => $"POST /api/orders/{{id}}/{action}",
        };
        var timer = transition.After is { } after ? after.TotalDays >= 1 ? $"after {after.TotalDays:0} days" : $"after {after.TotalMinutes:0} minutes" : "";
        return string.Join(", or ", ((string[])[way, timer]).Where(text => text.Length > 0));
    }
}
