using System.Globalization;
using System.Text;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>Folded texts by which brands, names and strengths are told apart.</summary>
internal static class CatalogueKey
{
    /// <summary>The key of a text; of one that is all punctuation the text itself, in lower case.</summary>
    public static string Of(string text)
    {
        var folded = Fold(text);
        return folded.Length > 0 ? folded : text.ToLowerInvariant();
    }

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Replace("№", " no ", StringComparison.Ordinal).Normalize(NormalizationForm.FormKD))
        {
            if (char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark || c is '\'' or '’' or '‘' or '`' or '´' or 'ʼ')
                continue;
            _ = c switch
            {
                'œ' or 'Œ' => folded.Append("oe"),
                'æ' or 'Æ' => folded.Append("ae"),
                'ß' or 'ẞ' => folded.Append("ss"),
                'ø' or 'Ø' => folded.Append('o'),
                'ł' or 'Ł' => folded.Append('l'),
                _ when char.IsLetterOrDigit(c) || char.IsSurrogate(c) => folded.Append(char.ToLowerInvariant(c)),
                _ when folded.Length > 0 && folded[^1] != ' ' => folded.Append(' '),
                _ => folded,
            };
        }
        return folded.ToString().TrimEnd();
    }
}
