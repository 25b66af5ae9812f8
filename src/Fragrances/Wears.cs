using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Fragrances;

/// <summary>/user/collection/{id}/wears: when an item was worn.</summary>
public static class Wears
{
    private const string NoItem = "Collection item not found";

    public static void MapWears(this IEndpointRouteBuilder api)
    {
        var wears = api.MapGroup("/user/collection/{id}/wears").WithTags("Wears").RequireCustomer();
        wears.MapGet("/", List).Limit(FragrancesLimits.CollectionReadsPerCaller)
            .WithSummary("Read when an item was worn").Query(QueryReader.OfPaging).Refuses(FragrancesErrors.NotFound(NoItem));
        wears.MapPost("/", Log).Limit(FragrancesLimits.WearsPerCaller).WrongValuesAre422().Idempotent()
            .WithSummary("Note that an item was worn").Refuses(FragrancesErrors.NotFound(NoItem));
        wears.MapDelete("/{wearId}", Remove).Limit(FragrancesLimits.WearsPerCaller)
            .WithSummary("Take a wear back").Refuses(FragrancesErrors.NotFound("Wear not found"));
    }

    private static async Task<Results<Ok<WearPage>, ProblemHttpResult>> List(
        PathId id, HttpRequest request, Caller caller, ProductDatabase db, CancellationToken stop)
    {
        var query = new QueryReader(request);
        var paging = query.Paging();
        if (query.Refusal is { } refusal)
            return refusal;

        var rows = await db.List<WearRow>(
            """
            select item.logged_wears as total, wear.*
            from collection_items item
            left join lateral (
                select id, worn_on, occasion, weather, rating, sprays, created_at
                from wears where item_id = item.id
                order by worn_on desc, id desc
                limit @limit offset @offset) wear on true
            where item.id = @id and item.account_id = @account
            order by wear.worn_on desc, wear.id desc
            """, new { id = id.Value, account = caller.AccountId, paging.Limit, paging.Offset }, stop);
        return rows.Count == 0
            ? FragrancesErrors.NotFound(NoItem)
            : TypedResults.Ok(new WearPage([.. rows.Where(row => row.Id != 0).Select(Wear.Of)], paging.Over(rows[0].Total)));
    }

    private static async Task<Results<Created<WearAnswer>, ProblemHttpResult>> Log(
        PathId id, LogWear request, Caller caller, Work work, CancellationToken stop)
    {
        var logged = await work.One<LoggedWear>(
            $"""
            with item as (
                update collection_items set
                    logged_wears = logged_wears + 1,
                    logged_sprays = logged_sprays + coalesce(@sprays, 0),
                    last_worn_on = greatest(last_worn_on, @date),
                    updated_at = greatest(clock(), updated_at + interval '1 millisecond'),
                    version = version + 1
                where id = @id and account_id = @account
                returning *
            ),
            wear as (
                insert into wears (item_id, worn_on, occasion, weather, rating, sprays)
                select id, @date, @occasion, @weather, @rating, @sprays from item
                returning *
            )
            select {CollectionItemRow.Columns}, wear.id as wear_id, wear.created_at as logged_at
            from item
            join wear on true
            join fragrances fragrance on fragrance.id = item.fragrance_id
            join brands brand on brand.id = fragrance.brand_id
            """,
            new
            {
                id = id.Value,
                account = caller.AccountId,
                request.Date,
                occasion = request.Occasion ?? "",
                weather = request.Weather ?? "",
                request.Rating,
                request.Sprays,
            }, stop);
        if (logged is null)
            return FragrancesErrors.NotFound(NoItem);

        await work.Commit(stop);
        var wear = new Wear(logged.WearId, request.Date!.Value, request.Occasion ?? "", request.Weather ?? "", request.Rating, request.Sprays, logged.LoggedAt);
        return TypedResults.Created($"/api/user/collection/{id.Value}/wears", new WearAnswer(true, "Wear logged", wear, CollectionItem.Of(logged)));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Remove(
        PathId id, PathId wearId, Caller caller, ProductDatabase db, CancellationToken stop)
    {
        await using var work = await db.Begin(stop);
        // The item's row lock puts the writers of one log in a row, so that the counts below see all of them.
        await work.Execute("select from collection_items where id = @id and account_id = @account for update",
            new { id = id.Value, account = caller.AccountId }, stop);
        var removed = await work.Execute(
            """
            with wear as (
                delete from wears using collection_items item
                where wears.id = @wear and wears.item_id = item.id and item.id = @id and item.account_id = @account
                returning wears.*
            )
            update collection_items item set
                logged_wears = logged_wears - 1,
                logged_sprays = logged_sprays - coalesce(wear.sprays, 0),
                last_worn_on = (select max(worn_on) from wears rest where rest.item_id = item.id and rest.id <> wear.id),
                updated_at = greatest(clock(), updated_at + interval '1 millisecond'),
                version = version + 1
            from wear
            where item.id = wear.item_id
            """, new { id = id.Value, wear = wearId.Value, account = caller.AccountId }, stop);
        if (removed == 0)
            return FragrancesErrors.NotFound("Wear not found");

        await work.Commit(stop);
        return TypedResults.Ok(new Done(true, "Wear removed"));
    }

    internal sealed record WearRow
    {
        public int Total { get; init; }
        public int Id { get; init; }
        public DateOnly WornOn { get; init; }
        public string Occasion { get; init; } = "";
        public string Weather { get; init; } = "";
        public int? Rating { get; init; }
        public int? Sprays { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }

    private sealed record LoggedWear : CollectionItemRow
    {
        public int WearId { get; init; }
        public DateTimeOffset LoggedAt { get; init; }
    }
}

public sealed record WearPage(IReadOnlyList<Wear> Wears, Pagination Pagination);

public sealed record Wear(int Id, DateOnly Date, string Occasion, string Weather, int? Rating, int? Sprays, DateTimeOffset CreatedAt)
{
    internal static Wear Of(Wears.WearRow row) => new(row.Id, row.WornOn, row.Occasion, row.Weather, row.Rating, row.Sprays, row.CreatedAt);
}

public sealed record WearAnswer(bool Success, string Message, Wear Wear, CollectionItem CollectionItem);

public sealed record LogWear(
    [property: Told(IsRequired = true)] DateOnly? Date = null,
    [property: Told(MostLength = LogWear.MostTextLength)] string? Occasion = null,
    [property: Told(MostLength = LogWear.MostTextLength)] string? Weather = null,
    [property: Told(Least = CollectionRules.LeastRating, Most = CollectionRules.MostRating)] int? Rating = null,
    [property: Told(Least = 1, Most = LogWear.MostSprays)] int? Sprays = null) : IValidatableObject
{
    internal const int MostTextLength = 50;
    internal const int MostSprays = 100;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. CollectionRules.When(Date is null, "Date is required", nameof(Date)),
        .. CollectionRules.When(CollectionRules.IsInTheFuture(Date, validationContext.Clock()), "Date must not lie in the future", nameof(Date)),
        .. CollectionRules.When(Occasion?.Length > MostTextLength, "Occasion must have at most 50 characters", nameof(Occasion)),
        .. CollectionRules.When(Weather?.Length > MostTextLength, "Weather must have at most 50 characters", nameof(Weather)),
        .. CollectionRules.Rating(Rating),
        .. CollectionRules.When(Sprays is < 1 or > MostSprays, "Sprays must be from 1 to 100", nameof(Sprays)),
    ];
}
