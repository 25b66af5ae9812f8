using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Colonnade.Testing;

/// <summary>Small files of every kind, good and bad, made here.</summary>
public static class SampleFiles
{
    /// <summary>16 × 8 pixels.</summary>
    public static byte[] Jpeg => Convert.FromBase64String("/9j/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAIABADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwClDpH+zWhDpH+zRRUVK8+5hgsRU01P/9k=");

    /// <summary>16 × 8 pixels.</summary>
    public static byte[] Gif => Convert.FromBase64String("R0lGODlhEAAIAIcAAEdwTK+/gI/fgH/fgG/fgL/fgK/fgJ/fgO/fgN/fgM/fgO+/gN+/gM+/gL+/gJ+/gI+/gH+/gG+/gF+/gE+/gD+/gO+fgN+fgM+fgL+fgK+fgJ+fgI+fgH+fgG+fgF+fgE+fgL9/gK9/gJ9/gI9/gH9/gG9/gK9fgJ9fgF/fgE/fgD/fgL8/gK8/gJ8/gI8/gH8/gG8/gF8/gC+/gB+/gA+/gAC/gK8fgJ8fgI8fgH8fgG8fgD+fgC+fgB+fgJ8AgI8AgH8AgO9/gN9/gM9/gF9/gE9/gD9/gC9/gM9fgL9fgI9fgH9fgG9fgF9fgE9fgC/fgB/fgA/fgADfgO8/gN8/gM8/gE8/gD8/gO8fgN8fgM8fgL8fgF8fgE8fgA+fgACfgO8AgN8AgM8AgL8AgK8AgG8AgF8AgE8AgB9/gO9fgN9fgD9fgC9fgC8/gD8fgA9/gAB/gB9fgB8/gA8/gAA/gC8fgB8fgA8fgAAfgD8AgC8AgB8AgA8AgAAAgA9fgABfgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACH/C05FVFNDQVBFMi4wAwEAAAAh+QQFAAAAACwAAAAAEAAIAAAIkwD99OGzRw+aM2aCAPlRhswYMWHy4Llj542XLjt05MBxg8sWLVnq0JnjBssVGTFgvHDRgoWVKlQA/ZHThs0TJ02YLEFxQkmSNWriwEmD5IiRIiZKkBghIgSRIULAfPHRgweIDx46cNigIQOGCxZs1KAxowKFCRIiQHgQwEEDBgumSIkCZYWKFAQGCDhgoICCBAgCAgA7");

    /// <summary>16 × 8 pixels, with an EXIF chunk.</summary>
    public static byte[] WebP => Convert.FromBase64String("UklGRhgBAABXRUJQVlA4WAoAAAAIAAAADwAABwAAVlA4IDgAAADQAQCdASoQAAgAA4BaJbACdAEOuwWOAAD+72nIEZtpwWgarCEPHsoLB53/MECv3UDwP8StrvQAAEVYSUa6AAAARXhpZgAASUkqAAgAAAAGABIBAwABAAAAAQAAABoBBQABAAAAVgAAABsBBQABAAAAXgAAACgBAwABAAAAAgAAABMCAwABAAAAAQAAAGmHBAABAAAAZgAAAAAAAAAvGQEA6AMAAC8ZAQDoAwAABgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDABoAMAAQAAAP//AAACoAQAAQAAABAAAAADoAQAAQAAAAgAAAAAAAAA");

    public static byte[] Pdf => "%PDF-1.7\n1 0 obj\n<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>\nendobj\n%%EOF\n"u8.ToArray();

    public static byte[] Svg => "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(1)</script></svg>"u8.ToArray();

    public static byte[] HtmlPage => "<!doctype html><html><body><script>alert(1)</script></body></html>"u8.ToArray();

    /// <summary>A picture of any size whose pixels are not there, only their number.</summary>
    public static byte[] PngOf(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = 2;
        return [.. Signature, .. Chunk("IHDR", header), .. Chunk("IDAT", Deflate([0])), .. Chunk("IEND", [])];
    }

    /// <summary>A real picture, with extra chunks before its end.</summary>
    public static byte[] Png(int width = 64, int height = 48, params (string Name, byte[] Body)[] extra)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = 2;
        var pixels = new byte[height * (1 + 3 * width)];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = y * (1 + 3 * width) + 1 + 3 * x;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)(x * 255 / width), (byte)(y * 255 / height), 128);
            }
        }

        return [.. Signature, .. Chunk("IHDR", header), .. extra.SelectMany(of => Chunk(of.Name, of.Body)), .. Chunk("IDAT", Deflate(pixels)), .. Chunk("IEND", [])];
    }

    /// <summary>The JPEG as a telephone saves it: where it was taken, and held upright (orientation 6).</summary>
    public static byte[] JpegOfAPlace
    {
        get
        {
            byte[] tiff =
            [
                .. "II*\0"u8, 8, 0, 0, 0,
                2, 0,
                0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0,
                0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0,
                0, 0, 0, 0,
                .. "GPS 48.2082 N 16.3738 E"u8,
            ];
            byte[] exif = [.. "Exif\0\0"u8, .. tiff];
            byte[] comment = [.. "taken by Ada Lovelace"u8];
            return [0xff, 0xd8, .. Segment(0xe1, exif), .. Segment(0xfe, comment), .. Jpeg[2..], .. HtmlPage];
        }
    }

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    private static byte[] Segment(byte marker, byte[] body) => [0xff, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];

    private static byte[] Chunk(string name, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. body];
        var chunk = new byte[named.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        named.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(named.Length + 4), Crc(named));
        return chunk;
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest))
            deflate.Write(bytes);
        return packed.ToArray();
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = 0xffff_ffffu;
        foreach (var of in bytes)
        {
            crc ^= of;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xedb8_8320u;
        }

        return ~crc;
    }
}
