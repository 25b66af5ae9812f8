using System.Text;
using Colonnade.Fragrances.Search;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Search;

public sealed class SearchTests
{
    private static readonly SearchIndex Classics = Shelf.OfClassics().Index();

    [Theory]
    [InlineData("savage diro", "Sauvage")]
    [InlineData("suavage", "Sauvage")]
    [InlineData("dior sauvag", "Sauvage")]
    [InlineData("SAUVAGE DIOR", "Sauvage")]
    [InlineData("sauvage by dior", "Sauvage")]
    [InlineData("chanel no5", "N°5")]
    [InlineData("chanel № 5", "N°5")]
    [InlineData("chanl numero 5", "N°5")]
    [InlineData("jadore", "J'adore")]
    [InlineData("j adore", "J'adore")]
    [InlineData("j’adore", "J'adore")]
    [InlineData("leau dissey", "L'Eau d'Issey")]
    [InlineData("l eau d issey", "L'Eau d'Issey")]
    [InlineData("terre hermes", "Terre d'Hermès")]
    [InlineData("tere dhermes", "Terre d'Hermès")]
    [InlineData("ar mani", "Acqua di Giò")]
    [InlineData("emporio armani", "Acqua di Giò")]
    [InlineData("aqua di gio", "Acqua di Giò")]
    [InlineData("hugoboss", "Boss Bottled")]
    [InlineData("hugobos", "Boss Bottled")]
    [InlineData("ysl opim", "Black Opium")]
    [InlineData("black op", "Black Opium")]
    [InlineData("blak op", "Black Opium")]
    [InlineData("tomford tobaco", "Tobacco Vanille")]
    [InlineData("agarwood", "Oud Wood")]
    [InlineData("tobacco vanilla", "Tobacco Vanille")]
    [InlineData("one million", "1 Million")]
    [InlineData("paco rabanne", "1 Million")]
    [InlineData("la vie est bele", "La Vie Est Belle")]
    [InlineData("lavie est belle", "La Vie Est Belle")]
    [InlineData("blue chanel", "Bleu de Chanel")]
    public void The_fragrance_that_is_meant_comes_first(string text, string name) => Classics.First(text).ShouldBe(name);

    [Theory]
    [InlineData("edp", 7)]
    [InlineData("eau de parfum", 7)]
    [InlineData("gourmand", 1)]
    [InlineData("citrus", 1)]
    [InlineData("1966", 1)]
    [InlineData("women", 5)]
    [InlineData("calabrian bergamot", 1)]
    [InlineData("beautiful", 1)]
    public void Family_concentration_gender_year_notes_and_description_are_searched(string text, int total) =>
        Classics.Search(new SearchQuery { Text = text }).Total.ShouldBe(total);

    [Fact]
    public void A_split_word_costs_one_typo_and_a_whole_one_none()
    {
        var index = new Shelf().Put("Sea Salt", "Maritime", popularity: 99).Put("Seasalt", "Littoral", popularity: 1).Index();
        index.Names("seasalt").ShouldBe(["Seasalt", "Sea Salt"]);
        index.Names("sea salt").ShouldBe(["Sea Salt", "Seasalt"]);
    }

    [Fact]
    public void Elided_spellings_cost_nothing_in_any_direction()
    {
        var index = new Shelf().Put("L'Eau", "A", popularity: 1).Put("Leau", "B", popularity: 2).Put("L Eau", "C", popularity: 3).Index();
        foreach (var text in new[] { "L'Eau", "leau", "l eau", "L’EAU" })
            index.Search(new SearchQuery { Text = text }).Total.ShouldBe(3, text);
    }

    [Fact]
    public void Only_the_last_word_may_be_a_beginning()
    {
        Classics.Search(new SearchQuery { Text = "elix" }).Total.ShouldBe(1);
        Classics.Search(new SearchQuery { Text = "oud woo" }).Relaxed.ShouldBeFalse();
        Classics.Search(new SearchQuery { Text = "tob vanille" }).Relaxed.ShouldBeTrue();
    }

