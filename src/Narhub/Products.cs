using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/products: what is sold, for everybody to see.</summary>
public static class Products
{
    private static readonly QueryWords Category = new("category", "Only of this category");

    public static void MapProducts(this IEndpointRouteBuilder api)
    {
        var products = api.MapGroup("/products").WithTags("Products").AllowGuests().Limit(NarhubLimits.OthersPerCaller);
        products.MapGet("/", List)
            .WithSummary("Browse the catalogue").Query(Category);
        products.MapGet("/{slug}", Read)
            .WithSummary("Read a product").Refuses(NarhubErrors.NotFound("Product"));
    }

    private static async Task<Results<Ok<ProductList>, ProblemHttpResult>> List(HttpRequest request, ProductDatabase database, CancellationToken stop)
    {
        var query = new QueryReader(request, NarhubErrors.InvalidParameter);
        var category = query.Words(Category);
        return query.Refusal is { } refusal ? refusal : TypedResults.Ok(new ProductList(await database.List<ProductData>(
            $"""
            select {ProductData.Columns} from products
            where withdrawn_at is null and (@category::text is null or lower(category) = lower(@category))
            order by name, slug
            """, new { category }, stop)));
    }

    private static async Task<Results<Ok<ProductAnswer>, ProblemHttpResult>> Read(string slug, ProductDatabase database, CancellationToken stop) =>
        WireText.IsStorable(slug) && await database.One<ProductData>(
            $"select {ProductData.Columns} from products where slug = @slug and withdrawn_at is null", new { slug }, stop) is { } product
            ? TypedResults.Ok(new ProductAnswer(product))
            : NarhubErrors.NotFound("Product");
}

public sealed record ProductList(IReadOnlyList<ProductData> Products);

public sealed record ProductAnswer(ProductData Product);

/// <summary>One product; as it is, it can be posted to the cart.</summary>
public sealed record ProductData
{
    internal const string Columns = "slug, name, icon, category, description, price_min, price_max, currency";

    [JsonPropertyName("productId")]
    public string ProductId => Slug;

    public string Slug { get; init; } = "";

    public string Name { get; init; } = "";

    public string Icon { get; init; } = "";

    public string Category { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>In minor units.</summary>
    [JsonPropertyName("priceMin")]
    public long PriceMin { get; init; }

    [JsonPropertyName("priceMax")]
    public long PriceMax { get; init; }

    public string Currency { get; init; } = "";
}
