using Colonnade.Fragrances.Search;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Search;

public sealed class SuggestionTests
{
    private static readonly SearchIndex Classics = Shelf.OfClassics().Index();

    [Theory]
    [InlineData("sauv", "Sauvage Elixir")]
    [InlineData("suav", "Sauvage Elixir")]
    [InlineData("sauvage", "Sauvage")]
    [InlineData("dior sauvage", "Sauvage")]
    [InlineData("j'ad", "J'adore")]
    [InlineData("lea", "L'Eau d'Issey")]
    [InlineData("no 5", "N°5")]
    [InlineData("acqua d", "Acqua di Giò")]
    [InlineData("dio", "Dior")]
    [InlineData("herm", "Hermès")]
    [InlineData("yves s", "Yves Saint Laurent")]
    [InlineData("hugobos", "Hugo Boss")]
    public void What_is_being_typed_is_completed(string text, string completion) => Classics.Suggest(text)[0].Text.ShouldBe(completion);

    [Fact]
    public void A_suggestion_tells_its_kind_its_id_and_its_brand()
    {
        var suggestions = Classics.Suggest("bos");
        suggestions[0].ShouldBe(new Suggestion(SuggestionKind.Brand, 8, "Hugo Boss", "Hugo Boss"));
        suggestions[1].ShouldBe(new Suggestion(SuggestionKind.Fragrance, 13, "Boss Bottled", "Hugo Boss"));
    }

    [Fact]
    public void Notes_and_descriptions_are_no_titles() => Classics.Suggest("bergamot").ShouldBeEmpty();

    [Fact]
    public void Without_words_nothing_is_suggested()
    {
        Classics.Suggest("").ShouldBeEmpty();
        Classics.Suggest("  ?! ").ShouldBeEmpty();
    }

    [Fact]
    public void The_popular_come_first_and_nothing_is_said_twice()
    {
        var shelf = new Shelf();
        for (var i = 0; i < 30; i++) shelf.Put("Mirage", "Oasis", popularity: 90, concentration: i % 2 == 0 ? "Eau de Parfum" : "Parfum");
        shelf.Put("MIRAGE", "Oasis", popularity: 91).Put("Mirador", "Tower", popularity: 95).Put("Miracle", "Saint", popularity: 20);
        shelf.Index().Suggest("mira").Select(suggestion => suggestion.Text).ShouldBe(["Mirador", "MIRAGE", "Miracle"]);
    }

    [Fact]
    public void Fewer_typos_come_before_popularity()
    {
        var index = new Shelf().Put("Marina", "A", popularity: 99).Put("Marino", "B", popularity: 1).Index();
        index.Suggest("marino").Select(suggestion => suggestion.Text).ShouldBe(["Marino", "Marina"]);
    }

    [Fact]
    public void There_are_ten_at_most()
    {
        var shelf = new Shelf();
        for (var i = 0; i < 40; i++) shelf.Put($"Rose {(char)('A' + i % 26)}{i}", $"House {i}");
        var index = shelf.Index();
        index.Suggest("rose").Count.ShouldBe(10);
        index.Suggest("rose", 3).Count.ShouldBe(3);
        index.Suggest("rose", 1000).Count.ShouldBe(10);
        index.Suggest("rose", 0).ShouldBeEmpty();
    }
}
