using System.Globalization;
using System.Text.Json.Nodes;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Sandbox.Stripe.Pages;

/// <summary>Changing the plan in the portal: choose, see what it costs today, confirm.</summary>
internal static class PortalPlans
{
    /// <summary>The other plans of the same product of this house.</summary>
    public static async Task<Html> Choice(StripeCall call, JsonObject session, JsonObject subscription)
    {
        var present = SubscriptionShape.Items(subscription).First()["price"]!.AsObject();
        var names = (await call.Objects.All("product", new JsonObject { ["active"] = true })).ToDictionary(product => (string)product["id"]!, StringComparer.Ordinal);
        var others = (await call.Objects.All("price", new JsonObject { ["active"] = true, ["type"] = "recurring", ["currency"] = (string)present["currency"]! }))
            .Where(price => (string)price["id"]! != (string)present["id"]! && names.ContainsKey((string)price["product"]!) && IsSameHouse(price, present))
            .OrderBy(price => (long)price["unit_amount"]!).ToList();
        return others.Count == 0 ? Html.None : Html.Of(
            $"""
            <details><summary>Change plan</summary>
            <form action="/portal/{session["sandbox_secret"]}/plan">
            <input type="hidden" name="subscription" value="{subscription["id"]}">
            <fieldset><legend>Plans</legend>
            {Html.Join(others.Select((price, at) => Html.Of($"""<label class="choice"><input type="radio" name="price" value="{price["id"]}" required{(at == 0 ? Html.Of($" checked") : Html.None)}>{(string?)names[(string)price["product"]!]["name"]}: {Prices.Show(price)}</label>""")))}
            </fieldset>
            <p><button class="plain">See what it costs</button></p>
            </form>
            </details>
            """);
    }

    public static async Task<IResult> Preview(StripeCall call, JsonObject session, IQueryCollection query)
    {
        var subscription = await PortalPage.Own(call, session, query["subscription"]);
        var price = await call.Objects.Find("price", query["price"].ToString(), "price");
        var now = await TestClocks.NowOf(call, subscription);
        var preview = await InvoicePreviews.Preview(call, (string)subscription["id"]!, Wish(price, now.ToUnixTimeSeconds()));
        return PayFrame.Show("Change plan", Html.Of(
            $"""
            <h1>Change to {Prices.Show(price)}</h1>
            <p class="sum">{PayFrame.Amount(preview, "amount_due")} today</p>
            <ul class="lines sheet">{Html.Join(preview["lines"]!["data"]!.AsArray().Select(line => Html.Of($"<li><span>{(string)line!["description"]!}</span> <b>{PayFrame.Amount(line.AsObject())}</b></li>")))}</ul>
            <div class="actions">
            <form method="post" action="/portal/{session["sandbox_secret"]}/plan">
            <input type="hidden" name="subscription" value="{subscription["id"]}"><input type="hidden" name="price" value="{price["id"]}"><input type="hidden" name="at" value="{now.ToUnixTimeSeconds()}">
            <button>Confirm</button>
            </form>
            <a class="button" href="/portal/{session["sandbox_secret"]}">Back</a>
            </div>
            """));
    }

    public static async Task Change(StripeCall call, JsonObject session, IFormCollection form)
    {
        var subscription = await PortalPage.Own(call, session, form["subscription"]);
        var price = await call.Objects.Find("price", form["price"].ToString(), "price");
        // The time the preview was made for: what it said is what is charged.
        var at = long.TryParse(form["at"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : call.Seconds;
        await SubscriptionChanges.Update(call, (string)subscription["id"]!, Wish(price, at));
    }

    private static Parameters Wish(JsonObject price, long at) => Parameters.Read(
        $"items[0][price]={price["id"]}&proration_behavior=always_invoice&payment_behavior=error_if_incomplete&proration_date={at}");

    private static bool IsSameHouse(JsonObject one, JsonObject other) => (string?)one["metadata"]?["product"] == (string?)other["metadata"]?["product"];
}

/// <summary>Changing the card in the portal.</summary>
internal static class PortalCards
{
    /// <summary>The new card pays from now on, beginning with what is open.</summary>
    /// <exception cref="StripeRefusal">It cannot be kept; nothing has changed.</exception>
    public static async Task<bool> Replace(StripeCall call, JsonObject session, TestCard card, CardForm form)
    {
        var id = (string)session["customer"]!;
        var method = await PaymentMethods.OfCard(call, card, new JsonObject { ["name"] = form.Name.Length == 0 ? null : form.Name }, form.Month, form.Year);
        await PaymentMethods.AttachTo(call, method, id);
        var customer = await call.Objects.Lock("customer", id);
        customer["invoice_settings"]!["default_payment_method"] = (string)method["id"]!;
        await call.Objects.Save(customer);
        await call.Tell("customer.updated", customer);
        foreach (var subscription in await call.Objects.All("subscription", new JsonObject { ["customer"] = id }))
        {
            if ((string)subscription["status"]! is "canceled" or "incomplete_expired")
                continue;
            await SubscriptionChanges.Update(call, (string)subscription["id"]!, Parameters.Read("default_payment_method=" + method["id"]));
            foreach (var open in await call.Objects.All("invoice", Invoices.Like((string)subscription["id"]!, "open")))
            {
                await Invoices.TryCharge(call, await call.Objects.Lock("invoice", (string)open["id"]!), method, HowToConfirm.OffSession,
                    await TestClocks.NowOf(call, subscription), (string)subscription["status"]! != "incomplete");
            }
        }

        return true;
    }
}
