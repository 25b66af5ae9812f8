using Colonnade.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

/// <summary>Narhub with a front end of its own at another origin.</summary>
public sealed class FrontEndApp : NarhubApp
{
    public const string Origin = "https://shop.narhub.example";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal) { ["Narhub:AllowedOrigins:0"] = Origin };
}

public sealed class CsrfTests(FrontEndApp app) : IClassFixture<FrontEndApp>
{
    private const string Own = "http://localhost:3000";
    private const string Foreign = "https://evil.example";

    /// <summary>What browsers and others send, and whether it may pass.</summary>
    private static readonly (string? Site, string? Origin, bool Passes)[] Senders =
    [
        (null, null, true),
        ("same-origin", Own, true),
        ("same-origin", null, true),
        ("none", null, true),
        (null, Own, true),
        ("cross-site", FrontEndApp.Origin, true),
        (null, FrontEndApp.Origin, true),
        ("cross-site", Foreign, false),
        ("cross-site", null, false),
        ("cross-site", Own, false),
        ("same-site", null, false),
        ("same-site", "http://localhost:3001", false),
        (null, Foreign, false),
        (null, "null", false),
        (null, "http://localhost:3000.evil.example", false),
        (null, "https://localhost:3000", false),
        (null, "HTTPS://SHOP.NARHUB.EXAMPLE", false),
        ("Same-Origin", Foreign, false),
        ("same-origin, cross-site", Own, false),
    ];

    [Fact]
    public async Task No_unsafe_route_is_open_to_another_site()
    {
        var person = await app.Someone();
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => (Method: method, Path: Fill(route.RoutePattern.RawText!))) ?? [])
            .Where(route => route.Method is not ("GET" or "HEAD" or "OPTIONS")).ToList();
        routes.Count.ShouldBeGreaterThan(15);
        await Write(person);
        var before = await State(person);
        foreach (var (method, path) in routes)
        {
            foreach (var (site, origin, passes) in Senders.Where(sender => !sender.Passes))
            {
                var answer = await As(person.Api, site, origin).Send(method, path, """{"productId":"vigil-ai","quantity":7,"name":"Changed","role":"user"}""");
                answer.ShouldBeRefused(403, "FORBIDDEN");
                answer.Header("Set-Cookie").ShouldBeNull($"{method} {path}");
                answer.Header("X-RateLimit-Limit").ShouldBeNull();
            }
        }

        (await State(person)).ShouldBe(before);
    }

    [Fact]
    public async Task Our_own_pages_listed_ones_and_programs_pass()
    {
        foreach (var (site, origin, passes) in Senders)
        {
            var person = await app.Someone();
            var api = As(person.Api, site, origin);
            (await api.Put("/api/user/profile", """{"name":"Another"}""")).Status.ShouldBe(passes ? 200 : 403, $"{site} {origin}");
            (await api.Post("/api/auth/signin", $$"""{"email":"{{person.Email}}","password":"wrong"}""")).Status.ShouldBe(passes ? 401 : 403);
            (await api.Post("/api/auth/signout")).Status.ShouldBe(passes ? 200 : 403);
            (await person.Api.Get("/api/cart")).Status.ShouldBe(passes ? 401 : 200);
        }
    }

    [Fact]
    public async Task Reading_is_everybodys_and_credentials_are_only_for_listed_origins()
    {
        var person = await app.Someone();
        var foreign = (await As(person.Api, "cross-site", Foreign).Get("/api/cart")).ShouldBe(200);
        foreign.Header("Access-Control-Allow-Origin").ShouldBeNull();
        var listed = (await As(person.Api, "cross-site", FrontEndApp.Origin).Get("/api/cart")).ShouldBe(200);
        listed.Header("Access-Control-Allow-Origin").ShouldBe(FrontEndApp.Origin);
        listed.Header("Access-Control-Allow-Credentials").ShouldBe("true");
    }

    [Theory]
    [InlineData(FrontEndApp.Origin, true)]
    [InlineData(Foreign, false)]
    [InlineData("null", false)]
    [InlineData("https://shop.narhub.example.evil.example", false)]
    public async Task Browsers_are_told_which_origins_may_send_the_cookie(string origin, bool mayAsk)
    {
        var answer = await app.Api.With("Origin", origin).With("Access-Control-Request-Method", "PUT").With("Access-Control-Request-Headers", "content-type").Send("OPTIONS", "/api/cart");
        answer.Header("Access-Control-Allow-Origin").ShouldBe(mayAsk ? origin : null);
        answer.Header("Access-Control-Allow-Credentials").ShouldBe(mayAsk ? "true" : null);
        if (mayAsk)
            answer.Header("Access-Control-Allow-Methods")!.ShouldContain("PUT");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task Bodies_are_json_and_nothing_else(string? type)
    {
        var person = await app.Someone();
        foreach (var (method, path) in new[] { ("POST", "/api/cart"), ("PUT", "/api/cart"), ("PUT", "/api/user/profile"), ("PUT", "/api/user/password"), ("POST", "/api/auth/register"), ("POST", "/api/auth/signin"), ("POST", "/api/cart/merge"), ("DELETE", "/api/user") })
        {
            using var body = new StringContent("""{"name":"Changed","productId":"vigil-ai","quantity":1}""");
            body.Headers.Remove("Content-Type");
            if (type is not null)
                body.Headers.TryAddWithoutValidation("Content-Type", type);
            (await person.Api.Send(method, path, body)).ShouldBeRefused(415, "UNSUPPORTED_MEDIA_TYPE");
        }

        (await person.Api.Get("/api/user/profile")).At("user.name").GetString().ShouldBe("John Doe");
    }

    private static Api As(Api api, string? site, string? origin)
    {
        if (site is not null)
            api = api.With("Sec-Fetch-Site", site);
        return origin is null ? api : api.With("Origin", origin);
    }

    private static string Fill(string pattern) => pattern
        .Replace("{slug}", "vigil-ai", StringComparison.Ordinal)
        .Replace("{userId}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal);

    private static async Task Write(Person person) =>
        (await person.Api.Post("/api/cart", """{"productId":"vigil-ai","slug":"vigil-ai","name":"VIGIL AI","priceMin":1,"priceMax":2}""")).ShouldBe(200);

    private static async Task<string> State(Person person) =>
        (await person.Api.Get("/api/cart")).ShouldBe(200).Text + (await person.Api.Get("/api/user/profile")).ShouldBe(200).Text + (await person.Api.Get("/api/auth/session")).ShouldBe(200).Text;
}
