using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
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

namespace Colonnade.Fragrances;

/// <summary>/user/collection: what the caller owns and wishes for.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "The resource's own name.")]
public static class Collection
{
    private const string NotInCollection = "Collection item not found";

    public static void MapCollection(this IEndpointRouteBuilder api)
    {
        var collection = api.MapGroup("/user/collection").WithTags("Collection").RequireCustomer();
        collection.MapGet("/", List).Limit(FragrancesLimits.CollectionReadsPerCaller)
            .WithSummary("Read the collection").Query(CollectionQuery.Parameters);
        collection.MapPost("/", Add).Limit(FragrancesLimits.CollectionAddsPerCaller).WrongValuesAre422().Idempotent()
            .WithSummary("Add a fragrance to the collection")
            .Refuses(FragrancesErrors.NotFound("Fragrance not found"), FragrancesErrors.Invalid("Invalid fragrance ID", "fragranceId"))
            .Refuses(FragrancesErrors.Duplicate("Fragrance is already in your collection", "fragranceId", new { collectionItemId = 17 }));
        collection.MapGet("/{id}", Get).Limit(FragrancesLimits.CollectionReadsPerCaller)
            .WithSummary("Read an item of the collection").Refuses(FragrancesErrors.NotFound(NotInCollection));
        collection.MapPut("/{id}", Change).Limit(FragrancesLimits.CollectionChangesPerCaller).WrongValuesAre422()
            .WithSummary("Change an item of the collection").Refuses(FragrancesErrors.NotFound(NotInCollection), FragrancesErrors.Unprocessable("An item is owned, wished for, or both", "isOwned"));
        collection.MapDelete("/{id}", Remove).Limit(FragrancesLimits.CollectionRemovalsPerCaller)
            .WithSummary("Remove an item from the collection").Refuses(FragrancesErrors.NotFound(NotInCollection));
    }

    private static async Task<Results<Ok<CollectionPage>, ProblemHttpResult>> List(
        HttpRequest request, Caller caller, ProductDatabase db, CancellationToken stop)
    {
        var reader = new QueryReader(request);
        var query = CollectionQuery.Of(reader);
        if (reader.Refusal is { } refusal)
            return refusal;

        var rows = await CollectionListRow.Read(db, caller.AccountId, query, stop);
        return TypedResults.Ok(new CollectionPage(
            [.. CollectionListRow.Items(rows).Select(CollectionItem.Of)], CollectionTotals.Of(rows[0]), query.Paging.Over(rows[0].Total)));
    }

    private static async Task<Results<Ok<CollectionItem>, ProblemHttpResult>> Get(PathId id, Caller caller, ProductDatabase db, CancellationToken stop)
    {
        var row = await db.One<CollectionItemRow>(
            $"""
            select {CollectionItemRow.Columns}
            from collection_items item
            join fragrances fragrance on fragrance.id = item.fragrance_id
            join brands brand on brand.id = fragrance.brand_id
            where item.id = @id and item.account_id = @account
            """, new { id = id.Value, account = caller.AccountId }, stop);
        return row is null ? FragrancesErrors.NotFound(NotInCollection) : TypedResults.Ok(CollectionItem.Of(row));
    }

