using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class RegistrationTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task The_documents_example_makes_a_user_and_no_session()
    {
        var answer = (await app.Api.Post("/api/auth/register",
            """
            {
              "name": "John Doe",
              "email": "john@example.com",
              "password": "securepassword123",
              "company": "Acme Inc"
            }
            """)).ShouldBe(201);
        answer.Json.Members().ShouldBe(["message", "user"]);
        answer.At("message").GetString().ShouldBe("Account created successfully");
        answer.At("user").Members().ShouldBe(["id", "name", "email", "created_at"]);
        answer.At("user.name").GetString().ShouldBe("John Doe");
        answer.At("user.email").GetString().ShouldBe("john@example.com");
        answer.At("user.created_at").GetString().ShouldBe("2026-03-02T09:30:00.000Z");
        answer.Header("Set-Cookie").ShouldBeNull();

        var person = await app.SignIn("JOHN@example.com");
        person.Id.ShouldBe(answer.At("user.id").GetGuid());
        var profile = (await person.Api.Get(answer.Header("Location")!)).ShouldBe(200);
        profile.At("user.company").GetString().ShouldBe("Acme Inc");
        profile.At("user.role").GetString().ShouldBe("user");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":"John Doe","email":"a@example.com"}""")]
    [InlineData("""{"name":"John Doe","password":"securepassword123"}""")]
    [InlineData("""{"email":"a@example.com","password":"securepassword123"}""")]
    [InlineData("""{"name":null,"email":"a@example.com","password":"securepassword123"}""")]
    [InlineData("""{"name":" ","email":"no address","password":"short"}""")]
    public async Task What_is_missing_is_said_before_what_is_wrong(string body) =>
        (await app.Api.Post("/api/auth/register", body)).ShouldBeRefused(400, "VALIDATION_ERROR", "Name, email and password are required");

    [Theory]
    [InlineData("J", "no address", "short", "email", "Invalid email address")]
    [InlineData("J", "a@example.com", "short", "name", "Name must be between 2 and 100 characters")]
    [InlineData("John", "a@example.com", "1234567", "password", "Password must be at least 8 characters")]
    public async Task Of_several_broken_rules_the_address_comes_first_then_name_then_password(string name, string email, string password, string field, string message) =>
        (await app.Api.Post("/api/auth/register", $$"""{"name":"{{name}}","email":"{{email}}","password":"{{password}}"}""")).ShouldBeInvalid(field, message);

    [Theory]
    [InlineData(101, false)]
    [InlineData(100, true)]
    public async Task A_name_is_counted_in_characters_not_in_bytes(int length, bool fits)
    {
        var name = string.Concat(Enumerable.Repeat("🛡", length));
        (await app.Api.Post("/api/auth/register", $$"""{"name":"{{name}}","email":"{{app.NewEmail()}}","password":"{{NarhubApp.Password}}"}""")).Status.ShouldBe(fits ? 201 : 400);
    }

    [Fact]
    public async Task A_field_of_a_wrong_type_is_named() =>
        (await app.Api.Post("/api/auth/register", """{"name":"John","email":"a@example.com","password":12345678}""")).ShouldBeInvalid("password");

    [Fact]
    public async Task An_address_registers_once_however_it_is_spelled()
    {
        var (_, email) = await app.Register();
        (await app.Api.Post("/api/auth/register", $$"""{"name":"Jane","email":"{{email.ToUpperInvariant()}}","password":"{{NarhubApp.Password}}"}"""))
            .ShouldBeRefused(400, "DUPLICATE_EMAIL", "An account with this email already exists");
    }

    [Fact]
    public async Task Of_thirty_registrations_at_once_one_succeeds()
    {
        var email = app.NewEmail();
        var answers = await NarhubApp.AtOnce(30, n => app.Api.Post("/api/auth/register", $$"""{"name":"Jane {{n}}","email":"{{email}}","password":"{{NarhubApp.Password}}"}"""));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Status == 400 && answer.At("code").GetString() == "DUPLICATE_EMAIL");
        (await app.Database.One<int>("select count(*)::int from users u join accounts a on a.id = u.id where a.email = @email", new { email }, TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_registers_as_an_operator_or_as_verified()
    {
        var email = app.NewEmail();
        (await app.Api.Post("/api/auth/register",
            $$"""{"name":"Jane","email":"{{email}}","password":"{{NarhubApp.Password}}","role":"admin","email_verified":true,"id":"00000000-0000-0000-0000-000000000001"}""")).ShouldBe(201);
        var profile = await (await app.SignIn(email)).Api.Get("/api/user/profile");
        profile.At("user.role").GetString().ShouldBe("user");
        profile.At("user.email_verified").GetBoolean().ShouldBeFalse();
    }
}
