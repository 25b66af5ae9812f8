using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/checkout/sessions. Paying in one is in <see cref="Checkout"/>, its page in <see cref="Pages.CheckoutPage"/>.</summary>
internal static class CheckoutSessions
{
    private const string Kind = "checkout.session";

    public static void MapCheckoutSessions(this IEndpointRouteBuilder v1)
    {
        v1.Write("/checkout/sessions", Create);
        v1.Read("/checkout/sessions", List);
        v1.Read("/checkout/sessions/{id}", static async call => Shown(await call.Objects.Find(Kind, call.Id, "session")));
        v1.Read("/checkout/sessions/{id}/line_items", static async call =>
            Objects.ListOf($"/v1/checkout/sessions/{call.Id}/line_items", (await call.Objects.Find(Kind, call.Id, "session"))["sandbox_lines"]!.AsArray().Select(line => line!.DeepClone())));
        v1.Write("/checkout/sessions/{id}/expire", Expire);
    }

    /// <summary>As the API answers it: without what the Sandbox keeps for itself.</summary>
    public static JsonObject Shown(JsonObject session)
    {
        var shown = (JsonObject)session.DeepClone();
        foreach (var own in shown.Select(member => member.Key).Where(name => name.StartsWith("sandbox_", StringComparison.Ordinal)).ToList())
            shown.Remove(own);
        return shown;
    }

    /// <summary>Nobody pays in it any more.</summary>
    public static async Task End(StripeCall call, JsonObject session)
    {
        (session["status"], session["url"]) = ("expired", null);
        await call.Objects.Save(session);
        await call.Tell("checkout.session.expired", Shown(session));
    }

    private static async Task<JsonObject> Create(StripeCall call)
    {
        var given = call.Given;
        var mode = given.Choice("mode", "payment", "subscription", "setup") ?? throw StripeRefusal.Missing("mode");
        var (success, cancel) = (Url(given, "success_url") ?? throw StripeRefusal.Missing("success_url"), Url(given, "cancel_url"));
        if (given.Filled("customer") is not null && given.Filled("customer_email") is not null)
            throw StripeRefusal.Invalid("customer_email", "You may only specify one of these parameters: customer, customer_email.");
        var customer = given.Filled("customer") is { } id ? await Customers.Living(call, id) : null;
        var lines = await Lines(call, mode);
        var currency = lines.Count > 0 ? (string)lines[0]["currency"]! : given.Filled("currency");
        var expires = given.Time("expires_at")?.ToUnixTimeSeconds() ?? call.Seconds + (long)TimeSpan.FromHours(24).TotalSeconds;
        if (expires < call.Seconds + 1790 || expires > call.Seconds + 86_410)
            throw StripeRefusal.Invalid("expires_at", "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.");

        var session = CheckoutShape.New(call, mode, success, cancel, customer, currency, lines.Sum(line => (long)line["amount_total"]!), expires);
        session["metadata"] = given.Metadata();
        (session["client_reference_id"], session["customer_email"]) = (given.Filled("client_reference_id"), given.Filled("customer_email"));
        session["sandbox_lines"] = new JsonArray([.. lines]);
        session["sandbox_metadata"] = (given.Of(mode == "subscription" ? "subscription_data" : "payment_intent_data") ?? Parameters.Read("")).Metadata();
        session["sandbox_trial_days"] = given.Of("subscription_data")?.Number("trial_period_days", 0, 730) ?? 0;
        await call.Objects.Add(session);
        return Shown(session);
    }

    private static async Task<List<JsonObject>> Lines(StripeCall call, string mode)
    {
        var lines = new List<JsonObject>();
        foreach (var item in call.Given.Items("line_items"))
        {
            var price = item.Of("price_data") is { } data ? await Prices.OfData(call, data) : await call.Objects.Find("price", item.Required("price"), item.Name("price"));
            if (mode == "payment" && price["recurring"] is not null)
                throw StripeRefusal.Invalid(item.Name("price"), "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.");
            var quantity = item.Number("quantity", 1, 999_999) ?? 1;
            var product = await call.Objects.Find("product", (string)price["product"]!);
            lines.Add(CheckoutShape.Line(price, product, quantity));
        }

        if (mode != "setup" && lines.Count == 0)
            throw StripeRefusal.Missing("line_items");
        if (mode == "subscription" && lines.TrueForAll(line => line["price"]!["recurring"] is null))
            throw StripeRefusal.Invalid("line_items", "You must provide at least one recurring price in `subscription` mode when using prices.");
        return lines;
    }

    private static async Task<JsonObject> List(StripeCall call)
    {
        var like = new JsonObject();
        foreach (var name in (string[])["customer", "subscription", "payment_intent", "status"])
        {
            if (call.Given.Filled(name) is { } value)
                like[name] = value;
        }

        var page = await call.Objects.Page(Kind, "/v1/checkout/sessions", like, call.Given);
        page["data"] = new JsonArray([.. page["data"]!.AsArray().Select(session => Shown(session!.AsObject()))]);
        return page;
    }

    private static async Task<JsonObject> Expire(StripeCall call)
    {
        var session = await call.Objects.Lock(Kind, call.Id, "session");
        if ((string)session["status"]! != "open")
            throw StripeRefusal.Invalid(null, "Only Checkout Sessions with a status in [\"open\"] can be expired.");
        await End(call, session);
        return Shown(session);
    }

    private static string? Url(Parameters given, string name)
    {
        if (given.Filled(name) is not { } url)
            return null;
        return url.Length <= 5000 && Uri.TryCreate(url.Replace("{CHECKOUT_SESSION_ID}", "id", StringComparison.Ordinal), UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
            ? url
            : throw StripeRefusal.Invalid(name, "Not a valid URL", "url_invalid");
    }
}
