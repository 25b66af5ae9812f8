using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/payment_methods: test cards.</summary>
internal static class PaymentMethods
{
    public static void MapPaymentMethods(this IEndpointRouteBuilder v1)
    {
        v1.Write("/payment_methods", Create);
        v1.Read("/payment_methods", List);
        v1.Read("/payment_methods/{id}", static call => Usable(call, call.Id));
        v1.Write("/payment_methods/{id}", Update);
        v1.Write("/payment_methods/{id}/attach", Attach);
        v1.Write("/payment_methods/{id}/detach", Detach);
        v1.Read("/customers/{id}/payment_methods", static call => ListOf(call, call.Id));
    }

    /// <summary>The payment method of that id; for <c>pm_card_visa</c> and its like a new one, as Stripe does it.</summary>
    /// <exception cref="StripeRefusal">There is none.</exception>
    public static async Task<JsonObject> Usable(StripeCall call, string id)
    {
        if (Cards.OfName(id) is not { } card)
            return await call.Objects.Find("payment_method", id, "payment_method");
        return await OfCard(call, card, null, 12, call.Now.Year + 3);
    }

    /// <summary>A new payment method of <paramref name="card"/>.</summary>
    public static async Task<JsonObject> OfCard(StripeCall call, TestCard card, JsonObject? billing, int month, int year)
    {
        var made = New(call, card, month, year);
        foreach (var (name, value) in billing ?? [])
            made["billing_details"]![name] = value?.DeepClone();
        await call.Objects.Add(made);
        return made;
    }

    /// <summary>Gives it to a customer.</summary>
    /// <exception cref="StripeRefusal">The card refuses to be kept, or is another customer's.</exception>
    public static async Task AttachTo(StripeCall call, JsonObject method, string customer)
    {
        if ((string?)method["customer"] is { } owner)
        {
            if (owner != customer)
                throw StripeRefusal.Invalid("payment_method", "The payment method you provided has already been attached to another customer.", "payment_method_unexpected_state");
            return;
        }

        var card = Cards.Of(method);
        if (card.FailsToAttach)
            throw StripeRefusal.Card(card.Decline!, null, null, isFact: false);
        method["customer"] = customer;
        await call.Objects.Save(method);
        await call.Tell("payment_method.attached", method);
    }

    private static async Task<JsonObject> Create(StripeCall call)
    {
        call.Given.Choice("type", "card");
        if (call.Given.Of("card") is not { } given)
            throw StripeRefusal.Missing("card");
        var card = given.Filled("token") is { } token
            ? Cards.OfName(token) ?? throw StripeRefusal.Unknown("token", token, "card[token]")
            : Cards.OfNumber(given.Required("number")) ?? throw StripeRefusal.Card(new("card_declined", "test_mode_live_card", "Your card was declined. The Sandbox takes test cards only."), null, null, isFact: false);
        var billing = new JsonObject();
        foreach (var (name, value) in call.Given.Pairs("billing_details"))
            billing[name] = value;
        var made = await OfCard(call, card, billing, (int)(given.Number("exp_month", 1, 12) ?? 12), (int)(given.Number("exp_year", call.Now.Year, call.Now.Year + 50) ?? call.Now.Year + 3));
        made["metadata"] = call.Given.Metadata();
        await call.Objects.Save(made);
        return made;
    }

    private static Task<JsonObject> List(StripeCall call) =>
        call.Given.Filled("customer") is { } customer ? ListOf(call, customer) : call.Objects.Page("payment_method", "/v1/payment_methods", [], call.Given);

    private static async Task<JsonObject> ListOf(StripeCall call, string customer)
    {
        await call.Objects.Find("customer", customer, "customer");
        var like = new JsonObject { ["customer"] = customer };
        if (call.Given.Filled("type") is { } type)
            like["type"] = type;
        return await call.Objects.Page("payment_method", "/v1/payment_methods", like, call.Given);
    }

    private static async Task<JsonObject> Update(StripeCall call)
    {
        var method = await call.Objects.Lock("payment_method", call.Id);
        method["metadata"] = call.Given.Metadata((JsonObject)method["metadata"]!);
        foreach (var (name, value) in call.Given.Pairs("billing_details"))
            method["billing_details"]![name] = value;
        await call.Objects.Save(method);
        await call.Tell("payment_method.updated", method);
        return method;
    }

    private static async Task<JsonObject> Attach(StripeCall call)
    {
        var customer = call.Given.Required("customer");
        await call.Objects.Find("customer", customer, "customer");
        var method = Cards.OfName(call.Id) is null ? await call.Objects.Lock("payment_method", call.Id) : await Usable(call, call.Id);
        await AttachTo(call, method, customer);
        return method;
    }

    private static async Task<JsonObject> Detach(StripeCall call)
    {
        var method = await call.Objects.Lock("payment_method", call.Id);
        if ((string?)method["customer"] is not { } customer)
            throw StripeRefusal.Invalid("payment_method", "The payment method you provided is not attached to a customer so detachment is impossible.", "payment_method_unexpected_state");
        method["customer"] = null;
        await call.Objects.Save(method);
        var owner = await call.Objects.Lock("customer", customer);
        if ((string?)owner["invoice_settings"]!["default_payment_method"] == call.Id)
        {
            owner["invoice_settings"]!["default_payment_method"] = null;
            await call.Objects.Save(owner);
        }

        await call.Tell("payment_method.detached", method, new JsonObject { ["customer"] = customer });
        return method;
    }

    private static JsonObject New(StripeCall call, TestCard card, int month, int year) => new()
    {
        ["id"] = Objects.NewId("pm"),
        ["object"] = "payment_method",
        ["allow_redisplay"] = "unspecified",
        ["billing_details"] = new JsonObject { ["address"] = Address(), ["email"] = null, ["name"] = null, ["phone"] = null, ["tax_id"] = null },
        ["card"] = new JsonObject
        {
            ["brand"] = card.Brand,
            ["checks"] = new JsonObject { ["address_line1_check"] = null, ["address_postal_code_check"] = null, ["cvc_check"] = "pass" },
            ["country"] = "US",
            ["display_brand"] = card.Brand,
            ["exp_month"] = month,
            ["exp_year"] = year,
            ["fingerprint"] = card.Fingerprint,
            ["funding"] = card.Name.EndsWith("debit", StringComparison.Ordinal) ? "debit" : "credit",
            ["generated_from"] = null,
            ["last4"] = card.Last4,
            ["networks"] = new JsonObject { ["available"] = new JsonArray(card.Brand), ["preferred"] = null },
            ["regulated_status"] = "unregulated",
            ["three_d_secure_usage"] = new JsonObject { ["supported"] = true },
            ["wallet"] = null,
        },
        ["created"] = call.Seconds,
        ["customer"] = null,
        ["customer_account"] = null,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["type"] = "card",
    };

    public static JsonObject Address() => new()
    {
        ["city"] = null,
        ["country"] = null,
        ["line1"] = null,
        ["line2"] = null,
        ["postal_code"] = null,
        ["state"] = null,
    };

    /// <summary>As a person recognises it: <c>visa •••• 4242, 12/2029</c>.</summary>
    public static string Show(JsonObject method) => string.Create(
        CultureInfo.InvariantCulture, $"{method["card"]!["brand"]} •••• {method["card"]!["last4"]}, {(int)method["card"]!["exp_month"]!:00}/{method["card"]!["exp_year"]}");
}
