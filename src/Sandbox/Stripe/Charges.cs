using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/charges: each attempt that reached the bank.</summary>
internal static class Charges
{
    public static void MapCharges(this IEndpointRouteBuilder v1)
    {
        v1.Read("/charges", List);
        v1.Read("/charges/{id}", static call => call.Objects.Find("charge", call.Id));
    }

    public static JsonObject New(StripeCall call, JsonObject intent, JsonObject method, CardDecline? decline)
    {
        var id = Objects.NewId("ch");
        var isPaid = decline is null;
        var card = (JsonObject)method["card"]!;
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "charge",
            ["amount"] = (long)intent["amount"]!,
            ["amount_captured"] = isPaid ? (long)intent["amount"]! : 0,
            ["amount_refunded"] = 0,
            ["application"] = null,
            ["application_fee"] = null,
            ["application_fee_amount"] = null,
            ["balance_transaction"] = null,
            ["billing_details"] = method["billing_details"]!.DeepClone(),
            ["calculated_statement_descriptor"] = "SANDBOX",
            ["captured"] = isPaid,
            ["created"] = call.Seconds,
            ["currency"] = (string)intent["currency"]!,
            ["customer"] = (string?)intent["customer"],
            ["description"] = (string?)intent["description"],
            ["disputed"] = false,
            ["failure_balance_transaction"] = null,
            ["failure_code"] = decline?.Code,
            ["failure_message"] = decline?.Message,
            ["fraud_details"] = new JsonObject(),
            ["livemode"] = false,
            ["metadata"] = intent["metadata"]!.DeepClone(),
            ["on_behalf_of"] = null,
            ["outcome"] = new JsonObject
            {
                ["advice_code"] = null,
                ["network_advice_code"] = null,
                ["network_decline_code"] = null,
                ["network_status"] = isPaid ? "approved_by_network" : "declined_by_network",
                ["reason"] = decline?.DeclineCode,
                ["seller_message"] = isPaid ? "Payment complete." : "The bank did not return any further details with this decline.",
                ["type"] = isPaid ? "authorized" : "issuer_declined",
            },
            ["paid"] = isPaid,
            ["payment_intent"] = (string)intent["id"]!,
            ["payment_method"] = (string)method["id"]!,
            ["payment_method_details"] = new JsonObject { ["card"] = Details(card, (long)intent["amount"]!), ["type"] = "card" },
            ["receipt_email"] = (string?)intent["receipt_email"],
            ["receipt_number"] = null,
            ["receipt_url"] = isPaid ? call.Desk.UrlOf("/stripe#" + id) : null,
            ["refunded"] = false,
            ["refunds"] = Objects.ListOf($"/v1/charges/{id}/refunds", []),
            ["review"] = null,
            ["shipping"] = null,
            ["source"] = null,
            ["source_transfer"] = null,
            ["statement_descriptor"] = null,
            ["statement_descriptor_suffix"] = null,
            ["status"] = isPaid ? "succeeded" : "failed",
            ["transfer_data"] = null,
            ["transfer_group"] = null,
        };
    }

    private static Task<JsonObject> List(StripeCall call)
    {
        var like = new JsonObject();
        foreach (var name in (string[])["customer", "payment_intent"])
        {
            if (call.Given.Filled(name) is { } value)
                like[name] = value;
        }

        return call.Objects.Page("charge", "/v1/charges", like, call.Given);
    }

    private static JsonObject Details(JsonObject card, long amount)
    {
        var details = new JsonObject
        {
            ["amount_authorized"] = amount,
            ["authorization_code"] = null,
            ["extended_authorization"] = new JsonObject { ["status"] = "disabled" },
            ["incremental_authorization"] = new JsonObject { ["status"] = "unavailable" },
            ["installments"] = null,
            ["mandate"] = null,
            ["multicapture"] = new JsonObject { ["status"] = "unavailable" },
            ["network"] = (string?)card["brand"],
            ["network_token"] = new JsonObject { ["used"] = false },
            ["network_transaction_id"] = null,
            ["overcapture"] = new JsonObject { ["maximum_amount_capturable"] = amount, ["status"] = "unavailable" },
            ["three_d_secure"] = null,
            ["transaction_link_id"] = null,
            ["wallet"] = null,
        };
        foreach (var name in (string[])["brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "regulated_status"])
            details[name] = card[name]?.DeepClone();
        return details;
    }
}
