using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class AuthorizationTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    private static readonly string Proof = $$"""{"currentPassword":"{{NarhubApp.Password}}"}""";

    /// <summary>Every protected route: what a user and what an operator gets. Anybody without a good session gets 401.</summary>
    public static TheoryData<string, string, string?, int, int> Matrix => new()
    {
        { "POST", "/api/auth/resend-verification", null, 200, 200 },
        { "GET", "/api/user/profile", null, 200, 200 },
        { "PUT", "/api/user/profile", "{}", 200, 200 },
        { "PUT", "/api/user/password", $$"""{"currentPassword":"{{NarhubApp.Password}}","newPassword":"{{NarhubApp.Password}}"}""", 200, 200 },
        { "GET", "/api/user/export", null, 200, 200 },
        { "DELETE", "/api/user", Proof, 200, 200 },
        { "GET", "/api/cart", null, 200, 200 },
        { "POST", "/api/cart", CartTests.Item("vigil-ai"), 200, 200 },
        { "PUT", "/api/cart", """{"productId":"none","quantity":1}""", 404, 404 },
        { "DELETE", "/api/cart", null, 200, 200 },
        { "POST", "/api/cart/merge", """{"items":[]}""", 200, 200 },
        { "GET", "/api/orders", null, 200, 200 },
        { "POST", "/api/orders", OrderTests.Documented, 201, 201 },
        { "GET", "/api/orders/{orderId}", null, 404, 404 },
        { "POST", "/api/orders/{orderId}/cancel", null, 404, 404 },
        { "GET", "/api/orders/{orderId}/qr.png", null, 404, 404 },
        { "GET", "/api/orders/{orderId}/invoice", null, 404, 404 },
        { "GET", "/api/orders/{orderId}/credit-note", null, 404, 404 },
        { "GET", "/api/orders/{orderId}/proforma", null, 404, 404 },
        { "GET", "/api/quotes", null, 200, 200 },
        { "POST", "/api/quotes", "{}", 400, 400 },
        { "GET", "/api/quotes/{quoteId}", null, 404, 404 },
        { "POST", "/api/quotes/{quoteId}/accept", "{}", 404, 404 },
        { "POST", "/api/quotes/{quoteId}/withdraw", null, 404, 404 },
        { "GET", "/api/admin/orders", null, 403, 200 },
        { "GET", "/api/admin/orders/{orderId}", null, 403, 404 },
        { "PATCH", "/api/admin/orders/{orderId}/status", """{"status":"completed"}""", 403, 404 },
        { "GET", "/api/admin/orders/{orderId}/payments", null, 403, 404 },
        { "POST", "/api/admin/orders/{orderId}/payments", "{}", 403, 404 },
        { "GET", "/api/admin/payments/unmatched", null, 403, 200 },
        { "POST", "/api/admin/payments/unmatched/{lineId}/assign", $$"""{"order_id":"{{Guid.Empty}}"}""", 403, 404 },
        { "POST", "/api/admin/payments/unmatched/{lineId}/dismiss", """{"reason":"x"}""", 403, 404 },
        { "GET", "/api/admin/statements", null, 403, 200 },
        { "POST", "/api/admin/statements", "{}", 403, 415 },
        { "GET", "/api/admin/statements/{statementId}", null, 403, 404 },
        { "GET", "/api/admin/invoices", null, 403, 200 },
        { "GET", "/api/admin/invoices/{number}", null, 403, 404 },
        { "POST", "/api/admin/orders/{orderId}/invoice", null, 403, 404 },
        { "GET", "/api/admin/orders/{orderId}/invoice", null, 403, 404 },
        { "GET", "/api/admin/orders/{orderId}/credit-note", null, 403, 404 },
        { "GET", "/api/admin/orders/{orderId}/proforma", null, 403, 404 },
        { "GET", "/api/admin/quotes", null, 403, 200 },
        { "GET", "/api/admin/quotes/{quoteId}", null, 403, 404 },
        { "POST", "/api/admin/quotes/{quoteId}/offer", $$"""{"items":[{"id":"{{Guid.Empty}}","final_price":1}]}""", 403, 404 },
        { "POST", "/api/admin/quotes/{quoteId}/refuse", """{"message":"x"}""", 403, 404 },
        { "GET", "/api/admin/webhooks", null, 403, 200 },
        { "POST", "/api/admin/webhooks", "{}", 403, 400 },
        { "GET", "/api/admin/webhooks/{webhookId}", null, 403, 404 },
        { "PATCH", "/api/admin/webhooks/{webhookId}", "{}", 403, 404 },
        { "DELETE", "/api/admin/webhooks/{webhookId}", null, 403, 404 },
        { "POST", "/api/admin/webhooks/{webhookId}/rotate-secret", null, 403, 404 },
        { "POST", "/api/admin/webhooks/{webhookId}/test", null, 403, 404 },
        { "GET", "/api/admin/products", null, 403, 200 },
        { "POST", "/api/admin/products", "{}", 403, 400 },
        { "GET", "/api/admin/products/{slug}", null, 403, 404 },
        { "PATCH", "/api/admin/products/{slug}", "{}", 403, 404 },
        { "DELETE", "/api/admin/products/{slug}", null, 403, 404 },
        { "POST", "/api/admin/products/{slug}/restore", null, 403, 404 },
        { "GET", "/api/admin/users", null, 403, 200 },
        { "GET", "/api/admin/users/{userId}", null, 403, 404 },
        { "PATCH", "/api/admin/users/{userId}", "{}", 403, 404 },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Who_may_call_what(string method, string path, string? body, int user, int admin)
    {
        path = path.Replace("{slug}", "none", StringComparison.Ordinal).Replace("{userId}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal);
        (await Call(app.Api)).ShouldBeRefused(401, "UNAUTHORIZED", "No autenticado");
        (await Call(app.With(new string('A', 43)))).ShouldBeRefused(401, "UNAUTHORIZED", "No autenticado");

        var signedOut = await app.Someone();
        await signedOut.Api.Post("/api/auth/signout");
        (await Call(signedOut.Api)).ShouldBeRefused(401, "UNAUTHORIZED");
        var erased = await app.Someone();
        (await erased.Api.Send("DELETE", "/api/user", Proof)).ShouldBe(200);
        (await Call(erased.Api)).ShouldBeRefused(401, "UNAUTHORIZED");

        (await Call((await app.Someone()).Api)).Status.ShouldBe(user);
        (await Call((await app.Operator()).Api)).Status.ShouldBe(admin);
        var expired = await app.Someone();
        await app.Advance(TimeSpan.FromDays(30));
        (await Call(expired.Api)).ShouldBeRefused(401, "UNAUTHORIZED");

        Task<Answer> Call(Api api) => api.Send(method, path, body);
    }

    [Fact]
    public void No_protected_route_is_missing_from_the_matrix()
    {
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<AccessRule>()!.Access is not (Access.Anyone or Access.Guest))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/')}")).ToList();
        routes.Count.ShouldBeGreaterThan(15);
        routes.Except(Matrix.Select(row => $"{row.Data.Item1} {row.Data.Item2}"), StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", "/api/user/none")]
    [InlineData("GET", "/api/cart/none")]
    [InlineData("PATCH", "/api/cart")]
    [InlineData("GET", "/api/admin")]
    [InlineData("GET", "/API/Admin/none")]
    [InlineData("POST", "/api/user/profile")]
    public async Task Below_a_protected_path_nothing_is_told_without_a_session(string method, string path)
    {
        (await app.Api.Send(method, path)).ShouldBeRefused(401, "UNAUTHORIZED", "No autenticado");
        (await (await app.Someone()).Api.Send(method, path)).Status.ShouldBeOneOf(404, 405);
    }
}
