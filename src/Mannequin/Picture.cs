using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text;

namespace Colonnade.Mannequin;

/// <summary>A finished picture: eight bits of red, green and blue a pixel, row by row from the upper left, in sRGB.</summary>
public sealed class Picture
{
    private static readonly uint[] Remainders = [.. Enumerable.Range(0, 256).Select(Remainder)];

    /// <summary>An empty picture.</summary>
    internal Picture(int width, int height)
        : this(width, height, new byte[width * height * 3])
    {
    }

    internal Picture(int width, int height, byte[] pixels) => (Width, Height, Pixels) = (width, height, pixels);

    public int Width { get; }

    public int Height { get; }

    /// <summary>Three bytes for each pixel.</summary>
    [SuppressMessage("Performance", "CA1819", Justification = "The picture's only content; a copy of megabytes for each look at it would serve nobody.")]
    public byte[] Pixels { get; }

    /// <summary>Writes the picture as PNG (ISO/IEC 15948): eight bits of RGB, sRGB, not interlaced.</summary>
    /// <param name="to">Is left open.</param>
    /// <param name="texts">Keywords of 1 to 79 Latin letters with a text each, as international text chunks.</param>
    /// <exception cref="ArgumentException">A keyword PNG does not allow.</exception>
    public void WritePng(Stream to, IEnumerable<KeyValuePair<string, string>>? texts = null)
    {
        to.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], Height);
        header[8] = 8;
        header[9] = 2;
        Chunk(to, "IHDR", header);
        Chunk(to, "sRGB", [0]);
        foreach (var (keyword, text) in texts ?? [])
        {
            if (keyword.Length is 0 or > 79 || keyword.Trim() != keyword || !keyword.All(letter => letter is >= ' ' and <= '~'))
                throw new ArgumentException($"PNG allows no keyword {keyword}.", nameof(texts));
            // Not compressed, of no stated language and not translated: five zeroes after the keyword's own end, less the text.
            Chunk(to, "iTXt", [.. Encoding.ASCII.GetBytes(keyword), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal))]);
        }

        using var packed = new MemoryStream(Pixels.Length / 8);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) WriteRows(zlib);
        Chunk(to, "IDAT", packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(to, "IEND", []);
    }

    /// <summary>The picture as PNG.</summary>
    public byte[] ToPng(IEnumerable<KeyValuePair<string, string>>? texts = null)
    {
        using var png = new MemoryStream();
        WritePng(png, texts);
        return png.ToArray();
    }

    /// <summary>Copies another picture onto this one, which must have room for it there.</summary>
    internal void Paste(Picture other, int left, int top)
    {
        for (var y = 0; y < other.Height; y++) other.Pixels.AsSpan(y * other.Width * 3, other.Width * 3).CopyTo(Pixels.AsSpan(((top + y) * Width + left) * 3));
    }

    // Each row as differences from what the pixels left of and above it foretell; of three ways the one with the least differences.
    private void WriteRows(ZLibStream zlib)
    {
        var length = Width * 3;
        var rows = (byte[][])[new byte[length + 1], new byte[length + 1], new byte[length + 1]];
        (rows[0][0], rows[1][0], rows[2][0]) = (1, 2, 4);
        var above = new byte[length].AsSpan();
        for (var y = 0; y < Height; y++)
        {
            var row = Pixels.AsSpan(y * length, length);
            Span<int> sums = [0, 0, 0];
            for (var at = 0; at < length; at++)
            {
                var (left, up, corner) = at < 3 ? ((byte)0, above[at], (byte)0) : (row[at - 3], above[at], above[at - 3]);
                sums[0] += Math.Abs((int)(sbyte)(rows[0][at + 1] = (byte)(row[at] - left)));
                sums[1] += Math.Abs((int)(sbyte)(rows[1][at + 1] = (byte)(row[at] - up)));
                sums[2] += Math.Abs((int)(sbyte)(rows[2][at + 1] = (byte)(row[at] - Foretold(left, up, corner))));
            }

            zlib.Write(rows[sums[0] <= sums[1] && sums[0] <= sums[2] ? 0 : sums[1] <= sums[2] ? 1 : 2]);
            above = row;
        }

        static int Foretold(int left, int up, int corner)
        {
            var (byLeft, byUp, byCorner) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
            return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
        }
    }

    private static void Chunk(Stream to, string kind, ReadOnlySpan<byte> data)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(four, data.Length);
        to.Write(four);
        Span<byte> name = stackalloc byte[4];
        Encoding.ASCII.GetBytes(kind, name);
        to.Write(name);
        to.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(four, ~Check(data, Check(name, uint.MaxValue)));
        to.Write(four);
    }

    private static uint Check(ReadOnlySpan<byte> data, uint sum)
    {
        foreach (var one in data) sum = Remainders[(sum ^ one) & 0xFF] ^ (sum >> 8);
        return sum;
    }

    private static uint Remainder(int of)
    {
        var rest = (uint)of;
        for (var bit = 0; bit < 8; bit++) rest = (rest & 1) != 0 ? 0xEDB88320 ^ (rest >> 1) : rest >> 1;
        return rest;
    }
}
