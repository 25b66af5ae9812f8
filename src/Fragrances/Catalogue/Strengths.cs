using System.Collections.Frozen;
using Colonnade.Fragrances.Search;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>
/// How strong a perfume is, and how to tell it from its name. "Libre", sold as Eau de Parfum, and "Libre EDP" are one perfume:
/// a designation at the end of a name is no part of its identity. "Aventus Cologne", "Sauvage Elixir" and "Man Eau Fraîche" are works of their own.
/// </summary>
internal static class Strengths
{
    private const string EauDeParfum = "Eau de Parfum";
    private const string EauDeToilette = "Eau de Toilette";
    private const string EauDeCologne = "Eau de Cologne";
    private const string Parfum = "Parfum";
    private const string Extrait = "Extrait de Parfum";
    private const string Oil = "Perfume Oil";

    private static readonly FrozenDictionary<string, string> Designations = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["eau de parfum"] = EauDeParfum,
        ["eau de parfum spray"] = EauDeParfum,
        ["edp"] = EauDeParfum,
        ["eau de toilette"] = EauDeToilette,
        ["eau de toilette spray"] = EauDeToilette,
        ["edt"] = EauDeToilette,
        ["eau de cologne"] = EauDeCologne,
        ["eau de cologne spray"] = EauDeCologne,
        ["edc"] = EauDeCologne,
        ["extrait de parfum"] = Extrait,
        ["parfum extrait"] = Extrait,
        ["extrait"] = Extrait,
        ["perfume oil"] = Oil,
        ["fragrance oil"] = Oil,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] LongestFirst = [.. Designations.Keys.OrderByDescending(words => words.Length)];

    // "L'Eau", "The" or "Le" alone would not be a name.
    private static readonly FrozenSet<string> NoNames = FrozenSet.ToFrozenSet(["the", "le", "la", "l", "un", "une", "my"], StringComparer.Ordinal);

    /// <summary>The usual spelling of a stated strength: "EDP" → "Eau de Parfum"; others as they are.</summary>
    public static string Canonical(string stated)
    {
        var key = TextFolding.Key(stated);
        return key switch
        {
            "" => "",
            "parfum" or "perfume" or "pure parfum" => Parfum,
            "cologne" => EauDeCologne,
            "eau fraiche" => "Eau Fraîche",
            _ => Designations.GetValueOrDefault(key) ?? Texts.InTitleCase(stated),
        };
    }

    /// <summary>The strength, stated or told by the name ("" when neither), and the key of the name without it.</summary>
    public static (string Concentration, string NameKey) Of(string name, string stated)
    {
        var key = TextFolding.Key(name);
        var concentration = Canonical(stated);
        foreach (var words in LongestFirst)
        {
            var at = WordsIn(key, words);
            if (at < 0)
                continue;
            var told = Designations[words];
            var bare = at + words.Length == key.Length ? key[..at].TrimEnd() : "";
            if (concentration.Length > 0 && concentration != told)
                return (concentration, key);
            return (told, bare.Length == 0 || NoNames.Contains(bare) ? key : bare);
        }
        return concentration is "" or Parfum && key.EndsWith(" parfum", StringComparison.Ordinal) && !IsLeParfum(key)
            ? (Parfum, key[..^" parfum".Length])
            : (concentration, key);
    }

    // "Y Le Parfum" is a name: houses sell an eau de parfum under it.
    private static bool IsLeParfum(string key) => key.Split(' ') is [.., var article, _] && article is "le" or "un" or "mon" or "my" or "the" or "de" or "du";

    /// <summary>Where the words stand in the key as whole words, the last time; -1 if nowhere.</summary>
    private static int WordsIn(string key, string words)
    {
        var at = key.LastIndexOf(words, StringComparison.Ordinal);
        var end = at + words.Length;
        return at >= 0 && (at == 0 || key[at - 1] == ' ') && (end == key.Length || key[end] == ' ') ? at : -1;
    }
}
