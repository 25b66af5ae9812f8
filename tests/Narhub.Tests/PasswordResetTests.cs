using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

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
