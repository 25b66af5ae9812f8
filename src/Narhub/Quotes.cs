using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Colonnade.Narhub.Banking;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/quotes: a customer asks what things with a range of prices really cost, and orders at the price that was offered.</summary>
public static class Quotes
{
    private const int MostOpen = 20;

    public static void MapQuotes(this IEndpointRouteBuilder api)
    {
        var quotes = api.MapGroup("/quotes").WithTags("Quotes").RequireCustomer().Limit(NarhubLimits.OthersPerCaller);
        quotes.MapGet("/", List)
            .WithSummary("List the caller's quotes").Query(OrderQuery.OfPage);
        quotes.MapPost("/", Ask).Idempotent()
            .WithSummary("Ask for final prices")
            .Refuses(NarhubErrors.NoLongerSold(), NarhubErrors.Conflict($"{MostOpen} of your requests wait for an answer already; please wait for one, or withdraw one"), NarhubErrors.Invalid("Your cart is empty: say what you want a quote for", "items"));
        quotes.MapGet("/{quoteId}", Get)
            .WithSummary("Read a quote").Refuses(NarhubErrors.NotFound("Quote"));
        quotes.MapPost("/{quoteId}/accept", Accept).Idempotent()
            .WithSummary("Accept an offer: it becomes an order")
            .Refuses(NarhubErrors.NotFound("Quote"), NarhubErrors.Conflict("There is no offer yet"), NarhubErrors.Invalid("SEPA transfers are in EUR", "payment_method"));
        quotes.MapPost("/{quoteId}/withdraw", Withdraw).Idempotent()
            .WithSummary("Withdraw a request").Refuses(NarhubErrors.NotFound("Quote"), NarhubErrors.Conflict("The quote was accepted already"));
    }

    private static async Task<Results<Ok<QuoteList>, ProblemHttpResult>> List(HttpRequest request, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var limit = query.Whole(OrderQuery.Limit) ?? OrderQuery.UsualLimit;
        var offset = query.Whole(OrderQuery.Offset) ?? 0;
        if (query.Refusal is { } refusal)
            return refusal;
        return TypedResults.Ok(new QuoteList(await QuoteReading.Page(database, "q.user_id = @AccountId", new { caller.AccountId, limit, offset }, stop)));
    }

    /// <summary>For the items of the body, or for the cart where there are none; the cart stays as it is.</summary>
    private static async Task<Results<Created<QuoteAnswer>, ProblemHttpResult>> Ask(
        QuoteWish wish, Caller caller, WebhookEvents events, TimeProvider time, Work work, CancellationToken stop)
    {
        // The customer's requests are counted one after the other.
        await work.Execute("select pg_advisory_xact_lock(hashtextextended('quotes.' || @AccountId, 0))", caller, stop);
        if (await work.One<int>("select count(*)::int from quotes where user_id = @AccountId and status = 'requested'", caller, stop) >= MostOpen)
            return NarhubErrors.Conflict($"{MostOpen} of your requests wait for an answer already; please wait for one, or withdraw one");
        var wanted = wish.Items ?? await OfCart(work, caller.AccountId, stop);
        if (wanted.Count == 0)
            return NarhubErrors.Invalid("Your cart is empty: say what you want a quote for", "items");
        var (lines, refusal) = await OrderLines.OfCatalogue([.. wanted.Select(item => item with { FinalPrice = null })], wish.CurrencyCode, work, stop);
        if (refusal is not null)
            return refusal;

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await work.Execute(
            """
            with quote as (insert into quotes (id, user_id, currency, notes) values (@id, @AccountId, @CurrencyCode, @Notes) returning id)
            insert into quote_items (id, quote_id, position, product_slug, product_name, product_icon, price_min, price_max, quantity)
            select item.id, quote.id, position, slug, name, icon, price_min, price_max, quantity
            from quote, unnest(@Ids, @Slugs, @Names, @Icons, @Minima, @Maxima, @Quantities) with ordinality
                as item (id, slug, name, icon, price_min, price_max, quantity, position)
            """,
            new
            {
                id,
                caller.AccountId,
                wish.CurrencyCode,
                wish.Notes,
                Ids = lines.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                Slugs = lines.Select(line => line.Slug).ToArray(),
                Names = lines.Select(line => line.Name).ToArray(),
                Icons = lines.Select(line => line.Icon).ToArray(),
                Minima = lines.Select(line => line.PriceMin).ToArray(),
                Maxima = lines.Select(line => line.PriceMax).ToArray(),
                Quantities = lines.Select(line => line.Quantity).ToArray(),
            },
            stop);
        var quote = (await QuoteReading.Locked(work, id, stop))!;
        await events.Publish(work, EventTypes.QuoteRequested, quote, stop);
        await work.Commit(stop);
        return TypedResults.Created($"/api/quotes/{id}", new QuoteAnswer(quote));
    }

    private static async Task<Results<Ok<QuoteAnswer>, ProblemHttpResult>> Get(PathUuid quoteId, Caller caller, ProductDatabase database, CancellationToken stop) =>
        await QuoteReading.Whole(database, quoteId.Value, stop) is { } quote && quote.UserId == caller.AccountId
            ? TypedResults.Ok(new QuoteAnswer(quote))
            : NarhubErrors.NotFound("Quote");

