using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/invoices: what subscriptions ask to be paid, each with a payment intent of its own.</summary>
internal static class Invoices
{
    public static void MapInvoices(this IEndpointRouteBuilder v1)
    {
        v1.Read("/invoices", List);
        v1.Read("/invoices/upcoming", static call => InvoicePreviews.Former(call));
        v1.Write("/invoices/create_preview", static call => InvoicePreviews.Preview(call));
        v1.Read("/invoices/{id}", static call => call.Objects.Find("invoice", call.Id, "invoice"));
        v1.Read("/invoices/{id}/lines", static async call =>
            Objects.ListOf($"/v1/invoices/{call.Id}/lines", (await call.Objects.Find("invoice", call.Id))["lines"]!["data"]!.AsArray().Select(line => line!.DeepClone())));
        v1.Write("/invoices/{id}", Update);
        v1.Write("/invoices/{id}/pay", Pay);
        v1.Write("/invoices/{id}/void", Void);
    }

    /// <summary>What the invoices of a subscription, in some state, have in common.</summary>
    public static JsonObject Like(string subscription, string? status)
    {
        var like = new JsonObject { ["parent"] = new JsonObject { ["subscription_details"] = new JsonObject { ["subscription"] = subscription } } };
        if (status is not null)
            like["status"] = status;
        return like;
    }

    /// <summary>Makes an invoice and finalises it. Where nothing is left to pay it is paid; else it is open, with a payment intent that nobody has confirmed.</summary>
    public static async Task<JsonObject> Make(StripeCall call, JsonObject customer, JsonObject subscription, string reason, List<JsonObject> lines, DateTimeOffset now)
    {
        customer = await call.Objects.Lock("customer", (string)customer["id"]!);
        var invoice = InvoiceShape.New(call, customer, subscription, reason, lines, now);
        var sequence = (long)customer["next_invoice_sequence"]!;
        invoice["number"] = $"{customer["invoice_prefix"]}-{sequence:0000}";
        (customer["next_invoice_sequence"], customer["balance"], customer["currency"]) = (sequence + 1, invoice["ending_balance"]!.DeepClone(), invoice["currency"]!.DeepClone());
        await call.Objects.Save(customer);
        await call.Tell("invoice.created", invoice);
        var due = (long)invoice["amount_due"]!;
        if (due > 0)
        {
            var intent = await PaymentIntents.Add(call, due, (string)invoice["currency"]!, (string)customer["id"]!, reason switch
            {
                "subscription_create" => "Subscription creation",
                "subscription_cycle" => "Subscription update",
                _ => "Invoice " + invoice["number"],
            }, [], made => (made["invoice"], made["setup_future_usage"]) = ((string)invoice["id"]!, "off_session"));
            invoice["payments"]!["data"]!.AsArray().Add((JsonNode)InvoiceShape.Payment(call, invoice, intent));
        }

        await call.Objects.Add(invoice);
        await call.Tell("invoice.finalized", invoice);
        if (due == 0)
            await MarkPaid(call, invoice, 0);
        return invoice;
    }

    /// <summary>Tries to charge an open invoice.</summary>
    /// <param name="call"></param>
    /// <param name="invoice">Its row is this transaction's.</param>
    /// <param name="method">What to charge.</param>
    /// <param name="how"></param>
    /// <param name="now">By the customer's clock.</param>
    /// <param name="isRetried">Whether a failure is tried again by itself, as for all invoices but the first.</param>
    /// <returns>Null when it is paid, or waits for the payer's step at the bank; else why not, which has been written down.</returns>
    public static async Task<StripeRefusal?> TryCharge(StripeCall call, JsonObject invoice, JsonObject method, HowToConfirm how, DateTimeOffset now, bool isRetried)
    {
        var intent = await call.Objects.Lock("payment_intent", IntentOf(invoice)!);
        try
        {
            intent = await Charging.Confirm(call, intent, method, how);
            if ((string)intent["status"]! == "requires_action")
                await call.Tell("invoice.payment_action_required", invoice);
            return null;
        }
        catch (StripeRefusal refusal) when (refusal.IsFact)
        {
            await Failed(call, await call.Objects.Lock("invoice", (string)invoice["id"]!), now, isRetried);
            return refusal;
        }
    }

    /// <summary>A charge of it was refused.</summary>
    public static async Task Failed(StripeCall call, JsonObject invoice, DateTimeOffset now, bool isRetried)
    {
        var attempt = (int)invoice["attempt_count"]! + 1;
        (invoice["attempt_count"], invoice["attempted"]) = (attempt, true);
        invoice["next_payment_attempt"] = isRetried ? SubscriptionCycle.NextTry(now, attempt)?.ToUnixTimeSeconds() : null;
        await call.Objects.Save(invoice);
        await call.Tell("invoice.payment_failed", invoice);
        if (!isRetried)
            return;
        var subscription = await call.Objects.Lock("subscription", SubscriptionOf(invoice)!);
        if ((string)subscription["status"]! is not ("active" or "trialing"))
            return;
        var before = new JsonObject { ["status"] = (string)subscription["status"]! };
        subscription["status"] = "past_due";
        await call.Objects.Save(subscription);
        await call.Tell("customer.subscription.updated", subscription, before);
    }

