using System.Text;
using Colonnade.Fragrances.Search;

namespace Colonnade.Fragrances.Tests.Search;

/// <summary>A small catalogue written down in a test.</summary>
internal sealed class Shelf
{
    private readonly List<CatalogueEntry> entries = [];
    private readonly Dictionary<string, int> brands = new(StringComparer.Ordinal);

    public IReadOnlyList<CatalogueEntry> Entries => entries;

    public Shelf Put(
        string name, string brand, string[]? notes = null, string description = "", double? popularity = 50, string family = "",
        string concentration = "", string gender = "Unisex", string priceRange = "Luxury", int? year = null,
        string[]? accords = null, string[]? perfumers = null)
    {
        if (!brands.TryGetValue(brand, out var brandId)) brands[brand] = brandId = brands.Count + 1;
        var id = entries.Count + 1;
        entries.Add(new CatalogueEntry
        {
            Id = id,
            Name = name,
            BrandId = brandId,
            BrandName = brand,
            TopNotes = notes ?? [],
            Accords = accords ?? [],
            Perfumers = perfumers ?? [],
            Description = description,
            PopularityScore = popularity,
            Family = family,
            Concentration = concentration,
            Gender = gender,
            PriceRange = priceRange,
            LaunchYear = year,
            Json = Encoding.UTF8.GetBytes($"\"id\":{id}"),
        });
        return this;
    }

    public SearchIndex Index() => IndexOf(entries);

    public static SearchIndex IndexOf(IEnumerable<CatalogueEntry> entries)
    {
        var builder = new SearchIndexBuilder();
        foreach (var entry in entries) builder.Add(entry);
        return builder.Build();
    }

    /// <summary>Perfumes everybody knows.</summary>
    public static Shelf OfClassics() => new Shelf()
        .Put("Sauvage", "Dior", ["Calabrian Bergamot", "Pepper", "Ambroxan"], "Radically fresh, raw and noble.", 90, "Aromatic Fougère", "Eau de Toilette", "Masculine", year: 2015)
        .Put("Sauvage Elixir", "Dior", ["Cinnamon", "Nutmeg", "Lavender"], "A concentrate of spices.", 95, "Aromatic Fougère", "Parfum", "Masculine", year: 2021)
        .Put("Eau Sauvage", "Dior", ["Lemon", "Rosemary"], "The citrus of 1966.", 80, "Citrus", "Eau de Toilette", "Masculine", year: 1966)
        .Put("J'adore", "Dior", ["Ylang-Ylang", "Rose", "Jasmine"], "A bouquet.", 88, "Floral", "Eau de Parfum", "Feminine", year: 1999)
        .Put("N°5", "Chanel", ["Aldehydes", "Ylang-Ylang", "Rose"], "The most famous of all.", 92, "Floral", "Eau de Parfum", "Feminine", year: 1921)
        .Put("Bleu de Chanel", "Chanel", ["Grapefruit", "Incense"], "Woody and aromatic.", 94, "Woody", "Eau de Parfum", "Masculine", year: 2010)
        .Put("Terre d'Hermès", "Hermès", ["Orange", "Vetiver"], "Earth and sky.", 85, "Woody", "Eau de Toilette", "Masculine", year: 2006)
        .Put("L'Eau d'Issey", "Issey Miyake", ["Lotus", "Melon"], "Clear as water.", 70, "Aquatic", "Eau de Toilette", "Feminine", year: 1992)
        .Put("Acqua di Giò", "Giorgio Armani", ["Bergamot", "Sea Notes"], "The sea at noon.", 91, "Aquatic", "Eau de Toilette", "Masculine", year: 1996)
        .Put("Black Opium", "Yves Saint Laurent", ["Coffee", "Vanilla"], "Coffee at night.", 89, "Amber", "Eau de Parfum", "Feminine", year: 2014)
        .Put("Oud Wood", "Tom Ford", ["Oud", "Rosewood", "Cardamom"], "Rare wood.", 87, "Woody", "Eau de Parfum", "Unisex", "Niche", year: 2007)
        .Put("Tobacco Vanille", "Tom Ford", ["Tobacco Leaf", "Vanilla"], "A gentlemen's club.", 86, "Amber", "Eau de Parfum", "Unisex", "Niche", year: 2007)
        .Put("Boss Bottled", "Hugo Boss", ["Apple", "Cinnamon"], "Office and evening.", 75, "Woody", "Eau de Toilette", "Masculine", "Mid-range", year: 1998)
        .Put("1 Million", "Rabanne", ["Blood Mandarin", "Leather"], "A bar of gold.", 78, "Amber", "Eau de Toilette", "Masculine", "Mid-range", year: 2008)
        .Put("La Vie Est Belle", "Lancôme", ["Iris", "Praline"], "Life is beautiful.", 84, "Gourmand", "Eau de Parfum", "Feminine", year: 2012);
}

internal static class Found
{
    public static string[] Names(this SearchIndex index, SearchQuery query) => [.. index.Search(query).Ordinals.Select(index.Name)];

    public static string[] Names(this SearchIndex index, string text) => index.Names(new SearchQuery { Text = text });

    public static string First(this SearchIndex index, string text) => index.Names(text).FirstOrDefault() ?? "nothing";
}
