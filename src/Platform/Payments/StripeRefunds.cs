using System.Text.Json.Serialization;

namespace Colonnade.Platform.Payments;

/// <summary><c>/v1/refunds</c>: money back, all of it or in parts; never more than was paid.</summary>
public sealed class StripeRefunds
{
    private readonly StripeTransport _http;

    internal StripeRefunds(StripeTransport http) => _http = http;

    public Task<StripeAnswer<StripeRefund>> Create(NewRefund refund, string key, CancellationToken stop) =>
        _http.Post("refunds",
            new StripeForm().Add("payment_intent", refund.PaymentIntent).Add("amount", refund.Amount).Add("reason", refund.Reason)
                .Add("metadata[product]", _http.Product).Add("metadata", refund.Metadata),
            key, StripeJson.Default.StripeRefund, stop);

    public Task<StripeAnswer<StripeRefund>> Retrieve(string id, CancellationToken stop) =>
        _http.Get($"refunds/{StripeTransport.Id(id)}", null, StripeJson.Default.StripeRefund, stop);

    /// <summary>Those of a payment, newest first.</summary>
    public Task<StripeAnswer<StripePage<StripeRefund>>> List(string paymentIntent, CancellationToken stop, int limit = 100) =>
        _http.Get("refunds", new StripeForm().Add("payment_intent", paymentIntent).Add("limit", limit), StripeJson.Default.StripePageStripeRefund, stop);
}

/// <summary>Money to give back.</summary>
public sealed record NewRefund
{
    public required string PaymentIntent { get; init; }

    /// <summary>In minor units; null: what is left.</summary>
    public long? Amount { get; init; }

    /// <summary><c>duplicate</c>, <c>fraudulent</c> or <c>requested_by_customer</c>.</summary>
    public string? Reason { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>A refund as Stripe has it.</summary>
public sealed record StripeRefund
{
    public string Id { get; init => field = value ?? ""; } = "";
    public long Amount { get; init; }
    public string Currency { get; init => field = value ?? ""; } = "";

    /// <summary><c>pending</c>, <c>requires_action</c>, <c>succeeded</c>, <c>failed</c> or <c>canceled</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    public string? Reason { get; init; }

    [JsonConverter(typeof(ExpandableId))]
    public string? PaymentIntent { get; init; }

    [JsonConverter(typeof(ExpandableId))]
    public string? Charge { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset Created { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether nothing goes back: the bank has refused it, or it was canceled. A refund may come to that days later.</summary>
    [JsonIgnore]
    public bool HasFailed => Status is "failed" or "canceled";

    /// <summary>What a product wrote under <paramref name="name"/>; null when it did not.</summary>
    public string? MetadataOf(string name) => Metadata?.GetValueOrDefault(name);
}
