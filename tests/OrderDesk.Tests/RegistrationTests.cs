using Colonnade.Platform.Web;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class RegistrationTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    [Fact]
    public async Task A_user_is_made_as_the_document_shows_it()
    {
        var answer = (await app.Api.Post("/api/auth/register", """{"email":"User@Example.com","password":"password123"}""")).ShouldBe(201);
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "data", "message"]);
        answer.At("success").GetBoolean().ShouldBeTrue();
        answer.At("message").GetString().ShouldBe("User created successfully");
        answer.At("data").EnumerateObject().Select(member => member.Name).ShouldBe(["userId", "email", "createdAt", "updatedAt"]);
        answer.At("data.email").GetString().ShouldBe("User@Example.com");
        answer.At("data.createdAt").GetString().ShouldBe(WireTime.Of(app.Clock.GetUtcNow()));
        answer.At("data.updatedAt").GetString().ShouldBe(WireTime.Of(app.Clock.GetUtcNow()));
        (await app.Service.Get(answer.Header("Location")!)).ShouldBe(200).At("data").GetRawText().ShouldBe(answer.At("data").GetRawText());
    }

    [Theory]
    [InlineData("""{"email":"nobody","password":"password123"}""", "Invalid email address", "email")]
    [InlineData("""{"password":"password123"}""", "Invalid email address", "email")]
    [InlineData("""{"email":null,"password":"password123"}""", "Invalid email address", "email")]
    [InlineData("""{"email":5,"password":"password123"}""", "Invalid email address", "email")]
    [InlineData("""{"email":"a@b.co","password":"1234567"}""", "Password must be at least 8 characters long", "password")]
    [InlineData("""{"email":"a@b.co"}""", "Password must be at least 8 characters long", "password")]
    [InlineData("""{"email":"nobody","password":"short"}""", "Invalid email address", "email,password")]
    [InlineData("{}", "Invalid email address", "email,password")]
    public async Task Input_that_breaks_a_rule_is_a_400_with_the_first_message(string body, string error, string fields)
    {
        var answer = (await app.Api.Post("/api/auth/register", body)).ShouldBeRefused(400, "VALIDATION_FAILED", error);
        string.Join(',', answer.At("errors").EnumerateArray().Select(of => of.GetProperty("field").GetString())).ShouldBe(fields);
    }

    [Fact]
    public async Task A_password_over_1024_bytes_is_a_400() =>
        (await app.Api.Post("/api/auth/register", $$"""{"email":"long@example.com","password":"{{new string('é', 513)}}"}""")).ShouldBeRefused(400, "VALIDATION_FAILED");

    [Fact]
    public async Task A_taken_address_is_a_409_in_whatever_case()
    {
        var (_, email) = await app.Register();
        (await app.Api.Post("/api/auth/register", $$"""{"email":" {{email.ToUpperInvariant()}} ","password":"another-pass-1"}"""))
            .ShouldBeRefused(409, "USER_ALREADY_EXISTS", "User with this email already exists");
    }

    [Fact]
    public async Task Registering_again_before_confirming_sends_another_mail_but_not_within_a_minute()
    {
        var (_, email) = await app.Register();
        var first = await app.VerificationCode(email);
        await app.Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"password123"}""");
        (await app.VerificationCode(email)).ShouldBe(first);
        (await app.Mails(email)).Count.ShouldBe(1);

        await app.Advance(TimeSpan.FromSeconds(61));
        (await app.Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBeRefused(409, "USER_ALREADY_EXISTS");
        await app.RunJobs();
        (await app.Mails(email)).Count.ShouldBe(2);
        (await app.Api.Post("/api/auth/verify-email", $$"""{"email":"{{email}}","code":"{{await app.VerificationCode(email)}}"}""")).ShouldBe(200);

        await app.Advance(TimeSpan.FromSeconds(61));
        (await app.Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBeRefused(409, "USER_ALREADY_EXISTS");
        await app.RunJobs();
        (await app.Mails(email)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Fifty_parallel_registrations_of_one_address_make_one_user()
    {
        var email = app.NewEmail();
        var answers = await OrderDeskApp.AtOnce(50, _ => app.Api.Post("/api/auth/register", $$"""{"email":"{{email}}","password":"password123"}"""));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Status == 409);
        await app.RunJobs();
        (await app.Mails(email)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_mail_carries_code_and_uuid_and_the_console_has_the_code()
    {
        var (_, email) = await app.Register();
        var code = await app.VerificationCode(email);
        var uuid = await app.ConfirmationUuid(email);
        (await app.Mails(email)).Count.ShouldBe(1);
        uuid[14].ShouldBe('4');
        app.Log.All.ShouldContain(line => line.Contains(code, StringComparison.Ordinal) && line.Contains("Verification", StringComparison.Ordinal));
        app.Log.All.ShouldAllBe(line => !line.Contains(email, StringComparison.Ordinal) && !line.Contains(uuid, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_no_registration_may_set_is_ignored()
    {
        var email = app.NewEmail();
        var answer = (await app.Api.Post("/api/auth/register", $$"""
            {"email":"{{email}}","password":"password123","userId":"00000000-0000-7000-8000-000000000001","id":"x","role":"admin","isAdmin":true,
             "emailVerified":true,"email_verified_at":"2020-01-01T00:00:00Z","createdAt":"2020-01-01T00:00:00.000Z","version":99,"bannedAt":null}
            """)).ShouldBe(201);
        answer.At("data.userId").GetString().ShouldNotBe("00000000-0000-7000-8000-000000000001", StringComparer.Ordinal);
        answer.At("data.createdAt").GetString().ShouldNotBe("2020-01-01T00:00:00.000Z", StringComparer.Ordinal);
        (await app.Database.One<string>("select role || (email_verified_at is null) || version from accounts where id = @id",
            new { id = answer.At("data.userId").GetGuid() }, TestContext.Current.CancellationToken)).ShouldBe("usertrue1");
    }
}
