using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>Naughty text in every field, parameter and path: it comes back as it went in, or is refused in the dialect.</summary>
public sealed class NaughtyTextTests(AbuseApp app) : IClassFixture<AbuseApp>
{
    private const int LongestNotes = 5_000;

    [Fact]
    public Task Text_that_is_kept_comes_back_exactly() => KeptText(share: 5);

    [Fact]
    [Trait("Category", "Faults")]
    public Task All_text_that_is_kept_comes_back_exactly_from_every_field() => KeptText(share: 1);

    private async Task KeptText(int share)
    {
        var item = $"/api/user/collection/{app.Belongings.Item}";
        var people = new System.Collections.Concurrent.ConcurrentBag<Person>();
        var calls = await Calls.Of(await Corpora.Naughty(), async (calls, text, turn) =>
        {
            // Somebody's own, so that parallel writers do not see one another's text.
            if (!people.TryTake(out var person))
                person = await app.Someone();
            var json = JsonSerializer.Serialize(text);
            var trimmed = text.Trim();

            await Kept("full name", () => person.Api.Put("/api/user/profile", $$"""{"fullName":{{json}}}"""), "profile.fullName", trimmed, trimmed.Length is > 0 and <= 100);
            await Kept("scent type", () => person.Api.Put("/api/user/profile", $$"""{"preferredScentTypes":[{{json}}]}"""), "profile.preferredScentTypes[0]", trimmed, trimmed.Length is > 0 and <= 50);
            await Kept("notes", () => app.Owner.Api.Put(item, $$"""{"personalNotes":{{json}}}"""), "collectionItem.personalNotes", text, text.Length <= LongestNotes);
            await Kept("occasion", () => app.Owner.Api.Put(item, $$"""{"occasions":[{{json}}]}"""), "collectionItem.occasions[0]", text, trimmed.Length > 0 && text.Length <= 50);
            await Kept("season", () => app.Owner.Api.Put(item, $$"""{"seasons":[{{json}}]}"""), "collectionItem.seasons[0]", text, trimmed.Length > 0 && text.Length <= 50);
            await Kept("weather", () => app.Owner.Api.Post(item + "/wears", $$"""{"date":"2026-03-01","occasion":{{json}},"weather":{{json}}}"""), "wear.weather", text, text.Length <= 50);

            if (!turn.Next())
            {
                people.Add(person);
                return;
            }

            var rows = await calls.Make($"import of {Shown(text)}", () => app.Owner.Api.Post(
                "/api/user/collection/import?dryRun=true", $$"""[{"name":{{json}},"brand":{{json}},"concentration":{{json}},"notes":{{json}},"seasons":[{{json}}],"rating":{{json}}}]"""));
            if (rows.Status != 201)
                calls.Flaw($"import of {Shown(text)}: {rows.Status} {rows.Text}");
            else if (trimmed.Length is > 0 and <= 200 && rows.At("rows[0].name").GetString() != trimmed)
                calls.Flaw($"import of {Shown(text)}: {rows.Text}");
            people.Add(person);

            async Task Kept(string field, Func<Task<Answer>> call, string path, string expected, bool isAllowed)
            {
                if (!turn.Next())
                    return;
                var answer = await calls.Make($"{field} {Shown(text)}", call);
                var isKept = answer.Status is 200 or 201;
                if (isKept != isAllowed || (isKept && answer.At(path).GetString() != expected))
                    calls.Flaw($"{field} {Shown(text)}: {answer.Status} {answer.Text}");
            }
        }, share);
        calls.ShouldBeFlawless(least: 3_500 / share);
    }

    [Fact]
    public Task An_export_gives_naughty_notes_back_and_the_import_takes_them() => RoundTrips(share: 20);

    [Fact]
    [Trait("Category", "Faults")]
    public Task An_export_gives_all_naughty_notes_back_and_the_import_takes_them() => RoundTrips(share: 1);

