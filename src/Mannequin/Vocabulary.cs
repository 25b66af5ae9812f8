using Colonnade.Mannequin.Poses;

namespace Colonnade.Mannequin;

/// <summary>Which words of a prompt mean which value.</summary>
internal static class Vocabulary
{
    internal sealed record Meaning(string Value, IReadOnlyList<string> Words);

    public static readonly IReadOnlyList<Meaning> Bodies =
    [
        new("athletic", ["athletic", "athlete", "fit", "toned", "sporty", "lean muscular", "gymnast", "runner", "swimmer", "dancer"]),
        new("slim", ["slim", "thin", "slender", "lanky", "skinny", "lean", "wiry", "willowy"]),
        new("average", ["average", "normal", "ordinary", "regular"]),
        new("heavy", ["heavy", "fat", "overweight", "large", "plump", "chubby", "stout", "curvy", "plus size", "big", "rotund"]),
        new("muscular", ["muscular", "bodybuilder", "muscle", "muscles", "strong", "brawny", "hercules", "superhero", "wrestler", "warrior"]),
        new("petite", ["petite", "small", "short", "delicate", "tiny"]),
    ];

    public static readonly IReadOnlyList<Meaning> Poses =
        [.. Library.All.Select(stance => new Meaning(stance.Name, [stance.Name.Replace('_', ' '), .. stance.Words]))];

    /// <summary>Words for several poses, where none for one is said.</summary>
    public static readonly IReadOnlyList<Meaning> PoseGroups =
        [.. Library.All.Select(stance => stance.Group).Distinct(StringComparer.Ordinal).Where(group => !Library.ByName.ContainsKey(group)).Select(group => new Meaning(group, GroupWords(group)))];

    public static readonly IReadOnlyList<Meaning> Lightings =
    [
        new("flat", ["flat", "even light", "flat light", "overcast", "diffuse", "ambient light"]),
        new("dramatic", ["dramatic", "theatrical", "spotlight", "stage light", "cinematic", "hard light", "moody"]),
        new("rim", ["rim", "rim light", "backlit", "back light", "backlight", "silhouette", "contour light"]),
        new("chiaroscuro", ["chiaroscuro", "caravaggio", "rembrandt", "candlelight", "baroque", "tenebrism"]),
        new("high_key", ["high key", "bright", "airy", "white background"]),
        new("low_key", ["low key", "dark", "night", "noir", "shadowy"]),
        new("window", ["window", "window light", "vermeer", "north light", "natural light", "side light", "daylight", "morning light"]),
        new("three_point", ["three point", "three-point", "studio light", "studio lighting", "portrait light"]),
    ];

    public static readonly IReadOnlyList<Meaning> Clothes =
    [
        new("nude", ["nude", "unclothed", "bare", "mannequin", "anatomy", "anatomical", "ecorche"]),
        new("fitted", ["fitted", "leotard", "bodysuit", "swimsuit", "tights", "sportswear", "gym clothes", "leggings", "unitard"]),
        new("casual", ["casual", "t-shirt", "tshirt", "shirt", "jeans", "trousers", "pants", "shorts", "clothed", "everyday", "streetwear"]),
        new("draped", ["draped", "drapery", "toga", "cloth", "robe", "sari", "greek", "roman", "sheet", "tunic"]),
        new("dress", ["dress", "skirt", "gown", "frock"]),
        new("coat", ["coat", "overcoat", "trench coat", "jacket", "cloak", "cape", "winter clothes"]),
    ];

    public static readonly IReadOnlyList<Meaning> Backgrounds =
    [
        new("simple", ["simple", "plain", "blank", "neutral background", "white background", "no background", "paper"]),
        new("gradient", ["gradient", "backdrop", "vignette"]),
        new("studio", ["studio", "atelier", "life drawing", "life class", "photo studio", "classroom"]),
        new("grid", ["grid", "perspective grid", "perspective", "floor grid"]),
        new("outdoor", ["outdoor", "outdoors", "outside", "landscape", "horizon", "field", "beach", "meadow", "park", "nature", "desert", "sky", "street"]),
    ];

    public static readonly IReadOnlyList<Meaning> Views =
    [
        new("front", ["front", "front view", "frontal", "from the front", "facing"]),
        new("three_quarter", ["three quarter", "three-quarter", "3/4", "three quarter view"]),
        new("side", ["side view", "profile", "from the side", "side"]),
        new("back", ["back view", "rear view", "from behind", "from the back", "back"]),
        new("three_quarter_back", ["three quarter back", "three-quarter back"]),
        new("above", ["from above", "bird's eye", "birds eye", "high angle", "top view", "overhead", "above"]),
        new("below", ["from below", "worm's eye", "worms eye", "low angle", "below"]),
        new("wide", ["wide angle", "wide-angle", "wide", "extreme perspective", "fisheye"]),
        new("long", ["telephoto", "long lens", "no perspective"]),
    ];

    public static readonly IReadOnlyList<Meaning> Constructions =
    [
        new("none", []),
        new("gesture", ["gesture line", "line of action", "gesture"]),
        new("skeleton", ["skeleton", "stick figure", "joints", "bones"]),
        new("centre_lines", ["centre lines", "center lines", "centre line", "center line", "midline", "landmarks"]),
        new("boxes", ["boxes", "box forms", "bounding boxes", "loomis", "bridgman"]),
        new("all", ["construction", "construction lines", "construction overlay", "all"]),
    ];

    public static readonly IReadOnlyList<Meaning> Builds =
    [
        new(nameof(Build.Woman), ["woman", "women", "female", "lady", "she", "her", "feminine", "ballerina", "goddess", "venus", "queen", "girl"]),
        new(nameof(Build.Man), ["man", "men", "male", "gentleman", "he", "his", "masculine", "hercules", "david", "king", "god", "boy"]),
    ];

    /// <summary>What a text says: the value with the longest words in it, the earliest of equals; null when it says nothing of the kind.</summary>
    public static string? Find(IReadOnlyList<Meaning> among, string text)
    {
        var (found, longest, earliest) = ((string?)null, 0, int.MaxValue);
        foreach (var meaning in among)
        {
            foreach (var word in meaning.Words)
            {
                var at = IndexOf(text, word);
                if (at < 0 || word.Length < longest || (word.Length == longest && at >= earliest)) continue;
                (found, longest, earliest) = (meaning.Value, word.Length, at);
            }
        }

        return found;
    }

    /// <summary>What a filter says: a known value as it is, another by its words.</summary>
    public static string? Read(IReadOnlyList<Meaning> among, string value) =>
        among.FirstOrDefault(meaning => meaning.Value.Equals(value, StringComparison.OrdinalIgnoreCase))?.Value ?? Find(among, value.Replace('_', ' ').Replace('-', ' '));

    // Whole words only: "art" is not in "start".
    private static int IndexOf(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + word.Length == text.Length || !char.IsLetterOrDigit(text[at + word.Length]))) return at;
        }

        return -1;
    }

    private static IReadOnlyList<string> GroupWords(string group) => group switch
    {
        "action" => ["action", "dynamic", "active", "movement", "motion", "sport"],
        "lying" => ["laying", "on the floor", "on the ground", "resting"],
        _ => [group],
    };
}
