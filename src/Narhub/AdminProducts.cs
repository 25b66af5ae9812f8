using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/admin/products: the operator's hand on the catalogue. A product is withdrawn, never deleted: orders name it.</summary>
public static class AdminProducts
{
    private const string Columns = ProductData.Columns + ", withdrawn_at, created_at, updated_at";

    public static void MapAdminProducts(this IEndpointRouteBuilder api)
    {
        var products = api.MapGroup("/admin/products").WithTags("Admin").RequireOperator().Limit(NarhubLimits.OthersPerCaller);
        products.MapGet("/", List)
            .WithSummary("List the catalogue, withdrawn products too");
        products.MapPost("/", Add).Idempotent()
            .WithSummary("Add a product").Refuses(NarhubErrors.Conflict("A product with this slug already exists"));
        products.MapGet("/{slug}", Read)
            .WithSummary("Read a product").Refuses(NarhubErrors.NotFound("Product"));
        products.MapPatch("/{slug}", Update)
            .WithSummary("Change a product").Refuses(NarhubErrors.NotFound("Product"), NarhubErrors.Invalid(Price.Crossed, "priceMin"));
        products.MapDelete("/{slug}", Withdraw)
            .WithSummary("Withdraw a product from sale").Refuses(NarhubErrors.NotFound("Product"));
        products.MapPost("/{slug}/restore", Restore)
            .WithSummary("Sell a withdrawn product again").Refuses(NarhubErrors.NotFound("Product"));
    }

    private static async Task<Ok<AdminProductList>> List(ProductDatabase database, CancellationToken stop) =>
        TypedResults.Ok(new AdminProductList(await database.List<AdminProduct>($"select {Columns} from products order by name, slug", null, stop)));

    private static async Task<Results<Created<AdminProductAnswer>, ProblemHttpResult>> Add(
        NewProduct request, Work work, ClientFacts client, CancellationToken stop)
    {
        var product = await work.One<AdminProduct>(
            $"""
            insert into products (slug, name, icon, category, description, price_min, price_max, currency)
            values (@Slug, @Name, @Icon, @Category, @Description, @PriceMin, @PriceMax, @Currency)
            on conflict (slug) do nothing
            returning {Columns}
            """, request, stop);
        if (product is null)
            return NarhubErrors.Conflict("A product with this slug already exists");
        await work.Audit(new AuditEntry("product_added", null, client) { Detail = new { product.Slug, product.PriceMin, product.PriceMax } }, stop);
        await work.Commit(stop);
        return TypedResults.Created($"/api/admin/products/{product.Slug}", new AdminProductAnswer(product));
    }

    private static async Task<Results<Ok<AdminProductAnswer>, ProblemHttpResult>> Read(string slug, ProductDatabase database, CancellationToken stop) =>
        WireText.IsStorable(slug) && await database.One<AdminProduct>($"select {Columns} from products where slug = @slug", new { slug }, stop) is { } product
            ? TypedResults.Ok(new AdminProductAnswer(product))
            : NarhubErrors.NotFound("Product");

    private static async Task<Results<Ok<AdminProductAnswer>, ProblemHttpResult>> Update(
        string slug, ProductChange change, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (!WireText.IsStorable(slug))
            return NarhubErrors.NotFound("Product");
        await using var work = await database.Begin(stop);
        var before = await work.One<AdminProduct>($"select {Columns} from products where slug = @slug for update", new { slug }, stop);
        if (before is null)
            return NarhubErrors.NotFound("Product");
        // The two prices may come alone, and then have to agree with what is there.
        if ((change.PriceMin ?? before.PriceMin) > (change.PriceMax ?? before.PriceMax))
            return NarhubErrors.Invalid(Price.Crossed, "priceMin");
        var after = (await work.One<AdminProduct>(
            $"""
            update products set name = coalesce(@Name, name), icon = coalesce(@Icon, icon), category = coalesce(@Category, category),
                description = coalesce(@Description, description), price_min = coalesce(@PriceMin, price_min), price_max = coalesce(@PriceMax, price_max),
                updated_at = clock(), version = version + 1
            where slug = @slug
            returning {Columns}
            """, new { slug, change.Name, change.Icon, change.Category, change.Description, change.PriceMin, change.PriceMax }, stop))!;
        await work.Audit(new AuditEntry("product_changed", null, client)
        {
            Detail = new { slug, before = new { before.PriceMin, before.PriceMax }, after = new { after.PriceMin, after.PriceMax } },
        }, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new AdminProductAnswer(after));
    }

