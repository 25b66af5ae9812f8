using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>Cleans the texts of other people's files.</summary>
internal static partial class Texts
{
    /// <summary>One line: entities resolved, blanks collapsed, control characters gone, in normal form C; "" for placeholders.</summary>
    /// <exception cref="FormatException">U+0000 or half a character, which no text can hold; the message says so.</exception>
    public static string Line(string text) => IsPlaceholder(text) ? "" : Clean(text, keepLines: false);

    /// <summary>As <see cref="Line"/>, but what looks like a placeholder is kept: a perfume may be called "Unknown".</summary>
    /// <exception cref="FormatException">As above.</exception>
    public static string Name(string text) => Clean(text, keepLines: false);

    /// <summary>As <see cref="Line"/>, with its line breaks.</summary>
    /// <exception cref="FormatException">As above.</exception>
    public static string Paragraphs(string text) => IsPlaceholder(text) ? "" : Clean(text, keepLines: true);

    /// <summary>An http or https address, or "".</summary>
    /// <exception cref="FormatException">As above.</exception>
    public static string Url(string text)
    {
        var url = Line(text);
        return url.Length <= 2_000 && Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) ? url : "";
    }

    /// <summary>The notes of a list, which may come as one text separated by commas (not those in brackets) and may trail off into prose.</summary>
    /// <exception cref="FormatException">As above.</exception>
    public static string[] Notes(IReadOnlyList<string> texts)
    {
        var notes = new List<string>();
        foreach (var text in texts)
        {
            var parts = Parts(Line(text));
            for (var i = 0; i < parts.Count; i++)
            {
                // "cedar, musk and vanilla": the last comma of an English list is a word.
                string[] named = parts.Count > 1 && i == parts.Count - 1 ? LastComma().Split(parts[i]) : [parts[i]];
                if (named.Any(IsProse))
                    break;
                notes.AddRange(named.Where(note => note.Length > 0 && !IsPlaceholder(note)).Select(Capitalised));
            }
        }
        return [.. notes.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>A list of things known by lower-case names, such as accords.</summary>
    /// <exception cref="FormatException">As above.</exception>
    public static string[] Terms(IReadOnlyList<string> texts) =>
        [.. Split(texts).Select(text => text.ToLowerInvariant()).Distinct(StringComparer.Ordinal)];

    /// <summary>A list of persons; nobody is called "unknown".</summary>
    /// <exception cref="FormatException">As above.</exception>
    public static string[] Persons(IReadOnlyList<string> texts) =>
        [.. Split(texts).Select(InTitleCase).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>"lily-of-the-valley" becomes "Lily-of-the-Valley"; a text with a capital is left as it is.</summary>
    public static string InTitleCase(string text) => text.Any(char.IsUpper) ? text : Capitalised(text);

    public static bool IsPlaceholder(string text) => text.Length <= 9 && Placeholders.Contains(text.Trim());

    private static string Capitalised(string text) => Words().Replace(text, word =>
        word.Index > 0 && SmallWords.Contains(word.Value) ? word.Value
        : RomanNumerals.Contains(word.Value) ? word.Value.ToUpperInvariant()
        : string.Concat(word.Value[..1].ToUpperInvariant(), word.Value.AsSpan(1)));

    private static readonly HashSet<string> SmallWords = new(["and", "at", "d", "de", "del", "des", "di", "du", "et", "for", "from", "in", "of", "on", "or", "the", "to", "with"], StringComparer.Ordinal);

    private static readonly HashSet<string> RomanNumerals = new(["ii", "iii", "iv", "vi", "vii", "viii", "ix"], StringComparer.Ordinal);

    private static readonly HashSet<string> Placeholders = new(["unknown", "n/a", "na", "nan", "null", "none", "-", "–", "—", "?"], StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> Split(IReadOnlyList<string> texts) => texts
        .SelectMany(text => Parts(Line(text)))
        .Where(text => text.Length > 0 && !IsProse(text) && !IsPlaceholder(text));

    /// <summary>What stands between the commas; a comma in brackets that are closed is part of the text.</summary>
    private static List<string> Parts(string text)
    {
        var parts = new List<string>();
        var lastClosing = text.LastIndexOf(')');
        var (start, inBrackets) = (0, false);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && !inBrackets))
            {
                parts.Add(text[start..i].Trim(' ', '.', ';', '|'));
                start = i + 1;
            }
            else if (text[i] is '(' or ')')
            {
                inBrackets = text[i] == '(' && lastClosing > i;
            }
        }
        return parts;
    }

    private static bool IsProse(string text) => text.Length > 60;

    private static string Clean(string text, bool keepLines)
    {
        if (IsPlain(text))
            return text;
        if (text.Contains('&', StringComparison.Ordinal))
            text = WebUtility.HtmlDecode(text);
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\0')
                throw new FormatException("a text contains U+0000");
            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                    throw new FormatException("a text contains half a character (a lone surrogate)");
                clean.Append(c).Append(text[++i]);
            }
            else if (c == '\n' && keepLines)
            {
                TrimEnd(clean);
                clean.Append('\n');
            }
            else if (char.IsWhiteSpace(c))
            {
                if (clean.Length > 0 && clean[^1] is not (' ' or '\n'))
                    clean.Append(' ');
            }
            else if (char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned) && c is not ('\uFEFF' or '\u200B'))
            {
                clean.Append(c);
            }
        }
        return ManyLines().Replace(clean.ToString().Trim(), "\n\n").Normalize(NormalizationForm.FormC);
    }

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || text[0] == ' ' || text[^1] == ' ')
            return text.Length == 0;
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' or '&')
                return false;
        }
        return !text.Contains("  ", StringComparison.Ordinal);
    }

    private static void TrimEnd(StringBuilder text)
    {
        while (text.Length > 0 && text[^1] == ' ')
            text.Length--;
    }

    [GeneratedRegex(@"(?:^| )(?:and|&) ", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex LastComma();

    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Words();

    [GeneratedRegex(@"\n{3,}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex ManyLines();
}
