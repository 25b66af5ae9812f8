using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class UserTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    [Fact]
    public async Task A_user_is_read_as_the_document_shows_it()
    {
        var (id, email) = await app.Register();
        var answer = (await app.Service.Get($"/api/user/{id}")).ShouldBe(200);
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "data"]);
        answer.At("data").EnumerateObject().Select(member => member.Name).ShouldBe(["userId", "email", "createdAt", "updatedAt"]);
        answer.At("data.email").GetString().ShouldBe(email);
        (await app.Service.Get($"/api/user/{id.ToString().ToUpperInvariant()}")).ShouldBe(200);
    }

    [Theory]
    [InlineData("a1b2c3d4-5e6f-7g8h-9i0j-k1l2m3n4o5p6")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("USER_ID_HERE")]
    [InlineData("1")]
    [InlineData("%F0%9F%92%A9")]
    public async Task An_unknown_or_odd_id_is_a_404_for_every_method(string id)
    {
        (await app.Service.Get($"/api/user/{id}")).ShouldBeRefused(404, "USER_NOT_FOUND", "User not found");
        (await app.Service.Patch($"/api/user/{id}", """{"email":"new@example.com"}""")).ShouldBeRefused(404, "USER_NOT_FOUND");
        (await app.Service.Delete($"/api/user/{id}")).ShouldBeRefused(404, "USER_NOT_FOUND");
    }

    [Fact]
    public async Task An_update_changes_what_it_names()
    {
        var someone = await app.Someone();
        var other = app.NewEmail();
        await app.Advance(TimeSpan.FromSeconds(5));
        var answer = (await app.Service.Patch($"/api/user/{someone.Id}", $$"""{"email":"{{other}}","password":"newpassword123"}""")).ShouldBe(200);
        answer.At("message").GetString().ShouldBe("User updated successfully");
        answer.At("data.email").GetString().ShouldBe(other);
        answer.At("data.updatedAt").GetDateTimeOffset().ShouldBe(app.Clock.GetUtcNow());
        answer.At("data.createdAt").GetDateTimeOffset().ShouldBe(app.Clock.GetUtcNow().AddSeconds(-5));
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{other}}","password":"newpassword123"}""")).ShouldBe(200);
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{someone.Email}}","password":"password123"}""")).ShouldBe(401);
        (await someone.Api.Get("/api/orders")).ShouldBe(401);

        await app.RunJobs();
        (await app.Mails(someone.Email))[0].Subject.ShouldBe("Your e-mail address was changed");
        (await app.Mails(other)).Select(mail => mail.Subject).ShouldBe(["Confirm your e-mail address", "Your password was changed"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_new_address_is_not_verified_and_is_mailed_a_code()
    {
        var (id, email) = await app.Register();
        (await app.Api.Post("/api/auth/verify-email", $$"""{"email":"{{email}}","code":"{{await app.VerificationCode(email)}}"}""")).ShouldBe(200);
        var other = app.NewEmail();
        (await app.Service.Patch($"/api/user/{id}", $$"""{"email":"{{other}}"}""")).ShouldBe(200);
        (await app.Api.Post("/api/auth/verify-email", $$"""{"email":"{{other}}","code":"{{await app.VerificationCode(other)}}"}""")).ShouldBe(200);

        // Another spelling of the same address changes nothing else.
        (await app.Service.Patch($"/api/user/{id}", $$"""{"email":"{{other.ToUpperInvariant()}}"}""")).ShouldBe(200).At("data.email").GetString().ShouldBe(other.ToUpperInvariant());
        (await app.Api.Post("/api/auth/resend-verification-code", $$"""{"email":"{{other}}"}""")).ShouldBeRefused(400, "EMAIL_ALREADY_VERIFIED");
    }

    [Theory]
    [InlineData("{}", "MISSING_REQUIRED_FIELD", "At least one field must be provided for update")]
    [InlineData("""{"userId":"x","role":"admin","emailVerified":true}""", "MISSING_REQUIRED_FIELD", "At least one field must be provided for update")]
    [InlineData("""{"email":null}""", "VALIDATION_FAILED", "Invalid email address")]
    [InlineData("""{"email":"nobody"}""", "VALIDATION_FAILED", "Invalid email address")]
    [InlineData("""{"password":null}""", "VALIDATION_FAILED", "Password must be at least 8 characters long")]
    [InlineData("""{"password":"1234567"}""", "VALIDATION_FAILED", "Password must be at least 8 characters long")]
    [InlineData("""{"email":"a@b.co","email":"c@d.co"}""", "VALIDATION_FAILED", null)]
    public async Task An_update_that_breaks_a_rule_is_a_400(string body, string code, string? error)
    {
        var (id, _) = await app.Register();
        (await app.Service.Patch($"/api/user/{id}", body)).ShouldBeRefused(400, code, error);
    }

    [Fact]
    public async Task An_address_in_use_is_a_409_and_nothing_is_changed()
    {
        var (_, taken) = await app.Register();
        var (id, email) = await app.Register();
        (await app.Service.Patch($"/api/user/{id}", $$"""{"email":"{{taken}}","password":"newpassword123"}""")).ShouldBeRefused(409, "EMAIL_ALREADY_IN_USE", "Email already in use");
        (await app.Api.Post("/api/auth/login", $$"""{"email":"{{email}}","password":"password123"}""")).ShouldBe(200);
    }

    [Fact]
    public async Task Of_many_users_who_want_one_address_at_once_one_gets_it()
    {
        var wanted = app.NewEmail();
        var users = new List<Guid>();
        for (var user = 0; user < 10; user++)
            users.Add((await app.Register()).Id);
        var answers = await OrderDeskApp.AtOnce(10, user => app.Service.Patch($"/api/user/{users[user]}", $$"""{"email":"{{wanted}}"}"""));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 409);
    }

    [Fact]
    public async Task A_deleted_user_is_gone_with_every_token_and_the_address_is_free()
    {
        var someone = await app.Someone();
        var order = await app.NewOrder(someone.Api);
        (await app.Service.Delete($"/api/user/{someone.Id}")).ShouldBe(200).Text.ShouldBe("""{"success":true,"message":"User deleted successfully"}""");
        (await app.Service.Delete($"/api/user/{someone.Id}")).ShouldBeRefused(404, "USER_NOT_FOUND");
        (await app.Service.Get($"/api/user/{someone.Id}")).ShouldBeRefused(404, "USER_NOT_FOUND");
        (await someone.Api.Get("/api/orders")).ShouldBe(401);
        (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{someone.RefreshToken}}"}""")).ShouldBe(401);
        (await app.Service.Get($"/api/order/{order}")).ShouldBe(200);

        var again = await app.Someone(someone.Email);
        again.Id.ShouldNotBe(someone.Id);
        (await again.Api.Get($"/api/order/{order}")).ShouldBe(404);
    }

    [Fact]
    public async Task A_user_changes_itself_only_soon_after_signing_in()
    {
        var someone = await app.Someone();
        var other = await app.SignIn(someone.Id, someone.Email);
        await app.Advance(TimeSpan.FromMinutes(14));
        (await someone.Api.Patch($"/api/user/{someone.Id}", """{"password":"newpassword123"}""")).ShouldBe(200);
        (await someone.Api.Get("/api/orders")).ShouldBe(200);
        (await other.Api.Get("/api/orders")).ShouldBe(401);
        await app.Advance(TimeSpan.FromMinutes(1));
        (await someone.Api.Patch($"/api/user/{someone.Id}", """{"email":"thief@example.com"}""")).ShouldBeRefused(403, "REAUTHENTICATION_REQUIRED");
        (await someone.Api.Delete($"/api/user/{someone.Id}")).ShouldBeRefused(403, "REAUTHENTICATION_REQUIRED");
        var fresh = await app.SignIn(someone.Id, someone.Email, "newpassword123");
        (await fresh.Api.Delete($"/api/user/{someone.Id}")).ShouldBe(200);
    }

    [Fact]
    public async Task An_update_of_another_version_is_a_412()
    {
        var (id, _) = await app.Register();
        var tag = (await app.Service.Get($"/api/user/{id}")).Header("ETag")!;
        (await app.Service.With("If-None-Match", tag).Get($"/api/user/{id}")).ShouldBe(304);
        var answers = await OrderDeskApp.AtOnce(10, number =>
            app.Service.With("If-Match", tag).Patch($"/api/user/{id}", $$"""{"password":"newpassword{{number}}"}"""));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 412);
    }
}
