using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>POST /v1/invoices/create_preview, and GET /v1/invoices/upcoming, which it replaced: what a change would cost. Nothing is changed.</summary>
internal static class InvoicePreviews
{
    public static async Task<JsonObject> Preview(StripeCall call)
    {
        var id = call.Given.Filled("subscription") ?? await OnlyOneOf(call, call.Given.Required("customer"));
        return await Preview(call, id, call.Given.Of("subscription_details") ?? Parameters.Read(""));
    }

    /// <summary>The former route spells the change <c>subscription_items</c>, <c>subscription_proration_date</c>.</summary>
    public static async Task<JsonObject> Former(StripeCall call)
    {
        var id = call.Given.Filled("subscription") ?? await OnlyOneOf(call, call.Given.Required("customer"));
        var spelled = string.Join('&', (call.Request ?? "").Split('&').Where(pair => pair.StartsWith("subscription_", StringComparison.Ordinal)).Select(pair => pair["subscription_".Length..]));
        return await Preview(call, id, Parameters.Read(spelled));
    }

    /// <summary>The next invoice of a subscription if <paramref name="change"/> were made now.</summary>
    public static async Task<JsonObject> Preview(StripeCall call, string id, Parameters change)
    {
        var subscription = await call.Objects.Find("subscription", id, "subscription");
        if ((string)subscription["status"]! is "canceled" or "incomplete_expired")
            throw StripeRefusal.Invalid("subscription", "No upcoming invoices for this subscription: it has ended.", "invoice_upcoming_none", 404);
        var customer = await call.Objects.Find("customer", (string)subscription["customer"]!);
        var now = await TestClocks.NowOf(call, subscription);
        var planned = await SubscriptionChange.Of(call, subscription, change, now);
        planned?.Apply(subscription);
        List<JsonObject> lines = planned is { IsInvoicedNow: true }
            ? planned.Lines
            : [.. await InvoiceLines.Kept(call, id), .. planned?.Lines ?? [], .. (bool)subscription["cancel_at_period_end"]! ? [] : InvoiceLines.OfNextPeriod(subscription)];
        var invoice = InvoiceShape.New(call, customer, subscription, planned is { IsInvoicedNow: true } ? "subscription_update" : "upcoming", lines, now);
        (invoice["id"], invoice["status"], invoice["hosted_invoice_url"]) = (Objects.NewId("upcoming_in"), "draft", null);
        (invoice["status_transitions"]!["finalized_at"], invoice["effective_at"]) = (null, null);
        invoice["next_payment_attempt"] = planned is { IsInvoicedNow: true } ? null : SubscriptionShape.PeriodEnd(subscription).ToUnixTimeSeconds();
        return invoice;
    }

    private static async Task<string> OnlyOneOf(StripeCall call, string customer) =>
        (await call.Objects.All("subscription", new JsonObject { ["customer"] = customer })).Find(subscription => (string)subscription["status"]! != "canceled") is { } found
            ? (string)found["id"]!
            : throw StripeRefusal.Invalid("customer", $"No upcoming invoices for customer: {customer}", "invoice_upcoming_none", 404);
}
