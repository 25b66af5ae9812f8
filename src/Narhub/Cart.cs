using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Colonnade.Narhub;

/// <summary>/api/cart: what the caller means to order.</summary>
public static class Cart
{
    public const int MostOfOne = 999;
    public const int MostLines = 100;

    private static readonly QueryWords OfProduct = new("productId", "The product to remove; without it the whole cart is cleared");

    public static void MapCart(this IEndpointRouteBuilder api)
    {
        var cart = api.MapGroup("/cart").WithTags("Cart").RequireCustomer().Limit(NarhubLimits.OthersPerCaller);
        cart.MapGet("/", Read)
            .WithSummary("Read the cart");
        cart.MapPost("/", Add).Idempotent()
            .WithSummary("Add a product to the cart").Refuses(NarhubErrors.NoLongerSold(), NarhubErrors.Invalid(NarhubErrors.TooManyOfOne, "quantity"));
        cart.MapPut("/", SetQuantity)
            .WithSummary("Set the quantity of a product in the cart").Refuses(NarhubErrors.NotFound("Product"));
        cart.MapDelete("/", Remove)
            .WithSummary("Remove a product, or clear the cart").Query(OfProduct);
        cart.MapPost("/merge", Merge)
            .WithSummary("Take in what was chosen before signing in").Refuses(NarhubErrors.Invalid("A cart holds at most 100 products", "productId"));
    }

    private static async Task<Ok<CartAnswer>> Read(Caller caller, ProductDatabase database, CancellationToken stop) =>
        TypedResults.Ok(new CartAnswer(await CartItem.List(database.List<CartItem.Row>, caller.AccountId, stop)));

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Add(
        AddToCart item, Caller caller, SingleStatement statement, TimeProvider time, CancellationToken stop)
    {
        try
        {
            // The catalogue's name and prices, where it has the product; nothing when it is no longer sold.
            var quantity = await statement.One<int?>(
                """
                with cart as (
                    insert into carts as c (user_id) values (@AccountId)
                    on conflict (user_id) do update set updated_at = clock()
                    returning c.user_id)
                insert into cart_items as i (id, user_id, product_id, slug, name, icon, price_min, price_max, quantity)
                select @Id, cart.user_id, @ProductId, coalesce(p.slug, @Slug), coalesce(p.name, @Name), coalesce(p.icon, @Icon),
                       coalesce(p.price_min, @PriceMin), coalesce(p.price_max, @PriceMax), @Quantity
                from cart left join products p on p.slug = @ProductId
                where p.withdrawn_at is null
                on conflict (user_id, product_id) do update set
                    quantity = i.quantity + excluded.quantity, slug = excluded.slug, name = excluded.name, icon = excluded.icon,
                    price_min = excluded.price_min, price_max = excluded.price_max, updated_at = clock()
                returning i.quantity
                """,
                new
                {
                    caller.AccountId,
                    Id = Guid.CreateVersion7(time.GetUtcNow()),
                    item.ProductId,
                    item.Slug,
                    item.Name,
                    Icon = item.Icon ?? "",
                    item.PriceMin,
                    item.PriceMax,
                    item.Quantity,
                },
                stop);
            return quantity is null ? NarhubErrors.NoLongerSold() : TypedResults.Ok(new Done("Producto agregado al carrito"));
        }
        catch (PostgresException full) when (IsFull(full))
        {
            return Full(full);
        }
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> SetQuantity(
        CartQuantity request, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var parameters = new { caller.AccountId, request.ProductId, request.Quantity };
        var touched = request.Quantity == 0
            ? await database.Execute(
                """
                with cart as (update carts set updated_at = clock() where user_id = @AccountId returning user_id)
                delete from cart_items i using cart where i.user_id = cart.user_id and i.product_id = @ProductId
                """, parameters, stop)
            : await database.Execute(
                """
                with cart as (update carts set updated_at = clock() where user_id = @AccountId returning user_id)
                update cart_items i set quantity = @Quantity, updated_at = clock() from cart where i.user_id = cart.user_id and i.product_id = @ProductId
                """, parameters, stop);
        return touched == 0 ? NarhubErrors.NotFound("Product") : TypedResults.Ok(new Done("Cantidad actualizada"));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Remove(HttpRequest request, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var query = new QueryReader(request, NarhubErrors.InvalidParameter);
        var product = query.Words(OfProduct);
        if (query.Refusal is { } refusal)
            return refusal;
        await database.Execute(
            """
            with cart as (update carts set updated_at = clock() where user_id = @AccountId returning user_id)
            delete from cart_items i using cart where i.user_id = cart.user_id and (@product::text is null or i.product_id = @product)
            """, new { caller.AccountId, product }, stop);
        return TypedResults.Ok(new Done(product is null ? "Carrito vaciado" : "Producto eliminado del carrito"));
    }

    /// <summary>
    /// Takes in what somebody chose before signing in. Of each product the larger quantity stays, so that merging again changes nothing;
    /// what is no longer sold is left out.
    /// </summary>
    private static async Task<Results<Ok<CartMerged>, ProblemHttpResult>> Merge(
        GuestCart guest, Caller caller, ProductDatabase database, TimeProvider time, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var items = guest.Items!.GroupBy(item => item!.ProductId!, StringComparer.Ordinal).Select(same => same.MaxBy(item => item!.Quantity)!).ToList();
        try
        {
            await using var work = await database.Begin(stop);
            await work.Execute("insert into carts (user_id) values (@AccountId) on conflict (user_id) do update set updated_at = clock()", caller, stop);
            await work.Execute(
                """
                insert into cart_items as i (id, user_id, product_id, slug, name, icon, price_min, price_max, quantity)
                select g.id, @AccountId, g.product_id, coalesce(p.slug, g.slug), coalesce(p.name, g.name), coalesce(p.icon, g.icon),
                       coalesce(p.price_min, g.price_min), coalesce(p.price_max, g.price_max), g.quantity
                from unnest(@Ids, @Products, @Slugs, @Names, @Icons, @Mins, @Maxs, @Quantities)
                         as g (id, product_id, slug, name, icon, price_min, price_max, quantity)
                left join products p on p.slug = g.product_id
                where p.withdrawn_at is null
                on conflict (user_id, product_id) do update set
                    quantity = greatest(i.quantity, excluded.quantity), slug = excluded.slug, name = excluded.name, icon = excluded.icon,
                    price_min = excluded.price_min, price_max = excluded.price_max, updated_at = clock()
                """,
                new
                {
                    caller.AccountId,
                    Ids = items.ConvertAll(_ => Guid.CreateVersion7(now)),
                    Products = items.ConvertAll(item => item.ProductId),
                    Slugs = items.ConvertAll(item => item.Slug),
                    Names = items.ConvertAll(item => item.Name),
                    Icons = items.ConvertAll(item => item.Icon ?? ""),
                    Mins = items.ConvertAll(item => item.PriceMin!.Value),
                    Maxs = items.ConvertAll(item => item.PriceMax!.Value),
                    Quantities = items.ConvertAll(item => item.Quantity),
                },
                stop);
            var merged = await CartItem.List(work.List<CartItem.Row>, caller.AccountId, stop);
            await work.Commit(stop);
            return TypedResults.Ok(new CartMerged("Carrito actualizado", merged));
        }
        catch (PostgresException full) when (IsFull(full))
        {
            return Full(full);
        }
    }

    private static bool IsFull(PostgresException refused) =>
        refused is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: "cart_items_quantity" or "carts_most_lines" };

    private static ProblemHttpResult Full(PostgresException refused) => refused.ConstraintName == "carts_most_lines"
        ? NarhubErrors.Invalid("A cart holds at most 100 products", "productId")
        : NarhubErrors.Invalid(NarhubErrors.TooManyOfOne, "quantity");
}

public sealed record CartAnswer(IReadOnlyList<CartItem> Items);

public sealed record CartMerged(string Message, IReadOnlyList<CartItem> Items);

public sealed record AddToCart : IValidatableObject
{
    [JsonPropertyName("productId"), Required(ErrorMessage = "productId is required"), MaxLength(200, ErrorMessage = "productId must have at most 200 characters")]
    public string? ProductId { get; init; }

