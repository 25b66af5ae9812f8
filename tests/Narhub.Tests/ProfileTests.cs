using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class ProfileTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task The_profile_is_the_documents_and_updated_at()
    {
        var person = await app.Someone();
        var answer = (await person.Api.Get("/api/user/profile")).ShouldBe(200);
        answer.Json.Members().ShouldBe(["user"]);
        answer.At("user").Members().ShouldBe(["id", "email", "name", "company", "role", "email_verified", "created_at", "updated_at"]);
        answer.At("user.id").GetGuid().ShouldBe(person.Id);
        answer.At("user.email").GetString().ShouldBe(person.Email);
        answer.At("user.company").GetString().ShouldBe("Acme Inc");
        answer.At("user.email_verified").GetBoolean().ShouldBeFalse();
        answer.Header("Cache-Control").ShouldBe("no-store");
    }

    [Fact]
    public async Task The_documents_change_is_answered_as_documented()
    {
        var person = await app.Someone();
        await app.Advance(TimeSpan.FromSeconds(5));
        var answer = (await person.Api.Put("/api/user/profile", """{ "name": "John Smith", "company": "New Company Inc" }""")).ShouldBe(200);
        answer.Text.ShouldBe($$$"""{"message":"Profile updated successfully","user":{"id":"{{{person.Id}}}","email":"{{{person.Email}}}","name":"John Smith","company":"New Company Inc"}}""");
        var profile = await person.Api.Get("/api/user/profile");
        profile.At("user.name").GetString().ShouldBe("John Smith");
        (profile.At("user.updated_at").GetDateTimeOffset() - profile.At("user.created_at").GetDateTimeOffset()).ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("{}", "John Doe", "Acme Inc")]
    [InlineData("""{"name":"Jane"}""", "Jane", "Acme Inc")]
    [InlineData("""{"name":"  Jane  "}""", "Jane", "Acme Inc")]
    [InlineData("""{"company":"Other"}""", "John Doe", "Other")]
    [InlineData("""{"company":null}""", "John Doe", null)]
    [InlineData("""{"company":""}""", "John Doe", null)]
    [InlineData("""{"company":"  "}""", "John Doe", null)]
    [InlineData("""{"email":"new@example.com","role":"admin","id":"x","email_verified":true,"created_at":"2000-01-01T00:00:00.000Z"}""", "John Doe", "Acme Inc")]
    public async Task What_is_absent_is_kept_and_what_is_nobodys_to_set_is_ignored(string body, string name, string? company)
    {
        var person = await app.Someone();
        var before = (await person.Api.Get("/api/user/profile")).At("user");
        var answer = (await person.Api.Put("/api/user/profile", body)).ShouldBe(200);
        answer.At("user.name").GetString().ShouldBe(name);
        answer.At("user.company").GetString().ShouldBe(company);
        var after = (await person.Api.Get("/api/user/profile")).At("user");
        foreach (var member in new[] { "id", "email", "role", "email_verified", "created_at" })
            after.GetProperty(member).GetRawText().ShouldBe(before.GetProperty(member).GetRawText());
    }

    [Fact]
    public async Task No_body_at_all_changes_nothing()
    {
        var person = await app.Someone();
        (await person.Api.Put("/api/user/profile")).ShouldBe(200).At("user.company").GetString().ShouldBe("Acme Inc");
    }

    [Theory]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"J"}""", "name")]
    [InlineData("""{"name":7}""", "name")]
    [InlineData("""{"company":["Acme"]}""", "company")]
    public async Task A_name_has_two_to_a_hundred_characters(string body, string field)
    {
        var person = await app.Someone();
        (await person.Api.Put("/api/user/profile", body)).ShouldBeInvalid(field);
        (await person.Api.Get("/api/user/profile")).At("user.name").GetString().ShouldBe("John Doe");
    }

    [Fact]
    public async Task Changes_of_different_members_at_once_keep_both()
    {
        for (var round = 0; round < 5; round++)
        {
            var person = await app.Someone();
            var answers = await NarhubApp.AtOnce(10, n => person.Api.Put("/api/user/profile", n % 2 == 0 ? """{"name":"New Name"}""" : """{"company":"New Company"}"""));
            answers.ShouldAllBe(answer => answer.Status == 200);
            var profile = await person.Api.Get("/api/user/profile");
            profile.At("user.name").GetString().ShouldBe("New Name");
            profile.At("user.company").GetString().ShouldBe("New Company");
        }
    }

    [Fact]
    public async Task A_new_password_ends_all_other_sessions_and_is_told_by_mail()
    {
        var person = await app.Someone();
        var other = await app.SignIn(person.Email);
        var answer = (await person.Api.Put("/api/user/password", $$"""{ "currentPassword": "{{NarhubApp.Password}}", "newPassword": "newsecurepassword456" }""")).ShouldBe(200);
        answer.Text.ShouldBe("""{"message":"Password updated successfully"}""");
        (await person.Api.Get("/api/cart")).ShouldBe(200);
        (await other.Api.Get("/api/cart")).ShouldBeRefused(401, "UNAUTHORIZED");
        (await app.Api.Post("/api/auth/signin", $$"""{"email":"{{person.Email}}","password":"{{NarhubApp.Password}}"}""")).ShouldBeRefused(401, "INVALID_CREDENTIALS");
        await app.SignIn(person.Email, "newsecurepassword456");
        await app.RunJobs();
        (await app.Mails(person.Email)).ShouldContain(mail => mail.Subject == "Your password was changed");
    }

    [Theory]
    [InlineData("{}", "Current password and new password are required")]
    [InlineData("""{"currentPassword":"securepassword123"}""", "Current password and new password are required")]
    [InlineData("""{"newPassword":"newsecurepassword456"}""", "Current password and new password are required")]
    [InlineData("""{"currentPassword":"","newPassword":"short"}""", "Current password and new password are required")]
    [InlineData("""{"currentPassword":"securepassword123","newPassword":"1234567"}""", "New password must be at least 8 characters")]
    [InlineData("""{"currentPassword":"wrong","newPassword":"1234567"}""", "New password must be at least 8 characters")]
    public async Task The_documented_refusals_of_a_new_password(string body, string message) =>
        (await (await app.Someone()).Api.Put("/api/user/password", body)).ShouldBeRefused(400, "VALIDATION_ERROR", message);

    [Fact]
    public async Task Broken_rules_are_named_as_the_client_wrote_them()
    {
        var person = await app.Someone();
        (await person.Api.Put("/api/user/password", "{}")).At("errors").Members().ShouldBe(["currentPassword", "newPassword"]);
        (await person.Api.Put("/api/user/password", """{"currentPassword":"x","newPassword":"y"}""")).At("errors").Members().ShouldBe(["newPassword"]);
    }

    [Fact]
    public async Task A_wrong_current_password_is_a_401_that_leaves_the_session_alive_and_locks_after_five()
    {
        var person = await app.Someone();
        for (var guess = 0; guess < 5; guess++)
        {
            var refused = await person.Api.Put("/api/user/password", """{"currentPassword":"wrong","newPassword":"newsecurepassword456"}""");
            refused.ShouldBeRefused(401, "INVALID_CREDENTIALS", "Current password is incorrect");
            refused.Header("Set-Cookie").ShouldBeNull();
        }

        (await person.Api.Get("/api/cart")).ShouldBe(200);
        (await person.Api.Put("/api/user/password", $$"""{"currentPassword":"{{NarhubApp.Password}}","newPassword":"newsecurepassword456"}"""))
            .ShouldBeRefused(401, "INVALID_CREDENTIALS", "Current password is incorrect");
        await app.SignIn(person.Email);
    }

    [Fact]
    public async Task Of_two_new_passwords_at_once_one_counts()
    {
        var person = await app.Someone();
        var answers = await NarhubApp.AtOnce(6, n => person.Api.Put("/api/user/password", $$"""{"currentPassword":"{{NarhubApp.Password}}","newPassword":"newpassword-{{n}}"}"""));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        await app.SignIn(person.Email, $"newpassword-{Array.FindIndex(answers, answer => answer.Status == 200)}");
    }

    [Fact]
    public async Task Two_passwords_that_differ_in_their_last_byte_are_different()
    {
        var (_, email) = await app.Register();
        var person = await app.SignIn(email);
        var longOne = new string('p', 1023);
        (await person.Api.Put("/api/user/password", $$"""{"currentPassword":"{{NarhubApp.Password}}","newPassword":"{{longOne}}a"}""")).ShouldBe(200);
        (await app.Api.Post("/api/auth/signin", $$"""{"email":"{{email}}","password":"{{longOne}}b"}""")).ShouldBe(401);
        await app.SignIn(email, longOne + "a");
        (await person.Api.Put("/api/user/password", $$"""{"currentPassword":"{{longOne}}a","newPassword":"{{longOne}}ab"}""")).ShouldBeInvalid("newPassword");
    }
}
