using System.Text.Json;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Tests.Accounts;
using Colonnade.Platform.Tokens;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Tokens;

public sealed class RefreshTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    private Task<RefreshOutcome> Refresh(string token) => app.Tokens.Refresh(token, AccountsProduct.Client, AccountsProduct.Stop);

    private async Task<IssuedTokens> Refreshed(string token) => (await Refresh(token)).ShouldBeOfType<RefreshOutcome.Refreshed>().Tokens;

    private async Task ShouldBeRefused(string token) => (await Refresh(token)).ShouldBeOfType<RefreshOutcome.Refused>();

    private async Task<int> StatusOf(IssuedTokens tokens) => (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).Status;

    [Fact]
    public async Task A_refresh_gives_another_pair_of_the_same_session()
    {
        var account = await app.Register();
        var first = await app.Issue(account.Id);
        var second = await Refreshed(first.RefreshToken);
        second.SessionId.ShouldBe(first.SessionId);
        second.AccountId.ShouldBe(account.Id);
        second.RefreshToken.Length.ShouldBe(43);
        (second.RefreshToken == first.RefreshToken).ShouldBeFalse();
        (second.AccessToken == first.AccessToken).ShouldBeFalse();
        (await StatusOf(first)).ShouldBe(200);
        (await StatusOf(second)).ShouldBe(200);
        (await Refreshed(second.RefreshToken)).SessionId.ShouldBe(first.SessionId);
    }

    [Fact]
    public async Task Any_number_of_parallel_refreshes_end_in_one_successor()
    {
        var tokens = await app.Issue((await app.Register()).Id);
        for (var round = 0; round < 20; round++)
        {
            var presented = tokens.RefreshToken;
            var answers = await AccountsProduct.AtOnce(20, _ => Refreshed(presented));
            answers.Select(answer => answer.RefreshToken).Distinct(StringComparer.Ordinal).Count().ShouldBe(1, $"round {round}");
            tokens = answers[0];
            foreach (var answer in answers.Take(2))
                (await StatusOf(answer)).ShouldBe(200);
        }

        (await app.Database.One<int>("select generation from sessions where id = @SessionId", new { tokens.SessionId }, AccountsProduct.Stop)).ShouldBe(20);
    }

    [Fact]
    public async Task Parallel_refreshes_on_two_nodes_end_in_one_successor()
    {
        var other = await app.StartNode();
        var tokens = await app.Issue((await app.Register()).Id);
        var answers = await AccountsProduct.AtOnce(20, number =>
            (number % 2 == 0 ? app.Api : AccountsApp.Of(other)).With("X-Refresh", tokens.RefreshToken).Post("/refresh"));
        answers.ShouldAllBe(answer => answer.Status == 200);
        answers.Select(answer => answer.At("refreshToken").GetString()).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        answers.ShouldAllBe(answer => answer.Header("Cache-Control") == "no-store");
    }

    [Fact]
    public async Task A_lost_answer_can_be_asked_for_again_for_30_seconds()
    {
        var first = await app.Issue((await app.Register()).Id);
        var second = await Refreshed(first.RefreshToken);
        await app.Advance(TimeSpan.FromSeconds(30));
        (await Refreshed(first.RefreshToken)).RefreshToken.ShouldBe(second.RefreshToken);
        (await StatusOf(await Refreshed(second.RefreshToken))).ShouldBe(200);
    }

    [Fact]
    public async Task A_spent_token_kills_its_family_after_30_seconds()
    {
        var account = await app.Register();
        var first = await app.Issue(account.Id);
        var other = await app.Issue(account.Id);
        var second = await Refreshed(first.RefreshToken);
        await app.Advance(TimeSpan.FromMilliseconds(30_001));
        (await StatusOf(second)).ShouldBe(200);
        await ShouldBeRefused(first.RefreshToken);

        (await StatusOf(second)).ShouldBe(401);
        (await StatusOf(first)).ShouldBe(401);
        await ShouldBeRefused(second.RefreshToken);
        (await StatusOf(other)).ShouldBe(200);
        await Refreshed(other.RefreshToken);

        await ShouldBeRefused(first.RefreshToken);
        (await app.EventsOf(account.Id)).Count(name => name == "refresh_token_reused").ShouldBe(1);
        (await app.ToldTo(account.Id)).ShouldBe(["refresh_token_reused"]);
    }

    [Fact]
    public async Task A_spent_token_kills_its_family_once_its_successor_was_used_however_soon()
    {
        var first = await app.Issue((await app.Register()).Id);
        var second = await Refreshed(first.RefreshToken);
        var third = await Refreshed(second.RefreshToken);
        await ShouldBeRefused(first.RefreshToken);
        (await StatusOf(third)).ShouldBe(401);
        await ShouldBeRefused(third.RefreshToken);
    }

    [Fact]
    public async Task Parallel_thieves_are_reported_once()
    {
        var account = await app.Register();
        var first = await app.Issue(account.Id);
        await Refreshed((await Refreshed(first.RefreshToken)).RefreshToken);
        (await AccountsProduct.AtOnce(20, _ => Refresh(first.RefreshToken))).ShouldAllBe(outcome => outcome is RefreshOutcome.Refused);
        (await app.EventsOf(account.Id)).Count(name => name == "refresh_token_reused").ShouldBe(1);
        (await app.ToldTo(account.Id)).ShouldBe(["refresh_token_reused"]);
    }

    [Fact]
    public async Task A_session_ends_when_it_is_idle_too_long_and_in_any_case_at_its_end()
    {
        var life = new SessionLife(TimeSpan.FromDays(7), TimeSpan.FromDays(10));
        var idle = await app.Issue((await app.Register()).Id, life);
        var busy = await app.Issue((await app.Register()).Id, life);
        idle.RefreshExpiresAt.ShouldBe(app.Clock.GetUtcNow() + TimeSpan.FromDays(7));
        idle.RefreshExpiresIn.ShouldBe(7 * 24 * 3600);

        await app.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMilliseconds(1));
        busy = await Refreshed(busy.RefreshToken);
        busy.RefreshExpiresAt.ShouldBe(app.Clock.GetUtcNow() + TimeSpan.FromDays(3) + TimeSpan.FromMilliseconds(1));
        await app.Advance(TimeSpan.FromMilliseconds(1));
        await ShouldBeRefused(idle.RefreshToken);

        await app.Advance(TimeSpan.FromDays(3) - TimeSpan.FromMinutes(10));
        busy = await Refreshed(busy.RefreshToken);
        busy.ExpiresIn.ShouldBe(600, "an access token does not outlive its session");
        await app.Advance(TimeSpan.FromMinutes(10));
        await ShouldBeRefused(busy.RefreshToken);
        (await StatusOf(busy)).ShouldBe(401);
        (await app.EventsOf(busy.AccountId)).ShouldAllBe(name => name == "registered" || name == "signed_in");
    }

    [Fact]
    public async Task Neither_token_does_the_work_of_the_other()
    {
        var tokens = await app.Issue((await app.Register()).Id);
        await ShouldBeRefused(tokens.AccessToken);
        (await app.Api.WithBearer(tokens.RefreshToken).Get("/me")).ShouldBe(401);
        await Refreshed(tokens.RefreshToken);
    }

    [Fact]
    public async Task Only_the_one_spelling_of_a_refresh_token_is_taken()
    {
        var token = (await app.Issue((await app.Register()).Id)).RefreshToken;
        foreach (var other in new[] { "", token + "=", token + " ", " " + token, token[..^1], token + "A", new string('A', 43), new string('A', 100_000), token[..^1] + "\u0000", Respelled(token) })
            await ShouldBeRefused(other);
        await Refreshed(token);

        // The last character carries four bits of the value: one with other spare bits decodes to the same bytes.
        static string Respelled(string token)
        {
            const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            return token[..^1] + Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) | 1];
        }
    }

    [Theory]
    [InlineData("update accounts set banned_at = clock() where id = @Id")]
    [InlineData("update accounts set deleted_at = clock() where id = @Id")]
    [InlineData("update sessions set revoked_at = clock(), revoked_because = 'by_hand' where account_id = @Id")]
    [InlineData("delete from sessions where account_id = @Id")]
    public async Task What_is_done_by_hand_in_the_database_counts(string sql)
    {
        var account = await app.Register();
        var tokens = await app.Issue(account.Id);
        (await StatusOf(tokens)).ShouldBe(200);
        await app.Database.Execute(sql, new { account.Id }, AccountsProduct.Stop);
        await ShouldBeRefused(tokens.RefreshToken);
        await AccessTokenTests.Until(async () => await StatusOf(tokens) == 401);
    }

    [Fact]
    public async Task No_token_lies_in_the_database_or_meets_a_log()
    {
        var tokens = await app.Issue((await app.Register()).Id);
        var next = await Refreshed(tokens.RefreshToken);
        var rows = await app.Database.One<string>(
            "select (select string_agg(r::text, ' ') from refresh_tokens r) || (select string_agg(s::text, ' ') from sessions s) || (select string_agg(a::text, ' ') from audit a)",
            null, AccountsProduct.Stop);
        foreach (var token in new[] { tokens.RefreshToken, next.RefreshToken, tokens.AccessToken })
        {
            rows.ShouldNotBeNull().ShouldNotContain(token);
            app.Log.All.ShouldNotContain(line => line.Contains(token, StringComparison.Ordinal));
        }

        foreach (var token in new[] { tokens.RefreshToken, next.RefreshToken })
            rows!.ShouldNotContain(Convert.ToHexStringLower(System.Buffers.Text.Base64Url.DecodeFromChars(token)));
        next.ToString().ShouldBe($"tokens of session {next.SessionId}");
        JsonSerializer.Serialize(next).ShouldContain(next.RefreshToken);
    }

    [Fact]
    public async Task Sessions_that_ended_a_day_ago_are_swept()
    {
        var account = await app.Register();
        var kept = await app.Issue(account.Id);
        var ended = await app.Issue(account.Id, new SessionLife(TimeSpan.FromHours(1), TimeSpan.FromHours(1)));
        await app.Advance(TimeSpan.FromHours(26));
        await app.RunJobs();
        (await app.Database.List<Guid>("select session_id from refresh_tokens where session_id = any(@Ids)", new { Ids = new[] { kept.SessionId, ended.SessionId } }, AccountsProduct.Stop))
            .ShouldBe([kept.SessionId]);
    }
}
