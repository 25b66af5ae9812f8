using System.Globalization;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>Numbers as files write them: "1,42" and "1.42", "2,480 votes" and "2480.0". "" is unknown.</summary>
internal static class Numbers
{
    /// <exception cref="FormatException">Not a number from 0 to <paramref name="most"/>; the message is the reason.</exception>
    public static float? Decimal(string text, string what, float most)
    {
        if (text.Length == 0)
            return null;
        if (float.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= 0 && number <= most)
        {
            return number;
        }
        throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{what} '{Shown(text)}' is not a number from 0 to {most}"));
    }

    /// <summary>A count, with or without marks between the thousands; 0 is unknown.</summary>
    /// <exception cref="FormatException">Not a whole number; the message is the reason.</exception>
    public static int? Count(string text, string what)
    {
        if (text.Length == 0)
            return null;
        var digits = text.EndsWith(".0", StringComparison.Ordinal) || text.EndsWith(",0", StringComparison.Ordinal) ? text[..^2] : text;
        var groups = digits.Split(',', '.', ' ', '\'', '\u00A0', '\u202F');
        if (groups.Skip(1).All(group => group.Length == 3)
            && int.TryParse(string.Concat(groups), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return count == 0 ? null : count;
        }
        throw new FormatException($"{what} '{Shown(text)}' is not a whole number");
    }

    /// <summary>A year, alone ("2015", "2015.0") or at the head of a date ("2015-04-01"); 0 is unknown.</summary>
    /// <exception cref="FormatException">Not a year from 1000 to <paramref name="latest"/>; the message is the reason.</exception>
    public static int? Year(string text, int latest)
    {
        if (text.Length == 0)
            return null;
        var digits = text.Length > 4 && text[4] is '-' or '/' ? text[..4] : text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && (year == 0 || (year >= 1000 && year <= latest)))
            return year == 0 ? null : year;
        throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"year '{Shown(text)}' is not a year from 1000 to {latest}"));
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
