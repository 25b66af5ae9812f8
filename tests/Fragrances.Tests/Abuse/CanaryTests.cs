using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Colonnade.Platform.Jobs;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>
/// One life of an account in which every secret can be recognised; afterwards none of them stands in a log line, a span, a
/// metric, a refusal or a row.
/// </summary>
public sealed partial class CanaryTests(FragrancesApp app) : IClassFixture<FragrancesApp>
{
    private const string Email = "canary-7c1f@mail.example.com";
    private const string FirstPassword = "canary-first-9d3a!";
    private const string SecondPassword = "canary-second-51fe!";
    private const string WrongPassword = "canary-wrong-77b0!";
    private const string Key = "canary-key-e2c4";

    private readonly ConcurrentQueue<string> _refusals = new();
    private readonly Dictionary<string, string> _secrets = new(StringComparer.Ordinal)
    {
        ["the address"] = Email,
        ["the first password"] = FirstPassword,
        ["the second password"] = SecondPassword,
        ["a wrong password"] = WrongPassword,
        ["the idempotency key"] = Key,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_secret_is_written_down_anywhere()
    {
        using var observed = new Observed();
        var rows = await Live();
        rows.Add(await Rows());

        // Each with something that proves that it was looked at.
        (string Place, string Text, string Sight)[] places =
        [
            ("the log", string.Join('\n', app.Log.All), "POST /api/auth/login 200"),
            ("a span", observed.Spans, "/api/auth/login"),
            ("a metric", observed.Measures, "http.route=/api/auth/login"),
            ("a refusal", string.Join('\n', _refusals), "INVALID_CREDENTIALS"),
            ("a row", string.Join('\n', rows), "refresh_token_reused"),
        ];
        places.ShouldAllBe(place => place.Text.Contains(place.Sight, StringComparison.Ordinal));
        _secrets.Count.ShouldBeGreaterThan(15);
        var leaks =
            from secret in _secrets
            from spelling in Spellings(secret.Value)
            from place in places
            where place.Text.Contains(spelling, StringComparison.OrdinalIgnoreCase)
            select $"{secret.Key} ({spelling}) is in {place.Place}: …{Around(place.Text, spelling)}…";
        leaks.ShouldBeEmpty();
    }

    /// <summary>Everything that can happen to an account; what the tables held while mails waited.</summary>
    private async Task<List<string>> Live()
    {
        var api = app.Api;
        var rows = new List<string>();
        await Call(201, () => api.Post("/api/auth/register", Registration(FirstPassword)));
        rows.Add(await Rows());
        var verification = await LinkOf("verification", mails: 1);
        await Call(200, () => api.Get("/verify-email?token=" + verification));
        await Call(200, () => api.Post("/api/auth/verify-email", $$"""{"token":"{{verification}}"}"""));
        await Call(400, () => api.Post("/api/auth/verify-email", $$"""{"token":"{{verification}}"}"""));
        await Call(400, () => Form("/verify-email", "token=" + verification));

        // Sign-in: wrong, unreadable, taken, right, and with the table gone.
        await Call(401, () => api.Post("/api/auth/login", Credentials(WrongPassword)));
        await Call(400, () => api.Post("/api/auth/login", Credentials(FirstPassword)[..^1]));
        await Call(400, () => api.Post("/api/auth/login", $$"""{"email":["{{Email}}"],"password":["{{FirstPassword}}"]}"""));
        await Call(400, () => api.Post("/api/auth/register", Registration(FirstPassword)));
        await Call(422, () => api.Post("/api/auth/register", $$"""{"email":"other-{{Email}}","password":"{{FirstPassword[..7]}}","fullName":"Jo"}"""));
        await app.Database.Execute("alter table sessions rename to mislaid", null, Stop);
        await Call(500, () => api.Post("/api/auth/login", Credentials(FirstPassword)));
        await app.Database.Execute("alter table mislaid rename to sessions", null, Stop);
        var (access, refresh) = await SignIn(FirstPassword, "first");

        // Tokens where they belong and where they do not.
        await Call(200, () => api.WithBearer(access).Get("/api/user/profile"));
        await Call(401, () => api.WithBearer(refresh).Get("/api/user/profile"));
        await Call(401, () => api.WithBearer(access + "x").Get("/api/user/profile"));
        await Call(401, () => api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{access}}"}"""));
        // The envelope repeats the path, to the one who sent it.
        (await api.With("User-Agent", Email).Get($"/nowhere/{access}?access_token={refresh}&email={Email}")).ShouldBe(404);
        var refreshed = await Call(200, () => api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{refresh}}"}"""));
        Keep("refreshed", refreshed);
        var cookie = refreshed.At("refreshToken").GetString();
        Keep("refreshed again", await Call(200, () => api.With("Cookie", "refreshToken=" + cookie).Post("/api/auth/refresh")));
        await app.Advance(TimeSpan.FromMinutes(2));
        await Call(401, () => api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{refresh}}"}"""));
        await Call(401, () => api.WithBearer(access).Get("/api/user/profile"));

        // A mail that does not leave at first, a reset, and a lock.
        await Call(200, () => api.Post("/api/auth/reset-password", $$"""{"email":"{{Email}}"}"""));
        await FailToMail();
        rows.Add(await Rows());
        await app.Advance(TimeSpan.FromMinutes(1));
        var reset = await LinkOf("reset", mails: 3);
        await Call(200, () => api.Get("/reset-password?token=" + reset));
        await Call(422, () => api.Post("/api/auth/reset-password/confirm", $$"""{"token":"{{reset}}","password":"{{SecondPassword[..7]}}"}"""));
        await Call(200, () => Form("/reset-password", $"token={reset}&password={WebUtility.UrlEncode(SecondPassword)}"));
        await Call(400, () => api.Post("/api/auth/reset-password/confirm", $$"""{"token":"{{reset}}","password":"{{SecondPassword}}"}"""));
        var (second, _) = await SignIn(SecondPassword, "second");
        for (var guess = 0; guess < 5; guess++)
            await Call(401, () => api.Post("/api/auth/login", Credentials(WrongPassword)));
        await Call(423, () => api.Post("/api/auth/login", Credentials(SecondPassword)));
        await app.RunJobs();

        var me = api.WithBearer(second);
        await app.Database.Execute(
            "insert into brands (name, name_key) values ('Dior', 'dior'); insert into fragrances (brand_id, name, name_key, concentration, concentration_key, gender, means_unknown) values (1, 'Sauvage', 'sauvage', '', '', '', true)", null, Stop);
        await Call(201, () => me.With("Idempotency-Key", Key).Post("/api/user/collection", """{"fragranceId":1}"""));
        await Call(201, () => me.With("Idempotency-Key", Key).Post("/api/user/collection", """{"fragranceId":1}"""));
        await Call(422, () => me.With("Idempotency-Key", Key).Post("/api/user/collection", """{"fragranceId":2}"""));
        await Call(200, () => me.Post("/api/auth/logout"));
        return rows;
    }

    private async Task<Answer> Call(int status, Func<Task<Answer>> call)
    {
        var answer = (await call()).ShouldBe(status);
        if (status >= 400)
            _refusals.Enqueue(answer.Text);
        return answer;
    }

    private async Task<(string Access, string Refresh)> SignIn(string password, string name) =>
        Keep(name, await Call(200, () => app.Api.Post("/api/auth/login", Credentials(password))));

    private (string Access, string Refresh) Keep(string name, Answer answer)
    {
        var (access, refresh) = (answer.At("accessToken").GetString()!, answer.At("refreshToken").GetString()!);
        _secrets[$"the {name} access token"] = access;
        _secrets[$"the signature of the {name} access token"] = access.Split('.')[2];
        _secrets[$"the {name} refresh token"] = refresh;
        return (access, refresh);
    }

    /// <summary>The token in the latest mail, of so many.</summary>
    private async Task<string> LinkOf(string name, int mails)
    {
        await app.RunJobs();
        var arrived = await app.Mails(Email);
        arrived.Count.ShouldBe(mails);
        var token = arrived.Select(mail => TokenInLink().Match(mail.Text)).First(match => match.Success).Groups["token"].Value;
        _secrets[$"the {name} link's token"] = token;
        return token;
    }

    /// <summary>Another node finds no way out for its mails.</summary>
    private async Task FailToMail()
    {
        var node = await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Mail:Sandbox"] = "http://127.0.0.1:9" });
        await node.Services.GetRequiredService<JobQueue>().RunDue(Stop);
        (await app.Database.One<int>("select count(*) from jobs where error is not null", null, Stop)).ShouldBeGreaterThan(0);
    }

    private Task<Answer> Form(string path, string form) =>
        app.Api.Send("POST", path, new StringContent(form, Encoding.UTF8, new MediaTypeHeaderValue("application/x-www-form-urlencoded")));

    /// <summary>Every row of every table as text, but for the two columns whose purpose is the address.</summary>
    private async Task<string> Rows()
    {
        var text = new StringBuilder();
        var tables = await app.Database.List<string>("select tablename from pg_tables where schemaname = current_schema() order by 1", null, Stop);
        tables.Count.ShouldBeGreaterThan(15);
        foreach (var table in tables)
            text.AppendJoin('\n', await app.Database.List<string>(table == "accounts" ? "select (to_jsonb(t) - 'email' - 'email_key')::text from accounts t" : $"select t::text from \"{table}\" t", null, Stop)).Append('\n');
        return text.ToString();
    }

    private static string Credentials(string password) => $$"""{"email":"{{Email}}","password":"{{password}}"}""";

    private static string Registration(string password) => $$"""{"email":"{{Email}}","password":"{{password}}","fullName":"Jo"}""";

    /// <summary>As it is, escaped for a URL, in base64 and as PostgreSQL shows bytes; a token also as the bytes it stands for.</summary>
    private static IEnumerable<string> Spellings(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return secret;
        yield return WebUtility.UrlEncode(secret);
        yield return Convert.ToBase64String(bytes).TrimEnd('=')[..^1];
        yield return Convert.ToHexStringLower(bytes);
        if (Base64Url.IsValid(secret) && secret.Length == 43)
            yield return Convert.ToHexStringLower(Base64Url.DecodeFromChars(secret));
    }

    private static string Around(string text, string found)
    {
        var at = text.IndexOf(found, StringComparison.OrdinalIgnoreCase);
        return text[Math.Max(0, at - 80)..Math.Min(text.Length, at + found.Length + 80)];
    }

    [GeneratedRegex(@"token=(?<token>[\w-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TokenInLink();
}