    [Required(ErrorMessage = "slug is required"), MaxLength(200, ErrorMessage = "slug must have at most 200 characters")]
    public string? Slug { get; init; }

    [Required(ErrorMessage = "name is required"), MaxLength(200, ErrorMessage = "name must have at most 200 characters")]
    public string? Name { get; init; }

    [MaxLength(64, ErrorMessage = "icon must have at most 64 characters")]
    public string? Icon { get; init; }

    [JsonPropertyName("priceMin"), Required(ErrorMessage = "priceMin is required"), Range(0L, Price.Most, ErrorMessage = Price.OutOfRange)]
    public long? PriceMin { get; init; }

    [JsonPropertyName("priceMax"), Required(ErrorMessage = "priceMax is required"), Range(0L, Price.Most, ErrorMessage = Price.OutOfRange)]
    public long? PriceMax { get; init; }

    [Range(1, Cart.MostOfOne, ErrorMessage = NarhubErrors.QuantityRange)]
    public int Quantity { get; init; } = 1;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PriceMin > PriceMax)
            yield return TextRules.Broken(Price.Crossed, nameof(PriceMin));
    }
}

public sealed record CartQuantity
{
    [JsonPropertyName("productId"), Required(ErrorMessage = "productId is required")]
    public string? ProductId { get; init; }

    [Required(ErrorMessage = "quantity is required"), Range(0, Cart.MostOfOne, ErrorMessage = "quantity must be a whole number from 0 to 999")]
    public int? Quantity { get; init; }
}

public sealed record GuestCart : IValidatableObject
{
    [Required(ErrorMessage = "items is required"), MaxLength(Cart.MostLines, ErrorMessage = "A cart holds at most 100 products")]
    public IReadOnlyList<AddToCart?>? Items { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Items!.Any(item => item is null))
            yield return TextRules.Broken("items must not hold null", nameof(Items));
    }
}
