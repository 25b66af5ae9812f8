using Microsoft.Extensions.ObjectPool;

namespace Colonnade.Fragrances.Search;

/// <summary>
/// The catalogue as searches see it: made once by <see cref="SearchIndexBuilder"/>, never changed, read by any number of
/// threads. A document's ordinal is its place by popularity, name and id, and is worth nothing in another index.
/// </summary>
public sealed class SearchIndex
{
    /// <summary>An index of nothing, for the time before the first catalogue is read.</summary>
    public static readonly SearchIndex Empty = new SearchIndexBuilder().Build();

    private const ulong RankMask = (1ul << 50) - 1;

    private readonly Vocabulary vocabulary;
    private readonly Postings postings;
    private readonly Columns columns;
    private readonly Utf8Store json;
    private readonly Utf8Store names;
    private readonly int[] sortedIds;
    private readonly int[] ordinalsBySortedId;
    private readonly WordMatching matching;
    private readonly Suggestions suggestions;
    private readonly SimilarFragrances similar;
    private readonly DefaultObjectPool<SearchScratch> pool;

    internal SearchIndex(Vocabulary vocabulary, Postings postings, Columns columns, Utf8Store json, Utf8Store names)
    {
        this.vocabulary = vocabulary;
        this.postings = postings;
        this.columns = columns;
        this.json = json;
        this.names = names;
        sortedIds = [.. columns.Ids];
        ordinalsBySortedId = [.. Enumerable.Range(0, sortedIds.Length)];
        Array.Sort(sortedIds, ordinalsBySortedId);
        matching = new WordMatching(vocabulary, postings);
        suggestions = new Suggestions(vocabulary, columns, names);
        similar = new SimilarFragrances(columns);
        pool = new DefaultObjectPool<SearchScratch>(new SearchScratch.Policy(Count), maximumRetained: Environment.ProcessorCount);
    }

    /// <summary>How many fragrances there are.</summary>
    public int Count => columns.Ids.Length;

    /// <summary>How many different words, and how many places of words.</summary>
    public (int Words, int Places) Size => (vocabulary.Count, postings.Count);

    public int Id(int ordinal) => columns.Ids[ordinal];

    /// <summary>The ordinal of a fragrance, or -1.</summary>
    public int OrdinalOf(int id) => Array.BinarySearch(sortedIds, id) is var at and >= 0 ? ordinalsBySortedId[at] : -1;

    public string Name(int ordinal) => names.Text(ordinal);

    public string BrandName(int ordinal) => columns.Brand.Name(columns.Brand.Values[ordinal]);

    /// <summary>What <see cref="CatalogueEntry.Json"/> was.</summary>
    public ReadOnlySpan<byte> Json(int ordinal) => json[ordinal];

    /// <exception cref="ArgumentOutOfRangeException">A negative limit or offset.</exception>
    public SearchResult Search(SearchQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(query.Limit, nameof(query));
        ArgumentOutOfRangeException.ThrowIfNegative(query.Offset, nameof(query));

        var scratch = pool.Get();
        scratch.Filters.Apply(query, columns);
        var worded = matching.Read(query.Text, scratch, titlesOnly: false);
        var relaxed = false;
        if (worded) relaxed = WordMatching.Find(scratch);
        else scratch.Found.Fill();

        var hits = scratch.Hits;
        hits.CopyFrom(scratch.Found);
        scratch.Filters.Narrow(hits);
        var total = hits.Count();
        var result = new SearchResult(
            total,
            worded && query.Sort == SearchSort.Relevance ? BestFirst(query, scratch, total) : InOrder(query, hits, total),
            relaxed,
            worded && query.Highlight ? new MatchedWords(vocabulary, scratch.Tokens, scratch.Words) : null,
            Facets.Count(query, scratch.Found, scratch.Filters, columns, scratch.Spare));

        // Not returned after an exception, when what is written on it is anyone's guess.
        pool.Return(scratch);
        return result;
    }

    /// <summary>
    /// Fragrances and brands whose names complete the text, the last word being one's beginning: fewest typos first, then
    /// the one that is the whole text, then by popularity (a brand's is that of its most popular fragrance). No two of a
    /// kind read the same.
    /// </summary>
    public IReadOnlyList<Suggestion> Suggest(string text, int limit = 10)
    {
        var scratch = pool.Get();
        IReadOnlyList<Suggestion> found =
            matching.Read(text, scratch, titlesOnly: true) ? suggestions.Find(scratch, postings, Math.Clamp(limit, 0, 10)) : [];
        pool.Return(scratch);
        return found;
    }

    /// <summary>The fragrances most like the one of this id, or none when it is unknown; never itself.</summary>
    public IReadOnlyList<SimilarFragrance> Similar(int id, int limit = 10) =>
        OrdinalOf(id) is var ordinal and >= 0 ? similar.Find(ordinal, limit) : [];

    private static int End(SearchQuery query, int total) => (int)Math.Min(total, (long)query.Offset + query.Limit);

    private int[] BestFirst(SearchQuery query, SearchScratch scratch, int total)
    {
        var end = End(query, total);
        if (query.Offset >= end) return [];

        var (ranking, page, hits) = (scratch.Ranking, scratch.Page, scratch.Hits);
        for (var i = 0; i < scratch.Words.Count; i++) ranking.Add(scratch.Words[i], hits, postings, titlesOnly: false, first: i == 0);

        var turned = query.Descending == false ? RankMask : 0;
        page.Open(end);
        foreach (var document in hits) page.Offer(ranking.Take(document, columns) ^ turned);
        var ranks = page.Close(query.Offset);
        var ordinals = new int[ranks.Length];
        for (var i = 0; i < ranks.Length; i++) ordinals[i] = Ranking.Document(ranks[i] ^ turned);
        return ordinals;
    }

    private int[] InOrder(SearchQuery query, DocumentSet hits, int total)
    {
        var end = End(query, total);
        if (query.Offset >= end) return [];

        var order = columns.Orders.Of(query.Sort, query.Descending ?? query.Sort != SearchSort.Name);
        if (total == Count) return order[query.Offset..end].ToArray();

        var ordinals = new int[end - query.Offset];
        var passed = 0;
        foreach (var document in order)
        {
            if (!hits.Contains(document)) continue;
            if (passed >= query.Offset) ordinals[passed - query.Offset] = document;
            if (++passed == end) break;
        }
        return ordinals;
    }
}
