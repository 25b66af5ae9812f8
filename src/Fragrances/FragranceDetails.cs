using System.Text.Json.Serialization;
using Colonnade.Fragrances.Catalogue;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Fragrances;

/// <summary>/api/fragrances/{id}: everything about one fragrance, and what is like it.</summary>
public static class FragranceDetails
{
    private const int MostSimilar = 50;
    private static readonly QueryWhole Limit = new("limit", 1, "How many; at most 50 whatever is asked") { Otherwise = 10 };

    internal static void MapFragranceDetails(this IEndpointRouteBuilder fragrances)
    {
        fragrances.MapGet("/{id}", Read).Limit(FragrancesLimits.FragranceReadsPerCaller)
            .WithSummary("Read a fragrance").Refuses(FragrancesErrors.NotFound("Fragrance not found"));
        fragrances.MapGet("/{id}/similar", Similar).Limit(FragrancesLimits.SimilarPerCaller)
            .WithSummary("Find similar fragrances").Query(Limit).Refuses(FragrancesErrors.NotFound("Fragrance not found"));
    }

    private static async Task<Results<Ok<FragranceDetail>, ProblemHttpResult>> Read(PathId id, Caller caller, ProductDatabase database, CancellationToken stop) =>
        await database.One<DetailRow>(
            """
            select f.id, f.name, f.description, f.launch_year, f.concentration, f.gender, f.top_notes, f.middle_notes, f.base_notes,
                f.fragrance_family, f.price_range, f.popularity_score, f.image_url, f.bottle_image_url, f.is_discontinued,
                f.created_at, f.updated_at, f.accords, f.perfumers, f.longevity, f.sillage, f.seasons,
                b.id as brand_id, b.name as brand_name, b.description as brand_description, b.country, b.founded_year,
                c.rating, c.personal_notes, c.is_owned, c.is_wishlist
            from fragrances f
            join brands b on b.id = f.brand_id
            left join collection_items c on c.fragrance_id = f.id and c.account_id = @AccountId
            where f.id = @Value
            """, new { id.Value, caller.AccountId }, stop) is { } row
            ? TypedResults.Ok(FragranceDetail.Of(row))
            : FragrancesErrors.NotFound("Fragrance not found");

    private static async Task<Results<Ok<SimilarList>, ProblemHttpResult>> Similar(PathId id, HttpContext http, LiveCatalogue catalogue, CancellationToken stop)
    {
        var asked = new QueryReader(http.Request);
        var limit = (int)Math.Min(asked.Whole(Limit) ?? 10, MostSimilar);
        if (asked.Refusal is { } refusal)
            return refusal;
        var index = (await catalogue.Current(stop)).Index;
        if (index.OrdinalOf(id.Value) < 0)
            return FragrancesErrors.NotFound("Fragrance not found");
        return TypedResults.Ok(new SimilarList([.. index.Similar(id.Value, limit).Select(like => new SimilarItem(
            like.Id, index.Name(like.Ordinal), index.BrandName(like.Ordinal), Math.Round(like.Score, 3),
            new SimilarReasons(like.SharedNotes, like.SharedAccords, like.SharedPerfumers, like.SameFamily)))]));
    }

    internal sealed record DetailRow
    {
        public int Id { get; init; }
        public string Name { get; init; } = "";
        public string Description { get; init; } = "";
        public int? LaunchYear { get; init; }
        public string Concentration { get; init; } = "";
        public string Gender { get; init; } = "";
        public string[] TopNotes { get; init; } = [];
        public string[] MiddleNotes { get; init; } = [];
        public string[] BaseNotes { get; init; } = [];
        public string FragranceFamily { get; init; } = "";
        public string PriceRange { get; init; } = "";
        public float? PopularityScore { get; init; }
        public string ImageUrl { get; init; } = "";
        public string BottleImageUrl { get; init; } = "";
        public bool IsDiscontinued { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public string[] Accords { get; init; } = [];
        public string[] Perfumers { get; init; } = [];
        public string Longevity { get; init; } = "";
        public string Sillage { get; init; } = "";
        public string[] Seasons { get; init; } = [];
        public int BrandId { get; init; }
        public string BrandName { get; init; } = "";
        public string BrandDescription { get; init; } = "";
        public string Country { get; init; } = "";
        public int? FoundedYear { get; init; }
        public int? Rating { get; init; }
        public string? PersonalNotes { get; init; }
        public bool? IsOwned { get; init; }
        public bool? IsWishlist { get; init; }
    }
}

public sealed record FragranceDetail
{
    public required int Id { get; init; }
    public required string Name { get; init; }
    public required BrandDetail Brand { get; init; }
    public required string Description { get; init; }
    public required int? LaunchYear { get; init; }
    public required string Concentration { get; init; }
    public required string Gender { get; init; }
    public required IReadOnlyList<string> TopNotes { get; init; }
    public required IReadOnlyList<string> MiddleNotes { get; init; }
    public required IReadOnlyList<string> BaseNotes { get; init; }
    public required string FragranceFamily { get; init; }
    public required string PriceRange { get; init; }
    public required float? PopularityScore { get; init; }
    public required string ImageUrl { get; init; }
    public required string BottleImageUrl { get; init; }
    public required bool IsDiscontinued { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required IReadOnlyList<string> Accords { get; init; }
    public required IReadOnlyList<string> Perfumers { get; init; }
    public required string Longevity { get; init; }
    public required string Sillage { get; init; }
    public required IReadOnlyList<string> Seasons { get; init; }

    /// <summary>Not there when the caller has not collected it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OwnEntry? UserCollection { get; init; }

    internal static FragranceDetail Of(FragranceDetails.DetailRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Brand = new BrandDetail(row.BrandId, row.BrandName, row.BrandDescription, row.Country, row.FoundedYear),
        Description = row.Description,
        LaunchYear = row.LaunchYear,
        Concentration = row.Concentration,
        Gender = row.Gender,
        TopNotes = row.TopNotes,
        MiddleNotes = row.MiddleNotes,
        BaseNotes = row.BaseNotes,
        FragranceFamily = row.FragranceFamily,
        PriceRange = row.PriceRange,
        PopularityScore = row.PopularityScore,
        ImageUrl = row.ImageUrl,
        BottleImageUrl = row.BottleImageUrl,
        IsDiscontinued = row.IsDiscontinued,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        Accords = row.Accords,
        Perfumers = row.Perfumers,
        Longevity = row.Longevity,
        Sillage = row.Sillage,
        Seasons = row.Seasons,
        UserCollection = row.IsOwned is { } isOwned ? new OwnEntry(row.Rating, row.PersonalNotes ?? "", isOwned, row.IsWishlist ?? false) : null,
    };
}

public sealed record BrandDetail(int Id, string Name, string Description, string Country, int? FoundedYear);

public sealed record OwnEntry(int? Rating, string PersonalNotes, bool IsOwned, bool IsWishlist);

public sealed record SimilarList(IReadOnlyList<SimilarItem> Similar);

/// <param name="Id">Of the fragrance that is like the one asked about.</param>
/// <param name="Name">Its name.</param>
/// <param name="Brand">Whose it is.</param>
/// <param name="Score">0, nothing in common, to 1, the same.</param>
/// <param name="Reasons">What they have in common.</param>
public sealed record SimilarItem(int Id, string Name, string Brand, double Score, SimilarReasons Reasons);

public sealed record SimilarReasons(IReadOnlyList<string> SharedNotes, IReadOnlyList<string> SharedAccords, IReadOnlyList<string> SharedPerfumers, bool SameFamily);
