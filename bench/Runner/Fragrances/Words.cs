using System.Globalization;

namespace Colonnade.Bench.Fragrances;

/// <summary>The words of the made catalogue: those of the trade, and as many invented ones as a large catalogue has.</summary>
internal static class Words
{
    public static readonly IReadOnlyList<string> OfNames = Split(
        """
        Noir Rose Oud Nuit Amber Bois Fleur Musc Intense Blanc Royal Vanille Jasmin Soleil Iris Rouge Santal Bleu Or Ambre
        Vetiver Absolu Elixir Velvet Night Gold Secret Femme Homme Love Black White Wood Leather Cuir Tabac Encens Patchouli Neroli
        Figue Cèdre Été Lumière Légende Fraîche Orchidée Désir Étoile Rêve Mystère Printemps Lune Mer Ciel Terre Feu Océan Jardin
        Violette Tubéreuse Mimosa Lilas Pivoine Magnolia Gardenia Freesia Lavande Thé Miel Café Cacao Praline Caramel Cerise Pêche
        Poire Mangue Coco Citron Bergamote Mandarine Pamplemousse Gingembre Poivre Safran Cardamome Cannelle Silk Satin Cashmere
        Diamond Pearl Crystal Smoke Fire Ice Rain Storm Desert Island Garden Forest Moon Sun Star Sky Ocean River Dream Memory Whisper
        Kiss Heart Soul Desire Passion Pure Wild Free Sweet Dark Bright Deep Imperial Prestige Sport Summer Winter Midnight Sunset
        Dawn Mirage Oasis Sahara Riviera Capri Venezia Roma Milano Paris Kyoto Marrakech Istanbul Cairo Bombay Havana
        """);

    public static readonly IReadOnlyList<string> OfNotes = Split(
        """
        Bergamot Musk Vanilla Amber Sandalwood Jasmine Patchouli Rose Cedar Lemon Mandarin Vetiver Tonka,Bean Lavender Iris
        Pink,Pepper Orange,Blossom Cardamom Grapefruit Geranium Oakmoss Leather Violet Neroli Ylang-Ylang Black,Pepper Tuberose
        Labdanum Benzoin Saffron Cinnamon Nutmeg Ginger Orris Ambroxan Incense Oud Peach Pear Apple Raspberry Blackcurrant Freesia
        Peony Lily-of-the-Valley Magnolia Gardenia Heliotrope Mimosa Osmanthus Carnation Basil Mint Rosemary Sage Thyme Juniper
        Artemisia Galbanum Fig Coconut Almond Praline Caramel Honey Chocolate Coffee Rum Cognac Tobacco Tea Rice Milk Cashmeran
        Guaiac,Wood Cypress Pine Birch Myrrh Elemi Opoponax Styrax Tolu,Balsam Castoreum Civet Ambergris Sea,Salt Seaweed Water,Lily
        Lotus Cucumber Melon Watermelon Pineapple Mango Passionfruit Lychee Plum Cherry Strawberry Pomegranate Rhubarb Yuzu Lime
        Petitgrain Clary,Sage Cumin Coriander Clove Star,Anise Licorice Hay Moss Suede Aldehydes Orchid Narcissus Hyacinth Lilac Marigold
        """, joined: true);

    public static readonly IReadOnlyList<string> BeforeNotes = Split(
        "Calabrian Sicilian Bulgarian Turkish Indian Haitian Egyptian Moroccan Virginian Madagascan Italian Indonesian White Wild Smoked Sweet");

    public static readonly IReadOnlyList<string> OfAccords = Split(
        """
        woody sweet floral citrus aromatic powdery amber fruity musky vanilla fresh,spicy warm,spicy white,floral rose green earthy balsamic
        leather fresh aquatic soft,spicy smoky oud lavender patchouli iris tropical honey almond coffee tobacco herbal mossy marine
        """, joined: true);

    public static readonly IReadOnlyList<string> OfTexts = Split(
        """
        the of and a in with to is for that this from it by on its notes fragrance scent perfume heart base top warm fresh opens skin
        an as at into rich soft which are elegant blend composition woody floral sensual accord dry down bouquet touch depth light bright
        modern classic signature evening summer trail lasting intense delicate spicy sweet creamy smoky green citrus amber musk rose
        jasmine vanilla sandalwood patchouli inspired house perfumer bottle created launched wears day night memory garden journey
        radiant luminous mysterious velvety powdery sparkling addictive refined bold timeless unexpected harmony contrast freshness warmth
        """);

    public static readonly IReadOnlyList<string> OfPersons = Split(
        "Alba Bruno Carla Dario Elise Florian Greta Hugo Ines Jonas Katrin Leon Mara Nils Olga Paul Quentin Rosa Silvio Tilda Ugo Vera Wanda Yves");

    public static readonly IReadOnlyList<string> OfCountries = Split(
        "France Italy Spain Germany Austria Sweden Portugal Greece Poland Japan India Oman Brazil Canada Mexico Australia");

    private static readonly string[] Beginnings = ["b", "br", "c", "cl", "d", "f", "fl", "g", "gr", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "z", ""];
    private static readonly string[] Middles = ["a", "e", "i", "o", "u", "ae", "ia", "ou", "ei"];
    private static readonly string[] Ends = ["", "", "", "l", "n", "r", "s", "th", "nd", "x"];

    /// <summary>Different words nobody has used, with capitals.</summary>
    public static List<string> Invent(Dice dice, int count, IEnumerable<string> taken)
    {
        var known = new HashSet<string>(taken, StringComparer.OrdinalIgnoreCase);
        var invented = new List<string>(count);
        while (invented.Count < count)
        {
            var word = "";
            for (var syllables = 2 + dice.Below(2); syllables > 0; syllables--)
                word += dice.Of(Beginnings) + dice.Of(Middles) + (syllables == 1 ? dice.Of(Ends) : "");
            if (word.Length >= 4 && known.Add(word)) invented.Add(char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]);
        }

        return invented;
    }

    private static string[] Split(string text, bool joined = false)
    {
        var words = text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return joined ? [.. words.Select(word => word.Replace(',', ' '))] : words;
    }
}