    /// <summary>Its payment intent has succeeded.</summary>
    public static async Task PaidBy(StripeCall call, JsonObject invoice, JsonObject intent)
    {
        var payment = invoice["payments"]!["data"]![0]!;
        (payment["status"], payment["amount_paid"]) = ("paid", (long)intent["amount"]!);
        payment["status_transitions"]!["paid_at"] = call.Seconds;
        await MarkPaid(call, invoice, (long)intent["amount"]!);
        if (SubscriptionOf(invoice) is { } subscription)
            await Subscriptions.Paid(call, subscription);
    }

    /// <summary>The subscription has ended: what is open is asked for no more.</summary>
    public static async Task GiveUp(StripeCall call, string subscription)
    {
        foreach (var open in await call.Objects.All("invoice", Like(subscription, "open")))
            await Void(call, await call.Objects.Lock("invoice", (string)open["id"]!));
    }

    public static string? IntentOf(JsonObject invoice) => invoice["payments"]!["data"]!.AsArray() is [var payment, ..] ? (string?)payment!["payment"]!["payment_intent"] : null;

    public static string? SubscriptionOf(JsonObject invoice) => (string?)invoice["parent"]?["subscription_details"]?["subscription"];

    private static async Task MarkPaid(StripeCall call, JsonObject invoice, long amount)
    {
        (invoice["status"], invoice["amount_paid"], invoice["amount_remaining"], invoice["attempted"], invoice["next_payment_attempt"]) = ("paid", amount, 0, true, null);
        invoice["attempt_count"] = amount == 0 ? 0 : (int)invoice["attempt_count"]! + 1;
        invoice["status_transitions"]!["paid_at"] = (await TestClocks.NowOf(call, invoice)).ToUnixTimeSeconds();
        await call.Objects.Save(invoice);
        await call.Tell("invoice.paid", invoice);
        await call.Tell("invoice.payment_succeeded", invoice);
    }

    private static async Task Void(StripeCall call, JsonObject invoice)
    {
        (invoice["status"], invoice["next_payment_attempt"]) = ("void", null);
        invoice["status_transitions"]!["voided_at"] = call.Seconds;
        await call.Objects.Save(invoice);
        await call.Tell("invoice.voided", invoice);
        if (IntentOf(invoice) is { } id && await call.Objects.Lock("payment_intent", id) is var intent && ((string)intent["status"]!).StartsWith("requires_", StringComparison.Ordinal))
            await PaymentIntents.Cancel(call, intent, "void_invoice");
    }

    private static Task<JsonObject> List(StripeCall call)
    {
        var like = call.Given.Filled("subscription") is { } subscription ? Like(subscription, null) : [];
        foreach (var name in (string[])["customer", "status"])
        {
            if (call.Given.Filled(name) is { } value)
                like[name] = value;
        }

        return call.Objects.Page("invoice", "/v1/invoices", like, call.Given);
    }

    private static async Task<JsonObject> Update(StripeCall call)
    {
        var invoice = await call.Objects.Lock("invoice", call.Id);
        invoice["metadata"] = call.Given.Metadata((JsonObject)invoice["metadata"]!);
        await call.Objects.Save(invoice);
        await call.Tell("invoice.updated", invoice);
        return invoice;
    }

    private static async Task<JsonObject> Pay(StripeCall call)
    {
        var invoice = await call.Objects.Lock("invoice", call.Id);
        if ((string)invoice["status"]! != "open")
            throw StripeRefusal.Invalid(null, (string)invoice["status"]! == "paid" ? "Invoice is already paid" : "This invoice cannot be paid.");
        var subscription = await call.Objects.Find("subscription", SubscriptionOf(invoice)!);
        var method = call.Given.Filled("payment_method") is { } chosen ? await PaymentMethods.Usable(call, chosen) : await Subscriptions.MethodOf(call, subscription);
        if (method is null)
            throw StripeRefusal.Invalid(null, "This customer has no attached payment source or default payment method.", "resource_missing");
        if (method["customer"] is null)
            await PaymentMethods.AttachTo(call, method, (string)invoice["customer"]!);
        var how = new HowToConfirm(null, call.Given.Flag("off_session") is not false);
        return await TryCharge(call, invoice, method, how, await TestClocks.NowOf(call, invoice), (string)subscription["status"]! != "incomplete") is { } refusal
            ? throw refusal
            : await call.Objects.Find("invoice", call.Id);
    }

    private static async Task<JsonObject> Void(StripeCall call)
    {
        var invoice = await call.Objects.Lock("invoice", call.Id);
        if ((string)invoice["status"]! != "open")
            throw StripeRefusal.Invalid(null, "You can only pass in open invoices. This invoice isn't open.");
        await Void(call, invoice);
        return invoice;
    }
}