    private static Task<Results<Ok<AdminProductAnswer>, ProblemHttpResult>> Withdraw(string slug, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        Sell(slug, sold: false, database, client, stop);

    private static Task<Results<Ok<AdminProductAnswer>, ProblemHttpResult>> Restore(string slug, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        Sell(slug, sold: true, database, client, stop);

    /// <summary>Done twice it changes nothing more.</summary>
    private static async Task<Results<Ok<AdminProductAnswer>, ProblemHttpResult>> Sell(
        string slug, bool sold, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (!WireText.IsStorable(slug))
            return NarhubErrors.NotFound("Product");
        await using var work = await database.Begin(stop);
        var changed = await work.Execute(
            """
            update products set withdrawn_at = case when @sold then null else clock() end, updated_at = clock(), version = version + 1
            where slug = @slug and (withdrawn_at is null) <> @sold
            """, new { slug, sold }, stop) == 1;
        var product = await work.One<AdminProduct>($"select {Columns} from products where slug = @slug", new { slug }, stop);
        if (product is null)
            return NarhubErrors.NotFound("Product");
        if (changed)
            await work.Audit(new AuditEntry(sold ? "product_restored" : "product_withdrawn", null, client) { Detail = new { slug } }, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new AdminProductAnswer(product));
    }
}

public sealed record AdminProductList(IReadOnlyList<AdminProduct> Products);

public sealed record AdminProductAnswer(AdminProduct Product);

public sealed record AdminProduct
{
    public string Slug { get; init; } = "";

    public string Name { get; init; } = "";

    public string Icon { get; init; } = "";

    public string Category { get; init; } = "";

    public string Description { get; init; } = "";

    [JsonPropertyName("priceMin")]
    public long PriceMin { get; init; }

    [JsonPropertyName("priceMax")]
    public long PriceMax { get; init; }

    public string Currency { get; init; } = "";

    [JsonPropertyName("withdrawnAt")]
    public DateTimeOffset? WithdrawnAt { get; init; }

    [JsonPropertyName("createdAt")]
    public DateTimeOffset CreatedAt { get; init; }

    [JsonPropertyName("updatedAt")]
    public DateTimeOffset UpdatedAt { get; init; }
}

public sealed record NewProduct : IValidatableObject
{
    [Required(ErrorMessage = "slug is required"), MaxLength(100, ErrorMessage = "slug must have at most 100 characters")]
    [RegularExpression("^[a-z0-9]+(-[a-z0-9]+)*$", ErrorMessage = "slug must consist of lower case letters, digits and single hyphens")]
    public string? Slug { get; init; }

    [Required(ErrorMessage = "name is required"), MaxLength(200, ErrorMessage = "name must have at most 200 characters")]
    public string? Name { get; init; }

    [Required(AllowEmptyStrings = true, ErrorMessage = "icon must not be null"), MaxLength(64, ErrorMessage = "icon must have at most 64 characters")]
    public string Icon { get; init; } = "";

    [Required(ErrorMessage = "category is required"), MaxLength(100, ErrorMessage = "category must have at most 100 characters")]
    public string? Category { get; init; }

    [Required(AllowEmptyStrings = true, ErrorMessage = "description must not be null"), MaxLength(4000, ErrorMessage = "description must have at most 4000 characters")]
    public string Description { get; init; } = "";

    [JsonPropertyName("priceMin"), Required(ErrorMessage = "priceMin is required"), Range(0L, Price.Most, ErrorMessage = Price.OutOfRange)]
    public long? PriceMin { get; init; }

    [JsonPropertyName("priceMax"), Required(ErrorMessage = "priceMax is required"), Range(0L, Price.Most, ErrorMessage = Price.OutOfRange)]
    public long? PriceMax { get; init; }

    [Required(ErrorMessage = "currency must not be null"), RegularExpression("^[A-Z]{3}$", ErrorMessage = "currency must be an ISO 4217 code")]
    public string Currency { get; init; } = "EUR";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PriceMin > PriceMax)
            yield return TextRules.Broken(Price.Crossed, nameof(PriceMin));
    }
}

/// <summary>Absent members and null keep what is there.</summary>
public sealed record ProductChange
{
    [MinLength(1, ErrorMessage = "name must not be empty"), MaxLength(200, ErrorMessage = "name must have at most 200 characters")]
    public string? Name { get; init; }

    [MaxLength(64, ErrorMessage = "icon must have at most 64 characters")]
    public string? Icon { get; init; }

    [MinLength(1, ErrorMessage = "category must not be empty"), MaxLength(100, ErrorMessage = "category must have at most 100 characters")]
    public string? Category { get; init; }

    [MaxLength(4000, ErrorMessage = "description must have at most 4000 characters")]
    public string? Description { get; init; }

    [JsonPropertyName("priceMin"), Range(0L, Price.Most, ErrorMessage = Price.OutOfRange)]
    public long? PriceMin { get; init; }

    [JsonPropertyName("priceMax"), Range(0L, Price.Most, ErrorMessage = Price.OutOfRange)]
    public long? PriceMax { get; init; }
}
