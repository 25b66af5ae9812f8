using System.Buffers.Binary;

namespace Colonnade.Platform.Files;

/// <summary>What came of looking at an image's container.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record ImageSize(int Width, int Height)
{
    /// <summary>More than this is not decoded anywhere.</summary>
    public const long MostPixels = 40_000_000;

    public bool IsTooLarge => (long)Width * Height > MostPixels;
}

/// <summary>The container does not hold together: cut off, or lengths that cannot be.</summary>
public sealed class BrokenImageException(string what) : Exception(what);

/// <summary>
/// Copies PNG, JPEG, GIF and WebP without what tells of people and places: EXIF, GPS, XMP, comments, embedded previews, and
/// whatever stands behind the end of the image. Nothing is decoded; pixels, colour profile and orientation stay bit by bit.
/// </summary>
/// <remarks>PNG (third edition), ITU T.81, GIF89a, RFC 9649.</remarks>
public static class ImageContainer
{
    /// <summary>Copies <paramref name="source"/> from its beginning; <paramref name="target"/> can seek.</summary>
    /// <exception cref="BrokenImageException">Say so to the client: the file is cut off or no image.</exception>
    public static ImageSize Clean(FileType type, Stream source, Stream target)
    {
        var pump = new Pump(source, target);
        var size = type == FileType.Png ? CleanPng(pump)
            : type == FileType.Jpeg ? JpegContainer.Clean(pump)
            : type == FileType.Gif ? CleanGif(pump)
            : type == FileType.WebP ? CleanWebP(pump)
            : throw new ArgumentException($"{type.MediaType} is no image that is shown.", nameof(type));
        pump.Flush();
        return size is { Width: > 0, Height: > 0 } ? size : throw new BrokenImageException("An image has at least one pixel.");
    }

    private static ImageSize CleanPng(Pump pump)
    {
        pump.Copy(8);
        ImageSize? size = null;
        while (true)
        {
            var head = pump.Read(8);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var name = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
            if (length > int.MaxValue)
                throw new BrokenImageException("A chunk is longer than a file can be.");
            if (size is null)
            {
                if (name != Name("IHDR"u8) || length != 13)
                    throw new BrokenImageException("A PNG begins with its header.");
                pump.Write(head);
                var header = pump.Read(17);
                size = new ImageSize(BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[4..]));
                pump.Write(header);
            }
            else if (IsKept(name))
            {
                pump.Write(head);
                pump.Copy(length + 4L);
                if (name == Name("IEND"u8))
                    return size;
            }
            else
            {
                pump.Skip(length + 4L);
            }
        }

