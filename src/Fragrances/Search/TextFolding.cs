using System.Globalization;
using System.Text;

namespace Colonnade.Fragrances.Search;

/// <summary>
/// Folding: spellings that mean the same become the same letters. NFKD without marks, lower case, œ → oe, ß → ss,
/// № and N° → no; an apostrophe vanishes, everything else that is neither letter nor digit separates words.
/// </summary>
public static class TextFolding
{
    /// <summary>What a character folds to when it is not a run of letters and digits.</summary>
    internal const string Separator = " ", Nothing = "", Apostrophe = "'", Ampersand = "&", Point = ".", Degree = "°";

    // One page of 256 folded characters each, filled when first met: a race writes equal strings.
    private static readonly string?[]?[] Pages = new string?[256][];

    [ThreadStatic]
    private static TokenList? keyTokens;

    /// <summary>
    /// The identity of a name: its folded words with one space between, so "L’Eau d'Issey", "LEAU DISSEY" and
    /// "l eau d issey" agree. Compared ordinally it also sorts as a reader expects. A name without any letter or
    /// digit is its own key.
    /// </summary>
    public static string Key(string text)
    {
        var tokens = keyTokens ??= new TokenList();
        tokens.Read(text, TokenForm.Key);
        if (tokens.Count == 0) return text.Trim().ToLowerInvariant();

        var key = new StringBuilder(text.Length + 4);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i > 0) key.Append(' ');
            key.Append(tokens.Letters(i));
        }
        return key.ToString();
    }

    /// <summary>The folded form of one character of the basic plane; letters and digits, or one of the constants.</summary>
    internal static string Fold(char character)
    {
        var page = Pages[character >> 8] ??= new string?[256];
        return page[character & 255] ??= char.IsSurrogate(character) ? Separator : Fold(new Rune(character));
    }

    internal static string Fold(Rune rune)
    {
        switch (rune.Value)
        {
            case '\'' or '`' or '´' or '‘' or '’' or '‛' or '′' or 'ʼ' or 'ʹ' or 'ʻ' or '＇': return Apostrophe;
            case '&' or '＆': return Ampersand;
            case '.' or '．': return Point;
            case '°': return Degree;
            case '™' or '℠' or '©' or '®': return Separator;
        }
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.Format:
            case UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark:
                return Nothing;
            case UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Control:
                return Separator;
        }

        var folded = new StringBuilder();
        foreach (var part in rune.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.IsLetter(part)) folded.Append(Plain(Rune.ToLowerInvariant(part)));
            else if (Rune.IsDigit(part)) folded.Append((char)('0' + (int)Rune.GetNumericValue(part)));
            else if (Rune.GetUnicodeCategory(part) is not (UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark)) folded.Append(' ');
        }
        return folded.ToString() switch { "" => Nothing, " " => Separator, var letters => letters };
    }

    private static string Plain(Rune letter) => letter.Value switch
    {
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' or 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ŋ' => "n",
        'ŧ' => "t",
        'ς' => "σ",
        _ => letter.ToString(),
    };
}
