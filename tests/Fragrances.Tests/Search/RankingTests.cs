using Colonnade.Fragrances.Search;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Search;

public sealed class RankingTests
{
    [Fact]
    public void A_name_is_better_than_a_brand_a_note_a_family_and_a_description()
    {
        var index = new Shelf()
            .Put("One", "House", description: "It smells of cedar.", popularity: 99)
            .Put("Two", "House", family: "Cedar", popularity: 98)
            .Put("Three", "House", ["Cedar"], popularity: 97)
            .Put("Four", "Cedar", popularity: 96)
            .Put("Cedar Five", "House", popularity: 1)
            .Index();
        index.Names("cedar").ShouldBe(["Cedar Five", "Four", "Three", "Two", "One"]);
    }

    [Fact]
    public void The_name_that_is_the_query_comes_before_more_popular_longer_names()
    {
        var index = new Shelf()
            .Put("Angel Nova", "Mugler", popularity: 99)
            .Put("Angel", "Mugler", popularity: 10)
            .Put("Dark Angel", "Noir", popularity: 98)
            .Index();
        index.Names("angel").ShouldBe(["Angel", "Angel Nova", "Dark Angel"]);
        index.Names("angle")[0].ShouldBe("Angel");
        index.Names("mugler angel")[0].ShouldBe("Angel");
    }

    [Fact]
    public void Strength_in_a_name_does_not_make_it_another_name()
    {
        var index = new Shelf()
            .Put("Trésor Midnight Rose", "Lancôme", popularity: 99)
            .Put("Trésor Eau de Parfum", "Lancôme", popularity: 50)
            .Put("Trésor", "Lancôme", popularity: 10)
            .Index();
        index.Names("tresor").ShouldBe(["Trésor", "Trésor Eau de Parfum", "Trésor Midnight Rose"]);
    }

    [Fact]
    public void Fewer_typos_come_first_wherever_they_stand()
    {
        var index = new Shelf().Put("Santos", "A", popularity: 99).Put("Other", "B", description: "said of a santol", popularity: 1).Index();
        index.Names("santol").ShouldBe(["Other", "Santos"]);
    }

    [Fact]
    public void Whole_words_come_before_beginnings_of_words_in_the_same_field()
    {
        var index = new Shelf().Put("Rosewood Nights", "A", popularity: 99).Put("Rose Nights", "B", popularity: 1).Index();
        index.Names("rose").ShouldBe(["Rose Nights", "Rosewood Nights"]);
    }

    [Fact]
    public void Words_side_by_side_come_first_and_in_order_before_reversed()
    {
        var index = new Shelf()
            .Put("White Tea and Musk", "A", popularity: 99)
            .Put("Musk White Flowers", "B", popularity: 98)
            .Put("White Musk Flowers", "C", popularity: 1)
            .Index();
        index.Names("white musk").ShouldBe(["White Musk Flowers", "Musk White Flowers", "White Tea and Musk"]);
    }

    [Fact]
    public void Words_of_two_notes_are_no_neighbours()
    {
        var index = new Shelf()
            .Put("One", "A", ["Pink Rose", "Pepper"], popularity: 99)
            .Put("Two", "B", ["Rose", "Pink Pepper"], popularity: 1)
            .Index();
        index.Names("pink pepper").ShouldBe(["Two", "One"]);
    }

    [Fact]
    public void Equals_are_ordered_by_popularity_then_name_then_id_and_the_unknown_come_last()
    {
        var index = new Shelf()
            .Put("Iris Bruma", "Second", popularity: 50)
            .Put("Iris Alba", "Third", popularity: 50)
            .Put("Iris Alba", "Fourth", popularity: 50)
            .Put("Iris Zeta", "First", popularity: 60)
            .Put("Iris 1900", "Last", popularity: null)
            .Index();
        index.Search(new SearchQuery { Text = "iris" }).Ordinals.Select(index.Id).ShouldBe([4, 2, 3, 1, 5]);
    }

    [Fact]
    public void Relevance_can_be_turned_round()
    {
        var index = Shelf.OfClassics().Index();
        var best = index.Names(new SearchQuery { Text = "sauvage dior" });
        index.Names(new SearchQuery { Text = "sauvage dior", Descending = false }).ShouldBe(best.Reverse());
    }