    [Fact]
    public void Short_words_are_forgiven_nothing()
    {
        Classics.Search(new SearchQuery { Text = "oux" }).Total.ShouldBe(0);
        Classics.Search(new SearchQuery { Text = "wxod" }).Total.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Every_word_must_match_but_any_field_will_do()
    {
        Classics.Names("dior jasmine").ShouldBe(["J'adore"]);
        Classics.Names("chanel incense woody").ShouldBe(["Bleu de Chanel"]);
    }

    [Fact]
    public void Words_are_dropped_from_the_end_when_nothing_has_them_all()
    {
        var result = Classics.Search(new SearchQuery { Text = "sauvage elixir xqxqxq" });
        result.Relaxed.ShouldBeTrue();
        result.Ordinals.Select(Classics.Name).ShouldBe(["Sauvage Elixir"]);
        Classics.Search(new SearchQuery { Text = "sauvage elixir" }).Relaxed.ShouldBeFalse();
    }

    [Fact]
    public void Dropped_words_still_bring_forward_who_has_them()
    {
        var result = Classics.Search(new SearchQuery { Text = "sauvage xqxqxq rosemary" });
        result.Relaxed.ShouldBeTrue();
        result.Ordinals.Select(Classics.Name).ShouldBe(["Eau Sauvage", "Sauvage", "Sauvage Elixir"]);
    }

    [Fact]
    public void A_first_word_that_nothing_has_is_dropped_too()
    {
        var result = Classics.Search(new SearchQuery { Text = "xqxqxq sauvage" });
        (result.Relaxed, result.Total).ShouldBe((true, 3));
    }

    [Fact]
    public void Words_are_dropped_within_the_filters()
    {
        var result = Classics.Search(new SearchQuery { Text = "sauvage cinnamon", YearTo = 2015 });
        result.Relaxed.ShouldBeTrue();
        result.Ordinals.Select(Classics.Name).ShouldBe(["Sauvage", "Eau Sauvage"]);
    }

    [Fact]
    public void Nothing_is_found_when_no_word_is_known()
    {
        var result = Classics.Search(new SearchQuery { Text = "the xqxqxq wvwvwv" });
        (result.Total, result.Relaxed, result.Ordinals.Count).ShouldBe((0, false, 0));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ?!* % ")]
    public void Punctuation_alone_is_browsing(string? text)
    {
        var result = Classics.Search(new SearchQuery { Text = text, Limit = 3 });
        result.Total.ShouldBe(15);
        result.Ordinals.Select(Classics.Name).ShouldBe(["Sauvage Elixir", "Bleu de Chanel", "N°5"]);
    }

    [Fact]
    public void A_document_gives_back_its_id_and_json()
    {
        foreach (var entry in Shelf.OfClassics().Entries)
        {
            var ordinal = Classics.OrdinalOf(entry.Id);
            Classics.Id(ordinal).ShouldBe(entry.Id);
            Classics.BrandName(ordinal).ShouldBe(entry.BrandName);
            Encoding.UTF8.GetString(Classics.Json(ordinal)).ShouldBe($"\"id\":{entry.Id}");
        }
        Classics.OrdinalOf(99).ShouldBe(-1);
    }

    [Fact]
    public void An_index_of_nothing_answers()
    {
        var result = SearchIndex.Empty.Search(new SearchQuery { Text = "dior", Facets = SearchFacets.All, Highlight = true });
        result.Total.ShouldBe(0);
        SearchIndex.Empty.Search(new SearchQuery { YearFrom = 2000, Notes = ["Rose"] }).Total.ShouldBe(0);
        SearchIndex.Empty.Suggest("d").ShouldBeEmpty();
        SearchIndex.Empty.Similar(1).ShouldBeEmpty();
    }

    [Fact]
    public void A_document_larger_than_a_chunk_of_the_store_is_refused_and_many_large_ones_are_kept()
    {
        var entry = new CatalogueEntry { Id = 1, Name = "Big", BrandId = 1, BrandName = "B" };
        Should.Throw<ArgumentException>(() => new SearchIndexBuilder().Add(entry with { Json = new byte[(1 << 20) + 1] }));

        var index = Shelf.IndexOf(Enumerable.Range(1, 5).Select(id => entry with { Id = id, Json = Enumerable.Repeat((byte)id, 700_000).ToArray() }));
        for (var id = 1; id <= 5; id++)
        {
            var json = index.Json(index.OrdinalOf(id)).ToArray();
            json.Length.ShouldBe(700_000);
            json.ShouldAllBe(octet => octet == id);
        }
    }
}