    private async Task RoundTrips(int share)
    {
        var texts = (await Corpora.Naughty()).Where(text => text.Length is > 0 and <= LongestNotes).ToList();
        var (writer, reader) = (await app.Someone(), await app.Someone());
        await Belonging.Make(writer.Api);
        await Belonging.Make(reader.Api);
        var item = (await writer.Api.Get("/api/user/collection")).At("collection[0].id").GetInt32();
        foreach (var text in texts.Where((_, place) => place % share == 0))
        {
            var json = JsonSerializer.Serialize(text);
            (await writer.Api.Put($"/api/user/collection/{item}", $$"""{"personalNotes":{{json}},"occasions":[{{JsonSerializer.Serialize(text.Length <= 49 ? "x" + text : "long")}}]}""")).ShouldBe(200);
            foreach (var format in new[] { "json", "csv" })
            {
                var file = (await writer.Api.Get($"/api/user/collection/export?format={format}")).ShouldBe(200);
                using var content = new ByteArrayContent(file.Bytes);
                content.Headers.ContentType = new MediaTypeHeaderValue(format == "csv" ? "text/csv" : "application/json");
                await app.Advance(TimeSpan.FromSeconds(1));
                await app.Database.Execute("delete from collection_items where account_id = @Id", new { reader.Id }, TestContext.Current.CancellationToken);
                (await reader.Api.Send("POST", "/api/user/collection/import", content)).ShouldBe(201).At("summary.added").GetInt32().ShouldBe(1, Shown(text));
                var copy = (await reader.Api.Get("/api/user/collection")).ShouldBe(200);
                copy.At("collection[0].personalNotes").GetString().ShouldBe(text, $"{format} of {Shown(text)}");
                (await writer.Api.Get("/api/user/collection")).At("collection[0].occasions").GetRawText().ShouldBe(copy.At("collection[0].occasions").GetRawText(), $"{format} of {Shown(text)}");
            }
        }
    }

    [Fact]
    public Task A_password_of_anything_opens_what_it_closed_and_any_address_is_taken_or_refused() => PasswordsAndAddresses(share: 9);

    [Fact]
    [Trait("Category", "Faults")]
    public Task Every_password_opens_what_it_closed_and_every_address_is_taken_or_refused() => PasswordsAndAddresses(share: 1);

