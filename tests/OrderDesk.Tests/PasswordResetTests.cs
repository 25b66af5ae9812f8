using System.Globalization;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class PasswordResetTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    private Task<Answer> Ask(string email, string path = "forgot-password") => app.Api.Post($"/api/auth/{path}", $$"""{"email":"{{email}}"}""");

    private Task<Answer> Reset(string email, string code, string password = "newpassword123") =>
        app.Api.Post("/api/auth/reset-password", $$"""{"email":"{{email}}","code":"{{code}}","newPassword":"{{password}}"}""");

    private async Task<(string Email, string Code)> Coded()
    {
        var (_, email) = await app.Register();
        (await Ask(email)).ShouldBe(200);
        return (email, await app.ResetCode(email));
    }

    internal static string OtherThan(string code, int by = 1) =>
        ((int.Parse(code, CultureInfo.InvariantCulture) + by) % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("forgot-password")]
    [InlineData("send-reset-code")]
    public async Task A_code_is_sent_as_the_document_shows_it(string path)
    {
        var (_, email) = await app.Register();
        var now = app.Clock.GetUtcNow();
        var answer = (await Ask(email, path)).ShouldBe(200);
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "message", "data"]);
        answer.At("message").GetString().ShouldBe("Reset code sent to email");
        answer.At("data.expiresAt").GetDateTimeOffset().ShouldBe(now.AddMinutes(15));
        (await app.ResetCode(email)).Length.ShouldBe(6);
    }

    [Fact]
    public async Task The_code_sets_a_new_password_once_and_ends_every_session()
    {
        var someone = await app.Someone();
        await Ask(someone.Email);
        var code = await app.ResetCode(someone.Email);
        (await Reset(someone.Email, $"  {code} ")).ShouldBe(200).Text.ShouldBe("""{"success":true,"message":"Password reset successfully"}""");
        (await Reset(someone.Email, code)).ShouldBeRefused(404, "RESET_CODE_NOT_FOUND");
        (await someone.Api.Get("/api/orders")).ShouldBe(401);
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.RefreshToken}}"}""")).ShouldBe(401);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{someone.Email}}","password":"password123"}""")).ShouldBe(401);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{someone.Email}}","password":"newpassword123"}""")).ShouldBe(200);
        await app.RunJobs();
        (await app.Mails(someone.Email))[0].Subject.ShouldBe("Your password was reset");
    }

    [Fact]
    public async Task Refusals_come_in_the_documented_order()
    {
        (await Reset("nobody", "1", "short")).ShouldBeRefused(400, "VALIDATION_FAILED", "Invalid email address").At("errors").GetArrayLength().ShouldBe(3);
        (await Reset("a@b.co", " 12345 ")).ShouldBeRefused(400, "VALIDATION_FAILED", "Code must be at least 6 characters long");
        (await Reset("nobody@example.com", "123456")).ShouldBeRefused(404, "USER_NOT_FOUND", "User not found");
        (await Ask("nobody@example.com")).ShouldBeRefused(404, "USER_NOT_FOUND", "User not found");
        var (_, email) = await app.Register();
        (await Reset(email, "123456")).ShouldBeRefused(404, "RESET_CODE_NOT_FOUND");
        await Ask(email);
        var code = await app.ResetCode(email);
        (await Reset(email, OtherThan(code))).ShouldBeRefused(400, "INVALID_RESET_CODE", "Invalid reset code");
        (await Reset(email, "not six digits at all")).ShouldBeRefused(400, "INVALID_RESET_CODE");
        (await Reset(email, code)).ShouldBe(200);
    }

    [Fact]
    public async Task A_code_is_good_for_15_minutes_and_expired_is_said_of_the_right_one_only()
    {
        var (inTime, early) = await Coded();
        var (late, code) = await Coded();
        await app.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        (await Reset(inTime, early)).ShouldBe(200);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await Reset(late, OtherThan(code))).ShouldBeRefused(400, "INVALID_RESET_CODE");
        (await Reset(late, code)).ShouldBeRefused(400, "RESET_CODE_EXPIRED", "Reset code has expired");
    }

    [Fact]
    public async Task Fifty_parallel_guesses_are_five_tries()
    {
        var (email, code) = await Coded();
        var answers = await OrderDeskApp.AtOnce(50, guess => Reset(email, OtherThan(code, guess + 1)));
        answers.Count(answer => answer.Status == 400 && answer.At("errorCode").GetString() == "INVALID_RESET_CODE").ShouldBe(5);
        answers.Count(answer => answer.Status == 404 && answer.At("errorCode").GetString() == "RESET_CODE_NOT_FOUND").ShouldBe(45);
        (await Reset(email, code)).ShouldBeRefused(404, "RESET_CODE_NOT_FOUND");
    }

    [Fact]
    public async Task Of_49_wrong_and_one_right_at_once_at_most_five_are_looked_at()
    {
        for (var round = 0; round < 5; round++)
        {
            var (email, code) = await Coded();
            var answers = await OrderDeskApp.AtOnce(50, guess => Reset(email, OtherThan(code, guess)));
            var wrong = answers.Count(answer => answer.Status == 400);
            var right = answers.Count(answer => answer.Status == 200);
            (wrong + right).ShouldBeLessThanOrEqualTo(5);
            right.ShouldBeLessThanOrEqualTo(1);
        }
    }

    [Fact]
    public async Task Of_twenty_parallel_right_codes_one_is_used()
    {
        for (var round = 0; round < 5; round++)
        {
            var (email, code) = await Coded();
            var answers = await OrderDeskApp.AtOnce(20, number => Reset(email, code, $"newpassword-{number}"));
            answers.Count(answer => answer.Status == 200).ShouldBe(1);
            answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 404);
            var used = Array.FindIndex(answers, answer => answer.Status == 200);
            (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"newpassword-{{used}}"}""")).ShouldBe(200);
        }
    }

    [Fact]
    public async Task Asking_again_within_a_minute_changes_nothing_and_later_replaces_the_code()
    {
        var (_, email) = await app.Register();
        var first = (await Ask(email)).At("data.expiresAt").GetString();
        var code = await app.ResetCode(email);
        var mails = (await app.Mails(email)).Count;
        await app.Advance(TimeSpan.FromSeconds(59));
        (await Ask(email, "send-reset-code")).ShouldBe(200).At("data.expiresAt").GetString().ShouldBe(first);
        await app.RunJobs();
        (await app.Mails(email)).Count.ShouldBe(mails);

        await app.Advance(TimeSpan.FromSeconds(1));
        (await Ask(email, "send-reset-code")).ShouldBe(200).At("data.expiresAt").GetString().ShouldNotBe(first, StringComparer.Ordinal);
        var second = await app.ResetCode(email);
        if (second != code)
            (await Reset(email, code)).ShouldBeRefused(400, "INVALID_RESET_CODE");
        (await Reset(email, second)).ShouldBe(200);
    }

    [Fact]
    public async Task An_exhausted_code_is_no_code_so_that_another_is_sent_at_once()
    {
        var (email, code) = await Coded();
        for (var guess = 1; guess <= 5; guess++)
            (await Reset(email, OtherThan(code, guess))).ShouldBeRefused(400, "INVALID_RESET_CODE");
        (await Reset(email, code)).ShouldBeRefused(404, "RESET_CODE_NOT_FOUND");
        (await Ask(email)).ShouldBe(200);
        (await Reset(email, await app.ResetCode(email))).ShouldBe(200);
    }

    [Fact]
    public async Task The_sixth_mail_in_an_hour_is_a_429_with_a_true_wait()
    {
        var (_, email) = await app.Register();
        // The confirmation mail was the first.
        for (var mail = 2; mail <= 5; mail++)
        {
            await app.Advance(TimeSpan.FromSeconds(60));
            (await Ask(email)).ShouldBe(200);
        }

        await app.Advance(TimeSpan.FromSeconds(60));
        var refused = (await Ask(email)).ShouldBeRefused(429, "TOO_MANY_REQUESTS");
        refused.Header("Retry-After").ShouldBe("3300");
        await app.Advance(TimeSpan.FromSeconds(3300));
        (await Ask(email)).ShouldBe(200);
    }

    [Fact]
    public async Task A_code_is_void_once_password_or_address_changed_and_good_for_nothing_else()
    {
        var (id, email) = await app.Register();
        await Ask(email);
        var code = await app.ResetCode(email);
        var verification = await app.VerificationCode(email);
        if (code != verification)
        {
            (await app.Api.Post("/api/auth/verify-email", $$"""{"email":"{{email}}","code":"{{code}}"}""")).ShouldBeRefused(400, "INVALID_VERIFICATION_CODE");
            (await Reset(email, verification)).ShouldBeRefused(400, "INVALID_RESET_CODE");
        }

        (await app.Service.Patch($"/api/user/{id}", """{"password":"changed-by-service"}""")).ShouldBe(200);
        (await Reset(email, code)).ShouldBeRefused(404, "RESET_CODE_NOT_FOUND");

        (await Ask(email)).ShouldBe(200);
        code = await app.ResetCode(email);
        var other = app.NewEmail();
        (await app.Service.Patch($"/api/user/{id}", $$"""{"email":"{{other}}"}""")).ShouldBe(200);
        (await Reset(email, code)).ShouldBeRefused(404, "USER_NOT_FOUND");
        (await Reset(other, code)).ShouldBeRefused(404, "RESET_CODE_NOT_FOUND");
    }

    [Fact]
    public async Task A_code_lies_nowhere_in_the_clear()
    {
        var (_, email) = await app.Register();
        await Ask(email);
        await app.RunJobs();
        var code = await app.ResetCode(email);
        var verification = await app.VerificationCode(email);
        var uuid = await app.ConfirmationUuid(email);
        foreach (var table in new[] { "one_time_codes", "one_time_code_sends", "jobs", "audit", "accounts", "limit_counts" })
        {
            var rows = await app.Database.List<string>($"select t::text from {table} t", null, TestContext.Current.CancellationToken);
            foreach (var secret in new[] { $"\"{code}\"", $",{code},", verification + "\"", uuid })
                rows.ShouldAllBe(row => !row.Contains(secret, StringComparison.Ordinal));
        }
    }
}
