using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.FigureForge.Tests;

public sealed class AccountTests(FigureForgeApp app) : IClassFixture<FigureForgeApp>
{
    [Theory]
    [InlineData("/")]
    [InlineData("")]
    public async Task A_mailed_code_signs_in_with_and_without_the_last_slash(string slash)
    {
        var email = app.NewEmail();
        var asked = (await app.Api.Post("/api/auth/magic-link/request" + slash, $$"""{"email":"{{email}}"}""")).ShouldBe(200);
        asked.At("expires_in").GetInt32().ShouldBe(600);
        asked.At("email").GetString().ShouldBe(email);
        asked.At("message").GetString().ShouldNotBeNullOrEmpty();
        var code = await app.Code(email);
        (await app.Mails(email))[0].Text.ShouldContain("code=" + code);
        var answer = (await app.Api.Post("/api/auth/magic-link/verify" + slash, $$"""{"email":"{{email}}","code":"{{code}}"}""")).ShouldBe(200);
        answer.Header("Cache-Control").ShouldBe("no-store");
        answer.At("token_type").GetString().ShouldBe("Bearer");
        answer.At("expires_in").GetInt32().ShouldBe(1800);
        var user = (await app.Api.WithBearer(answer.At("access_token").GetString()!).Get("/api/auth/user" + slash)).ShouldBe(200);
        user.Text.ShouldBe(answer.At("user").GetRawText());
        user.At("id").GetString()!.ShouldStartWith("user_");
        user.At("email").GetString().ShouldBe(email);
        user.At("subscription").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        user.At("quota.limit").GetInt32().ShouldBe(20);
        user.At("quota.used").GetInt32().ShouldBe(0);
        user.At("quota.remaining").GetInt32().ShouldBe(20);
        user.At("quota.resets_at").GetDateTimeOffset().ShouldBeGreaterThan(app.Clock.GetUtcNow().AddDays(27));
    }

    [Fact]
    public async Task A_wrong_code_says_so_and_five_are_enough()
    {
        var email = app.NewEmail();
        (await app.Api.Post("/api/auth/magic-link/request/", $$"""{"email":"{{email}}"}""")).ShouldBe(200);
        var code = await app.Code(email);
        var wrong = code == "123456" ? "654321" : "123456";
        (await app.Api.Post("/api/auth/magic-link/verify/", $$"""{"email":"{{email}}","code":"12345"}""")).ShouldBeRefused(400);
        (await app.Api.Post("/api/auth/magic-link/verify/", """{"email":"nobody","code":"123456"}""")).ShouldBeRefused(400);
        for (var attempt = 0; attempt < 5; attempt++)
            (await app.Api.Post("/api/auth/magic-link/verify/", $$"""{"email":"{{email}}","code":"{{wrong}}"}""")).ShouldBeRefused(401).At("error.details.reason").GetString().ShouldBe("invalid_code");
        (await app.Api.Post("/api/auth/magic-link/verify/", $$"""{"email":"{{email}}","code":"{{code}}"}""")).ShouldBeRefused(401);
        // Exhausted: another is sent at once.
        (await app.Api.Post("/api/auth/magic-link/request/", $$"""{"email":"{{email}}"}""")).ShouldBe(200);
        await app.Code(email);
        (await app.Mails(email)).Count.ShouldBe(2);
        await app.Advance(TimeSpan.FromMinutes(11));
        (await app.Api.Post("/api/auth/magic-link/verify/", $$"""{"email":"{{email}}","code":"{{await app.Code(email)}}"}""")).ShouldBeRefused(401).At("error.details.reason").GetString().ShouldBe("expired");
    }

