using System.Text.Json.Serialization;

namespace Colonnade.Platform.Payments;

/// <summary>An invoice as Stripe has it; a previewed one has no id.</summary>
public sealed record StripeInvoice
{
    public string Id { get; init => field = value ?? ""; } = "";
    public string? Number { get; init; }

    /// <summary><c>draft</c>, <c>open</c>, <c>paid</c>, <c>uncollectible</c> or <c>void</c>.</summary>
    public string? Status { get; init; }

    /// <summary>One of <see cref="Payments.BillingReason"/>, or another of Stripe's.</summary>
    public string? BillingReason { get; init; }

    [JsonConverter(typeof(ExpandableId))]
    public string? Customer { get; init; }

    public long AmountDue { get; init; }
    public long AmountPaid { get; init; }
    public long AmountRemaining { get; init; }
    public long Total { get; init; }
    public string Currency { get; init => field = value ?? ""; } = "";

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset Created { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset? NextPaymentAttempt { get; init; }

    public long AttemptCount { get; init; }

    /// <summary>Of what was used before; what a subscription invoice pays for stands in its lines: see <see cref="PaidUntil"/>.</summary>
    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset PeriodStart { get; init; }

    /// <inheritdoc cref="PeriodStart"/>
    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset PeriodEnd { get; init; }

    /// <summary>A page and a document for the customer.</summary>
    public string? HostedInvoiceUrl { get; init; }

    public string? InvoicePdf { get; init; }
    public StripePage<StripeInvoiceLine> Lines { get; init => field = value ?? new(); } = new();
    public bool Livemode { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Where API versions before 2025-03-31 have it.</summary>
    [JsonInclude, JsonPropertyName("subscription"), JsonConverter(typeof(ExpandableId))]
    internal string? FormerSubscription { get; init; }

    /// <inheritdoc cref="FormerSubscription"/>
    [JsonInclude, JsonPropertyName("subscription_details")]
    internal SubscriptionPart? FormerDetails { get; init; }

    /// <inheritdoc cref="FormerSubscription"/>
    [JsonInclude, JsonPropertyName("payment_intent"), JsonConverter(typeof(ExpandableId))]
    internal string? FormerPaymentIntent { get; init; }

    [JsonInclude]
    internal ParentPart? Parent { get; init; }

    [JsonInclude]
    internal StripePage<PaymentPart>? Payments { get; init; }

    /// <summary>The subscription it is for; null where it is for none.</summary>
    [JsonIgnore]
    public string? Subscription => Parent?.SubscriptionDetails?.Subscription ?? FormerSubscription;

    /// <summary>What the product wrote on the subscription, as it was when the invoice was made.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string>? SubscriptionMetadata => Parent?.SubscriptionDetails?.Metadata ?? FormerDetails?.Metadata;

    /// <summary>The payment behind it, for refunds; null where nothing was to be paid, and at newer API versions in lists and events: retrieve the invoice.</summary>
    [JsonIgnore]
    public string? PaymentIntent => Payments?.Data.Select(payment => payment.Payment?.PaymentIntent).FirstOrDefault(intent => intent is not null) ?? FormerPaymentIntent;

    [JsonIgnore]
    public bool IsPaid => Status == "paid";

    /// <summary>The end of the latest period that its lines, prorations aside, are for.</summary>
    [JsonIgnore]
    public DateTimeOffset? PaidUntil => Lines.Data.Where(line => !line.IsProration).Max(line => line.Period?.End);

    internal sealed record ParentPart
    {
        public SubscriptionPart? SubscriptionDetails { get; init; }
    }

    internal sealed record SubscriptionPart
    {
        [JsonConverter(typeof(ExpandableId))]
        public string? Subscription { get; init; }

        public IReadOnlyDictionary<string, string>? Metadata { get; init; }
    }

    internal sealed record PaymentPart
    {
        public PaidByPart? Payment { get; init; }
    }

    internal sealed record PaidByPart
    {
        [JsonConverter(typeof(ExpandableId))]
        public string? PaymentIntent { get; init; }
    }
}

/// <summary>Why an invoice was made.</summary>
public static class BillingReason
{
    /// <summary>The first of a subscription.</summary>
    public const string SubscriptionCreate = "subscription_create";

    /// <summary>A new period.</summary>
    public const string SubscriptionCycle = "subscription_cycle";

    /// <summary>A change within a period.</summary>
    public const string SubscriptionUpdate = "subscription_update";
    public const string Manual = "manual";
}

/// <summary>One line of an invoice.</summary>
public sealed record StripeInvoiceLine
{
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Negative for what is given back.</summary>
    public long Amount { get; init; }

    public string Currency { get; init => field = value ?? ""; } = "";
    public string? Description { get; init; }
    public long? Quantity { get; init; }
    public StripePeriod? Period { get; init; }

    /// <summary>Where API versions before 2025-03-31 have it.</summary>
    [JsonInclude, JsonPropertyName("price"), JsonConverter(typeof(ExpandableId))]
    internal string? FormerPrice { get; init; }

    /// <inheritdoc cref="FormerPrice"/>
    [JsonInclude, JsonPropertyName("proration")]
    internal bool FormerProration { get; init; }

    [JsonInclude]
    internal PricingPart? Pricing { get; init; }

    [JsonInclude]
    internal LineParentPart? Parent { get; init; }

    [JsonIgnore]
    public string? Price => Pricing?.PriceDetails?.Price ?? FormerPrice;

    /// <summary>Whether it is a change's part of a period.</summary>
    [JsonIgnore]
    public bool IsProration => Parent?.SubscriptionItemDetails?.Proration ?? Parent?.InvoiceItemDetails?.Proration ?? FormerProration;

    internal sealed record PricingPart
    {
        public PriceDetailsPart? PriceDetails { get; init; }
    }

    internal sealed record PriceDetailsPart
    {
        [JsonConverter(typeof(ExpandableId))]
        public string? Price { get; init; }
    }

    internal sealed record LineParentPart
    {
        public DetailsPart? SubscriptionItemDetails { get; init; }
        public DetailsPart? InvoiceItemDetails { get; init; }
    }

    internal sealed record DetailsPart
    {
        public bool Proration { get; init; }
    }
}

/// <summary>From when until when.</summary>
public sealed record StripePeriod
{
    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset Start { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset End { get; init; }
}
