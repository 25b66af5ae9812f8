using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/refunds: money back, in parts or all of it.</summary>
internal static class Refunds
{
    public static void MapRefunds(this IEndpointRouteBuilder v1)
    {
        v1.Write("/refunds", Create);
        v1.Read("/refunds", List);
        v1.Read("/refunds/{id}", static call => call.Objects.Find("refund", call.Id));
        v1.Write("/refunds/{id}", Update);
        v1.Read("/charges/{id}/refunds", static call =>
            call.Objects.Page("refund", $"/v1/charges/{call.Id}/refunds", new JsonObject { ["charge"] = call.Id }, call.Given));
    }

    private static async Task<JsonObject> Create(StripeCall call)
    {
        var given = call.Given;
        var reason = given.Choice("reason", "duplicate", "fraudulent", "requested_by_customer");
        var charge = await ToRefund(call);
        var left = (long)charge["amount_captured"]! - (long)charge["amount_refunded"]!;
        if (left == 0)
            throw StripeRefusal.Invalid(null, $"Charge {charge["id"]} has already been refunded.", "charge_already_refunded");
        var amount = given.Number("amount") ?? left;
        if (amount < 1)
            throw StripeRefusal.Invalid("amount", "This value must be greater than or equal to 1.", "parameter_invalid_integer");
        if (amount > left)
            throw StripeRefusal.Invalid("amount", $"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).");

        var refund = New(call, charge, amount, reason, given.Metadata());
        refund["balance_transaction"] = await Ledger.Refund(call, charge, refund);
        await call.Objects.Add(refund);
        charge["amount_refunded"] = (long)charge["amount_refunded"]! + amount;
        charge["refunded"] = amount == left;
        await call.Objects.Save(charge);
        await call.Tell("refund.created", refund);
        await call.Tell("charge.refunded", charge, new JsonObject { ["amount_refunded"] = (long)charge["amount_refunded"]! - amount });
        return refund;
    }

    private static async Task<JsonObject> ToRefund(StripeCall call)
    {
        if (call.Given.Filled("charge") is { } named)
            return Paid(await call.Objects.Lock("charge", named, "charge"));
        if (call.Given.Filled("payment_intent") is not { } id)
            throw StripeRefusal.Invalid(null, "One of the following params should be provided for this request: payment_intent or charge.");
        var intent = await call.Objects.Find("payment_intent", id, "payment_intent");
        return (string)intent["status"]! == "succeeded"
            ? Paid(await call.Objects.Lock("charge", (string)intent["latest_charge"]!))
            : throw StripeRefusal.Invalid(null, $"This PaymentIntent ({id}) does not have a successful charge to refund.");
    }

    private static JsonObject Paid(JsonObject charge) => (bool)charge["paid"]!
        ? charge
        : throw StripeRefusal.Invalid("charge", $"Charge {charge["id"]} failed and has nothing to refund.");

    private static Task<JsonObject> List(StripeCall call)
    {
        var like = new JsonObject();
        foreach (var name in (string[])["payment_intent", "charge"])
        {
            if (call.Given.Filled(name) is { } value)
                like[name] = value;
        }

        return call.Objects.Page("refund", "/v1/refunds", like, call.Given);
    }

    private static async Task<JsonObject> Update(StripeCall call)
    {
        var refund = await call.Objects.Lock("refund", call.Id);
        refund["metadata"] = call.Given.Metadata((JsonObject)refund["metadata"]!);
        await call.Objects.Save(refund);
        await call.Tell("refund.updated", refund);
        return refund;
    }

    private static JsonObject New(StripeCall call, JsonObject charge, long amount, string? reason, JsonObject metadata) => new()
    {
        ["id"] = Objects.NewId("re"),
        ["object"] = "refund",
        ["amount"] = amount,
        ["balance_transaction"] = null,
        ["charge"] = (string)charge["id"]!,
        ["created"] = call.Seconds,
        ["currency"] = (string)charge["currency"]!,
        ["customer"] = (string?)charge["customer"],
        ["customer_account"] = null,
        ["destination_details"] = new JsonObject { ["card"] = new JsonObject { ["type"] = "refund" }, ["type"] = "card" },
        ["metadata"] = metadata,
        ["payment_intent"] = (string)charge["payment_intent"]!,
        ["payment_method"] = (string?)charge["payment_method"],
        ["reason"] = reason,
        ["receipt_number"] = null,
        ["source_transfer_reversal"] = null,
        ["status"] = "succeeded",
        ["transfer_reversal"] = null,
    };
}
