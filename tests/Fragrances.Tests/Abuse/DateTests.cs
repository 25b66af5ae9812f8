using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>Days and times at the edge of the calendar; the first of them is what many clients send for "none".</summary>
public sealed class DateTests(AbuseApp app) : IClassFixture<AbuseApp>
{
    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("0001-12-31")]
    [InlineData("1582-10-10")]
    [InlineData("1899-12-31")]
    [InlineData("2024-02-29")]
    public async Task The_earliest_days_are_days_like_others(string date)
    {
        var someone = await app.Someone();
        var belonging = await Belonging.Make(someone.Api);
        var item = $"/api/user/collection/{belonging.Item}";
        (await someone.Api.Delete($"{item}/wears/{belonging.Wear}")).ShouldBe(200);
        (await someone.Api.Put(item, $$"""{"purchaseDate":"{{date}}"}""")).ShouldBe(200).At("collectionItem.purchaseDate").GetString().ShouldBe(date);
        (await someone.Api.Post(item + "/wears", $$"""{"date":"{{date}}"}""")).ShouldBe(201).At("wear.date").GetString().ShouldBe(date);
        (await someone.Api.Get(item + "/wears")).ShouldBe(200).At("wears[0].date").GetString().ShouldBe(date);
        (await someone.Api.Get("/api/user/collection/stats")).ShouldBe(200).At("notWornForAWhile[0].lastWornOn").GetString().ShouldBe(date);
        (await someone.Api.Get("/api/user/collection/export?format=csv")).ShouldBe(200).Text.ShouldContain(date);
        (await someone.Api.Get(item)).ShouldBe(200).At("purchaseDate").GetString().ShouldBe(date);
        (await app.Database.One<bool>("select isfinite(purchase_date) and isfinite(last_worn_on) from collection_items where id = @Item", belonging, TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("99999-01-01T00:00:00Z")]
    [InlineData("infinity")]
    [InlineData("now")]
    public async Task Times_at_the_edge_in_a_file_are_taken_or_refused_row_by_row(string time)
    {
        var someone = await app.Someone();
        var answer = (await someone.Api.Post("/api/user/collection/import", $$"""[{"name":"Eros","brand":"Versace","updatedAt":"{{time}}"}]""")).ShouldBe(201);
        answer.At("rows[0].status").GetString().ShouldBeOneOf("new", "invalid");
        (await someone.Api.Get("/api/user/collection")).ShouldBe(200);
        (await someone.Api.Get("/api/user/collection/export")).ShouldBe(200);
        (await someone.Api.Get("/api/user/collection/stats")).ShouldBe(200);
    }
}