    [Fact]
    public void A_sort_that_was_asked_for_replaces_relevance()
    {
        var index = Shelf.OfClassics().Index();
        index.Names(new SearchQuery { Text = "dior", BrandIds = [1], Sort = SearchSort.Name }).ShouldBe(["Eau Sauvage", "J'adore", "Sauvage", "Sauvage Elixir"]);
        index.Names(new SearchQuery { Text = "dior", BrandIds = [1], Sort = SearchSort.Name, Descending = true }).ShouldBe(["Sauvage Elixir", "Sauvage", "J'adore", "Eau Sauvage"]);
        index.Names(new SearchQuery { Text = "dior", BrandIds = [1], Sort = SearchSort.Year }).ShouldBe(["Sauvage Elixir", "Sauvage", "J'adore", "Eau Sauvage"]);
        index.Names(new SearchQuery { Text = "dior", BrandIds = [1], Sort = SearchSort.Year, Descending = false })[0].ShouldBe("Eau Sauvage");
        index.Names(new SearchQuery { Text = "dior", BrandIds = [1], Sort = SearchSort.Popularity, Descending = false })[0].ShouldBe("Eau Sauvage");
    }

    [Theory]
    [InlineData(SearchSort.Popularity, true)]
    [InlineData(SearchSort.Popularity, false)]
    [InlineData(SearchSort.Name, true)]
    [InlineData(SearchSort.Name, false)]
    [InlineData(SearchSort.Year, true)]
    [InlineData(SearchSort.Year, false)]
    public void Ties_are_broken_by_id_and_unknown_values_are_last_in_both_directions(SearchSort sort, bool descending)
    {
        var index = new Shelf()
            .Put("Same", "C", popularity: null, year: null)
            .Put("Same", "B", popularity: 5, year: 2000)
            .Put("Same", "A", popularity: 5, year: 2000)
            .Index();
        int[] expected = sort == SearchSort.Name ? [1, 2, 3] : [2, 3, 1];
        index.Search(new SearchQuery { Sort = sort, Descending = descending }).Ordinals.Select(index.Id).ShouldBe(expected);
    }

    [Theory]
    [InlineData("rose", SearchSort.Relevance, null)]
    [InlineData("rose musk", SearchSort.Relevance, false)]
    [InlineData("rose", SearchSort.Name, null)]
    [InlineData(null, SearchSort.Popularity, null)]
    [InlineData(null, SearchSort.Year, false)]
    public void Pages_never_overlap_and_leave_nothing_out(string? text, SearchSort sort, bool? descending)
    {
        var random = new Random(5);
        string[] words = ["Rose", "Musk", "Rosy", "Night", "Oud", "Rosemary"];
        var shelf = new Shelf();
        for (var i = 0; i < 3000; i++)
            shelf.Put($"{words[random.Next(6)]} {words[random.Next(6)]}", words[random.Next(6)], [words[random.Next(6)]], popularity: random.Next(4), year: 2000 + random.Next(3));
        var index = shelf.Index();

        var query = new SearchQuery { Text = text, Sort = sort, Descending = descending };
        var whole = index.Search(query with { Limit = int.MaxValue });
        whole.Ordinals.Count.ShouldBe(whole.Total);
        whole.Ordinals.Distinct().Count().ShouldBe(whole.Total);
        var paged = new List<int>();
        for (var offset = 0; offset < whole.Total; offset += 37)
            paged.AddRange(index.Search(query with { Offset = offset, Limit = 37 }).Ordinals);
        paged.ShouldBe(whole.Ordinals);
        index.Search(query with { Offset = whole.Total }).Ordinals.ShouldBeEmpty();
        index.Search(query with { Offset = int.MaxValue, Limit = int.MaxValue }).Total.ShouldBe(whole.Total);
        index.Search(query with { Limit = 0 }).Ordinals.ShouldBeEmpty();
    }

    [Fact]
    public void A_negative_page_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => SearchIndex.Empty.Search(new SearchQuery { Limit = -1 }));
        Should.Throw<ArgumentOutOfRangeException>(() => SearchIndex.Empty.Search(new SearchQuery { Offset = -1 }));
    }
}
