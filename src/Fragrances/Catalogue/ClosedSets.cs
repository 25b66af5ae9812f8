using Colonnade.Fragrances.Search;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>The words of closed sets, as files write them, in the catalogue's own; "" for what is not understood.</summary>
internal static class ClosedSets
{
    /// <summary>"male", "pour homme", "for women and men" …</summary>
    public static string Gender(string text)
    {
        var (masculine, feminine) = (false, false);
        foreach (var word in TextFolding.Key(text).Split(' '))
        {
            switch (word)
            {
                case "male" or "males" or "man" or "men" or "mens" or "masculine" or "him" or "homme" or "hommes" or "uomo" or "herren" or "hombre" or "m":
                    masculine = true;
                    break;
                case "female" or "females" or "woman" or "women" or "womens" or "feminine" or "her" or "femme" or "femmes" or "donna" or "damen" or "mujer" or "f":
                    feminine = true;
                    break;
                case "unisex" or "shared" or "both" or "everyone":
                    (masculine, feminine) = (true, true);
                    break;
                case "for" or "and" or "pour" or "per" or "fur" or "para" or "et" or "the":
                    break;
                default:
                    return "";
            }
        }
        return (masculine, feminine) switch
        {
            (true, true) => "Unisex",
            (true, false) => "Masculine",
            (false, true) => "Feminine",
            _ => "",
        };
    }

    public static string PriceRange(string text) => TextFolding.Key(text) switch
    {
        "budget" => "Budget",
        "mid range" or "midrange" => "Mid-range",
        "luxury" => "Luxury",
        "niche" => "Niche",
        _ => "",
    };

    public static string Longevity(string text) => TextFolding.Key(text) switch
    {
        "very short" or "short" or "very weak" or "weak" or "poor" => "Short",
        "moderate" or "medium" or "average" => "Moderate",
        "long" or "long lasting" => "Long",
        "very long" or "very long lasting" or "eternal" => "Very long",
        _ => "",
    };

    public static string Sillage(string text) => TextFolding.Key(text) switch
    {
        "soft" or "intimate" or "weak" => "Soft",
        "moderate" or "medium" or "average" => "Moderate",
        "strong" or "heavy" => "Strong",
        "very strong" or "enormous" => "Very strong",
        _ => "",
    };

    /// <summary>Seasons in the order of the year, each once; "any" is all of them.</summary>
    public static string[] Seasons(string[] texts)
    {
        var all = texts.Any(text => text is "any" or "all" or "all year");
        return [.. Year.Where(season => all || texts.Contains(season.ToLowerInvariant()) || (season == "Fall" && texts.Contains("autumn")))];
    }

    public static bool? YesOrNo(string text) => TextFolding.Key(text) switch
    {
        "true" or "yes" or "1" => true,
        "false" or "no" or "0" => false,
        _ => null,
    };

    private static readonly string[] Year = ["Spring", "Summer", "Fall", "Winter"];
}
