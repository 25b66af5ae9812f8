using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/payment_intents. What charging does is in <see cref="Charging"/>.</summary>
internal static class PaymentIntents
{
    private const long Most = 99_999_999;

    public static void MapPaymentIntents(this IEndpointRouteBuilder v1)
    {
        v1.Write("/payment_intents", Create);
        v1.Read("/payment_intents", List);
        v1.Read("/payment_intents/{id}", static call => call.Objects.Find("payment_intent", call.Id, "intent"));
        v1.Write("/payment_intents/{id}", Update);
        v1.Write("/payment_intents/{id}/confirm", Confirm);
        v1.Write("/payment_intents/{id}/cancel", Cancel);
    }

    /// <summary>A new payment intent.</summary>
    public static async Task<JsonObject> Add(StripeCall call, long amount, string currency, string? customer, string? description, JsonObject metadata, Action<JsonObject>? adjust = null)
    {
        var intent = New(call, amount, currency, customer, description, metadata);
        adjust?.Invoke(intent);
        ShowWhereToPay(call, intent);
        await call.Objects.Add(intent);
        await call.Tell("payment_intent.created", intent);
        return intent;
    }

    public static async Task Save(StripeCall call, JsonObject intent)
    {
        ShowWhereToPay(call, intent);
        await call.Objects.Save(intent);
    }

    public static StripeRefusal Unexpected(JsonObject intent, string what)
    {
        var refusal = StripeRefusal.Invalid(null, $"This PaymentIntent's {what} because it has a status of {intent["status"]}.", "payment_intent_unexpected_state");
        refusal.Error["payment_intent"] = intent.DeepClone();
        return refusal;
    }

    public static long Amount(Parameters given, string name = "amount")
    {
        var amount = given.Number(name) ?? throw StripeRefusal.Missing(given.Name(name));
        return amount switch
        {
            < 1 => throw StripeRefusal.Invalid(given.Name(name), "This value must be greater than or equal to 1.", "parameter_invalid_integer"),
            < 50 => throw StripeRefusal.Invalid(given.Name(name), "Amount must be at least 50 of the smallest unit.", "amount_too_small"),
            > Most => throw StripeRefusal.Invalid(given.Name(name), "Amount must be no more than 999,999.99.", "amount_too_large"),
            _ => amount,
        };
    }

    public static string Currency(Parameters given)
    {
        var currency = given.Required("currency").ToLowerInvariant();
        return currency.Length == 3 && currency.All(char.IsAsciiLetterLower)
            ? currency
            : throw StripeRefusal.Invalid(given.Name("currency"), $"Invalid currency: {currency}.");
    }

    private static async Task<JsonObject> Create(StripeCall call)
    {
        var given = call.Given;
        var (amount, currency) = (Amount(given), Currency(given));
        if (given.Choice("capture_method", "automatic", "automatic_async", "manual") == "manual")
            throw StripeRefusal.Invalid("capture_method", "The Sandbox charges at once; it has no manual capture.");
        var customer = given.Filled("customer");
        if (customer is not null)
            await Customers.Living(call, customer);
        var method = given.Filled("payment_method") is { } chosen ? await PaymentMethods.Usable(call, chosen) : null;
        if ((string?)method?["customer"] is { } owner && owner != customer)
            throw StripeRefusal.Invalid("payment_method", "The PaymentMethod you provided belongs to another customer.", "payment_method_unexpected_state");
        var future = given.Choice("setup_future_usage", "on_session", "off_session");
        var intent = await Add(call, amount, currency, customer, given.Filled("description"), given.Metadata(), made =>
        {
            made["receipt_email"] = given.Filled("receipt_email");
            made["setup_future_usage"] = future;
            made["statement_descriptor"] = given.Filled("statement_descriptor");
            if (given.Of("automatic_payment_methods")?.Flag("enabled") is not true && given.Has("payment_method_types"))
                made["automatic_payment_methods"] = null;
            if (method is not null)
                (made["payment_method"], made["status"]) = ((string)method["id"]!, "requires_confirmation");
        });
        return given.Flag("confirm") is true ? await Charging.Confirm(call, intent, method, HowToConfirm.Of(given)) : intent;
    }

    private static Task<JsonObject> List(StripeCall call)
    {
        var like = new JsonObject();
        if (call.Given.Filled("customer") is { } customer)
            like["customer"] = customer;
        return call.Objects.Page("payment_intent", "/v1/payment_intents", like, call.Given);
    }

