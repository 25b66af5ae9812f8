using System.Text.Json.Serialization;

namespace Colonnade.Platform.Payments;

/// <summary><c>/v1/prices</c>: what one unit of a product costs, once or each month or year. A price never changes: make another.</summary>
public sealed class StripePrices
{
    private readonly StripeTransport _http;

    internal StripePrices(StripeTransport http) => _http = http;

    public Task<StripeAnswer<StripePrice>> Create(NewPrice price, string key, CancellationToken stop) =>
        _http.Post("prices",
            new StripeForm().Add("currency", price.Currency).Add("unit_amount", price.UnitAmount).Add("product", price.Product)
                .Add("recurring[interval]", price.Interval).Add("recurring[interval_count]", price.Interval is null ? null : price.IntervalCount)
                .Add("lookup_key", price.LookupKey).Add("transfer_lookup_key", price.LookupKey is null ? null : true).Add("nickname", price.Nickname)
                .Add("metadata[product]", _http.Product).Add("metadata", price.Metadata),
            key, StripeJson.Default.StripePrice, stop);

    public Task<StripeAnswer<StripePrice>> Retrieve(string id, CancellationToken stop) =>
        _http.Get($"prices/{StripeTransport.Id(id)}", null, StripeJson.Default.StripePrice, stop);

    /// <summary>Newest first.</summary>
    /// <param name="stop"></param>
    /// <param name="lookupKeys">Only those with one of these names, at most ten.</param>
    /// <param name="product">Only those of one product.</param>
    /// <param name="active">Only those that are, or are not, for sale.</param>
    /// <param name="limit"></param>
    public Task<StripeAnswer<StripePage<StripePrice>>> List(
        CancellationToken stop, IReadOnlyList<string>? lookupKeys = null, string? product = null, bool? active = true, int limit = 100) =>
        _http.Get("prices",
            new StripeForm().Add("lookup_keys", lookupKeys).Add("product", product).Add("active", active).Add("limit", limit),
            StripeJson.Default.StripePageStripePrice, stop);
}

/// <summary><c>/v1/products</c>: what prices are for.</summary>
public sealed class StripeProducts
{
    private readonly StripeTransport _http;

    internal StripeProducts(StripeTransport http) => _http = http;

    /// <param name="name">As payers read it.</param>
    /// <param name="id">An id of one's own, so that making it again is found out (<c>resource_already_exists</c>); null: Stripe's.</param>
    /// <param name="key"></param>
    /// <param name="stop"></param>
    /// <param name="metadata"></param>
    public Task<StripeAnswer<StripeProduct>> Create(string name, string? id, string key, CancellationToken stop, IReadOnlyDictionary<string, string>? metadata = null) =>
        _http.Post("products",
            new StripeForm().Add("id", id).Add("name", name).Add("metadata[product]", _http.Product).Add("metadata", metadata), key, StripeJson.Default.StripeProduct, stop);

    public Task<StripeAnswer<StripeProduct>> Retrieve(string id, CancellationToken stop) =>
        _http.Get($"products/{StripeTransport.Id(id)}", null, StripeJson.Default.StripeProduct, stop);

    /// <summary>Newest first.</summary>
    public Task<StripeAnswer<StripePage<StripeProduct>>> List(CancellationToken stop, bool? active = true, int limit = 100, string? startingAfter = null) =>
        _http.Get("products", new StripeForm().Add("active", active).Add("limit", limit).Add("starting_after", startingAfter), StripeJson.Default.StripePageStripeProduct, stop);
}

/// <summary>A price to be made.</summary>
public sealed record NewPrice
{
    public required string Product { get; init; }

    /// <summary>In minor units.</summary>
    public required long UnitAmount { get; init; }

    /// <summary>Three letters, lower case.</summary>
    public required string Currency { get; init; }

    /// <summary><c>day</c>, <c>week</c>, <c>month</c> or <c>year</c>; null: paid once.</summary>
    public string? Interval { get; init; }

    public long IntervalCount { get; init; } = 1;

    /// <summary>A name of one's own, taken over from the price that had it.</summary>
    public string? LookupKey { get; init; }

    public string? Nickname { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>A price as Stripe has it.</summary>
public sealed record StripePrice
{
    public string Id { get; init => field = value ?? ""; } = "";
    public bool Active { get; init; }
    public string Currency { get; init => field = value ?? ""; } = "";

    /// <summary>In minor units; null where it is no whole number.</summary>
    public long? UnitAmount { get; init; }

    [JsonConverter(typeof(ExpandableId))]
    public string? Product { get; init; }

    public string? LookupKey { get; init; }
    public string? Nickname { get; init; }

    /// <summary>Null: paid once.</summary>
    public StripeRecurring? Recurring { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>How often a price is due.</summary>
public sealed record StripeRecurring
{
    public string Interval { get; init => field = value ?? ""; } = "";
    public long IntervalCount { get; init => field = Math.Max(1, value); } = 1;
}

/// <summary>A product as Stripe has it.</summary>
public sealed record StripeProduct
{
    public string Id { get; init => field = value ?? ""; } = "";
    public string Name { get; init => field = value ?? ""; } = "";
    public bool Active { get; init; }
    public string? Description { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
