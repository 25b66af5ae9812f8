using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class ApiTokenTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    private async Task<(Answer Answer, Api Api)> Token(string scopes, string more = "")
    {
        var answer = (await app.Service.Post("/api/tokens", $$"""{"name":"ci","scopes":[{{scopes}}]{{more}}}""")).ShouldBe(201);
        return (answer, app.Api.WithBearer(answer.At("data.token").GetString()!));
    }

    [Fact]
    public async Task A_token_is_shown_once_and_listed_without_itself()
    {
        var (created, api) = await Token("\"orders:read\"");
        created.Header("Cache-Control").ShouldBe("no-store");
        created.At("message").GetString()!.ShouldStartWith("Token created successfully");
        var secret = created.At("data.token").GetString()!;
        secret.ShouldStartWith(created.At("data.prefix").GetString()!);
        (await api.Get("/api/orders")).ShouldBe(200);
        var read = (await app.Service.Get(created.Header("Location")!)).ShouldBe(200);
        read.At("data.name").GetString().ShouldBe("ci");
        read.At("data").EnumerateObject().Select(member => member.Name).ShouldBe(["tokenId", "name", "prefix", "scopes", "createdAt", "expiresAt", "lastUsedAt"]);
        (await app.Service.Get("/api/tokens")).ShouldBe(200).Text.ShouldNotContain(secret);
    }

    [Theory]
    [InlineData("\"users:read\"", "GET", "/api/user/{userId}", 200)]
    [InlineData("\"users:read\"", "PATCH", "/api/user/{userId}", 403)]
    [InlineData("\"users:write\"", "PATCH", "/api/user/{userId}", 200)]
    [InlineData("\"users:write\"", "GET", "/api/user/{userId}", 403)]
    [InlineData("\"orders:read\"", "GET", "/api/user/{userId}", 403)]
    [InlineData("\"orders:read\"", "GET", "/api/order/{orderId}", 200)]
    [InlineData("\"orders:read\"", "GET", "/api/orders/export", 200)]
    [InlineData("\"orders:read\"", "DELETE", "/api/order/{orderId}", 403)]
    [InlineData("\"orders:write\"", "DELETE", "/api/order/{orderId}", 200)]
    [InlineData("\"orders:write\"", "GET", "/api/orders", 403)]
    [InlineData("\"users:read\",\"users:write\",\"orders:read\",\"orders:write\"", "GET", "/api/tokens", 403)]
    [InlineData("\"*\"", "GET", "/api/tokens", 200)]
    public async Task A_token_may_do_what_its_scopes_say(string scopes, string method, string path, int status)
    {
        var (_, api) = await Token(scopes);
        var (user, _) = await app.Register();
        var order = await app.NewOrder();
        var answer = await api.Send(method, path.Replace("{userId}", user.ToString(), StringComparison.Ordinal).Replace("{orderId}", order.ToString(), StringComparison.Ordinal),
            method == "PATCH" ? """{"password":"password456"}""" : null);
        answer.ShouldBe(status);
        if (status == 403)
            answer.ShouldBeRefused(403, "INSUFFICIENT_PERMISSIONS").Header("WWW-Authenticate")!.ShouldContain("insufficient_scope");
    }

    [Fact]
    public async Task A_token_ends_when_it_is_revoked_or_expires()
    {
        var (created, api) = await Token("\"orders:read\"");
        var id = created.At("data.tokenId").GetString();
        (await api.Get("/api/orders")).ShouldBe(200);
        (await app.Service.Delete($"/api/tokens/{id}")).ShouldBe(200).Text.ShouldBe("""{"success":true,"message":"Token revoked successfully"}""");
        (await app.Service.Delete($"/api/tokens/{id}")).ShouldBeRefused(404, "TOKEN_NOT_FOUND");
        (await api.Get("/api/orders")).ShouldBeRefused(401, "INVALID_TOKEN");

        var (_, shortLived) = await Token("\"orders:read\"", $",\"expiresAt\":\"{app.Clock.GetUtcNow().AddHours(1):O}\"");
        (await shortLived.Get("/api/orders")).ShouldBe(200);
        await app.Advance(TimeSpan.FromHours(1));
        (await shortLived.Get("/api/orders")).ShouldBeRefused(401, "INVALID_TOKEN");
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":"x","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["orders:everything"]}""", "scopes")]
    [InlineData("""{"name":"x","expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"x","expiresAt":"tomorrow"}""", "expiresAt")]
    public async Task A_wish_that_breaks_a_rule_is_a_400(string body, string field) =>
        (await app.Service.Post("/api/tokens", body)).ShouldBeRefused(400, "VALIDATION_FAILED").At("errors[0].field").GetString().ShouldBe(field);

    [Fact]
    public async Task History_names_the_token_that_was_used()
    {
        var (created, api) = await Token("\"orders:write\",\"orders:read\"");
        var order = await app.NewOrder(api);
        var by = (await api.Get($"/api/order/{order}/history")).ShouldBe(200).At("data.history[0].by");
        by.GetProperty("type").GetString().ShouldBe("service");
        by.GetProperty("id").GetString().ShouldBe(created.At("data.tokenId").GetString());
        by.GetProperty("name").GetString().ShouldBe("ci");
    }
}
