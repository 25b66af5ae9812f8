using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class SignInTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_documents_example_sets_the_cookie_and_tells_the_user()
    {
        var (id, email) = await app.Register();
        var answer = (await app.Api.Post("/api/auth/signin", $$"""{"email":"{{email}}","password":"securepassword123"}""")).ShouldBe(200);
        answer.Text.ShouldBe($$$"""{"user":{"id":"{{{id}}}","name":"John Doe","email":"{{{email}}}"}}""");
        answer.Header("Set-Cookie")!.ShouldMatch("^next-auth[.]session-token=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000$");
        answer.Header("Cache-Control").ShouldBe("no-store");
    }

    [Fact]
    public async Task Only_the_hash_of_the_token_is_stored()
    {
        var person = await app.Someone();
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(person.Token));
        (await app.Database.One<int>("select count(*)::int from session_cookies where hash = @hash", new { hash }, Stop)).ShouldBe(1);
        var stored = await app.Database.One<string>("select string_agg(s::text, ' ') || (select string_agg(c::text, ' ') from session_cookies c) from sessions s", null, Stop);
        stored!.ShouldNotContain(person.Token);
        app.Log.All.ShouldAllBe(line => !line.Contains(person.Token, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"email":"{0}","password":"wrong password"}""")]
    [InlineData("""{"email":"nobody@example.com","password":"securepassword123"}""")]
    [InlineData("""{"email":"no address","password":"securepassword123"}""")]
    public async Task A_wrong_password_and_an_unknown_name_look_alike(string body)
    {
        var (_, email) = await app.Register();
        var answer = (await app.Api.Post("/api/auth/signin", body.Replace("{0}", email, StringComparison.Ordinal))).ShouldBeRefused(401, "INVALID_CREDENTIALS", "Invalid email or password");
        answer.Text.ShouldBe("""{"message":"Invalid email or password","code":"INVALID_CREDENTIALS","error":"INVALID_CREDENTIALS","data":null}""");
        answer.Header("Set-Cookie").ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"password":"x"}""", "email")]
    [InlineData("""{"email":"a@example.com"}""", "password")]
    [InlineData("""{"email":1,"password":"x"}""", "email")]
    public async Task What_is_missing_is_a_400(string body, string field) => (await app.Api.Post("/api/auth/signin", body)).ShouldBeInvalid(field);

    [Fact]
    public async Task Five_failures_lock_the_name_without_saying_so_and_open_sessions_go_on()
    {
        var person = await app.Someone();
        for (var attempt = 0; attempt < 5; attempt++)
            (await app.Api.Post("/api/auth/signin", $$"""{"email":"{{person.Email}}","password":"wrong"}""")).ShouldBeRefused(401, "INVALID_CREDENTIALS");
        (await app.Api.Post("/api/auth/signin", $$"""{"email":"{{person.Email}}","password":"{{NarhubApp.Password}}"}""")).ShouldBeRefused(401, "INVALID_CREDENTIALS", "Invalid email or password");
        (await person.Api.Get("/api/user/profile")).ShouldBe(200);
        await app.Advance(TimeSpan.FromMinutes(1));
        await app.SignIn(person.Email);
    }

    [Fact]
    public async Task A_value_that_the_client_brought_is_never_adopted()
    {
        var (_, email) = await app.Register();
        var planted = new string('A', 43);
        var answer = (await app.With(planted).Post("/api/auth/signin", $$"""{"email":"{{email}}","password":"{{NarhubApp.Password}}"}""")).ShouldBe(200);
        (NarhubApp.TokenOf(answer) == planted).ShouldBeFalse();
        (await app.With(planted).Get("/api/user/profile")).ShouldBe(401);
        (await app.With(NarhubApp.TokenOf(answer)!).Get("/api/user/profile")).ShouldBe(200);
    }

    [Fact]
    public async Task Signing_in_again_ends_the_session_that_was_brought_whoever_it_belonged_to()
    {
        var before = await app.Someone();
        var (_, email) = await app.Register();
        var answer = (await before.Api.Post("/api/auth/signin", $$"""{"email":"{{email}}","password":"{{NarhubApp.Password}}"}""")).ShouldBe(200);
        (await before.Api.Get("/api/user/profile")).ShouldBe(401);
        (await app.With(NarhubApp.TokenOf(answer)!).Get("/api/user/profile")).At("user.email").GetString().ShouldBe(email);
    }

    [Fact]
    public async Task A_failed_sign_in_leaves_the_session_that_was_brought()
    {
        var person = await app.Someone();
        (await person.Api.Post("/api/auth/signin", $$"""{"email":"{{person.Email}}","password":"wrong"}""")).ShouldBe(401);
        (await person.Api.Get("/api/user/profile")).ShouldBe(200);
    }

    [Fact]
    public async Task Twenty_sign_ins_at_once_are_twenty_sessions()
    {
        var (_, email) = await app.Register();
        var people = await NarhubApp.AtOnce(20, _ => app.SignIn(email));
        people.Select(person => person.Token).ShouldBeUnique(StringComparer.Ordinal);
        foreach (var person in people)
            (await person.Api.Get("/api/user/profile")).ShouldBe(200);
    }

    [Fact]
    public async Task Signing_out_deletes_the_session_and_takes_the_cookie_back()
    {
        var person = await app.Someone();
        var other = await app.SignIn(person.Email);
        var answer = (await person.Api.Post("/api/auth/signout")).ShouldBe(200);
        answer.Text.ShouldBe("""{"message":"Signed out successfully"}""");
        answer.Header("Set-Cookie").ShouldBe("next-auth.session-token=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
        (await person.Api.Get("/api/user/profile")).ShouldBeRefused(401, "UNAUTHORIZED", "No autenticado");
        (await app.Database.One<int>("select count(*)::int from sessions where account_id = @Id", new { person.Id }, Stop)).ShouldBe(1);
        (await other.Api.Get("/api/user/profile")).ShouldBe(200);
    }

    [Fact]
    public async Task Signing_out_without_a_session_says_the_same()
    {
        (await app.Api.Post("/api/auth/signout")).ShouldBe(200).Text.ShouldBe("""{"message":"Signed out successfully"}""");
        (await app.Api.Post("/api/auth/signout", "{}")).ShouldBe(200);
        var answer = (await app.With(new string('A', 43)).Post("/api/auth/signout")).ShouldBe(200);
        answer.Header("Set-Cookie")!.ShouldContain("next-auth.session-token=; ");
    }

    [Fact]
    public async Task Signing_out_many_times_at_once_is_signing_out()
    {
        var person = await app.Someone();
        var answers = await NarhubApp.AtOnce(20, _ => person.Api.Post("/api/auth/signout"));
        answers.ShouldAllBe(answer => answer.Status == 200);
        (await app.Database.One<int>("select count(*)::int from audit where event = 'signed_out' and account_id = @Id", new { person.Id }, Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task A_body_that_signing_out_cannot_read_is_a_415()
    {
        var person = await app.Someone();
        using var text = new StringContent("bye");
        (await person.Api.Send("POST", "/api/auth/signout", text)).ShouldBeRefused(415, "UNSUPPORTED_MEDIA_TYPE");
        (await person.Api.Get("/api/user/profile")).ShouldBe(200);
    }
}
