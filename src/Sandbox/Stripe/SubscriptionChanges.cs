using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>POST /v1/subscriptions/{id}: its end, its price and quantity with proration, its payment method, its metadata.</summary>
internal static class SubscriptionChanges
{
    public static async Task<JsonObject> Update(StripeCall call, string id, Parameters given)
    {
        var subscription = await call.Objects.Lock("subscription", id);
        if ((string)subscription["status"]! is "canceled" or "incomplete_expired")
            throw StripeRefusal.Invalid(null, "A canceled subscription can only update its cancellation_details and metadata.");
        var before = (JsonObject)subscription.DeepClone();
        var now = await TestClocks.NowOf(call, subscription);
        subscription["metadata"] = given.Metadata((JsonObject)subscription["metadata"]!);
        if (given.Filled("default_payment_method") is { } method)
        {
            if ((string?)(await call.Objects.Find("payment_method", method, "default_payment_method"))["customer"] != (string)subscription["customer"]!)
                throw StripeRefusal.Invalid("default_payment_method", "The customer does not have a payment method with that ID. The payment method must be attached to the customer.", "resource_missing");
            subscription["default_payment_method"] = method;
        }

        if (given.Flag("cancel_at_period_end") is { } ends)
            EndWithPeriod(subscription, ends, now, given);
        var change = await SubscriptionChange.Of(call, subscription, given, now);
        change?.Apply(subscription);
        await call.Objects.Save(subscription);
        if (change is not null)
            subscription = await Bill(call, subscription, change, given, now);
        await call.Tell("customer.subscription.updated", subscription, Difference(before, subscription));
        return subscription;
    }

    private static void EndWithPeriod(JsonObject subscription, bool ends, DateTimeOffset now, Parameters given)
    {
        subscription["cancel_at_period_end"] = ends;
        subscription["cancel_at"] = ends ? SubscriptionShape.PeriodEnd(subscription).ToUnixTimeSeconds() : null;
        subscription["canceled_at"] = ends ? now.ToUnixTimeSeconds() : null;
        subscription["cancellation_details"]!["reason"] = ends ? "cancellation_requested" : null;
        subscription["cancellation_details"]!["comment"] = ends ? given.Of("cancellation_details")?.Filled("comment") : null;
    }

    /// <summary>The change's part of the period: kept for the next invoice, or charged now.</summary>
    private static async Task<JsonObject> Bill(StripeCall call, JsonObject subscription, SubscriptionChange change, Parameters given, DateTimeOffset now)
    {
        if (change.Lines.Count == 0)
            return subscription;
        if (!change.IsInvoicedNow)
        {
            foreach (var line in change.Lines)
                await InvoiceLines.Keep(call, subscription, line);
            return subscription;
        }

        var customer = await call.Objects.Find("customer", (string)subscription["customer"]!);
        var invoice = await Invoices.Make(call, customer, subscription, "subscription_update", change.Lines, now);
        subscription["latest_invoice"] = (string)invoice["id"]!;
        await call.Objects.Save(subscription);
        if ((string)invoice["status"]! == "paid")
            return subscription;
        var method = await Subscriptions.MethodOf(call, subscription)
            ?? throw StripeRefusal.Invalid(null, "This customer has no attached payment source or default payment method.", "resource_missing");
        var refusal = await Invoices.TryCharge(call, invoice, method, HowToConfirm.OffSession, now, isRetried: true);
        if (refusal is not null && given.Filled("payment_behavior") == "error_if_incomplete")
            throw new StripeRefusal(refusal.Status, refusal.Error);
        return await call.Objects.Find("subscription", (string)subscription["id"]!);
    }

    private static JsonObject Difference(JsonObject before, JsonObject after)
    {
        var difference = new JsonObject();
        foreach (var (name, value) in before)
        {
            if (!JsonNode.DeepEquals(value, after[name]))
                difference[name] = value?.DeepClone();
        }

        return difference;
    }
}

/// <summary>A change of price or quantity, worked out and not made yet.</summary>
internal sealed class SubscriptionChange
{
    private readonly List<(string Item, JsonObject Price, long Quantity)> _items = [];
    private DateTimeOffset? _newPeriodEnd;
    private DateTimeOffset _at;

