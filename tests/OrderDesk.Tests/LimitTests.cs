using System.Globalization;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class LimitTests(LimitedApp app) : IClassFixture<LimitedApp>
{
    [Theory]
    [InlineData("/api/auth/register", 5)]
    [InlineData("/api/auth/forgot-password", 5)]
    [InlineData("/api/auth/resend-verification-code", 5)]
    [InlineData("/api/auth/reset-password", 10)]
    [InlineData("/api/auth/verify-email", 10)]
    public async Task A_limit_admits_exactly_that_many(string path, int limit)
    {
        await app.Advance(TimeSpan.FromMinutes(1));
        var answers = await OrderDeskApp.AtOnce(limit * 3, _ => app.Api.Post(path, "{}"));
        answers.Count(answer => answer.Status == 400).ShouldBe(limit);
        var refused = answers.Where(answer => answer.Status != 400).ToList();
        refused.ShouldAllBe(answer => answer.Status == 429);
        refused[0].ShouldBeRefused(429, "TOO_MANY_REQUESTS");
        refused[0].Header("Retry-After").ShouldBe("60");
        refused[0].Header("X-RateLimit-Limit").ShouldBe(limit.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Answers_that_tell_who_exists_are_rationed_and_then_everybody_is_told_nothing()
    {
        await app.Advance(TimeSpan.FromHours(2));
        var (_, known) = await app.Register();
        for (var answer = 0; answer < 5; answer++)
            (await app.Api.Post("/api/auth/verify-email", $$"""{"email":"nobody{{answer}}@example.com","code":"123456"}""")).ShouldBeRefused(404, "USER_NOT_FOUND");
        var unknown = (await app.Api.Post("/api/auth/forgot-password", """{"email":"nobody@example.com"}""")).ShouldBeRefused(429, "TOO_MANY_REQUESTS");
        unknown.Header("Retry-After").ShouldBe("60");
        (await app.Api.Post("/api/auth/forgot-password", $$"""{"email":"{{known}}"}""")).ShouldBeRefused(429, "TOO_MANY_REQUESTS");
        (await app.Api.Post("/api/auth/register", $$"""{"email":"{{known}}","password":"password123"}""")).ShouldBeRefused(429, "TOO_MANY_REQUESTS");
        // A service is trusted with who exists.
        for (var call = 0; call < 10; call++)
            (await app.Service.Get($"/api/user/{Guid.CreateVersion7()}")).ShouldBeRefused(404, "USER_NOT_FOUND");

        await app.Advance(TimeSpan.FromMinutes(1));
        (await app.Api.Post("/api/auth/forgot-password", $$"""{"email":"{{known}}"}""")).ShouldBe(200);
        (await app.Api.Post("/api/auth/register", $$"""{"email":"{{known}}","password":"password123"}""")).ShouldBeRefused(409, "USER_ALREADY_EXISTS");
    }

    [Fact]
    public async Task A_user_cannot_try_address_after_address()
    {
        await app.Advance(TimeSpan.FromHours(2));
        var (_, taken) = await app.Register();
        var someone = await app.Someone();
        for (var attempt = 0; attempt < 5; attempt++)
            (await someone.Api.Patch($"/api/user/{someone.Id}", $$"""{"email":"{{taken}}"}""")).ShouldBeRefused(409, "EMAIL_ALREADY_IN_USE");
        (await someone.Api.Patch($"/api/user/{someone.Id}", $$"""{"email":"{{taken}}"}""")).ShouldBeRefused(429, "TOO_MANY_REQUESTS");
        (await someone.Api.Patch($"/api/user/{someone.Id}", $$"""{"email":"{{app.NewEmail()}}"}""")).ShouldBeRefused(429, "TOO_MANY_REQUESTS");
        (await app.Service.Patch($"/api/user/{someone.Id}", $$"""{"email":"{{taken}}"}""")).ShouldBeRefused(409, "EMAIL_ALREADY_IN_USE");
    }

    [Fact]
    public async Task Answers_about_users_who_are_there_cost_nothing()
    {
        await app.Advance(TimeSpan.FromHours(2));
        var (_, known) = await app.Register();
        for (var call = 0; call < 10; call++)
            (await app.Api.Post("/api/auth/verify-email", $$"""{"email":"{{known}}","code":"12345678"}""")).Status.ShouldBeOneOf(400, 404);
        (await app.Api.Post("/api/auth/send-reset-code", """{"email":"nobody@example.com"}""")).ShouldBeRefused(404, "USER_NOT_FOUND");
    }
}

public sealed class HiddenExistenceTests(DiscreetApp app) : IClassFixture<DiscreetApp>
{
    [Fact]
    public async Task Registering_a_taken_address_looks_like_registering_a_free_one()
    {
        var (id, email) = await app.Register();
        var again = (await app.Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBe(201);
        again.At("message").GetString().ShouldBe("User created successfully");
        again.At("data").EnumerateObject().Select(member => member.Name).ShouldBe(["userId", "email", "createdAt", "updatedAt"]);
        again.At("data.userId").GetGuid().ShouldNotBe(id);
        again.At("data.email").GetString().ShouldBe(email);
    }

    [Theory]
    [InlineData("forgot-password")]
    [InlineData("send-reset-code")]
    [InlineData("resend-verification-code")]
    [InlineData("resend-confirmation-email")]
    public async Task Mail_is_promised_to_everybody_and_sent_to_users(string path)
    {
        var (_, known) = await app.Register();
        await app.Advance(TimeSpan.FromSeconds(60));
        var unknown = app.NewEmail();
        var answer = (await app.Api.Post($"/api/auth/{path}", $$"""{"email":"{{known}}"}""")).ShouldBe(200);
        (await app.Api.Post($"/api/auth/{path}", $$"""{"email":"{{unknown}}"}""")).ShouldBe(200).Text.ShouldBe(answer.Text);
        await app.RunJobs();
        (await app.Mails(known)).Count.ShouldBe(2);
        (await app.Mails(unknown)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_code_is_wrong_whoever_it_is_for()
    {
        var (_, known) = await app.Register();
        await app.Api.Post("/api/auth/forgot-password", $$"""{"email":"{{known}}"}""");
        foreach (var email in new[] { known, app.NewEmail(), (await app.Register()).Email })
        {
            (await app.Api.Post("/api/auth/reset-password", $$"""{"email":"{{email}}","code":"not-it","newPassword":"newpassword123"}""")).ShouldBeRefused(400, "INVALID_RESET_CODE");
            (await app.Api.Post("/api/auth/verify-email", $$"""{"email":"{{email}}","code":"not-it"}""")).ShouldBeRefused(400, "INVALID_VERIFICATION_CODE");
        }
    }

    [Fact]
    public async Task Signing_in_needs_a_verified_address_where_that_is_asked_for()
    {
        var (id, email) = await app.Register();
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBeRefused(403, "ACCOUNT_NOT_VERIFIED");
        (await app.Api.Post("/api/auth/token", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBeRefused(403, "ACCOUNT_NOT_VERIFIED");
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"wrong"}""")).ShouldBeRefused(401, "INVALID_CREDENTIALS");
        (await app.Api.Post("/api/auth/verify-email", $$"""{"email":"{{email}}","code":"{{await app.VerificationCode(email)}}"}""")).ShouldBe(200);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBe(200);
        await app.SignIn(id, email);
    }
}
