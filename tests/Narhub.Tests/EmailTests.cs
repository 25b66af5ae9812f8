using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class EmailVerificationTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task The_mailed_link_proves_the_address_once_and_nothing_else_changes()
    {
        var person = await app.Someone();
        var token = await app.MailedToken(person.Email, "Confirm");
        (await app.Api.Post("/api/auth/verify-email", $$"""{"token":"{{token}}"}""")).ShouldBe(200).Text.ShouldBe("""{"message":"Email verified successfully"}""");
        (await person.Api.Get("/api/user/profile")).ShouldBe(200).At("user.email_verified").GetBoolean().ShouldBeTrue();
        (await app.Api.Post("/api/auth/verify-email", $$"""{"token":"{{token}}"}""")).ShouldBeInvalid("token", "The verification link is invalid or has expired");
        await app.SignIn(person.Email);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"token":""}""")]
    [InlineData("""{"token":"wrong"}""")]
    [InlineData("""{"token":7}""")]
    public async Task What_was_never_mailed_proves_nothing(string body) => (await app.Api.Post("/api/auth/verify-email", body)).ShouldBeInvalid("token");

    [Fact]
    public async Task Of_twenty_clicks_at_once_one_counts()
    {
        var person = await app.Someone();
        var token = await app.MailedToken(person.Email, "Confirm");
        var answers = await NarhubApp.AtOnce(20, _ => app.Api.Post("/api/auth/verify-email", $$"""{"token":"{{token}}"}"""));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
    }

    [Fact]
    public async Task The_link_is_good_for_a_day_and_another_can_be_had()
    {
        var person = await app.Someone();
        var old = await app.MailedToken(person.Email, "Confirm");
        await app.Advance(TimeSpan.FromHours(24));
        (await app.Api.Post("/api/auth/verify-email", $$"""{"token":"{{old}}"}""")).ShouldBeInvalid("token");
        (await app.Api.Post("/api/auth/resend-verification")).ShouldBe(401);
        (await person.Api.Post("/api/auth/resend-verification")).ShouldBe(200);
        var token = await app.MailedToken(person.Email, "Confirm");
        (await app.Api.Post("/api/auth/verify-email", $$"""{"token":"{{token}}"}""")).ShouldBe(200);
        (await person.Api.Post("/api/auth/resend-verification")).ShouldBeRefused(409, "CONFLICT");
    }

    [Fact]
    public async Task Looking_at_the_page_uses_nothing_up_and_its_button_does()
    {
        var person = await app.Someone();
        var token = await app.MailedToken(person.Email, "Confirm");
        var page = (await app.Api.Get($"/verify-email?token={token}")).ShouldBe(200);
        page.Text.ShouldContain(token);
        using var form = new FormUrlEncodedContent([new("token", token)]);
        (await app.Api.With("Sec-Fetch-Site", "same-origin").With("Origin", "null").Send("POST", "/verify-email", form)).ShouldBe(200).Text.ShouldContain("Address confirmed");
        using var again = new FormUrlEncodedContent([new("token", token)]);
        (await app.Api.Send("POST", "/verify-email", again)).ShouldBe(400).Text.ShouldContain("no longer good");
    }
}

public sealed class PasswordResetTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    private const string Promised = """{"message":"If an account with this email exists, a message is on its way"}""";

    [Fact]
    public async Task A_reset_ends_every_session_lifts_the_lock_and_signs_nobody_in()
    {
        var person = await Proved();
        for (var attempt = 0; attempt < 6; attempt++)
            await app.Api.Post("/api/auth/signin", $$"""{"email":"{{person.Email}}","password":"wrong"}""");
        var token = await Ask(person.Email);
        var answer = (await Reset(token, "brand-new-password")).ShouldBe(200);
        answer.Text.ShouldBe("""{"message":"Password reset successfully"}""");
        answer.Header("Set-Cookie").ShouldBeNull();
        (await person.Api.Get("/api/cart")).ShouldBeRefused(401, "UNAUTHORIZED");
        await app.SignIn(person.Email, "brand-new-password");
        (await Reset(token, "yet-another-password")).ShouldBeInvalid("token", "The reset link is invalid or has expired");
        await app.RunJobs();
        (await app.Mails(person.Email)).ShouldContain(mail => mail.Subject == "Your password was reset");
    }

    [Fact]
    public async Task Everybody_is_promised_a_mail_and_only_proved_addresses_get_a_reset()
    {
        var proved = await Proved();
        var unproved = await app.Someone();
        await app.RunJobs();
        await app.Advance(TimeSpan.FromSeconds(60));
        var nobody = app.NewEmail();
        foreach (var email in new[] { proved.Email, unproved.Email, nobody })
            (await app.Api.Post("/api/auth/forgot-password", $$"""{"email":"{{email}}"}""")).ShouldBe(200).Text.ShouldBe(Promised);
        await app.RunJobs();
        (await app.Mails(proved.Email))[0].Subject.ShouldBe("Set a new password");
        // Whoever has not proved the address is asked to, and can ask for the reset then.
        var mails = await app.Mails(unproved.Email);
        mails.Count.ShouldBe(2);
        mails.ShouldAllBe(mail => mail.Subject == "Confirm your e-mail address");
        (await app.Mails(nobody)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_twenty_resets_at_once_one_counts()
    {
        var person = await Proved();
        var token = await Ask(person.Email);
        var answers = await NarhubApp.AtOnce(20, n => Reset(token, $"brand-new-password-{n}"));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        await app.SignIn(person.Email, $"brand-new-password-{Array.FindIndex(answers, answer => answer.Status == 200)}");
    }

    [Fact]
    public async Task A_password_too_short_leaves_the_link_good_which_lasts_ten_minutes()
    {
        var person = await Proved();
        var token = await Ask(person.Email);
        (await Reset(token, "short")).ShouldBeInvalid("password", "Password must be at least 8 characters");
        (await app.Api.Post("/api/auth/reset-password", $$"""{"token":"{{token}}"}""")).ShouldBeInvalid("password");
        await app.Advance(TimeSpan.FromMinutes(10));
        (await Reset(token, "brand-new-password")).ShouldBeInvalid("token");
    }

    [Fact]
    public async Task Changing_the_password_voids_the_link()
    {
        var person = await Proved();
        var token = await Ask(person.Email);
        (await person.Api.Put("/api/user/password", $$"""{"currentPassword":"{{NarhubApp.Password}}","newPassword":"changed-meanwhile"}""")).ShouldBe(200);
        (await Reset(token, "brand-new-password")).ShouldBeInvalid("token");
        await app.SignIn(person.Email, "changed-meanwhile");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"email":"no address"}""")]
    public async Task What_is_no_address_is_a_400(string body) => (await app.Api.Post("/api/auth/forgot-password", body)).ShouldBeInvalid("email");

    [Fact]
    public async Task The_page_behind_the_link_sets_the_password()
    {
        var person = await Proved();
        var token = await Ask(person.Email);
        (await app.Api.Get($"/reset-password?token={token}")).ShouldBe(200).Text.ShouldContain("New password");
        using var tooShort = new FormUrlEncodedContent([new("token", token), new("password", "short")]);
        (await app.Api.Send("POST", "/reset-password", tooShort)).ShouldBe(400);
        using var form = new FormUrlEncodedContent([new("token", token), new("password", "set-on-the-page")]);
        (await app.Api.Send("POST", "/reset-password", form)).ShouldBe(200).Text.ShouldContain("Password set");
        await app.SignIn(person.Email, "set-on-the-page");
    }

    private async Task<Person> Proved()
    {
        var person = await app.Someone();
        (await app.Api.Post("/api/auth/verify-email", $$"""{"token":"{{await app.MailedToken(person.Email, "Confirm")}}"}""")).ShouldBe(200);
        return person;
    }

    private async Task<string> Ask(string email)
    {
        (await app.Api.Post("/api/auth/forgot-password", $$"""{"email":"{{email}}"}""")).ShouldBe(200).Text.ShouldBe(Promised);
        return await app.MailedToken(email, "new password");
    }

    private Task<Answer> Reset(string token, string password) => app.Api.Post("/api/auth/reset-password", $$"""{"token":"{{token}}","password":"{{password}}"}""");
}
