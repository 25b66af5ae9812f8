using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Catalogue;

public sealed class NormalisationTests
{
    [Fact]
    public async Task Columns_of_slugs_become_names()
    {
        var rows = await Files.Rows(
            """
            Perfume;Brand;Year
            sel-de-mer-2024;maison-du-test;2024
            l-eau-d-ambre;maison-du-test;
            angel-s-lane;aura;
            aura;atelier;
            tabac-viii;bois;
            """);
        rows.Select(row => row.Fragrance!.Name).ShouldBe(["Sel de Mer 2024", "L'Eau d'Ambre", "Angel's Lane", "Aura", "Tabac VIII"]);
        rows.Select(row => row.Fragrance!.Brand).ShouldBe(["Maison du Test", "Maison du Test", "Aura", "Atelier", "Bois"]);
    }

    [Fact]
    public async Task Names_in_lower_case_are_no_slugs_where_the_column_shows_others()
    {
        var rows = await Files.Rows("Name;Brand\nnineteen-69;aroma m\nTwo Words;house\n");
        rows.Select(row => row.Fragrance!.Name).ShouldBe(["nineteen-69", "Two Words"]);
        rows[0].Fragrance!.Brand.ShouldBe("aroma m");
    }

    [Theory]
    [InlineData("male", "Masculine")]
    [InlineData("Pour Homme", "Masculine")]
    [InlineData("for women", "Feminine")]
    [InlineData("F", "Feminine")]
    [InlineData("women and men", "Unisex")]
    [InlineData("UNISEX", "Unisex")]
    [InlineData("cats", "")]
    [InlineData("unknown", "")]
    public async Task Genders_have_three_words(string text, string gender) =>
        (await Files.With($"\"gender\": \"{text}\"")).Gender.ShouldBe(gender);

    [Theory]
    [InlineData("mid range", "Mid-range")]
    [InlineData("NICHE", "Niche")]
    [InlineData("12 €", "")]
    public async Task A_price_range_is_taken_where_it_is_stated(string text, string range) =>
        (await Files.With($"\"priceRange\": \"{text}\"")).PriceRange.ShouldBe(range);

    [Theory]
    [InlineData("Onde Eau de Parfum", "", "Eau de Parfum", "onde")]
    [InlineData("Onde - Eau de Toilette", "", "Eau de Toilette", "onde")]
    [InlineData("Onde EDP", "Eau de Parfum", "Eau de Parfum", "onde")]
    [InlineData("Onde", "EDP", "Eau de Parfum", "onde")]
    [InlineData("Onde Parfum Extrait ...", "", "Extrait de Parfum", "onde")]
    [InlineData("Onde Parfum", "", "Parfum", "onde")]
    [InlineData("Onde EDT", "Eau de Parfum", "Eau de Parfum", "onde edt")]
    [InlineData("Onde Eau de Parfum Intense", "", "Eau de Parfum", "onde eau de parfum intense")]
    [InlineData("Onde Le Parfum", "", "", "onde le parfum")]
    [InlineData("Onde Cologne", "", "", "onde cologne")]
    [InlineData("Onde Elixir", "", "", "onde elixir")]
    [InlineData("Onde Eau Fraîche", "", "", "onde eau fraiche")]
    [InlineData("Onde", "eau fraiche", "Eau Fraîche", "onde")]
    [InlineData("Eau de Cologne", "", "Eau de Cologne", "eau de cologne")]
    [InlineData("The Eau de Parfum", "", "Eau de Parfum", "the eau de parfum")]
    [InlineData("Credp", "", "", "credp")]
    [InlineData("Onde", "Esprit de Parfum", "Esprit de Parfum", "onde")]
    public async Task The_strength_is_told_from_the_name_and_is_no_part_of_the_identity(string name, string stated, string concentration, string key)
    {
        var fragrance = await Files.Only($$"""[{"name": "{{name}}", "brand": "House", "concentration": "{{stated}}"}]""");
        fragrance.Name.ShouldBe(name);
        fragrance.Concentration.ShouldBe(concentration);
        fragrance.NameKey.ShouldBe(key);
    }

    [Theory]
    [InlineData("L’Eau d'Été", "L'EAU D’ETE")]
    [InlineData("Œillet & Straße", "Oeillet - Strasse")]
    [InlineData("№5", "No. 5")]
    [InlineData("Ｗｉｄｅ", "wide")]
    public async Task Identity_does_not_depend_on_accents_case_ligatures_or_punctuation(string one, string other)
    {
        var rows = await Files.Rows($$"""[{"name": "{{one}}", "brand": "{{other}}"}, {"name": "{{other}}", "brand": "{{one}}"}]""");
        rows[0].Fragrance!.NameKey.ShouldBe(rows[1].Fragrance!.NameKey);
        rows[0].Fragrance!.BrandKey.ShouldBe(rows[1].Fragrance!.BrandKey);
    }

