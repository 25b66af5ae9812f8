namespace Colonnade.Fragrances.Search;

/// <summary>Two words side by side that were typed as one, and where the catalogue has them so.</summary>
internal readonly record struct SplitMatch(int Term, int Second, int SecondEnd, byte Typos, bool Prefix, int From, int To);

/// <summary>One word of a query and all it meets in the catalogue. Used again for the next query.</summary>
internal sealed class QueryWord(int documents)
{
    // A word with every letter mistyped must not cost more than one that is right.
    private const int MostSplits = 3, MostPrefixTerms = 64;

    private readonly List<(int Term, int Second, int SecondEnd, byte Typos, bool Prefix, int Frequency)> candidates = [];

    /// <summary>Terms that match, fewest typos first.</summary>
    public List<TermMatch> Terms { get; } = [];

    public List<SplitMatch> Splits { get; } = [];

    /// <summary>The postings of <see cref="Splits"/>.</summary>
    public List<uint> SplitPostings { get; } = [];

    /// <summary>Describes every fragrance ("by", "perfume"): counts where it stands in a title, hinders nowhere.</summary>
    public bool SaysNothing { get; set; }

    /// <summary>The documents having it.</summary>
    public DocumentSet Documents { get; } = new(documents);

    public void Meet(Vocabulary vocabulary, Postings postings, ReadOnlySpan<char> word, bool last)
    {
        Terms.Clear();
        Splits.Clear();
        SplitPostings.Clear();
        SaysNothing = false;
        vocabulary.Lookup(word, Vocabulary.Forgiven(word), last, Terms);
        Split(vocabulary, postings, word, last);
    }

    /// <summary>This word and the next were typed apart but are one: "ar mani".</summary>
    public static void Join(Vocabulary vocabulary, ReadOnlySpan<char> joined, bool elided, bool last, QueryWord first, QueryWord second)
    {
        if (joined.Length > TokenList.LongestWord) return;
        var from = first.Terms.Count;
        vocabulary.Lookup(joined, 0, last, first.Terms);
        for (var i = from; i < first.Terms.Count; i++)
        {
            var match = first.Terms[i];
            second.Terms.Add(match);
            first.Terms[i] = match with { Typos = (byte)(elided ? 0 : 1) };
        }
    }

    public void Collect(Postings postings, bool titlesOnly)
    {
        Terms.Sort(static (a, b) => a.Typos.CompareTo(b.Typos));
        Documents.Clear();
        foreach (var match in Terms)
        {
            Documents.Add(postings.Title(match.First, match.End));
            if (!titlesOnly) Documents.Add(postings.Rest(match.First, match.End));
        }
        foreach (var posting in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(SplitPostings))
            if (!titlesOnly || Posting.Field(posting) <= SearchField.Brand) Documents.Add(Posting.Document(posting));
    }

    private void Split(Vocabulary vocabulary, Postings postings, ReadOnlySpan<char> word, bool last)
    {
        candidates.Clear();
        if (word.Length < 4) return;
        for (var cut = 1; cut <= word.Length - 2; cut++)
        {
            var elided = cut == 1 && word[0] is 'l' or 'd' or 'j';
            if (cut == 1 && !elided) continue;
            var left = vocabulary.Find(word[..cut]);
            if (left < 0) continue;
            var right = vocabulary.Find(word[cut..]);
            var typos = (byte)(elided ? 0 : 1);
            if (right >= 0)
            {
                var frequency = Math.Min(postings.CountOf(left), postings.CountOf(right));
                candidates.Add((left, right, right + 1, typos, false, frequency));
            }
            else if (last && word.Length - cut >= 3)
            {
                var (first, end) = vocabulary.Beginning(word[cut..]);
                if (end > first && end - first <= MostPrefixTerms) candidates.Add((left, first, end, typos, true, 0));
            }
        }

        candidates.Sort(static (a, b) => b.Frequency.CompareTo(a.Frequency));
        foreach (var (left, second, end, typos, prefix, _) in candidates)
        {
            var from = SplitPostings.Count;
            postings.Neighbours(left, second, end, SplitPostings);
            if (SplitPostings.Count == from) continue;
            Splits.Add(new SplitMatch(left, second, end, typos, prefix, from, SplitPostings.Count));
            if (Splits.Count == MostSplits) return;
        }
    }
}
