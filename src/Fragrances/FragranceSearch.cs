using System.Diagnostics;
using System.Text.Json.Serialization;
using Colonnade.Fragrances.Catalogue;
using Colonnade.Fragrances.Search;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Fragrances;

/// <summary>/api/fragrances: searching and browsing the catalogue. One fragrance: FragranceDetails.cs.</summary>
public static class FragranceSearch
{
    private const int LongestText = 512;

    public static void MapFragranceSearch(this IEndpointRouteBuilder api)
    {
        var fragrances = api.MapGroup("/fragrances").WithTags("Fragrances").RequireCustomer().DisableValidation();
        fragrances.MapGet("/", Search).Limit(FragrancesLimits.SearchesPerCaller).Produces<FragranceList>();
        fragrances.MapGet("/suggest", Suggest).Limit(FragrancesLimits.SuggestionsPerCaller);
        fragrances.MapFragranceDetails();
    }

    private static async Task<IResult> Search(HttpContext http, Caller caller, LiveCatalogue catalogue, ProductDatabase database, CancellationToken stop)
    {
        var begun = Stopwatch.GetTimestamp();
        var asked = new QueryReader(http.Request);
        var paging = asked.Paging();
        var query = Read(asked, paging);
        if (asked.Refusal is { } refusal)
            return refusal;

        var index = (await catalogue.Current(stop)).Index;
        SearchResult found;
        using (await catalogue.Turns.Take(stop))
            found = index.Search(query);
        var collected = await Collected(database, caller, found.Ordinals, index, stop);
        var answer = new FragranceListTail(
            paging.Over(found.Total),
            Math.Round(Stopwatch.GetElapsedTime(begun).TotalMilliseconds, 2),
            found.Relaxed ? true : null,
            query.Facets == SearchFacets.None ? null : found.Facets.ToDictionary(facet => facet.Group, facet => facet.Values, StringComparer.Ordinal));
        return new FragrancePage(index, found, collected, answer);
    }

    private static async Task<Results<Ok<SuggestionList>, ProblemHttpResult>> Suggest(HttpContext http, LiveCatalogue catalogue, CancellationToken stop)
    {
        var asked = new QueryReader(http.Request);
        var text = asked.Words("q");
        var limit = (int)Math.Min(asked.Whole("limit", least: 1) ?? 10, 10);
        if (asked.Refusal is { } refusal)
            return refusal;
        var index = (await catalogue.Current(stop)).Index;
        IReadOnlyList<Suggestion> suggestions;
        using (await catalogue.Turns.Take(stop))
            suggestions = index.Suggest(Short(text) ?? "", limit);
        return TypedResults.Ok(new SuggestionList([.. suggestions.Select(found =>
            new SuggestionItem(found.Kind == SuggestionKind.Brand ? "brand" : "fragrance", found.Id, found.Text, found.Brand))]));
    }

    private static SearchQuery Read(QueryReader asked, Paging paging) => new()
    {
        Text = Short(asked.Words("search")),
        BrandIds = asked.Ids("brand"),
        Genders = asked.SeveralOf("gender", "Masculine", "Feminine", "Unisex"),
        Families = asked.Several("family"),
        PriceRanges = asked.SeveralOf("priceRange", "Budget", "Mid-range", "Luxury", "Niche"),
        Concentrations = asked.Several("concentration"),
        Notes = asked.Several("notes"),
        YearFrom = (int?)asked.Whole("yearFrom", least: 0, most: 9999),
        YearTo = (int?)asked.Whole("yearTo", least: 0, most: 9999),
        Sort = asked.Choice("sortBy", "relevance", "popularity", "name", "year", "relevance") switch
        {
            "popularity" => SearchSort.Popularity,
            "name" => SearchSort.Name,
            "year" => SearchSort.Year,
            _ => SearchSort.Relevance,
        },
        Descending = asked.Choice("sortOrder", "", "asc", "desc") switch { "asc" => false, "desc" => true, _ => null },
        Limit = paging.Limit,
        Offset = (int)Math.Min(paging.Offset, int.MaxValue - paging.Limit),
        Facets = Facets(asked),
        Highlight = asked.Flag("highlight") ?? false,
    };

    private static SearchFacets Facets(QueryReader asked)
    {
        var facets = SearchFacets.None;
        foreach (var name in asked.Listed("facets", "brand", "gender", "family", "priceRange", "concentration", "notes", "year"))
            facets |= Enum.Parse<SearchFacets>(name, ignoreCase: true);
        return facets;
    }

    /// <summary>What lies beyond is not read, wherever the text came from.</summary>
    private static string? Short(string? text) => text?.Length > LongestText ? text[..LongestText] : text;

    private static async Task<HashSet<int>> Collected(ProductDatabase database, Caller caller, IReadOnlyList<int> ordinals, SearchIndex index, CancellationToken stop)
    {
        if (ordinals.Count == 0)
            return [];
        var ids = new int[ordinals.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = index.Id(ordinals[i]);
        return [.. await database.List<int>(
            "select fragrance_id from collection_items where account_id = @AccountId and fragrance_id = any(@ids)", new { caller.AccountId, ids }, stop)];
    }
}

public sealed record FragranceList(
    IReadOnlyList<FragranceListItem> Fragrances,
    Pagination Pagination,
    double SearchTime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Relaxed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, IReadOnlyList<FacetValue>>? Facets);

public sealed record FragranceListItem(
    int Id,
    string Name,
    BrandName Brand,
    string Description,
    int? LaunchYear,
    string Concentration,
    string Gender,
    IReadOnlyList<string> TopNotes,
    IReadOnlyList<string> MiddleNotes,
    IReadOnlyList<string> BaseNotes,
    string FragranceFamily,
    string PriceRange,
    float? PopularityScore,
    string ImageUrl,
    bool IsInUserCollection,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Highlights? Highlight);

public sealed record BrandName(int Id, string Name);

/// <summary>HTML: escaped text with <c>&lt;em&gt;</c> around what was searched for.</summary>
public sealed record Highlights(string Name, string Brand, string Description);

/// <summary>What follows the fragrances in a <see cref="FragranceList"/>.</summary>
internal sealed record FragranceListTail(
    Pagination Pagination,
    double SearchTime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Relaxed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, IReadOnlyList<FacetValue>>? Facets);

public sealed record SuggestionList(IReadOnlyList<SuggestionItem> Suggestions);

/// <param name="Kind"><c>fragrance</c> or <c>brand</c>.</param>
/// <param name="Id">Of the fragrance or brand.</param>
/// <param name="Text">What to put into the search field.</param>
/// <param name="Brand">Whose it is.</param>
public sealed record SuggestionItem(string Kind, int Id, string Text, string Brand);
