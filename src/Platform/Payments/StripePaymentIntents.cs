using System.Text.Json.Serialization;

namespace Colonnade.Platform.Payments;

/// <summary><c>/v1/payment_intents</c>: one payment, through all its attempts.</summary>
public sealed class StripePaymentIntents
{
    private readonly StripeTransport _http;

    internal StripePaymentIntents(StripeTransport http) => _http = http;

    /// <summary>Creates one; with <see cref="NewPaymentIntent.PaymentMethod"/> and <see cref="NewPaymentIntent.Confirm"/> it is charged at once.</summary>
    public Task<StripeAnswer<StripePaymentIntent>> Create(NewPaymentIntent intent, string key, CancellationToken stop)
    {
        var form = new StripeForm()
            .Add("amount", intent.Amount).Add("currency", intent.Currency)
            .Add("customer", intent.Customer).Add("description", intent.Description).Add("receipt_email", intent.ReceiptEmail)
            .Add("payment_method", intent.PaymentMethod).Add("confirm", intent.Confirm ? true : null).Add("off_session", intent.OffSession ? true : null)
            .Add("setup_future_usage", intent.SetupFutureUsage)
            .Add("automatic_payment_methods[enabled]", true).Add("automatic_payment_methods[allow_redirects]", "never")
            .Add("metadata[product]", _http.Product).Add("metadata", intent.Metadata);
        return _http.Post("payment_intents", form, key, StripeJson.Default.StripePaymentIntent, stop);
    }

    public Task<StripeAnswer<StripePaymentIntent>> Retrieve(string id, CancellationToken stop) =>
        _http.Get($"payment_intents/{StripeTransport.Id(id)}", null, StripeJson.Default.StripePaymentIntent, stop);

    /// <summary>Newest first.</summary>
    public Task<StripeAnswer<StripePage<StripePaymentIntent>>> List(CancellationToken stop, string? customer = null, int limit = 100, string? startingAfter = null) =>
        _http.Get("payment_intents", new StripeForm().Add("customer", customer).Add("limit", limit).Add("starting_after", startingAfter),
            StripeJson.Default.StripePageStripePaymentIntent, stop);

    /// <summary>
    /// Tries to charge. The value's status tells: <c>succeeded</c>, <c>processing</c>, <c>requires_action</c> (see
    /// <see cref="StripePaymentIntent.RedirectUrl"/>); a refusal by the bank is <see cref="StripeFailure.Declined"/>.
    /// </summary>
    public Task<StripeAnswer<StripePaymentIntent>> Confirm(string id, ConfirmPaymentIntent confirm, string key, CancellationToken stop) =>
        _http.Post($"payment_intents/{StripeTransport.Id(id)}/confirm",
            new StripeForm().Add("payment_method", confirm.PaymentMethod).Add("return_url", confirm.ReturnUrl).Add("off_session", confirm.OffSession ? true : null),
            key, StripeJson.Default.StripePaymentIntent, stop);

    /// <summary>Only while it requires something; what has succeeded is refunded instead (<see cref="StripeRefunds"/>).</summary>
    /// <param name="id"></param>
    /// <param name="reason"><c>duplicate</c>, <c>fraudulent</c>, <c>requested_by_customer</c>, <c>abandoned</c>, or null.</param>
    /// <param name="key"></param>
    /// <param name="stop"></param>
    public Task<StripeAnswer<StripePaymentIntent>> Cancel(string id, string? reason, string key, CancellationToken stop) =>
        _http.Post($"payment_intents/{StripeTransport.Id(id)}/cancel", new StripeForm().Add("cancellation_reason", reason), key, StripeJson.Default.StripePaymentIntent, stop);

    /// <summary>Changes what is given; the amount only while nothing has been charged.</summary>
    public Task<StripeAnswer<StripePaymentIntent>> Update(string id, PaymentIntentUpdate update, string key, CancellationToken stop) =>
        _http.Post($"payment_intents/{StripeTransport.Id(id)}",
            new StripeForm().Add("amount", update.Amount).Add("customer", update.Customer).Add("description", update.Description)
                .Add("receipt_email", update.ReceiptEmail).Add("metadata", update.Metadata),
            key, StripeJson.Default.StripePaymentIntent, stop);
}

