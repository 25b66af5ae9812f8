using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Tests.Accounts;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Tokens;

public sealed class AccessTokenTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    /// <summary>Waits, in real time, for what crosses a wire.</summary>
    internal static async Task Until(Func<Task<bool>> condition, int seconds = 10)
    {
        var from = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(from).ShouldBeLessThan(TimeSpan.FromSeconds(seconds));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, AccountsProduct.Stop);
        }
    }

    private async Task<ForgedTokens> Forger(string good)
    {
        var key = await app.Services.GetRequiredService<ProductKeys>().Active("access-tokens", () => throw new InvalidOperationException("No key yet."), AccountsProduct.Stop);
        var own = ECDsa.Create();
        own.ImportPkcs8PrivateKey(key.Bytes, out _);
        return new ForgedTokens(good, own, key.Id.ToString());
    }

    [Fact]
    public async Task A_token_says_who_calls()
    {
        var account = await app.Register();
        var tokens = await app.Issue(account.Id);
        var answer = (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);
        answer.At("accountId").GetGuid().ShouldBe(account.Id);
        answer.At("sessionId").GetGuid().ShouldBe(tokens.SessionId);
        answer.Header("Cache-Control").ShouldBe("no-store");
        tokens.ExpiresIn.ShouldBe(1800);
        (await app.Api.With("Authorization", "bearer " + tokens.AccessToken).Get("/me")).ShouldBe(200);
    }

    [Fact]
    public async Task A_token_has_exactly_the_header_and_claims_of_its_profile()
    {
        var account = await app.Register();
        var tokens = await app.Issue(account.Id);
        var parts = tokens.AccessToken.Split('.').Take(2).Select(part => JsonDocument.Parse(Base64Url.DecodeFromChars(part)).RootElement).ToArray();
        parts[0].EnumerateObject().Select(member => member.Name).ShouldBe(["alg", "typ", "kid"]);
        parts[0].GetProperty("alg").GetString().ShouldBe("ES256");
        parts[0].GetProperty("typ").GetString().ShouldBe("at+jwt");
        parts[1].EnumerateObject().Select(member => member.Name).ShouldBe(["iss", "aud", "sub", "sid", "iat", "exp", "jti"]);
        parts[1].GetProperty("iss").GetString().ShouldBe("urn:colonnade:dummy");
        parts[1].GetProperty("aud").GetString().ShouldBe("dummy");
        parts[1].GetProperty("sub").GetGuid().ShouldBe(account.Id);
        parts[1].GetProperty("iat").GetInt64().ShouldBe(app.Clock.GetUtcNow().ToUnixTimeSeconds());
        parts[1].GetProperty("exp").GetInt64().ShouldBe(app.Clock.GetUtcNow().ToUnixTimeSeconds() + 1800);
    }

    [Fact]
    public async Task No_forged_token_is_taken_and_all_are_refused_alike()
    {
        var good = (await app.Issue((await app.Register()).Id)).AccessToken;
        var forger = await Forger(good);
        (await app.Api.WithBearer(forger.Control).Get("/me")).ShouldBe(200);

        var forged = forger.All().ToList();
        forged.Count.ShouldBeGreaterThan(90);
        var body = (await app.Api.WithBearer("x").Get("/me")).ShouldBe(401).Text;
        foreach (var (name, token) in forged)
        {
            var answer = await app.Api.WithBearer(token).Get("/me");
            answer.Status.ShouldBe(401, name);
            answer.Text.ShouldBe(body, name);
            answer.Header("WWW-Authenticate").ShouldBe("Bearer error=\"invalid_token\"", name);
        }

        (await app.Api.WithBearer(good).Get("/me")).ShouldBe(200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Basic {0}")]
    [InlineData("Bearer  {0}")]
    [InlineData("Bearer {0}, Bearer {0}")]
    [InlineData("Bearer\t{0}")]
    [InlineData("{0}")]
    [InlineData("Bearer \"{0}\"")]
    public async Task Other_ways_to_send_a_token_are_not_taken(string header)
    {
        var tokens = await app.Issue((await app.Register()).Id);
        (await app.Api.With("Authorization", string.Format(System.Globalization.CultureInfo.InvariantCulture, header, tokens.AccessToken)).Get("/me")).ShouldBe(401);
    }

    [Theory]
    [InlineData('é')]
    [InlineData('\u2028')]
    [InlineData('\0')]
    [InlineData(' ')]
    public async Task A_token_with_characters_that_no_token_has_is_refused(char character)
    {
        var token = (await app.Issue((await app.Register()).Id)).AccessToken;
        var credentials = app.Services.GetRequiredService<ICredentials>();
        foreach (var at in new[] { 0, token.IndexOf('.', StringComparison.Ordinal) + 1, token.Length - 1 })
        {
            var http = new DefaultHttpContext();
            http.Request.Headers.Authorization = "Bearer " + token[..at] + character + token[(at + 1)..];
            (await credentials.Identify(http)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_token_in_the_query_is_not_looked_at()
    {
        var tokens = await app.Issue((await app.Register()).Id);
        (await app.Api.Get("/me?access_token=" + tokens.AccessToken)).ShouldBe(401).Header("WWW-Authenticate").ShouldBe("Bearer");
    }

    [Fact]
    public async Task A_token_is_good_until_30_seconds_after_it_expires()
    {
        var tokens = await app.Issue((await app.Register()).Id);
        await app.Advance(TimeSpan.FromMinutes(30) + TimeSpan.FromMilliseconds(29_999));
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(200);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(401);
    }

    [Fact]
    public async Task A_session_that_is_signed_out_is_refused_at_once_here_and_soon_elsewhere()
    {
        var other = await app.StartNode();
        await Api.WaitUntilListening(other.Services);
        var account = await app.Register();
        var tokens = await app.Issue(account.Id);
        var here = app.Api.WithBearer(tokens.AccessToken);
        var there = AccountsApp.Of(other).WithBearer(tokens.AccessToken);
        (await here.Get("/me")).ShouldBe(200);
        (await there.Get("/me")).ShouldBe(200);
        (await there.Get("/me")).ShouldBe(200);

        (await app.InWork(work => app.Sessions.Revoke(work, account.Id, tokens.SessionId, AuditEvents.SignedOut, AccountsProduct.Client, AccountsProduct.Stop))).ShouldBeTrue();
        (await here.Get("/me")).ShouldBe(401);
        var from = Stopwatch.GetTimestamp();
        await Until(async () => (await there.Get("/me")).Status == 401);
        // A second is promised; a machine that runs many tests at once gets some more.
        Stopwatch.GetElapsedTime(from).ShouldBeLessThan(TimeSpan.FromSeconds(3));
        (await app.InWork(work => app.Sessions.Revoke(work, account.Id, tokens.SessionId, AuditEvents.SignedOut, AccountsProduct.Client, AccountsProduct.Stop))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_change_of_role_acts_at_once_here_and_soon_elsewhere()
    {
        var other = await app.StartNode();
        await Api.WaitUntilListening(other.Services);
        var account = await app.Register();
        var tokens = await app.Issue(account.Id);
        var here = app.Api.WithBearer(tokens.AccessToken);
        var there = AccountsApp.Of(other).WithBearer(tokens.AccessToken);
        (await here.Get("/operator")).ShouldBe(403);
        (await there.Get("/operator")).ShouldBe(403);
        (await app.InWork(work => app.Accounts.ChangeRole(work, account.Id, "admin", ClientFacts.None, AccountsProduct.Stop))).ShouldBeTrue();
        (await here.Get("/operator")).ShouldBe(200);
        await Until(async () => (await there.Get("/operator")).Status == 200);
        (await app.InWork(work => app.Accounts.ChangeRole(work, account.Id, "user", ClientFacts.None, AccountsProduct.Stop))).ShouldBeTrue();
        (await here.Get("/operator")).ShouldBe(403);
        await Until(async () => (await there.Get("/operator")).Status == 403);
        (await app.EventsOf(account.Id)).Count(name => name == "role_changed").ShouldBe(2);
    }

    [Fact]
    public async Task A_node_that_may_have_missed_a_change_starts_over()
    {
        var tokens = await app.Issue((await app.Register()).Id);
        var api = app.Api.WithBearer(tokens.AccessToken);
        (await api.Get("/me")).ShouldBe(200);
        // A change that tells nobody stands for one that was told while nobody listened.
        await app.InWork(async work =>
        {
            await work.Execute("set local session_replication_role = replica", null, AccountsProduct.Stop);
            return await work.Execute("update sessions set revoked_at = clock(), revoked_because = 'unheard' where id = @SessionId", new { tokens.SessionId }, AccountsProduct.Stop);
        });
        // A node that has not heard from PostgreSQL for a second reads the row; one that has believes its copy.
        await Until(async () => (await api.Get("/me")).Status == 200);
        await app.Database.Execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'select 1' and pid <> pg_backend_pid()", null, AccountsProduct.Stop);
        await Until(async () => (await api.Get("/me")).Status == 401);
    }

    [Fact]
    public async Task Revoking_while_a_session_is_read_leaves_no_stale_copy()
    {
        for (var round = 0; round < 20; round++)
        {
            var account = await app.Register(password: null);
            var tokens = await app.Issue(account.Id);
            var api = app.Api.WithBearer(tokens.AccessToken);
            await AccountsProduct.AtOnce(8, async number =>
            {
                if (number != 4)
                    return await api.Get("/me");
                await app.InWork(work => app.Sessions.RevokeAll(work, account.Id, AuditEvents.SessionRevoked, AccountsProduct.Stop));
                return null;
            });
            (await api.Get("/me")).ShouldBe(401);
        }
    }

    [Fact]
    public async Task Sessions_can_be_seen_and_ended_by_their_owner_only()
    {
        var account = await app.Register();
        var stranger = await app.Register();
        var one = await app.Issue(account.Id);
        await app.Advance(TimeSpan.FromSeconds(1));
        var other = await app.Issue(account.Id);
        var sessions = await app.Sessions.List(account.Id, AccountsProduct.Stop);
        sessions.Select(session => session.Id).ShouldBe([other.SessionId, one.SessionId]);
        sessions[0].Address.ShouldBe("192.0.2.7");
        sessions[0].UserAgent.ShouldBe("Tests/1.0");

        (await app.InWork(work => app.Sessions.Revoke(work, stranger.Id, one.SessionId, AuditEvents.SessionRevoked, AccountsProduct.Client, AccountsProduct.Stop))).ShouldBeFalse();
        (await app.InWork(work => app.Sessions.RevokeAll(work, account.Id, AuditEvents.SessionRevoked, AccountsProduct.Stop, except: one.SessionId))).ShouldBe(1);
        (await app.Sessions.List(account.Id, AccountsProduct.Stop)).Select(session => session.Id).ShouldBe([one.SessionId]);
        (await app.Api.WithBearer(other.AccessToken).Get("/me")).ShouldBe(401);
        (await app.Api.WithBearer(one.AccessToken).Get("/me")).ShouldBe(200);
    }

    [Fact]
    public async Task A_sign_in_that_is_not_committed_gives_nothing()
    {
        var account = await app.Register();
        IssuedTokens tokens;
        await using (var work = await app.Database.Begin(AccountsProduct.Stop))
            tokens = (await app.Tokens.Issue(work, account, AccountsProduct.Life, AccountsProduct.Client, AccountsProduct.Stop)).ShouldNotBeNull();
        (await app.Api.WithBearer(tokens.AccessToken).Get("/me")).ShouldBe(401);
        (await app.Api.With("X-Refresh", tokens.RefreshToken).Post("/refresh")).ShouldBe(401);
    }

    [Fact]
    public async Task A_token_seen_before_costs_no_allocation()
    {
        var tokens = await app.Issue((await app.Register()).Id);
        var credentials = app.Services.GetRequiredService<ICredentials>();
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = "Bearer " + tokens.AccessToken;
        (await credentials.Identify(http)).ShouldNotBeNull();
        for (var attempt = 0; ; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                _ = await credentials.Identify(http) ?? throw new InvalidOperationException("The token was refused.");
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            // While the listener is silent for a second, rows are read: that is allowed to cost something.
            if (allocated == 0)
                return;
            attempt.ShouldBeLessThan(100, $"{allocated} bytes for 100 requests");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, AccountsProduct.Stop);
        }
    }
}
