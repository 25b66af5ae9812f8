namespace Colonnade.Fragrances.Search;

/// <summary>
/// Many short pieces of UTF-8 in a few large chunks: no object per piece. Pieces are appended, then
/// <see cref="Arrange"/> gives each document its piece.
/// </summary>
public sealed class Utf8Store
{
    private const int ChunkBits = 20, ChunkSize = 1 << ChunkBits;

    private readonly List<byte[]> chunks = [];
    private int used = ChunkSize;
    private readonly List<(long Start, int Length)> appended = [];
    private long[] starts = [];
    private int[] lengths = [];

    internal void Append(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > ChunkSize) throw new ArgumentException($"A document of {piece.Length} bytes is larger than {ChunkSize}.", nameof(piece));
        piece.CopyTo(Reserve(piece.Length));
    }

    internal void Append(string piece)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(piece);
        if (length > ChunkSize) throw new ArgumentException($"A text of {length} bytes is larger than {ChunkSize}.", nameof(piece));
        System.Text.Encoding.UTF8.GetBytes(piece, Reserve(length));
    }

    /// <summary>From now on piece <c>i</c> is the one that was appended as number <c>order[i]</c>.</summary>
    internal void Arrange(ReadOnlySpan<int> order)
    {
        starts = new long[order.Length];
        lengths = new int[order.Length];
        for (var i = 0; i < order.Length; i++) (starts[i], lengths[i]) = appended[order[i]];
        appended.Clear();
        appended.TrimExcess();
        if (chunks.Count > 0 && used < ChunkSize)
        {
            var last = chunks[^1];
            Array.Resize(ref last, used);
            chunks[^1] = last;
        }
    }

    public ReadOnlySpan<byte> this[int index] =>
        lengths[index] == 0 ? default : chunks[(int)(starts[index] >> ChunkBits)].AsSpan((int)(starts[index] & ChunkSize - 1), lengths[index]);

    public string Text(int index) => System.Text.Encoding.UTF8.GetString(this[index]);

    private Span<byte> Reserve(int length)
    {
        if (chunks.Count == 0 || used + length > ChunkSize)
        {
            chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkSize));
            used = 0;
        }
        appended.Add((((long)chunks.Count - 1 << ChunkBits) + used, length));
        used += length;
        return chunks[^1].AsSpan(used - length, length);
    }
}