    private static async Task<JsonObject> Update(StripeCall call)
    {
        var intent = await call.Objects.Lock("payment_intent", call.Id, "intent");
        var isOpen = ((string)intent["status"]!).StartsWith("requires_", StringComparison.Ordinal);
        foreach (var fixedOnce in (string[])["amount", "currency", "customer", "payment_method"])
        {
            if (call.Given.Has(fixedOnce) && !isOpen)
                throw Unexpected(intent, $"{fixedOnce} could not be updated");
        }

        if (call.Given.Has("amount"))
            intent["amount"] = Amount(call.Given);
        if (call.Given.Has("currency"))
            intent["currency"] = Currency(call.Given);
        if (call.Given.Filled("customer") is { } customer)
            intent["customer"] = (string)(await Customers.Living(call, customer))["id"]!;
        if (call.Given.Filled("payment_method") is { } method)
            (intent["payment_method"], intent["status"]) = ((string)(await PaymentMethods.Usable(call, method))["id"]!, "requires_confirmation");
        foreach (var name in (string[])["description", "receipt_email", "statement_descriptor"])
        {
            if (call.Given.Text(name) is { } text)
                intent[name] = text.Length == 0 ? null : text;
        }

        intent["metadata"] = call.Given.Metadata((JsonObject)intent["metadata"]!);
        await Save(call, intent);
        return intent;
    }

    private static async Task<JsonObject> Confirm(StripeCall call)
    {
        var intent = await call.Objects.Lock("payment_intent", call.Id, "intent");
        var method = call.Given.Filled("payment_method") is { } chosen ? await PaymentMethods.Usable(call, chosen) : null;
        return await Charging.Confirm(call, intent, method, HowToConfirm.Of(call.Given));
    }

    private static async Task<JsonObject> Cancel(StripeCall call)
    {
        var reason = call.Given.Choice("cancellation_reason", "duplicate", "fraudulent", "requested_by_customer", "abandoned");
        var intent = await call.Objects.Lock("payment_intent", call.Id, "intent");
        if (!((string)intent["status"]!).StartsWith("requires_", StringComparison.Ordinal))
            throw Unexpected(intent, "cannot be canceled");
        await Cancel(call, intent, reason);
        return intent;
    }

    public static async Task Cancel(StripeCall call, JsonObject intent, string? reason)
    {
        (intent["status"], intent["canceled_at"], intent["cancellation_reason"], intent["next_action"]) = ("canceled", call.Seconds, reason, null);
        await Save(call, intent);
        await call.Tell("payment_intent.canceled", intent);
    }

    /// <summary>The page that stands in for Stripe.js; not a member of Stripe's.</summary>
    private static void ShowWhereToPay(StripeCall call, JsonObject intent) =>
        intent["sandbox_pay_url"] = (string)intent["status"]! is "succeeded" or "canceled" ? null : call.Desk.UrlOf($"/pay/{intent["id"]}?client_secret={intent["client_secret"]}");

    private static JsonObject New(StripeCall call, long amount, string currency, string? customer, string? description, JsonObject metadata)
    {
        var id = Objects.NewId("pi");
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "payment_intent",
            ["amount"] = amount,
            ["amount_capturable"] = 0,
            ["amount_details"] = new JsonObject { ["tip"] = new JsonObject() },
            ["amount_received"] = 0,
            ["application"] = null,
            ["application_fee_amount"] = null,
            ["automatic_payment_methods"] = new JsonObject { ["allow_redirects"] = "never", ["enabled"] = true },
            ["canceled_at"] = null,
            ["cancellation_reason"] = null,
            ["capture_method"] = "automatic_async",
            ["client_secret"] = Objects.NewId(id + "_secret", 25),
            ["confirmation_method"] = "automatic",
            ["created"] = call.Seconds,
            ["currency"] = currency,
            ["customer"] = customer,
            ["customer_account"] = null,
            ["description"] = description,
            ["excluded_payment_method_types"] = null,
            ["last_payment_error"] = null,
            ["latest_charge"] = null,
            ["livemode"] = false,
            ["managed_payments"] = new JsonObject { ["enabled"] = false },
            ["metadata"] = metadata,
            ["next_action"] = null,
            ["on_behalf_of"] = null,
            ["payment_method"] = null,
            ["payment_method_configuration_details"] = null,
            ["payment_method_options"] = new JsonObject { ["card"] = new JsonObject { ["request_three_d_secure"] = "automatic" } },
            ["payment_method_types"] = new JsonArray("card"),
            ["processing"] = null,
            ["receipt_email"] = null,
            ["review"] = null,
            ["setup_future_usage"] = null,
            ["shipping"] = null,
            ["source"] = null,
            ["statement_descriptor"] = null,
            ["statement_descriptor_suffix"] = null,
            ["status"] = "requires_payment_method",
            ["transfer_data"] = null,
            ["transfer_group"] = null,
        };
    }
}
