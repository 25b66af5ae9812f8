using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class ReferenceTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    [Fact]
    public async Task The_openapi_document_tells_every_documented_route()
    {
        var document = (await app.Api.Get("/openapi.json")).ShouldBe(200);
        document.At("info.title").GetString().ShouldBe("OrderDesk");
        var routes = document.At("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name.TrimEnd('/')}")).ToList();
        string[] documented =
        [
            "POST /api/auth/register", "POST /api/auth/login", "POST /api/auth/forgot-password", "POST /api/auth/send-reset-code", "POST /api/auth/reset-password",
            "POST /api/auth/verify-email", "POST /api/auth/resend-verification-code", "POST /api/auth/register-confirmation", "POST /api/auth/resend-confirmation-email",
            "GET /api/user/{userId}", "PATCH /api/user/{userId}", "DELETE /api/user/{userId}",
            "POST /api/order", "GET /api/order/{orderId}", "PATCH /api/order/{orderId}", "DELETE /api/order/{orderId}",
        ];
        documented.Except(routes, StringComparer.Ordinal).ShouldBeEmpty();
        document.At("components.schemas.NewOrder.required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["title", "price", "link", "status"], ignoreOrder: true);
        document.At("components.schemas.NewOrder.properties.price.type").GetString().ShouldBe("string");
        document.At("components.schemas.NewOrder.properties.link.description").GetString()!.ShouldContain("URL");
    }

    [Fact]
    public async Task The_openapi_document_is_the_one_that_clients_are_generated_from() =>
        Snapshot.ShouldMatch((await app.Api.Get("/openapi.json")).ShouldBe(200).Json, "orderdesk.openapi.json");
}
