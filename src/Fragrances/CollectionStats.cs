using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Colonnade.Fragrances;

/// <summary>/user/collection/stats: what a collection consists of and how it is worn.</summary>
public static class CollectionStats
{
    private static readonly QueryWhole Year = new("year", 1900, 9999, "Of which year the wears are counted; unless given, this one");

    public static void MapCollectionStats(this IEndpointRouteBuilder api) =>
        api.MapGet("/user/collection/stats", Read).WithTags("Collection").RequireCustomer().Limit(FragrancesLimits.StatsPerCaller)
            .WithSummary("Read figures on the collection").Query(Year);

    private static async Task<Results<Ok<CollectionStatistics>, ProblemHttpResult>> Read(
        HttpRequest request, Caller caller, ProductDatabase db, TimeProvider clock, IOptions<JsonOptions> json, CancellationToken stop)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var reader = new QueryReader(request);
        var year = (int)(reader.Whole(Year) ?? today.Year);
        if (reader.Refusal is { } refusal)
            return refusal;

        // One statement, so that all figures are of one moment.
        var statistics = await db.One<string>(
            """
            with mine as (
                select item.*, fragrance.name, fragrance.fragrance_family, brand.id as brand_id, brand.name as brand_name
                from collection_items item
                join fragrances fragrance on fragrance.id = item.fragrance_id
                join brands brand on brand.id = fragrance.brand_id
                where item.account_id = @account
            ),
            owned as (
                select * from mine where is_owned
            ),
            worn as (
                select wear.worn_on, mine.id, mine.fragrance_id, mine.name, mine.brand_name
                from wears wear join mine on mine.id = wear.item_id
            ),
            worn_in_year as (
                select * from worn where worn_on >= make_date(@year, 1, 1) and worn_on <= make_date(@year, 12, 31)
            )
            select json_build_object(
                'totals', (
                    select json_build_object(
                        'owned', count(*) filter (where is_owned),
                        'wishlist', count(*) filter (where is_wishlist),
                        'rated', count(rating),
                        'averageRating', coalesce(trim_scale(round(avg(rating), 2)), 0),
                        'timesWorn', coalesce(sum(times_worn), 0),
                        'loggedWears', coalesce(sum(logged_wears), 0),
                        'bottleML', coalesce(sum(bottle_size_ml) filter (where is_owned), 0),
                        'remainingML', coalesce(sum(remaining_ml) filter (where is_owned), 0))
                    from mine),
                'byFamily', (
                    select coalesce(json_agg(share), '[]') from (
                        select fragrance_family as "family", count(*) as "owned", sum(times_worn) as "timesWorn"
                        from owned group by 1 order by 2 desc, 1) share),
                'byBrand', (
                    select coalesce(json_agg(share), '[]') from (
                        select brand_id as "id", brand_name as "name", count(*) as "owned", sum(times_worn) as "timesWorn"
                        from owned group by 1, 2 order by 3 desc, brand_name collate by_name, 1) share),
                'bySeason', (
                    select coalesce(json_agg(share), '[]') from (
                        select season, count(*) as "owned", sum(times_worn) as "timesWorn"
                        from owned cross join unnest(seasons) season group by 1 order by 2 desc, 1) share),
                'ratings', (
                    select json_agg(json_build_object('rating', stars, 'count', (select count(*) from mine where rating = stars)) order by stars)
                    from generate_series(1, 5) stars),
                'wearsPerMonth', (
                    select json_agg(json_build_object('month', to_char(month, 'YYYY-MM'), 'wears', (
                        select count(*) from worn where worn_on >= month and worn_on < month + interval '1 month')) order by month)
                    from generate_series(date_trunc('month', @today::timestamp) - interval '11 months', @today::timestamp, interval '1 month') month),
                'notWornForAWhile', (
                    select coalesce(json_agg(idle), '[]') from (
                        select id as "collectionItemId", fragrance_id as "fragranceId", name as "name", brand_name as "brand", last_worn_on as "lastWornOn"
                        from owned
                        where coalesce(last_worn_on, (added_at at time zone 'UTC')::date) <= @today - 90
                        order by coalesce(last_worn_on, (added_at at time zone 'UTC')::date), id
                        limit 10) idle),
                'year', (
                    select json_build_object(
                        'year', @year,
                        'wears', count(*),
                        'days', count(distinct worn_on),
                        'fragrances', count(distinct fragrance_id),
                        'mostWorn', (
                            select coalesce(json_agg(favourite), '[]') from (
                                select id as "collectionItemId", fragrance_id as "fragranceId", name as "name", brand_name as "brand", count(*) as "wears"
                                from worn_in_year group by 1, 2, 3, 4 order by 5 desc, max(worn_on) desc, 3, 1
                                limit 5) favourite))
                    from worn_in_year))
            """, new { account = caller.AccountId, today, year }, stop);
        return TypedResults.Ok(JsonSerializer.Deserialize<CollectionStatistics>(statistics!, json.Value.SerializerOptions));
    }
}

/// <summary>Shares are of what is owned. What things cost is not known here, so nothing is said of it.</summary>
public sealed record CollectionStatistics(
    StatisticsTotals Totals,
    IReadOnlyList<FamilyShare> ByFamily,
    IReadOnlyList<BrandShare> ByBrand,
    IReadOnlyList<SeasonShare> BySeason,
    IReadOnlyList<RatingCount> Ratings,
    IReadOnlyList<MonthOfWears> WearsPerMonth,
    IReadOnlyList<IdleItem> NotWornForAWhile,
    YearOfWears Year);

public sealed record StatisticsTotals(
    long Owned, long Wishlist, long Rated, decimal AverageRating, long TimesWorn, long LoggedWears, double BottleML, double RemainingML);

public sealed record FamilyShare(string Family, long Owned, long TimesWorn);

public sealed record BrandShare(int Id, string Name, long Owned, long TimesWorn);

public sealed record SeasonShare(string Season, long Owned, long TimesWorn);

public sealed record RatingCount(int Rating, long Count);

public sealed record MonthOfWears(string Month, long Wears);

public sealed record IdleItem(int CollectionItemId, int FragranceId, string Name, string Brand, DateOnly? LastWornOn);

public sealed record YearOfWears(int Year, long Wears, long Days, long Fragrances, IReadOnlyList<WornItem> MostWorn);

public sealed record WornItem(int CollectionItemId, int FragranceId, string Name, string Brand, long Wears);