    /// <summary>What is given back and what is charged for the rest of the period.</summary>
    public List<JsonObject> Lines { get; } = [];

    public bool IsInvoicedNow { get; private set; }

    /// <summary>The change that <paramref name="given"/> asks for (<c>items</c>, <c>proration_behavior</c>, <c>proration_date</c>); null for none.</summary>
    public static async Task<SubscriptionChange?> Of(StripeCall call, JsonObject subscription, Parameters given, DateTimeOffset now)
    {
        if (given.Items("items").Count == 0)
            return null;
        var behaviour = given.Choice("proration_behavior", "create_prorations", "always_invoice", "none") ?? "create_prorations";
        var change = new SubscriptionChange { _at = given.Time("proration_date") ?? now, IsInvoicedNow = behaviour == "always_invoice" };
        if (change._at < SubscriptionShape.PeriodStart(subscription) || change._at > SubscriptionShape.PeriodEnd(subscription))
            throw StripeRefusal.Invalid("proration_date", "Cannot specify a proration date outside of the current period.");
        foreach (var item in given.Items("items"))
            await change.Add(call, subscription, item, behaviour, now);
        return change;
    }

    public void Apply(JsonObject subscription)
    {
        foreach (var (id, price, quantity) in _items)
        {
            var item = SubscriptionShape.Items(subscription).First(item => (string)item["id"]! == id);
            (item["price"], item["plan"], item["quantity"]) = (price.DeepClone(), SubscriptionShape.PlanOf(price), quantity);
        }

        if (_newPeriodEnd is not { } end)
            return;
        subscription["billing_cycle_anchor"] = _at.ToUnixTimeSeconds();
        SubscriptionShape.SetPeriod(subscription, _at, end);
    }

    private async Task Add(StripeCall call, JsonObject subscription, Parameters given, string behaviour, DateTimeOffset now)
    {
        var items = SubscriptionShape.Items(subscription).ToList();
        var item = given.Filled("id") is { } id
            ? items.Find(item => (string)item["id"]! == id) ?? throw StripeRefusal.Unknown("subscription_item", id, given.Name("id"))
            : items is [var only] ? only : throw StripeRefusal.Missing(given.Name("id"));
        var old = item["price"]!.AsObject();
        var price = given.Filled("price") is { } chosen ? await call.Objects.Find("price", chosen, given.Name("price")) : old;
        if (price["recurring"] is null || (string)price["currency"]! != (string)old["currency"]!)
            throw StripeRefusal.Invalid(given.Name("price"), "The price must recur, in the currency of the subscription.");
        var quantity = given.Number("quantity", 1, 999_999) ?? (long)item["quantity"]!;
        _items.Add(((string)item["id"]!, price, quantity));
        if ((string)subscription["status"]! == "trialing")
            return;

        var (start, end) = (SubscriptionShape.PeriodStart(subscription), SubscriptionShape.PeriodEnd(subscription));
        var share = (decimal)(end - _at).TotalSeconds / (decimal)(end - start).TotalSeconds;
        var hasNewPeriod = (string)price["recurring"]!["interval"]! != (string)old["recurring"]!["interval"]! || (int)price["recurring"]!["interval_count"]! != (int)old["recurring"]!["interval_count"]!;
        var oldAmount = (long)old["unit_amount"]! * (long)item["quantity"]!;
        var newAmount = (long)price["unit_amount"]! * quantity;
        if (behaviour != "none")
            Lines.Add(InvoiceLines.Proration(subscription, item, old, -Share(oldAmount, share), "Unused time on", _at, end));
        if (hasNewPeriod)
        {
            // Another rhythm begins at once, with a whole period.
            (_at, _newPeriodEnd, IsInvoicedNow) = (now, Prices.EndOfPeriod(price, now, now), true);
            Lines.Add(InvoiceLines.Of(subscription, item, price, quantity, newAmount, now, _newPeriodEnd.Value));
        }
        else if (behaviour != "none")
        {
            Lines.Add(InvoiceLines.Proration(subscription, item, price, Share(newAmount, share), "Remaining time on", _at, end));
        }
    }

    private static long Share(long amount, decimal share) => (long)Math.Round(amount * share, MidpointRounding.AwayFromZero);
}
