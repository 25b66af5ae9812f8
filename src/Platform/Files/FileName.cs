using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Colonnade.Platform.Files;

/// <summary>
/// The name a client gave a file: shown and suggested for saving, never used as a name of ours. What could be a path, a
/// header or a trick to the eye is gone from it.
/// </summary>
public static class FileName
{
    private const int Longest = 120;
    private static readonly string[] Reserved = ["CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9"];

    /// <summary>
    /// The last segment of <paramref name="given"/> without control, formatting (bidirectional marks among them) and reserved
    /// characters, at most 120 characters long, with the extension that belongs to <paramref name="type"/> where it has none.
    /// </summary>
    public static string Of(string? given, FileType type)
    {
        var text = (given ?? "").Normalize(NormalizationForm.FormKC);
        text = text[(text.LastIndexOfAny(['/', '\\', ':']) + 1)..];
        var name = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned || rune == Rune.ReplacementChar)
                continue;
            name.Append(rune.Value is '"' or '<' or '>' or '|' or '?' or '*' or ';' or '%' ? "_" : rune.ToString());
        }

        text = name.ToString().Trim(' ', '.', '\u00a0');
        var extension = Path.GetExtension(text);
        if (extension.Length is < 2 or > 12)
            extension = "";
        var stem = text[..(text.Length - extension.Length)].TrimEnd(' ', '.');
        if (stem.Length == 0 || Array.Exists(Reserved, word => word.Equals(stem.Split('.')[0], StringComparison.OrdinalIgnoreCase)))
            stem = "file" + (stem.Length == 0 ? "" : "_" + stem);
        if (extension.Length == 0)
            extension = type.Extension;
        if (stem.Length > Longest - extension.Length)
        {
            stem = stem[..(Longest - extension.Length)];
            if (char.IsHighSurrogate(stem[^1]))
                stem = stem[..^1];
        }

        return stem + extension;
    }

    /// <summary><c>Content-Disposition</c> (RFC 6266): a name in ASCII for old clients and the whole one in UTF-8.</summary>
    public static string Disposition(string name, bool isShown)
    {
        var header = new ContentDispositionHeaderValue(isShown ? "inline" : "attachment");
        header.SetHttpFileName(name);
        return header.ToString();
    }
}
