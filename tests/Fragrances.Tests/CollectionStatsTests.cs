using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class CollectionStatsTests(CollectionApp app) : IClassFixture<CollectionApp>
{
    private const string Path = "/api/user/collection/stats";

    [Fact]
    public async Task An_empty_collection_has_figures_of_nothing()
    {
        var stats = (await (await app.Someone()).Api.Get(Path)).ShouldBe(200);
        stats.At("totals").GetRawText().ShouldBe(
            """{"owned":0,"wishlist":0,"rated":0,"averageRating":0,"timesWorn":0,"loggedWears":0,"bottleML":0,"remainingML":0}""");
        stats.At("byFamily").GetArrayLength().ShouldBe(0);
        stats.At("ratings").GetRawText().ShouldBe(
            """[{"rating":1,"count":0},{"rating":2,"count":0},{"rating":3,"count":0},{"rating":4,"count":0},{"rating":5,"count":0}]""");
        stats.At("wearsPerMonth").GetArrayLength().ShouldBe(12);
        stats.At("wearsPerMonth[0]").GetRawText().ShouldBe("""{"month":"2025-04","wears":0}""");
        stats.At("wearsPerMonth[11]").GetRawText().ShouldBe("""{"month":"2026-03","wears":0}""");
        stats.At("notWornForAWhile").GetArrayLength().ShouldBe(0);
        stats.At("year").GetRawText().ShouldBe("""{"year":2026,"wears":0,"days":0,"fragrances":0,"mostWorn":[]}""");
    }

    [Fact]
    public async Task Figures_tell_what_is_owned_and_how_it_is_worn()
    {
        var me = (await app.Someone()).Api;
        var sauvage = await CollectionTests.Add(me, 1, ",\"rating\":5,\"bottleSizeML\":100,\"seasons\":[\"Fall\",\"Winter\"]");
        var eros = await CollectionTests.Add(me, 2, ",\"rating\":4,\"bottleSizeML\":50,\"seasons\":[\"Winter\"]");
        var number5 = await CollectionTests.Add(me, 6, ",\"rating\":4");
        await CollectionTests.Add(me, 5, ",\"isWishlist\":true,\"rating\":4,\"bottleSizeML\":75");
        foreach (var (item, date) in new[] { (sauvage, "2026-01-05"), (sauvage, "2026-01-05"), (eros, "2026-02-10"), (eros, "2026-03-02"), (eros, "2025-12-31"), (sauvage, "2025-03-31") })
            (await me.Post($"/api/user/collection/{item}/wears", $$"""{"date":"{{date}}","sprays":5}""")).ShouldBe(201);
        (await me.Put($"/api/user/collection/{number5}", """{"timesWorn":40}""")).ShouldBe(200);

        var stats = (await me.Get(Path)).ShouldBe(200);
        stats.At("totals").GetRawText().ShouldBe(
            """{"owned":3,"wishlist":1,"rated":4,"averageRating":4.25,"timesWorn":46,"loggedWears":6,"bottleML":150,"remainingML":147}""");
        stats.At("byFamily").GetRawText().ShouldBe("""[{"family":"Aromatic","owned":2,"timesWorn":6},{"family":"Floral","owned":1,"timesWorn":40}]""");
        stats.At("byBrand").GetRawText().ShouldBe(
            """[{"id":6,"name":"Chanel","owned":1,"timesWorn":40},{"id":1,"name":"Dior","owned":1,"timesWorn":3},{"id":2,"name":"Versace","owned":1,"timesWorn":3}]""");
        stats.At("bySeason").GetRawText().ShouldBe("""[{"season":"Winter","owned":2,"timesWorn":6},{"season":"Fall","owned":1,"timesWorn":3}]""");
        stats.At("ratings[3]").GetRawText().ShouldBe("""{"rating":4,"count":3}""");
        stats.At("wearsPerMonth").EnumerateArray().Select(month => month.GetProperty("wears").GetInt32()).ShouldBe([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 1]);
        stats.At("year").GetRawText().ShouldBe(
            $$"""{"year":2026,"wears":4,"days":3,"fragrances":2,"mostWorn":[{"collectionItemId":{{eros}},"fragranceId":2,"name":"Eros","brand":"Versace","wears":2},{"collectionItemId":{{sauvage}},"fragranceId":1,"name":"Sauvage","brand":"Dior","wears":2}]}""");

        var before = (await me.Get(Path + "?year=2025")).ShouldBe(200);
        before.At("year.wears").GetInt32().ShouldBe(2);
        before.At("year.days").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task What_was_not_worn_for_ninety_days_is_named_longest_first()
    {
        var person = await app.Someone();
        var me = person.Api;
        var never = await CollectionTests.Add(me, 1);
        var old = await CollectionTests.Add(me, 2);
        await CollectionTests.Add(me, 5, ",\"isWishlist\":true");
        (await me.Post($"/api/user/collection/{old}/wears", """{"date":"2025-11-30"}""")).ShouldBe(201);
        (await me.Get(Path)).At("notWornForAWhile").GetRawText().ShouldBe(
            $$"""[{"collectionItemId":{{old}},"fragranceId":2,"name":"Eros","brand":"Versace","lastWornOn":"2025-11-30"}]""");

        await app.Advance(TimeSpan.FromDays(90));
        me = (await app.SignIn(person.Email)).Api;
        (await me.Get(Path)).At("notWornForAWhile").EnumerateArray().Select(item => item.GetProperty("collectionItemId").GetInt32()).ShouldBe([old, never]);
        (await me.Get(Path)).At("notWornForAWhile[1].lastWornOn").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        await app.Advance(TimeSpan.FromDays(-90));
    }

    [Theory]
    [InlineData("year=0")]
    [InlineData("year=10000")]
    [InlineData("year=x")]
    public async Task A_year_that_is_none_is_a_400(string query)
    {
        (await (await app.Someone()).Api.Get($"{Path}?{query}")).ShouldBe(400).At("error.field").GetString().ShouldBe("year");
    }
}
