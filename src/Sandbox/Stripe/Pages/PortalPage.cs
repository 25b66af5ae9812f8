using System.Text.Json.Nodes;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Sandbox.Stripe.Pages;

/// <summary>/portal/{secret}: a customer's subscriptions, card and invoices.</summary>
internal static class PortalPage
{
    public static void MapPortalPage(this IEndpointRouteBuilder app)
    {
        var portal = app.MapGroup("/portal/{secret}").AllowAnyone();
        portal.MapGet("/", (string secret, HttpContext http) => Guarded(secret, http, (call, session) => Show(call, session, CardForm.Empty, null, http.Request.Query["done"])));
        portal.MapPost("/cancel", (string secret, HttpContext http) => Act(secret, http, "canceled", (call, session, form) => EndWithPeriod(call, session, form, true)));
        portal.MapPost("/resume", (string secret, HttpContext http) => Act(secret, http, "resumed", (call, session, form) => EndWithPeriod(call, session, form, false)));
        portal.MapGet("/plan", (string secret, HttpContext http) => Guarded(secret, http, (call, session) => PortalPlans.Preview(call, session, http.Request.Query)));
        portal.MapPost("/plan", (string secret, HttpContext http) => Act(secret, http, "changed", PortalPlans.Change));
        portal.MapPost("/card", ChangeCard);
    }

    /// <summary>A subscription of this session's customer, and of nobody else's.</summary>
    public static async Task<JsonObject> Own(StripeCall call, JsonObject session, string? id)
    {
        var subscription = await call.Objects.Lock("subscription", id ?? "", "subscription");
        return (string)subscription["customer"]! == (string)session["customer"]! ? subscription : throw StripeRefusal.Unknown("subscription", id ?? "");
    }

    private static async Task<IResult> Guarded(string secret, HttpContext http, Func<StripeCall, JsonObject, Task<IResult>> answer)
    {
        try
        {
            return await http.RequestServices.GetRequiredService<StripeDesk>().Do(async call => await answer(call, await PortalSessions.Living(call, secret)));
        }
        catch (StripeRefusal refusal)
        {
            return PayFrame.Refused(refusal);
        }
    }

    private static async Task<IResult> Act(string secret, HttpContext http, string done, Func<StripeCall, JsonObject, IFormCollection, Task> act)
    {
        if (await PayFrame.Read(http) is not { } form)
            return PayFrame.OtherSite();
        return await Guarded(secret, http, async (call, session) =>
        {
            await act(call, session, form);
            return PayFrame.Go($"/portal/{secret}?done={done}");
        });
    }

    private static async Task EndWithPeriod(StripeCall call, JsonObject session, IFormCollection form, bool ends)
    {
        var subscription = await Own(call, session, form["subscription"]);
        await SubscriptionChanges.Update(call, (string)subscription["id"]!, Parameters.Read(ends ? "cancel_at_period_end=true" : "cancel_at_period_end=false"));
    }

    private static async Task<IResult> ChangeCard(string secret, HttpContext http)
    {
        if (await PayFrame.Read(http) is not { } posted)
            return PayFrame.OtherSite();
        var desk = http.RequestServices.GetRequiredService<StripeDesk>();
        var form = await desk.Do(call => Task.FromResult(CardForm.Read(posted, call.Now, asksEmail: false)));
        try
        {
            if (form.Card is not { } card)
                return await desk.Do(async call => await Show(call, await PortalSessions.Living(call, secret), form, "Something is missing; see the card.", null, StatusCodes.Status422UnprocessableEntity));
            await desk.Do(async call => await PortalCards.Replace(call, await PortalSessions.Living(call, secret), card, form));
            return PayFrame.Go($"/portal/{secret}?done=card");
        }
        catch (StripeRefusal refusal) when (refusal.Status == StatusCodes.Status402PaymentRequired)
        {
            return await desk.Do(async call => await Show(call, await PortalSessions.Living(call, secret), form, refusal.Message, null, StatusCodes.Status402PaymentRequired));
        }
        catch (StripeRefusal refusal)
        {
            return PayFrame.Refused(refusal);
        }
    }