        static bool IsKept(uint name) =>
            name == Name("IDAT"u8) || name == Name("PLTE"u8) || name == Name("IEND"u8) || name == Name("tRNS"u8) || name == Name("gAMA"u8) || name == Name("cHRM"u8)
            || name == Name("sRGB"u8) || name == Name("iCCP"u8) || name == Name("cICP"u8) || name == Name("sBIT"u8) || name == Name("bKGD"u8) || name == Name("pHYs"u8)
            || name == Name("acTL"u8) || name == Name("fcTL"u8) || name == Name("fdAT"u8);
    }

    private static ImageSize CleanGif(Pump pump)
    {
        pump.Copy(6);
        var screen = pump.Read(7);
        var size = new ImageSize(BinaryPrimitives.ReadUInt16LittleEndian(screen), BinaryPrimitives.ReadUInt16LittleEndian(screen[2..]));
        var colours = ColourTable(screen[4]);
        pump.Write(screen);
        pump.Copy(colours);
        while (true)
        {
            switch (pump.Read(1)[0])
            {
                case 0x3b:
                    pump.Write([0x3b]);
                    return size;
                case 0x2c:
                    pump.Write([0x2c]);
                    var descriptor = pump.Read(9);
                    var own = ColourTable(descriptor[8]);
                    // Some decoders grow the screen to hold a frame that is larger.
                    var frame = new ImageSize(BinaryPrimitives.ReadUInt16LittleEndian(descriptor[4..]), BinaryPrimitives.ReadUInt16LittleEndian(descriptor[6..]));
                    if (frame.IsTooLarge)
                        return frame;
                    pump.Write(descriptor);
                    pump.Copy(own + 1L);
                    SubBlocks(pump, isKept: true);
                    break;
                case 0x21:
                    var label = pump.Read(1)[0];
                    // Comments and application data go, but for the one that says how often to repeat.
                    if (label == 0xff)
                    {
                        var application = pump.Read(12);
                        var repeats = application[1..12].SequenceEqual("NETSCAPE2.0"u8);
                        if (application[0] != 11)
                            throw new BrokenImageException("An application block has another length.");
                        if (repeats)
                        {
                            pump.Write([0x21, 0xff]);
                            pump.Write(application);
                        }

                        SubBlocks(pump, repeats);
                    }
                    else
                    {
                        var isKept = label == 0xf9;
                        if (isKept)
                            pump.Write([0x21, label]);
                        SubBlocks(pump, isKept);
                    }

                    break;
                default:
                    throw new BrokenImageException("A GIF is made of blocks.");
            }
        }

        static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    private static void SubBlocks(Pump pump, bool isKept)
    {
        while (true)
        {
            var length = pump.Read(1)[0];
            if (isKept)
                pump.Write([length]);
            if (length == 0)
                return;
            if (isKept)
                pump.Copy(length);
            else
                pump.Skip(length);
        }
    }

    private static ImageSize CleanWebP(Pump pump)
    {
        var riff = pump.Read(12);
        var left = BinaryPrimitives.ReadUInt32LittleEndian(riff[4..]) - 4L;
        pump.Write(riff);
        var length = 4L;
        ImageSize? size = null;
        Span<byte> head = stackalloc byte[8];
        while (left >= 8)
        {
            // Looking at the picture's first bytes may move the buffer under what was read.
            pump.Read(8).CopyTo(head);
            var name = BinaryPrimitives.ReadUInt32BigEndian(head);
            long chunk = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            var padded = chunk + (chunk & 1);
            left -= 8 + padded;
            if (left < -1)
                throw new BrokenImageException("A chunk is longer than its file.");
            if (size is null)
            {
                var body = pump.Peek((int)Math.Min(10, chunk));
                size = name == Name("VP8X"u8) && body.Length == 10 ? new ImageSize(1 + Little24(body[4..]), 1 + Little24(body[7..]))
                    : name == Name("VP8L"u8) && body.Length >= 5 && body[0] == 0x2f ? SizeOfLossless(body)
                    : name == Name("VP8 "u8) && body.Length == 10 && body[3] == 0x9d && body[4] == 0x01 && body[5] == 0x2a
                        ? new ImageSize(BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3fff, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3fff)
                    : throw new BrokenImageException("A WebP begins with its picture.");
            }

            if (!IsKept(name))
            {
                pump.Skip(padded);
                continue;
            }

            length += 8 + padded;
            pump.Write(head);
            if (name == Name("VP8X"u8))
            {
                var flags = pump.Read(1)[0];
                // Neither EXIF nor XMP.
                pump.Write([(byte)(flags & ~0x0c)]);
                pump.Copy(padded - 1);
            }
            else
            {
                pump.Copy(padded);
            }
        }

        Span<byte> total = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(total, (uint)length);
        pump.Patch(4, total);
        return size ?? throw new BrokenImageException("A WebP without a picture.");

        static bool IsKept(uint name) =>
            name == Name("VP8X"u8) || name == Name("VP8L"u8) || name == Name("VP8 "u8) || name == Name("ALPH"u8) || name == Name("ANIM"u8) || name == Name("ANMF"u8) || name == Name("ICCP"u8);

        static int Little24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

        static ImageSize SizeOfLossless(ReadOnlySpan<byte> body)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return new ImageSize(1 + (int)(bits & 0x3fff), 1 + (int)((bits >> 14) & 0x3fff));
        }
    }

    private static uint Name(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt32BigEndian(name);
}