    private async Task PasswordsAndAddresses(int share)
    {
        var calls = await Calls.Of(await Corpora.Naughty(), async (calls, text, turn) =>
        {
            var fields = (IEnumerable<string>)[text, text + "@example.com", "jo@" + text, $"\"{text}\"@example.com", $"jo@{text}.com"];
            foreach (var address in fields.Where(_ => turn.Next()))
            {
                var json = JsonSerializer.Serialize(address);
                await calls.Make($"register {Shown(address)}", () => app.Api.Post("/api/auth/register", $$"""{"email":{{json}},"password":"correct-horse-5","fullName":{{JsonSerializer.Serialize(text)}}}"""));
                await calls.Make($"login {Shown(address)}", () => app.Api.Post("/api/auth/login", $$"""{"email":{{json}},"password":{{JsonSerializer.Serialize(text)}}}"""));
                await calls.Make($"reset {Shown(address)}", () => app.Api.Post("/api/auth/reset-password", $$"""{"email":{{json}}}"""));
            }

            if (!turn.Next())
                return;
            var email = $"naughty-{Guid.CreateVersion7()}@example.com";
            var password = JsonSerializer.Serialize("1!" + text + "abcdefg");
            var registered = await calls.Make($"password {Shown(text)}", () =>
                app.Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":{{password}},"fullName":"Jo"}"""));
            var fits = Encoding.UTF8.GetByteCount(text) <= 1024 - 9;
            if (registered.Status != (fits ? 201 : 422))
                calls.Flaw($"password {Shown(text)}: {registered.Status} {registered.Text}");
            if (fits && (await calls.Make($"login with {Shown(text)}", () => app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":{{password}}}"""))).Status != 200)
                calls.Flaw($"the password {Shown(text)} does not open");
        }, share);
        calls.ShouldBeFlawless(least: 8_000 / share);

        // Whoever was taken can be written to: no mail may hang in the queue because of its address.
        await app.RunJobs();
        (await app.Database.List<string>("select distinct kind || ': ' || error || ' (' || coalesce(email, '') || ')' from jobs left join accounts on accounts.id::text = payload ->> 'accountId' where error is not null", null, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public Task Tokens_choices_and_dates_of_anything_are_refused_in_the_dialect() => TokensAndChoices(share: 5);

    [Fact]
    [Trait("Category", "Faults")]
    public Task Every_token_choice_and_date_is_refused_in_the_dialect() => TokensAndChoices(share: 1);

    private async Task TokensAndChoices(int share)
    {
        var item = $"/api/user/collection/{app.Belongings.Item}";
        var calls = await Calls.Of(await Corpora.Naughty(), async (calls, text, turn) =>
        {
            var json = JsonSerializer.Serialize(text);
            await Refused(401, () => app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":{{json}}}"""));
            await Refused(400, () => app.Api.Post("/api/auth/verify-email", $$"""{"token":{{json}}}"""));
            await Refused(400, () => app.Api.Post("/api/auth/reset-password/confirm", $$"""{"token":{{json}},"password":"correct-horse-6"}"""));
            await Refused(400, () => app.Owner.Api.Put("/api/user/profile", $$"""{"experienceLevel":{{json}}}"""));
            await Refused(422, () => app.Owner.Api.Post(item + "/wears", $$"""{"date":{{json}}}"""));
            await Refused(422, () => app.Owner.Api.Put(item, $$"""{"purchaseDate":{{json}}}"""));
            await Refused(422, () => app.Owner.Api.Post($"/api/user/collection/imports/{app.Belongings.Import}/commit", $$"""{"onConflict":{{json}}}"""));

            async Task Refused(int status, Func<Task<Answer>> call)
            {
                if (!turn.Next())
                    return;
                var answer = await calls.Make(Shown(text), call);
                if (answer.Status != status)
                    calls.Flaw($"{Shown(text)}: {answer.Status} instead of {status}, {answer.Text}");
            }
        }, share);
        calls.ShouldBeFlawless(least: 3_500 / share);
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    [InlineData("\\ud800\\ud800")]
    [InlineData("\\udc00\\ud83d")]
    public async Task Text_that_no_database_can_hold_is_a_400_in_every_field(string escape)
    {
        var item = $"/api/user/collection/{app.Belongings.Item}";
        (string Method, string Path, string Body)[] fields =
        [
            ("POST", "/api/auth/register", """{"email":"#@example.com","password":"correct-horse-5","fullName":"Jo"}"""),
            ("POST", "/api/auth/register", """{"email":"unstorable@example.com","password":"correct-horse-5#","fullName":"Jo"}"""),
            ("POST", "/api/auth/register", """{"email":"unstorable@example.com","password":"correct-horse-5","fullName":"#"}"""),
            ("POST", "/api/auth/login", """{"email":"#","password":"x"}"""),
            ("POST", "/api/auth/login", """{"email":"a@b.co","password":"#"}"""),
            ("POST", "/api/auth/refresh", """{"refreshToken":"#"}"""),
            ("POST", "/api/auth/verify-email", """{"token":"#"}"""),
            ("POST", "/api/auth/reset-password", """{"email":"#"}"""),
            ("PUT", "/api/user/profile", """{"fullName":"#"}"""),
            ("PUT", "/api/user/profile", """{"preferredScentTypes":["#"]}"""),
            ("PUT", item, """{"personalNotes":"#"}"""),
            ("PUT", item, """{"occasions":["#"]}"""),
            ("POST", item + "/wears", """{"date":"2026-03-01","weather":"#"}"""),
            ("POST", "/api/user/collection", """{"fragranceId":2,"personalNotes":"#"}"""),
        ];
        foreach (var (method, path, body) in fields)
            (await app.Owner.Api.Send(method, path, body.Replace("#", escape, StringComparison.Ordinal))).ShouldBeRefused(400);
        // In a file only its row is refused.
        (await app.Owner.Api.Post("/api/user/collection/import?dryRun=true", $$"""[{"name":"{{escape}}","brand":"x"},{"name":"Eros","brand":"Versace"}]""")).ShouldBe(201)
            .At("rows").EnumerateArray().Select(row => row.GetProperty("status").GetString()).ShouldBe(["invalid", "new"]);
    }

    [Fact]
    public Task Paths_of_anything_are_a_404_and_links_of_anything_only_a_page() => PathsAndLinks(share: 8);

    [Fact]
    [Trait("Category", "Faults")]
    public Task Every_path_is_a_404_and_every_link_only_a_page() => PathsAndLinks(share: 1);

    private async Task PathsAndLinks(int share)
    {
        string[] paths =
        [
            "/api/#", "/api/fragrances/#", "/api/fragrances/#/similar", "/api/user/collection/#", "/api/user/collection/#/wears", "/api/user/collection/imports/#", "/api/users/#/collection",
            $"/api/user/collection/imports/{app.Belongings.Import}/rows/#", $"/api/user/collection/{app.Belongings.Item}/wears/#", "/docs/#", "/verify-email?token=#", "/reset-password?token=#",
        ];
        var texts = (await Corpora.Naughty()).Where(text => WireText.IsStorable(text) && text.Trim() is not ("" or "." or "..") && text.Length < 1000).ToList();
        var calls = await Calls.Of(texts, async (calls, text, turn) =>
        {
            foreach (var path in paths.Where(_ => turn.Next()))
            {
                var url = path.Replace("#", Uri.EscapeDataString(text), StringComparison.Ordinal);
                if (path.Contains('?', StringComparison.Ordinal))
                {
                    var page = await app.Api.Get(url);
                    if (page.Status != 200 || page.Text.Contains("<script", StringComparison.OrdinalIgnoreCase) || HiddenToken(page.Text) != text.ReplaceLineEndings("\n"))
                        calls.Flaw($"{url}: {page.Status} {page.Text}");
                    continue;
                }

                var answer = await calls.Make(url, () => app.Owner.Api.Send(path.Contains("/rows/", StringComparison.Ordinal) ? "PUT" : path.EndsWith("/wears/#", StringComparison.Ordinal) ? "DELETE" : "GET", url,
                    path.Contains("/rows/", StringComparison.Ordinal) ? """{"skip":true}""" : null));
                // A text may happen to name what exists: "1", or half a route.
                var isSomething = text.Trim().All(char.IsAsciiLetterOrDigit) || text.Contains('/', StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal);
                if (answer.Status != 404 && !(isSomething && answer.Status is 200 or 400 or 405))
                    calls.Flaw($"{url}: {answer.Status} {answer.Text}");
            }
        }, share);
        calls.ShouldBeFlawless(least: 3_500 / share);
    }

    /// <summary>What a browser would send as the token.</summary>
    private static string HiddenToken(string page)
    {
        const string before = "<input type=\"hidden\" name=\"token\" value=\"";
        var start = page.IndexOf(before, StringComparison.Ordinal) + before.Length;
        var end = page.IndexOf("\">\n", start, StringComparison.Ordinal);
        return page.AsSpan(start, end - start).ContainsAny("\"<>") ? "not encoded" : WebUtility.HtmlDecode(page[start..end]).ReplaceLineEndings("\n");
    }

    private static string Shown(string text) => JsonSerializer.Serialize(text.Length > 80 ? text[..80] : text);
}
