using System.Globalization;

namespace Colonnade.Narhub.Banking;

/// <summary>Amounts as text and as minor units; never as floating point.</summary>
public static class Amounts
{
    private const int MostDigits = 15;

    /// <summary>
    /// Minor units of an amount without sign and grouping, with at most two decimals (further ones must be zeros); null when it is none.
    /// </summary>
    public static long? MinorUnits(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        var whole = at < 0 ? text : text[..at];
        var decimals = at < 0 ? "" : text[(at + 1)..];
        if (whole.Length is 0 or > MostDigits || !whole.All(char.IsAsciiDigit) || !decimals.All(char.IsAsciiDigit) || (at >= 0 && decimals.Length == 0))
            return null;
        var cents = decimals.PadRight(2, '0');
        return cents[2..].All(static digit => digit == '0')
            ? long.Parse(whole, CultureInfo.InvariantCulture) * 100 + long.Parse(cents[..2], CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>As people read it: <c>40,000.00 EUR</c>.</summary>
    public static string Print(long minor, string currency) => string.Create(CultureInfo.InvariantCulture, $"{minor / 100m:#,##0.00} {currency}");

    internal static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
