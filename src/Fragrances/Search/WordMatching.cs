namespace Colonnade.Fragrances.Search;

/// <summary>Finds the documents that have the words of a query.</summary>
internal sealed class WordMatching(Vocabulary vocabulary, Postings postings)
{
    /// <summary>Reads the query and finds for each word what it meets. False when the text has no word.</summary>
    public bool Read(string? text, SearchScratch scratch, bool titlesOnly)
    {
        var tokens = scratch.Tokens;
        tokens.Read(text, TokenForm.Query);
        scratch.Words.Clear();
        if (tokens.Count == 0) return false;

        var telling = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var word = scratch.Word(i);
            scratch.Words.Add(word);
            word.Meet(vocabulary, postings, tokens.Letters(i), last: i == tokens.Count - 1);
            word.SaysNothing = Synonyms.SaysNothing(tokens.Letters(i));
            if (!word.SaysNothing) telling++;
        }
        for (var i = 0; i + 1 < tokens.Count; i++) Join(i, scratch);
        foreach (var word in scratch.Words)
        {
            word.SaysNothing &= telling > 0;
            word.Collect(postings, titlesOnly);
        }
        return true;
    }

    /// <summary>
    /// Sets <see cref="SearchScratch.Found"/> to the documents that have all words, whatever the filters say. Where no
    /// document that passes the filters has them all, words are dropped: from the end, and then those that nothing has.
    /// Returns whether dropping helped.
    /// </summary>
    public static bool Find(SearchScratch scratch)
    {
        scratch.Hits.Fill();
        scratch.Filters.Narrow(scratch.Hits);
        var relaxed = Keep(scratch, scratch.Hits, out var any);
        if (any) return relaxed;

        // Nothing passes the filters: the facets still tell what would without one of them.
        scratch.Hits.Fill();
        Keep(scratch, scratch.Hits, out _);
        return false;
    }

    private static bool Keep(SearchScratch scratch, DocumentSet passing, out bool any)
    {
        var found = scratch.Found;
        var narrowed = scratch.Spare;
        any = false;
        var relaxed = false;
        found.Clear();
        foreach (var word in scratch.Words)
        {
            if (word.SaysNothing) continue;
            narrowed.CopyFrom(word.Documents);
            if (any) narrowed.And(found);
            if (narrowed.Meets(passing))
            {
                found.CopyFrom(narrowed);
                any = true;
            }
            else
            {
                relaxed = true;
                if (any) break;
            }
        }
        return relaxed;
    }

    private void Join(int index, SearchScratch scratch)
    {
        var tokens = scratch.Tokens;
        var left = tokens.Letters(index);
        var right = tokens.Letters(index + 1);
        if (char.IsAsciiDigit(left[^1]) || char.IsAsciiDigit(right[0]) || left.Length + right.Length > TokenList.LongestWord) return;

        Span<char> joined = stackalloc char[TokenList.LongestWord];
        left.CopyTo(joined);
        right.CopyTo(joined[left.Length..]);
        QueryWord.Join(
            vocabulary, joined[..(left.Length + right.Length)], elided: left is "l" or "d" or "j",
            last: index + 2 == tokens.Count, scratch.Words[index], scratch.Words[index + 1]);
    }
}
