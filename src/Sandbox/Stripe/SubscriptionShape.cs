using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>A subscription as the API answers it.</summary>
internal static class SubscriptionShape
{
    public static IEnumerable<JsonObject> Items(JsonObject subscription) => subscription["items"]!["data"]!.AsArray().Select(item => item!.AsObject());

    public static DateTimeOffset PeriodStart(JsonObject subscription) => Time(Items(subscription).First()["current_period_start"]);

    public static DateTimeOffset PeriodEnd(JsonObject subscription) => Time(Items(subscription).First()["current_period_end"]);

    public static DateTimeOffset Time(JsonNode? seconds) => DateTimeOffset.FromUnixTimeSeconds((long)seconds!);

    public static void SetPeriod(JsonObject subscription, DateTimeOffset start, DateTimeOffset end)
    {
        foreach (var item in Items(subscription))
            (item["current_period_start"], item["current_period_end"]) = (start.ToUnixTimeSeconds(), end.ToUnixTimeSeconds());
    }

    /// <summary>What a price was called when there were plans; the API still says both.</summary>
    public static JsonObject PlanOf(JsonObject price) => new()
    {
        ["id"] = (string)price["id"]!,
        ["object"] = "plan",
        ["active"] = price["active"]!.DeepClone(),
        ["amount"] = price["unit_amount"]?.DeepClone(),
        ["amount_decimal"] = price["unit_amount_decimal"]?.DeepClone(),
        ["billing_scheme"] = "per_unit",
        ["created"] = price["created"]!.DeepClone(),
        ["currency"] = price["currency"]!.DeepClone(),
        ["interval"] = price["recurring"]!["interval"]!.DeepClone(),
        ["interval_count"] = price["recurring"]!["interval_count"]!.DeepClone(),
        ["livemode"] = false,
        ["metadata"] = price["metadata"]!.DeepClone(),
        ["meter"] = null,
        ["nickname"] = price["nickname"]?.DeepClone(),
        ["product"] = price["product"]!.DeepClone(),
        ["tiers_mode"] = null,
        ["transform_usage"] = null,
        ["trial_period_days"] = null,
        ["usage_type"] = "licensed",
    };

    public static JsonObject New(StripeCall call, SubscriptionStart start, DateTimeOffset now, DateTimeOffset periodEnd)
    {
        var id = Objects.NewId("sub");
        var (seconds, isTrial) = (now.ToUnixTimeSeconds(), start.TrialDays > 0);
        var anchor = isTrial ? periodEnd.ToUnixTimeSeconds() : seconds;
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "subscription",
            ["application"] = null,
            ["application_fee_percent"] = null,
            ["automatic_tax"] = new JsonObject { ["disabled_reason"] = null, ["enabled"] = false, ["liability"] = null },
            ["billing_cycle_anchor"] = anchor,
            ["billing_cycle_anchor_config"] = null,
            ["billing_mode"] = new JsonObject { ["type"] = "classic" },
            ["billing_schedules"] = new JsonArray(),
            ["billing_thresholds"] = null,
            ["cancel_at"] = null,
            ["cancel_at_period_end"] = false,
            ["canceled_at"] = null,
            ["cancellation_details"] = new JsonObject { ["comment"] = null, ["feedback"] = null, ["reason"] = null },
            ["collection_method"] = "charge_automatically",
            ["created"] = seconds,
            ["currency"] = start.Items[0].Price["currency"]!.DeepClone(),
            ["customer"] = (string)start.Customer["id"]!,
            ["customer_account"] = null,
            ["days_until_due"] = null,
            ["default_payment_method"] = (string?)start.Method?["id"],
            ["default_source"] = null,
            ["default_tax_rates"] = new JsonArray(),
            ["description"] = null,
            ["discounts"] = new JsonArray(),
            ["ended_at"] = null,
            ["invoice_settings"] = new JsonObject { ["account_tax_ids"] = null, ["custom_fields"] = null, ["description"] = null, ["footer"] = null, ["issuer"] = new JsonObject { ["type"] = "self" } },
            ["items"] = Objects.ListOf("/v1/subscription_items?subscription=" + id, start.Items.Select(item => NewItem(call, id, item.Price, item.Quantity, seconds, periodEnd.ToUnixTimeSeconds()))),
            ["latest_invoice"] = null,
            ["livemode"] = false,
            ["managed_payments"] = new JsonObject { ["enabled"] = false },
            ["metadata"] = start.Metadata.DeepClone(),
            ["next_pending_invoice_item_invoice"] = null,
            ["on_behalf_of"] = null,
            ["pause_collection"] = null,
            ["payment_settings"] = new JsonObject { ["payment_method_options"] = null, ["payment_method_types"] = null, ["save_default_payment_method"] = "off" },
            ["pending_invoice_item_interval"] = null,
            ["pending_setup_intent"] = null,
            ["pending_update"] = null,
            ["schedule"] = null,
            ["start_date"] = seconds,
            ["status"] = isTrial ? "trialing" : "incomplete",
            ["test_clock"] = start.Customer["test_clock"]?.DeepClone(),
            ["transfer_data"] = null,
            ["trial_end"] = isTrial ? anchor : null,
            ["trial_settings"] = new JsonObject { ["end_behavior"] = new JsonObject { ["missing_payment_method"] = "create_invoice" } },
            ["trial_start"] = isTrial ? seconds : null,
        };
    }

    private static JsonObject NewItem(StripeCall call, string subscription, JsonObject price, long quantity, long start, long end) => new()
    {
        ["id"] = Objects.NewId("si", 14),
        ["object"] = "subscription_item",
        ["billing_thresholds"] = null,
        ["created"] = call.Seconds,
        ["current_period_end"] = end,
        ["current_period_start"] = start,
        ["discounts"] = new JsonArray(),
        ["metadata"] = new JsonObject(),
        ["plan"] = PlanOf(price),
        ["price"] = price.DeepClone(),
        ["quantity"] = quantity,
        ["subscription"] = subscription,
        ["tax_rates"] = new JsonArray(),
    };
}
