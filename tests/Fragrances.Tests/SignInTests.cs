using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class SignInTests(FragrancesApp app) : IClassFixture<FragrancesApp>
{
    [Fact]
    public async Task A_session_begins_as_the_document_shows_it()
    {
        var someone = await app.Someone();
        var answer = (await app.Api.Post("/api/auth/login", $$"""{"email":"{{someone.Email}}","password":"{{FragrancesApp.Password}}","rememberMe":true}""")).ShouldBe(200);
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "user", "accessToken", "refreshToken"]);
        answer.At("user").EnumerateObject().Select(member => member.Name).ShouldBe(["id", "email", "fullName", "experienceLevel", "emailConfirmed"]);
        answer.Header("Cache-Control").ShouldBe("no-store");
        var cookie = answer.Header("Set-Cookie")!;
        cookie.ShouldContain("refreshToken=");
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=strict");
        cookie.ShouldContain("path=/api/auth");
        cookie.ShouldContain("max-age=2592000");
    }

    [Theory]
    [InlineData("""{"password":"x"}""", "email")]
    [InlineData("""{"email":"a@b.co"}""", "password")]
    [InlineData("""{"email":"a@b.co","password":""}""", "password")]
    public async Task A_missing_field_is_a_400(string body, string field)
    {
        (await app.Api.Post("/api/auth/login", body)).ShouldBe(400).At("error.field").GetString().ShouldBe(field);
    }

    [Fact]
    public async Task An_unknown_address_and_a_wrong_password_read_the_same()
    {
        var someone = await app.Someone();
        var wrong = (await app.Api.Post("/api/auth/login", $$"""{"email":"{{someone.Email}}","password":"not-this-1"}""")).ShouldBe(401);
        var unknown = (await app.Api.Post("/api/auth/login", """{"email":"nobody@example.com","password":"not-this-1"}""")).ShouldBe(401);
        wrong.At("error").GetRawText().ShouldBe(unknown.At("error").GetRawText());
        wrong.At("error.code").GetString().ShouldBe("INVALID_CREDENTIALS");
    }

    [Theory]
    [InlineData("lock-known@example.com", true)]
    [InlineData("lock-unknown@example.com", false)]
    public async Task The_sixth_attempt_is_locked_out_for_five_minutes_whether_the_account_exists_or_not(string email, bool exists)
    {
        if (exists)
            await app.Someone(email);
        for (var failure = 0; failure < 5; failure++)
            (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"wrong-guess-1"}""")).ShouldBe(401);
        var locked = (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"{{FragrancesApp.Password}}"}""")).ShouldBe(423);
        locked.At("error.code").GetString().ShouldBe("ACCOUNT_LOCKED");
        locked.Header("Retry-After").ShouldBe("300");

        await app.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromMilliseconds(1));
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"{{FragrancesApp.Password}}"}""")).ShouldBe(exists ? 200 : 401);
    }

    [Fact]
    public async Task A_lock_ends_no_open_session()
    {
        var someone = await app.Someone();
        for (var failure = 0; failure < 6; failure++)
            await app.Api.Post("/api/auth/login", $$"""{"email":"{{someone.Email}}","password":"wrong-guess-1"}""");
        (await someone.Api.Get("/api/user/profile")).ShouldBe(200);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_at_once()
    {
        var someone = await app.Someone();
        var answer = (await someone.Api.Post("/api/auth/logout")).ShouldBe(200);
        answer.Text.ShouldBe("""{"success":true,"message":"Logged out successfully"}""");
        answer.Header("Set-Cookie")!.ShouldContain("refreshToken=;");
        (await someone.Api.Get("/api/user/profile")).ShouldBe(401);
        (await someone.Api.Post("/api/auth/logout")).ShouldBe(401);
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.RefreshToken}}"}""")).ShouldBe(401);
    }

    [Fact]
    public async Task A_refresh_token_is_good_once_in_the_body()
    {
        var someone = await app.Someone();
        var refreshed = (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.RefreshToken}}"}""")).ShouldBe(200);
        refreshed.At("success").GetBoolean().ShouldBeTrue();
        (await app.Api.WithBearer(refreshed.At("accessToken").GetString()!).Get("/api/user/profile")).ShouldBe(200);

        // A lost answer: the direct predecessor gets the same successor again.
        var again = (await app.Api.Post("/api/auth/refresh-token", $$"""{"refreshToken":"{{someone.RefreshToken}}"}""")).ShouldBe(200);
        again.At("refreshToken").GetString().ShouldBe(refreshed.At("refreshToken").GetString());

        await app.Advance(TimeSpan.FromSeconds(31));
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.RefreshToken}}"}""")).ShouldBe(401);
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{refreshed.At("refreshToken").GetString()}}"}""")).ShouldBe(401);
    }

    [Fact]
    public async Task A_refresh_without_an_argument_reads_the_cookie_and_gives_another()
    {
        var someone = await app.Someone();
        var api = app.Api.With("Cookie", "refreshToken=" + someone.RefreshToken);
        var answer = (await api.Post("/api/auth/refresh")).ShouldBe(200);
        answer.Header("Set-Cookie")!.ShouldContain("refreshToken=" + answer.At("refreshToken").GetString());
        (await app.Api.Post("/api/auth/refresh")).ShouldBe(401).At("error.code").GetString().ShouldBe("AUTHENTICATION_REQUIRED");
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "http://localhost:3004", 200)]
    public async Task Another_site_cannot_use_the_cookie(string header, string value, int status)
    {
        var someone = await app.Someone();
        (await app.Api.With("Cookie", "refreshToken=" + someone.RefreshToken).With(header, value).Post("/api/auth/refresh")).ShouldBe(status);
    }

    [Fact]
    public async Task Tokens_are_not_interchangeable()
    {
        var someone = await app.Someone();
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.AccessToken}}"}""")).ShouldBe(401);
        (await app.Api.WithBearer(someone.RefreshToken).Get("/api/user/profile")).ShouldBe(401);
    }
}

