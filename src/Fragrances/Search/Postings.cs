namespace Colonnade.Fragrances.Search;

/// <summary>Where a word may stand, best first.</summary>
public enum SearchField
{
    Name,
    Brand,
    /// <summary>Notes, accords and perfumers.</summary>
    Notes,
    /// <summary>Family, concentration, gender and year.</summary>
    Class,
    Description,
}

/// <summary>
/// One place of one word, in 32 bits: document (20), field (3), position (8), wide (1). Positions past 254 are told as
/// 255: the word is there, but near nothing.
/// </summary>
public static class Posting
{
    public const int MostDocuments = 1 << 20, FarPosition = 255;

    private const int PlaceBits = 12;

    public static uint Place(SearchField field, int position, bool wide) =>
        (uint)field << 9 | (uint)Math.Min(position, FarPosition) << 1 | (wide ? 1u : 0u);

    public static uint At(int document, uint place) => (uint)document << PlaceBits | place;

    public static int Document(uint posting) => (int)(posting >> PlaceBits);

    public static SearchField Field(uint posting) => (SearchField)(posting >> 9 & 7);

    public static int Position(uint posting) => (int)(posting >> 1 & 255);

    public static bool Wide(uint posting) => (posting & 1) != 0;
}

/// <summary>
/// The postings of all terms, each term's in order of document: those in names and brands apart from the rest, so that
/// suggestions read only titles. A range of neighbouring terms is one stretch of memory.
/// </summary>
public sealed class Postings
{
    private readonly uint[] title;
    private readonly int[] titleStart;
    private readonly uint[] rest;
    private readonly int[] restStart;

    internal Postings(uint[] title, int[] titleStart, uint[] rest, int[] restStart)
    {
        this.title = title;
        this.titleStart = titleStart;
        this.rest = rest;
        this.restStart = restStart;
    }

    public int Count => title.Length + rest.Length;

    public ReadOnlySpan<uint> Title(int term, int end) => title.AsSpan(titleStart[term]..titleStart[end]);

    public ReadOnlySpan<uint> Rest(int term, int end) => rest.AsSpan(restStart[term]..restStart[end]);

    public int CountOf(int term) => titleStart[term + 1] - titleStart[term] + restStart[term + 1] - restStart[term];

    /// <summary>
    /// Adds the places where the one term is followed at once by one of the others, as wide postings at the first word.
    /// <paramref name="second"/> to <paramref name="secondEnd"/> is a short range of terms.
    /// </summary>
    public void Neighbours(int term, int second, int secondEnd, List<uint> found)
    {
        for (var other = second; other < secondEnd; other++)
        {
            Neighbours(Title(term, term + 1), Title(other, other + 1), found);
            Neighbours(Rest(term, term + 1), Rest(other, other + 1), found);
        }
    }

    private static void Neighbours(ReadOnlySpan<uint> left, ReadOnlySpan<uint> right, List<uint> found)
    {
        if (left.Length > right.Length * 8)
        {
            foreach (var posting in right)
                for (var step = 1; step <= 2; step++)
                    if (Posting.Position(posting) is var position && position >= step && position < Posting.FarPosition)
                    {
                        var wanted = (posting & ~1u) - (uint)(step << 1) | (step == 2 ? 1u : 0u);
                        if (left.BinarySearch(wanted) >= 0) found.Add(wanted | 1);
                    }
            return;
        }

        var at = 0;
        foreach (var posting in left)
        {
            if (Posting.Position(posting) + 2 >= Posting.FarPosition) continue;
            var wanted = (posting & ~1u) + (Posting.Wide(posting) ? 4u : 2u);
            if (at < right.Length && right[at] < wanted) at = Skip(right, at, wanted);
            if (at < right.Length && (right[at] & ~1u) == wanted) found.Add(posting | 1);
        }
    }

    // Doubling steps: a short list against a long one costs the logarithm of the gaps.
    private static int Skip(ReadOnlySpan<uint> postings, int at, uint wanted)
    {
        var step = 1;
        var low = at;
        while (low + step < postings.Length && postings[low + step] < wanted)
        {
            low += step;
            step <<= 1;
        }
        var high = Math.Min(low + step, postings.Length);
        low++;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (postings[middle] < wanted) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