    private static async Task<Results<Created<OrderPlaced>, ProblemHttpResult>> Accept(
        PathUuid quoteId, QuoteAcceptance request, Caller caller, OrderPlacement placement, Seller seller, PublicUrl url, Work work, CancellationToken stop)
    {
        var quote = await QuoteReading.Locked(work, quoteId.Value, stop);
        if (quote is null || quote.UserId != caller.AccountId)
            return NarhubErrors.NotFound("Quote");
        if (quote.Status != QuoteStatus.Offered)
        {
            return NarhubErrors.Conflict(quote.Status switch
            {
                QuoteStatus.Requested => "There is no offer yet",
                QuoteStatus.Expired => $"The offer was good until {WireTime.Of(quote.ExpiresAt!.Value)}; ask for a new one",
                QuoteStatus.Accepted => $"The quote was accepted already and became the order {quote.OrderId}",
                _ => $"The quote was {quote.Status}",
            });
        }

        if (request.PaymentMethod == PaymentMethods.Sepa && quote.Currency != Currencies.Euro)
            return NarhubErrors.Invalid("SEPA transfers are in EUR", "payment_method");
        if (placement.FlawOfDueDate(request) is { } late)
            return late;
        var tax = placement.TaxOf(request);
        var lines = quote.Items.Select(item => new OrderLine(
            item.ProductSlug, item.ProductName, item.ProductIcon, item.PriceMin, item.PriceMax, item.FinalPrice, item.Quantity)).ToList();
        var priced = OrderPricing.Price(lines, quote.TotalAmount!.Value, tax)
            ?? throw new InvalidOperationException($"The total of quote {quote.Id} is not the sum of its prices.");
        var draft = new OrderDraft(caller.AccountId, request, quote.Currency, quote.TotalAmount.Value, tax, priced, SHA256.HashData(quote.Id.ToByteArray())) { IsQuoted = true };
        var order = (await placement.Place(work, draft, stop))!;
        await work.Execute(
            "update quotes set status = 'accepted', order_id = @OrderId, updated_at = clock(), version = version + 1 where id = @Id", new { quote.Id, OrderId = order.Id }, stop);
        await work.Commit(stop);
        return TypedResults.Created($"/api/orders/{order.Id}", new OrderPlaced("Order created successfully", PlacedOrder.Of(order, seller, url)));
    }

    private static async Task<Results<Ok<QuoteAnswer>, ProblemHttpResult>> Withdraw(PathUuid quoteId, Caller caller, Work work, CancellationToken stop)
    {
        var quote = await QuoteReading.Locked(work, quoteId.Value, stop);
        if (quote is null || quote.UserId != caller.AccountId)
            return NarhubErrors.NotFound("Quote");
        if (quote.Status is not (QuoteStatus.Requested or QuoteStatus.Offered or QuoteStatus.Expired))
            return NarhubErrors.Conflict($"The quote was {quote.Status} already");
        await work.Execute("update quotes set status = 'withdrawn', updated_at = clock(), version = version + 1 where id = @Id", new { quote.Id }, stop);
        quote = (await QuoteReading.Locked(work, quote.Id, stop))!;
        await work.Commit(stop);
        return TypedResults.Ok(new QuoteAnswer(quote));
    }

    private static async Task<IReadOnlyList<OrderItemWish>> OfCart(Work work, Guid userId, CancellationToken stop) => await work.List<OrderItemWish>(
        """
        select slug as product_slug, name as product_name, nullif(icon, '') as product_icon, price_min, price_max, quantity
        from cart_items where user_id = @userId order by created_at, id
        """, new { userId }, stop);
}

public sealed record QuoteWish : IValidatableObject
{
    /// <summary>What is in the cart when not given.</summary>
    [MinLength(1, ErrorMessage = "A quote takes at least one item")]
    [MaxLength(OrderWish.MostItems, ErrorMessage = "A quote takes at most 100 items")]
    public IReadOnlyList<OrderItemWish>? Items { get; init; }

    /// <summary>ISO 4217; EUR when not given.</summary>
    public string? Currency { get; init; }

    [MaxLength(4000, ErrorMessage = "notes are too long")]
    public string? Notes { get; init; }

    internal string CurrencyCode => string.IsNullOrWhiteSpace(Currency) ? Currencies.Euro : Currency.Trim().ToUpperInvariant();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Items?.Any(static item => item is null) == true)
            yield return new ValidationResult("Every item must be an object", [nameof(Items)]);
        if (!Currencies.IsKnown(CurrencyCode))
            yield return new ValidationResult("Currency must be a code of ISO 4217", [nameof(Currency)]);
    }
}

/// <summary>Who pays for what was offered, and how.</summary>
public sealed record QuoteAcceptance : Billing;

public sealed record QuoteList(IReadOnlyList<QuoteData> Quotes);

public sealed record QuoteAnswer(QuoteData Quote);