public sealed class MailedLinkTests(FragrancesApp app) : IClassFixture<FragrancesApp>
{
    [Fact]
    public async Task An_address_is_proved_by_the_mailed_link_once_and_the_session_stays()
    {
        var someone = await app.Someone("prove@example.com");
        var token = await Token("prove@example.com", "verify-email");
        (await app.Api.Get("/verify-email?token=" + token)).ShouldBe(200);
        (await app.Api.Post("/api/auth/verify-email", $$"""{"token":"{{token}}"}""")).ShouldBe(200).At("success").GetBoolean().ShouldBeTrue();
        (await app.Api.Post("/api/auth/verify-email", $$"""{"token":"{{token}}"}""")).ShouldBe(400);
        (await someone.Api.Get("/api/user/profile")).ShouldBe(200);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"prove@example.com","password":"{{FragrancesApp.Password}}"}""")).ShouldBe(200)
            .At("user.emailConfirmed").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_forgotten_password_is_replaced_and_every_session_ends()
    {
        var someone = await app.Someone("forgot@example.com");
        await app.RunJobs();
        const string same = """{"success":true,"message":"Password reset email sent if account exists"}""";
        (await app.Api.Post("/api/auth/reset-password", """{"email":"forgot@example.com"}""")).ShouldBe(200).Text.ShouldBe(same);
        (await app.Api.Post("/api/auth/reset-password", """{"email":"nobody-at-all@example.com"}""")).ShouldBe(200).Text.ShouldBe(same);
        var token = await Token("forgot@example.com", "reset-password");

        (await app.Api.Post("/api/auth/reset-password/confirm", $$"""{"token":"{{token}}","password":"weak"}""")).ShouldBe(422);
        (await app.Api.Post("/api/auth/reset-password/confirm", $$"""{"token":"{{token}}","newPassword":"brand-new-pass-7"}""")).ShouldBe(200);
        (await app.Api.Post("/api/auth/reset-password/confirm", $$"""{"token":"{{token}}","password":"brand-new-pass-8"}""")).ShouldBe(400);
        (await someone.Api.Get("/api/user/profile")).ShouldBe(401);
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.RefreshToken}}"}""")).ShouldBe(401);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"forgot@example.com","password":"{{FragrancesApp.Password}}"}""")).ShouldBe(401);
        await app.SignIn("forgot@example.com", "brand-new-pass-7");

        await app.RunJobs();
        (await app.Mails("forgot@example.com"))[0].Subject.ShouldBe("Your password was reset");
        (await app.Mails("nobody-at-all@example.com")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reset_link_is_good_for_ten_minutes_and_for_one_of_many()
    {
        await app.Someone("late@example.com");
        await app.Api.Post("/api/auth/reset-password", """{"email":"late@example.com"}""");
        var token = await Token("late@example.com", "reset-password");
        await app.Advance(TimeSpan.FromMinutes(10));
        (await app.Api.Post("/api/auth/reset-password/confirm", $$"""{"token":"{{token}}","password":"brand-new-pass-7"}""")).ShouldBe(400);

        await app.Api.Post("/api/auth/reset-password", """{"email":"late@example.com"}""");
        var second = await Token("late@example.com", "reset-password");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            app.Api.Post("/api/auth/reset-password/confirm", $$"""{"token":"{{second}}","password":"brand-new-pass-{{number}}"}""")));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 400);
    }

    [Fact]
    public async Task A_reset_lifts_the_lock()
    {
        await app.Someone("locked-out@example.com");
        for (var failure = 0; failure < 6; failure++)
            await app.Api.Post("/api/auth/login", """{"email":"locked-out@example.com","password":"wrong-guess-1"}""");
        await app.Api.Post("/api/auth/reset-password", """{"email":"locked-out@example.com"}""");
        var token = await Token("locked-out@example.com", "reset-password");
        (await app.Api.Post("/api/auth/reset-password/confirm", $$"""{"token":"{{token}}","password":"brand-new-pass-7"}""")).ShouldBe(200);
        await app.SignIn("locked-out@example.com", "brand-new-pass-7");
    }

    [Fact]
    public async Task The_page_behind_a_link_works_without_a_front_end()
    {
        await app.Someone("page@example.com");
        await app.Api.Post("/api/auth/reset-password", """{"email":"page@example.com"}""");
        var token = await Token("page@example.com", "reset-password");
        (await app.Api.Get("/reset-password?token=" + token)).ShouldBe(200).Text.ShouldContain(token);
        using var form = new FormUrlEncodedContent([new("token", token), new("password", "brand-new-pass-7")]);
        (await app.Api.Send("POST", "/reset-password", form)).ShouldBe(200).Text.ShouldContain("Password set");
        await app.SignIn("page@example.com", "brand-new-pass-7");
        (await app.Api.Get("/reset-password?token=%22%3E%3Cscript%3E")).ShouldBe(200).Text.ShouldNotContain("<script>");
    }

    private async Task<string> Token(string email, string page)
    {
        await app.RunJobs();
        var text = (await app.Mails(email)).First(mail => mail.Text.Contains(page, StringComparison.Ordinal)).Text;
        var start = text.IndexOf("?token=", StringComparison.Ordinal) + "?token=".Length;
        return text.Substring(start, 43);
    }
}

public sealed class FragrancesLimitTests(LimitedApp app) : IClassFixture<LimitedApp>
{
    [Theory]
    [InlineData("/api/auth/register", 5)]
    [InlineData("/api/auth/login", 10)]
    [InlineData("/api/auth/reset-password", 3)]
    public async Task The_documented_limit_admits_exactly_that_many(string path, int limit)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, limit * 3).Select(_ => app.Api.Post(path, "{}")));
        answers.Count(answer => answer.Status == 400).ShouldBe(limit);
        var refused = answers.Where(answer => answer.Status != 400).ToList();
        refused.Count.ShouldBe(limit * 2);
        refused.ShouldAllBe(answer => answer.Status == 429);
        refused[0].At("error.code").GetString().ShouldBe("RATE_LIMIT_EXCEEDED");
        refused[0].Header("Retry-After").ShouldBe("60");
        refused[0].Header("X-RateLimit-Limit").ShouldBe(limit.ToString(System.Globalization.CultureInfo.InvariantCulture));
        refused[0].Header("X-RateLimit-Remaining").ShouldBe("0");

        await app.Advance(TimeSpan.FromSeconds(60));
        (await app.Api.Post(path, "{}")).ShouldBe(400);
    }
}
