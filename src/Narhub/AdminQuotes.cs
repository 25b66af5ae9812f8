using System.ComponentModel.DataAnnotations;
using Colonnade.Narhub.Jobs;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/admin/quotes: an operator answers requests for a quote with final prices that hold for a while, or with a refusal.</summary>
public static class AdminQuotes
{

    private static readonly QuerySeveral Status = new("status", "Only of these statuses")
    {
        Choices = [QuoteStatus.Requested, QuoteStatus.Offered, QuoteStatus.Refused, QuoteStatus.Accepted, QuoteStatus.Withdrawn],
    };

    public static void MapAdminQuotes(this IEndpointRouteBuilder api)
    {
        var quotes = api.MapGroup("/admin/quotes").WithTags("Admin: quotes").RequireOperator().Limit(NarhubLimits.OthersPerCaller);
        quotes.MapGet("/", List)
            .WithSummary("List requests for quotes").Query([Status, .. OrderQuery.OfPage]);
        quotes.MapGet("/{quoteId}", Get)
            .WithSummary("Read a quote").Refuses(NarhubErrors.NotFound("Quote"));
        quotes.MapPost("/{quoteId}/offer", Offer).Idempotent()
            .WithSummary("Offer final prices")
            .Refuses(NarhubErrors.NotFound("Quote"), NarhubErrors.Conflict("The quote was accepted already"), NarhubErrors.Invalid("expires_at must lie ahead", "expires_at"));
        quotes.MapPost("/{quoteId}/refuse", Refuse).Idempotent()
            .WithSummary("Refuse a request").Refuses(NarhubErrors.NotFound("Quote"), NarhubErrors.Conflict("The quote was accepted already"));
    }

    private static async Task<Results<Ok<AdminQuoteList>, ProblemHttpResult>> List(HttpRequest request, ProductDatabase database, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var status = query.Several(Status);
        var limit = query.Whole(OrderQuery.Limit) ?? OrderQuery.UsualLimit;
        var offset = query.Whole(OrderQuery.Offset) ?? 0;
        if (query.Refusal is { } refusal)
            return refusal;
        const string Condition = "(@statuses::text[] is null or q.status = any (@statuses))";
        var parameters = new { statuses = status?.ToArray(), limit, offset };
        return TypedResults.Ok(new AdminQuoteList(
            await QuoteReading.Page(database, Condition, parameters, stop),
            await database.One<long>($"select count(*) from quotes q where {Condition}", parameters, stop)));
    }

    private static async Task<Results<Ok<QuoteAnswer>, ProblemHttpResult>> Get(PathUuid quoteId, ProductDatabase database, CancellationToken stop) =>
        await QuoteReading.Whole(database, quoteId.Value, stop) is { } quote ? TypedResults.Ok(new QuoteAnswer(quote)) : NarhubErrors.NotFound("Quote");

    /// <summary>Prices every item; an offer that is not accepted yet may be changed by another.</summary>
    private static async Task<Results<Ok<QuoteAnswer>, ProblemHttpResult>> Offer(
        PathUuid quoteId, NewOffer offer, WebhookEvents events, ClientFacts client, TimeProvider time, Work work, CancellationToken stop)
    {
        var (quote, refusal) = await Open(work, quoteId.Value, stop);
        if (quote is null)
            return refusal!;
        if (offer.ExpiresAt <= time.GetUtcNow())
            return NarhubErrors.Invalid("expires_at must lie ahead", "expires_at");
        var prices = offer.Items!.ToLookup(item => item.Id!.Value, item => item.FinalPrice!.Value);
        if (prices.Count != quote.Items.Count || offer.Items!.Count != prices.Count || quote.Items.Any(item => !prices.Contains(item.Id)))
            return NarhubErrors.Invalid("Give each item of the quote one final price, by its id", "items");
        var total = quote.Items.Sum(item => prices[item.Id].First() * item.Quantity);
        if (total is < 1 or > OrderWish.MostTotal)
            return NarhubErrors.Invalid("The total is out of range", "items");
        await work.Execute(
            """
            with priced as (
                update quote_items set final_price = offered.price from unnest(@Ids, @Prices) as offered (id, price) where quote_items.id = offered.id
            )
            update quotes set status = 'offered', total_amount = @total, expires_at = coalesce(@ExpiresAt, clock() + @UsualLife), message = @Message, updated_at = clock(), version = version + 1
            where id = @Id
            """,
            new
            {
                quote.Id,
                total,
                offer.ExpiresAt,
                NewOffer.UsualLife,
                offer.Message,
                Ids = offer.Items.Select(item => item.Id!.Value).ToArray(),
                Prices = offer.Items.Select(item => item.FinalPrice!.Value).ToArray(),
            },
            stop);
        return await Answer(work, quote.Id, "quote_offered", events, client, stop);
    }

