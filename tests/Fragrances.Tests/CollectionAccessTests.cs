using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

/// <summary>Who may do what with a collection.</summary>
public sealed class CollectionAccessTests(CollectionApp app) : IClassFixture<CollectionApp>
{
    private const string Path = "/api/user/collection";

    public static TheoryData<string, string, string?> Routes => new()
    {
        { "GET", Path, null },
        { "POST", Path, """{"fragranceId":1}""" },
        { "GET", Path + "/{id}", null },
        { "PUT", Path + "/{id}", """{"rating":1}""" },
        { "DELETE", Path + "/{id}", null },
        { "GET", Path + "/{id}/wears", null },
        { "POST", Path + "/{id}/wears", """{"date":"2026-03-01"}""" },
        { "DELETE", Path + "/{id}/wears/1", null },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Nobody_gets_in_without_a_credential(string method, string path, string? body)
    {
        var owner = (await app.Someone()).Api;
        var mine = await Item(owner);
        foreach (var stranger in new[] { app.Api, app.Api.WithBearer("x"), app.Api.With("Authorization", "Basic eDp5") })
            (await stranger.Send(method, path.Replace("{id}", mine, StringComparison.Ordinal), body)).ShouldBe(401).At("error.code").GetString().ShouldBe("AUTHENTICATION_REQUIRED");
        await ShouldBeAsItWas(owner, mine);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Somebody_elses_item_is_the_same_404_as_none(string method, string path, string? body)
    {
        if (!path.Contains("{id}", StringComparison.Ordinal))
            return;
        var owner = (await app.Someone()).Api;
        var mine = await Item(owner);
        var other = (await app.Someone()).Api;
        await Item(other);

        var error = (await other.Send(method, path.Replace("{id}", mine, StringComparison.Ordinal), body)).ShouldBe(404).At("error").GetRawText();
        error.ShouldContain("RESOURCE_NOT_FOUND");
        foreach (var none in new[] { "2147483647", "0", "-1", "abc", "1.5", "99999999999999999999", "%31x", "１" })
            (await other.Send(method, path.Replace("{id}", none, StringComparison.Ordinal), body)).ShouldBe(404).At("error").GetRawText().ShouldBe(error);
        await ShouldBeAsItWas(owner, mine);
    }

    [Fact]
    public async Task A_list_holds_only_what_is_the_callers_own()
    {
        var (one, two) = ((await app.Someone()).Api, (await app.Someone()).Api);
        foreach (var fragrance in new[] { 1, 2, 3 })
            await CollectionTests.Add(one, fragrance, ",\"rating\":5");
        await CollectionTests.Add(two, 1, ",\"rating\":1");
        var answer = await two.Get(Path);
        answer.At("collection").GetArrayLength().ShouldBe(1);
        answer.At("pagination.total").GetInt32().ShouldBe(1);
        answer.At("stats").GetRawText().ShouldBe("""{"totalOwned":1,"totalWishlist":0,"averageRating":1,"mostWornFragrance":""}""");
    }

    [Fact]
    public async Task Answers_are_not_kept_by_caches()
    {
        (await (await app.Someone()).Api.Get(Path)).Header("Cache-Control").ShouldBe("no-store");
    }

    private static async Task<string> Item(Api owner) =>
        (await CollectionTests.Add(owner, 1, ",\"rating\":5")).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static async Task ShouldBeAsItWas(Api owner, string item)
    {
        var now = (await owner.Get($"{Path}/{item}")).ShouldBe(200);
        now.At("rating").GetInt32().ShouldBe(5);
        now.At("updatedAt").GetString().ShouldBe(now.At("addedAt").GetString());
        (await owner.Get(Path)).At("pagination.total").GetInt32().ShouldBe(1);
    }
}
