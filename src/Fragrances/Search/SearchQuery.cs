namespace Colonnade.Fragrances.Search;

public enum SearchSort
{
    /// <summary>The best match first; without text the same as <see cref="Popularity"/>.</summary>
    Relevance,
    Popularity,
    Name,
    Year,
}

/// <summary>The groups that can be filtered by and counted.</summary>
[Flags]
public enum SearchFacets
{
    None = 0,
    Brand = 1,
    Gender = 2,
    Family = 4,
    PriceRange = 8,
    Concentration = 16,
    Notes = 32,
    Year = 64,
    All = Brand | Gender | Family | PriceRange | Concentration | Notes | Year,
}

/// <summary>
/// What to look for. A filter group with values lets through documents having one of them; null or empty it lets all
/// through; a value nobody has matches nothing. Case and accents do not matter. Text without a letter or digit is no text.
/// </summary>
public sealed record SearchQuery
{
    public string? Text { get; init; }
    public IReadOnlyList<int>? BrandIds { get; init; }
    public IReadOnlyList<string>? Genders { get; init; }
    public IReadOnlyList<string>? Families { get; init; }
    public IReadOnlyList<string>? PriceRanges { get; init; }
    public IReadOnlyList<string>? Concentrations { get; init; }
    public IReadOnlyList<string>? Notes { get; init; }
    public int? YearFrom { get; init; }
    public int? YearTo { get; init; }

    public SearchSort Sort { get; init; }

    /// <summary>Null is the sort's own direction: names rise, everything else falls.</summary>
    public bool? Descending { get; init; }

    public int Limit { get; init; } = 20;
    public int Offset { get; init; }
    public SearchFacets Facets { get; init; }

    /// <summary>Asks for <see cref="SearchResult.Matches"/>.</summary>
    public bool Highlight { get; init; }
}

/// <param name="Total">All hits, exactly.</param>
/// <param name="Ordinals">The page: what <see cref="SearchIndex.Id"/> and <see cref="SearchIndex.Json"/> take.</param>
/// <param name="Relaxed">True when nothing had every word and some words were dropped.</param>
/// <param name="Matches">Which words of the catalogue the query's words met; null unless asked for, or without text.</param>
/// <param name="Facets">Counts of the groups asked for.</param>
public sealed record SearchResult(
    int Total, IReadOnlyList<int> Ordinals, bool Relaxed, MatchedWords? Matches, IReadOnlyList<Facet> Facets);

/// <summary>
/// The values of one group among the hits of all other groups' filters, the most frequent first (years: the newest
/// first); chosen values are there even with a count of 0. The group is "brand", "gender", "family", "priceRange",
/// "concentration", "notes" or "year".
/// </summary>
public sealed record Facet(string Group, IReadOnlyList<FacetValue> Values);

/// <summary>A value and how many have it; the id is the brand's, or the year, or null.</summary>
public sealed record FacetValue(string Value, int Count, int? Id = null);
