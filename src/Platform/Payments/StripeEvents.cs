using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Colonnade.Platform.Payments;

/// <summary><c>/v1/events</c>: what happened in the last 30 days, for catching up after webhooks were missed.</summary>
public sealed class StripeEvents
{
    private readonly StripeTransport _http;

    internal StripeEvents(StripeTransport http) => _http = http;

    public Task<StripeAnswer<StripeEvent>> Retrieve(string id, CancellationToken stop) =>
        _http.Get($"events/{StripeTransport.Id(id)}", null, StripeJson.Default.StripeEvent, stop);

    /// <summary>Newest first.</summary>
    /// <param name="stop"></param>
    /// <param name="types">Only these, at most twenty; null: all.</param>
    /// <param name="since">Only those from then on.</param>
    /// <param name="limit"></param>
    /// <param name="startingAfter"></param>
    public Task<StripeAnswer<StripePage<StripeEvent>>> List(
        CancellationToken stop, IReadOnlyList<string>? types = null, DateTimeOffset? since = null, int limit = 100, string? startingAfter = null) =>
        _http.Get("events",
            new StripeForm().Add("types", types).Add("created[gte]", since).Add("limit", limit).Add("starting_after", startingAfter),
            StripeJson.Default.StripePageStripeEvent, stop);
}

/// <summary>
/// Something that happened. <see cref="Resource"/> is what it happened to, as it was then: a hint where to look, for events come
/// late, twice and out of order. Ask Stripe for its present state.
/// </summary>
public sealed record StripeEvent
{
    /// <summary>Names it once and for all; for a body without one, a hash of it.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>As <c>payment_intent.succeeded</c>; one of <see cref="StripeEventType"/> or any other of Stripe's.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset? Created { get; init; }

    /// <summary>Null where the sender did not say.</summary>
    public bool? Livemode { get; init; }

    /// <summary>The connected account it happened in (Connect); null for one's own, which is the only one that this client speaks to.</summary>
    public string? Account { get; init; }

    /// <summary>The whole <c>data</c>.</summary>
    public JsonElement Data { get; init; }

    /// <summary>What it happened to; of kind <see cref="JsonValueKind.Undefined"/> where there is none.</summary>
    [JsonIgnore]
    public JsonElement Resource => Member(Data, "object");

    /// <summary>The id of <see cref="Resource"/>.</summary>
    [JsonIgnore]
    public string? ResourceId => Text(Resource, "id");

    /// <summary>What kind of thing <see cref="Resource"/> is: <c>payment_intent</c>, <c>invoice</c> …</summary>
    [JsonIgnore]
    public string? ResourceKind => Text(Resource, "object");

    /// <summary>Which product it belongs to: <c>metadata.product</c> of the object or of the subscription it is for; null where nothing says.</summary>
    [JsonIgnore]
    public string? Product => Text(Member(Resource, "metadata"), "product")
        ?? Text(Member(Member(Member(Resource, "parent"), "subscription_details"), "metadata"), "product")
        ?? Text(Member(Member(Resource, "subscription_details"), "metadata"), "product");

    /// <summary>The object, when it is a payment intent; else null.</summary>
    public StripePaymentIntent? AsPaymentIntent() => As("payment_intent", StripeJson.Default.StripePaymentIntent);

    /// <summary>The object, when it is a checkout session; else null.</summary>
    public StripeCheckoutSession? AsCheckoutSession() => As("checkout.session", StripeJson.Default.StripeCheckoutSession);

    /// <summary>The object, when it is a subscription; else null.</summary>
    public StripeSubscription? AsSubscription() => As("subscription", StripeJson.Default.StripeSubscription);

    /// <summary>The object, when it is an invoice; else null.</summary>
    public StripeInvoice? AsInvoice() => As("invoice", StripeJson.Default.StripeInvoice);

    /// <summary>The object, when it is a refund; else null.</summary>
    public StripeRefund? AsRefund() => As("refund", StripeJson.Default.StripeRefund);

    private T? As<T>(string kind, JsonTypeInfo<T> type) where T : class => ResourceKind == kind ? Resource.Deserialize(type) : null;

    private static JsonElement Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}

/// <summary>The types of events that products act on.</summary>
public static class StripeEventType
{
    public const string PaymentIntentSucceeded = "payment_intent.succeeded";
    public const string PaymentIntentFailed = "payment_intent.payment_failed";
    public const string PaymentIntentCanceled = "payment_intent.canceled";
    public const string PaymentIntentRequiresAction = "payment_intent.requires_action";
    public const string ChargeRefunded = "charge.refunded";
    public const string CheckoutCompleted = "checkout.session.completed";
    public const string CheckoutExpired = "checkout.session.expired";
    public const string SubscriptionCreated = "customer.subscription.created";
    public const string SubscriptionUpdated = "customer.subscription.updated";
    public const string SubscriptionDeleted = "customer.subscription.deleted";
    public const string InvoicePaid = "invoice.paid";
    public const string InvoicePaymentFailed = "invoice.payment_failed";
    public const string PaymentMethodAttached = "payment_method.attached";
    public const string PaymentMethodDetached = "payment_method.detached";
}
