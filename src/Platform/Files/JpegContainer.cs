using System.Buffers.Binary;

namespace Colonnade.Platform.Files;

/// <summary>JPEG: segments, and between them scans that end where a marker begins (ITU T.81, annex B).</summary>
internal static class JpegContainer
{
    public static ImageSize Clean(Pump pump)
    {
        pump.Copy(2);
        ImageSize? size = null;
        var marker = Marker(pump);
        while (true)
        {
            switch (marker)
            {
                case 0xd9:
                    pump.Write([0xff, 0xd9]);
                    return size ?? throw new BrokenImageException("A JPEG without a frame.");
                case 0x01 or (>= 0xd0 and <= 0xd7):
                    pump.Write([0xff, marker]);
                    marker = Marker(pump);
                    continue;
                case 0 or 0xd8:
                    throw new BrokenImageException("A JPEG is made of segments.");
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(pump.Read(2)) - 2;
            if (length < 0)
                throw new BrokenImageException("A segment has a negative length.");
            var body = pump.Read(length);
            if (IsFrame(marker))
            {
                if (length < 6)
                    throw new BrokenImageException("A frame has a size.");
                // Decoders differ on which of two counts.
                if (size is not null)
                    throw new BrokenImageException("A JPEG has one frame.");
                size = new ImageSize(BinaryPrimitives.ReadUInt16BigEndian(body[3..]), BinaryPrimitives.ReadUInt16BigEndian(body[1..]));
            }

            if (marker == 0xe1)
            {
                if (Orientation(body) is > 1 and <= 8 and var orientation)
                    pump.Write(OnlyOrientation(orientation));
            }
            else if (IsKept(marker, body))
            {
                pump.Write([0xff, marker, (byte)((length + 2) >> 8), (byte)(length + 2)]);
                pump.Write(body);
            }

            marker = marker == 0xda ? Scan(pump) : Marker(pump);
        }
    }

    private static bool IsFrame(byte marker) => marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc);

    private static bool IsKept(byte marker, ReadOnlySpan<byte> body) => marker switch
    {
        0xe0 => body.StartsWith("JFIF\0"u8),
        0xe2 => body.StartsWith("ICC_PROFILE\0"u8),
        0xee => body.StartsWith("Adobe"u8),
        >= 0xe0 and <= 0xef => false,
        0xfe => false,
        _ => true,
    };

    private static byte Marker(Pump pump)
    {
        if (pump.Read(1)[0] != 0xff)
            throw new BrokenImageException("A JPEG is made of segments.");
        byte marker;
        do
        {
            marker = pump.Read(1)[0];
        }
        while (marker == 0xff);

        return marker;
    }

    /// <summary>Copies a scan; the marker behind it.</summary>
    private static byte Scan(Pump pump)
    {
        while (true)
        {
            pump.CopyUntil(0xff);
            byte next;
            pump.Skip(1);
            do
            {
                next = pump.Read(1)[0];
            }
            while (next == 0xff);

            if (next is not (0 or (>= 0xd0 and <= 0xd7)))
                return next;
            pump.Write([0xff, next]);
        }
    }

    /// <summary>Tag 0x0112 of the first directory (TIFF 6.0, Exif 2.3); 0 where there is none.</summary>
    private static int Orientation(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("Exif\0\0"u8) || body.Length < 14)
            return 0;
        var tiff = body[6..];
        var isLittle = tiff[0] == (byte)'I';
        var directory = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory + 2 > tiff.Length)
            return 0;
        var entries = Short(tiff[(int)directory..], isLittle);
        for (var entry = 0; entry < entries; entry++)
        {
            var at = (int)directory + 2 + 12 * entry;
            if (at + 12 > tiff.Length)
                return 0;
            if (Short(tiff[at..], isLittle) == 0x0112)
                return Short(tiff[(at + 8)..], isLittle);
        }

        return 0;

        static int Short(ReadOnlySpan<byte> bytes, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    private static byte[] OnlyOrientation(int orientation) =>
    [
        0xff, 0xe1, 0, 34,
        .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8,
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0,
        0, 0, 0, 0,
    ];
}
