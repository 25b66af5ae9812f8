namespace Colonnade.Bench.Fragrances;

/// <summary>What people type: a search as it should be, and as it was typed.</summary>
internal sealed record Typed(string Right, string Wrong);

/// <summary>Searches for fragrances of the made catalogue, the same in every run.</summary>
internal static class SearchTexts
{
    private const int ShortestMistyped = 4;

    /// <summary>
    /// One to three words of a fragrance that is there, in equal parts: of its name; of its brand and name; of its brand,
    /// name and notes. In <see cref="Typed.Wrong"/> one word, of four letters or more, has one typing error: a letter
    /// left out, put in, exchanged, or two transposed.
    /// </summary>
    public static List<Typed> Mistyped(IReadOnlyList<MadeFragrance> catalogue, int count)
    {
        var dice = new Dice(30);
        var typed = new List<Typed>(count);
        while (typed.Count < count)
        {
            var fragrance = dice.Of(catalogue);
            var name = Tokens(fragrance.Name);
            var brand = Tokens(fragrance.Brand);
            var notes = Tokens(dice.Of(fragrance.BaseNotes));
            string[] words = (typed.Count % 3) switch
            {
                0 when name.Length > 0 => [dice.Of(name)],
                1 when name.Length > 0 && brand.Length > 0 => [dice.Of(brand), dice.Of(name)],
                2 when name.Length > 0 && brand.Length > 0 && notes.Length > 0 => [dice.Of(brand), dice.Of(name), dice.Of(notes)],
                _ => [],
            };
            var long4 = Enumerable.Range(0, words.Length).Where(word => words[word].Length >= ShortestMistyped).ToArray();
            if (long4.Length == 0) continue;
            var wrong = words.ToArray();
            var chosen = dice.Of(long4);
            wrong[chosen] = Mistype(words[chosen], dice);
            if (wrong[chosen] != words[chosen]) typed.Add(new Typed(string.Join(' ', words), string.Join(' ', wrong)));
        }

        return typed;
    }

    /// <summary>The beginnings of names, two to eight letters long, as a person has typed them so far.</summary>
    public static List<string> Begun(IReadOnlyList<MadeFragrance> catalogue, int count)
    {
        var dice = new Dice(40);
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
            {
                var name = dice.Of(catalogue).Name.ToLowerInvariant();
                return name[..Math.Min(name.Length, 2 + dice.Below(7))].Trim();
            }),
        ];
    }

    private static string Mistype(string word, Dice dice)
    {
        var at = dice.Below(word.Length);
        var letter = (char)('a' + dice.Below(26));
        return dice.Below(4) switch
        {
            0 => word.Remove(at, 1),
            1 => word.Insert(at, letter.ToString()),
            2 => $"{word[..at]}{letter}{word[(at + 1)..]}",
            _ when at + 1 < word.Length => $"{word[..at]}{word[at + 1]}{word[at]}{word[(at + 2)..]}",
            _ => word,
        };
    }

    // Plain letters only: the control's text search knows no folding, and gets words it can find.
    private static string[] Tokens(string text) =>
        [.. text.ToLowerInvariant().Split(' ', '-').Where(word => word.Length >= 3 && word.All(char.IsAsciiLetter))];
}