    private static async Task<Results<Created<CollectionAnswer>, ProblemHttpResult>> Add(
        NewCollectionItem request, Caller caller, Work work, CancellationToken stop)
    {
        if (request.FragranceId <= 0)
            return FragrancesErrors.Invalid("Invalid fragrance ID", "fragranceId");

        while (true)
        {
            var added = await work.One<CollectionItemRow>(
                $"""
                with item as (
                    insert into collection_items (account_id, fragrance_id, rating, personal_notes, purchase_date,
                        bottle_size_ml, is_owned, is_wishlist, occasions, seasons)
                    select @account, id, @rating, @notes, @purchaseDate, @bottleSize, @owned, @wished, @occasions, @seasons
                    from fragrances where id = @fragrance
                    on conflict (account_id, fragrance_id) do nothing
                    returning *
                )
                select {CollectionItemRow.Columns}
                from item
                join fragrances fragrance on fragrance.id = item.fragrance_id
                join brands brand on brand.id = fragrance.brand_id
                """,
                new
                {
                    account = caller.AccountId,
                    fragrance = request.FragranceId,
                    request.Rating,
                    notes = request.PersonalNotes ?? "",
                    request.PurchaseDate,
                    bottleSize = request.BottleSizeML,
                    owned = request.Owned,
                    wished = request.Wished,
                    occasions = request.Occasions?.ToArray() ?? [],
                    seasons = request.Seasons?.ToArray() ?? [],
                }, stop);
            if (added is not null)
            {
                await work.Commit(stop);
                return TypedResults.Created($"/api/user/collection/{added.Id}",
                    new CollectionAnswer(true, "Fragrance added to collection", CollectionItem.Of(added)));
            }

            var found = await work.One<Found>(
                """
                select item.id as item_id
                from fragrances fragrance
                left join collection_items item on item.fragrance_id = fragrance.id and item.account_id = @account
                where fragrance.id = @fragrance
                """, new { account = caller.AccountId, fragrance = request.FragranceId }, stop);
            if (found is null)
                return FragrancesErrors.NotFound("Fragrance not found");
            if (found.ItemId is { } item)
                return FragrancesErrors.Duplicate("Fragrance is already in your collection", "fragranceId", new { collectionItemId = item });
            // The item that was in the way has been removed since.
        }
    }

    private static async Task<Results<Ok<CollectionAnswer>, ProblemHttpResult>> Change(
        PathId id, ChangeCollectionItem request, Caller caller, ProductDatabase db, CancellationToken stop)
    {
        try
        {
            var changed = await db.One<CollectionItemRow>(
                $"""
                with item as (
                    update collection_items set
                        rating = case when @setRating then @rating else rating end,
                        personal_notes = case when @setNotes then @notes else personal_notes end,
                        purchase_date = case when @setPurchaseDate then @purchaseDate else purchase_date end,
                        bottle_size_ml = case when @setBottleSize then @bottleSize else bottle_size_ml end,
                        is_owned = case when @setOwned then @owned else is_owned end,
                        is_wishlist = case when @setWished then @wished else is_wishlist end,
                        stated_wears = case when @setTimesWorn then @timesWorn else stated_wears end,
                        occasions = case when @setOccasions then @occasions else occasions end,
                        seasons = case when @setSeasons then @seasons else seasons end,
                        updated_at = greatest(clock(), updated_at + interval '1 millisecond'),
                        version = version + 1
                    where id = @id and account_id = @account
                    returning *
                )
                select {CollectionItemRow.Columns}
                from item
                join fragrances fragrance on fragrance.id = item.fragrance_id
                join brands brand on brand.id = fragrance.brand_id
                """,
                new
                {
                    id = id.Value,
                    account = caller.AccountId,
                    setRating = request.Rating.IsSet,
                    rating = request.Rating.Value,
                    setNotes = request.PersonalNotes.IsSet,
                    notes = request.PersonalNotes.Value ?? "",
                    setPurchaseDate = request.PurchaseDate.IsSet,
                    purchaseDate = request.PurchaseDate.Value,
                    setBottleSize = request.BottleSizeML.IsSet,
                    bottleSize = request.BottleSizeML.Value,
                    setOwned = request.IsOwned.IsSet,
                    owned = request.IsOwned.Value ?? false,
                    setWished = request.IsWishlist.IsSet,
                    wished = request.IsWishlist.Value ?? false,
                    setTimesWorn = request.TimesWorn.IsSet,
                    timesWorn = request.TimesWorn.Value ?? 0,
                    setOccasions = request.Occasions.IsSet,
                    occasions = request.Occasions.Value?.ToArray() ?? [],
                    setSeasons = request.Seasons.IsSet,
                    seasons = request.Seasons.Value?.ToArray() ?? [],
                }, stop);
            return changed is null
                ? FragrancesErrors.NotFound(NotInCollection)
                : TypedResults.Ok(new CollectionAnswer(true, "Collection updated successfully", CollectionItem.Of(changed)));
        }
        catch (PostgresException broken) when (broken.ConstraintName == "collection_items_owned_or_wished")
        {
            return FragrancesErrors.Unprocessable("An item is owned, wished for, or both", request.IsOwned.IsSet ? "isOwned" : "isWishlist");
        }
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Remove(PathId id, Caller caller, ProductDatabase db, CancellationToken stop)
    {
        var removed = await db.Execute("delete from collection_items where id = @id and account_id = @account",
            new { id = id.Value, account = caller.AccountId }, stop);
        return removed == 0
            ? FragrancesErrors.NotFound(NotInCollection)
            : TypedResults.Ok(new Done(true, "Fragrance removed from collection"));
    }

    private sealed record Found
    {
        public int? ItemId { get; init; }
    }
}

public sealed record CollectionPage(IReadOnlyList<CollectionItem> Collection, CollectionTotals Stats, Pagination Pagination);

public sealed record CollectionAnswer(bool Success, string Message, CollectionItem CollectionItem);

public sealed record NewCollectionItem(
    [property: Required, JsonConverter(typeof(FragranceIdConverter))] int FragranceId = 0,
    [property: Told(Least = CollectionRules.LeastRating, Most = CollectionRules.MostRating)] int? Rating = null,
    [property: Told(MostLength = CollectionRules.MostNotesLength)] string? PersonalNotes = null,
    DateOnly? PurchaseDate = null,
    [property: Told(Least = 0, IsMoreThanLeast = true, Most = CollectionRules.MostBottleSize)] double? BottleSizeML = null,
    bool? IsWishlist = null,
    bool? IsOwned = null,
    [property: Told(MostEntries = CollectionRules.MostEntries)] IReadOnlyList<string>? Occasions = null,
    [property: Told(MostEntries = CollectionRules.MostEntries)] IReadOnlyList<string>? Seasons = null) : IValidatableObject
{
    internal bool Wished => IsWishlist ?? false;

    internal bool Owned => IsOwned ?? !Wished;

    // A fragrance id that is none is refused first, and with another status.
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => FragranceId <= 0 ? [] :
    [
        .. CollectionRules.Rating(Rating),
        .. CollectionRules.PersonalNotes(PersonalNotes),
        .. CollectionRules.PurchaseDate(PurchaseDate, validationContext.Clock()),
        .. CollectionRules.BottleSizeML(BottleSizeML),
        .. CollectionRules.OwnedOrWished(Owned, Wished),
        .. CollectionRules.Occasions(Occasions),
        .. CollectionRules.Seasons(Seasons),
    ];
}

/// <summary>Absent members keep what is there, null clears.</summary>
public sealed record ChangeCollectionItem : IValidatableObject
{
    [Told(Least = CollectionRules.LeastRating, Most = CollectionRules.MostRating)]
    public Change<int?> Rating { get; init; }

