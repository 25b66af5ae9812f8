using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class PublicCollectionTests(CollectionApp app) : IClassFixture<CollectionApp>
{
    [Fact]
    public async Task A_public_collection_is_shown_without_what_is_private()
    {
        var owner = await app.SomebodyOpen();
        await CollectionTests.Add(owner.Api, 1, ",\"rating\":5,\"personalNotes\":\"a secret\",\"purchaseDate\":\"2024-05-06\",\"bottleSizeML\":100,\"occasions\":[\"work\"]");
        await CollectionTests.Add(owner.Api, 2, ",\"isWishlist\":true");
        var shown = (await (await app.Someone()).Api.Get($"/api/users/{owner.Id}/collection?sortBy=name&sortOrder=desc&limit=1")).ShouldBe(200);
        shown.Text.ShouldBe(
            """{"collection":[{"fragrance":{"id":1,"name":"Sauvage","brand":{"id":1,"name":"Dior"},"imageUrl":"https://images.example/sauvage.jpg","concentration":"Eau de Toilette","gender":"Masculine"},"rating":5,"isWishlist":false,"isOwned":true,"timesWorn":0,"occasions":["work"],"seasons":[],"addedAt":"2026-03-02T09:30:00.000Z"}],"stats":{"totalOwned":1,"totalWishlist":1,"averageRating":5,"mostWornFragrance":""},"pagination":{"total":2,"limit":1,"offset":0,"hasMore":true}}""");
    }

    [Fact]
    public async Task A_public_collection_may_be_empty()
    {
        var owner = await app.SomebodyOpen();
        (await (await app.Someone()).Api.Get($"/api/users/{owner.Id}/collection")).ShouldBe(200).At("pagination.total").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Private_unknown_and_deleted_are_the_same_404()
    {
        var me = (await app.Someone()).Api;
        var hidden = await app.Someone();
        await CollectionTests.Add(hidden.Api, 1);
        var deleted = await app.SomebodyOpen();
        await CollectionTests.Add(deleted.Api, 1);
        await Set("update accounts set deleted_at = clock() where id = @id", deleted.Id);

        var error = (await me.Get($"/api/users/{hidden.Id}/collection")).ShouldBe(404).At("error").GetRawText();
        error.ShouldContain("RESOURCE_NOT_FOUND");
        foreach (var id in new[] { deleted.Id.ToString(), Guid.CreateVersion7().ToString(), Guid.Empty.ToString(), "1", "me", "%27", hidden.Id.ToString("N"), $"{{{hidden.Id}}}" })
            (await me.Get($"/api/users/{id}/collection")).ShouldBe(404).At("error").GetRawText().ShouldBe(error);
    }

    [Fact]
    public async Task Made_private_it_is_gone_at_once()
    {
        var me = (await app.Someone()).Api;
        var owner = await app.SomebodyOpen();
        (await me.Get($"/api/users/{owner.Id}/collection")).ShouldBe(200);
        (await owner.Api.Put("/api/user/profile", """{"privacySettings":{"collectionPublic":false}}""")).ShouldBe(200);
        (await me.Get($"/api/users/{owner.Id}/collection")).ShouldBe(404);
    }

    [Fact]
    public async Task Nobody_looks_without_a_credential()
    {
        var owner = await app.SomebodyOpen();
        (await app.Api.Get($"/api/users/{owner.Id}/collection")).ShouldBe(401);
        (await app.Api.Get("/api/user/collection/stats")).ShouldBe(401);
    }

    [Fact]
    public async Task Pages_are_asked_for_as_usual()
    {
        var owner = await app.SomebodyOpen();
        (await (await app.Someone()).Api.Get($"/api/users/{owner.Id}/collection?limit=0")).ShouldBe(400).At("error.field").GetString().ShouldBe("limit");
    }

    private Task<int> Set(string sql, Guid id) => app.Database.Execute(sql, new { id }, TestContext.Current.CancellationToken);
}
