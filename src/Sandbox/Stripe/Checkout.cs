using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>Paying in a checkout session.</summary>
internal static class Checkout
{
    /// <summary>
    /// Pays with a card. The session is complete then, unless the bank wants to hear from the payer first: see the status of its payment
    /// intent, and come back with <see cref="Finish"/>.
    /// </summary>
    /// <exception cref="StripeRefusal">Declined: the session stays open.</exception>
    public static async Task<JsonObject> Pay(StripeCall call, string id, TestCard card, int month, int year, string? email, string? name)
    {
        var session = await Open(call, id);
        var customer = (string?)session["customer"] is { } known ? await call.Objects.Find("customer", known) : null;
        var mode = (string)session["mode"]!;
        if (customer is null && mode != "payment")
        {
            customer = await Customers.Add(call, email ?? (string?)session["customer_email"], name, (JsonObject)session["sandbox_metadata"]!.DeepClone());
            session["customer"] = (string)customer["id"]!;
        }

        session["customer_details"] = CheckoutShape.Details((string?)customer?["email"] ?? email, name ?? (string?)customer?["name"]);
        var method = await PaymentMethods.OfCard(call, card, new JsonObject { ["email"] = email, ["name"] = name }, month, year);
        return mode switch
        {
            "payment" => await PayOnce(call, session, customer, method),
            "subscription" => await Subscribe(call, session, customer!, method),
            _ => await Keep(call, session, customer!, method),
        };
    }

    /// <summary>The payer is back from the bank: the session is complete if that went well, else open as before.</summary>
    public static async Task<JsonObject> Finish(StripeCall call, string id)
    {
        var session = await call.Objects.Lock("checkout.session", id, "session");
        if ((string)session["status"]! != "open" || (string?)session["sandbox_intent"] is not { } pending)
            return session;
        var intent = await call.Objects.Find("payment_intent", pending);
        if ((string)intent["status"]! == "succeeded")
            return await Complete(call, session, "paid");
        if ((string)intent["status"]! == "requires_action")
            return session;
        if ((string?)session["subscription"] is { } subscription)
        {
            await Subscriptions.End(call, await call.Objects.Lock("subscription", subscription), "incomplete_expired", "payment_failed");
            (session["subscription"], session["invoice"]) = (null, null);
        }

        session["sandbox_intent"] = null;
        await call.Objects.Save(session);
        return session;
    }

    /// <summary>Where the payer goes now.</summary>
    public static string SuccessUrl(JsonObject session) =>
        ((string)session["success_url"]!).Replace("{CHECKOUT_SESSION_ID}", (string)session["id"]!, StringComparison.Ordinal);

    private static async Task<JsonObject> Open(StripeCall call, string id)
    {
        var session = await call.Objects.Lock("checkout.session", id, "session");
        if ((string)session["status"]! != "open")
            throw StripeRefusal.Invalid(null, "This Checkout Session is no longer active.");
        return (long)session["expires_at"]! > call.Seconds ? session : throw StripeRefusal.Invalid(null, "This Checkout Session has expired.");
    }

    private static async Task<JsonObject> PayOnce(StripeCall call, JsonObject session, JsonObject? customer, JsonObject method)
    {
        // Of several attempts there is one payment intent.
        var intent = (string?)session["payment_intent"] is { } made
            ? await call.Objects.Lock("payment_intent", made)
            : await PaymentIntents.Add(call, (long)session["amount_total"]!, (string)session["currency"]!, (string?)customer?["id"], null, (JsonObject)session["sandbox_metadata"]!.DeepClone());
        (session["payment_intent"], session["sandbox_intent"]) = ((string)intent["id"]!, (string)intent["id"]!);
        await call.Objects.Save(session);
        intent = await Charging.Confirm(call, intent, method, Return(call, session));
        return (string)intent["status"]! == "succeeded" ? await Complete(call, session, "paid") : session;
    }

    private static async Task<JsonObject> Subscribe(StripeCall call, JsonObject session, JsonObject customer, JsonObject method)
    {
        await PaymentMethods.AttachTo(call, method, (string)customer["id"]!);
        var items = session["sandbox_lines"]!.AsArray().Select(line => (line!["price"]!.AsObject(), (long)line["quantity"]!)).Where(item => item.Item1["recurring"] is not null).ToList();
        var subscription = await Subscriptions.Start(call, new SubscriptionStart(customer, items)
        {
            Method = method,
            Metadata = (JsonObject)session["sandbox_metadata"]!,
            Behaviour = "error_if_incomplete",
            TrialDays = (long)session["sandbox_trial_days"]!,
            How = Return(call, session),
        });
        (session["subscription"], session["invoice"]) = ((string)subscription["id"]!, (string)subscription["latest_invoice"]!);
        var invoice = await call.Objects.Find("invoice", (string)subscription["latest_invoice"]!);
        session["sandbox_intent"] = Invoices.IntentOf(invoice);
        await call.Objects.Save(session);
        return (string)invoice["status"]! == "paid" ? await Complete(call, session, (long)invoice["total"]! == 0 ? "no_payment_required" : "paid") : session;
    }

    private static async Task<JsonObject> Keep(StripeCall call, JsonObject session, JsonObject customer, JsonObject method)
    {
        await PaymentMethods.AttachTo(call, method, (string)customer["id"]!);
        return await Complete(call, session, "no_payment_required");
    }

    private static async Task<JsonObject> Complete(StripeCall call, JsonObject session, string payment)
    {
        (session["status"], session["payment_status"], session["url"], session["sandbox_intent"]) = ("complete", payment, null, null);
        await call.Objects.Save(session);
        await call.Tell("checkout.session.completed", CheckoutSessions.Shown(session));
        return session;
    }

    private static HowToConfirm Return(StripeCall call, JsonObject session) => new(call.Desk.UrlOf($"/checkout/{session["id"]}/finish"), false);
}
