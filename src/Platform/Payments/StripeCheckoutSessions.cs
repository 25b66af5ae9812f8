using System.Globalization;
using System.Text.Json.Serialization;

namespace Colonnade.Platform.Payments;

/// <summary><c>/v1/checkout/sessions</c>: a page of Stripe in which a person pays or subscribes; good for 24 hours.</summary>
public sealed class StripeCheckoutSessions
{
    private readonly StripeTransport _http;

    internal StripeCheckoutSessions(StripeTransport http) => _http = http;

    public Task<StripeAnswer<StripeCheckoutSession>> Create(NewCheckoutSession session, string key, CancellationToken stop)
    {
        var form = new StripeForm()
            .Add("mode", session.Mode).Add("success_url", session.SuccessUrl).Add("cancel_url", session.CancelUrl)
            .Add("customer", session.Customer).Add("customer_email", session.CustomerEmail).Add("client_reference_id", session.ClientReferenceId)
            .Add("expires_at", session.ExpiresAt)
            .Add("metadata[product]", _http.Product).Add("metadata", session.Metadata);
        for (var i = 0; i < session.Lines.Count; i++)
        {
            var (line, name) = (session.Lines[i], string.Create(CultureInfo.InvariantCulture, $"line_items[{i}]"));
            form.Add(name + "[price]", line.Price).Add(name + "[quantity]", line.Quantity)
                .Add(name + "[price_data][currency]", line.Currency).Add(name + "[price_data][unit_amount]", line.UnitAmount)
                .Add(name + "[price_data][product_data][name]", line.Name);
        }

        if (session.Mode == CheckoutMode.Subscription)
            form.Add("subscription_data[trial_period_days]", session.TrialDays);

        // What is made of the session gets the same metadata: its events tell whose they are.
        var made = session.Mode switch { CheckoutMode.Payment => "payment_intent_data", CheckoutMode.Subscription => "subscription_data", _ => null };
        if (made is not null)
            form.Add(made + "[metadata][product]", _http.Product).Add(made + "[metadata]", session.Metadata);
        return _http.Post("checkout/sessions", form, key, StripeJson.Default.StripeCheckoutSession, stop);
    }

    public Task<StripeAnswer<StripeCheckoutSession>> Retrieve(string id, CancellationToken stop) =>
        _http.Get($"checkout/sessions/{StripeTransport.Id(id)}", null, StripeJson.Default.StripeCheckoutSession, stop);

    /// <summary>Newest first.</summary>
    public Task<StripeAnswer<StripePage<StripeCheckoutSession>>> List(
        CancellationToken stop, string? customer = null, string? subscription = null, string? paymentIntent = null, int limit = 100) =>
        _http.Get("checkout/sessions",
            new StripeForm().Add("customer", customer).Add("subscription", subscription).Add("payment_intent", paymentIntent).Add("limit", limit),
            StripeJson.Default.StripePageStripeCheckoutSession, stop);

    /// <summary>Ends one that is open: nobody can pay in it any more.</summary>
    public Task<StripeAnswer<StripeCheckoutSession>> Expire(string id, string key, CancellationToken stop) =>
        _http.Post($"checkout/sessions/{StripeTransport.Id(id)}/expire", new StripeForm(), key, StripeJson.Default.StripeCheckoutSession, stop);
}

/// <summary>What a checkout session is for.</summary>
public static class CheckoutMode
{
    public const string Payment = "payment";
    public const string Subscription = "subscription";

    /// <summary>Only keeps a payment method.</summary>
    public const string Setup = "setup";
}

/// <summary>A checkout to be made.</summary>
public sealed record NewCheckoutSession
{
    /// <summary>One of <see cref="CheckoutMode"/>.</summary>
    public required string Mode { get; init; }

    /// <summary>Where the payer goes then; <c>{CHECKOUT_SESSION_ID}</c> in it becomes the id. Coming back proves nothing.</summary>
    public required string SuccessUrl { get; init; }

    /// <summary>Where the payer goes who does not pay.</summary>
    public string? CancelUrl { get; init; }

    public IReadOnlyList<CheckoutLine> Lines { get; init; } = [];
    public string? Customer { get; init; }

    /// <summary>For a customer that Stripe is to make; not beside <see cref="Customer"/>.</summary>
    public string? CustomerEmail { get; init; }

    /// <summary>The product's own id of what is paid for.</summary>
    public string? ClientReferenceId { get; init; }

    /// <summary>30 minutes to 24 hours ahead; null: 24 hours.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Free days before the first charge of a subscription.</summary>
    public long? TrialDays { get; init; }

    /// <summary>Of the session and of the payment intent or subscription that it makes.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>A line to be paid: a <see cref="Price"/>, or a name, an amount and a currency of its own.</summary>
public sealed record CheckoutLine
{
    public string? Price { get; init; }
    public string? Name { get; init; }
    public long? UnitAmount { get; init; }
    public string? Currency { get; init; }
    public long Quantity { get; init; } = 1;
}

/// <summary>A checkout session as Stripe has it.</summary>
public sealed record StripeCheckoutSession
{
    public string Id { get; init => field = value ?? ""; } = "";
    public string Mode { get; init => field = value ?? ""; } = "";

    /// <summary><c>open</c>, <c>complete</c> or <c>expired</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary><c>paid</c>, <c>unpaid</c> or <c>no_payment_required</c>.</summary>
    public string PaymentStatus { get; init => field = value ?? ""; } = "";

    /// <summary>The page; null once it is complete or expired.</summary>
    public string? Url { get; init; }

    [JsonConverter(typeof(ExpandableId))]
    public string? Customer { get; init; }

    [JsonConverter(typeof(ExpandableId))]
    public string? Subscription { get; init; }

    [JsonConverter(typeof(ExpandableId))]
    public string? PaymentIntent { get; init; }

    [JsonConverter(typeof(ExpandableId))]
    public string? Invoice { get; init; }

    public string? ClientReferenceId { get; init; }
    public long? AmountTotal { get; init; }
    public string? Currency { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset Created { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset ExpiresAt { get; init; }

    public bool Livemode { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
