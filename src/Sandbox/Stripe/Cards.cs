namespace Colonnade.Sandbox.Stripe;

/// <summary>What a test card does when it is charged.</summary>
internal enum CardBehaviour
{
    Succeeds,
    Declines,

    /// <summary>The bank wants to hear from the payer first.</summary>
    Authenticates,
}

/// <summary>Why a bank refuses, in Stripe's words.</summary>
internal sealed record CardDecline(string Code, string? DeclineCode, string Message)
{
    public static CardDecline AuthenticationRequired { get; } =
        new("authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication.");

    public static CardDecline AuthenticationFailed { get; } =
        new("payment_intent_authentication_failure", null, "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.");
}

/// <summary>A card that behaves as Stripe's of the same number.</summary>
/// <param name="Number">As a person types it, without blanks.</param>
/// <param name="Name">Behind <c>pm_card_</c> and <c>tok_</c>.</param>
/// <param name="Brand"></param>
/// <param name="About">For people.</param>
internal sealed record TestCard(string Number, string Name, string Brand, string About)
{
    public CardBehaviour Behaviour { get; init; } = CardBehaviour.Succeeds;

    /// <summary>What the bank says in the end; null: yes.</summary>
    public CardDecline? Decline { get; init; }

    /// <summary>Whether it is refused already when it is attached to a customer.</summary>
    public bool FailsToAttach { get; init; }

    public string Last4 => Number[^4..];

    /// <summary>Tells the card from a payment method that was made of it.</summary>
    public string Fingerprint => "Sandbox" + Number[4..];
}

/// <summary>The test cards: Stripe's own numbers (https://docs.stripe.com/testing) and the names of their payment methods.</summary>
internal static class Cards
{
    private static readonly CardDecline Generic = new("card_declined", "generic_decline", "Your card was declined.");
    private static readonly CardDecline Insufficient = new("card_declined", "insufficient_funds", "Your card has insufficient funds.");

    public static IReadOnlyList<TestCard> All { get; } =
    [
        new("4242424242424242", "visa", "visa", "succeeds"),
        new("4000056655665556", "visa_debit", "visa", "succeeds"),
        new("5555555555554444", "mastercard", "mastercard", "succeeds"),
        new("378282246310005", "amex", "amex", "succeeds"),
        new("4000002500003155", "authenticationRequiredOnSetup", "visa", "asks for 3-D Secure") { Behaviour = CardBehaviour.Authenticates },
        new("4000002760003184", "authenticationRequired", "visa", "asks for 3-D Secure, every time") { Behaviour = CardBehaviour.Authenticates },
        new("4000008260003178", "authenticationRequiredChargeDeclinedInsufficientFunds", "visa", "asks for 3-D Secure, then has insufficient funds")
        {
            Behaviour = CardBehaviour.Authenticates, Decline = Insufficient,
        },
        new("4000000000000002", "chargeDeclined", "visa", "is declined") { Behaviour = CardBehaviour.Declines, Decline = Generic, FailsToAttach = true },
        new("4000000000009995", "chargeDeclinedInsufficientFunds", "visa", "has insufficient funds") { Behaviour = CardBehaviour.Declines, Decline = Insufficient, FailsToAttach = true },
        new("4000000000000069", "chargeDeclinedExpiredCard", "visa", "has expired")
        {
            Behaviour = CardBehaviour.Declines, Decline = new("expired_card", null, "Your card has expired."), FailsToAttach = true,
        },
        new("4000000000000127", "chargeDeclinedIncorrectCvc", "visa", "has another security code")
        {
            Behaviour = CardBehaviour.Declines, Decline = new("incorrect_cvc", null, "Your card's security code is incorrect."), FailsToAttach = true,
        },
        new("4000000000000119", "chargeDeclinedProcessingError", "visa", "cannot be processed")
        {
            Behaviour = CardBehaviour.Declines, Decline = new("processing_error", null, "An error occurred while processing your card. Try again in a little bit."), FailsToAttach = true,
        },
        new("4000000000000341", "chargeCustomerFail", "visa", "can be kept, and is declined when it is charged") { Behaviour = CardBehaviour.Declines, Decline = Generic },
    ];

    /// <summary>By what a person typed; null for a number that is no test card.</summary>
    public static TestCard? OfNumber(string typed)
    {
        var number = string.Concat(typed.Where(char.IsAsciiDigit));
        return All.FirstOrDefault(card => card.Number == number);
    }

    /// <summary>By <c>pm_card_…</c> or <c>tok_…</c>; null for anything else.</summary>
    public static TestCard? OfName(string id)
    {
        var name = id.StartsWith("pm_card_", StringComparison.Ordinal) ? id["pm_card_".Length..]
            : id.StartsWith("tok_", StringComparison.Ordinal) ? id["tok_".Length..]
            : "";
        // Some of Stripe's names have the brand in between.
        return All.FirstOrDefault(card => card.Name == name || "visa_" + card.Name == name);
    }

    /// <summary>The card behind a payment method.</summary>
    public static TestCard Of(System.Text.Json.Nodes.JsonObject paymentMethod)
    {
        var fingerprint = (string?)paymentMethod["card"]!["fingerprint"];
        return All.First(card => card.Fingerprint == fingerprint);
    }
}
