using System.Text.Json.Serialization;

namespace Colonnade.Platform.Payments;

/// <summary><c>/v1/customers</c>: who pays, with their payment methods and subscriptions.</summary>
public sealed class StripeCustomers
{
    private readonly StripeTransport _http;

    internal StripeCustomers(StripeTransport http) => _http = http;

    public Task<StripeAnswer<StripeCustomer>> Create(CustomerDetails details, string key, CancellationToken stop) =>
        _http.Post("customers", Form(details).Add("metadata[product]", _http.Product).Add("metadata", details.Metadata), key, StripeJson.Default.StripeCustomer, stop);

    /// <summary>One that was deleted is still answered, with <see cref="StripeCustomer.Deleted"/>.</summary>
    public Task<StripeAnswer<StripeCustomer>> Retrieve(string id, CancellationToken stop) =>
        _http.Get($"customers/{StripeTransport.Id(id)}", null, StripeJson.Default.StripeCustomer, stop);

    /// <summary>Newest first.</summary>
    public Task<StripeAnswer<StripePage<StripeCustomer>>> List(CancellationToken stop, string? email = null, int limit = 100, string? startingAfter = null) =>
        _http.Get("customers", new StripeForm().Add("email", email).Add("limit", limit).Add("starting_after", startingAfter), StripeJson.Default.StripePageStripeCustomer, stop);

    /// <summary>Changes what is given; null stays as it is.</summary>
    public Task<StripeAnswer<StripeCustomer>> Update(string id, CustomerDetails details, string key, CancellationToken stop) =>
        _http.Post($"customers/{StripeTransport.Id(id)}", Form(details).Add("metadata", details.Metadata), key, StripeJson.Default.StripeCustomer, stop);

    /// <summary>Deletes the customer and cancels every subscription of theirs at once. What was paid stays on record.</summary>
    public Task<StripeAnswer<StripeCustomer>> Delete(string id, CancellationToken stop) =>
        _http.Delete($"customers/{StripeTransport.Id(id)}", StripeJson.Default.StripeCustomer, stop);

    private static StripeForm Form(CustomerDetails details) => new StripeForm()
        .Add("email", details.Email).Add("name", details.Name).Add("description", details.Description)
        .Add("invoice_settings[default_payment_method]", details.DefaultPaymentMethod);
}

/// <summary>What is known of a customer; null is left out.</summary>
public sealed record CustomerDetails
{
    public string? Email { get; init; }
    public string? Name { get; init; }
    public string? Description { get; init; }

    /// <summary>An attached payment method that invoices are charged to.</summary>
    public string? DefaultPaymentMethod { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>A customer as Stripe has it.</summary>
public sealed record StripeCustomer
{
    public string Id { get; init => field = value ?? ""; } = "";
    public bool Deleted { get; init; }
    public string? Email { get; init; }
    public string? Name { get; init; }
    public bool Livemode { get; init; }

    [JsonConverter(typeof(UnixTime))]
    public DateTimeOffset? Created { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [JsonInclude]
    internal SettingsPart? InvoiceSettings { get; init; }

    [JsonIgnore]
    public string? DefaultPaymentMethod => InvoiceSettings?.DefaultPaymentMethod;

    internal sealed record SettingsPart
    {
        [JsonConverter(typeof(ExpandableId))]
        public string? DefaultPaymentMethod { get; init; }
    }
}
