namespace Colonnade.Fragrances.Search;

/// <summary>The documents each filter group lets through. Used again for the next query.</summary>
internal sealed class Filters(int documents)
{
    public static readonly SearchFacets[] Groups =
        [SearchFacets.Brand, SearchFacets.Gender, SearchFacets.Family, SearchFacets.PriceRange, SearchFacets.Concentration, SearchFacets.Notes, SearchFacets.Year];

    private readonly DocumentSet?[] sets = new DocumentSet?[Groups.Length];
    private readonly List<int> wanted = [];

    /// <summary>The groups that filter.</summary>
    public SearchFacets Active { get; private set; }

    public void Apply(SearchQuery query, Columns columns)
    {
        Active = SearchFacets.None;
        if (query.BrandIds is { Count: > 0 } brands)
        {
            wanted.Clear();
            foreach (var id in brands) wanted.Add(columns.Brand.Find(id));
            Let(SearchFacets.Brand, columns.Brand.Values, columns.Brand.Count);
        }
        Apply(SearchFacets.Gender, query.Genders, columns.Gender);
        Apply(SearchFacets.Family, query.Families, columns.Family);
        Apply(SearchFacets.PriceRange, query.PriceRanges, columns.PriceRange);
        Apply(SearchFacets.Concentration, query.Concentrations, columns.Concentration);
        if (query.Notes is { Count: > 0 } notes)
        {
            var allowed = new bool[columns.Notes.Names.Count];
            foreach (var note in notes)
                if (columns.Notes.Find(note) is var number and > 0) allowed[number] = true;
            var set = Open(SearchFacets.Notes);
            for (var document = 0; document < documents; document++)
                foreach (var note in columns.Notes[document])
                    if (allowed[note])
                    {
                        set.Add(document);
                        break;
                    }
        }
        if (query.YearFrom is not null || query.YearTo is not null)
        {
            var allowed = new bool[columns.LastYear + 1];
            for (var year = Math.Max(1, query.YearFrom ?? 1); year <= Math.Min(columns.LastYear, query.YearTo ?? int.MaxValue); year++) allowed[year] = true;
            Open(SearchFacets.Year).Add(columns.Years, allowed);
        }
    }

    /// <summary>Keeps what all groups let through, but for the group left out.</summary>
    public void Narrow(DocumentSet documents, SearchFacets leftOut = SearchFacets.None)
    {
        for (var i = 0; i < Groups.Length; i++)
            if (Groups[i] != leftOut && Active.HasFlag(Groups[i])) documents.And(sets[i]!);
    }

    private void Apply(SearchFacets group, IReadOnlyList<string>? names, Column column)
    {
        if (names is not { Count: > 0 }) return;
        wanted.Clear();
        foreach (var name in names) wanted.Add(column.Find(name));
        Let(group, column.Values, column.Names.Count);
    }

    private void Let(SearchFacets group, ReadOnlySpan<int> values, int numbers)
    {
        var allowed = new bool[numbers];
        foreach (var number in wanted)
            if (number >= 0) allowed[number] = true;
        Open(group).Add(values, allowed);
    }

    private DocumentSet Open(SearchFacets group)
    {
        Active |= group;
        var set = sets[Array.IndexOf(Groups, group)] ??= new DocumentSet(documents);
        set.Clear();
        return set;
    }
}
