using System.Numerics;
using System.Runtime.InteropServices;

namespace Colonnade.Fragrances.Search;

/// <summary>
/// Gives every hit one number, the smaller the better, in this order: words missing (4 bits), typos (5), distances between
/// neighbouring words (6), fields (7), exactness (3), and the document (20), which stands for popularity, name and id.
/// </summary>
internal sealed class Ranking(int documents)
{
    private const int MissingShift = 60, TyposShift = 55, DistanceShift = 49, FieldShift = 42;
    private const ulong AllInName = 1ul << 41, AllInTitle = 1ul << 40, AnyPrefix = 1ul << 39;
    private const int NameMaskShift = 16;
    private const int Farthest = 7, Apart = 4;

    // A cell: one byte for the first position in each field (0 is none), how good the best field is, typos.
    private const ulong Present = 1ul << 63, WideName = 1ul << 40;
    private const int QualityShift = 44, CellTyposShift = 48, NothingSaid = 10;

    // Whole words in name and brand come before beginnings of words there.
    private static ReadOnlySpan<byte> Quality => [0, 1, 4, 6, 8, 2, 3, 5, 7, 9];

    private readonly ulong[] sums = new ulong[documents];
    private readonly ulong[] previous = new ulong[documents];
    private readonly ulong[] cells = new ulong[documents];

    /// <summary>Takes in what the next word met among the hits.</summary>
    public void Add(QueryWord word, DocumentSet hits, Postings postings, bool titlesOnly, bool first)
    {
        foreach (var match in word.Terms)
        {
            Mark(postings.Title(match.First, match.End), match.Typos, match.Prefix, hits);
            if (!titlesOnly && !word.SaysNothing) Mark(postings.Rest(match.First, match.End), match.Typos, match.Prefix, hits);
        }
        foreach (var split in word.Splits)
            Mark(CollectionsMarshal.AsSpan(word.SplitPostings)[split.From..split.To], split.Typos, split.Prefix, hits);
        Fold(hits, word.SaysNothing, first);
    }

    /// <summary>The rank of a hit after all words; forgets the hit.</summary>
    public ulong Take(int document, Columns columns)
    {
        var sum = sums[document];
        sums[document] = previous[document] = 0;
        return sum >> FieldShift << 23 | (ulong)Exactness(sum, document, columns) << 20 | (uint)document;
    }

    /// <summary>The rank of a title: typos, then the title that is the whole query, then popularity. Forgets the hit.</summary>
    public ulong TakeTitle(int document, Columns columns, out bool named)
    {
        var sum = sums[document];
        sums[document] = previous[document] = 0;
        named = (sum >> NameMaskShift & 0xFFFF) != 0 || (sum & AllInName) != 0;
        return (sum >> TyposShift & 31) << 21 | (Exactness(sum, document, columns) == 0 ? 0u : 1u << 20) | (uint)document;
    }

    public static int Document(ulong rank) => (int)(rank & Posting.MostDocuments - 1);

    public static int Typos(ulong titleRank) => (int)(titleRank >> 21);

    private void Mark(ReadOnlySpan<uint> found, int typos, bool prefix, DocumentSet hits)
    {
        var bits = hits.Bits;
        var marks = cells;
        var quality = Quality.Slice(prefix ? 5 : 0, 5);
        foreach (var posting in found)
        {
            var document = Posting.Document(posting);
            if ((bits[document >> 6] >> document & 1) == 0) continue;

            ref var cell = ref marks[document];
            var field = (int)Posting.Field(posting);
            var position = (ulong)(Posting.Position(posting) + 1 & 255);
            if (cell == 0)
            {
                cell = Present | (ulong)typos << CellTyposShift | (ulong)quality[field] << QualityShift | position << field * 8
                    | (field == 0 && Posting.Wide(posting) ? WideName : 0);
                continue;
            }
            if ((int)(cell >> CellTyposShift & 3) < typos) continue;

            if ((int)(cell >> QualityShift & 15) > quality[field])
                cell = cell & ~(15ul << QualityShift) | (ulong)quality[field] << QualityShift;
            var before = cell >> field * 8 & 255;
            if (before == 0 || position < before && position > 0)
                cell = cell & ~(255ul << field * 8) | position << field * 8;
            if (field == 0 && Posting.Wide(posting) && position == (cell & 255)) cell |= WideName;
        }
    }

