using System.Text.Json.Serialization;

namespace Colonnade.Platform.Payments;

/// <summary><c>/v1/payment_methods</c>: cards and their like. Card numbers never come here: the payer's browser gives them to Stripe.</summary>
public sealed class StripePaymentMethods
{
    private readonly StripeTransport _http;

    internal StripePaymentMethods(StripeTransport http) => _http = http;

    public Task<StripeAnswer<StripePaymentMethod>> Retrieve(string id, CancellationToken stop) =>
        _http.Get($"payment_methods/{StripeTransport.Id(id)}", null, StripeJson.Default.StripePaymentMethod, stop);

    /// <summary>Those of a customer, newest first.</summary>
    public Task<StripeAnswer<StripePage<StripePaymentMethod>>> List(string customer, CancellationToken stop, string type = "card", int limit = 100) =>
        _http.Get("payment_methods", new StripeForm().Add("customer", customer).Add("type", type).Add("limit", limit), StripeJson.Default.StripePageStripePaymentMethod, stop);

    public Task<StripeAnswer<StripePaymentMethod>> Attach(string id, string customer, string key, CancellationToken stop) =>
        _http.Post($"payment_methods/{StripeTransport.Id(id)}/attach", new StripeForm().Add("customer", customer), key, StripeJson.Default.StripePaymentMethod, stop);

    /// <summary>For good: a detached payment method can never be used again.</summary>
    public Task<StripeAnswer<StripePaymentMethod>> Detach(string id, string key, CancellationToken stop) =>
        _http.Post($"payment_methods/{StripeTransport.Id(id)}/detach", new StripeForm(), key, StripeJson.Default.StripePaymentMethod, stop);

    /// <summary>Makes an attached payment method the one that invoices of <paramref name="customer"/> are charged to.</summary>
    public Task<StripeAnswer<StripeCustomer>> MakeDefault(string id, string customer, string key, CancellationToken stop) =>
        _http.Post($"customers/{StripeTransport.Id(customer)}", new StripeForm().Add("invoice_settings[default_payment_method]", id), key, StripeJson.Default.StripeCustomer, stop);
}

/// <summary>A payment method as Stripe has it.</summary>
public sealed record StripePaymentMethod
{
    public string Id { get; init => field = value ?? ""; } = "";
    public string Type { get; init => field = value ?? ""; } = "";

    [JsonConverter(typeof(ExpandableId))]
    public string? Customer { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset Created { get; init; }

    /// <summary>Of type <c>card</c>.</summary>
    public StripeCard? Card { get; init; }

    public bool Livemode { get; init; }
}

/// <summary>What may be shown of a card.</summary>
public sealed record StripeCard
{
    public string Brand { get; init => field = value ?? ""; } = "";
    public string Last4 { get; init => field = value ?? ""; } = "";
    public int ExpMonth { get; init; }
    public int ExpYear { get; init; }
    public string? Funding { get; init; }
    public string? Country { get; init; }
}
