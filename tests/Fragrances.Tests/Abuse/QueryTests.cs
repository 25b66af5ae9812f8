using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>Query strings: absurd pages, wildcards, and anything at all in every parameter.</summary>
public sealed class QueryTests(AbuseApp app) : IClassFixture<AbuseApp>
{
    private static readonly string[] Lists = ["/api/fragrances", "/api/brands", "/api/user/collection", "/api/user/collection/{item}/wears", "/api/users/{owner}/collection"];

    private static readonly string[] Wildcards = ["%_", "_", "*", "\\", "a%", "?*", "((", "[^", "'", "\"", "\\\\%", "%%%%_", "a_b%", "|", "a|", ".*.*"];

    [Theory]
    [InlineData("limit=0", 400)]
    [InlineData("limit=-1", 400)]
    [InlineData("limit=ten", 400)]
    [InlineData("limit=", 400)]
    [InlineData("limit=1.0", 400)]
    [InlineData("limit=%2B1", 400)]
    [InlineData("limit=1e2", 400)]
    [InlineData("limit=１", 400)]
    [InlineData("limit=%201", 400)]
    [InlineData("limit=0x10", 400)]
    [InlineData("limit=1&limit=2", 400)]
    [InlineData("offset=-1", 400)]
    [InlineData("offset=NaN", 400)]
    [InlineData("offset=-9223372036854775808", 400)]
    [InlineData("limit=101", 200)]
    [InlineData("limit=1000000000", 200)]
    [InlineData("limit=99999999999999999999999999999999999999999", 200)]
    [InlineData("offset=1000000000", 200)]
    [InlineData("offset=9223372036854775807", 200)]
    [InlineData("offset=99999999999999999999999999999999999999999", 200)]
    [InlineData("limit=1&offset=0000000000000000000000000000000000000000001", 200)]
    [InlineData("LIMIT=7&sortBy=NAME&sortOrder=DESC", 200)]
    public async Task A_page_is_cut_or_refused(string query, int status)
    {
        (await app.Owner.Api.Put("/api/user/profile", """{"privacySettings":{"collectionPublic":true}}""")).ShouldBe(200);
        var calls = await Calls.Of(Lists, async (calls, list, _) =>
        {
            var path = list.Replace("{item}", $"{app.Belongings.Item}", StringComparison.Ordinal).Replace("{owner}", $"{app.Owner.Id}", StringComparison.Ordinal);
            var answer = await calls.Make($"{path}?{query}", () => app.Owner.Api.Get($"{path}?{query}"));
            // Brands are one list without pages.
            if (answer.Status != status)
                calls.Flaw($"{path}?{query}: {answer.Status} {answer.Text}");
            else if (status == 200 && answer.Json.TryGetProperty("pagination", out var pagination) && pagination.GetProperty("limit").GetInt32() is < 1 or > 100)
                calls.Flaw($"{path}?{query}: {answer.Text}");
        });
        calls.ShouldBeFlawless(Lists.Length);
    }

