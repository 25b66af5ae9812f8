using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/customers.</summary>
internal static class Customers
{
    public static void MapCustomers(this IEndpointRouteBuilder v1)
    {
        v1.Write("/customers", Create);
        v1.Read("/customers", List);
        v1.Read("/customers/{id}", static call => call.Objects.Find("customer", call.Id));
        v1.Write("/customers/{id}", Update);
        v1.Remove("/customers/{id}", Delete);
    }

    /// <summary>A new customer, for a checkout that has none.</summary>
    public static async Task<JsonObject> Add(StripeCall call, string? email, string? name, JsonObject metadata, string? clock = null)
    {
        var customer = New(call, email, name, metadata, clock);
        await call.Objects.Add(customer);
        await call.Tell("customer.created", customer);
        return customer;
    }

    /// <summary>The customer, or a refusal for one that is deleted.</summary>
    public static async Task<JsonObject> Living(StripeCall call, string id)
    {
        var customer = await call.Objects.Find("customer", id, "customer");
        return customer["deleted"] is null ? customer : throw StripeRefusal.Unknown("customer", id, "customer");
    }

    private static async Task<JsonObject> Create(StripeCall call)
    {
        var clock = call.Given.Filled("test_clock");
        if (clock is not null)
            await call.Objects.Find("test_helpers.test_clock", clock, "test_clock");
        var customer = New(call, call.Given.Filled("email"), call.Given.Filled("name"), call.Given.Metadata(), clock);
        await Apply(call, customer);
        if (call.Given.Filled("payment_method") is { } method)
        {
            await call.Objects.Add(customer);
            await PaymentMethods.AttachTo(call, await PaymentMethods.Usable(call, method), (string)customer["id"]!);
        }
        else
        {
            await call.Objects.Add(customer);
        }

        await call.Tell("customer.created", customer);
        return customer;
    }

    private static Task<JsonObject> List(StripeCall call)
    {
        var like = new JsonObject();
        foreach (var name in (string[])["email", "test_clock"])
        {
            if (call.Given.Filled(name) is { } value)
                like[name] = value;
        }

        return call.Objects.Page("customer", "/v1/customers", like, call.Given, "body -> 'deleted' is null");
    }

    private static async Task<JsonObject> Update(StripeCall call)
    {
        await Living(call, call.Id);
        var customer = await call.Objects.Lock("customer", call.Id);
        customer["metadata"] = call.Given.Metadata((JsonObject)customer["metadata"]!);
        await Apply(call, customer);
        await call.Objects.Save(customer);
        await call.Tell("customer.updated", customer);
        return customer;
    }

    private static async Task<JsonObject> Delete(StripeCall call)
    {
        var customer = await Living(call, call.Id);
        foreach (var subscription in await call.Objects.All("subscription", new JsonObject { ["customer"] = call.Id }))
        {
            if ((string)subscription["status"]! is not ("canceled" or "incomplete_expired"))
                await Subscriptions.End(call, await call.Objects.Lock("subscription", (string)subscription["id"]!), "canceled", "cancellation_requested");
        }

        await call.Objects.Lock("customer", call.Id);
        var deleted = new JsonObject { ["id"] = call.Id, ["object"] = "customer", ["deleted"] = true };
        await call.Objects.Save(deleted);
        await call.Tell("customer.deleted", customer);
        return deleted;
    }

    private static async Task Apply(StripeCall call, JsonObject customer)
    {
        foreach (var name in (string[])["email", "name", "description", "phone"])
        {
            if (call.Given.Text(name) is { } value)
                customer[name] = value.Length == 0 ? null : value;
        }

        if (call.Given.Number("balance", -99_999_999, 99_999_999) is { } balance)
            customer["balance"] = balance;
        if (call.Given.Of("invoice_settings")?.Text("default_payment_method") is not { } method)
            return;
        if (method.Length > 0 && (string?)(await call.Objects.Find("payment_method", method, "invoice_settings[default_payment_method]"))["customer"] != (string)customer["id"]!)
            throw StripeRefusal.Invalid("invoice_settings[default_payment_method]", $"The customer does not have a payment method with the ID {method}. The payment method must be attached to the customer.", "resource_missing");
        customer["invoice_settings"]!["default_payment_method"] = method.Length == 0 ? null : method;
    }

    private static JsonObject New(StripeCall call, string? email, string? name, JsonObject metadata, string? clock) => new()
    {
        ["id"] = Objects.NewId("cus", 14),
        ["object"] = "customer",
        ["address"] = null,
        ["balance"] = 0,
        ["created"] = call.Seconds,
        ["currency"] = null,
        ["default_source"] = null,
        ["delinquent"] = false,
        ["description"] = null,
        ["discount"] = null,
        ["email"] = email,
        ["invoice_prefix"] = Objects.NewId("S", 7)[2..].ToUpperInvariant(),
        ["invoice_settings"] = new JsonObject { ["custom_fields"] = null, ["default_payment_method"] = null, ["footer"] = null, ["rendering_options"] = null },
        ["livemode"] = false,
        ["metadata"] = metadata,
        ["name"] = name,
        ["next_invoice_sequence"] = 1,
        ["phone"] = null,
        ["preferred_locales"] = new JsonArray(),
        ["shipping"] = null,
        ["tax_exempt"] = "none",
        ["test_clock"] = clock,
    };
}
