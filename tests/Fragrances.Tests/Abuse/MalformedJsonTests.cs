using System.Net.Http.Headers;
using System.Text;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>Bodies that are no JSON, not the JSON that was asked for, too deep, or with numbers no field can hold.</summary>
public sealed class MalformedJsonTests(AbuseApp app) : IClassFixture<AbuseApp>
{
    /// <summary>Every route that reads JSON, and a member it reads.</summary>
    private (string Method, string Path, string Member)[] Routes =>
    [
        ("POST", "/api/auth/register", "email"),
        ("POST", "/api/auth/login", "password"),
        ("POST", "/api/auth/refresh", "refreshToken"),
        ("POST", "/api/auth/reset-password", "email"),
        ("POST", "/api/auth/reset-password/confirm", "token"),
        ("POST", "/api/auth/verify-email", "token"),
        ("POST", "/api/auth/resend-verification", "email"),
        ("PUT", "/api/user/profile", "preferredScentTypes"),
        ("POST", "/api/user/collection", "fragranceId"),
        ("PUT", $"/api/user/collection/{app.Belongings.Item}", "occasions"),
        ("POST", $"/api/user/collection/{app.Belongings.Item}/wears", "date"),
        ("POST", "/api/user/collection/import?dryRun=true", "collection"),
        ("PUT", $"/api/user/collection/imports/{app.Belongings.Import}/rows/1", "skip"),
        ("POST", $"/api/user/collection/imports/{app.Belongings.Import}/commit", "onConflict"),
    ];

    [Fact]
    public Task No_document_of_the_parsers_test_suite_is_more_than_a_400_and_no_broken_one_is_taken() => ParsersTestSuite(share: 7);

    [Fact]
    [Trait("Category", "Faults")]
    public Task Nor_is_it_on_any_route_and_in_any_member() => ParsersTestSuite(share: 1);

