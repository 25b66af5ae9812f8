using System.Net.Http.Headers;
using System.Text;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>As on a public address: Production, behind a proxy on this machine, with a front end elsewhere.</summary>
public sealed class PublicApp : FragrancesApp
{
    public const string FrontEnd = "https://shop.example.com";
    public const string Root = "https://api.example.com/perfume";

    protected override string Environment => "Production";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal)
    {
        ["AllowedOrigins:0"] = FrontEnd,
        ["Fragrances:PublicUrl"] = Root,
        ["Proxies:0"] = "127.0.0.1",
        ["Mail:Smtp:Host"] = "127.0.0.1",
    };
}

/// <summary>What every answer carries, whom a browser lets read it, and what a forged header cannot do.</summary>
public sealed class HeaderTests(PublicApp app) : IClassFixture<PublicApp>
{
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    private static StringContent Text => new("x", Encoding.UTF8, new MediaTypeHeaderValue("text/plain"));

    /// <summary>One of each kind of answer.</summary>
    private async Task<(string Kind, Answer Answer)[]> Answers(Api api)
    {
        var person = await app.Someone();
        var mine = api.WithBearer(person.AccessToken);
        var item = (await mine.Post("/api/user/collection", """{"fragranceId":1}""")).Status;
        item.ShouldBe(404, "the catalogue is empty");
        return
        [
            ("page", await api.Get("/")), ("link page", await api.Get("/verify-email?token=x")), ("reference", await api.Get("/docs/index.html")), ("script", await api.Get("/docs/swagger-ui-bundle.js")),
            ("document", await api.Get("/openapi.json")), ("keys", await api.Get("/.well-known/jwks.json")), ("live", await api.Get("/health/live")), ("ready", await api.Get("/health/ready")),
            ("profile", await mine.Get("/api/user/profile")), ("search", await mine.Get("/api/fragrances")), ("brands", await mine.Get("/api/brands")), ("csv", await mine.Get("/api/user/collection/export?format=csv")),
            ("json file", await mine.Get("/api/user/collection/export")), ("stats", await mine.Get("/api/user/collection/stats")), ("sign-in", await api.Post("/api/auth/login", $$"""{"email":"{{person.Email}}","password":"{{FragrancesApp.Password}}"}""")),
            ("refresh", await api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{person.RefreshToken}}"}""")), ("registered", await api.Post("/api/auth/register", $$"""{"email":"{{Guid.CreateVersion7()}}@example.com","password":"correct-horse-5","fullName":"Jo"}""")),
            ("400", await api.Post("/api/auth/login", "{")), ("401", await api.Get("/api/user/profile")), ("wrong password", await api.Post("/api/auth/login", """{"email":"a@b.co","password":"x"}""")),
            ("404", await api.Get("/nowhere")), ("404 of mine", await mine.Get("/api/user/collection/999")), ("405", await api.Delete("/api/auth/login")), ("413", await api.Post("/api/auth/login", new string(' ', 200_000))),
            ("415", await api.Send("POST", "/api/auth/login", Text)), ("422", await mine.Post("/api/user/collection", """{"fragranceId":1,"rating":9}""")),
            ("replayed", await mine.With("Idempotency-Key", "").Post("/api/user/collection", "{}")), ("logout", await mine.Post("/api/auth/logout")),
        ];
    }

    [Fact]
    public async Task Every_kind_of_answer_carries_what_protects_it()
    {
        // Through the proxy, which spoke TLS with the client.
        foreach (var (kind, answer) in await Answers(app.Api.With("X-Forwarded-Proto", "https").With("X-Forwarded-For", "198.51.100.7")))
        {
            answer.Status.ShouldBeLessThan(500, kind);
            answer.Header("Strict-Transport-Security").ShouldBe("max-age=31536000; includeSubDomains", kind);
            answer.Header("X-Powered-By").ShouldBeNull(kind);
            answer.Header("X-Content-Type-Options").ShouldBe("nosniff", kind);
            var type = answer.Header("Content-Type").ShouldNotBeNull(kind);
            var isPage = type.StartsWith("text/html", StringComparison.Ordinal) || kind == "script";
            answer.Header("Content-Security-Policy")!.ShouldStartWith(isPage ? "default-src 'none'; " : Nothing, Case.Sensitive, kind);
            answer.Header("Content-Security-Policy")!.ShouldContain("frame-ancestors 'none'", Case.Sensitive, kind);
            if (kind != "script")
                type.ToLowerInvariant().ShouldContain("charset=utf-8", Case.Sensitive, kind);
            var isPublic = kind is "page" or "reference" or "script" or "document" or "keys" or "live" or "ready" or "registered";
            if (!isPublic)
                answer.Header("Cache-Control").ShouldNotBeNull(kind).ShouldContain("no-store", Case.Sensitive, kind);
            else if (answer.Header("Cache-Control")?.Contains("public", StringComparison.Ordinal) == true)
                // One cache for everybody, and another answer for another origin.
                answer.Header("Vary").ShouldNotBeNull(kind).ShouldContain("Origin", Case.Sensitive, kind);
        }
    }

    [Fact]
    public async Task Over_plain_http_nothing_is_said_of_https() =>
        (await app.Api.Get("/health/live")).Header("Strict-Transport-Security").ShouldBeNull();

    [Theory]
    [InlineData(PublicApp.FrontEnd, true)]
    [InlineData("https://shop.example.com.evil", false)]
    [InlineData("https://evil-shop.example.com", false)]
    [InlineData("https://evilshop.example.com", false)]
    [InlineData("https://shop.example.com:8443", false)]
    [InlineData("http://shop.example.com", false)]
    [InlineData("https://sub.shop.example.com", false)]
    [InlineData("https://example.com", false)]
    [InlineData("https://shop.example.com/", false)]
    [InlineData("https://user@shop.example.com", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    [InlineData("*", false)]
    [InlineData("file://", false)]
    [InlineData("http://localhost", false)]
    [InlineData("http://localhost:3000", false)]
    [InlineData("http://127.0.0.1", false)]
    [InlineData("https://shop.example.com, https://evil.example", false)]
    public async Task Only_a_listed_origin_may_read(string origin, bool mayRead)
    {
        var api = app.Api.With("Origin", origin);
        var preflight = api.With("Access-Control-Request-Method", "POST").With("Access-Control-Request-Headers", "authorization,content-type,idempotency-key");
        (string, Answer)[] answers =
        [
            ("preflight of sign-in", await preflight.Send("OPTIONS", "/api/auth/login")), ("preflight of the collection", await preflight.Send("OPTIONS", "/api/user/collection")),
            ("refusal", await api.Get("/api/user/profile")), ("unknown route", await api.Get("/nowhere")), ("answer", await api.Get("/health/live")), ("keys", await api.Get("/.well-known/jwks.json")),
            ("sign-in", await api.Post("/api/auth/login", """{"email":"a@b.co","password":"x"}""")), ("unreadable", await api.Post("/api/auth/login", "{")),
        ];
        foreach (var (what, answer) in answers)
        {
            answer.Header("Access-Control-Allow-Origin").ShouldBe(mayRead ? origin : null, what);
            answer.Header("Access-Control-Allow-Credentials").ShouldBe(mayRead && (what.EndsWith("sign-in", StringComparison.Ordinal) || what == "unreadable") ? "true" : null, what);
            if (mayRead)
                answer.Header("Vary").ShouldNotBeNull(what).ShouldContain("Origin", Case.Sensitive, what);
            if (mayRead && !what.StartsWith("preflight", StringComparison.Ordinal))
                answer.Header("Access-Control-Expose-Headers")!.ShouldContain("Retry-After", Case.Sensitive, what);
        }
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "evil.example:3004")]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("Forwarded", "host=evil.example;proto=http")]
    [InlineData("X-Original-Host", "evil.example")]
    [InlineData("X-Host", "evil.example")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Referer", "https://evil.example/")]
    [InlineData("X-Forwarded-Prefix", "/evil")]
    public async Task Links_lead_where_the_settings_say_whatever_a_header_says(string header, string value)
    {
        var api = app.Api.With(header, value);
        var email = $"links-{Guid.CreateVersion7()}@example.com";
        var registered = (await api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"correct-horse-5","fullName":"Jo"}""")).ShouldBe(201);
        registered.Header("Location").ShouldBe("/api/user/profile");
        (await api.Post("/api/auth/reset-password", $$"""{"email":"{{email}}"}""")).ShouldBe(200);
        (await api.Get("/openapi.json")).ShouldBe(200).At("servers[0].url").GetString().ShouldBe(PublicApp.Root);
        foreach (var answer in new[] { registered, await api.Get("/"), await api.Get("/verify-email?token=x"), await api.Get("/nowhere") })
            answer.Text.ShouldNotContain("evil");
    }
}

/// <summary>The mails themselves, which only Development hands to the Sandbox.</summary>
public sealed class MailLinkTests(FragrancesApp app) : IClassFixture<FragrancesApp>
{
    [Fact]
    public async Task A_forged_host_is_in_no_mail()
    {
        const string email = "forged-host@example.com";
        foreach (var header in new[] { "Host", "X-Forwarded-Host", "X-Original-Host", "Forwarded", "X-Host", "Origin" })
        {
            await app.Api.With(header, "evil.example").Post("/api/auth/register", $$"""{"email":"{{email}}","password":"correct-horse-5","fullName":"Jo"}""");
            (await app.Api.With(header, "evil.example").Post("/api/auth/reset-password", $$"""{"email":"{{email}}"}""")).ShouldBe(200);
            (await app.Api.With(header, "evil.example").Post("/api/auth/resend-verification", $$"""{"email":"{{email}}"}""")).ShouldBe(200);
            await app.Advance(TimeSpan.FromMinutes(16));
        }

        // The absolute form of a request wins over Host; it decides nothing either.
        var root = app.App.Urls.First();
        var body = $$"""{"email":"{{email}}"}""";
        var answers = await RawHttp.Exchange(root, $"POST http://evil.example/api/auth/reset-password HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        answers.Statuses.ShouldBe([200], answers.Text);

        await app.RunJobs();
        var mails = await app.Mails(email);
        mails.Count.ShouldBeGreaterThan(6);
        mails.ShouldAllBe(mail => !mail.Html.Contains("evil", StringComparison.Ordinal) && !mail.Text.Contains("evil", StringComparison.Ordinal) && !mail.From.Contains("evil", StringComparison.Ordinal));
        mails.ShouldAllBe(mail => mail.Text.Contains("http://localhost:3004/", StringComparison.Ordinal));
    }
}
