namespace Colonnade.Fragrances.Search;

/// <summary>What the words of a query met in the vocabulary: kept after the search, to mark them in texts.</summary>
public sealed class MatchedWords
{
    private readonly Vocabulary vocabulary;
    private readonly Met[] words;

    private sealed record Met(string Word, TermMatch[] Terms, SplitMatch[] Splits);

    internal MatchedWords(Vocabulary vocabulary, TokenList tokens, IReadOnlyList<QueryWord> words)
    {
        this.vocabulary = vocabulary;
        this.words = new Met[tokens.Count];
        for (var i = 0; i < tokens.Count; i++)
        {
            var terms = new List<TermMatch>();
            if (!words[i].SaysNothing)
                foreach (var match in words[i].Terms.OrderBy(match => match.First).ThenBy(match => match.Typos))
                    if (terms.Count == 0 || match.First >= terms[^1].End) terms.Add(match);
            this.words[i] = new Met(tokens.Letters(i).ToString(), [.. terms], [.. words[i].Splits]);
        }
    }

    /// <summary>The folded words of the query.</summary>
    public IReadOnlyList<string> Words => Array.ConvertAll(words, word => word.Word);

    /// <summary>The terms of the catalogue that a word met, at most <paramref name="most"/>, fewest typos first.</summary>
    public IReadOnlyList<string> Terms(int word, int most = 100) =>
        [.. words[word].Terms.OrderBy(match => match.Typos).ThenBy(match => match.Prefix)
            .SelectMany(match => Enumerable.Range(match.First, match.End - match.First))
            .Concat(words[word].Splits.SelectMany(split => new[] { split.Term, split.Second }))
            .Distinct().Take(most).Select(term => vocabulary.Term(term).ToString())];

    internal int Count => words.Length;

    internal int Find(ReadOnlySpan<char> letters) => vocabulary.Find(letters);

    /// <summary>The typos with which a word meets a term (by its number), or -1.</summary>
    internal int Typos(int word, int term)
    {
        var terms = words[word].Terms;
        var (low, high) = (0, terms.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (terms[middle].End <= term) low = middle + 1;
            else if (terms[middle].First > term) high = middle - 1;
            else return terms[middle].Typos;
        }
        return -1;
    }

    /// <summary>The typos with which a word meets two neighbouring terms, or -1.</summary>
    internal int Typos(int word, int term, int next)
    {
        foreach (var split in words[word].Splits)
            if (split.Term == term && next >= split.Second && next < split.SecondEnd) return split.Typos;
        return -1;
    }
}
