using System.Text.Json.Serialization;

namespace Colonnade.Platform.Payments;

/// <summary><c>/v1/subscriptions</c>: what is paid again each period.</summary>
public sealed class StripeSubscriptions
{
    private readonly StripeTransport _http;

    internal StripeSubscriptions(StripeTransport http) => _http = http;

    /// <summary>Subscribes a customer to a price, charged to their default payment method. People subscribe in a checkout instead.</summary>
    public Task<StripeAnswer<StripeSubscription>> Create(NewSubscription subscription, string key, CancellationToken stop) =>
        _http.Post("subscriptions",
            new StripeForm().Add("customer", subscription.Customer).Add("items[0][price]", subscription.Price).Add("items[0][quantity]", subscription.Quantity)
                .Add("default_payment_method", subscription.DefaultPaymentMethod).Add("payment_behavior", subscription.PaymentBehavior)
                .Add("trial_period_days", subscription.TrialDays)
                .Add("metadata[product]", _http.Product).Add("metadata", subscription.Metadata),
            key, StripeJson.Default.StripeSubscription, stop);

    public Task<StripeAnswer<StripeSubscription>> Retrieve(string id, CancellationToken stop) =>
        _http.Get($"subscriptions/{StripeTransport.Id(id)}", null, StripeJson.Default.StripeSubscription, stop);

    /// <summary>Those of a customer, newest first.</summary>
    /// <param name="customer"></param>
    /// <param name="stop"></param>
    /// <param name="status">One of <see cref="SubscriptionStatus"/>, <c>all</c>, or null: all that are not canceled.</param>
    /// <param name="limit"></param>
    public Task<StripeAnswer<StripePage<StripeSubscription>>> List(string customer, CancellationToken stop, string? status = null, int limit = 100) =>
        _http.Get("subscriptions", new StripeForm().Add("customer", customer).Add("status", status).Add("limit", limit), StripeJson.Default.StripePageStripeSubscription, stop);

    /// <summary>Changes what is given.</summary>
    public Task<StripeAnswer<StripeSubscription>> Update(string id, SubscriptionUpdate update, string key, CancellationToken stop) =>
        _http.Post($"subscriptions/{StripeTransport.Id(id)}",
            new StripeForm().Add("cancel_at_period_end", update.CancelAtPeriodEnd)
                .Add("items[0][id]", update.Price is null ? null : update.Item).Add("items[0][price]", update.Price).Add("items[0][quantity]", update.Quantity)
                .Add("proration_behavior", update.ProrationBehavior).Add("proration_date", update.ProrationDate).Add("payment_behavior", update.PaymentBehavior)
                .Add("default_payment_method", update.DefaultPaymentMethod).Add("metadata", update.Metadata),
            key, StripeJson.Default.StripeSubscription, stop);

    /// <summary>Ends it now; at the period's end: <see cref="SubscriptionUpdate.CancelAtPeriodEnd"/>. One that has ended is answered as it is.</summary>
    public async Task<StripeAnswer<StripeSubscription>> Cancel(string id, CancellationToken stop)
    {
        var canceled = await _http.Delete($"subscriptions/{StripeTransport.Id(id)}", StripeJson.Default.StripeSubscription, stop);
        // Stripe says "no such subscription" of one that has ended, also when an attempt whose answer was lost has ended it.
        if (canceled.Failure is not (StripeFailure.Invalid or StripeFailure.UnknownOutcome))
            return canceled;
        var now = await Retrieve(id, stop);
        return now.Value is { Status: SubscriptionStatus.Canceled } ? now : canceled;
    }
}

/// <summary>The states of a subscription.</summary>
public static class SubscriptionStatus
{
    /// <summary>The first invoice is not paid yet; after 23 hours it becomes <see cref="IncompleteExpired"/>.</summary>
    public const string Incomplete = "incomplete";
    public const string IncompleteExpired = "incomplete_expired";
    public const string Trialing = "trialing";
    public const string Active = "active";

    /// <summary>An invoice could not be charged and is tried again.</summary>
    public const string PastDue = "past_due";
    public const string Unpaid = "unpaid";
    public const string Paused = "paused";