    [Theory]
    [InlineData("sortBy=id;drop table accounts")]
    [InlineData("sortBy=password")]
    [InlineData("sortOrder=asc, (select 1)")]
    [InlineData("sortBy=name&sortBy=brand")]
    [InlineData("sortOrder=ASC NULLS FIRST")]
    public async Task Only_listed_orders_are_taken(string query)
    {
        (await app.Owner.Api.Get("/api/fragrances?" + query)).ShouldBeRefused(400);
        (await app.Owner.Api.Get("/api/user/collection?" + query)).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Wildcards_stand_for_themselves()
    {
        (await app.Owner.Api.Get("/api/fragrances?search=100%25_Pure%5C")).ShouldBe(200).At("fragrances[0].name").GetString().ShouldBe(@"100%_Pure\");
        // As patterns these would match Sauvage, Eros, Dior, Versace and everything.
        foreach (var pattern in new[] { "Sau%25age", "E_os", "S%25e", "Di%2ar", ".*os", "%5EEros%24", "D__r", "Vers%5C" })
        {
            (await app.Owner.Api.Get("/api/brands?search=" + pattern)).ShouldBe(200).At("brands").EnumerateArray().Select(brand => brand.GetProperty("name").GetString())
                .ShouldBe(pattern == "Vers%5C" ? ["Versace"] : [], pattern);
        }

        foreach (var filter in new[] { "family=Arom%25", "family=Aromati_", "concentration=%25", "notes=%25" })
            (await app.Owner.Api.Get("/api/fragrances?" + filter)).ShouldBe(200).At("pagination.total").GetInt32().ShouldBe(0, filter);
    }

    [Fact]
    public Task A_kilobyte_of_wildcards_is_answered() =>
        EveryParameter(share: 1, [.. Wildcards.Select(piece => string.Concat(Enumerable.Repeat(piece, 1024 / piece.Length)))]);

    [Fact]
    public async Task Anything_may_be_asked_for() => await EveryParameter(share: 5, await Corpora.Naughty());

    [Fact]
    [Trait("Category", "Faults")]
    public async Task Anything_may_be_asked_for_by_every_parameter() => await EveryParameter(share: 1, await Corpora.Naughty());

    private async Task EveryParameter(int share, IReadOnlyList<string> texts)
    {
        // Refused only for what is wrong with it: free text never is, a choice nearly always.
        (string Path, bool IsFree)[] parameters =
        [
            ("/api/fragrances?search=#&highlight=true&facets=brand,notes,year", true), ("/api/fragrances?family=#&concentration=#&notes=#&search=#", true),
            ("/api/fragrances/suggest?q=#", true), ("/api/brands?search=#", true), ("/api/fragrances?#=#&search[]=#", true),
            ("/api/fragrances?brand=#", false), ("/api/fragrances?brand[0]=#", false), ("/api/fragrances?gender=#&priceRange=#", false), ("/api/fragrances?facets=#", false),
            ("/api/fragrances?sortBy=#", false), ("/api/fragrances?yearFrom=#&yearTo=#", false), ("/api/fragrances?limit=#", false), ("/api/fragrances?offset=#", false),
            ("/api/fragrances?highlight=#", false), ("/api/fragrances/1/similar?limit=#", false), ("/api/brands?active=#", false), ("/api/brands?limit=#", false),
            ("/api/user/collection?owned=#", false), ("/api/user/collection?rating=#", false), ("/api/user/collection?minRating=#", false),
            ("/api/user/collection?sortOrder=#", false), ("/api/user/collection/stats?year=#", false), ("/api/user/collection/export?format=#", false),
        ];
        var calls = await Calls.Of(texts.Where(text => text.Length <= 1100), async (calls, text, turn) =>
        {
            foreach (var (path, isFree) in parameters.Where(_ => turn.Next()))
            {
                var url = path.Replace("#", Uri.EscapeDataString(text), StringComparison.Ordinal);
                // Kestrel refuses longer request lines.
                if (url.Length > 7_000)
                    continue;
                var answer = await calls.Make(url, () => app.Owner.Api.Get(url));
                var isListed = text.Trim().Length == 0 || text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == ',');
                if (answer.Status != 200 && (isFree || answer.Status != 400))
                    calls.Flaw($"{url}: {answer.Status} {answer.Text}");
                if (answer.Status == 200 && !isFree && !isListed)
                    calls.Flaw($"{url}: {answer.Status} {answer.Text}");
            }
        }, share);
        calls.ShouldBeFlawless(texts.Count * parameters.Length / share / 2);
    }

    [Theory]
    [InlineData("/api/fragrances?search=%00")]
    [InlineData("/api/fragrances?search=a%00b")]
    [InlineData("/api/brands?search=%00")]
    [InlineData("/api/fragrances/suggest?q=%00")]
    [InlineData("/verify-email?token=%00")]
    [InlineData("/nowhere?%00")]
    public async Task A_NUL_in_a_query_is_a_400(string path) => (await app.Owner.Api.Get(path)).ShouldBeRefused(400);

    [Theory]
    [InlineData("%ff")]
    [InlineData("%c0%af")]
    [InlineData("%ed%a0%80")]
    [InlineData("%f4%90%80%80")]
    [InlineData("%")]
    [InlineData("%zz")]
    [InlineData("%u0041")]
    public async Task What_is_no_UTF_8_in_a_query_is_other_text_and_never_a_failure(string text)
    {
        (await app.Owner.Api.Get("/api/fragrances?search=" + text)).ShouldBe(200);
        (await app.Owner.Api.Get("/api/brands?search=" + text)).ShouldBe(200);
        (await app.Owner.Api.Get("/api/fragrances?gender=" + text)).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Thousands_of_parameters_are_answered()
    {
        (await app.Owner.Api.Get("/api/fragrances?" + string.Join('&', Enumerable.Repeat("brand=1", 800)))).ShouldBe(200);
        (await app.Owner.Api.Get("/api/fragrances?brand=" + string.Join(',', Enumerable.Range(1, 1500)))).ShouldBe(200);
        (await app.Owner.Api.Get("/api/fragrances?" + string.Join('&', Enumerable.Range(0, 800).Select(n => $"x{n}=1")))).ShouldBe(200);
        (await app.Owner.Api.Get("/api/fragrances?" + string.Join('&', Enumerable.Repeat("notes=rose", 700)))).ShouldBe(200);
    }
}
