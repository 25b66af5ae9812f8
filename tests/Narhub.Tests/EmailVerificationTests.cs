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
