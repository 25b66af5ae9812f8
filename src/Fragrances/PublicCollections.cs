using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Fragrances;

/// <summary>/users/{id}/collection: what somebody else shows of a collection.</summary>
public static class PublicCollections
{
    public static void MapPublicCollections(this IEndpointRouteBuilder api) =>
        api.MapGet("/users/{id}/collection", List).WithTags("Collection").RequireCustomer().Limit(FragrancesLimits.PublicCollectionReadsPerCaller)
            .WithSummary("Read the collection that somebody shows").Query(CollectionQuery.Parameters).Refuses(FragrancesErrors.NotFound("Collection not found"));

    private static async Task<Results<Ok<PublicCollectionPage>, ProblemHttpResult>> List(
        PathUuid id, HttpRequest request, ProductDatabase db, CancellationToken stop)
    {
        var reader = new QueryReader(request);
        var query = CollectionQuery.Of(reader);
        if (reader.Refusal is { } refusal)
            return refusal;

        // Private, unknown and deleted are told apart by nobody.
        var rows = await CollectionListRow.Read(db, id.Value, query, stop, visible:
            """
            exists (
                select from profiles join accounts on accounts.id = profiles.account_id
                where account_id = @account and collection_public and deleted_at is null and banned_at is null)
            """);
        return rows.Count == 0
            ? FragrancesErrors.NotFound("Collection not found")
            : TypedResults.Ok(new PublicCollectionPage(
                [.. CollectionListRow.Items(rows).Select(PublicItem.Of)], CollectionTotals.Of(rows[0]), query.Paging.Over(rows[0].Total)));
    }
}

public sealed record PublicCollectionPage(IReadOnlyList<PublicItem> Collection, CollectionTotals Stats, Pagination Pagination);

/// <summary>Without what is nobody else's business: notes, purchases, bottles.</summary>
public sealed record PublicItem(
    CollectedFragrance Fragrance,
    int? Rating,
    bool IsWishlist,
    bool IsOwned,
    int TimesWorn,
    IReadOnlyList<string> Occasions,
    IReadOnlyList<string> Seasons,
    DateTimeOffset AddedAt)
{
    internal static PublicItem Of(CollectionItemRow row) => new(
        CollectedFragrance.Of(row), row.Rating, row.IsWishlist, row.IsOwned, row.TimesWorn, row.Occasions, row.Seasons, row.AddedAt);
}
