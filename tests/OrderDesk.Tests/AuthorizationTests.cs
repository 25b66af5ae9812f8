using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class AuthorizationTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    /// <summary>Every protected route: what a service, the user itself and another user get. Anybody without a good credential gets 401.</summary>
    public static TheoryData<string, string, string?, int, int, int> Matrix => new()
    {
        { "GET", "/api/user/{userId}", null, 200, 200, 404 },
        { "PATCH", "/api/user/{userId}", """{"password":"password456"}""", 200, 200, 404 },
        { "DELETE", "/api/user/{userId}", null, 200, 200, 404 },
        { "POST", "/api/order", OrderDeskApp.Order, 201, 201, 201 },
        { "GET", "/api/order/{orderId}", null, 200, 200, 404 },
        { "PATCH", "/api/order/{orderId}", """{"status":"draft"}""", 200, 200, 404 },
        { "DELETE", "/api/order/{orderId}", null, 200, 200, 404 },
        { "POST", "/api/order/{orderId}/restore", null, 409, 409, 404 },
        { "GET", "/api/order/{orderId}/history", null, 200, 200, 404 },
        { "GET", "/api/orders", null, 200, 200, 200 },
        { "GET", "/api/order", null, 200, 200, 200 },
        { "GET", "/api/orders/export", null, 200, 200, 200 },
        { "GET", "/api/tokens", null, 200, 403, 403 },
        { "POST", "/api/tokens", """{"name":"ci"}""", 201, 403, 403 },
        { "GET", "/api/tokens/{tokenId}", null, 404, 403, 403 },
        { "DELETE", "/api/tokens/{tokenId}", null, 404, 403, 403 },
        { "GET", "/api/webhooks", null, 200, 403, 403 },
        { "POST", "/api/webhooks", """{"url":"http://127.0.0.1:9/hook"}""", 201, 403, 403 },
        { "GET", "/api/webhooks/{webhookId}", null, 404, 403, 403 },
        { "PATCH", "/api/webhooks/{webhookId}", """{"enabled":false}""", 404, 403, 403 },
        { "DELETE", "/api/webhooks/{webhookId}", null, 404, 403, 403 },
        { "POST", "/api/webhooks/{webhookId}/secret", null, 404, 403, 403 },
        { "POST", "/api/webhooks/{webhookId}/test", null, 404, 403, 403 },
        { "GET", "/api/webhooks/{webhookId}/deliveries", null, 404, 403, 403 },
        { "GET", "/api/webhooks/{webhookId}/deliveries/{messageId}/attempts", null, 404, 403, 403 },
        { "POST", "/api/webhooks/{webhookId}/deliveries/{messageId}/resend", null, 404, 403, 403 },
        { "GET", "/api/auth/sessions", null, 403, 200, 200 },
        { "DELETE", "/api/auth/sessions", null, 403, 200, 200 },
        { "DELETE", "/api/auth/sessions/{sessionId}", null, 403, 200, 404 },
        { "POST", "/api/auth/logout", null, 403, 200, 200 },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Who_may_call_what(string method, string path, string? body, int service, int own, int other)
    {
        var first = await Owner();
        (await Call(first, app.Service)).Status.ShouldBe(service);
        var owner = await Owner();
        var foreign = (await app.Someone()).Api;
        var refused = await Call(owner, foreign);
        refused.Status.ShouldBe(other);
        if (other == 404)
        {
            // The same as of something that does not exist.
            var unknown = await foreign.Send(method, Fill(path, Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()), body);
            unknown.Text.ShouldBe(refused.Text);
        }

        (await Call(owner, app.Api)).ShouldBeRefused(401, "MISSING_AUTHORIZATION", "Missing authorization");
        (await Call(owner, app.Api.WithBearer(OrderDeskApp.ServiceToken + "x"))).ShouldBeRefused(401, "INVALID_TOKEN", "Invalid token");
        (await Call(owner, app.Api.WithBearer("cod_fragrances_" + new string('a', 43)))).ShouldBeRefused(401, "INVALID_TOKEN");
        (await Call(owner, app.Api.WithBearer(owner.Person.RefreshToken))).ShouldBeRefused(401, "INVALID_TOKEN");
        var revoked = await app.SignIn(owner.Person.Id, owner.Person.Email);
        await revoked.Api.Post("/api/auth/logout");
        (await Call(owner, revoked.Api)).ShouldBeRefused(401, "INVALID_TOKEN");
        (await Call(owner, owner.Person.Api)).Status.ShouldBe(own);
        await app.Advance(TimeSpan.FromMinutes(31));
        (await Call(owner, owner.Person.Api)).ShouldBeRefused(401, "INVALID_TOKEN");

        Task<Answer> Call((Person Person, Guid Order, Guid Session) of, Api api) => api.Send(method, Fill(path, of.Person.Id, of.Order, of.Session), body);

        async Task<(Person Person, Guid Order, Guid Session)> Owner()
        {
            var person = await app.Someone();
            var sessions = await person.Api.Get("/api/auth/sessions");
            return (person, await app.NewOrder(person.Api), sessions.At("data.sessions[0].sessionId").GetGuid());
        }
    }

    private static string Fill(string path, Guid user, Guid order, Guid session) => path
        .Replace("{userId}", user.ToString(), StringComparison.Ordinal)
        .Replace("{orderId}", order.ToString(), StringComparison.Ordinal)
        .Replace("{sessionId}", session.ToString(), StringComparison.Ordinal);

    [Fact]
    public void No_protected_route_is_missing_from_the_matrix()
    {
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<AccessRule>()!.Access != Access.Anyone)
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/')}")).ToList();
        routes.Count.ShouldBeGreaterThan(10);
        routes.Except(Matrix.Select(row => $"{row.Data.Item1} {row.Data.Item2}"), StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, "MISSING_AUTHORIZATION", "Missing authorization")]
    [InlineData("Bearer", "INVALID_TOKEN", "Malformed header")]
    [InlineData("your_secret_bearer_token_here", "INVALID_TOKEN", "Malformed header")]
    [InlineData("Bearer one two", "INVALID_TOKEN", "Malformed header")]
    [InlineData("Basic dXNlcjpwYXNz", "INVALID_TOKEN", "Invalid scheme")]
    [InlineData("Token your_secret_bearer_token_here", "INVALID_TOKEN", "Invalid scheme")]
    [InlineData("Bearer your_secret_bearer_token", "INVALID_TOKEN", "Invalid token")]
    [InlineData("Bearer YOUR_SECRET_BEARER_TOKEN_HERE", "INVALID_TOKEN", "Invalid token")]
    public async Task A_401_says_what_is_wrong_with_the_header(string? header, string code, string error)
    {
        var api = header is null ? app.Api : app.Api.With("Authorization", header);
        var answer = (await api.Get("/api/order/1")).ShouldBeRefused(401, code, error);
        answer.At("message").GetString().ShouldNotBeNullOrEmpty();
        if (header is null)
            answer.At("message").GetString().ShouldBe("Authorization header is required. Format: Authorization: Bearer <token>");
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_is_read_in_whatever_case(string scheme) =>
        (await app.Api.With("Authorization", $"{scheme} {OrderDeskApp.ServiceToken}").Get("/api/orders")).ShouldBe(200);

    [Theory]
    [InlineData("GET", "/api/order/1/2/3")]
    [InlineData("GET", "/api/user")]
    [InlineData("GET", "/api/user/x/y")]
    [InlineData("PUT", "/api/order/1")]
    [InlineData("POST", "/api/orders")]
    [InlineData("GET", "/API/Order/none/such")]
    [InlineData("PATCH", "/api/auth/sessions")]
    public async Task Below_a_protected_path_nothing_is_told_without_a_credential(string method, string path)
    {
        (await app.Api.Send(method, path)).ShouldBeRefused(401, "MISSING_AUTHORIZATION");
        var answer = await app.Service.Send(method, path);
        answer.Status.ShouldBeOneOf(404, 405);
        if (answer.Status == 405)
            answer.Header("Allow").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_body_is_not_read_before_the_credential_was()
    {
        (await app.Api.Post("/api/order", "{")).ShouldBeRefused(401, "MISSING_AUTHORIZATION");
        using var text = new StringContent("{}", System.Text.Encoding.UTF8, "text/plain");
        (await app.Api.Send("POST", "/api/order", text)).ShouldBeRefused(401, "MISSING_AUTHORIZATION");
    }
}

/// <summary>Two service tokens of its own, as while one replaces the other.</summary>
public sealed class RotatingApp : OrderDeskApp
{
    public const string Old = "old-7f3a9c5e1b8d4062a6e0c9f2d5b71384";
    public const string New = "new-0c4e8a2d6f1b3957e5d7b9a1c3f50862";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["OrderDesk:ServiceTokens:0"] = Old,
        ["OrderDesk:ServiceTokens:1"] = New,
    };
}

public sealed class ServiceTokenTests(RotatingApp app) : IClassFixture<RotatingApp>
{
    [Fact]
    public async Task Any_configured_token_is_good_and_the_placeholder_is_not()
    {
        (await app.Api.WithBearer(RotatingApp.Old).Get("/api/orders")).ShouldBe(200);
        (await app.Api.WithBearer(RotatingApp.New).Get("/api/orders")).ShouldBe(200);
        (await app.Service.Get("/api/orders")).ShouldBeRefused(401, "INVALID_TOKEN");
        app.Log.All.ShouldAllBe(line => !line.Contains(RotatingApp.Old, StringComparison.Ordinal) && !line.Contains(RotatingApp.New, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repeated_request_is_recognised_under_the_other_token()
    {
        var first = (await app.Api.WithBearer(RotatingApp.Old).With("Idempotency-Key", "rotation").Post("/api/order", OrderDeskApp.Order)).ShouldBe(201);
        var again = (await app.Api.WithBearer(RotatingApp.New).With("Idempotency-Key", "rotation").Post("/api/order", OrderDeskApp.Order)).ShouldBe(201);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Text.ShouldBe(first.Text);
    }
}
