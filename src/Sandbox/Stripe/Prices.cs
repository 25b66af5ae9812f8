using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/prices: so much for one unit, once or each period.</summary>
internal static class Prices
{
    public static void MapPrices(this IEndpointRouteBuilder v1)
    {
        v1.Write("/prices", Create);
        v1.Read("/prices", List);
        v1.Read("/prices/{id}", static call => call.Objects.Find("price", call.Id));
        v1.Write("/prices/{id}", Update);
    }

    /// <summary>The end of the period that begins at <paramref name="start"/>, counted from the anchor: the 31st stays the 31st where there is one.</summary>
    public static DateTimeOffset EndOfPeriod(JsonObject price, DateTimeOffset anchor, DateTimeOffset start)
    {
        var (interval, count) = ((string)price["recurring"]!["interval"]!, (int)price["recurring"]!["interval_count"]!);
        for (var n = 1; ; n++)
        {
            var end = interval switch
            {
                "day" => anchor.AddDays(n * count),
                "week" => anchor.AddDays(7 * n * count),
                "month" => anchor.AddMonths(n * count),
                _ => anchor.AddYears(n * count),
            };
            if (end > start)
                return end;
        }
    }

    /// <summary>As a person reads it: <c>12.00 EUR a month</c>.</summary>
    public static string Show(JsonObject price)
    {
        var amount = Money.Show((long)price["unit_amount"]!, (string)price["currency"]!);
        if (price["recurring"] is not JsonObject recurring)
            return amount;
        var count = (int)recurring["interval_count"]!;
        return count == 1 ? $"{amount} a {recurring["interval"]}" : $"{amount} every {count} {recurring["interval"]}s";
    }

    /// <summary>A price of a session's own, from <c>price_data</c>; not for lists.</summary>
    public static async Task<JsonObject> OfData(StripeCall call, Parameters data)
    {
        var product = data.Filled("product") is { } id
            ? await call.Objects.Find("product", id, data.Name("product"))
            : await Products.Add(call, null, (data.Of("product_data") ?? throw StripeRefusal.Missing(data.Name("product_data"))).Required("name"), []);
        var price = New(call, data, (string)product["id"]!);
        price["active"] = false;
        await call.Objects.Add(price);
        return price;
    }

    private static async Task<JsonObject> Create(StripeCall call)
    {
        var product = call.Given.Of("product_data") is { } data
            ? await Products.Add(call, null, data.Required("name"), data.Metadata())
            : await call.Objects.Find("product", call.Given.Required("product"), "product");
        if (call.Given.Filled("lookup_key") is { } name)
            await TakeName(call, name);
        var price = New(call, call.Given, (string)product["id"]!);
        await call.Objects.Add(price);
        await call.Tell("price.created", price);
        return price;
    }

    private static async Task TakeName(StripeCall call, string name)
    {
        await call.Work.Execute("select pg_advisory_xact_lock(hashtextextended(current_schema() || ' lookup ' || @name, 0))", new { name }, CancellationToken.None);
        foreach (var found in await call.Objects.All("price", new JsonObject { ["lookup_key"] = name }))
        {
            if (call.Given.Flag("transfer_lookup_key") is not true)
                throw StripeRefusal.Invalid("lookup_key", $"A price ({found["id"]}) already uses that lookup key.");
            var holder = await call.Objects.Lock("price", (string)found["id"]!);
            holder["lookup_key"] = null;
            await call.Objects.Save(holder);
        }
    }

    private static Task<JsonObject> List(StripeCall call)
    {
        var like = new JsonObject();
        foreach (var name in (string[])["product", "type", "currency"])
        {
            if (call.Given.Filled(name) is { } value)
                like[name] = value;
        }

        if (call.Given.Flag("active") is { } active)
            like["active"] = active;
        if (call.Given.Of("recurring")?.Filled("interval") is { } interval)
            like["recurring"] = new JsonObject { ["interval"] = interval };
        var names = call.Given.Texts("lookup_keys");
        return call.Objects.Page("price", "/v1/prices", like, call.Given, names.Count == 0 ? "true" : "body ->> 'lookup_key' = any(@Values)", names);
    }

    private static async Task<JsonObject> Update(StripeCall call)
    {
        var price = await call.Objects.Lock("price", call.Id);
        price["metadata"] = call.Given.Metadata((JsonObject)price["metadata"]!);
        if (call.Given.Flag("active") is { } active)
            price["active"] = active;
        foreach (var name in (string[])["nickname", "lookup_key"])
        {
            if (call.Given.Text(name) is { } text)
                price[name] = text.Length == 0 ? null : text;
        }

        await call.Objects.Save(price);
        await call.Tell("price.updated", price);
        return price;
    }

    private static JsonObject New(StripeCall call, Parameters given, string product)
    {
        var amount = given.Number("unit_amount", 0, 99_999_999) ?? throw StripeRefusal.Missing(given.Name("unit_amount"));
        var recurring = given.Of("recurring") is not { } every ? null : new JsonObject
        {
            ["interval"] = every.Choice("interval", "day", "week", "month", "year") ?? throw StripeRefusal.Missing(every.Name("interval")),
            ["interval_count"] = every.Number("interval_count", 1, 36) ?? 1,
            ["meter"] = null,
            ["trial_period_days"] = null,
            ["usage_type"] = "licensed",
        };
        return new JsonObject
        {
            ["id"] = Objects.NewId("price"),
            ["object"] = "price",
            ["active"] = true,
            ["billing_scheme"] = "per_unit",
            ["created"] = call.Seconds,
            ["currency"] = PaymentIntents.Currency(given),
            ["custom_unit_amount"] = null,
            ["livemode"] = false,
            ["lookup_key"] = given.Filled("lookup_key"),
            ["metadata"] = given.Metadata(),
            ["nickname"] = given.Filled("nickname"),
            ["product"] = product,
            ["recurring"] = recurring,
            ["tax_behavior"] = "unspecified",
            ["tiers_mode"] = null,
            ["transform_quantity"] = null,
            ["type"] = recurring is null ? "one_time" : "recurring",
            ["unit_amount"] = amount,
            ["unit_amount_decimal"] = amount.ToString(CultureInfo.InvariantCulture),
        };
    }
}

/// <summary>Amounts for people.</summary>
internal static class Money
{
    /// <summary>Currencies without minor units (https://docs.stripe.com/currencies#zero-decimal).</summary>
    private static readonly HashSet<string> Whole =
        ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"];

    public static string Show(long amount, string currency) => Whole.Contains(currency)
        ? string.Create(CultureInfo.InvariantCulture, $"{amount:N0} {currency.ToUpperInvariant()}")
        : string.Create(CultureInfo.InvariantCulture, $"{amount / 100m:N2} {currency.ToUpperInvariant()}");
}
