using System.Globalization;
using System.Text.RegularExpressions;

namespace Colonnade.Narhub.Banking;

/// <summary>
/// A VAT identification number of a member state of the European Union (or Northern Ireland, <c>XI</c>), checked by its form only:
/// whether it is in force at this moment a registry would have to say. Greece is <c>EL</c>.
/// </summary>
public sealed partial record VatId
{
    private static readonly Dictionary<string, string> Forms = new(StringComparer.Ordinal)
    {
        ["AT"] = "U[0-9]{8}",
        ["BE"] = "[01][0-9]{9}",
        ["BG"] = "[0-9]{9,10}",
        ["CY"] = "[0-9]{8}[A-Z]",
        ["CZ"] = "[0-9]{8,10}",
        ["DE"] = "[0-9]{9}",
        ["DK"] = "[0-9]{8}",
        ["EE"] = "[0-9]{9}",
        ["EL"] = "[0-9]{9}",
        ["ES"] = "([A-Z][0-9]{7}[A-Z0-9]|[0-9]{8}[A-Z])",
        ["FI"] = "[0-9]{8}",
        ["FR"] = "[A-HJ-NP-Z0-9]{2}[0-9]{9}",
        ["HR"] = "[0-9]{11}",
        ["HU"] = "[0-9]{8}",
        ["IE"] = "([0-9][A-Z0-9+*][0-9]{5}[A-Z]|[0-9]{7}[A-Z]{2})",
        ["IT"] = "[0-9]{11}",
        ["LT"] = "([0-9]{9}|[0-9]{12})",
        ["LU"] = "[0-9]{8}",
        ["LV"] = "[0-9]{11}",
        ["MT"] = "[0-9]{8}",
        ["NL"] = "[A-Z0-9+*]{9}B[A-Z0-9+*]{2}",
        ["PL"] = "[0-9]{10}",
        ["PT"] = "[0-9]{9}",
        ["RO"] = "[0-9]{2,10}",
        ["SE"] = "[0-9]{12}",
        ["SI"] = "[0-9]{8}",
        ["SK"] = "[0-9]{10}",
        ["XI"] = "([0-9]{9}|[0-9]{12}|(GD|HA)[0-9]{3})",
    };

    private VatId(string text) => Text = text;

    /// <summary>Without blanks and punctuation, in capitals.</summary>
    public string Text { get; }

    /// <summary>The two letters before the number.</summary>
    public string Country => Text[..2];

    /// <summary>Null unless it has the form that its country gives such numbers; blanks, full stops, hyphens and small letters are taken.</summary>
    public static VatId? Parse(string? text)
    {
        var compact = Punctuation().Replace(text ?? "", "").ToUpper(CultureInfo.InvariantCulture);
        return compact.Length > 2
            && Forms.TryGetValue(compact[..2], out var form)
            && Regex.IsMatch(compact[2..], $"^{form}$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            ? new VatId(compact)
            : null;
    }

    /// <summary>
    /// Whether a sale to the bearer of this number is taxed where the bearer is: another member state than the seller's. Between
    /// Northern Ireland and the Union that holds for goods only, and what is sold here is none.
    /// </summary>
    /// <param name="sellerCountry">As in ISO 3166, so that Greece is <c>GR</c>, or as in VAT numbers.</param>
    public bool IsReverseCharge(string sellerCountry) =>
        Country != "XI" && Forms.ContainsKey(Of(sellerCountry)) && Country != Of(sellerCountry);

    private static string Of(string country) => country.Equals("GR", StringComparison.OrdinalIgnoreCase) ? "EL" : country.ToUpperInvariant();

    public override string ToString() => Text;

    [GeneratedRegex(@"[\s.\-/]", RegexOptions.None, 1000)]
    private static partial Regex Punctuation();
}
