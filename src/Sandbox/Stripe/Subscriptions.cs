using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>A subscription to be made.</summary>
internal sealed record SubscriptionStart(JsonObject Customer, IReadOnlyList<(JsonObject Price, long Quantity)> Items)
{
    public JsonObject? Method { get; init; }
    public JsonObject Metadata { get; init; } = [];
    public string Behaviour { get; init; } = "allow_incomplete";
    public long TrialDays { get; init; }
    public HowToConfirm How { get; init; } = HowToConfirm.OffSession;
}

/// <summary>/v1/subscriptions. What time does to them is in <see cref="SubscriptionCycle"/>.</summary>
internal static class Subscriptions
{
    public static void MapSubscriptions(this IEndpointRouteBuilder v1)
    {
        v1.Write("/subscriptions", Create);
        v1.Read("/subscriptions", List);
        v1.Read("/subscriptions/{id}", static call => call.Objects.Find("subscription", call.Id));
        v1.Write("/subscriptions/{id}", static call => SubscriptionChanges.Update(call, call.Id, call.Given));
        v1.Remove("/subscriptions/{id}", Cancel);
    }

    /// <summary>Makes it and charges its first invoice.</summary>
    /// <exception cref="StripeRefusal">402 where <c>error_if_incomplete</c> was asked for; nothing stays then.</exception>
    public static async Task<JsonObject> Start(StripeCall call, SubscriptionStart start)
    {
        var now = await TestClocks.NowOf(call, start.Customer);
        var (price, trialEnd) = (start.Items[0].Price, start.TrialDays > 0 ? now.AddDays(start.TrialDays) : (DateTimeOffset?)null);
        if (start.Items.Any(item => item.Price["recurring"] is null))
            throw StripeRefusal.Invalid("items[0][price]", "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.");
        if (start.Items.Any(item => (string)item.Price["currency"]! != (string)price["currency"]!))
            throw StripeRefusal.Invalid("items", "All prices on a subscription must have the same currency.");
        var subscription = SubscriptionShape.New(call, start, now, trialEnd ?? Prices.EndOfPeriod(price, now, now));
        await call.Objects.Add(subscription);
        await call.Tell("customer.subscription.created", subscription);

        var invoice = await Invoices.Make(call, start.Customer, subscription, "subscription_create", InvoiceLines.OfPeriod(subscription, trialEnd is not null), now);
        subscription = await call.Objects.Find("subscription", (string)subscription["id"]!);
        subscription["latest_invoice"] = (string)invoice["id"]!;
        await call.Objects.Save(subscription);
        if ((string)invoice["status"]! == "paid")
            return subscription;

        var method = start.Method ?? await MethodOf(call, subscription);
        if (start.Behaviour == "default_incomplete")
            return subscription;
        if (method is null)
            throw StripeRefusal.Invalid(null, "This customer has no attached payment source or default payment method. Please consider adding a default payment method.", "resource_missing");
        var refusal = await Invoices.TryCharge(call, invoice, method, start.How, now, isRetried: false);
        if (refusal is not null && start.Behaviour == "error_if_incomplete")
            throw new StripeRefusal(refusal.Status, refusal.Error);
        return await call.Objects.Find("subscription", (string)subscription["id"]!);
    }

    /// <summary>The payment method that its invoices are charged to; null when there is none.</summary>
    public static async Task<JsonObject?> MethodOf(StripeCall call, JsonObject subscription)
    {
        var id = (string?)subscription["default_payment_method"];
        if (id is null)
        {
            var customer = await call.Objects.Find("customer", (string)subscription["customer"]!);
            id = (string?)customer["invoice_settings"]?["default_payment_method"];
        }

        var method = id is null ? null : await call.Objects.TryFind("payment_method", id);
        return method?["customer"] is null ? null : method;
    }

