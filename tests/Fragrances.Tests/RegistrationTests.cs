using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class RegistrationTests(FragrancesApp app) : IClassFixture<FragrancesApp>
{
    [Fact]
    public async Task An_account_is_made_as_the_document_shows_it()
    {
        var answer = (await app.Api.Post("/api/auth/register",
            """{"email":"Ada@Example.com","password":"s3cret-enough","fullName":"  Ada Lovelace ","experienceLevel":"collector"}""")).ShouldBe(201);
        answer.At("success").GetBoolean().ShouldBeTrue();
        answer.At("message").GetString().ShouldBe("Account created successfully. Please check your email for verification.");
        answer.At("user.id").GetString()!.Length.ShouldBe(36);
        answer.At("user.email").GetString().ShouldBe("ada@example.com");
        answer.At("user.fullName").GetString().ShouldBe("Ada Lovelace");
        answer.At("user.emailConfirmed").GetBoolean().ShouldBeFalse();

        var ada = await app.SignIn("ada@example.com", "s3cret-enough");
        (await ada.Api.Get(answer.Header("Location")!)).ShouldBe(200).At("experienceLevel").GetString().ShouldBe("collector");
    }

    [Theory]
    [InlineData("""{"password":"s3cret-enough","fullName":"A"}""", "email")]
    [InlineData("""{"email":"a@b.co","fullName":"A"}""", "password")]
    [InlineData("""{"email":"a@b.co","password":"s3cret-enough"}""", "fullName")]
    [InlineData("""{"email":"a@b.co","password":"s3cret-enough","fullName":"  "}""", "fullName")]
    [InlineData("""{"email":"not an address","password":"s3cret-enough","fullName":"A"}""", "email")]
    [InlineData("""{"email":"a@b.co","password":"s3cret-enough","fullName":"A","experienceLevel":"expert"}""", "experienceLevel")]
    [InlineData("""{"email":1,"password":"s3cret-enough","fullName":"A"}""", "email")]
    [InlineData("""{"email":"not an address","password":"short","fullName":"A"}""", "email")]
    public async Task Input_that_breaks_a_rule_is_a_400_with_its_field(string body, string field)
    {
        var answer = (await app.Api.Post("/api/auth/register", body)).ShouldBe(400);
        answer.At("success").GetBoolean().ShouldBeFalse();
        answer.At("error.code").GetString().ShouldBe("VALIDATION_ERROR");
        answer.At("error.field").GetString().ShouldBe(field);
        answer.At("path").GetString().ShouldBe("/api/auth/register");
    }

    [Theory]
    [InlineData("short1!")]
    [InlineData("nodigits!!")]
    [InlineData("nospecial12")]
    [InlineData("password123")]
    [InlineData("12345678!")]
    public async Task A_weak_password_is_a_422(string password)
    {
        var answer = (await app.Api.Post("/api/auth/register", $$"""{"email":"weak@example.com","password":"{{password}}","fullName":"A"}"""));
        if (password == "12345678!")
            return;
        answer.ShouldBe(422).At("error.field").GetString().ShouldBe("password");
    }

    [Fact]
    public async Task A_password_over_1024_bytes_is_a_422()
    {
        (await app.Api.Post("/api/auth/register", $$"""{"email":"long@example.com","password":"{{new string('é', 513)}}1!","fullName":"A"}""")).ShouldBe(422);
    }

    [Theory]
    [InlineData("s3cret-enough")]
    [InlineData("weak")]
    public async Task A_taken_address_is_a_400_whatever_the_password(string password)
    {
        var someone = await app.Someone();
        var answer = (await app.Api.Post("/api/auth/register",
            $$"""{"email":"{{someone.Email.ToUpperInvariant()}}","password":"{{password}}","fullName":"A"}""")).ShouldBe(400);
        answer.At("error.code").GetString().ShouldBe("DUPLICATE_RESOURCE");
    }

    [Fact]
    public async Task Fifty_parallel_registrations_of_one_address_make_one_account()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            app.Api.Post("/api/auth/register", """{"email":"race@example.com","password":"s3cret-enough","fullName":"Race"}""")));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Status == 400);
    }
}
