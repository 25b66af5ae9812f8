using System.Globalization;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.RateLimits;

public sealed class RateLimitTests(LimitedApp app) : IClassFixture<LimitedApp>
{
    private const string Note = """{"text":"a"}""";

    [Theory]
    [InlineData("/visits", "GET", 20)]
    [InlineData("/registrations", "POST", 5)]
    public async Task A_burst_of_three_times_the_limit_admits_exactly_the_limit(string path, string method, int limit)
    {
        var client = app.Somebody();
        var answers = await app.Burst(3 * limit, _ => client.Send(method, path, method == "POST" ? Note : null));
        answers.Count(answer => answer.Status == 200).ShouldBe(limit);
        answers.Count(answer => answer.Status == 429).ShouldBe(2 * limit);
    }

    [Theory]
    [InlineData("/visits", "GET", 20)]
    [InlineData("/registrations", "POST", 5)]
    public async Task No_minute_ever_sees_more_than_the_limit(string path, string method, int limit)
    {
        var client = app.Somebody();
        var admitted = new List<DateTimeOffset>();
        // Twice the limit around the edge of any fixed window, and again a moment later.
        foreach (var step in (int[])[0, 59_000, 999, 1, 30_000, 29_999, 1, 60_000])
        {
            await app.Advance(TimeSpan.FromMilliseconds(step));
            for (var request = 0; request < limit; request += request < limit / 2 ? 1 : limit)
            {
                if ((await client.Send(method, path, method == "POST" ? Note : null)).Status == 200)
                    admitted.Add(app.Clock.GetUtcNow());
            }
        }

        admitted.Count.ShouldBeGreaterThan(limit);
        foreach (var start in admitted)
            admitted.Count(at => at >= start && at < start.AddSeconds(60)).ShouldBeLessThanOrEqualTo(limit);
    }

