using Colonnade.Fragrances.Search;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Search;

public sealed class SimilarFragrancesTests
{
    private static readonly SearchIndex Index = new Shelf()
        .Put("Original", "A", ["Rose", "Oud", "Saffron"], family: "Amber", accords: ["warm spicy"], perfumers: ["Ada Nose"])
        .Put("Twin", "B", ["Saffron", "Rose", "Oud"], family: "Amber", accords: ["warm spicy"], perfumers: ["Ada Nose"])
        .Put("Cousin", "C", ["Rose", "Oud", "Lemon"], family: "Amber", accords: ["citrus"])
        .Put("Stranger", "D", ["Mint"], family: "Amber", perfumers: ["Ada Nose"])
        .Put("Rosy", "E", ["Rose"])
        .Put("Rosier", "F", ["Rose"])
        .Put("Bare", "G")
        .Index();

    [Fact]
    public void The_most_alike_come_first_and_nothing_is_like_itself() =>
        Index.Similar(1).Select(similar => Index.Name(similar.Ordinal)).ShouldBe(["Twin", "Cousin", "Rosier", "Rosy"]);

    [Fact]
    public void Likeness_has_reasons_the_rarest_note_first()
    {
        var twin = Index.Similar(1, 1).ShouldHaveSingleItem();
        twin.Id.ShouldBe(2);
        twin.Score.ShouldBe(1);
        twin.SharedNotes.ShouldBe(["Saffron", "Oud", "Rose"]);
        twin.SharedAccords.ShouldBe(["warm spicy"]);
        twin.SharedPerfumers.ShouldBe(["Ada Nose"]);
        twin.SameFamily.ShouldBeTrue();
    }

    [Fact]
    public void Likeness_is_mutual()
    {
        var there = Index.Similar(1).Single(similar => similar.Id == 3).Score;
        var back = Index.Similar(3).Single(similar => similar.Id == 1).Score;
        there.ShouldBe(back);
        there.ShouldBeInRange(0.01, 0.99);
    }

    [Fact]
    public void A_rare_note_in_common_says_more_than_a_frequent_one()
    {
        var shelf = new Shelf().Put("Mine", "A", ["Musk", "Yuzu"]).Put("Frequent", "B", ["Musk", "Salt"]).Put("Rare", "C", ["Yuzu", "Salt"]);
        for (var i = 0; i < 20; i++) shelf.Put($"Filler {i}", "D", ["Musk", "Iris"]);
        var index = shelf.Index();
        index.Name(index.Similar(1)[0].Ordinal).ShouldBe("Rare");
    }

    [Fact]
    public void Without_anything_in_common_nothing_is_alike()
    {
        Index.Similar(7).ShouldBeEmpty();
        Index.Similar(4).ShouldBeEmpty();
        Index.Similar(99).ShouldBeEmpty();
        Index.Similar(1, 0).ShouldBeEmpty();
    }
}