    private void Fold(DocumentSet hits, bool saysNothing, bool first)
    {
        foreach (var document in hits)
        {
            var cell = cells[document];
            ref var sum = ref sums[document];
            if (first) sum = AllInName | AllInTitle;
            if (cell == 0)
            {
                if (saysNothing) sum += (ulong)NothingSaid << FieldShift;
                else sum = sum + (1ul << MissingShift) & ~(AllInName | AllInTitle);
                continue;
            }

            cells[document] = 0;
            sum += (cell >> CellTyposShift & 3) << TyposShift | (cell >> QualityShift & 15) << FieldShift;
            var quality = (int)(cell >> QualityShift & 15);
            if (quality is 2 or 3 or 5 or 7 or 9) sum |= AnyPrefix;
            var name = (int)(cell & 255);
            if (name is > 0 and <= 16) sum |= ((cell & WideName) != 0 ? 3ul : 1ul) << (name - 1) << NameMaskShift & 0xFFFFul << NameMaskShift;
            if (name == 0)
            {
                sum &= ~AllInName;
                if ((cell & 0xFF00FF00) == 0) sum &= ~AllInTitle;
            }

            ref var before = ref previous[document];
            if (before != 0) sum += (ulong)Distance(before, cell) << DistanceShift;
            before = cell;
        }
    }

    private static int Exactness(ulong sum, int document, Columns columns)
    {
        var named = (ushort)(sum >> NameMaskShift);
        var length = columns.NameLengths[document];
        var telling = columns.NameWords[document];
        var prefix = (sum & AnyPrefix) != 0;
        if (telling == 0 || (named & telling) != telling || (sum & AllInTitle) == 0) return prefix ? 7 : 6;
        if (prefix) return 5;
        if ((sum & AllInName) == 0) return BitOperations.PopCount(named) == length ? 1 : 3;
        return BitOperations.PopCount(named) == length ? 0 : 2;
    }

    /// <summary>How far apart two words stand that were typed one after the other: 1 is side by side, 7 is anywhere.</summary>
    private static int Distance(ulong left, ulong right)
    {
        var (leftName, rightName) = ((int)(left & 255), (int)(right & 255));
        var (leftBrand, rightBrand) = ((int)(left >> 8 & 255), (int)(right >> 8 & 255));
        var distance = Farthest;
        if (leftName > 0 && rightBrand > 0 || leftBrand > 0 && rightName > 0) return 1;
        if (leftName > 0 && rightName > 0) distance = Steps(leftName, rightName, 0);
        if (distance > 1 && leftBrand > 0 && rightBrand > 0) distance = Math.Min(distance, Steps(leftBrand, rightBrand, 0));
        if (distance <= 1) return distance;

        const ulong structured = 0xFFFF_FFFF;
        for (var field = 2; field <= 3; field++)
        {
            var (from, to) = ((int)(left >> field * 8 & 255), (int)(right >> field * 8 & 255));
            if (from > 0 && to > 0) distance = Math.Min(distance, Steps(from, to, 0));
        }
        if (distance > Apart && (left & structured) != 0 && (right & structured) != 0) distance = Apart;
        var (leftSaid, rightSaid) = ((int)(left >> 32 & 255), (int)(right >> 32 & 255));
        if (distance > Apart && leftSaid > 0 && rightSaid > 0) distance = Math.Min(distance, Steps(leftSaid, rightSaid, Apart - 1));
        return distance;
    }

    private static int Steps(int from, int to, int more) =>
        Math.Min(Farthest, more + (to - from) switch { 0 => 1, > 0 and var ahead => ahead, var behind => 1 - behind });
}
