using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Colonnade.Fragrances.Search;

/// <summary>
/// Gives every hit one number, the smaller the better, in this order: words missing (4 bits), typos (5), distances between
/// neighbouring words (6), fields (7), exactness (3), and the document (20), which stands for popularity, name and id.
/// </summary>
internal sealed class Ranking
{
    // The sum over the words so far: the first 22 bits of the rank, three flags, the positions met in the name.
    private const int MissingShift = 60, TyposShift = 55, DistanceShift = 49, FieldShift = 42, NameShift = 16;
    private const ulong AllInName = 1ul << 41, AllInTitle = 1ul << 40, AnyPrefix = 1ul << 39;

    // A cell tells of one word in one document, in bytes that are 255 for "not": its first position in each of the five
    // fields, how good the best of them is, its typos. So what is met twice is met as the smaller of each byte.
    private const ulong Nothing = ulong.MaxValue;
    private const int QualityShift = 40, CellTyposShift = 48, None = 255;
    private const int NothingSaid = 10, Farthest = 7, Apart = 4;

    private readonly ulong[] sums;
    private readonly ulong[] previous;
    private readonly ulong[] cells;

    public Ranking(int documents)
    {
        sums = new ulong[documents];
        previous = new ulong[documents];
        cells = new ulong[documents];
        Array.Fill(previous, Nothing);
        Array.Fill(cells, Nothing);
    }

    // By field; whole words in name and brand come before beginnings of words there.
    private static ReadOnlySpan<byte> Quality => [0, 1, 4, 6, 8];

    private static ReadOnlySpan<byte> QualityOfPrefix => [2, 3, 5, 7, 9];

    /// <summary>Takes in what the next word met among the hits.</summary>
    public void Add(QueryWord word, DocumentSet hits, Postings postings, bool titlesOnly, bool first)
    {
        for (var typos = 0; typos <= 2; typos++)
        {
            foreach (var match in word.Terms)
            {
                if (match.Typos != typos) continue;
                Mark(postings.Title(match.First, match.End), typos, match.Prefix, hits);
                if (!titlesOnly && !word.SaysNothing) Mark(postings.Rest(match.First, match.End), typos, match.Prefix, hits);
            }
            foreach (var split in word.Splits)
                if (split.Typos == typos) Mark(CollectionsMarshal.AsSpan(word.SplitPostings)[split.From..split.To], typos, split.Prefix, hits);
        }
        Fold(hits, word.SaysNothing, first);
    }

    /// <summary>The rank of a hit after all words; forgets the hit.</summary>
    public ulong Take(int document, Columns columns)
    {
        var sum = sums[document];
        previous[document] = Nothing;
        return sum >> FieldShift << 23 | (ulong)Exactness(sum, document, columns) << 20 | (uint)document;
    }

    /// <summary>
    /// The rank of a title: typos, then the title that is the whole query, then popularity; <paramref name="named"/> when
    /// a word is in the name itself. Forgets the hit.
    /// </summary>
    public ulong TakeTitle(int document, Columns columns, out bool named)
    {
        var sum = sums[document];
        previous[document] = Nothing;
        named = (sum >> NameShift & 0xFFFF) != 0 || (sum & AllInName) != 0;
        return (sum >> TyposShift & 31) << 21 | (Exactness(sum, document, columns) <= 1 ? 0u : 1u << 20) | (uint)document;
    }

    public static int Document(ulong rank) => (int)(rank & Posting.MostDocuments - 1);

    private void Mark(ReadOnlySpan<uint> found, int typos, bool prefix, DocumentSet hits)
    {
        Span<ulong> blank = stackalloc ulong[8];
        for (var field = 0; field < 5; field++)
        {
            var quality = (ulong)(prefix ? QualityOfPrefix : Quality)[field];
            blank[field] = Nothing & ~(0xFFFFul << QualityShift) & ~(255ul << field * 8) | (ulong)typos << CellTyposShift | quality << QualityShift;
        }

        var bits = hits.Bits;
        var marks = cells;
        foreach (var posting in found)
        {
            var document = Posting.Document(posting);
            if ((bits[document >> 6] >> document & 1) == 0) continue;

            ref var cell = ref marks[document];
            if (typos > 0 && (int)(cell >> CellTyposShift & 255) < typos) continue;

            // In a name the lowest bit tells a word that covers two positions.
            var field = (int)Posting.Field(posting);
            var position = (ulong)Posting.Position(posting);
            if (field == 0) position = Math.Min(position << 1 | (~posting & 1), None);
            var met = Vector128.CreateScalarUnsafe(blank[field] | position << field * 8).AsByte();
            cell = Vector128.Min(Vector128.CreateScalarUnsafe(cell).AsByte(), met).AsUInt64().ToScalar();
        }
    }

