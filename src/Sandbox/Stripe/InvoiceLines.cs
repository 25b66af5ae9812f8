using System.Globalization;
using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>Lines of invoices: periods, prorations, and what is kept for the next invoice (/v1/invoiceitems).</summary>
internal static class InvoiceLines
{
    /// <summary>A line for each item's present period; for a trial it costs nothing.</summary>
    public static List<JsonObject> OfPeriod(JsonObject subscription, bool isTrial) => [.. SubscriptionShape.Items(subscription).Select(item =>
    {
        var (price, quantity) = (item["price"]!.AsObject(), (long)item["quantity"]!);
        var line = Of(subscription, item, price, quantity, isTrial ? 0 : (long)price["unit_amount"]! * quantity, SubscriptionShape.PeriodStart(subscription), SubscriptionShape.PeriodEnd(subscription));
        if (isTrial)
            line["description"] = "Trial period";
        return line;
    })];

    /// <summary>A line for the period after the present one.</summary>
    public static List<JsonObject> OfNextPeriod(JsonObject subscription)
    {
        var next = (JsonObject)subscription.DeepClone();
        var (end, price) = (SubscriptionShape.PeriodEnd(next), SubscriptionShape.Items(next).First()["price"]!.AsObject());
        SubscriptionShape.SetPeriod(next, end, Prices.EndOfPeriod(price, SubscriptionShape.Time(next["billing_cycle_anchor"]), end));
        return OfPeriod(next, isTrial: false);
    }

    public static JsonObject Of(JsonObject subscription, JsonObject item, JsonObject price, long quantity, long amount, DateTimeOffset start, DateTimeOffset end) =>
        New(subscription, item, price, quantity, amount, $"{quantity} × {price["nickname"] ?? price["id"]} (at {Prices.Show(price)})", start, end, isProration: false);

    public static JsonObject Proration(JsonObject subscription, JsonObject item, JsonObject price, long amount, string what, DateTimeOffset start, DateTimeOffset end) =>
        New(subscription, item, price, (long)item["quantity"]!, amount,
            string.Create(CultureInfo.InvariantCulture, $"{what} {price["nickname"] ?? price["id"]} after {start.UtcDateTime:dd MMM yyyy}"), start, end, isProration: true);

    /// <summary>Keeps a line for the next invoice.</summary>
    public static Task Keep(StripeCall call, JsonObject subscription, JsonObject line) => call.Objects.Add(new JsonObject
    {
        ["id"] = Objects.NewId("ii"),
        ["object"] = "invoiceitem",
        ["amount"] = (long)line["amount"]!,
        ["created"] = call.Seconds,
        ["currency"] = (string)line["currency"]!,
        ["customer"] = (string)subscription["customer"]!,
        ["customer_account"] = null,
        ["date"] = call.Seconds,
        ["description"] = (string)line["description"]!,
        ["discountable"] = false,
        ["discounts"] = new JsonArray(),
        ["invoice"] = null,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["net_amount"] = (long)line["amount"]!,
        ["parent"] = new JsonObject { ["subscription_details"] = new JsonObject { ["subscription"] = (string)subscription["id"]! }, ["type"] = "subscription_details" },
        ["period"] = line["period"]!.DeepClone(),
        ["pricing"] = line["pricing"]!.DeepClone(),
        ["proration"] = true,
        ["quantity"] = line["quantity"]!.DeepClone(),
        ["tax_rates"] = new JsonArray(),
        ["test_clock"] = subscription["test_clock"]?.DeepClone(),
        ["sandbox_line"] = line.DeepClone(),
    });

    /// <summary>The lines kept for it.</summary>
    public static async Task<List<JsonObject>> Kept(StripeCall call, string subscription) =>
        [.. (await KeptItems(call, subscription)).Select(item => (JsonObject)item["sandbox_line"]!.DeepClone()).Reverse()];

    /// <summary>The lines kept for it, which are on an invoice now.</summary>
    public static async Task<List<JsonObject>> TakeKept(StripeCall call, string subscription)
    {
        var lines = await Kept(call, subscription);
        foreach (var item in await KeptItems(call, subscription))
            await call.Objects.Remove((string)item["id"]!);
        return lines;
    }

    private static Task<List<JsonObject>> KeptItems(StripeCall call, string subscription) => call.Objects.All(
        "invoiceitem", new JsonObject { ["parent"] = new JsonObject { ["subscription_details"] = new JsonObject { ["subscription"] = subscription } } });

    private static JsonObject New(
        JsonObject subscription, JsonObject item, JsonObject price, long quantity, long amount, string description, DateTimeOffset start, DateTimeOffset end, bool isProration) => new()
        {
            ["id"] = Objects.NewId("il"),
            ["object"] = "line_item",
            ["amount"] = amount,
            ["currency"] = (string)price["currency"]!,
            ["description"] = description,
            ["discount_amounts"] = new JsonArray(),
            ["discountable"] = !isProration,
            ["discounts"] = new JsonArray(),
            ["invoice"] = null,
            ["livemode"] = false,
            ["metadata"] = subscription["metadata"]!.DeepClone(),
            ["parent"] = new JsonObject
            {
                ["invoice_item_details"] = null,
                ["subscription_item_details"] = new JsonObject
                {
                    ["invoice_item"] = null,
                    ["proration"] = isProration,
                    ["proration_details"] = new JsonObject { ["credited_items"] = null },
                    ["subscription"] = (string)subscription["id"]!,
                    ["subscription_item"] = (string)item["id"]!,
                },
                ["type"] = "subscription_item_details",
            },
            ["period"] = new JsonObject { ["end"] = end.ToUnixTimeSeconds(), ["start"] = start.ToUnixTimeSeconds() },
            ["pretax_credit_amounts"] = new JsonArray(),
            ["pricing"] = new JsonObject
            {
                ["price_details"] = new JsonObject { ["price"] = (string)price["id"]!, ["product"] = (string)price["product"]! },
                ["type"] = "price_details",
                ["unit_amount_decimal"] = (string?)price["unit_amount_decimal"],
            },
            ["quantity"] = quantity,
            ["quantity_decimal"] = quantity.ToString(CultureInfo.InvariantCulture),
            ["subscription"] = (string)subscription["id"]!,
            ["subtotal"] = amount,
            ["taxes"] = new JsonArray(),
        };
}
