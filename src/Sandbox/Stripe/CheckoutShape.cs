using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>A checkout session as the API answers it.</summary>
internal static class CheckoutShape
{
    public static JsonObject New(StripeCall call, string mode, string success, string? cancel, JsonObject? customer, string? currency, long total, long expires)
    {
        var id = Objects.NewId("cs_test", 58);
        var amount = mode == "setup" ? (long?)null : total;
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "checkout.session",
            ["adaptive_pricing"] = null,
            ["after_expiration"] = null,
            ["allow_promotion_codes"] = null,
            ["amount_subtotal"] = amount,
            ["amount_total"] = amount,
            ["automatic_tax"] = new JsonObject { ["enabled"] = false, ["liability"] = null, ["provider"] = null, ["status"] = null },
            ["billing_address_collection"] = null,
            ["cancel_url"] = cancel,
            ["client_reference_id"] = null,
            ["client_secret"] = null,
            ["collected_information"] = null,
            ["consent"] = null,
            ["consent_collection"] = null,
            ["created"] = call.Seconds,
            ["currency"] = currency,
            ["currency_conversion"] = null,
            ["custom_fields"] = new JsonArray(),
            ["custom_text"] = new JsonObject { ["after_submit"] = null, ["shipping_address"] = null, ["submit"] = null, ["terms_of_service_acceptance"] = null },
            ["customer"] = (string?)customer?["id"],
            ["customer_account"] = null,
            ["customer_creation"] = customer is null ? mode == "subscription" ? "always" : "if_required" : null,
            ["customer_details"] = customer is null ? null : Details((string?)customer["email"], (string?)customer["name"]),
            ["customer_email"] = null,
            ["discounts"] = new JsonArray(),
            ["expires_at"] = expires,
            ["integration_identifier"] = null,
            ["invoice"] = null,
            ["invoice_creation"] = mode == "payment" ? new JsonObject { ["enabled"] = false, ["invoice_data"] = null } : null,
            ["livemode"] = false,
            ["locale"] = null,
            ["managed_payments"] = new JsonObject { ["enabled"] = false },
            ["metadata"] = new JsonObject(),
            ["mode"] = mode,
            ["origin_context"] = null,
            ["payment_intent"] = null,
            ["payment_link"] = null,
            ["payment_method_collection"] = mode == "subscription" ? "always" : "if_required",
            ["payment_method_configuration_details"] = null,
            ["payment_method_options"] = new JsonObject { ["card"] = new JsonObject { ["request_three_d_secure"] = "automatic" } },
            ["payment_method_types"] = new JsonArray("card"),
            ["payment_status"] = mode == "setup" ? "no_payment_required" : "unpaid",
            ["permissions"] = null,
            ["phone_number_collection"] = new JsonObject { ["enabled"] = false },
            ["recovered_from"] = null,
            ["saved_payment_method_options"] = null,
            ["setup_intent"] = null,
            ["shipping_address_collection"] = null,
            ["shipping_cost"] = null,
            ["shipping_options"] = new JsonArray(),
            ["status"] = "open",
            ["submit_type"] = null,
            ["subscription"] = null,
            ["success_url"] = success,
            ["total_details"] = amount is null ? null : new JsonObject { ["amount_discount"] = 0, ["amount_shipping"] = 0, ["amount_tax"] = 0 },
            ["ui_mode"] = "hosted",
            ["url"] = call.Desk.UrlOf("/checkout/" + id),
            ["wallet_options"] = null,
        };
    }

    public static JsonObject Line(JsonObject price, JsonObject product, long quantity)
    {
        var amount = (long)price["unit_amount"]! * quantity;
        return new JsonObject
        {
            ["id"] = Objects.NewId("li"),
            ["object"] = "item",
            ["amount_discount"] = 0,
            ["amount_subtotal"] = amount,
            ["amount_tax"] = 0,
            ["amount_total"] = amount,
            ["currency"] = (string)price["currency"]!,
            ["description"] = (string)product["name"]!,
            ["price"] = price.DeepClone(),
            ["quantity"] = quantity,
        };
    }

    public static JsonObject Details(string? email, string? name) => new()
    {
        ["address"] = null,
        ["business_name"] = null,
        ["email"] = email,
        ["individual_name"] = null,
        ["name"] = name,
        ["phone"] = null,
        ["tax_exempt"] = "none",
        ["tax_ids"] = new JsonArray(),
    };
}
