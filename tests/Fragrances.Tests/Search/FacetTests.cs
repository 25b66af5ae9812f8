using Colonnade.Fragrances.Search;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Search;

public sealed class FacetTests
{
    private static readonly SearchIndex Classics = Shelf.OfClassics().Index();

    [Fact]
    public void Only_groups_that_are_wanted_are_counted()
    {
        Classics.Search(new SearchQuery()).Facets.ShouldBeEmpty();
        Groups(new() { Facets = SearchFacets.Gender | SearchFacets.Notes }).ShouldBe(["gender", "notes"]);
        Groups(new() { Facets = SearchFacets.All }).ShouldBe(["brand", "gender", "family", "priceRange", "concentration", "notes", "year"]);
    }

    [Fact]
    public void A_group_is_counted_with_the_filters_of_all_others_but_not_its_own()
    {
        var query = new SearchQuery { BrandIds = [1], Genders = ["Masculine"], Facets = SearchFacets.Brand | SearchFacets.Gender | SearchFacets.Family };
        Counts(query, "brand").ShouldBe(["Dior 3", "Chanel 1", "Giorgio Armani 1", "Hermès 1", "Hugo Boss 1", "Rabanne 1"], ignoreOrder: true);
        Counts(query, "gender").ShouldBe(["Masculine 3", "Feminine 1"]);
        Counts(query, "family").ShouldBe(["Aromatic Fougère 2", "Citrus 1"]);
    }

    [Fact]
    public void Counts_are_those_of_the_hits_of_the_text()
    {
        var query = new SearchQuery { Text = "rose", Facets = SearchFacets.All };
        Counts(query, "year").ShouldBe(["2007 1", "1999 1", "1966 1", "1921 1"]);
        Counts(query, "brand")[0].ShouldBe("Dior 2");
        Counts(query, "notes")[..2].ShouldBe(["Rose 2", "Ylang-Ylang 2"]);
    }

    [Fact]
    public void Every_count_is_the_total_of_a_search_with_that_value()
    {
        var query = new SearchQuery { Text = "eau", Genders = ["Masculine", "Feminine"], YearFrom = 1950, Facets = SearchFacets.All };
        var checkedValues = 0;
        foreach (var facet in Classics.Search(query).Facets)
            foreach (var value in facet.Values)
            {
                var narrowed = facet.Group switch
                {
                    "brand" => query with { BrandIds = [value.Id!.Value] },
                    "gender" => query with { Genders = [value.Value] },
                    "family" => query with { Families = [value.Value] },
                    "priceRange" => query with { PriceRanges = [value.Value] },
                    "concentration" => query with { Concentrations = [value.Value] },
                    "notes" => query with { Notes = [value.Value] },
                    _ => query with { YearFrom = value.Id, YearTo = value.Id },
                };
                Classics.Search(narrowed).Total.ShouldBe(value.Count, $"{facet.Group} {value.Value}");
                checkedValues++;
            }
        checkedValues.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void A_chosen_value_is_shown_though_nothing_has_it()
    {
        var query = new SearchQuery { Text = "chanel", Genders = ["Unisex"], Families = ["Woody"], Facets = SearchFacets.Gender };
        Counts(query, "gender").ShouldBe(["Masculine 1", "Unisex 0"]);
    }

    [Fact]
    public void A_hundred_values_are_enough()
    {
        var shelf = new Shelf();
        for (var i = 0; i < 250; i++) shelf.Put($"Number {i}", $"House {i}", [.. Enumerable.Range(0, 1 + i % 3).Select(n => $"Note {i} {n}")]);
        var facets = shelf.Index().Search(new SearchQuery { BrandIds = [250], Notes = ["Note 249 0"], Facets = SearchFacets.Brand | SearchFacets.Notes }).Facets;
        facets[0].Values.Select(value => value.Value).ShouldBe(["House 249"]);

        var all = shelf.Index().Search(new SearchQuery { BrandIds = [250], Facets = SearchFacets.Brand }).Facets[0].Values;
        all.Count.ShouldBe(101);
        all.ShouldContain(value => value.Id == 250);
    }

    private static string[] Groups(SearchQuery query) => [.. Classics.Search(query).Facets.Select(facet => facet.Group)];

    private static string[] Counts(SearchQuery query, string group) =>
        [.. Classics.Search(query).Facets.Single(facet => facet.Group == group).Values.Select(value => $"{value.Value} {value.Count}")];
}
