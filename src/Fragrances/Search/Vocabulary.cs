namespace Colonnade.Fragrances.Search;

/// <summary>
/// Terms from <see cref="First"/> up to but not including <see cref="End"/> that match a word with
/// <see cref="Typos"/> typing errors; <see cref="Prefix"/> when they only begin with it.
/// </summary>
public readonly record struct TermMatch(int First, int End, byte Typos, bool Prefix);

/// <summary>
/// All words of the catalogue in ordinal order, and over them a trie laid out in pre-order: the node after a node is its
/// first child, and <c>skip</c> leads past its subtree, whose terms are one range of ids.
/// </summary>
public sealed class Vocabulary
{
    private const byte TermEnds = 0x80;

    private readonly char[] letters;
    private readonly int[] starts;
    private readonly char[] label;
    private readonly int[] skip;
    private readonly int[] first;
    private readonly byte[] depth;

    /// <param name="terms">Distinct folded words in ordinal order, none empty, none longer than <see cref="TokenList.LongestWord"/>.</param>
    public Vocabulary(IReadOnlyList<string> terms)
    {
        starts = new int[terms.Count + 1];
        for (var i = 0; i < terms.Count; i++) starts[i + 1] = starts[i] + terms[i].Length;
        letters = new char[starts[^1]];
        var nodes = 0;
        for (var i = 0; i < terms.Count; i++)
        {
            terms[i].CopyTo(0, letters, starts[i], terms[i].Length);
            nodes += terms[i].Length - Shared(i);
        }

        label = new char[nodes];
        skip = new int[nodes];
        first = new int[nodes + 1];
        depth = new byte[nodes];
        first[nodes] = terms.Count;
        var open = new int[TokenList.LongestWord];
        var node = 0;
        var deepest = 0;
        for (var term = 0; term < terms.Count; term++)
        {
            var word = Term(term);
            var shared = Shared(term);
            while (deepest > shared) skip[open[--deepest]] = node;
            for (; deepest < word.Length; deepest++, node++)
            {
                label[node] = word[deepest];
                depth[node] = (byte)(deepest + 1);
                first[node] = term;
                open[deepest] = node;
            }
            depth[node - 1] |= TermEnds;
        }
        while (deepest > 0) skip[open[--deepest]] = node;
    }

    public int Count => starts.Length - 1;

    public ReadOnlySpan<char> Term(int id) => letters.AsSpan(starts[id], starts[id + 1] - starts[id]);

    /// <summary>The id of a folded word, or -1.</summary>
    public int Find(ReadOnlySpan<char> word)
    {
        var at = LowerBound(word);
        return at < Count && Term(at).SequenceEqual(word) ? at : -1;
    }

    /// <summary>The terms that begin with a folded word.</summary>
    public (int First, int End) Beginning(ReadOnlySpan<char> word)
    {
        var start = LowerBound(word);
        var (low, high) = (start, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Term(middle).StartsWith(word)) low = middle + 1;
            else high = middle;
        }
        return (start, low);
    }

    /// <summary>The typing errors a word is forgiven: one from 4 letters, two from 8, none in a number.</summary>
    public static int Forgiven(ReadOnlySpan<char> word) =>
        char.IsAsciiDigit(word[0]) ? 0 : word.Length switch { < 4 => 0, < 8 => 1, _ => 2 };

    /// <summary>
    /// Adds every term within <paramref name="typos"/> errors of the word (optimal string alignment: letters missing,
    /// added, replaced or two neighbours swapped) and, with <paramref name="prefix"/>, every term that begins with
    /// something so near. Each term comes once, with its fewest errors; on equal errors as a whole word.
    /// The work is bounded by the trie's branches near the word, not by the number of terms.
    /// </summary>
    public void Lookup(ReadOnlySpan<char> word, int typos, bool prefix, List<TermMatch> matches)
    {
        const int width = TokenList.LongestWord + 2;
        if (word.Length is 0 or > TokenList.LongestWord) return;

        Span<byte> rows = stackalloc byte[width * width];
        Span<byte> nearestPrefix = stackalloc byte[width];
        Span<char> path = stackalloc char[width];
        var length = word.Length;
        var far = (byte)(typos + 1);
        for (var j = 0; j <= length; j++) rows[j] = (byte)Math.Min(j, far);
        nearestPrefix[0] = far;

        for (var node = 0; node < label.Length;)
        {
            var d = depth[node] & ~TermEnds;
            var letter = label[node];
            path[d] = letter;
            var low = Math.Max(1, d - typos);
            var high = Math.Min(length, d + typos);
            var above = rows.Slice((d - 1) * width, width);
            var row = rows.Slice(d * width, width);
            var least = far;
            if (low <= high)
            {
                row[low - 1] = low == 1 ? (byte)Math.Min(d, far) : far;
                least = row[low - 1];
                var before = d > 1 ? rows.Slice((d - 2) * width, width) : default;
                for (var j = low; j <= high; j++)
                {
                    var cost = Math.Min(above[j - 1] + (letter == word[j - 1] ? 0 : 1), Math.Min(above[j], row[j - 1]) + 1);
                    if (d > 1 && j > 1 && letter == word[j - 2] && path[d - 1] == word[j - 1]) cost = Math.Min(cost, before[j - 2] + 1);
                    row[j] = (byte)Math.Min(cost, far);
                    if (row[j] < least) least = row[j];
                }
                if (high < length) row[high + 1] = far;
            }

            var whole = low <= high && high == length ? row[length] : far;
            var asPrefix = prefix ? Math.Min(nearestPrefix[d - 1], whole) : far;
            nearestPrefix[d] = asPrefix;
            var ends = (depth[node] & TermEnds) != 0;
            if (ends && Math.Min(whole, asPrefix) < far)
                matches.Add(new TermMatch(first[node], first[node] + 1, Math.Min(whole, asPrefix), whole > asPrefix));

            // Below an exact prefix nothing gets nearer, and below a branch that is too far only its nearest prefix counts.
            if (least < far && asPrefix > 0)
            {
                node++;
                continue;
            }
            var below = ends ? first[node] + 1 : first[node];
            if (asPrefix < far && below < first[skip[node]])
                matches.Add(new TermMatch(below, first[skip[node]], asPrefix, true));
            node = skip[node];
        }
    }

    private int Shared(int term)
    {
        if (term == 0) return 0;
        return Term(term).CommonPrefixLength(Term(term - 1));
    }

    private int LowerBound(ReadOnlySpan<char> word)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Term(middle).SequenceCompareTo(word) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