    /// <summary>An invoice of it has been paid: it is active.</summary>
    public static async Task Paid(StripeCall call, string id)
    {
        var subscription = await call.Objects.Lock("subscription", id);
        var before = (string)subscription["status"]!;
        if (before is not ("incomplete" or "past_due" or "unpaid"))
            return;
        subscription["status"] = "active";
        await call.Objects.Save(subscription);
        await call.Tell("customer.subscription.updated", subscription, new JsonObject { ["status"] = before });
    }

    /// <summary>Ends it for good.</summary>
    public static async Task End(StripeCall call, JsonObject subscription, string status, string reason, DateTimeOffset? at = null)
    {
        var seconds = (at ?? await TestClocks.NowOf(call, subscription)).ToUnixTimeSeconds();
        (subscription["status"], subscription["ended_at"]) = (status, seconds);
        subscription["canceled_at"] ??= seconds;
        subscription["cancellation_details"]!["reason"] ??= reason;
        await call.Objects.Save(subscription);
        await Invoices.GiveUp(call, (string)subscription["id"]!);
        await call.Tell(status == "canceled" ? "customer.subscription.deleted" : "customer.subscription.updated", subscription);
    }

    private static async Task<JsonObject> Create(StripeCall call)
    {
        var given = call.Given;
        var customer = await Customers.Living(call, given.Required("customer"));
        var items = new List<(JsonObject, long)>();
        foreach (var item in given.Items("items"))
        {
            var price = item.Of("price_data") is { } data ? await Prices.OfData(call, data) : await call.Objects.Find("price", item.Required("price"), item.Name("price"));
            items.Add((price, item.Number("quantity", 1, 999_999) ?? 1));
        }

        if (items.Count == 0)
            throw StripeRefusal.Missing("items");
        var method = given.Filled("default_payment_method") is { } chosen ? await PaymentMethods.Usable(call, chosen) : null;
        if (method is not null && (string?)method["customer"] != (string)customer["id"]!)
            throw StripeRefusal.Invalid("default_payment_method", "The customer does not have a payment method with that ID. The payment method must be attached to the customer.", "resource_missing");
        var subscription = await Start(call, new SubscriptionStart(customer, items)
        {
            Method = method,
            Metadata = given.Metadata(),
            Behaviour = given.Choice("payment_behavior", "allow_incomplete", "error_if_incomplete", "default_incomplete", "pending_if_incomplete") ?? "allow_incomplete",
            TrialDays = given.Number("trial_period_days", 0, 730) ?? 0,
            How = new HowToConfirm(null, given.Flag("off_session") is true),
        });
        if (given.Flag("cancel_at_period_end") is not true)
            return subscription;
        return await SubscriptionChanges.Update(call, (string)subscription["id"]!, Parameters.Read("cancel_at_period_end=true"));
    }

    private static Task<JsonObject> List(StripeCall call)
    {
        var like = new JsonObject();
        if (call.Given.Filled("customer") is { } customer)
            like["customer"] = customer;
        var status = call.Given.Filled("status");
        if (status is not (null or "all" or "ended"))
            like["status"] = status;
        if (call.Given.Filled("price") is { } price)
            like["items"] = new JsonObject { ["data"] = new JsonArray(new JsonObject { ["price"] = new JsonObject { ["id"] = price } }) };
        return call.Objects.Page("subscription", "/v1/subscriptions", like, call.Given, status switch
        {
            null => "body ->> 'status' <> 'canceled'",
            "ended" => "body ->> 'status' in ('canceled', 'incomplete_expired')",
            _ => "true",
        });
    }

    private static async Task<JsonObject> Cancel(StripeCall call)
    {
        var subscription = await call.Objects.Lock("subscription", call.Id);
        if ((string)subscription["status"]! is "canceled" or "incomplete_expired")
            throw StripeRefusal.Unknown("subscription", call.Id);
        await End(call, subscription, "canceled", "cancellation_requested");
        return subscription;
    }
}
