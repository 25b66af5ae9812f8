using Colonnade.Platform.Accounts;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class SessionTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    private const string TakenBack = "next-auth.session-token=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_session_is_shown_with_its_end()
    {
        var begun = app.Clock.GetUtcNow();
        var person = await app.Someone();
        var answer = (await person.Api.Get("/api/auth/session")).ShouldBe(200);
        answer.Text.ShouldBe($$$"""{"user":{"id":"{{{person.Id}}}","name":"John Doe","email":"{{{person.Email}}}","role":"user"},"expires":"{{{WireTime.Of(begun.AddDays(30))}}}"}""");
        answer.Header("Set-Cookie").ShouldBeNull();
        answer.Header("Cache-Control").ShouldBe("no-store");
    }

    [Fact]
    public async Task Nobody_is_nobody_and_no_error()
    {
        var answer = (await app.Api.Get("/api/auth/session")).ShouldBe(200);
        answer.Text.ShouldBe("""{"user":null}""");
        answer.Header("Set-Cookie").ShouldBeNull();
    }

    [Theory]
    [InlineData("next-auth.session-token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("next-auth.session-token=")]
    [InlineData("next-auth.session-token=short")]
    [InlineData("next-auth.session-token=%41AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("next-auth.session-token=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("next-auth.session-token='; drop table sessions; --")]
    public async Task A_value_that_is_no_session_is_nobody_and_taken_back(string cookie)
    {
        var session = (await app.Api.With("Cookie", cookie).Get("/api/auth/session")).ShouldBe(200);
        session.Text.ShouldBe("""{"user":null}""");
        session.Header("Set-Cookie").ShouldBe(TakenBack);
        var cart = (await app.Api.With("Cookie", cookie).Get("/api/cart")).ShouldBeRefused(401, "UNAUTHORIZED", "No autenticado");
        cart.Header("Set-Cookie").ShouldBe(TakenBack);
    }

    [Theory]
    [InlineData("other=1; next-auth.session-token={0}; more=2")]
    [InlineData("next-auth.session-token={0};next-auth.session-token={0}")]
    [InlineData("__Secure-next-auth.session-token={0}")]
    [InlineData("x-next-auth.session-token=AAAA; next-auth.session-token={0}; next-auth.session-token2=AAAA; next-auth.session-token")]
    public async Task The_cookie_is_found_among_others_and_under_its_secure_name(string cookies)
    {
        var person = await app.Someone();
        (await app.Api.With("Cookie", cookies.Replace("{0}", person.Token, StringComparison.Ordinal)).Get("/api/user/profile")).ShouldBe(200);
    }

    [Theory]
    [InlineData("next-auth.session-token={0}; next-auth.session-token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("next-auth.session-token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; next-auth.session-token={0}")]
    [InlineData("next-auth.session-token={0}; next-auth.session-token=tossed")]
    [InlineData("next-auth.session-token={0}; __Secure-next-auth.session-token={1}")]
    public async Task Two_different_values_count_as_none(string cookies)
    {
        var person = await app.Someone();
        var other = await app.Someone();
        var both = cookies.Replace("{0}", person.Token, StringComparison.Ordinal).Replace("{1}", other.Token, StringComparison.Ordinal);
        (await app.Api.With("Cookie", both).Get("/api/user/profile")).ShouldBe(401);
        (await app.Api.With("Cookie", both).Get("/api/auth/session")).ShouldBe(200).Text.ShouldBe("""{"user":null}""");
    }

    [Fact]
    public async Task A_session_under_the_secure_name_moves_to_the_documents_at_sign_in_and_sign_out()
    {
        var person = await app.Someone();
        var secure = app.Api.With("Cookie", $"__Secure-{NarhubApp.CookieName}={person.Token}");
        var signedIn = (await secure.Post("/api/auth/signin", $$"""{"email":"{{person.Email}}","password":"{{NarhubApp.Password}}"}""")).ShouldBe(200);
        NarhubApp.TokenOf(signedIn).ShouldNotBeNull();
        signedIn.Header("Set-Cookie")!.ShouldContain($"__Secure-{NarhubApp.CookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; ");
        (await secure.Get("/api/user/profile")).ShouldBe(401);
        (await secure.Post("/api/auth/signout")).Header("Set-Cookie")!.ShouldContain($"__Secure-{NarhubApp.CookieName}=; Path=/");
    }

    [Fact]
    public async Task Use_extends_it_once_a_day_and_sends_the_cookie_again()
    {
        var person = await app.Someone();
        await app.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        (await person.Api.Get("/api/cart")).ShouldBe(200).Header("Set-Cookie").ShouldBeNull();
        await app.Advance(TimeSpan.FromMilliseconds(1));
        var extended = (await person.Api.Get("/api/cart")).ShouldBe(200);
        extended.Header("Set-Cookie").ShouldBe($"next-auth.session-token={person.Token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000");
        var until = app.Clock.GetUtcNow().AddDays(30);
        var session = (await person.Api.Get("/api/auth/session")).ShouldBe(200);
        session.Header("Set-Cookie").ShouldBeNull();
        session.At("expires").GetString().ShouldBe(WireTime.Of(until));
        (await app.Database.One<DateTimeOffset>("select idle_expires_at from sessions where account_id = @Id", new { person.Id }, Stop)).ShouldBe(until);
    }

    [Fact]
    public async Task Requests_at_once_extend_it_once()
    {
        var person = await app.Someone();
        await app.Advance(TimeSpan.FromHours(25));
        var answers = await NarhubApp.AtOnce(20, _ => person.Api.Get("/api/auth/session"));
        answers.ShouldAllBe(answer => answer.Status == 200 && answer.At("user").ValueKind == System.Text.Json.JsonValueKind.Object);
        answers.Count(answer => answer.Header("Set-Cookie") is not null).ShouldBe(1);
    }

    [Fact]
    public async Task Unused_for_thirty_days_it_is_over()
    {
        var person = await app.Someone();
        await app.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMilliseconds(1));
        var lastMoment = await app.SignIn((await app.Someone()).Email);
        (await person.Api.Get("/api/cart")).ShouldBe(200);
        await app.Advance(TimeSpan.FromDays(30));
        var answer = (await person.Api.Get("/api/cart")).ShouldBeRefused(401, "UNAUTHORIZED");
        answer.Header("Set-Cookie").ShouldBe(TakenBack);
        (await lastMoment.Api.Get("/api/auth/session")).Text.ShouldBe("""{"user":null}""");
    }

    [Fact]
    public async Task After_ninety_days_it_is_over_however_much_it_was_used()
    {
        var begun = app.Clock.GetUtcNow();
        var person = await app.Someone();
        foreach (var day in new[] { 22, 44, 66 })
        {
            await app.Advance(TimeSpan.FromDays(22));
            (await person.Api.Get("/api/cart")).ShouldBe(200).Header("Set-Cookie").ShouldNotBeNull($"day {day}");
        }

        // From here on there is nothing left to extend.
        await app.Advance(TimeSpan.FromDays(22));
        (await person.Api.Get("/api/auth/session")).At("expires").GetString().ShouldBe(WireTime.Of(begun.AddDays(90)));
        await app.Advance(TimeSpan.FromDays(2) - TimeSpan.FromMilliseconds(1));
        (await person.Api.Get("/api/cart")).ShouldBe(200).Header("Set-Cookie").ShouldBeNull();
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await person.Api.Get("/api/cart")).ShouldBeRefused(401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task Near_its_absolute_end_the_cookie_lives_no_longer_than_the_session()
    {
        var person = await app.Someone();
        for (var day = 0; day < 75; day += 25)
        {
            await app.Advance(TimeSpan.FromDays(25));
            var answer = (await person.Api.Get("/api/cart")).ShouldBe(200);
            answer.Header("Set-Cookie")!.ShouldEndWith(day < 50 ? "Max-Age=2592000" : "Max-Age=1296000");
        }
    }

    [Fact]
    public async Task Signing_out_on_one_node_is_known_on_the_other_within_a_second()
    {
        var second = await app.StartNode();
        await Api.WaitUntilListening(second.Services);
        var person = await app.Someone();
        var elsewhere = NarhubApp.Of(second).With("Cookie", $"{NarhubApp.CookieName}={person.Token}");
        (await elsewhere.Get("/api/user/profile")).ShouldBe(200);
        (await person.Api.Post("/api/auth/signout")).ShouldBe(200);
        var refused = System.Diagnostics.Stopwatch.StartNew();
        while ((await elsewhere.Get("/api/user/profile")).Status == 200)
            refused.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        (await elsewhere.Get("/api/auth/session")).Text.ShouldBe("""{"user":null}""");
    }

    [Fact]
    public async Task What_one_node_extended_the_other_believes()
    {
        var second = await app.StartNode();
        await Api.WaitUntilListening(second.Services);
        var person = await app.Someone();
        var elsewhere = NarhubApp.Of(second).With("Cookie", $"{NarhubApp.CookieName}={person.Token}");
        (await elsewhere.Get("/api/cart")).ShouldBe(200);
        await app.Advance(TimeSpan.FromDays(20));
        (await person.Api.Get("/api/cart")).ShouldBe(200).Header("Set-Cookie").ShouldNotBeNull();
        await app.Advance(TimeSpan.FromDays(20));
        (await elsewhere.Get("/api/cart")).ShouldBe(200);
    }

    [Fact]
    public async Task A_ban_and_a_role_act_on_the_next_request()
    {
        var person = await app.Operator();
        (await person.Api.Get("/api/admin/users")).ShouldBe(200);
        await Change(accounts => (work, client) => accounts.ChangeRole(work, person.Id, "user", client, Stop));
        (await person.Api.Get("/api/admin/users")).ShouldBeRefused(403, "FORBIDDEN");
        (await person.Api.Get("/api/auth/session")).At("user.role").GetString().ShouldBe("user");
        await Change(accounts => (work, client) => accounts.Ban(work, person.Id, client, Stop));
        (await person.Api.Get("/api/cart")).ShouldBeRefused(401, "UNAUTHORIZED");
        (await app.Api.Post("/api/auth/signin", $$"""{"email":"{{person.Email}}","password":"{{NarhubApp.Password}}"}""")).ShouldBeRefused(401, "INVALID_CREDENTIALS");

        async Task Change(Func<ProductAccounts, Func<Platform.Database.Work, ClientFacts, Task<bool>>> change)
        {
            await using var work = await app.Database.Begin(Stop);
            (await change(app.Services.GetRequiredService<ProductAccounts>())(work, ClientFacts.None)).ShouldBeTrue();
            await work.Commit(Stop);
        }
    }

    [Fact]
    public async Task A_bearer_token_opens_nothing_here()
    {
        var person = await app.Someone();
        (await app.Api.WithBearer(person.Token).Get("/api/cart")).ShouldBeRefused(401, "UNAUTHORIZED");
    }
}
