using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>How a payment intent is confirmed.</summary>
/// <param name="ReturnUrl">Where the payer goes after the bank's page.</param>
/// <param name="IsOffSession">The payer is not there.</param>
internal sealed record HowToConfirm(string? ReturnUrl, bool IsOffSession)
{
    public static HowToConfirm OffSession { get; } = new(null, true);

    public static HowToConfirm Of(Parameters given)
    {
        var returnUrl = given.Filled("return_url");
        if (returnUrl is not null && !(Uri.TryCreate(returnUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            throw StripeRefusal.Invalid("return_url", "Not a valid URL", "url_invalid");
        return new HowToConfirm(returnUrl, given.Flag("off_session") is true || given.Flag("error_on_requires_action") is true);
    }
}

/// <summary>What happens when a payment intent is charged: the states, the charge, the ledger, the events. Its row is locked already.</summary>
internal static class Charging
{
    /// <summary>Tries to charge.</summary>
    /// <returns>The intent: succeeded, or waiting for the payer's step at the bank.</returns>
    /// <exception cref="StripeRefusal">402, a fact that stays: declined. 400: not in this state.</exception>
    public static async Task<JsonObject> Confirm(StripeCall call, JsonObject intent, JsonObject? method, HowToConfirm how)
    {
        if ((string)intent["status"]! is not ("requires_payment_method" or "requires_confirmation" or "requires_action"))
            throw PaymentIntents.Unexpected(intent, "could not be confirmed");
        method ??= (string?)intent["payment_method"] is { } chosen ? await call.Objects.Find("payment_method", chosen, "payment_method") : null;
        if (method is null)
        {
            throw StripeRefusal.Invalid("payment_method",
                "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
                "payment_intent_unexpected_state");
        }

        if ((string?)method["customer"] is { } owner && owner != (string?)intent["customer"])
            throw StripeRefusal.Invalid("payment_method", "The PaymentMethod you provided belongs to another customer.", "payment_method_unexpected_state");

        var card = Cards.Of(method);
        intent["payment_method"] = (string)method["id"]!;
        if (card.Behaviour == CardBehaviour.Authenticates)
        {
            if (how.IsOffSession)
                throw await Decline(call, intent, method, CardDecline.AuthenticationRequired);
            return await AskThePayer(call, intent, how);
        }

        return card.Decline is null ? await Succeed(call, intent, method) : throw await Decline(call, intent, method, card.Decline);
    }

    /// <summary>The payer has been at the bank's page.</summary>
    /// <exception cref="StripeRefusal">402, a fact: they failed there, or the bank declines all the same.</exception>
    public static async Task<JsonObject> Authenticated(StripeCall call, JsonObject intent, bool isPassed)
    {
        if ((string)intent["status"]! != "requires_action")
            throw PaymentIntents.Unexpected(intent, "could not be authenticated");
        var method = await call.Objects.Find("payment_method", (string)intent["payment_method"]!);
        var decline = isPassed ? Cards.Of(method).Decline : CardDecline.AuthenticationFailed;
        return decline is null ? await Succeed(call, intent, method) : throw await Decline(call, intent, method, decline);
    }

    private static async Task<JsonObject> AskThePayer(StripeCall call, JsonObject intent, HowToConfirm how)
    {
        var page = call.Desk.UrlOf($"/pay/{intent["id"]}/authenticate?client_secret={intent["client_secret"]}");
        (intent["status"], intent["last_payment_error"]) = ("requires_action", null);
        intent["next_action"] = how.ReturnUrl is null
            ? new JsonObject { ["type"] = "use_stripe_sdk", ["use_stripe_sdk"] = new JsonObject { ["type"] = "three_d_secure_redirect", ["stripe_js"] = page } }
            : new JsonObject { ["type"] = "redirect_to_url", ["redirect_to_url"] = new JsonObject { ["return_url"] = how.ReturnUrl, ["url"] = page } };
        await PaymentIntents.Save(call, intent);
        await call.Tell("payment_intent.requires_action", intent);
        return intent;
    }

    private static async Task<JsonObject> Succeed(StripeCall call, JsonObject intent, JsonObject method)
    {
        var charge = Charges.New(call, intent, method, null);
        var entry = await Ledger.Charge(call, intent, charge);
        charge["balance_transaction"] = entry;
        await call.Objects.Add(charge);
        (intent["status"], intent["amount_received"], intent["latest_charge"]) = ("succeeded", (long)intent["amount"]!, (string)charge["id"]!);
        (intent["next_action"], intent["last_payment_error"]) = (null, null);
        if (intent["setup_future_usage"] is not null && (string?)intent["customer"] is { } customer && method["customer"] is null)
            await PaymentMethods.AttachTo(call, method, customer);
        await PaymentIntents.Save(call, intent);
        await call.Tell("payment_intent.succeeded", intent);
        await call.Tell("charge.succeeded", charge);
        if ((string?)intent["invoice"] is { } invoice)
            await Invoices.PaidBy(call, await call.Objects.Lock("invoice", invoice), intent);
        return intent;
    }

    private static async Task<StripeRefusal> Decline(StripeCall call, JsonObject intent, JsonObject method, CardDecline decline)
    {
        var charge = Charges.New(call, intent, method, decline);
        await call.Objects.Add(charge);
        (intent["status"], intent["payment_method"], intent["latest_charge"], intent["next_action"]) = ("requires_payment_method", null, (string)charge["id"]!, null);
        var refusal = StripeRefusal.Card(decline, null, (string)charge["id"]!, isFact: true);
        var last = (JsonObject)refusal.Error.DeepClone();
        last.Remove("payment_intent");
        last["payment_method"] = method.DeepClone();
        intent["last_payment_error"] = last;
        await PaymentIntents.Save(call, intent);
        await call.Tell("payment_intent.payment_failed", intent);
        await call.Tell("charge.failed", charge);
        refusal.Error["payment_intent"] = intent.DeepClone();
        return refusal;
    }
}
