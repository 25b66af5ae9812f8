using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class ReferenceTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task The_openapi_document_tells_every_route_of_the_api()
    {
        var document = (await app.Api.Get("/openapi.json")).ShouldBe(200);
        document.At("info.title").GetString().ShouldBe("Narhub");
        var routes = document.At("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name.TrimEnd('/')}")).ToList();
        string[] documented =
        [
            "POST /api/auth/register", "POST /api/auth/signin", "POST /api/auth/signout", "GET /api/auth/session",
            "GET /api/user/profile", "PUT /api/user/profile", "PUT /api/user/password",
            "GET /api/cart", "POST /api/cart", "PUT /api/cart", "DELETE /api/cart",
        ];
        documented.Except(routes, StringComparer.Ordinal).ShouldBeEmpty();
        document.At("components.schemas.AddToCart.properties").EnumerateObject().Select(member => member.Name)
            .ShouldBe(["productId", "slug", "name", "icon", "priceMin", "priceMax", "quantity"]);
        document.At("components.schemas.UserData.properties").EnumerateObject().Select(member => member.Name).ShouldContain("email_verified", StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_openapi_document_is_the_one_that_clients_are_generated_from() =>
        Snapshot.ShouldMatch((await app.Api.Get("/openapi.json")).ShouldBe(200).Json, "narhub.openapi.json");
}
