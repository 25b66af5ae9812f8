using System.ComponentModel.DataAnnotations;
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
    private static readonly QueryWords Text = new("search", "Words of names, brands and notes; typing errors are forgiven");
    private static readonly QuerySeveral Brand = new("brand", "Only of these brands; `brand=1,2` and `brand[]=1` will do, too") { AreNumbers = true };
    private static readonly QuerySeveral Gender = new("gender", "Only for these") { Choices = ["Masculine", "Feminine", "Unisex"] };
    private static readonly QuerySeveral Family = new("family", "Only of these families");
    private static readonly QuerySeveral PriceRange = new("priceRange", "Only of these price ranges") { Choices = ["Budget", "Mid-range", "Luxury", "Niche"] };
    private static readonly QuerySeveral Concentration = new("concentration", "Only of these concentrations");
    private static readonly QuerySeveral Notes = new("notes", "Only with all of these notes");
    private static readonly QueryWhole YearFrom = new("yearFrom", 0, 9999, "Only launched in this year or later");
    private static readonly QueryWhole YearTo = new("yearTo", 0, 9999, "Only launched in this year or earlier");
    private static readonly QueryChoice SortBy = new("sortBy", ["popularity", "name", "year", "relevance"], "relevance", "What to sort by");
    private static readonly QueryChoice SortOrder = new("sortOrder", ["asc", "desc"], null, "In which direction; unless given, as suits what is sorted by");
    private static readonly QuerySeveral Facet = new("facets", "Which counts to add") { Choices = ["brand", "gender", "family", "priceRange", "concentration", "notes", "year"], IsListed = true };
    private static readonly QueryFlag Highlight = new("highlight", "Whether to mark what was found");
    private static readonly QueryWords Typed = new("q", "What was typed so far");
    private static readonly QueryWhole MostSuggested = new("limit", 1, "How many; at most 10 whatever is asked") { Otherwise = 10 };

    public static void MapFragranceSearch(this IEndpointRouteBuilder api)
    {
        var fragrances = api.MapGroup("/fragrances").WithTags("Fragrances").RequireCustomer();
        fragrances.MapGet("/", Search).Limit(FragrancesLimits.SearchesPerCaller).Produces<FragranceList>()
            .WithSummary("Search and browse fragrances")
            .Query([Text, Brand, Gender, Family, PriceRange, Concentration, Notes, YearFrom, YearTo, SortBy, SortOrder, Facet, Highlight, .. QueryReader.OfPaging]);
        fragrances.MapGet("/suggest", Suggest).Limit(FragrancesLimits.SuggestionsPerCaller)
            .WithSummary("Suggest fragrances and brands while somebody types").Query(Typed, MostSuggested);
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
        var text = asked.Words(Typed);
        var limit = (int)Math.Min(asked.Whole(MostSuggested) ?? 10, 10);
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
        Text = Short(asked.Words(Text)),
        BrandIds = asked.Ids(Brand),
        Genders = asked.Several(Gender),
        Families = asked.Several(Family),
        PriceRanges = asked.Several(PriceRange),
        Concentrations = asked.Several(Concentration),
        Notes = asked.Several(Notes),
        YearFrom = (int?)asked.Whole(YearFrom),
        YearTo = (int?)asked.Whole(YearTo),
        Sort = asked.Choice(SortBy) switch
        {
            "popularity" => SearchSort.Popularity,
            "name" => SearchSort.Name,
            "year" => SearchSort.Year,
            _ => SearchSort.Relevance,
        },
        Descending = asked.Choice(SortOrder) switch { "asc" => false, "desc" => true, _ => null },
        Limit = paging.Limit,
        Offset = (int)Math.Min(paging.Offset, int.MaxValue - paging.Limit),
        Facets = Facets(asked),
        Highlight = asked.Flag(Highlight) ?? false,
    };

    private static SearchFacets Facets(QueryReader asked)
    {
        var facets = SearchFacets.None;
        foreach (var name in asked.Listed(Facet))
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
public sealed record SuggestionItem([property: AllowedValues("brand", "fragrance")] string Kind, int Id, string Text, string Brand);