    [Fact]
    public async Task Of_many_right_codes_at_once_one_signs_in()
    {
        var email = app.NewEmail();
        (await FigureForgeApp.AtOnce(5, _ => app.Api.Post("/api/auth/magic-link/request/", $$"""{"email":"{{email}}"}"""))).ShouldAllBe(answer => answer.Status == 200);
        var code = await app.Code(email);
        (await app.Mails(email)).Count.ShouldBe(1);
        var answers = await FigureForgeApp.AtOnce(5, _ => app.Api.Post("/api/auth/magic-link/verify/", $$"""{"email":"{{email}}","code":"{{code}}"}"""));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        (await app.Database.One<long>("select count(*) from artists join accounts on id = account_id where email = @email", new { email }, FigureForgeApp.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task A_code_that_was_used_is_followed_by_another_at_once()
    {
        var person = await app.Someone();
        (await app.Mails(person.Email)).Count.ShouldBe(1);
        var again = await app.SignIn(person.Email);
        again.Id.ShouldBe(person.Id);
        (await app.Mails(person.Email)).Count.ShouldBe(2);
        (await person.Api.Get("/api/auth/user/")).ShouldBe(200);
    }

    [Fact]
    public async Task Whether_there_is_a_user_can_be_kept_from_everybody()
    {
        var node = FigureForgeApp.Of(await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Accounts:HideExistence"] = "true" }));
        foreach (var email in (string[])[(await app.Someone()).Email, "nobody-at-all@example.com"])
            (await node.Post("/api/auth/magic-link/check-user/", $$"""{"email":"{{email}}"}""")).ShouldBe(200).Text.ShouldBe("""{"exists":true}""");
    }

    [Fact]
    public async Task Checking_tells_whether_there_is_a_user()
    {
        var person = await app.Someone();
        (await app.Api.Post("/api/auth/magic-link/check-user/", $$"""{"email":"{{person.Email}}"}""")).ShouldBe(200).At("exists").GetBoolean().ShouldBeTrue();
        (await app.Api.Post("/api/auth/magic-link/check-user/", """{"email":"nobody-at-all@example.com"}""")).ShouldBe(200).At("exists").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_token_is_verified_from_the_header_or_the_body()
    {
        var person = await app.Someone();
        var good = (await person.Api.Post("/api/auth/verify/")).ShouldBe(200);
        good.Text.ShouldBe($$"""{"valid":true,"user_id":"user_{{person.Id:N}}"}""");
        var refreshed = (await app.Api.Post("/api/auth/refresh/", $$"""{"refresh_token":"{{person.RefreshToken}}"}""")).ShouldBe(200);
        (await app.Api.Post("/api/auth/verify/", $$"""{"token":"{{refreshed.At("access_token").GetString()}}"}""")).ShouldBe(200).At("valid").GetBoolean().ShouldBeTrue();
        foreach (var bad in (Answer[])[await app.Api.WithBearer("x.y.z").Post("/api/auth/verify/"), await app.Api.Post("/api/auth/verify/"), await app.Api.Post("/api/auth/verify/", """{"token":"x"}""")])
            bad.ShouldBeRefused(401).At("valid").GetBoolean().ShouldBeFalse();
        (await person.Api.Post("/api/auth/logout/")).ShouldBe(200);
        (await person.Api.Post("/api/auth/verify/")).ShouldBeRefused(401);
        (await person.Api.Get("/api/auth/user/")).ShouldBeRefused(401);
        (await app.Api.Post("/api/auth/refresh/", $$"""{"refresh_token":"{{refreshed.At("refresh_token").GetString()}}"}""")).ShouldBeRefused(401);
    }

    [Fact]
    public async Task A_profile_changes_field_by_field_and_a_username_is_one_persons()
    {
        var person = await app.Someone();
        var name = "Ada" + Guid.CreateVersion7().ToString("N")[^8..];
        var answer = (await person.Api.Post("/api/auth/user/update/", $$"""{"username":"{{name}}","display_name":"Display Name"}""")).ShouldBe(200);
        answer.At("username").GetString().ShouldBe(name);
        answer.At("display_name").GetString().ShouldBe("Display Name");
        (await person.Api.Post("/api/auth/user/update/", """{"display_name":"Ada"}""")).ShouldBe(200).At("username").GetString().ShouldBe(name);
        foreach (var method in (string[])["PUT", "PATCH"])
            (await person.Api.Send(method, "/api/auth/user/update/", $$"""{"display_name":"Ada by {{method}}"}""")).ShouldBe(200).At("display_name").GetString().ShouldBe("Ada by " + method);
        var once = person.Api.With("Idempotency-Key", "name");
        (await once.Post("/api/auth/user/update/", """{"display_name":"Once"}""")).ShouldBe(200);
        (await person.Api.Post("/api/auth/user/update/", """{"display_name":"Later"}""")).ShouldBe(200);
        // A repeated request that was late undoes nothing.
        (await once.Post("/api/auth/user/update/", """{"display_name":"Once"}""")).ShouldBe(200).Header("Idempotent-Replayed").ShouldBe("true");
        (await person.Api.Get("/api/auth/user/")).At("display_name").GetString().ShouldBe("Later");
        Person[] others = [await app.Someone(), await app.Someone(), await app.Someone()];
        var wanted = "Same" + name;
        var answers = await Task.WhenAll(others.Select(other => other.Api.Post("/api/auth/user/update/", $$"""{"username":"{{wanted.ToUpperInvariant()}}"}""")));
        answers.Count(each => each.Status == 200).ShouldBe(1);
        answers.Count(each => each.Status == 409).ShouldBe(2);
        (await others[0].Api.Post("/api/auth/user/update/", $$"""{"username":"{{name.ToLowerInvariant()}}"}""")).ShouldBeRefused(409);
        foreach (var wrong in (string[])["{}", """{"username":"ab"}""", """{"username":""}""", """{"username":"a b c"}""", """{"username":7}"""])
            (await person.Api.Post("/api/auth/user/update/", wrong)).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Stats_count_credits_and_pictures_and_say_when_it_is_time_for_more()
    {
        var person = await app.Someone();
        var stats = (await person.Api.Get("/api/auth/user/stats/")).ShouldBe(200);
        stats.At("images_generated").GetInt64().ShouldBe(0);
        stats.At("images_remaining").GetInt32().ShouldBe(10);
        stats.At("subscription_tier").GetString().ShouldBe("free");
        stats.At("upsell").GetBoolean().ShouldBeFalse();
        await app.Database.Execute("update artists set monthly_credits = 2 where account_id = @Id", new { person.Id }, FigureForgeApp.Stop);
        stats = (await person.Api.Get("/api/auth/user/stats/")).ShouldBe(200);
        stats.At("upsell").GetBoolean().ShouldBeTrue();
        stats.At("credits_used").GetInt32().ShouldBe(18);
    }

    [Fact]
    public async Task Deleting_an_account_wants_confirmation_and_ends_everything()
    {
        var person = await app.Someone();
        var job = await FigureForgeApp.Generate(person, """{"prompt":"never drawn","model":"mannequin"}""");
        var image = (await app.Made(person, 1, isPublic: true))[0];
        (await person.Api.Delete("/api/auth/delete/")).ShouldBeRefused(400);
        foreach (var wrong in (string[])["""{"confirm":false}""", "{", "[]", "null", """{"confirm":"yes"}"""])
            (await person.Api.Send("DELETE", "/api/auth/delete/", wrong)).ShouldBeRefused(400);
        (await person.Api.Send("DELETE", "/api/auth/delete/", """{"confirm":true}""")).ShouldBe(200).At("message").GetString().ShouldNotBeNullOrEmpty();
        (await person.Api.Get("/api/auth/user/")).ShouldBeRefused(401);
        (await app.Database.One<string>("select state from generations where id = @Id", new { Id = Guid.ParseExact(job[4..], "N") }, FigureForgeApp.Stop)).ShouldBe("cancelled");
        (await app.Balance(person)).ShouldBe(20);
        (await (await app.Someone()).Api.Get($"/api/images/{image}/")).ShouldBeRefused(404);
        await app.Advance(TimeSpan.FromDays(30));
        await app.RunJobs();
        (await app.Database.One<long>("select count(*) from images where account_id = @Id and deleted_at is null", new { person.Id }, FigureForgeApp.Stop)).ShouldBe(0);
        (await app.Database.One<long>("select count(*) from files where owner_id = @Id and removed_at is null", new { person.Id }, FigureForgeApp.Stop)).ShouldBe(0);

        (await (await app.Someone()).Api.Delete("/api/auth/delete/?confirm=true")).ShouldBe(200);
        (await (await app.Someone()).Api.Send("DELETE", "/api/auth/delete/", """{"confirm_delete":true}""")).ShouldBe(200);
    }

    [Fact]
    public async Task Credits_come_once_a_month_from_the_day_of_registration()
    {
        var person = await app.Someone();
        await app.Database.Execute(
            """
            with spent as (insert into credit_ledger (account_id, kind, monthly, pack) values (@Id, 'reserve', -15, 0))
            update artists set monthly_credits = 5 where account_id = @Id
            """, new { person.Id }, FigureForgeApp.Stop);
        await app.Advance(TimeSpan.FromDays(27));
        await app.RunJobs();
        (await app.Balance(person)).ShouldBe(5);
        await app.Advance(TimeSpan.FromDays(5));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.RunJobs()));
        (await app.Balance(person)).ShouldBe(20);
        (await app.Database.One<long>("select count(*) from credit_grants where account_id = @Id", new { person.Id }, FigureForgeApp.Stop)).ShouldBe(2);
        // Three months nobody was here for are not made up for.
        await app.Advance(TimeSpan.FromDays(100));
        await FigureForgeApp.AtOnce(5, _ => app.RunJobs());
        (await app.Balance(person)).ShouldBe(20);
        (await app.Database.One<long>("select count(*) from credit_grants where account_id = @Id", new { person.Id }, FigureForgeApp.Stop)).ShouldBe(3);
    }
}

/// <summary>Limits as they are in service.</summary>
public sealed class LimitTests(LimitedApp app) : IClassFixture<LimitedApp>
{
    [Fact]
    public async Task The_gallery_is_read_a_hundred_times_a_minute_by_strangers_and_a_thousand_an_hour_by_users()
    {
        for (var call = 0; call < 100; call++)
            (await app.Api.Get("/api/images/gallery/?limit=1")).ShouldBe(200);
        (await app.Api.Get("/api/images/gallery/?limit=1")).ShouldBeRefused(429).Header("Retry-After").ShouldNotBeNull();
        var person = await app.Someone();
        var answer = (await person.Api.Get("/api/images/gallery/?limit=1")).ShouldBe(200);
        answer.Header("X-RateLimit-Limit").ShouldBe("1000");
        answer.Header("X-RateLimit-Remaining").ShouldBe("999");
        (await person.Api.Get("/api/auth/user/")).ShouldBe(200).Header("X-RateLimit-Remaining").ShouldBe("998");
        await app.Advance(TimeSpan.FromMinutes(1));
        (await app.Api.Get("/api/images/gallery/?limit=1")).ShouldBe(200);
    }

    [Fact]
    public async Task Whether_users_exist_is_told_five_times_a_minute()
    {
        for (var call = 0; call < 5; call++)
            (await app.Api.Post("/api/auth/magic-link/check-user/", """{"email":"nobody@example.com"}""")).ShouldBe(200);
        (await app.Api.Post("/api/auth/magic-link/check-user/", """{"email":"nobody@example.com"}""")).ShouldBeRefused(429);
    }
}
