using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

public sealed class ServiceTests(StudioApp app) : IClassFixture<StudioApp>
{
    [Fact]
    public async Task The_catalogue_begins_with_services_of_three_packages_each()
    {
        var api = (await app.Someone()).Api;
        var answer = (await api.Get("/api/services")).ShouldBe(200);
        answer.Json.TryGetProperty("pagination", out _).ShouldBeFalse();
        var starters = answer.At("services").EnumerateArray().Where(service => service.GetProperty("packages").GetArrayLength() == 3).ToList();
        starters.Count.ShouldBeGreaterThanOrEqualTo(6);
        foreach (var service in starters)
        {
            foreach (var name in (string[])["id", "title", "description", "category"])
                service.GetProperty(name).GetString().ShouldNotBeNullOrEmpty();
            var detail = (await api.Get("/api/services/" + service.GetProperty("id").GetString())).ShouldBe(200);
            detail.At("service.id").GetString().ShouldBe(service.GetProperty("id").GetString());
            var package = detail.At("packages[0]");
            package.EnumerateObject().Select(member => member.Name).ShouldBe(["id", "name", "description", "price", "currency", "deliveryDays", "revisions", "features"]);
            package.GetProperty("price").GetInt64().ShouldBeGreaterThan(0);
            package.GetProperty("features").ValueKind.ShouldBe(JsonValueKind.Array);
        }
    }

    [Fact]
    public async Task Services_are_for_those_who_are_signed_in()
    {
        (await app.Api.Get("/api/services")).ShouldBeRefused(401);
        (await (await app.Someone()).Api.Get($"/api/services/{Guid.Empty}")).ShouldBeRefused(404);
        (await (await app.Someone()).Api.Get("/api/services/nothing")).ShouldBeRefused(404);
    }

    [Fact]
    public async Task A_list_can_be_searched_sorted_and_paged()
    {
        var api = (await app.Someone()).Api;
        var logos = (await api.Get("/api/services?q=LOGO")).ShouldBe(200);
        logos.At("services").EnumerateArray().ShouldAllBe(service => service.GetRawText().Contains("ogo", StringComparison.Ordinal));
        (await api.Get("/api/services?category=writing")).At("services").EnumerateArray().ShouldAllBe(service => service.GetProperty("category").GetString() == "writing");
        var prices = (await api.Get("/api/services?sort=price")).At("services").EnumerateArray()
            .Select(service => service.GetProperty("packages").EnumerateArray().Min(package => package.GetProperty("price").GetInt64())).ToList();
        prices.ShouldBeInOrder();
        var page = (await api.Get("/api/services?page=2&limit=2")).ShouldBe(200);
        page.At("services").GetArrayLength().ShouldBe(2);
        page.At("pagination.page").GetInt32().ShouldBe(2);
        page.At("pagination.limit").GetInt32().ShouldBe(2);
        page.At("pagination.total").GetInt32().ShouldBeGreaterThanOrEqualTo(6);
        foreach (var wrong in (string[])["page=0", "page=x", "limit=0", "limit=-1", "limit=101", "sort=colour"])
            (await api.Get("/api/services?" + wrong)).ShouldBeRefused(400);
    }

    [Fact]
    public async Task A_provider_offers_and_changes_its_own()
    {
        var offer = await app.Offer();
        var customer = await app.Someone();
        (await customer.Api.Get($"/api/services/{offer.ServiceId}")).ShouldBe(200).At("packages[0].price").GetInt64().ShouldBe(5000);
        const string change = """{"packages":[{"name":"Large","price":9000,"deliveryDays":5,"revisions":2}]}""";
        (await customer.Api.Put($"/api/services/{offer.ServiceId}/packages", change)).ShouldBeRefused(403);
        (await (await app.Someone("provider")).Api.Put($"/api/services/{offer.ServiceId}/packages", change)).ShouldBeRefused(403);
        (await customer.Api.Post("/api/services", """{"title":"x","category":"x","packages":[]}""")).ShouldBeRefused(400);
        (await customer.Api.Post("/api/services", """{"title":"x","category":"x","packages":[{"name":"Large","price":9000,"deliveryDays":5,"revisions":2}]}""")).ShouldBeRefused(403);

        (await offer.Provider.Api.Put($"/api/services/{offer.ServiceId}/packages", change)).ShouldBe(200);
        (await offer.Provider.Api.Patch($"/api/services/{offer.ServiceId}", """{"title":"A tall lighthouse"}""")).ShouldBe(200).At("service.title").GetString().ShouldBe("A tall lighthouse");
        await Seen(customer.Api, $"/api/services/{offer.ServiceId}", answer => answer.At("packages[0].price").GetInt64() == 9000 && answer.At("service.title").GetString() == "A tall lighthouse");
        (await customer.Api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBeRefused(404);
        (await offer.Provider.Api.Delete($"/api/services/{offer.ServiceId}")).ShouldBe(204);
        await Seen(customer.Api, $"/api/services/{offer.ServiceId}", answer => answer.Status == 404);
    }

    [Theory]
    [InlineData("""{"name":"","price":5000,"deliveryDays":1,"revisions":1}""")]
    [InlineData("""{"name":"x","price":49,"deliveryDays":1,"revisions":1}""")]
    [InlineData("""{"name":"x","price":100000000,"deliveryDays":1,"revisions":1}""")]
    [InlineData("""{"name":"x","price":5000,"currency":"euro","deliveryDays":1,"revisions":1}""")]
    [InlineData("""{"name":"x","price":5000,"deliveryDays":0,"revisions":1}""")]
    [InlineData("""{"name":"x","price":5000,"deliveryDays":1,"revisions":-1}""")]
    [InlineData("null")]
    public async Task A_package_that_breaks_a_rule_is_refused(string package) =>
        (await (await app.Someone("provider")).Api.Post("/api/services", $$"""{"title":"x","category":"x","packages":[{{package}}]}""")).ShouldBeRefused(400);

    // The catalogue in process follows a notification of PostgreSQL, which travels on a connection of its own.
    private static async Task Seen(Api api, string path, Func<Answer, bool> isSeen)
    {
        for (var ask = 0; ask < 500; ask++)
        {
            if (isSeen(await api.Get(path)))
                return;
        }

        throw new ShouldAssertException("The change was never seen.");
    }
}