    [Theory]
    [InlineData("/visits", "GET", 20)]
    [InlineData("/registrations", "POST", 5)]
    public async Task Waiting_exactly_as_long_as_told_is_enough_and_a_millisecond_less_is_not(string path, string method, int limit)
    {
        var client = app.Somebody();
        Task<Answer> Send() => client.Send(method, path, method == "POST" ? Note : null);
        (await Send()).ShouldBe(200);
        await app.Advance(TimeSpan.FromSeconds(20));
        for (var request = 1; request < limit; request++)
            (await Send()).ShouldBe(200);

        var refused = (await Send()).ShouldBe(429);
        refused.At("code").GetString().ShouldBe("LIMITED");
        refused.Header("Retry-After").ShouldBe("40");
        await app.Advance(TimeSpan.FromMilliseconds(39_999));
        (await Send()).ShouldBe(429).Header("Retry-After").ShouldBe("1");
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await Send()).ShouldBe(200);
        (await Send()).ShouldBe(429).Header("Retry-After").ShouldBe("20");
    }

    [Theory]
    [InlineData("/visits")]
    [InlineData("/failing")]
    public async Task Every_answer_tells_how_the_bucket_stands(string path)
    {
        var client = app.Somebody();
        await client.Get(path);
        await app.Advance(TimeSpan.FromSeconds(15));
        var answer = await client.Get(path);
        answer.Header("X-RateLimit-Limit").ShouldBe("20");
        answer.Header("X-RateLimit-Remaining").ShouldBe("18");
        answer.Header("X-RateLimit-Reset").ShouldBe(app.Clock.GetUtcNow().AddSeconds(45).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        answer.Header("RateLimit-Policy").ShouldBe($"\"{path[1..]}\";q=20;w=60");
        answer.Header("RateLimit").ShouldBe($"\"{path[1..]}\";r=18;t=45");
    }

    [Fact]
    public async Task A_refusal_tells_when_room_comes_back()
    {
        var client = app.Somebody();
        await app.Burst(20, _ => client.Get("/visits"));
        var refused = (await client.Get("/visits")).ShouldBe(429);
        refused.Header("X-RateLimit-Remaining").ShouldBe("0");
        refused.Header("X-RateLimit-Reset").ShouldBe(app.Clock.GetUtcNow().AddSeconds(60).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        refused.Header("RateLimit").ShouldBe("\"visits\";r=0;t=60");
    }

    [Fact]
    public async Task An_ipv6_network_is_one_client()
    {
        (await app.From("2001:db8:1:1::1").Get("/visits")).Header("X-RateLimit-Remaining").ShouldBe("19");
        (await app.From("2001:db8:1:1:ffff::2").Get("/visits")).Header("X-RateLimit-Remaining").ShouldBe("18");
        (await app.From("2001:db8:1:2::1").Get("/visits")).Header("X-RateLimit-Remaining").ShouldBe("19");
        (await app.From("::ffff:198.51.100.1").Get("/visits")).Header("X-RateLimit-Remaining").ShouldBe("19");
        (await app.From("198.51.100.1").Get("/visits")).Header("X-RateLimit-Remaining").ShouldBe("18");
    }

    [Fact]
    public async Task Spoofed_hops_before_the_proxy_are_not_believed()
    {
        var address = app.NewAddress();
        for (var request = 0; request < 3; request++)
        {
            var answer = await app.From($"198.51.100.{request}, {address}").Get("/visits");
            answer.Header("X-RateLimit-Remaining").ShouldBe((19 - request).ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task Callers_at_one_address_have_buckets_of_their_own_and_strangers_share_one()
    {
        var client = app.Somebody();
        var anna = client.With("X-Account", Guid.CreateVersion7().ToString());
        (await anna.Get("/reads")).Header("X-RateLimit-Remaining").ShouldBe("19");
        (await client.With("X-Account", Guid.CreateVersion7().ToString()).Get("/reads")).Header("X-RateLimit-Remaining").ShouldBe("19");
        (await client.Get("/reads")).ShouldBe(401).Header("X-RateLimit-Remaining").ShouldBe("19");
        (await client.With("X-Account", "forged").Get("/reads")).ShouldBe(401).Header("X-RateLimit-Remaining").ShouldBe("18");
        (await app.Somebody().With("X-Account", "forged").Get("/reads")).Header("X-RateLimit-Remaining").ShouldBe("19");
    }

    [Fact]
    public async Task Guessing_credentials_is_limited_before_they_are_refused()
    {
        var client = app.Somebody();
        var answers = await app.Burst(30, guess => client.With("X-Account", "guess " + guess).Get("/reads"));
        answers.Count(answer => answer.Status == 401).ShouldBe(20);
        answers.Count(answer => answer.Status == 429).ShouldBe(10);
    }

    [Fact]
    public async Task The_limit_is_asked_before_the_body_is_read()
    {
        var client = app.Somebody();
        for (var request = 0; request < 5; request++)
            (await client.Post("/registrations", "{broken")).ShouldBe(400).Header("X-RateLimit-Limit").ShouldBe("5");
        (await client.Post("/registrations", "{broken")).ShouldBe(429);
    }

    [Fact]
    public async Task Every_limit_of_a_route_must_have_room_and_a_refusal_counts_nowhere()
    {
        var client = app.Somebody();
        var answers = await app.Burst(10, _ => client.Get("/both"));
        answers.Count(answer => answer.Status == 200).ShouldBe(2);
        var refused = await client.Get("/both");
        refused.Header("X-RateLimit-Limit").ShouldBe("2");
        refused.Header("RateLimit-Policy").ShouldBe("\"wide\";q=50;w=60, \"narrow\";q=2;w=60");
        (await client.Get("/wide")).Header("X-RateLimit-Remaining").ShouldBe("47");
    }

    [Fact]
    public async Task What_an_exact_limit_refuses_is_not_counted_in_process()
    {
        var client = app.Somebody();
        for (var request = 0; request < 3; request++)
            (await client.Get("/mixed")).ShouldBe(200);
        await app.Advance(TimeSpan.FromMinutes(10));
        (await client.Get("/mixed")).ShouldBe(429).Header("Retry-After").ShouldBe("3000");
        (await client.Get("/wide")).Header("X-RateLimit-Remaining").ShouldBe("49");
    }

    [Fact]
    public async Task Looking_at_the_existence_budget_spends_nothing_and_tells_the_true_wait()
    {
        var client = app.Somebody();
        for (var answer = 0; answer < 5; answer++)
        {
            (await client.Get("/existence/wait")).Text.ShouldBe("open");
            (await client.Get("/existence")).Text.ShouldBe("told");
        }

        await app.Advance(TimeSpan.FromSeconds(20));
        (await client.Get("/existence/wait")).Text.ShouldBe("40");
        await app.Advance(TimeSpan.FromSeconds(40));
        (await client.Get("/existence/wait")).Text.ShouldBe("open");
        (await app.Somebody().Get("/existence/wait")).Text.ShouldBe("open");
    }

    [Fact]
    public async Task Telling_which_accounts_exist_has_a_budget_by_the_minute_and_by_the_hour()
    {
        var client = app.Somebody();
        for (var minute = 0; minute < 4; minute++)
        {
            var answers = await app.Burst(15, _ => client.Get("/existence"));
            answers.Count(answer => answer.Text == "told").ShouldBe(5);
            answers.Where(answer => answer.Text != "told").ShouldAllBe(answer => answer.Text == "60" || answer.Text == "3420");
            await app.Advance(TimeSpan.FromMinutes(1));
        }

        (await client.Get("/existence")).Text.ShouldBe("3360");
        await app.Advance(TimeSpan.FromSeconds(3360));
        (await client.Get("/existence")).Text.ShouldBe("told");
    }

    [Fact]
    public async Task A_limit_can_be_kept_for_what_only_a_handler_knows()
    {
        var answers = await app.Burst(10, _ => app.Somebody().Get("/codes/anna@example.com"));
        answers.Count(answer => answer.Text == "sent").ShouldBe(2);
        (await app.Api.Get("/codes/berta@example.com")).Text.ShouldBe("sent");
        (await app.Database.One<int>("select count(*)::int from limit_counts c where c::text like '%example.com%'", null, TestContext.Current.CancellationToken)).ShouldBe(0);
    }
}

public sealed class LiftedLimitsApp : LimitedApp
{
    protected override IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal) { ["RateLimits:Enabled"] = "false" };
}

public sealed class LiftedLimitsTests(LiftedLimitsApp app) : IClassFixture<LiftedLimitsApp>
{
    [Fact]
    public async Task Limits_and_the_existence_budget_can_be_lifted()
    {
        var client = app.Somebody();
        (await app.Burst(30, _ => client.Get("/visits"))).ShouldAllBe(answer => answer.Status == 200 && answer.Header("X-RateLimit-Limit") == null);
        (await app.Burst(30, _ => client.Post("/registrations", """{"text":"a"}"""))).ShouldAllBe(answer => answer.Status == 200);
        (await app.Burst(30, _ => client.Get("/existence"))).ShouldAllBe(answer => answer.Text == "told");
        (await app.Burst(30, _ => client.Get("/codes/anna"))).ShouldAllBe(answer => answer.Text == "sent");
    }
}

public sealed class RaisedLimitsApp : LimitedApp
{
    protected override IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal) { ["RateLimits:Factor"] = "1.5" };
}

public sealed class RaisedLimitsTests(RaisedLimitsApp app) : IClassFixture<RaisedLimitsApp>
{
    [Fact]
    public async Task Every_limit_can_be_raised_by_a_factor()
    {
        var client = app.Somebody();
        (await app.Burst(50, _ => client.Get("/visits"))).Count(answer => answer.Status == 200).ShouldBe(30);
        (await client.Get("/visits")).Header("RateLimit-Policy").ShouldBe("\"visits\";q=30;w=60");
        (await app.Burst(20, _ => client.Post("/registrations", """{"text":"a"}"""))).Count(answer => answer.Status == 200).ShouldBe(7);
    }
}
