using System.Text.Json.Serialization;

namespace Colonnade.Narhub;

/// <summary>One line of a cart, with what the catalogue says of it now.</summary>
public sealed record CartItem(
    Guid Id,
    [property: JsonPropertyName("productId")] string ProductId,
    string Slug,
    string Name,
    string Icon,
    [property: JsonPropertyName("priceMin")] long PriceMin,
    [property: JsonPropertyName("priceMax")] long PriceMax,
    int Quantity)
{
    /// <summary>Only when the catalogue has changed the price since the product was added.</summary>
    [JsonPropertyName("priceChanged"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PriceChange? PriceChanged { get; init; }

    /// <summary>False when the product is no longer sold; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Available { get; init; }

    internal delegate Task<List<Row>> Query(string sql, object? parameters, CancellationToken stop);

    /// <summary>The lines of a user's cart in the order they came in.</summary>
    internal static async Task<IReadOnlyList<CartItem>> List(Query query, Guid user, CancellationToken stop) => (await query(
        """
        select i.id, i.product_id, coalesce(p.slug, i.slug) as slug, coalesce(p.name, i.name) as name, coalesce(p.icon, i.icon) as icon,
               coalesce(p.price_min, i.price_min) as price_min, coalesce(p.price_max, i.price_max) as price_max, i.quantity,
               i.price_min as old_min, i.price_max as old_max, p.withdrawn_at is not null as is_withdrawn
        from cart_items i left join products p on p.slug = i.product_id
        where i.user_id = @user
        order by i.created_at, i.id
        """, new { user }, stop)).ConvertAll(Of);

    private static CartItem Of(Row row) => new(row.Id, row.ProductId, row.Slug, row.Name, row.Icon, row.PriceMin, row.PriceMax, row.Quantity)
    {
        PriceChanged = (row.OldMin, row.OldMax) == (row.PriceMin, row.PriceMax) ? null
            : new PriceChange(new PriceRange(row.OldMin, row.OldMax), new PriceRange(row.PriceMin, row.PriceMax)),
        Available = row.IsWithdrawn ? false : null,
    };

    internal sealed record Row
    {
        public Guid Id { get; init; }
        public string ProductId { get; init; } = "";
        public string Slug { get; init; } = "";
        public string Name { get; init; } = "";
        public string Icon { get; init; } = "";
        public long PriceMin { get; init; }
        public long PriceMax { get; init; }
        public int Quantity { get; init; }
        public long OldMin { get; init; }
        public long OldMax { get; init; }
        public bool IsWithdrawn { get; init; }
    }
}

public sealed record PriceChange(PriceRange Old, PriceRange New);

/// <summary>In minor units.</summary>
public sealed record PriceRange([property: JsonPropertyName("priceMin")] long PriceMin, [property: JsonPropertyName("priceMax")] long PriceMax);
