namespace Colonnade.Fragrances.Search;

/// <summary>Keeps the smallest of many ranks: as many as the page and all before it need.</summary>
internal sealed class Page
{
    private ulong[] ranks = new ulong[1024];
    private int count;
    private int wanted;
    private ulong limit;

    public void Open(int size)
    {
        wanted = size;
        count = 0;
        limit = ulong.MaxValue;
        var room = Math.Max(1024, size * 2);
        if (ranks.Length < room) ranks = new ulong[room];
    }

    public void Offer(ulong rank)
    {
        if (rank >= limit) return;
        if (count == ranks.Length)
        {
            Select(ranks.AsSpan(0, count), wanted - 1);
            limit = ranks[wanted - 1];
            count = wanted;
            if (rank >= limit) return;
        }
        ranks[count++] = rank;
    }

    /// <summary>The ranks from <paramref name="offset"/> to the size the page was opened with, in order.</summary>
    public ReadOnlySpan<ulong> Close(int offset)
    {
        var all = ranks.AsSpan(0, count);
        if (offset >= count) return [];
        var end = Math.Min(wanted, count);
        if (end < count) Select(all, end - 1);
        all = all[..end];
        if (offset > 0) Select(all, offset);
        all[offset..].Sort();
        return all[offset..];
    }

    // Quickselect: afterwards the k-th smallest is at k, and none after it is smaller.
    private static void Select(Span<ulong> values, int k)
    {
        var (low, high) = (0, values.Length - 1);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var pivot = Median(values[low], values[middle], values[high]);
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] < pivot) i++;
                while (values[j] > pivot) j--;
                if (i > j) break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            if (k <= j) high = j;
            else if (k >= i) low = i;
            else return;
        }
    }

    private static ulong Median(ulong a, ulong b, ulong c) =>
        a < b ? (b < c ? b : Math.Max(a, c)) : a < c ? a : Math.Max(b, c);
}
