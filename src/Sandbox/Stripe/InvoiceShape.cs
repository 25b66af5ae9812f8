using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>An invoice as the API answers it.</summary>
internal static class InvoiceShape
{
    /// <summary>A finalised one. The customer's balance is used first; what is negative goes into it.</summary>
    public static JsonObject New(StripeCall call, JsonObject customer, JsonObject subscription, string reason, List<JsonObject> lines, DateTimeOffset now)
    {
        var id = Objects.NewId("in");
        foreach (var line in lines)
            line["invoice"] = id;
        var (total, balance, seconds) = (lines.Sum(line => (long)line["amount"]!), (long)customer["balance"]!, now.ToUnixTimeSeconds());
        var due = Math.Max(0, total + balance);
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "invoice",
            ["account_country"] = "US",
            ["account_name"] = "Sandbox",
            ["account_tax_ids"] = null,
            ["amount_due"] = due,
            ["amount_overpaid"] = 0,
            ["amount_paid"] = 0,
            ["amount_remaining"] = due,
            ["amount_shipping"] = 0,
            ["application"] = null,
            ["attempt_count"] = 0,
            ["attempted"] = false,
            ["auto_advance"] = false,
            ["automatic_tax"] = new JsonObject { ["disabled_reason"] = null, ["enabled"] = false, ["liability"] = null, ["provider"] = null, ["status"] = null },
            ["automatically_finalizes_at"] = null,
            ["billing_reason"] = reason,
            ["collection_method"] = "charge_automatically",
            ["created"] = seconds,
            ["currency"] = subscription["currency"]!.DeepClone(),
            ["custom_fields"] = null,
            ["customer"] = (string)customer["id"]!,
            ["customer_account"] = null,
            ["customer_address"] = null,
            ["customer_email"] = customer["email"]?.DeepClone(),
            ["customer_name"] = customer["name"]?.DeepClone(),
            ["customer_phone"] = customer["phone"]?.DeepClone(),
            ["customer_shipping"] = null,
            ["customer_tax_exempt"] = "none",
            ["customer_tax_ids"] = new JsonArray(),
            ["default_payment_method"] = null,
            ["default_source"] = null,
            ["default_tax_rates"] = new JsonArray(),
            ["description"] = null,
            ["discounts"] = new JsonArray(),
            ["due_date"] = null,
            ["effective_at"] = seconds,
            ["ending_balance"] = Math.Min(0, total + balance),
            ["footer"] = null,
            ["from_invoice"] = null,
            ["hosted_invoice_url"] = call.Desk.UrlOf($"/invoice/{id}"),
            ["invoice_pdf"] = null,
            ["issuer"] = new JsonObject { ["type"] = "self" },
            ["last_finalization_error"] = null,
            ["latest_revision"] = null,
            ["lines"] = Objects.ListOf($"/v1/invoices/{id}/lines", lines),
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["next_payment_attempt"] = null,
            ["number"] = null,
            ["on_behalf_of"] = null,
            ["parent"] = new JsonObject
            {
                ["quote_details"] = null,
                ["subscription_details"] = new JsonObject { ["metadata"] = subscription["metadata"]!.DeepClone(), ["subscription"] = (string)subscription["id"]! },
                ["type"] = "subscription_details",
            },
            ["payment_settings"] = new JsonObject { ["default_mandate"] = null, ["payment_method_options"] = null, ["payment_method_types"] = null },
            ["payments"] = Objects.ListOf("/v1/invoice_payments?invoice=" + id, []),
            ["period_end"] = reason == "subscription_cycle" ? SubscriptionShape.PeriodStart(subscription).ToUnixTimeSeconds() : seconds,
            ["period_start"] = reason == "subscription_cycle" ? Math.Min(SubscriptionShape.PeriodStart(subscription).ToUnixTimeSeconds(), seconds) : seconds,
            ["post_payment_credit_notes_amount"] = 0,
            ["pre_payment_credit_notes_amount"] = 0,
            ["receipt_number"] = null,
            ["rendering"] = null,
            ["shipping_cost"] = null,
            ["shipping_details"] = null,
            ["starting_balance"] = balance,
            ["statement_descriptor"] = null,
            ["status"] = "open",
            ["status_transitions"] = new JsonObject { ["finalized_at"] = seconds, ["marked_uncollectible_at"] = null, ["paid_at"] = null, ["voided_at"] = null },
            // Where it was before it moved to "parent"; the API still has the empty place.
            ["subscription"] = null,
            ["subtotal"] = total,
            ["subtotal_excluding_tax"] = total,
            ["test_clock"] = customer["test_clock"]?.DeepClone(),
            ["total"] = total,
            ["total_discount_amounts"] = new JsonArray(),
            ["total_excluding_tax"] = total,
            ["total_pretax_credit_amounts"] = new JsonArray(),
            ["total_taxes"] = new JsonArray(),
            ["webhooks_delivered_at"] = seconds,
        };
    }

    public static JsonObject Payment(StripeCall call, JsonObject invoice, JsonObject intent) => new()
    {
        ["id"] = Objects.NewId("inpay"),
        ["object"] = "invoice_payment",
        ["amount_paid"] = null,
        ["amount_requested"] = (long)intent["amount"]!,
        ["created"] = call.Seconds,
        ["currency"] = (string)intent["currency"]!,
        ["invoice"] = (string)invoice["id"]!,
        ["is_default"] = true,
        ["livemode"] = false,
        ["payment"] = new JsonObject { ["payment_intent"] = (string)intent["id"]!, ["type"] = "payment_intent" },
        ["status"] = "open",
        ["status_transitions"] = new JsonObject { ["canceled_at"] = null, ["paid_at"] = null },
    };
}
