using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Colonnade.Bench.Fragrances;

/// <summary>One fragrance of the made catalogue, with the keys a catalogue file has.</summary>
internal sealed record MadeFragrance
{
    public required string Name { get; init; }
    public required string Brand { get; init; }
    public required string Country { get; init; }
    public required string Gender { get; init; }
    public required int Year { get; init; }
    public required string Concentration { get; init; }
    public required string PriceRange { get; init; }
    public required string Description { get; init; }
    public required double Rating { get; init; }
    public required int Votes { get; init; }
    public required string[] TopNotes { get; init; }
    public required string[] MiddleNotes { get; init; }
    public required string[] BaseNotes { get; init; }
    public required string[] Accords { get; init; }
    public required string[] Perfumers { get; init; }
    public required string ImageUrl { get; init; }
}

/// <summary>
/// A catalogue as large as the largest there are, the same in every run: 1,500 brands, 8,000 words in names, 12,000 in
/// descriptions of 25 words, 12 notes of 600, everything drawn as often as words are in texts (Zipf).
/// </summary>
internal static class MadeCatalogue
{
    private const int Brands = 1_500;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] Genders = ["Masculine", "Feminine", "Unisex"];
    private static readonly string[] Strengths = ["Eau de Parfum", "Eau de Toilette", "Parfum", "Extrait de Parfum", "Eau de Cologne"];
    private static readonly string[] Prices = ["Budget", "Mid-range", "Luxury", "Niche"];

    public static List<MadeFragrance> Make(int count)
    {
        var dice = new Dice(20);
        var invented = Words.Invent(dice, 8_000 + 12_000 + Brands, Words.OfNames.Concat(Words.OfTexts));
        var nameWords = new Zipf([.. Words.OfNames, .. invented[..8_000]], 0.9);
        var textWords = new Zipf([.. Words.OfTexts, .. invented[8_000..20_000].Select(word => word.ToLowerInvariant())], 1.0);
        var brandNames = invented[20_000..].Select((word, number) => BrandName(word, number, dice)).ToArray();
        var countries = brandNames.ToDictionary(brand => brand, _ => dice.Of(Words.OfCountries), StringComparer.Ordinal);
        var brands = new Zipf(brandNames, 0.6);
        var notes = new Zipf([.. Words.OfNotes, .. Words.BeforeNotes.SelectMany(before => Words.OfNotes.Take(30), (before, note) => $"{before} {note}")], 0.8);
        var accords = new Zipf(Words.OfAccords, 0.7);
        var perfumers = new Zipf([.. Words.OfPersons.SelectMany(_ => invented.Take(20), (first, last) => $"{first} {last}")], 0.7);

        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var made = new List<MadeFragrance>(count);
        while (made.Count < count)
        {
            var brand = brands.Draw(dice);
            var name = string.Join(' ', nameWords.Draw(dice, NameLength(dice)));
            var strength = Strengths[Math.Min(dice.Below(Strengths.Length), dice.Below(Strengths.Length))];
            if (!taken.Add($"{brand}|{name}")) continue;
            var pyramid = notes.Draw(dice, 12);
            made.Add(new MadeFragrance
            {
                Name = name,
                Brand = brand,
                Country = countries[brand],
                Gender = dice.Of(Genders),
                Year = 2025 - (int)(70 * dice.Share() * dice.Share()),
                Concentration = strength,
                PriceRange = dice.Of(Prices),
                Description = Text(textWords, dice),
                Rating = Math.Round(2.5 + 2.4 * dice.Share(), 2),
                Votes = 1 + (int)Math.Pow(10, 4.5 * dice.Share()),
                TopNotes = pyramid[..3],
                MiddleNotes = pyramid[3..7],
                BaseNotes = pyramid[7..],
                Accords = accords.Draw(dice, 5),
                Perfumers = perfumers.Draw(dice, 1 + dice.Below(2)),
                ImageUrl = string.Create(CultureInfo.InvariantCulture, $"https://images.example.com/fragrances/{made.Count + 1}.jpg"),
            });
        }

        return made;
    }

    /// <summary>Writes one JSON object on each line.</summary>
    public static async Task Write(IEnumerable<MadeFragrance> catalogue, string path, CancellationToken stop)
    {
        await using var file = File.Create(path);
        foreach (var fragrance in catalogue)
        {
            await JsonSerializer.SerializeAsync(file, fragrance, Json, stop);
            file.WriteByte((byte)'\n');
        }
    }

    private static int NameLength(Dice dice) => dice.Share() switch
    {
        < 0.2 => 1,
        < 0.65 => 2,
        < 0.92 => 3,
        _ => 4,
    };

    private static string BrandName(string word, int number, Dice dice) => (number % 10) switch
    {
        0 => $"Maison {word}",
        1 => $"{word} Paris",
        2 => $"Parfums {word}",
        3 => $"{dice.Of(Words.OfPersons)} {word}",
        4 => $"Atelier {word}",
        5 => $"{word} & Co",
        _ => word,
    };

    private static string Text(Zipf words, Dice dice)
    {
        var text = new StringBuilder();
        for (var word = 0; word < 25; word++) text.Append(word == 0 ? "" : word == 12 ? ", " : " ").Append(words.Draw(dice));
        return text.Replace(text[0], char.ToUpperInvariant(text[0]), 0, 1).Append('.').ToString();
    }
}
