using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class SignInTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    [Fact]
    public async Task Signing_in_answers_the_user_and_no_token()
    {
        var (id, email) = await app.Register();
        var answer = (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBe(200);
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "data", "message"]);
        answer.At("data").EnumerateObject().Select(member => member.Name).ShouldBe(["userId", "email", "createdAt", "updatedAt"]);
        answer.At("data.userId").GetGuid().ShouldBe(id);
        answer.At("message").GetString().ShouldBe("Login successful");
        answer.Header("Set-Cookie").ShouldBeNull();
        (await app.Database.One<int>("select count(*) from audit where account_id = @id and event = 'signed_in'", new { id }, TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"email":"nobody","password":"x"}""", "Invalid email address")]
    [InlineData("""{"email":"a@b.co"}""", "Password is required")]
    [InlineData("""{"email":"a@b.co","password":""}""", "Password is required")]
    public async Task Input_that_breaks_a_rule_is_a_400(string body, string error) =>
        (await app.Api.Post("/api/auth/login", body)).ShouldBeRefused(400, "VALIDATION_FAILED", error);

    [Fact]
    public async Task Unknown_wrong_and_locked_read_the_same_and_a_lock_blocks_no_reset()
    {
        var (_, email) = await app.Register();
        var wrong = (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"wrong"}""")).ShouldBeRefused(401, "INVALID_CREDENTIALS", "Invalid credentials");
        var unknown = await app.Api.Post("/api/auth/login", """{"email":"nobody@example.com","password":"wrong"}""");
        unknown.Text.ShouldBe(wrong.Text);
        for (var failure = 0; failure < 4; failure++)
            await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"wrong"}""");
        var locked = await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"password123"}""");
        locked.Status.ShouldBe(401);
        locked.Text.ShouldBe(wrong.Text);

        await app.Api.Post("/api/auth/forgot-password", $$"""{"email":"{{email}}"}""");
        (await app.Api.Post("/api/auth/reset-password", $$"""{"email":"{{email}}","code":"{{await app.ResetCode(email)}}","newPassword":"newpassword123"}""")).ShouldBe(200);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"newpassword123"}""")).ShouldBe(200);
    }

    [Fact]
    public async Task Fifty_parallel_guesses_are_five()
    {
        var (_, email) = await app.Register();
        var answers = await OrderDeskApp.AtOnce(50, guess => app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"wrong-{{guess}}"}"""));
        answers.ShouldAllBe(answer => answer.Status == 401 || answer.Status == 503);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBe(401);
        await app.Advance(TimeSpan.FromMinutes(1));
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBe(200);
    }
}

public sealed class UserTokenTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    [Fact]
    public async Task A_user_token_is_good_for_the_own_user()
    {
        var (id, email) = await app.Register();
        var answer = (await app.Api.Post("/api/auth/token", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBe(200);
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "data"]);
        answer.At("data").EnumerateObject().Select(member => member.Name).ShouldBe(["accessToken", "refreshToken", "expiresIn"]);
        answer.At("data.expiresIn").GetInt32().ShouldBe(1800);
        answer.Header("Cache-Control").ShouldBe("no-store");
        (await app.Api.WithBearer(answer.At("data.accessToken").GetString()!).Get($"/api/user/{id}")).ShouldBe(200);
        (await app.Api.Post("/api/auth/token", $$"""{"email":"{{email}}","password":"wrong"}""")).ShouldBeRefused(401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task A_refresh_token_is_good_once_and_a_stolen_one_ends_the_session()
    {
        var someone = await app.Someone();
        var refreshed = (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.RefreshToken}}"}""")).ShouldBe(200);
        var next = refreshed.At("data.refreshToken").GetString();
        (await app.Api.WithBearer(refreshed.At("data.accessToken").GetString()!).Get($"/api/user/{someone.Id}")).ShouldBe(200);
        await app.Advance(TimeSpan.FromSeconds(31));
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.RefreshToken}}"}""")).ShouldBeRefused(401, "INVALID_TOKEN");
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{next}}"}""")).ShouldBeRefused(401, "INVALID_TOKEN");
        (await someone.Api.Get($"/api/user/{someone.Id}")).ShouldBeRefused(401, "INVALID_TOKEN", "Invalid token");
        await app.RunJobs();
        (await app.Mails(someone.Email)).ShouldContain(mail => mail.Subject.Contains("session was ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parallel_refreshes_end_in_one_successor()
    {
        var someone = await app.Someone();
        var answers = await OrderDeskApp.AtOnce(10, _ => app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.RefreshToken}}"}"""));
        answers.ShouldAllBe(answer => answer.Status == 200);
        answers.Select(answer => answer.At("data.refreshToken").GetString()).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
    }

    [Fact]
    public async Task Access_and_refresh_tokens_are_not_interchangeable()
    {
        var someone = await app.Someone();
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.AccessToken}}"}""")).ShouldBeRefused(401, "INVALID_TOKEN");
        (await app.Api.Post("/api/auth/refresh", "{}")).ShouldBeRefused(400, "VALIDATION_FAILED");
        (await app.Api.WithBearer(someone.RefreshToken).Get("/api/orders")).ShouldBeRefused(401, "INVALID_TOKEN");
    }

    [Fact]
    public async Task Logging_out_ends_the_token_at_once()
    {
        var someone = await app.Someone();
        (await someone.Api.Post("/api/auth/logout")).ShouldBe(200).Text.ShouldBe("""{"success":true,"message":"Logged out successfully"}""");
        (await someone.Api.Get("/api/orders")).ShouldBe(401);
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.RefreshToken}}"}""")).ShouldBe(401);
    }
}

public sealed class SessionTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    [Fact]
    public async Task Sessions_are_listed_and_one_of_them_is_revoked()
    {
        var here = await app.Someone();
        var there = await app.SignIn(here.Id, here.Email);
        var list = (await here.Api.Get("/api/auth/sessions")).ShouldBe(200).At("data.sessions");
        list.GetArrayLength().ShouldBe(2);
        list.EnumerateArray().Count(session => session.GetProperty("current").GetBoolean()).ShouldBe(1);
        var other = list.EnumerateArray().Single(session => !session.GetProperty("current").GetBoolean()).GetProperty("sessionId").GetString();
        (await here.Api.Delete($"/api/auth/sessions/{other}")).ShouldBe(200);
        (await there.Api.Get("/api/orders")).ShouldBe(401);
        (await here.Api.Get("/api/orders")).ShouldBe(200);
        (await here.Api.Delete($"/api/auth/sessions/{other}")).ShouldBeRefused(404, "SESSION_NOT_FOUND");
        (await here.Api.Delete("/api/auth/sessions/a1b2c3d4-5e6f-7g8h")).ShouldBeRefused(404, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task All_other_sessions_are_revoked_at_once()
    {
        var here = await app.Someone();
        var others = new[] { await app.SignIn(here.Id, here.Email), await app.SignIn(here.Id, here.Email) };
        (await here.Api.Delete("/api/auth/sessions")).ShouldBe(200).At("data.revoked").GetInt32().ShouldBe(2);
        foreach (var other in others)
            (await other.Api.Get("/api/orders")).ShouldBe(401);
        (await here.Api.Get("/api/auth/sessions")).ShouldBe(200).At("data.sessions").GetArrayLength().ShouldBe(1);
    }
}
