using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

public sealed class ReferenceTests(StudioApp app) : IClassFixture<StudioApp>
{
    [Fact]
    public async Task The_openapi_document_tells_every_documented_route()
    {
        var document = (await app.Api.Get("/openapi.json")).ShouldBe(200);
        document.At("info.title").GetString().ShouldBe("Studio");
        var routes = document.At("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name.TrimEnd('/')}")).ToList();
        string[] documented =
        [
            "POST /api/auth/register", "POST /api/auth/login", "POST /api/auth/logout", "POST /api/auth/refresh", "GET /api/users/profile", "PUT /api/users/profile",
            "GET /api/services", "GET /api/services/{id}", "POST /api/orders", "GET /api/orders", "GET /api/orders/{id}", "POST /api/payments/create-intent",
            "POST /api/payments/confirm", "POST /api/content/upload", "GET /api/content/{id}", "POST /api/webhooks/payment", "POST /api/webhooks/order",
        ];
        documented.Except(routes, StringComparer.Ordinal).ShouldBeEmpty();
        document.At("components.schemas.NewUser.required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["email", "password", "name"], ignoreOrder: true);
        document.At("components.schemas.NewUser.properties.email.type").GetString().ShouldBe("string");
        document.At("components.schemas.Order.properties.createdAt.format").GetString().ShouldBe("date-time");
    }

    [Fact]
    public async Task The_openapi_document_is_the_one_in_contracts() =>
        Snapshot.ShouldMatch((await app.Api.Get("/openapi.json")).ShouldBe(200).Json, "studio.openapi.json");
}