    [Theory]
    [InlineData("bergamot, lily-of-the-valley, Iso E super", "Bergamot|Lily-of-the-Valley|Iso E Super")]
    [InlineData(" Cedar, rose de mai , musk and vanilla.", "Cedar|Rose de Mai|Musk|Vanilla")]
    [InlineData("Lavender (French, English), amber", "Lavender (French, English)|Amber")]
    [InlineData("Rose, rose, unknown, ", "Rose")]
    [InlineData("Rose, oud. And here begins a sentence that somebody copied from a page about this perfume, dark, smoky", "Rose")]
    public async Task A_list_of_notes_without_a_pyramid_is_the_heart(string text, string notes)
    {
        var fragrance = await Files.With($"\"notes\": \"{text}\"");
        fragrance.MiddleNotes.ShouldBe(notes.Split('|'));
        fragrance.TopNotes.ShouldBeEmpty();
        fragrance.BaseNotes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"woody\", \"chypre\"", "Chypre")]
    [InlineData("\"smoky\", \"warm spicy\", \"woody\"", "Spicy")]
    [InlineData("\"White Floral\"", "Floral")]
    [InlineData("\"rubber\"", "")]
    public async Task The_family_follows_from_the_accords(string accords, string family) =>
        (await Files.With($"\"accords\": [{accords}]")).FamilyOfAccords.ShouldBe(family);

    [Fact]
    public async Task Texts_are_cleaned()
    {
        var fragrance = await Files.Only(
            """[{"name": "  Caf\u00e9 &amp;\tTonka\u200b ", "brand": "Cafe\u0301", "description": " One &quot;two&quot;\r\n\r\n\r\n\r\n  three\u0007 ", "imageUrl": "javascript:alert(1)"}]""");
        fragrance.Name.ShouldBe("Café & Tonka");
        fragrance.Brand.ShouldBe("Café");
        fragrance.Description.ShouldBe("One \"two\"\n\nthree");
        fragrance.ImageUrl.ShouldBe("");
    }

    [Fact]
    public async Task What_is_not_said_stays_empty()
    {
        var fragrance = await Files.With("\"gender\": null, \"year\": 0, \"rating\": 0, \"votes\": \"0\", \"perfumers\": [\"unknown\", \"N/A\"], \"longevity\": [\"floral\"], \"sillage\": \"Villainous.\"");
        fragrance.Gender.ShouldBe("");
        fragrance.LaunchYear.ShouldBeNull();
        fragrance.Rating.ShouldBeNull();
        fragrance.Votes.ShouldBeNull();
        fragrance.Perfumers.ShouldBeEmpty();
        fragrance.Longevity.ShouldBe("");
        fragrance.Sillage.ShouldBe("");
        fragrance.PriceRange.ShouldBe("");
        fragrance.IsDiscontinued.ShouldBeNull();
    }

    [Fact]
    public async Task Wear_is_told_in_the_catalogues_words()
    {
        var fragrance = await Files.With("\"longevity\": \"very_long\", \"sillage\": \"enormous\", \"season\": [\"winter\", \"autumn\"]");
        fragrance.Longevity.ShouldBe("Very long");
        fragrance.Sillage.ShouldBe("Very strong");
        fragrance.Seasons.ShouldBe(["Fall", "Winter"]);
    }

    [Theory]
    [InlineData("\"year\": 2029", "year '2029' is not a year from 1000 to 2028")]
    [InlineData("\"year\": \"soon\"", "year 'soon' is not a year from 1000 to 2028")]
    [InlineData("\"rating\": \"7.5\"", "rating '7.5' is not a number from 0 to 5")]
    [InlineData("\"rating\": \"NaN5\"", "rating 'NaN5' is not a number from 0 to 5")]
    [InlineData("\"votes\": -3", "votes '-3' is not a whole number")]
    [InlineData("\"popularity\": 101", "popularity '101' is not a number from 0 to 100")]
    [InlineData("\"description\": \"a\\u0000b\"", "a text contains U+0000")]
    [InlineData("\"description\": \"a\\ud800b\"", "a text contains half a character (a lone surrogate)")]
    public async Task Rows_that_cannot_be_true_are_refused(string members, string reason) =>
        (await Files.Refusal(members)).ShouldBe(reason);

    [Fact]
    public async Task Names_are_needed_and_limited()
    {
        var rows = await Files.Rows(
            $$"""
            {"brand": "House"}
            {"name": "  ", "brand": "House"}
            {"name": "Onde"}
            {"name": ["Onde"], "brand": "House"}
            {"name": "{{new string('x', 201)}}", "brand": "House"}
            {"name": "{{string.Concat(Enumerable.Repeat('ﷺ', 150))}}", "brand": "House"}
            {"name": "1872", "brand": "???"}
            """);
        rows.Take(6).Select(row => row.Rejection).ShouldBe(
            ["name is missing", "name is missing", "brand is missing", "name is a list", "name is longer than 200 characters", "name is too long when written out"]);
        rows[6].Fragrance!.BrandKey.ShouldBe("???");
    }
}