/// <summary>A payment to be made.</summary>
public sealed record NewPaymentIntent
{
    /// <summary>In minor units; at least about half a US dollar, at most 8 digits.</summary>
    public required long Amount { get; init; }

    /// <summary>Three letters, lower case.</summary>
    public required string Currency { get; init; }

    public string? Customer { get; init; }
    public string? Description { get; init; }
    public string? ReceiptEmail { get; init; }
    public string? PaymentMethod { get; init; }

    /// <summary>Charges at once.</summary>
    public bool Confirm { get; init; }

    /// <summary>The payer is not there: a bank that wants to hear from them makes it <see cref="StripeFailure.AuthenticationRequired"/>.</summary>
    public bool OffSession { get; init; }

    /// <summary><c>on_session</c> or <c>off_session</c> keeps the payment method with the customer.</summary>
    public string? SetupFutureUsage { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>How to charge.</summary>
public sealed record ConfirmPaymentIntent
{
    /// <summary>Null: the one it has.</summary>
    public string? PaymentMethod { get; init; }

    /// <summary>Where the payer comes back to from the bank's page; without it there is no page to go to.</summary>
    public string? ReturnUrl { get; init; }

    public bool OffSession { get; init; }
}

/// <summary>What changes; null stays as it is.</summary>
public sealed record PaymentIntentUpdate
{
    public long? Amount { get; init; }
    public string? Customer { get; init; }
    public string? Description { get; init; }
    public string? ReceiptEmail { get; init; }

    /// <summary>Added to what is there; an empty value removes.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>One payment as Stripe has it.</summary>
public sealed record StripePaymentIntent
{
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>For the payer alone; never logged.</summary>
    public string ClientSecret { get; init => field = value ?? ""; } = "";

    public long Amount { get; init; }

    /// <summary>What has arrived: equal to <see cref="Amount"/> when it is paid in full.</summary>
    public long AmountReceived { get; init; }

    public string Currency { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="PaymentIntentStatus"/>, or one that Stripe added since.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    [JsonConverter(typeof(ExpandableId))]
    public string? Customer { get; init; }

    [JsonConverter(typeof(ExpandableId))]
    public string? PaymentMethod { get; init; }

    /// <summary>The charge of the last attempt.</summary>
    [JsonConverter(typeof(ExpandableId))]
    public string? LatestCharge { get; init; }

    public string? CancellationReason { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset Created { get; init; }

    public bool Livemode { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public StripePaymentError? LastPaymentError { get; init; }

    [JsonInclude]
    internal NextActionPart? NextAction { get; init; }

    /// <summary>
    /// In Development a page of the Sandbox in which a person pays, standing in for Stripe.js; <c>&amp;return_url=…</c> behind it adds a
    /// way back. Holds the client secret. Null at Stripe, and once it is paid or canceled.
    /// </summary>
    public string? SandboxPayUrl { get; init; }

    /// <summary>While <c>requires_action</c>: the bank's page, where a return URL was given.</summary>
    [JsonIgnore]
    public string? RedirectUrl => NextAction?.RedirectToUrl?.Url;

    /// <summary>Whether all of it has been paid.</summary>
    [JsonIgnore]
    public bool IsPaid => Status == PaymentIntentStatus.Succeeded && AmountReceived >= Amount;

    /// <summary>What a product wrote under <paramref name="name"/>; null when it did not.</summary>
    public string? MetadataOf(string name) => Metadata?.GetValueOrDefault(name);

    internal sealed record NextActionPart
    {
        public RedirectPart? RedirectToUrl { get; init; }
    }

    internal sealed record RedirectPart
    {
        public string? Url { get; init; }
    }
}

/// <summary>The states of a payment intent. Only <see cref="Succeeded"/> and <see cref="Canceled"/> are final.</summary>
public static class PaymentIntentStatus
{
    public const string RequiresPaymentMethod = "requires_payment_method";
    public const string RequiresConfirmation = "requires_confirmation";
    public const string RequiresAction = "requires_action";
    public const string Processing = "processing";
    public const string RequiresCapture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";
}

/// <summary>A refusal as it stands in an object.</summary>
public sealed record StripePaymentError
{
    public string? Code { get; init; }
    public string? DeclineCode { get; init; }
    public string? Message { get; init; }
}
