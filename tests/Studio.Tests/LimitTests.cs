using System.Globalization;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

public sealed class LimitTests(LimitedApp app) : IClassFixture<LimitedApp>
{
    [Fact]
    public async Task Five_sign_ins_and_registrations_a_minute_a_hundred_calls_and_ten_uploads()
    {
        var email = app.NewEmail();
        var registered = (await app.Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"{{StudioApp.Password}}","name":"Ada"}""")).ShouldBe(201);
        ShouldShow(registered, 5, 4);
        var body = $$"""{"email":"{{email}}","password":"{{StudioApp.Password}}"}""";
        for (var left = 3; left >= 0; left--)
            ShouldShow((await app.Api.Post("/api/auth/login", body)).ShouldBe(200), 5, left);
        var refused = (await app.Api.Post("/api/auth/login", body)).ShouldBeRefused(429);
        ShouldShow(refused, 5, 0);
        refused.Header("Retry-After").ShouldBe("60");
        refused.Header("X-RateLimit-Reset").ShouldBe((app.Clock.GetUtcNow() + TimeSpan.FromMinutes(1)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        (await app.Api.Post("/api/auth/register", $$"""{"email":"{{app.NewEmail()}}","password":"{{StudioApp.Password}}","name":"Ada"}""")).ShouldBeRefused(429);

        // Refreshing and signing out are no sign-ins.
        var api = app.Api.WithBearer(registered.At("session.token").GetString()!);
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{registered.At("session.refreshToken").GetString()}}"}""")).ShouldBe(200);
        var answers = await StudioApp.AtOnce(300, _ => api.Get("/api/users/profile"));
        answers.Count(answer => answer.Status == 200).ShouldBe(100);
        answers.First(answer => answer.Status == 429).ShouldBeRefused(429);
        answers.Min(answer => int.Parse(answer.Header("X-RateLimit-Remaining")!, CultureInfo.InvariantCulture)).ShouldBe(0);
        answers.ShouldAllBe(answer => answer.Header("X-RateLimit-Limit") == "100");

        // Uploads have a bucket of their own.
        var uploads = await StudioApp.AtOnce(15, _ => StudioApp.Upload(api, Guid.CreateVersion7(), SampleFiles.Pdf));
        uploads.Count(answer => answer.Status == 404).ShouldBe(10);
        uploads.Count(answer => answer.Status == 429).ShouldBe(5);
        ShouldShow(uploads.First(answer => answer.Status == 429), 10, 0);

        // Webhooks are not held against the anonymous limit.
        for (var call = 0; call < 120; call++)
            (await app.Deliver("/api/webhooks/order", $$"""{"id":"evt_{{call}}","type":"x.y","data":{} }""")).ShouldBe(200);
        await app.Advance(TimeSpan.FromMinutes(1));
        (await app.Api.Post("/api/auth/login", body)).ShouldBe(200);
        (await api.Get("/api/users/profile")).ShouldBe(200);
    }

    private static void ShouldShow(Answer answer, int limit, int remaining)
    {
        answer.Header("X-RateLimit-Limit").ShouldBe(limit.ToString(CultureInfo.InvariantCulture));
        answer.Header("X-RateLimit-Remaining").ShouldBe(remaining.ToString(CultureInfo.InvariantCulture));
        long.Parse(answer.Header("X-RateLimit-Reset")!, CultureInfo.InvariantCulture).ShouldBeGreaterThan(1_700_000_000);
    }
}