    private void Fold(DocumentSet hits, bool saysNothing, bool first)
    {
        var missing = saysNothing ? (ulong)NothingSaid << FieldShift : 1ul << MissingShift;
        foreach (var document in hits)
        {
            var cell = cells[document];
            var sum = first ? AllInName | AllInTitle : sums[document];
            if (cell == Nothing)
            {
                sums[document] = sum + missing;
                continue;
            }

            cells[document] = Nothing;
            var quality = cell >> QualityShift & 15;
            sum += (cell >> CellTyposShift & 3) << TyposShift | quality << FieldShift;
            if ((0b10_1010_1100u >> (int)quality & 1) != 0) sum |= AnyPrefix;
            var name = (int)(cell & 255);
            if (name == None)
            {
                sum &= ~AllInName;
                if ((cell & 0xFF00_FF00) == 0xFF00_FF00) sum &= ~AllInTitle;
            }
            else if (name < 32)
            {
                sum |= ((name & 1) == 0 ? 3ul : 1ul) << (name >> 1) + NameShift & 0xFFFFul << NameShift;
            }

            var before = previous[document];
            if (before != Nothing) sum += (ulong)Distance(before, cell) << DistanceShift;
            previous[document] = cell;
            sums[document] = sum;
        }
    }

    /// <summary>
    /// 0 the name is the query, 1 name and brand are, 2 and 3 the same but for particles and strength, 5 with a word's
    /// end missing, 6 more than the query, 7 and a word's end missing.
    /// </summary>
    private static int Exactness(ulong sum, int document, Columns columns)
    {
        var named = (ushort)(sum >> NameShift);
        var telling = columns.NameWords[document];
        var prefix = (sum & AnyPrefix) != 0;
        if (telling == 0 || (named & telling) != telling || (sum & AllInTitle) == 0) return prefix ? 7 : 6;
        if (prefix) return 5;
        return (BitOperations.PopCount(named) == columns.NameLengths[document] ? 0 : 2) + ((sum & AllInName) != 0 ? 0 : 1);
    }

    /// <summary>How far apart two words stand that were typed one after the other: 1 is side by side, 7 is anywhere.</summary>
    private static int Distance(ulong left, ulong right)
    {
        var leftName = (int)(left & 255);
        var rightName = (int)(right & 255);
        var leftBrand = (int)(left >> 8 & 255);
        var rightBrand = (int)(right >> 8 & 255);
        if (leftName != None && rightBrand != None || leftBrand != None && rightName != None) return 1;

        var distance = Farthest;
        if (leftName != None && rightName != None) distance = Steps(leftName >> 1, rightName >> 1);
        else if (leftBrand != None && rightBrand != None) distance = Steps(leftBrand, rightBrand);
        if (distance == 1) return 1;

        for (var field = 2; field <= 3; field++)
        {
            var from = (int)(left >> field * 8 & 255);
            var to = (int)(right >> field * 8 & 255);
            if (from != None && to != None) distance = Math.Min(distance, Steps(from, to));
        }
        const ulong structured = 0xFFFF_FFFF;
        if (distance > Apart && (left & structured) != structured && (right & structured) != structured) distance = Apart;
        var leftSaid = (int)(left >> 32 & 255);
        var rightSaid = (int)(right >> 32 & 255);
        if (distance > Apart && leftSaid != None && rightSaid != None) distance = Math.Min(distance, Steps(leftSaid, rightSaid) + Apart - 1);
        return distance;
    }

    // 0 is one word that met both, or a synonym: good, but two words in their places are better.
    private static int Steps(int from, int to) => StepsByDifference[to - from + None];

    private static readonly byte[] StepsByDifference = [.. Enumerable.Range(-None, 2 * None + 1).Select(
        difference => (byte)Math.Min(Farthest, difference switch { 0 => 2, > 0 => difference, _ => 1 - difference }))];
}
