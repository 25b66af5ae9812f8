using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class EmailVerificationTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    private Task<Answer> Verify(string email, string code) => app.Api.Post("/api/auth/verify-email", $$"""{"email":"{{email}}","code":"{{code}}"}""");

    private Task<Answer> Confirm(string uuid) => app.Api.Post("/api/auth/register-confirmation", $$"""{"uuid":"{{uuid}}"}""");

    private Task<Answer> ResendCode(string email) => app.Api.Post("/api/auth/resend-verification-code", $$"""{"email":"{{email}}"}""");

    private Task<Answer> ResendLink(string email) => app.Api.Post("/api/auth/resend-confirmation-email", $$"""{"email":"{{email}}"}""");

    [Fact]
    public async Task The_code_verifies_once_and_keeps_the_password_and_the_sessions()
    {
        var someone = await app.Someone();
        var code = await app.VerificationCode(someone.Email);
        (await Verify(someone.Email, code)).ShouldBe(200).Text.ShouldBe("""{"success":true,"message":"Email verified successfully"}""");
        (await Verify(someone.Email, code)).ShouldBeRefused(400, "EMAIL_ALREADY_VERIFIED");
        (await someone.Api.Get("/api/orders")).ShouldBe(200);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{someone.Email}}","password":"password123"}""")).ShouldBe(200);
        (await ResendCode(someone.Email)).ShouldBeRefused(400, "EMAIL_ALREADY_VERIFIED");
        (await ResendLink(someone.Email)).ShouldBeRefused(400, "EMAIL_ALREADY_VERIFIED");
        // Code and UUID set the same flag.
        (await Confirm(await app.ConfirmationUuid(someone.Email))).ShouldBeRefused(400, "INVALID_CONFIRMATION_TOKEN");
    }

    [Fact]
    public async Task The_uuid_confirms_once()
    {
        var (_, email) = await app.Register();
        var uuid = await app.ConfirmationUuid(email);
        (await Confirm(uuid.ToUpperInvariant())).ShouldBe(200).Text.ShouldBe("""{"success":true,"message":"Account confirmed successfully"}""");
        (await Confirm(uuid)).ShouldBeRefused(400, "INVALID_CONFIRMATION_TOKEN");
        (await Verify(email, "123456")).ShouldBeRefused(400, "EMAIL_ALREADY_VERIFIED");
    }

    [Theory]
    [InlineData("a1b2c3d4-5e6f-7g8h-9i0j-k1l2m3n4o5p6")]
    [InlineData("00000000-0000-4000-8000-000000000000")]
    [InlineData("anything at all")]
    public async Task An_unknown_uuid_is_a_404(string uuid) => (await Confirm(uuid)).ShouldBeRefused(404, "CONFIRMATION_TOKEN_NOT_FOUND");

    [Fact]
    public async Task Refusals_come_in_the_documented_order()
    {
        (await Confirm("")).ShouldBeRefused(400, "VALIDATION_FAILED");
        (await Verify("nobody", "12345")).ShouldBeRefused(400, "VALIDATION_FAILED", "Invalid email address");
        (await Verify("nobody@example.com", "123456")).ShouldBeRefused(404, "USER_NOT_FOUND");
        (await ResendCode("nobody@example.com")).ShouldBeRefused(404, "USER_NOT_FOUND");
        (await ResendLink("nobody@example.com")).ShouldBeRefused(404, "USER_NOT_FOUND");
        var (_, email) = await app.Register();
        var code = await app.VerificationCode(email);
        for (var guess = 1; guess <= 5; guess++)
            (await Verify(email, PasswordResetTests.OtherThan(code, guess))).ShouldBeRefused(400, "INVALID_VERIFICATION_CODE");
        (await Verify(email, code)).ShouldBeRefused(404, "VERIFICATION_CODE_NOT_FOUND");
        // The link of the same mail is as good as before.
        (await Confirm(await app.ConfirmationUuid(email))).ShouldBe(200);
    }

    [Fact]
    public async Task A_code_lives_10_minutes_and_the_uuid_beside_it_24_hours()
    {
        var (_, early) = await app.Register();
        var (_, late) = await app.Register();
        var (_, latest) = await app.Register();
        var codes = (Early: await app.VerificationCode(early), Late: await app.VerificationCode(late));
        var uuids = (Late: await app.ConfirmationUuid(late), Latest: await app.ConfirmationUuid(latest));
        await app.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        (await Verify(early, codes.Early)).ShouldBe(200);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await Verify(late, codes.Late)).ShouldBeRefused(400, "VERIFICATION_CODE_EXPIRED");
        await app.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        (await Confirm(uuids.Late)).ShouldBe(200);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await Confirm(uuids.Latest)).ShouldBeRefused(400, "INVALID_CONFIRMATION_TOKEN");
    }

    [Fact]
    public async Task Both_ways_of_sending_again_send_the_same_mail_once_a_minute()
    {
        var (_, email) = await app.Register();
        var now = app.Clock.GetUtcNow();
        var code = (await ResendCode(email)).ShouldBe(200);
        code.At("message").GetString().ShouldBe("Verification code sent successfully");
        code.At("data.expiresAt").GetDateTimeOffset().ShouldBe(now.AddMinutes(10));
        var link = (await ResendLink(email)).ShouldBe(200);
        link.At("message").GetString().ShouldBe("Confirmation email sent successfully");
        link.At("data.expiresAt").GetDateTimeOffset().ShouldBe(now.AddHours(24));
        var uuid = await app.ConfirmationUuid(email);
        (await app.Mails(email)).Count.ShouldBe(1);

        await app.Advance(TimeSpan.FromSeconds(60));
        (await ResendLink(email)).ShouldBe(200).At("data.expiresAt").GetDateTimeOffset().ShouldBe(now.AddHours(24).AddSeconds(60));
        var next = await app.ConfirmationUuid(email);
        (await app.Mails(email)).Count.ShouldBe(2);
        (await Confirm(uuid)).ShouldBeRefused(404, "CONFIRMATION_TOKEN_NOT_FOUND");
        (await Confirm(next)).ShouldBe(200);
    }

    [Fact]
    public async Task A_verification_outlives_a_new_password_but_no_new_address()
    {
        var (id, email) = await app.Register();
        var code = await app.VerificationCode(email);
        (await app.Service.Patch($"/api/user/{id}", """{"password":"another-pass-1"}""")).ShouldBe(200);
        (await Verify(email, code)).ShouldBe(200);

        (id, email) = await app.Register();
        var uuid = await app.ConfirmationUuid(email);
        var other = app.NewEmail();
        (await app.Service.Patch($"/api/user/{id}", $$"""{"email":"{{other}}"}""")).ShouldBe(200);
        (await Confirm(uuid)).ShouldBeRefused(404, "CONFIRMATION_TOKEN_NOT_FOUND");
        (await Confirm(await app.ConfirmationUuid(other))).ShouldBe(200);
    }

    [Fact]
    public async Task Of_twenty_parallel_confirmations_one_succeeds()
    {
        var (_, email) = await app.Register();
        var uuid = await app.ConfirmationUuid(email);
        var answers = await OrderDeskApp.AtOnce(20, _ => Confirm(uuid));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 400);
    }

    [Fact]
    public async Task The_page_behind_the_link_confirms_by_its_button_only()
    {
        var (_, email) = await app.Register();
        var uuid = await app.ConfirmationUuid(email);
        (await app.Mails(email))[0].Text.ShouldContain("http://localhost:3002/confirm-email?uuid=" + uuid);
        (await app.Api.Get("/confirm-email?uuid=" + uuid)).ShouldBe(200).Text.ShouldContain(uuid);
        (await Verify(email, "000000")).Status.ShouldNotBe(200);
        using var form = new FormUrlEncodedContent([new("token", uuid)]);
        (await app.Api.Send("POST", "/confirm-email", form)).ShouldBe(200).Text.ShouldContain("Address confirmed");
        using var again = new FormUrlEncodedContent([new("token", uuid)]);
        (await app.Api.Send("POST", "/confirm-email", again)).ShouldBe(400);
        (await Confirm(uuid)).ShouldBeRefused(400, "INVALID_CONFIRMATION_TOKEN");
    }
}
