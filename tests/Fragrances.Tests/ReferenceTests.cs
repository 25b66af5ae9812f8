using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class ReferenceTests(FragrancesApp app) : IClassFixture<FragrancesApp>
{
    [Fact]
    public async Task The_openapi_document_tells_every_documented_route()
    {
        var document = (await app.Api.Get("/openapi.json")).ShouldBe(200);
        document.At("openapi").GetString()!.ShouldStartWith("3.1");
        document.At("info.title").GetString().ShouldBe("Fragrances");
        var routes = document.At("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name.TrimEnd('/')}")).ToList();
        string[] documented =
        [
            "POST /api/auth/register", "POST /api/auth/login", "POST /api/auth/logout", "POST /api/auth/reset-password",
            "GET /api/user/profile", "PUT /api/user/profile", "GET /api/fragrances", "GET /api/fragrances/{id}", "GET /api/brands",
            "GET /api/user/collection", "POST /api/user/collection", "PUT /api/user/collection/{id}", "DELETE /api/user/collection/{id}",
        ];
        documented.Except(routes, StringComparer.Ordinal).ShouldBeEmpty();
        var rating = document.At("components.schemas.ChangeCollectionItem.properties.rating");
        rating.GetProperty("type").EnumerateArray().Select(type => type.GetString()).ShouldBe(["null", "integer"], ignoreOrder: true);
        rating.GetProperty("maximum").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task The_reference_page_and_its_scripts_come_from_here()
    {
        var page = (await app.Api.Get("/docs/index.html")).ShouldBe(200);
        page.Text.ShouldContain("Fragrances reference");
        page.Text.ShouldNotContain("https://");
        page.Header("Content-Security-Policy")!.ShouldContain("script-src 'self'");
        (await app.Api.Get("/docs/swagger-ui-bundle.js")).ShouldBe(200).Bytes.Length.ShouldBeGreaterThan(100_000);
        (await app.Api.Get("/")).ShouldBe(200).Text.ShouldContain("href=\"/docs\"");
    }

    [Fact]
    public async Task The_openapi_document_is_the_one_that_clients_are_generated_from() =>
        Snapshot.ShouldMatch((await app.Api.Get("/openapi.json")).ShouldBe(200).Json, "fragrances.openapi.json");
}
