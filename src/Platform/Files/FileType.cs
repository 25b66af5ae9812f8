using System.Text;

namespace Colonnade.Platform.Files;

/// <summary>What a file is, told by its first bytes and by nothing that a client says of it.</summary>
/// <param name="MediaType">As it is served.</param>
/// <param name="Extension">For a name that has none; with its full stop.</param>
public sealed record FileType(string MediaType, string Extension)
{
    /// <summary>How many bytes of a file's beginning <see cref="Of"/> wants to see.</summary>
    public const int HeadLength = 4096;

    public static readonly FileType Png = new("image/png", ".png");
    public static readonly FileType Jpeg = new("image/jpeg", ".jpg");
    public static readonly FileType Gif = new("image/gif", ".gif");
    public static readonly FileType WebP = new("image/webp", ".webp");
    public static readonly FileType Tiff = new("image/tiff", ".tif");
    public static readonly FileType Photoshop = new("image/vnd.adobe.photoshop", ".psd");
    public static readonly FileType Pdf = new("application/pdf", ".pdf");

    /// <summary>Also office documents. Archives are kept as they are and never unpacked.</summary>
    public static readonly FileType Zip = new("application/zip", ".zip");
    public static readonly FileType Mp4 = new("video/mp4", ".mp4");
    public static readonly FileType QuickTime = new("video/quicktime", ".mov");
    public static readonly FileType WebM = new("video/webm", ".webm");
    public static readonly FileType Mp3 = new("audio/mpeg", ".mp3");
    public static readonly FileType Wav = new("audio/wav", ".wav");
    public static readonly FileType Ogg = new("audio/ogg", ".ogg");

    /// <summary>UTF-8 without a trace of markup: a browser that guesses must not find a page in it.</summary>
    public static readonly FileType Text = new("text/plain", ".txt");

    private static readonly string[] Markup =
        ["<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "<iframe", "<img", "<style", "<!--", "<a ", "<table", "<div", "<meta", "<link", "<object", "<embed"];

    /// <summary>Whether a browser may show it where it stands; everything else is a download.</summary>
    public bool IsShown => this == Png || this == Jpeg || this == Gif || this == WebP;

    /// <summary>The type with this media type; null where this house knows none.</summary>
    public static FileType? Named(string mediaType) => All.FirstOrDefault(type => type.MediaType == mediaType);

    /// <summary>Every type that can be told.</summary>
    public static IReadOnlyList<FileType> All { get; } = [Png, Jpeg, Gif, WebP, Tiff, Photoshop, Pdf, Zip, Mp4, QuickTime, WebM, Mp3, Wav, Ogg, Text];

    /// <summary>The type of a file that begins with <paramref name="head"/>; null for all that is not known, pages and programs among it.</summary>
    public static FileType? Of(ReadOnlySpan<byte> head) => head switch
    {
        _ when head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]) => Png,
        _ when head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) => Jpeg,
        _ when head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) => Gif,
        _ when IsRiff(head, "WEBP"u8) => WebP,
        _ when IsRiff(head, "WAVE"u8) => Wav,
        _ when head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) => Tiff,
        _ when head.StartsWith("8BPS\0\u0001"u8) || head.StartsWith("8BPS\0\u0002"u8) => Photoshop,
        _ when head.StartsWith("%PDF-"u8) => Pdf,
        _ when head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8) => Zip,
        _ when head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8) => head[8..12].SequenceEqual("qt  "u8) ? QuickTime : IsMp4(head[8..12]) ? Mp4 : null,
        _ when head.StartsWith((ReadOnlySpan<byte>)[0x1a, 0x45, 0xdf, 0xa3]) && head[..Math.Min(64, head.Length)].IndexOf("webm"u8) > 0 => WebM,
        _ when head.StartsWith("ID3"u8) || (head.Length > 2 && head[0] == 0xff && head[1] is 0xfb or 0xf3 or 0xf2) => Mp3,
        _ when head.StartsWith("OggS"u8) => Ogg,
        _ => IsText(head) ? Text : null,
    };

    private static bool IsRiff(ReadOnlySpan<byte> head, ReadOnlySpan<byte> form) =>
        head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual(form);

    private static bool IsMp4(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("isom"u8) || brand.SequenceEqual("iso2"u8) || brand.SequenceEqual("iso4"u8) || brand.SequenceEqual("iso5"u8) || brand.SequenceEqual("iso6"u8)
        || brand.SequenceEqual("mp41"u8) || brand.SequenceEqual("mp42"u8) || brand.SequenceEqual("avc1"u8) || brand.SequenceEqual("M4V "u8) || brand.SequenceEqual("dash"u8);

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.Length == 0 || head.StartsWith("#!"u8) || head.StartsWith("MZ"u8))
            return false;
        // The last character may be cut in two where the head ends.
        var text = Encoding.UTF8.GetString(head);
        if (head.Length == HeadLength)
            text = text.TrimEnd('\ufffd');
        return !text.Contains('\ufffd', StringComparison.Ordinal)
            && !text.Any(static letter => char.IsControl(letter) && letter is not ('\t' or '\n' or '\r' or '\f'))
            && !text.TrimStart('\ufeff').TrimStart().StartsWith('<')
            && !Array.Exists(Markup, tag => text.Contains(tag, StringComparison.OrdinalIgnoreCase));
    }
}