    private static async Task<IResult> Show(StripeCall call, JsonObject session, CardForm form, string? alert, string? done, int status = StatusCodes.Status200OK)
    {
        var id = (string)session["customer"]!;
        var subscriptions = await call.Objects.All("subscription", new JsonObject { ["customer"] = id });
        var invoices = await call.Objects.All("invoice", new JsonObject { ["customer"] = id });
        var blocks = new List<Html>();
        foreach (var subscription in subscriptions.Where(one => (string)one["status"]! != "incomplete_expired"))
            blocks.Add(await Block(call, session, subscription));
        var method = subscriptions.Find(one => (string)one["status"]! is "active" or "trialing" or "past_due") is { } living ? await Subscriptions.MethodOf(call, living) : null;
        return PayFrame.Show("Billing", Html.Of(
            $"""
            <h1>Your subscription</h1>
            {PayFrame.Alert(alert)}
            {PayFrame.Done(done switch { "canceled" => "Your subscription ends with its period. Until then nothing changes.", "resumed" => "Your subscription goes on.", "changed" => "Your plan has been changed.", "card" => "Your card has been changed.", _ => null })}
            {(blocks.Count == 0 ? Html.Of($"<p>You have no subscription.</p>") : Html.Join(blocks))}
            <h2 id="card">Card</h2>
            <p>{(method is null ? "There is no card on file." : PaymentMethods.Show(method))}</p>
            <details{(alert is null ? Html.None : Html.Of($" open"))}><summary>Use another card</summary>
            <form method="post" action="/portal/{session["sandbox_secret"]}/card" class="sheet">{form.Fields(asksEmail: false)}<button class="wide">Save card</button></form>
            {CardForm.Help()}
            </details>
            <h2>Invoices</h2>
            {(invoices.Count == 0 ? Html.Of($"<p>There are none.</p>") : Html.Of($"""<ul class="lines sheet">{Html.Join(invoices.Select(Invoice))}</ul>"""))}
            {PayFrame.Back((string?)session["return_url"], "Back to where you came from")}
            """), status);
    }

    private static async Task<Html> Block(StripeCall call, JsonObject session, JsonObject subscription)
    {
        var item = SubscriptionShape.Items(subscription).First();
        var product = await call.Objects.TryFind("product", (string)item["price"]!["product"]!);
        var (state, end, ends) = ((string)subscription["status"]!, PayFrame.Day(item["current_period_end"]), (bool)subscription["cancel_at_period_end"]!);
        var says = state switch
        {
            "canceled" => $"Ended on {PayFrame.Day(subscription["ended_at"])}.",
            "past_due" => "The last payment failed. It is tried again; you can also use another card below.",
            _ when ends => $"Ends on {end}.",
            "trialing" => $"Free until {end}.",
            _ => $"Renews on {end}.",
        };
        var root = $"/portal/{session["sandbox_secret"]}";
        var form = Html.Of($"""<input type="hidden" name="subscription" value="{subscription["id"]}">""");
        var actions = state == "canceled" ? Html.None : ends
            ? Html.Of($"""<form method="post" action="{root}/resume">{form}<button>Keep the subscription</button></form>""")
            : Html.Of($"""<form method="post" action="{root}/cancel">{form}<button class="plain">Cancel at the end of the period</button></form>""");
        return Html.Of(
            $"""
            <section class="sheet">
            <h2>{(string?)product?["name"] ?? "Subscription"}</h2>
            <p>{Prices.Show(item["price"]!.AsObject())}. {says} <span class="quiet">({state})</span></p>
            <div class="actions">{actions}</div>
            {(state is "active" or "trialing" && !ends ? await PortalPlans.Choice(call, session, subscription) : Html.None)}
            </section>
            """);
    }

    private static Html Invoice(JsonObject invoice) => Html.Of(
        $"""<li><span><a href="/invoice/{invoice["id"]}">{(string)invoice["number"]!}</a>, {PayFrame.Day(invoice["created"])}, {(string)invoice["status"]!}</span> <b>{PayFrame.Amount(invoice, "total")}</b></li>""");
}