    [Told(MostLength = CollectionRules.MostNotesLength)]
    public Change<string> PersonalNotes { get; init; }

    public Change<DateOnly?> PurchaseDate { get; init; }

    [Told(Least = 0, IsMoreThanLeast = true, Most = CollectionRules.MostBottleSize)]
    public Change<double?> BottleSizeML { get; init; }

    public Change<bool?> IsWishlist { get; init; }

    public Change<bool?> IsOwned { get; init; }

    [Told(Least = 0, Most = CollectionRules.MostStatedWears)]
    public Change<int?> TimesWorn { get; init; }

    [Told(MostEntries = CollectionRules.MostEntries)]
    public Change<IReadOnlyList<string>> Occasions { get; init; }

    [Told(MostEntries = CollectionRules.MostEntries)]
    public Change<IReadOnlyList<string>> Seasons { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. CollectionRules.Rating(Rating.Value),
        .. CollectionRules.PersonalNotes(PersonalNotes.Value),
        .. CollectionRules.PurchaseDate(PurchaseDate.Value, validationContext.Clock()),
        .. CollectionRules.BottleSizeML(BottleSizeML.Value),
        .. CollectionRules.TimesWorn(TimesWorn.Value),
        .. CollectionRules.Occasions(Occasions.Value),
        .. CollectionRules.Seasons(Seasons.Value),
    ];
}

/// <summary>Reads whatever is no fragrance id as 0: the document answers it with 400 where other wrong types are 422.</summary>
public sealed class FragranceIdConverter : JsonConverter<int>
{
    public override bool HandleNull => true;

    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var id))
            return id;
        // Not Skip, which refuses while more of the body may come; the value itself is always there whole.
        reader.TrySkip();
        return 0;
    }

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
