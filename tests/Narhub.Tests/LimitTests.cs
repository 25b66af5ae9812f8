using System.Globalization;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

/// <summary>With every limit as it is in service.</summary>
public class LimitedApp : NarhubApp
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal);
}

public sealed class LimitTests(LimitedApp app) : IClassFixture<LimitedApp>
{
    [Theory]
    [InlineData("/api/auth/register", 5)]
    [InlineData("/api/auth/signin", 10)]
    [InlineData("/api/auth/callback/credentials", 10)]
    [InlineData("/api/auth/forgot-password", 5)]
    [InlineData("/api/auth/reset-password", 10)]
    [InlineData("/api/auth/verify-email", 10)]
    public async Task A_limit_admits_exactly_that_many(string path, int limit)
    {
        await app.Advance(TimeSpan.FromMinutes(1));
        var answers = await NarhubApp.AtOnce(limit * 3, _ => app.Api.Post(path, "{}"));
        answers.Count(answer => answer.Status is 400 or 403).ShouldBe(limit);
        var refused = answers.Where(answer => answer.Status is not (400 or 403)).ToList();
        refused.ShouldAllBe(answer => answer.Status == 429);
        ShouldBeLimited(refused[0], limit, 60);
    }

    [Fact]
    public async Task Everything_else_shares_a_hundred_a_minute_for_each_user()
    {
        await app.Advance(TimeSpan.FromHours(1));
        var one = await app.Someone();
        var two = await app.Someone();
        var answers = await NarhubApp.AtOnce(300, n => (n % 5) switch
        {
            0 => one.Api.Get("/api/user/profile"),
            1 => one.Api.Get("/api/cart"),
            2 => one.Api.Get("/api/auth/session"),
            3 => one.Api.Get("/api/products"),
            _ => one.Api.Put("/api/cart", """{"productId":"none","quantity":1}"""),
        });
        answers.Count(answer => answer.Status is 200 or 404).ShouldBe(100);
        var refused = answers.First(answer => answer.Status is not (200 or 404));
        ShouldBeLimited(refused, 100, 60);
        (await two.Api.Get("/api/cart")).ShouldBe(200).Header("X-RateLimit-Remaining").ShouldBe("99");

        await app.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
        ShouldBeLimited(await one.Api.Get("/api/cart"), 100, 1);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await one.Api.Get("/api/cart")).ShouldBe(200);
    }

    [Fact]
    public async Task Strangers_share_the_bucket_of_their_address_and_sign_ins_have_their_own()
    {
        await app.Advance(TimeSpan.FromMinutes(1));
        var answers = await NarhubApp.AtOnce(150, n => app.Api.Get(n % 2 == 0 ? "/api/products" : "/api/auth/csrf"));
        answers.Count(answer => answer.Status == 200).ShouldBe(100);
        // Without a session a closed route is counted there as well, before it refuses.
        ShouldBeLimited(await app.Api.Get("/api/cart"), 100, 60);
        (await app.Api.Post("/api/auth/signin", "{}")).ShouldBe(400);
        (await app.Api.Post("/api/auth/register", "{}")).ShouldBe(400);
    }

    [Fact]
    public async Task Who_registers_what_is_taken_learns_so_five_times_a_minute()
    {
        await app.Advance(TimeSpan.FromHours(1));
        var (_, email) = await app.Register();
        await app.Advance(TimeSpan.FromMinutes(1));
        for (var answer = 0; answer < 5; answer++)
            (await Register(email)).ShouldBeRefused(400, "DUPLICATE_EMAIL");
        ShouldBeLimited(await Register(email), 5, 60);
        for (var minute = 0; minute < 3; minute++)
        {
            await app.Advance(TimeSpan.FromMinutes(1));
            for (var answer = 0; answer < 5; answer++)
                (await Register(email)).ShouldBeRefused(400, "DUPLICATE_EMAIL");
        }

        // Twenty an hour: from now on nobody is told whether an address is taken.
        await app.Advance(TimeSpan.FromMinutes(1));
        (await Register(email)).ShouldBeRefused(429, "RATE_LIMITED");
        (await Register(app.NewEmail())).ShouldBeRefused(429, "RATE_LIMITED");

        Task<Answer> Register(string address) => app.Api.Post("/api/auth/register", $$"""{"name":"Jane","email":"{{address}}","password":"{{NarhubApp.Password}}"}""");
    }

    private static void ShouldBeLimited(Answer answer, int limit, int wait)
    {
        var seconds = wait.ToString(CultureInfo.InvariantCulture);
        answer.ShouldBeRefused(429, "RATE_LIMITED", "Too many requests, please try again later");
        answer.Header("Retry-After").ShouldBe(seconds);
        answer.At("retryAfter").GetInt32().ShouldBe(wait);
        answer.Header("X-RateLimit-Limit").ShouldBe(limit.ToString(CultureInfo.InvariantCulture));
        answer.Header("X-RateLimit-Remaining").ShouldBe("0");
    }
}

/// <summary>Tells nobody who has an account.</summary>
public sealed class DiscreetApp : NarhubApp
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal) { ["Accounts:HideExistence"] = "true" };
}

public sealed class HiddenExistenceTests(DiscreetApp app) : IClassFixture<DiscreetApp>
{
    [Fact]
    public async Task Registering_a_taken_address_looks_like_registering_a_free_one()
    {
        var (id, email) = await app.Register();
        var again = (await app.Api.Post("/api/auth/register", $$"""{"name":"Jane","email":"{{email}}","password":"another-password"}""")).ShouldBe(201);
        again.At("user").Members().ShouldBe(["id", "name", "email", "created_at"]);
        again.At("user.id").GetGuid().ShouldNotBe(id);
        (await app.Api.Post("/api/auth/signin", $$"""{"email":"{{email}}","password":"another-password"}""")).ShouldBe(401);
    }
}