    /// <summary>Final.</summary>
    public const string Canceled = "canceled";
}

/// <summary>A subscription to be made.</summary>
public sealed record NewSubscription
{
    public required string Customer { get; init; }
    public required string Price { get; init; }
    public long Quantity { get; init; } = 1;
    public string? DefaultPaymentMethod { get; init; }

    /// <summary><c>allow_incomplete</c> (Stripe's default), <c>error_if_incomplete</c>, <c>default_incomplete</c>.</summary>
    public string? PaymentBehavior { get; init; }

    /// <summary>Free days before the first charge.</summary>
    public long? TrialDays { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>What changes; null stays as it is.</summary>
public sealed record SubscriptionUpdate
{
    public bool? CancelAtPeriodEnd { get; init; }

    /// <summary>The item whose price changes: <see cref="StripeSubscription.Item"/>.</summary>
    public string? Item { get; init; }

    public string? Price { get; init; }
    public long? Quantity { get; init; }

    /// <summary><c>create_prorations</c> (on the next invoice), <c>always_invoice</c> (charged now) or <c>none</c>.</summary>
    public string? ProrationBehavior { get; init; }

    /// <summary>The time a preview was made for, so that the same is charged.</summary>
    public DateTimeOffset? ProrationDate { get; init; }

    /// <summary><c>error_if_incomplete</c>: a change that cannot be charged is not made.</summary>
    public string? PaymentBehavior { get; init; }

    public string? DefaultPaymentMethod { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>A subscription as Stripe has it.</summary>
public sealed record StripeSubscription
{
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="SubscriptionStatus"/>, or one that Stripe added since.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    [JsonConverter(typeof(ExpandableId))]
    public string? Customer { get; init; }

    /// <summary>Whether it ends by itself with the period; until then it is active.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>When it will end, where that is set.</summary>
    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset? CancelAt { get; init; }

    /// <summary>When its end was asked for.</summary>
    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset? CanceledAt { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset? EndedAt { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset Created { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset? TrialEnd { get; init; }

    public StripePage<StripeSubscriptionItem> Items { get; init => field = value ?? new(); } = new();

    [JsonConverter(typeof(ExpandableId))]
    public string? LatestInvoice { get; init; }

    [JsonConverter(typeof(ExpandableId))]
    public string? DefaultPaymentMethod { get; init; }

    public bool Livemode { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Where API versions before 2025-03-31 have it.</summary>
    [JsonInclude, JsonPropertyName("current_period_start"), JsonConverter(typeof(UnixTime))]
    internal DateTimeOffset? FormerPeriodStart { get; init; }

    /// <inheritdoc cref="FormerPeriodStart"/>
    [JsonInclude, JsonPropertyName("current_period_end"), JsonConverter(typeof(UnixTime))]
    internal DateTimeOffset? FormerPeriodEnd { get; init; }

    /// <summary>The first item, and the only one of a subscription to one price.</summary>
    [JsonIgnore]
    public StripeSubscriptionItem? Item => Items.Data.Count > 0 ? Items.Data[0] : null;

    /// <summary>Of the first item; in older API versions of the subscription itself.</summary>
    [JsonIgnore]
    public DateTimeOffset? CurrentPeriodStart => Item?.CurrentPeriodStart ?? FormerPeriodStart;

    /// <summary>Of the first item; in older API versions of the subscription itself.</summary>
    [JsonIgnore]
    public DateTimeOffset? CurrentPeriodEnd => Item?.CurrentPeriodEnd ?? FormerPeriodEnd;

    /// <summary>What a product wrote under <paramref name="name"/>; null when it did not.</summary>
    public string? MetadataOf(string name) => Metadata?.GetValueOrDefault(name);
}

/// <summary>One price in a subscription.</summary>
public sealed record StripeSubscriptionItem
{
    public string Id { get; init => field = value ?? ""; } = "";
    public StripePrice Price { get; init => field = value ?? new(); } = new();
    public long? Quantity { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset? CurrentPeriodStart { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset? CurrentPeriodEnd { get; init; }
}