    private async Task ParsersTestSuite(int share)
    {
        var samples = await Corpora.Json();
        samples.Count.ShouldBeGreaterThan(318);
        var calls = await Calls.Of(samples, async (calls, sample, turn) =>
        {
            foreach (var (method, path, member) in Routes)
            {
                await Try(method, path, sample.Bytes, 400, 413);
                // Inside a member the wrong type may be met before what is broken.
                await Try(method, path, [.. Encoding.UTF8.GetBytes($"{{\"{member}\":"), .. sample.Bytes, (byte)'}'], 400, 413, 422);
            }

            async Task Try(string method, string path, byte[] body, params int[] refusals)
            {
                if (!turn.Next())
                    return;
                var answer = await calls.Make($"{sample.Name} to {method} {path}", () => Send(method, path, body));
                // Where the body is optional, an empty one is none.
                if (sample.IsBroken && body.Length > 0 && !refusals.Contains(answer.Status))
                    calls.Flaw($"{sample.Name} to {method} {path}: {answer.Status} {answer.Text}");
            }
        }, share);
        calls.ShouldBeFlawless(least: 9_000 / share);
    }

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{\"a\":", 20_000)]
    [InlineData("[{\"\":", 20_000)]
    [InlineData("{\"email\":[", 10_000)]
    [InlineData("[", 33)]
    [InlineData("{\"collection\":", 33)]
    public async Task Deep_nesting_is_a_400_wherever_JSON_is_read(string opening, int times)
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(opening, times)));
        var calls = await Calls.Of(Routes, async (calls, route, _) =>
        {
            var answer = await calls.Make($"{route.Method} {route.Path}", () => Send(route.Method, route.Path, body));
            if (answer.Status != 400)
                calls.Flaw($"{route.Method} {route.Path}: {answer.Status} {answer.Text}");
        });
        calls.ShouldBeFlawless(Routes.Length);
    }

    [Fact]
    public async Task A_member_named_like_half_a_character_or_twice_is_a_400_or_ignored()
    {
        string[] bodies =
        [
            """{"\ud800":1}""", """{"\udc00\ud800":{"\ud800":[1]}}""", """[{"\ud800":"x","name":"\udfff"}]""", """{"collection":[{"\ud800":1}],"\ud800":2}""",
            """{"email":"a@b.co","email":"c@d.co"}""", """{"collection":[],"collection":[]}""", """{"__proto__":{"x":1},"constructor":{"prototype":{}}}""", """{"":""}""",
            """{"$type":"System.Object","$ref":"1","$id":"1","$values":[]}""",
        ];
        var calls = await Calls.Of(bodies, async (calls, body, _) =>
        {
            foreach (var (method, path, _) in Routes)
                await calls.Make($"{body} to {method} {path}", () => Send(method, path, Encoding.UTF8.GetBytes(body)));
        });
        calls.ShouldBeFlawless(bodies.Length * Routes.Length);
    }

    public static TheoryData<string> Numbers =>
    [
        "1e400", "-1e400", "1e-400", "-0", "-0.0", "NaN", "Infinity", "-Infinity", "9223372036854775808", "-9223372036854775809", "2147483648", "-2147483649",
        "\"１２\"", "\" 1\"", "\"1\"", "\"0x1\"", "\"\"", "1.0", "1.5", "4.9e-324", "1e0", "true", "[]", "{}", "[1]", "\"NaN\"", "0.1e1", "99999999999999999999999999999999",
    ];

    /// <summary>Where a number is read, what it must be, and the status of anything else.</summary>
    private (string Method, string Path, string Body, Func<decimal?, bool> IsGood, int Refusal)[] Fields =>
    [
        ("POST", "/api/user/collection", """{"fragranceId":#}""", _ => false, 400),
        ("PUT", $"/api/user/collection/{app.Belongings.Item}", """{"rating":#}""", value => value is 1 or 2 or 3 or 4 or 5, 422),
        ("PUT", $"/api/user/collection/{app.Belongings.Item}", """{"timesWorn":#}""", value => value is >= 0 and <= 100_000, 422),
        ("PUT", $"/api/user/collection/{app.Belongings.Item}", """{"bottleSizeML":#}""", value => value is > 0 and <= 10_000, 422),
        ("POST", $"/api/user/collection/{app.Belongings.Item}/wears", """{"date":"2026-03-01","rating":#}""", value => value is 1 or 2 or 3 or 4 or 5, 422),
        ("POST", $"/api/user/collection/{app.Belongings.Item}/wears", """{"date":"2026-03-01","sprays":#}""", value => value is >= 1 and <= 100, 422),
        ("POST", $"/api/user/collection/{app.Belongings.Item}/wears", """{"date":#}""", _ => false, 422),
        ("PUT", $"/api/user/collection/imports/{app.Belongings.Import}/rows/1", """{"fragranceId":#}""", _ => false, 400),
        ("PUT", "/api/user/profile", """{"onboardingCompleted":#}""", _ => false, 400),
    ];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task A_number_that_a_field_cannot_hold_is_the_documented_refusal(string number)
    {
        // As the wire has it: not even "1.0" is a whole number, and text never is one.
        var isWhole = number.All(digit => char.IsAsciiDigit(digit) || digit == '-');
        var isNumber = decimal.TryParse(number, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var value);
        foreach (var (method, path, body, isGood, refusal) in Fields)
        {
            var isDecimal = body.Contains("bottleSizeML", StringComparison.Ordinal);
            var answer = await app.Owner.Api.Send(method, path, body.Replace("#", number, StringComparison.Ordinal));
            var good = (isDecimal ? isNumber : isNumber && isWhole) && isGood(value);
            if (number == "4.9e-324" && isDecimal)
                good = true;
            if (good)
                answer.Status.ShouldBeInRange(200, 201, $"{number} in {body}: {answer.Text}");
            else if (number is "true" && body.Contains("onboardingCompleted", StringComparison.Ordinal))
                answer.ShouldBe(200);
            else
                answer.Status.ShouldBeOneOf([refusal, 400], $"{number} in {body}: {answer.Text}");
        }
    }

    private Task<Answer> Send(string method, string path, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return app.Owner.Api.Send(method, path, content);
    }
}
