using Colonnade.Fragrances.Search;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Search;

public sealed class FilterTests
{
    private static readonly SearchIndex Classics = Shelf.OfClassics().Index();

    [Fact]
    public void Groups_are_joined_by_and_and_values_in_a_group_by_or()
    {
        Count(new() { BrandIds = [1] }).ShouldBe(4);
        Count(new() { BrandIds = [1, 2] }).ShouldBe(6);
        Count(new() { BrandIds = [1, 2], Genders = ["Feminine"] }).ShouldBe(2);
        Count(new() { Notes = ["Rose", "Vanilla"] }).ShouldBe(4);
        Count(new() { Notes = ["Rose", "Vanilla"], Families = ["Amber"], PriceRanges = ["Niche"] }).ShouldBe(1);
        Count(new() { YearFrom = 1990, YearTo = 1999 }).ShouldBe(4);
        Count(new() { YearFrom = 2012 }).ShouldBe(4);
        Count(new() { Concentrations = ["Parfum"] }).ShouldBe(1);
    }

    [Fact]
    public void Case_and_accents_do_not_matter()
    {
        Count(new() { Genders = ["mASCULINE"] }).ShouldBe(8);
        Count(new() { Families = ["aromatic fougere"] }).ShouldBe(2);
        Count(new() { PriceRanges = ["MID-RANGE"] }).ShouldBe(2);
    }

    [Fact]
    public void Values_nobody_has_match_nothing()
    {
        Count(new() { BrandIds = [99] }).ShouldBe(0);
        Count(new() { BrandIds = [99, 1] }).ShouldBe(4);
        Count(new() { Families = ["Nonsense"] }).ShouldBe(0);
        Count(new() { Families = [""] }).ShouldBe(0);
        Count(new() { Notes = ["Nonsense"] }).ShouldBe(0);
        Count(new() { YearFrom = 2000, YearTo = 1999 }).ShouldBe(0);
        Count(new() { YearFrom = int.MinValue, YearTo = int.MaxValue }).ShouldBe(15);
    }

    [Fact]
    public void An_empty_group_filters_nothing() =>
        Count(new() { BrandIds = [], Genders = [], Families = [], PriceRanges = [], Concentrations = [], Notes = [] }).ShouldBe(15);

    [Fact]
    public void An_unknown_year_is_in_no_range() =>
        new Shelf().Put("Old", "A").Put("New", "B", year: 2020).Index().Names(new SearchQuery { YearTo = 2024 }).ShouldBe(["New"]);

    [Fact]
    public void Two_brands_of_one_name_are_two_brands()
    {
        var index = Shelf.IndexOf(
        [
            new CatalogueEntry { Id = 1, Name = "One", BrandId = 7, BrandName = "Twin" },
            new CatalogueEntry { Id = 2, Name = "Two", BrandId = 8, BrandName = "TWIN" },
        ]);
        index.Names(new SearchQuery { BrandIds = [8] }).ShouldBe(["Two"]);
        index.Search(new SearchQuery { Facets = SearchFacets.Brand }).Facets[0].Values
            .ShouldBe([new FacetValue("TWIN", 1, 8), new FacetValue("Twin", 1, 7)]);
    }

    [Fact]
    public void Filters_narrow_what_the_text_finds() =>
        Classics.Names(new SearchQuery { Text = "sauvage", Families = ["Citrus"] }).ShouldBe(["Eau Sauvage"]);

    private static int Count(SearchQuery query)
    {
        var result = Classics.Search(query);
        result.Ordinals.Count.ShouldBe(result.Total);
        return result.Total;
    }
}
