using System.Globalization;

namespace Colonnade.Fragrances.Search;

/// <summary>Counts the values of filter groups among the hits.</summary>
internal static class Facets
{
    /// <summary>More values of one group than this help nobody to choose.</summary>
    public const int MostValues = 100;

    /// <summary>Counts the groups asked for; <paramref name="found"/> are the hits of the text alone, before any filter.</summary>
    public static IReadOnlyList<Facet> Count(SearchQuery query, DocumentSet found, Filters filters, Columns columns, DocumentSet scratch)
    {
        if (query.Facets == SearchFacets.None) return [];
        var facets = new List<Facet>();
        foreach (var group in Filters.Groups)
        {
            if (!query.Facets.HasFlag(group)) continue;
            scratch.CopyFrom(found);
            filters.Narrow(scratch, leftOut: group);
            facets.Add(group switch
            {
                SearchFacets.Brand => Brands(query, scratch, columns.Brand),
                SearchFacets.Gender => Values("gender", query.Genders, scratch, columns.Gender),
                SearchFacets.Family => Values("family", query.Families, scratch, columns.Family),
                SearchFacets.PriceRange => Values("priceRange", query.PriceRanges, scratch, columns.PriceRange),
                SearchFacets.Concentration => Values("concentration", query.Concentrations, scratch, columns.Concentration),
                SearchFacets.Notes => Notes(query, scratch, columns.Notes),
                _ => Years(scratch, columns),
            });
        }
        return facets;
    }

    private static Facet Brands(SearchQuery query, DocumentSet hits, BrandColumn column)
    {
        var counts = new int[column.Count];
        foreach (var document in hits) counts[column.Values[document]]++;
        var chosen = query.BrandIds?.Select(column.Find) ?? [];
        return new Facet("brand", MostFrequent(counts, 0, chosen, number => new FacetValue(column.Name(number), counts[number], column.Id(number))));
    }

    private static Facet Values(string group, IReadOnlyList<string>? names, DocumentSet hits, Column column)
    {
        var counts = new int[column.Names.Count];
        foreach (var document in hits) counts[column.Values[document]]++;
        return new Facet(group, MostFrequent(counts, 1, names?.Select(column.Find) ?? [], number => new FacetValue(column.Names[number], counts[number])));
    }

    private static Facet Notes(SearchQuery query, DocumentSet hits, ListColumn column)
    {
        var counts = new int[column.Names.Count];
        foreach (var document in hits)
            foreach (var note in column[document]) counts[note]++;
        return new Facet("notes", MostFrequent(counts, 1, query.Notes?.Select(column.Find) ?? [], number => new FacetValue(column.Names[number], counts[number])));
    }

    private static Facet Years(DocumentSet hits, Columns columns)
    {
        var counts = new int[columns.LastYear + 1];
        foreach (var document in hits) counts[columns.Years[document]]++;
        var values = new List<FacetValue>();
        for (var year = columns.LastYear; year > 0; year--)
            if (counts[year] > 0) values.Add(new FacetValue(year.ToString(CultureInfo.InvariantCulture), counts[year], year));
        return new Facet("year", values);
    }

    private static FacetValue[] MostFrequent(int[] counts, int first, IEnumerable<int> chosen, Func<int, FacetValue> value)
    {
        var wanted = chosen.Where(number => number >= first).ToHashSet();
        var numbers = Enumerable.Range(first, counts.Length - first).Where(number => counts[number] > 0 || wanted.Contains(number)).ToArray();
        var frequencies = Array.ConvertAll(numbers, number => -counts[number]);
        Array.Sort(frequencies, numbers);
        return [.. numbers.Where((number, i) => i < MostValues || wanted.Contains(number))
            .Select(value).OrderByDescending(facet => facet.Count).ThenBy(facet => facet.Value, StringComparer.Ordinal).ThenBy(facet => facet.Id)];
    }
}
