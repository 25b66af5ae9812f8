using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class ErasureTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    private static readonly string Proof = $$"""{"currentPassword":"{{NarhubApp.Password}}"}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_erased_user_is_gone_everywhere_and_the_address_is_free()
    {
        var person = await app.Someone();
        var other = await app.SignIn(person.Email);
        await person.Api.Post("/api/cart", CartTests.Item("vigil-ai"));
        var answer = (await person.Api.Send("DELETE", "/api/user", Proof)).ShouldBe(200);
        answer.Text.ShouldBe("""{"message":"Account deleted successfully"}""");
        answer.Header("Set-Cookie")!.ShouldContain("Max-Age=0");
        (await person.Api.Get("/api/user/profile")).ShouldBeRefused(401, "UNAUTHORIZED");
        (await other.Api.Get("/api/user/profile")).ShouldBeRefused(401, "UNAUTHORIZED");
        (await app.Api.Post("/api/auth/signin", $$"""{"email":"{{person.Email}}","password":"{{NarhubApp.Password}}"}""")).ShouldBeRefused(401, "INVALID_CREDENTIALS");

        // The row stays for what bookkeeping keeps, and says nobody's name.
        (await app.Database.One<bool>("select name is null and company is null from users where id = @Id", new { person.Id }, Stop)).ShouldBeTrue();
        (await app.Database.One<int>("select count(*)::int from carts where user_id = @Id", new { person.Id }, Stop)).ShouldBe(0);
        (await app.Database.One<int>("select count(*)::int from accounts where email = @Email", new { person.Email }, Stop)).ShouldBe(0);

        var again = await app.Someone(person.Email);
        again.Id.ShouldNotBe(person.Id);
        (await again.Api.Get("/api/cart")).Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task Without_the_password_nothing_is_erased()
    {
        var person = await app.Someone();
        (await person.Api.Send("DELETE", "/api/user", "{}")).ShouldBeInvalid("currentPassword");
        (await person.Api.Delete("/api/user")).ShouldBe(400);
        for (var guess = 0; guess < 5; guess++)
            (await person.Api.Send("DELETE", "/api/user", """{"currentPassword":"wrong"}""")).ShouldBeRefused(401, "INVALID_CREDENTIALS", "Current password is incorrect");
        (await person.Api.Send("DELETE", "/api/user", Proof)).ShouldBeRefused(401, "INVALID_CREDENTIALS");
        (await person.Api.Get("/api/user/profile")).ShouldBe(200);
        await app.Advance(TimeSpan.FromMinutes(1));
        (await person.Api.Send("DELETE", "/api/user", Proof)).ShouldBe(200);
    }

    [Fact]
    public async Task Of_five_erasures_at_once_one_counts()
    {
        var person = await app.Someone();
        var answers = await NarhubApp.AtOnce(5, _ => person.Api.Send("DELETE", "/api/user", Proof));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        (await app.Database.One<int>("select count(*)::int from audit where event = 'account_deleted' and account_id = @Id", new { person.Id }, Stop)).ShouldBe(1);
    }
}
