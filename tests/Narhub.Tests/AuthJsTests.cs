using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class AuthJsTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    private const string Here = "http://localhost:3000";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_browser_client_of_next_auth_signs_in_shows_the_session_and_signs_out()
    {
        var (id, email) = await app.Register();
        var input = JsonSerializer.Serialize(new { root = app.App.Urls.First(), origin = Here, email, password = NarhubApp.Password });
        var seen = JsonDocument.Parse(await JavaScript.Run("next-auth.mjs", input, Stop)).RootElement;
        var answers = seen.GetProperty("answers");

        answers.GetProperty("anonymous").GetRawText().ShouldBe("""{"user":null}""");
        var provider = answers.GetProperty("providers").GetProperty("credentials");
        provider.GetProperty("type").GetString().ShouldBe("credentials");
        provider.GetProperty("callbackUrl").GetString().ShouldBe($"{Here}/api/auth/callback/credentials");
        answers.GetProperty("wrong").GetRawText().ShouldBe("""{"error":"CredentialsSignin","status":401,"ok":false,"url":null}""");
        answers.GetProperty("signedIn").GetRawText().ShouldBe($$"""{"error":null,"status":200,"ok":true,"url":"{{Here}}/orders?page=2"}""");
        answers.GetProperty("cookies").GetRawText().ShouldBe("""["next-auth.csrf-token","next-auth.session-token"]""");
        answers.GetProperty("session").GetProperty("user").GetProperty("id").GetGuid().ShouldBe(id);
        answers.GetProperty("session").GetProperty("expires").GetDateTimeOffset().ShouldBe(app.Clock.GetUtcNow().AddDays(30));
        answers.GetProperty("elsewhere").GetProperty("url").GetString().ShouldBe(Here);
        answers.GetProperty("newSession").GetBoolean().ShouldBeTrue();
        answers.GetProperty("signedOut").GetRawText().ShouldBe($$"""{"url":"{{Here}}"}""");
        answers.GetProperty("after").GetRawText().ShouldBe("""{"user":null}""");
        answers.GetProperty("cookiesAfter").GetRawText().ShouldBe("""["next-auth.csrf-token"]""");
        answers.GetProperty("visited").GetRawText().ShouldBe($"""["{Here}/shop?from=here#top"]""");

        var requests = seen.GetProperty("requests").EnumerateArray().ToList();
        requests.Count.ShouldBeGreaterThan(15);
        requests.Where(request => request.GetProperty("method").GetString() == "POST")
            .ShouldAllBe(request => request.GetProperty("type").GetString() == "application/x-www-form-urlencoded");
        requests.Count(request => request.GetProperty("status").GetInt32() != 200).ShouldBe(1);
    }

    [Fact]
    public async Task The_csrf_token_stays_the_same_as_long_as_its_cookie_comes_back()
    {
        var first = (await app.Api.Get("/api/auth/csrf")).ShouldBe(200);
        first.Json.Members().ShouldBe(["csrfToken"]);
        var token = first.At("csrfToken").GetString()!;
        first.Header("Set-Cookie")!.ShouldMatch($"^next-auth[.]csrf-token={token}%7C[A-Za-z0-9_-]{{43}}; Path=/; HttpOnly; SameSite=Lax$");
        var again = (await app.Api.With("Cookie", CookieOf(first)).Get("/api/auth/csrf")).ShouldBe(200);
        again.At("csrfToken").GetString().ShouldBe(token);
        again.Header("Set-Cookie").ShouldBeNull();
        (await app.Api.Get("/api/auth/csrf")).At("csrfToken").GetString().ShouldNotBe(token, StringComparer.Ordinal);
    }

    public static TheoryData<string> BrokenPairs => ["no cookie", "no token", "another token", "another cookie", "made up", "hash of another", "empty"];

    [Theory]
    [MemberData(nameof(BrokenPairs))]
    public async Task A_form_without_the_pair_of_token_and_cookie_does_nothing(string how)
    {
        var person = await app.Someone();
        var mine = await app.Api.Get("/api/auth/csrf");
        var other = await app.Api.Get("/api/auth/csrf");
        var (token, cookie) = (TokenOf(mine), CookieOf(mine));
        (string? Token, string? Cookie) sent = how switch
        {
            "no cookie" => (token, null),
            "no token" => (null, cookie),
            "another token" => (TokenOf(other), cookie),
            "another cookie" => (token, CookieOf(other)),
            "made up" => (new string('a', 64), $"next-auth.csrf-token={new string('a', 64)}%7C{new string('b', 43)}"),
            "hash of another" => (TokenOf(other), $"next-auth.csrf-token={TokenOf(other)}%7C{cookie[^43..]}"),
            _ => ("", "next-auth.csrf-token=%7C"),
        };
        var session = $"{NarhubApp.CookieName}={person.Token}";
        var api = app.Api.With("Cookie", sent.Cookie is null ? session : $"{session}; {sent.Cookie}");
        foreach (var path in new[] { "/api/auth/callback/credentials", "/api/auth/signout" })
        {
            using var form = Form(("csrfToken", sent.Token), ("email", person.Email), ("password", NarhubApp.Password));
            var refused = (await api.Send("POST", path, form)).ShouldBeRefused(403, "FORBIDDEN");
            refused.Header("Set-Cookie").ShouldBeNull();
        }

        (await person.Api.Get("/api/cart")).ShouldBe(200);
    }

    [Theory]
    [InlineData(null, Here + "/")]
    [InlineData("", Here + "/")]
    [InlineData("/cart?x=1#y", Here + "/cart?x=1#y")]
    [InlineData(Here + "/cart", Here + "/cart")]
    [InlineData("cart", Here + "/cart")]
    [InlineData("https://evil.example/", Here)]
    [InlineData("//evil.example", Here)]
    [InlineData("/\\evil.example", Here)]
    [InlineData("\\\\evil.example", Here)]
    [InlineData("http:\\\\evil.example", Here)]
    [InlineData("http://localhost:3000@evil.example/", Here)]
    [InlineData("http://localhost:3000.evil.example/", Here)]
    [InlineData("https://localhost:3000/", Here)]
    [InlineData("javascript:alert(1)", Here)]
    [InlineData("data:text/html,x", Here)]
    [InlineData(" https://evil.example", Here)]
    [InlineData("http://localhost:3001/", Here)]
    public async Task Nobody_is_sent_elsewhere_after_signing_in_or_out(string? callback, string expected)
    {
        var (_, email) = await app.Register();
        var csrf = await app.Api.Get("/api/auth/csrf");
        var api = app.Api.With("Cookie", CookieOf(csrf));
        using var signIn = Form(("csrfToken", TokenOf(csrf)), ("email", email), ("password", NarhubApp.Password), ("callbackUrl", callback), ("json", "true"));
        var signedIn = (await api.Send("POST", "/api/auth/callback/credentials", signIn)).ShouldBe(200);
        signedIn.Json.Members().ShouldBe(["url"]);
        Url(signedIn).ShouldBe(expected);
        NarhubApp.TokenOf(signedIn).ShouldNotBeNull();
        using var signOut = Form(("csrfToken", TokenOf(csrf)), ("callbackUrl", callback), ("json", "true"));
        Url((await api.Send("POST", "/api/auth/signout", signOut)).ShouldBe(200)).ShouldBe(expected);

        static string Url(Answer answer) => answer.At("url").GetString()!;
    }

    [Fact]
    public async Task Json_will_do_as_well_as_a_form()
    {
        var (_, email) = await app.Register();
        var csrf = await app.Api.Get("/api/auth/csrf");
        var api = app.Api.With("Cookie", CookieOf(csrf));
        var answer = (await api.Post("/api/auth/callback/credentials", $$"""{"csrfToken":"{{TokenOf(csrf)}}","email":"{{email}}","password":"{{NarhubApp.Password}}","callbackUrl":"/cart"}""")).ShouldBe(200);
        answer.Text.ShouldBe($$"""{"url":"{{Here}}/cart"}""");
        (await app.With(NarhubApp.TokenOf(answer)!).Get("/api/cart")).ShouldBe(200);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("")]
    [InlineData("{\"email\":\"\\udc00\"}")]
    public async Task What_is_no_form_is_a_400(string body) => (await app.Api.Post("/api/auth/callback/credentials", body)).ShouldBeRefused(400, "VALIDATION_ERROR");

    [Fact]
    public async Task A_form_of_too_many_parts_is_a_400()
    {
        using var form = new FormUrlEncodedContent(Enumerable.Range(0, 2_000).Select(n => new KeyValuePair<string, string>("k" + n, "v")));
        (await app.Api.Send("POST", "/api/auth/callback/credentials", form)).ShouldBeRefused(400, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task A_wrong_password_comes_back_as_auth_js_spells_it()
    {
        var (_, email) = await app.Register();
        var csrf = await app.Api.Get("/api/auth/csrf");
        using var form = Form(("csrfToken", TokenOf(csrf)), ("email", email), ("password", "wrong"));
        var answer = (await app.Api.With("Cookie", CookieOf(csrf)).Send("POST", "/api/auth/callback/credentials", form)).ShouldBe(401);
        answer.Text.ShouldBe($$"""{"url":"{{Here}}/api/auth/error?error=CredentialsSignin&provider=credentials"}""");
        answer.Header("Set-Cookie").ShouldBeNull();
        (await app.Api.Get("/api/auth/error?error=CredentialsSignin&provider=credentials")).ShouldBe(401).Text.ShouldContain("Sign-in failed");
    }

    private static FormUrlEncodedContent Form(params (string Name, string? Value)[] members) =>
        new(members.Where(member => member.Value is not null).Select(member => new KeyValuePair<string, string>(member.Name, member.Value!)));

    private static string TokenOf(Answer csrf) => csrf.At("csrfToken").GetString()!;

    private static string CookieOf(Answer csrf) => csrf.Header("Set-Cookie")!.Split(';')[0];
}
