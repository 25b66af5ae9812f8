using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Colonnade.Mannequin.Tests;

/// <summary>Reads PNG of eight-bit RGB apart again, by the standard and not by how it was written.</summary>
internal sealed class Png
{
    private Png(int width, int height, byte[] pixels, IReadOnlyList<string> chunks, IReadOnlyDictionary<string, string> texts) =>
        (Width, Height, Pixels, Chunks, Texts) = (width, height, pixels, chunks, texts);

    public int Width { get; }

    public int Height { get; }

    public byte[] Pixels { get; }

    public IReadOnlyList<string> Chunks { get; }

    public IReadOnlyDictionary<string, string> Texts { get; }

    public static Png Read(byte[] file)
    {
        if (!file.AsSpan(0, 8).SequenceEqual((byte[])[137, 80, 78, 71, 13, 10, 26, 10])) throw new InvalidDataException("No signature.");
        var (width, height) = (0, 0);
        using var packed = new MemoryStream();
        List<string> chunks = [];
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var name = Encoding.ASCII.GetString(file, at + 4, 4);
            var data = file.AsSpan(at + 8, length);
            if (BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)) != Crc(file.AsSpan(at + 4, 4 + length))) throw new InvalidDataException($"The sum of {name} is wrong.");
            chunks.Add(name);
            if (name == "IHDR") (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
            if (name == "IDAT") packed.Write(data);
            if (name == "iTXt")
            {
                var end = data.IndexOf((byte)0);
                texts[Encoding.ASCII.GetString(data[..end])] = Encoding.UTF8.GetString(data[(end + 5)..]);
            }

            at += 12 + length;
        }

        packed.Position = 0;
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        var pixels = new byte[width * height * 3];
        var row = new byte[width * 3 + 1];
        for (var y = 0; y < height; y++)
        {
            zlib.ReadExactly(row);
            for (var x = 0; x < width * 3; x++)
            {
                int left = x < 3 ? 0 : pixels[y * width * 3 + x - 3], up = y == 0 ? 0 : pixels[(y - 1) * width * 3 + x], corner = x < 3 || y == 0 ? 0 : pixels[(y - 1) * width * 3 + x - 3];
                var foretold = row[0] switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => throw new InvalidDataException("No such filter.") };
                pixels[y * width * 3 + x] = (byte)(row[x + 1] + foretold);
            }
        }

        if (zlib.ReadByte() >= 0) throw new InvalidDataException("More data than pixels.");
        return new Png(width, height, pixels, chunks, texts);
    }

    private static int Paeth(int left, int up, int corner)
    {
        var p = left + up - corner;
        var (a, b, c) = (Math.Abs(p - left), Math.Abs(p - up), Math.Abs(p - corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var one in data)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
