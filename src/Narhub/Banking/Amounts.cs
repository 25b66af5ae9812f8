using System.Globalization;

namespace Colonnade.Narhub.Banking;

/// <summary>Amounts as text and as minor units; never as floating point.</summary>
public static class Amounts
{
    private const int MostDigits = 14;

    /// <summary>
    /// Minor units of an amount without sign and grouping; null when it is none, or has more decimals than its currency, unless those
    /// are zeros.
    /// </summary>
    public static long? MinorUnits(string text, char separator, string currency)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        var whole = at < 0 ? text : text[..at];
        var decimals = at < 0 ? "" : text[(at + 1)..];
        if (whole.Length is 0 or > MostDigits || !whole.All(char.IsAsciiDigit) || !decimals.All(char.IsAsciiDigit) || (at >= 0 && decimals.Length == 0))
            return null;
        var kept = Currencies.Decimals(currency);
        var padded = decimals.PadRight(kept, '0');
        return padded[kept..].All(static digit => digit == '0') ? long.Parse(whole + padded[..kept], CultureInfo.InvariantCulture) : null;
    }

    /// <summary>As people read it: <c>40,000.00 EUR</c>.</summary>
    public static string Print(long minor, string currency) => $"{Plain(minor, currency, "#,##0")} {currency}";

    /// <summary>As programs read it: <c>40000.00</c>.</summary>
    public static string Plain(long minor, string currency) => Plain(minor, currency, "0");

    internal static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static string Plain(long minor, string currency, string whole)
    {
        var decimals = Currencies.Decimals(currency);
        decimal unit = decimals switch { 0 => 1m, 3 => 1000m, _ => 100m };
        return (minor / unit).ToString(decimals == 0 ? whole : whole + "." + new string('0', decimals), CultureInfo.InvariantCulture);
    }
}
