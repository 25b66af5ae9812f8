namespace Colonnade.Fragrances.Search;

/// <summary>
/// Words that mean the same. They are added to the catalogue's texts when these are indexed, so one word of a query
/// stays one word: "edp" is found wherever "eau de parfum" stands, at no cost to the search.
/// </summary>
public static class Synonyms
{
    private static readonly string[] Concentrations =
    [
        "eau de parfum = edp",
        "eau de toilette = edt",
        "eau de cologne = edc",
        "extrait de parfum = extrait",
    ];

    private static readonly string[] Houses =
    [
        "armani = giorgio armani = emporio armani",
        "bulgari = bvlgari",
        "ck = calvin klein",
        "cdg = comme des garcons",
        "ch = carolina herrera",
        "dior = christian dior",
        "dg = dolce gabbana",
        "frederic malle = editions de parfums frederic malle = edpfm",
        "jpg = gaultier = jean paul gaultier",
        "lv = louis vuitton",
        "mfk = kurkdjian = maison francis kurkdjian",
        "mmm = maison margiela = martin margiela",
        "mugler = thierry mugler",
        "nr = narciso rodriguez",
        "pdm = parfums de marly",
        "rabanne = paco rabanne",
        "tf = tom ford",
        "vr = viktor rolf",
        "ysl = saint laurent = yves saint laurent",
    ];

    private static readonly string[] Names =
    [
        "acqua di gio = adg",
        "baccarat rouge = br",
        "bleu de chanel = bdc",
        "la vie est belle = lveb",
        "one = 1",
        "two = 2",
        "three = 3",
        "four = 4",
        "five = 5",
        "seven = 7",
        "nine = 9",
        "twenty one = 21",
    ];

    private static readonly string[] Materials =
    [
        "amber = ambre",
        "ambroxan = ambrox",
        "cedar = cedarwood = cedre",
        "frankincense = olibanum = encens",
        "iris = orris",
        "iris root = orris root",
        "jasmine = jasmin",
        "leather = cuir",
        "musk = musc",
        "oud = agarwood = oudh = aoud",
        "sandalwood = santal",
        "tobacco = tabac",
        "vanilla = vanille",
        "vetiver = vetyver",
        "ylang = ylang ylang",
    ];

    private static readonly HashSet<string> Everywhere = new(StringComparer.Ordinal)
    {
        "a", "and", "by", "for", "from", "fragrance", "fragrances", "in", "of", "perfume", "perfumes", "scent", "scents", "the", "with",
    };

    private sealed record Phrase(string[] Words, string[] Others, bool Concentration);

    private static readonly Dictionary<string, Phrase[]> Phrases = Read();

    private static readonly Dictionary<string, Phrase[]>.AlternateLookup<ReadOnlySpan<char>> ByFirstWord =
        Phrases.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> EverywhereWords =
        Everywhere.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True of words that describe every fragrance ("sauvage by dior", "perfume with oud").</summary>
    internal static bool SaysNothing(ReadOnlySpan<char> word) => EverywhereWords.Contains(word);

    /// <summary>True of the small words that people leave out of names ("terre hermes").</summary>
    internal static bool IsParticle(ReadOnlySpan<char> word) =>
        word is "a" or "and" or "d" or "de" or "des" or "di" or "du" or "et" or "l" or "la" or "le" or "les" or "of" or "the";

    /// <summary>How people call those a fragrance is made for, beside the documented word.</summary>
    internal static string WordsOfGender(string gender) => gender switch
    {
        "Masculine" => "Masculine men man male him mens",
        "Feminine" => "Feminine women woman female her womens ladies",
        "Unisex" => "Unisex everyone shared",
        _ => gender,
    };

    /// <summary>
    /// Adds to the words of a text what else they are called. Returns the positions (one bit each, below 32) at which
    /// only the concentration is told.
    /// </summary>
    internal static uint Expand(TokenList tokens)
    {
        var concentration = 0u;
        var count = tokens.Count;
        for (var i = 0; i < count; i++)
        {
            if (tokens[i].Extra || !ByFirstWord.TryGetValue(tokens.Letters(i), out var phrases)) continue;
            foreach (var phrase in phrases)
            {
                var last = Match(tokens, i, count, phrase.Words);
                if (last < 0) continue;
                var (from, to) = (tokens[i], tokens[last]);
                if (phrase.Concentration)
                    for (var position = from.Position; position <= to.Position && position < 32; position++) concentration |= 1u << position;
                foreach (var word in phrase.Others)
                    if (!Has(tokens, word)) tokens.AddExtra(word, from, to);
            }
        }
        return concentration;
    }

    private static int Match(TokenList tokens, int first, int count, string[] words)
    {
        var at = first;
        for (var w = 1; w < words.Length; w++)
        {
            do at++;
            while (at < count && tokens[at].Extra);
            if (at >= count || !tokens.Letters(at).SequenceEqual(words[w])) return -1;
        }
        return at;
    }

    private static bool Has(TokenList tokens, string word)
    {
        for (var i = 0; i < tokens.Count; i++)
            if (tokens.Letters(i).SequenceEqual(word)) return true;
        return false;
    }

    private static Dictionary<string, Phrase[]> Read()
    {
        var phrases = new List<Phrase>();
        foreach (var (lines, concentration) in new[] { (Concentrations, true), (Houses, false), (Names, false), (Materials, false) })
            foreach (var line in lines)
            {
                var group = line.Split('=', StringSplitOptions.TrimEntries);
                var words = group.SelectMany(member => member.Split(' ')).Distinct(StringComparer.Ordinal).ToArray();
                foreach (var member in group)
                {
                    var own = member.Split(' ');
                    phrases.Add(new Phrase(own, [.. words.Except(own, StringComparer.Ordinal)], concentration));
                }
            }
        return phrases.GroupBy(phrase => phrase.Words[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }
}
