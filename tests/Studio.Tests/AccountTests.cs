using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

public sealed class AccountTests(StudioApp app) : IClassFixture<StudioApp>
{
    [Fact]
    public async Task A_new_user_is_signed_in_at_once()
    {
        var email = app.NewEmail();
        var answer = (await app.Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"password123","name":"  Ada Lovelace "}""")).ShouldBe(201);
        answer.Header("Location").ShouldBe("/api/users/profile");
        answer.Header("Cache-Control").ShouldBe("no-store");
        var user = answer.At("user");
        user.EnumerateObject().Select(member => member.Name).ShouldBe(["id", "name", "email", "avatar", "bio", "joinDate", "role"]);
        user.GetProperty("name").GetString().ShouldBe("Ada Lovelace");
        user.GetProperty("avatar").GetString().ShouldBe("");
        user.GetProperty("bio").GetString().ShouldBe("");
        user.GetProperty("joinDate").GetString()!.ShouldEndWith("Z");
        user.GetProperty("role").GetString().ShouldBe("customer");
        var session = answer.At("session");
        session.GetProperty("token").GetString().ShouldBe(session.GetProperty("accessToken").GetString());
        session.GetProperty("tokenType").GetString().ShouldBe("Bearer");
        session.GetProperty("expiresIn").GetInt32().ShouldBe(86_400);
        session.GetProperty("refreshExpiresAt").GetDateTimeOffset().ShouldBe(app.Clock.GetUtcNow() + TimeSpan.FromDays(30));

        var profile = (await app.Api.WithBearer(session.GetProperty("token").GetString()!).Get(answer.Header("Location")!)).ShouldBe(200);
        profile.Text.ShouldBe(user.GetRawText());
    }

    [Theory]
    [InlineData("""{"password":"password123","name":"Ada"}""", "email")]
    [InlineData("""{"email":"nobody","password":"password123","name":"Ada"}""", "email")]
    [InlineData("""{"email":"a@example.com","name":"Ada"}""", "password")]
    [InlineData("""{"email":"a@example.com","password":"short","name":"Ada"}""", "password")]
    [InlineData("""{"email":"a@example.com","password":"password123"}""", "name")]
    [InlineData("""{"email":"a@example.com","password":"password123","name":"   "}""", "name")]
    [InlineData("""{"email":7,"password":"password123","name":"Ada"}""", "email")]
    public async Task A_registration_that_breaks_a_rule_says_which(string body, string field) =>
        (await app.Api.Post("/api/auth/register", body)).ShouldBeRefused(400).At("error.details").GetRawText().ShouldContain($"\"{field}\"");

    [Fact]
    public async Task Of_many_registrations_of_one_address_at_once_one_succeeds()
    {
        var email = app.NewEmail();
        var answers = await StudioApp.AtOnce(10, each => app.Api.Post("/api/auth/register", $$"""{"email":"{{(each % 2 == 0 ? email : email.ToUpperInvariant())}}","password":"password123","name":"Ada"}"""));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        foreach (var answer in answers.Where(answer => answer.Status != 201))
            answer.ShouldBeRefused(409, "EMAIL_ALREADY_EXISTS");
    }

    [Fact]
    public async Task Signing_in_refreshing_and_signing_out()
    {
        var person = await app.Someone();
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{person.Email}}","password":"wrong password"}""")).ShouldBeRefused(401);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{app.NewEmail()}}","password":"wrong password"}""")).ShouldBeRefused(401);
        var signedIn = (await app.Api.Post("/api/auth/login", $$"""{"email":"{{person.Email}}","password":"{{StudioApp.Password}}"}""")).ShouldBe(200);
        signedIn.At("user.id").GetGuid().ShouldBe(person.Id);

        var refreshed = (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{signedIn.At("session.refreshToken").GetString()}}"}""")).ShouldBe(200);
        refreshed.At("session.refreshToken").GetString().ShouldNotBe(signedIn.At("session.refreshToken").GetString(), StringComparer.Ordinal);
        var api = app.Api.WithBearer(refreshed.At("session.accessToken").GetString()!);
        (await api.Get("/api/users/profile")).ShouldBe(200);
        (await app.Api.WithBearer(refreshed.At("session.refreshToken").GetString()!).Get("/api/users/profile")).ShouldBeRefused(401);
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{refreshed.At("session.accessToken").GetString()}}"}""")).ShouldBeRefused(401);

        (await api.Post("/api/auth/logout")).ShouldBe(200).At("message").GetString().ShouldNotBeNullOrEmpty();
        (await api.Get("/api/users/profile")).ShouldBeRefused(401);
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{refreshed.At("session.refreshToken").GetString()}}"}""")).ShouldBeRefused(401);
        (await person.Api.Get("/api/users/profile")).ShouldBe(200);
    }

    [Fact]
    public async Task An_access_token_is_good_for_a_day()
    {
        var person = await app.Someone();
        await app.Advance(TimeSpan.FromHours(23));
        (await person.Api.Get("/api/users/profile")).ShouldBe(200);
        await app.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(31));
        (await person.Api.Get("/api/users/profile")).ShouldBeRefused(401);
    }

    [Fact]
    public async Task A_profile_changes_field_by_field()
    {
        var person = await app.Someone();
        var answers = await Task.WhenAll(
            person.Api.Put("/api/users/profile", """{"bio":"Draws lighthouses"}"""),
            person.Api.Put("/api/users/profile", """{"avatar":"https://example.com/ada.png"}"""),
            person.Api.Put("/api/users/profile", """{"name":"Countess"}"""));
        answers.ShouldAllBe(answer => answer.Status == 200);
        var profile = (await person.Api.Get("/api/users/profile")).ShouldBe(200);
        profile.At("bio").GetString().ShouldBe("Draws lighthouses");
        profile.At("avatar").GetString().ShouldBe("https://example.com/ada.png");
        profile.At("name").GetString().ShouldBe("Countess");
        (await person.Api.Put("/api/users/profile", """{"bio":"","role":"operator","id":"x"}""")).ShouldBe(200).At("user.bio").GetString().ShouldBe("");
        (await person.Api.Get("/api/users/profile")).At("role").GetString().ShouldBe("customer");
        (await person.Api.Put("/api/users/profile", """{"avatar":"javascript:alert(1)"}""")).ShouldBeRefused(400);
        (await person.Api.Put("/api/users/profile", """{"name":""}""")).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Another_address_holds_at_once_and_the_old_one_is_told()
    {
        var (person, other) = (await app.Someone(), await app.Someone());
        (await person.Api.Put("/api/users/profile", $$"""{"email":"{{other.Email.ToUpperInvariant()}}"}""")).ShouldBeRefused(409, "EMAIL_ALREADY_EXISTS");
        var email = app.NewEmail();
        (await person.Api.Put("/api/users/profile", $$"""{"email":"{{email}}"}""")).ShouldBe(200).At("user.email").GetString().ShouldBe(email);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"{{StudioApp.Password}}"}""")).ShouldBe(200);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{person.Email}}","password":"{{StudioApp.Password}}"}""")).ShouldBeRefused(401);
        await app.RunJobs();
        (await app.Mails(person.Email)).ShouldContain(mail => mail.Subject == "Your e-mail address was changed");
    }

    [Fact]
    public async Task A_forgotten_password_is_set_anew_and_lifts_the_lock()
    {
        var person = await app.Someone();
        for (var guess = 0; guess < 6; guess++)
            (await app.Api.Post("/api/auth/login", $$"""{"email":"{{person.Email}}","password":"wrong password"}""")).ShouldBeRefused(401);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{person.Email}}","password":"{{StudioApp.Password}}"}""")).ShouldBeRefused(401);

        var known = (await app.Api.Post("/api/auth/forgot-password", $$"""{"email":"{{person.Email}}"}""")).ShouldBe(200);
        var unknown = (await app.Api.Post("/api/auth/forgot-password", $$"""{"email":"{{app.NewEmail()}}"}""")).ShouldBe(200);
        known.Text.ShouldBe(unknown.Text);
        var token = await app.ResetToken(person.Email);
        (await app.Api.Post("/api/auth/reset-password", $$"""{"token":"{{token}}","password":"short"}""")).ShouldBeRefused(400);
        var answers = await StudioApp.AtOnce(5, _ => app.Api.Post("/api/auth/reset-password", $$"""{"token":"{{token}}","password":"quite another"}"""));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        (await person.Api.Get("/api/users/profile")).ShouldBeRefused(401);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{person.Email}}","password":"quite another"}""")).ShouldBe(200);
    }

    [Fact]
    public async Task The_mailed_link_opens_a_page_that_uses_nothing_up()
    {
        var person = await app.Someone();
        (await app.Api.Post("/api/auth/forgot-password", $$"""{"email":"{{person.Email}}"}""")).ShouldBe(200);
        var token = await app.ResetToken(person.Email);
        (await app.Api.Get("/reset-password?token=" + token)).ShouldBe(200).Text.ShouldContain("New password");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = token, ["password"] = "set on the page" });
        (await app.Api.Send("POST", "/reset-password", form)).ShouldBe(200);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{person.Email}}","password":"set on the page"}""")).ShouldBe(200);
    }
}
