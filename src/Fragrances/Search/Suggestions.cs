namespace Colonnade.Fragrances.Search;

public enum SuggestionKind
{
    Fragrance,
    Brand,
}

/// <summary>The id is that of the fragrance or the brand; the brand of a brand is its own name.</summary>
public sealed record Suggestion(SuggestionKind Kind, int Id, string Text, string Brand);

/// <summary>Completes what is being typed from names and brands.</summary>
internal sealed class Suggestions
{
    private const byte Never = 15;

    private readonly Columns columns;
    private readonly Utf8Store names;
    private readonly int[][] brandTerms;
    private readonly int[] mostPopular;
    private readonly int terms;

    public Suggestions(Vocabulary vocabulary, Columns columns, Utf8Store names)
    {
        this.columns = columns;
        this.names = names;
        terms = vocabulary.Count;
        var tokens = new TokenList();
        brandTerms = new int[columns.Brand.Count][];
        for (var brand = 0; brand < brandTerms.Length; brand++)
        {
            tokens.Read(columns.Brand.Name(brand), TokenForm.Text);
            Synonyms.Expand(tokens);
            brandTerms[brand] = [.. Enumerable.Range(0, tokens.Count).Select(i => vocabulary.Find(tokens.Letters(i))).Where(term => term >= 0)];
        }
        mostPopular = new int[brandTerms.Length];
        for (var document = columns.Ids.Length - 1; document >= 0; document--) mostPopular[columns.Brand.Values[document]] = document;
    }

    public IReadOnlyList<Suggestion> Find(SearchScratch scratch, Postings postings, int limit)
    {
        if (limit == 0) return [];
        var brands = Brands(scratch, limit);
        var titles = Titles(scratch, postings, limit);

        var suggestions = new List<Suggestion>(limit);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var (b, t) = (0, 0); suggestions.Count < limit && (b < brands.Count || t < titles.Length);)
        {
            // At equal rank (its most popular fragrance) the brand goes first.
            if (t == titles.Length || b < brands.Count && brands[b].Rank <= titles[t])
            {
                var brand = brands[b++].Brand;
                var name = columns.Brand.Name(brand);
                if (seen.Add("b " + TextFolding.Key(name))) suggestions.Add(new Suggestion(SuggestionKind.Brand, columns.Brand.Id(brand), name, name));
            }
            else
            {
                var document = Ranking.Document(titles[t++]);
                var name = names.Text(document);
                var brand = columns.Brand.Name(columns.Brand.Values[document]);
                if (seen.Add($"f {TextFolding.Key(name)} by {TextFolding.Key(brand)}"))
                    suggestions.Add(new Suggestion(SuggestionKind.Fragrance, columns.Ids[document], name, brand));
            }
        }
        return suggestions;
    }

    private ReadOnlySpan<ulong> Titles(SearchScratch scratch, Postings postings, int limit)
    {
        var hits = scratch.Hits;
        hits.Fill();
        foreach (var word in scratch.Words)
            if (!word.SaysNothing) hits.And(word.Documents);

        var (ranking, page) = (scratch.Ranking, scratch.Page);
        for (var i = 0; i < scratch.Words.Count; i++) ranking.Add(scratch.Words[i], hits, postings, titlesOnly: true, first: i == 0);
        // One name comes in many strengths: enough of them to fill the list when they are shown once.
        page.Open(limit * 12);
        foreach (var document in hits)
        {
            var rank = ranking.TakeTitle(document, columns, out var named);
            if (named) page.Offer(rank);
        }
        return page.Close(0);
    }

    private static byte Split(int[] terms, QueryWord word)
    {
        for (var i = 0; i + 1 < terms.Length; i++)
            foreach (var split in word.Splits)
                if (terms[i] == split.Term && terms[i + 1] >= split.Second && terms[i + 1] < split.SecondEnd)
                    return (byte)(split.Typos << 1 | (split.Prefix ? 1 : 0));
        return Never;
    }

    // A brand that every word of the query meets, ranked like a title.
    private List<(ulong Rank, int Brand)> Brands(SearchScratch scratch, int limit)
    {
        var sums = new byte[brandTerms.Length];
        var exact = new bool[brandTerms.Length];
        Array.Fill(exact, true);
        var typos = System.Buffers.ArrayPool<byte>.Shared.Rent(terms + 1);
        foreach (var word in scratch.Words)
        {
            if (word.SaysNothing) continue;
            typos.AsSpan(0, terms).Fill(Never);
            for (var i = word.Terms.Count - 1; i >= 0; i--)
            {
                var match = word.Terms[i];
                typos.AsSpan(match.First, match.End - match.First).Fill((byte)(match.Typos << 1 | (match.Prefix ? 1 : 0)));
            }
            for (var brand = 0; brand < brandTerms.Length; brand++)
            {
                if (sums[brand] == byte.MaxValue) continue;
                var fewest = Never;
                foreach (var term in brandTerms[brand]) fewest = Math.Min(fewest, typos[term]);
                if (word.Splits.Count > 0 && fewest > 2) fewest = Math.Min(fewest, Split(brandTerms[brand], word));
                if (fewest == Never) sums[brand] = byte.MaxValue;
                else sums[brand] += (byte)(fewest >> 1);
                exact[brand] &= (fewest & 1) == 0;
            }
        }
        System.Buffers.ArrayPool<byte>.Shared.Return(typos);

        var found = new List<(ulong Rank, int Brand)>();
        for (var brand = 0; brand < sums.Length; brand++)
            if (sums[brand] != byte.MaxValue)
                found.Add(((ulong)sums[brand] << 21 | (exact[brand] ? 0ul : 1ul << 20) | (uint)mostPopular[brand], brand));
        found.Sort();
        return found.Count > limit ? found[..limit] : found;
    }
}