    private static async Task<Results<Ok<QuoteAnswer>, ProblemHttpResult>> Refuse(
        PathUuid quoteId, QuoteRefusal request, WebhookEvents events, ClientFacts client, Work work, CancellationToken stop)
    {
        var (quote, refusal) = await Open(work, quoteId.Value, stop);
        if (quote is null)
            return refusal!;
        await work.Execute(
            "update quotes set status = 'refused', message = @Message, updated_at = clock(), version = version + 1 where id = @Id", new { quote.Id, request.Message }, stop);
        return await Answer(work, quote.Id, "quote_refused", events, client, stop);
    }

    /// <summary>The quote, locked, if it may still be answered.</summary>
    private static async Task<(QuoteData? Quote, ProblemHttpResult? Refusal)> Open(Work work, Guid id, CancellationToken stop) =>
        await QuoteReading.Locked(work, id, stop) switch
        {
            null => (null, NarhubErrors.NotFound("Quote")),
            { Status: QuoteStatus.Requested or QuoteStatus.Offered or QuoteStatus.Expired } quote => (quote, null),
            var over => (null, NarhubErrors.Conflict($"The quote was {over.Status} already")),
        };

    private static async Task<Ok<QuoteAnswer>> Answer(Work work, Guid id, string what, WebhookEvents events, ClientFacts client, CancellationToken stop)
    {
        var quote = (await QuoteReading.Locked(work, id, stop))!;
        await work.Enqueue(new MailQuote(quote.Id, quote.Version), stop);
        await work.Audit(new AuditEntry(what, quote.UserId, client) { Detail = new { quote = quote.Id, quote.TotalAmount } }, stop);
        if (quote.Status == QuoteStatus.Offered)
            await events.Publish(work, EventTypes.QuoteOffered, quote, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new QuoteAnswer(quote));
    }
}

public sealed record NewOffer : IValidatableObject
{
    internal static readonly TimeSpan UsualLife = TimeSpan.FromDays(30);

    [Required(ErrorMessage = "items is required")]
    [MinLength(1, ErrorMessage = "items is required")]
    [MaxLength(OrderWish.MostItems, ErrorMessage = "A quote has at most 100 items")]
    public IReadOnlyList<OfferedPrice>? Items { get; init; }

    /// <summary>30 days from now when not given.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Told to the customer.</summary>
    [MaxLength(4000, ErrorMessage = "message is too long")]
    public string? Message { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Items!.Any(static item => item is null))
            yield return new ValidationResult("Every item must be an object", [nameof(Items)]);
        if (ExpiresAt is { Year: > 9000 })
            yield return new ValidationResult("expires_at is too far away", [nameof(ExpiresAt)]);
    }
}

public sealed record OfferedPrice
{
    [Required(ErrorMessage = "id is required")]
    public Guid? Id { get; init; }

    /// <summary>Of one piece, in minor units, with tax; it may lie outside the range.</summary>
    [Required(ErrorMessage = "final_price is required")]
    [Range(0L, OrderItemWish.MostPrice, ErrorMessage = "final_price must be a whole number of cents")]
    public long? FinalPrice { get; init; }
}

public sealed record QuoteRefusal
{
    /// <summary>Told to the customer.</summary>
    [Required(ErrorMessage = "message is required")]
    [MaxLength(4000, ErrorMessage = "message is too long")]
    public string? Message { get; init; }
}

public sealed record AdminQuoteList(IReadOnlyList<QuoteData> Quotes, long Total);
