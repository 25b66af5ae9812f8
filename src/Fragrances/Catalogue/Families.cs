using System.Collections.Frozen;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>The family of a perfume, told by its accords.</summary>
internal static class Families
{
    private static readonly FrozenDictionary<string, string> OfAccord = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["aldehydic"] = "Floral",
        ["floral"] = "Floral",
        ["iris"] = "Powdery",
        ["rose"] = "Floral",
        ["tuberose"] = "Floral",
        ["violet"] = "Floral",
        ["white floral"] = "Floral",
        ["yellow floral"] = "Floral",
        ["powdery"] = "Powdery",
        ["fruity"] = "Fruity",
        ["cherry"] = "Fruity",
        ["tropical"] = "Fruity",
        ["citrus"] = "Citrus",
        ["green"] = "Green",
        ["herbal"] = "Aromatic",
        ["aromatic"] = "Aromatic",
        ["lavender"] = "Aromatic",
        ["aquatic"] = "Aquatic",
        ["marine"] = "Aquatic",
        ["ozonic"] = "Aquatic",
        ["salty"] = "Aquatic",
        ["woody"] = "Woody",
        ["cedar"] = "Woody",
        ["conifer"] = "Woody",
        ["earthy"] = "Woody",
        ["oud"] = "Woody",
        ["patchouli"] = "Woody",
        ["sandalwood"] = "Woody",
        ["vetiver"] = "Woody",
        ["leather"] = "Leather",
        ["suede"] = "Leather",
        ["tobacco"] = "Leather",
        ["amber"] = "Amber",
        ["balsamic"] = "Amber",
        ["incense"] = "Amber",
        ["oriental"] = "Amber",
        ["resinous"] = "Amber",
        ["spicy"] = "Spicy",
        ["cinnamon"] = "Spicy",
        ["fresh spicy"] = "Aromatic",
        ["soft spicy"] = "Spicy",
        ["warm spicy"] = "Spicy",
        ["caramel"] = "Gourmand",
        ["chocolate"] = "Gourmand",
        ["coffee"] = "Gourmand",
        ["gourmand"] = "Gourmand",
        ["honey"] = "Gourmand",
        ["sweet"] = "Gourmand",
        ["vanilla"] = "Gourmand",
        ["musk"] = "Musk",
        ["musky"] = "Musk",
        ["clean"] = "Fresh",
        ["fresh"] = "Fresh",
        ["soapy"] = "Fresh",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Chypre and fougère are families wherever they stand; otherwise the strongest accord (they are listed by strength)
    /// that belongs to a family decides. "" when none does.
    /// </summary>
    public static string OfAccords(IReadOnlyList<string> accords)
    {
        foreach (var accord in accords)
        {
            if (accord == "chypre")
                return "Chypre";
            if (accord is "fougère" or "fougere")
                return "Fougère";
        }
        foreach (var accord in accords)
        {
            if (OfAccord.TryGetValue(accord, out var family))
                return family;
        }
        return "";
    }
}
