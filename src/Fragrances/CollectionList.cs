using Colonnade.Platform.Database;

namespace Colonnade.Fragrances;

/// <summary>Figures over a whole collection, whatever part of it is shown.</summary>
public sealed record CollectionTotals(long TotalOwned, long TotalWishlist, decimal AverageRating, string MostWornFragrance)
{
    internal static CollectionTotals Of(CollectionListRow row) => new(row.TotalOwned, row.TotalWishlist, row.AverageRating, row.MostWornFragrance);
}

/// <summary>Which part of a collection is asked for, and in which order.</summary>
internal sealed record CollectionQuery(bool? Owned, long? Rating, long? MinRating, string Order, Paging Paging)
{
    /// <remarks>The order is always completed by the id, so that pages never overlap.</remarks>
    public static CollectionQuery Of(QueryReader query)
    {
        var by = query.Choice("sortBy", "addedDate", "name", "brand", "rating", "addedDate");
        var direction = query.Choice("sortOrder", by is "name" or "brand" ? "asc" : "desc", "asc", "desc");
        var order = by switch
        {
            "name" => $"fragrance.name collate by_name {direction}",
            "brand" => $"brand.name collate by_name {direction}",
            "rating" => $"item.rating {direction} nulls last",
            _ => $"item.added_at {direction}",
        };
        return new CollectionQuery(
            query.Flag("owned"), query.Whole("rating", least: 1, most: 5), query.Whole("minRating", least: 1, most: 5), order, query.Paging());
    }
}

/// <summary>
/// An item of a page, with the figures of its whole collection: one statement reads a page, its total and the figures
/// from one state of the data. A page without items is one row whose item is not there.
/// </summary>
internal sealed record CollectionListRow : CollectionItemRow
{
    public long Total { get; init; }
    public long TotalOwned { get; init; }
    public long TotalWishlist { get; init; }
    public decimal AverageRating { get; init; }
    public string MostWornFragrance { get; init; } = "";

    public static IEnumerable<CollectionListRow> Items(IReadOnlyList<CollectionListRow> rows) => rows.Where(row => row.Id != 0);

    /// <summary>The page of an account's collection; no row at all unless <paramref name="visible"/> holds.</summary>
    public static Task<List<CollectionListRow>> Read(
        ProductDatabase db, Guid account, CollectionQuery query, CancellationToken stop, string visible = "true") => db.List<CollectionListRow>(
        $"""
        with mine as (
            select *,
                (@owned::boolean is null or case when @owned then is_owned else is_wishlist end)
                and (@rating::bigint is null or rating is not distinct from @rating)
                and (@minRating::bigint is null or coalesce(rating >= @minRating, false)) as matches
            from collection_items
            where account_id = @account
        ),
        totals as (
            select
                count(*) filter (where matches) as total,
                count(*) filter (where is_owned) as total_owned,
                count(*) filter (where is_wishlist) as total_wishlist,
                coalesce(trim_scale(round(avg(rating), 2)), 0) as average_rating
            from mine
        ),
        most_worn as (
            select fragrance_id from mine where times_worn > 0
            order by times_worn desc, last_worn_on desc nulls last
            fetch first row with ties
        ),
        page as (
            select {CollectionItemRow.Columns}, row_number() over (order by {query.Order}, item.id) as position
            from mine item
            join fragrances fragrance on fragrance.id = item.fragrance_id
            join brands brand on brand.id = fragrance.brand_id
            where matches
            order by position
            limit @limit offset @offset
        )
        select totals.*, page.*, coalesce((
                select fragrance.name from most_worn join fragrances fragrance on fragrance.id = most_worn.fragrance_id
                order by fragrance.name collate by_name
                limit 1), '') as most_worn_fragrance
        from totals left join page on true
        where {visible}
        order by page.position
        """,
        new { account, query.Owned, query.Rating, query.MinRating, query.Paging.Limit, query.Paging.Offset }, stop);
}
