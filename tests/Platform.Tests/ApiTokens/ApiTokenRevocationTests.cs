using System.Diagnostics;
using Colonnade.Platform.ApiTokens;
using Colonnade.Platform.Tests.Accounts;
using Colonnade.Platform.Tests.Tokens;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.ApiTokens;

public sealed class ApiTokenRevocationTests(ApiTokensApp app) : IClassFixture<ApiTokensApp>
{
    [Fact]
    public async Task A_token_that_was_not_committed_is_refused()
    {
        CreateApiTokenOutcome outcome;
        await using (var work = await app.Database.Begin(AccountsProduct.Stop))
            outcome = await app.ApiTokens.Create(work, new NewApiToken("Shop"), AccountsProduct.Client, AccountsProduct.Stop);
        (await app.As(outcome.ShouldBeOfType<CreateApiTokenOutcome.Created>()).Get("/things")).ShouldBe(401);
    }

    [Fact]
    public async Task A_revocation_that_was_not_committed_changes_nothing()
    {
        var token = await app.Create("things:read");
        await using (var work = await app.Database.Begin(AccountsProduct.Stop))
            (await app.ApiTokens.Revoke(work, token.Token.Id, AccountsProduct.Client, AccountsProduct.Stop)).ShouldBeTrue();
        (await app.As(token).Get("/things")).ShouldBe(200);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once_here_and_soon_elsewhere_and_its_successor_is_not()
    {
        var other = await app.StartNode();
        await Api.WaitUntilListening(other.Services);
        var (token, successor) = (await app.Create("things:read"), await app.Create("things:read"));
        var there = ProductFixture.Of(other).WithBearer(token.Secret);
        foreach (var api in new[] { app.As(token), app.As(successor), there, ProductFixture.Of(other).WithBearer(successor.Secret) })
            (await api.Get("/things")).ShouldBe(200);

        (await app.Revoke(token.Token.Id)).ShouldBeTrue();
        (await app.As(token).Get("/things")).ShouldBe(401);
        var from = Stopwatch.GetTimestamp();
        await AccessTokenTests.Until(async () => (await there.Get("/things")).Status == 401);
        // A second is promised; a machine that runs many tests at once gets some more.
        Stopwatch.GetElapsedTime(from).ShouldBeLessThan(TimeSpan.FromSeconds(3));
        (await app.As(successor).Get("/things")).ShouldBe(200);
        (await app.ApiTokens.List(AccountsProduct.Stop)).ShouldNotContain(listed => listed.Id == token.Token.Id);
    }

    [Fact]
    public async Task Of_parallel_revocations_one_succeeds()
    {
        var token = await app.Create("things:read");
        (await AccountsProduct.AtOnce(20, _ => app.Revoke(token.Token.Id))).Count(revoked => revoked).ShouldBe(1);
        (await app.Revoke(token.Token.Id)).ShouldBeFalse();
        (await app.Revoke(Guid.CreateVersion7())).ShouldBeFalse();
        (await app.Database.One<int>(
            "select count(*)::int from audit where event = 'api_token_revoked' and detail->>'token' = @Id::text", new { token.Token.Id }, AccountsProduct.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task Tokens_made_at_once_are_all_different()
    {
        var made = await AccountsProduct.AtOnce(20, _ => app.Create("things:read"));
        made.Select(token => token.Secret).ShouldBeUnique(StringComparer.Ordinal);
        foreach (var token in made)
            (await app.As(token).Get("/things")).At("id").GetGuid().ShouldBe(token.Token.Id);
    }

    [Fact]
    public async Task Revoking_while_a_token_is_read_leaves_no_stale_copy()
    {
        for (var round = 0; round < 20; round++)
        {
            var token = await app.Create("things:read");
            await AccountsProduct.AtOnce(8, async number =>
            {
                if (number != 4)
                    return await app.As(token).Get("/things");
                await app.Revoke(token.Token.Id);
                return null;
            });
            (await app.As(token).Get("/things")).ShouldBe(401);
        }
    }

    [Fact]
    public async Task A_node_that_may_have_missed_a_revocation_starts_over()
    {
        var token = await app.Create("things:read");
        (await app.As(token).Get("/things")).ShouldBe(200);
        // A change that tells nobody stands for one that was told while nobody listened.
        await app.InWork(async work =>
        {
            await work.Execute("set local session_replication_role = replica", null, AccountsProduct.Stop);
            return await work.Execute("update api_tokens set revoked_at = clock() where id = @Id", new { token.Token.Id }, AccountsProduct.Stop);
        });
        await AccessTokenTests.Until(async () => (await app.As(token).Get("/things")).Status == 200);
        await app.Database.Execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'select 1' and pid <> pg_backend_pid()", null, AccountsProduct.Stop);
        await AccessTokenTests.Until(async () => (await app.As(token).Get("/things")).Status == 401);
    }

    [Fact]
    public async Task The_last_use_is_written_once_a_minute_and_by_no_request()
    {
        var token = await app.Create("things:read");
        (await LastUsed()).ShouldBeNull();
        var used = app.Clock.GetUtcNow();
        for (var request = 0; request < 3; request++)
            (await app.As(token).Get("/things")).ShouldBe(200);
        (await LastUsed()).ShouldBeNull();
        await app.Advance(TimeSpan.FromMinutes(1));
        await AccessTokenTests.Until(async () => await LastUsed() is not null);
        (await LastUsed()).ShouldBe(used);

        // Nobody used it: nothing is written, and no copy was thrown away for what was.
        var written = await Version();
        await app.Advance(TimeSpan.FromMinutes(1));
        await app.Advance(TimeSpan.FromMinutes(1));
        (await app.As(token).Get("/things")).ShouldBe(200);
        (await Version()).ShouldBe(written);

        async Task<DateTimeOffset?> LastUsed() => (await app.ApiTokens.List(AccountsProduct.Stop)).Single(listed => listed.Id == token.Token.Id).LastUsedAt;
        Task<string?> Version() => app.Database.One<string>("select xmin::text from api_tokens where id = @Id", new { token.Token.Id }, AccountsProduct.Stop);
    }

    [Fact]
    public async Task A_node_that_stops_writes_down_what_it_knows()
    {
        var token = await app.Create("things:read");
        var other = await app.StartNode();
        (await ProductFixture.Of(other).WithBearer(token.Secret).Get("/things")).ShouldBe(200);
        await other.StopAsync(AccountsProduct.Stop);
        (await app.Database.One<DateTimeOffset?>("select last_used_at from api_tokens where id = @Id", new { token.Token.Id }, AccountsProduct.Stop)).ShouldBe(app.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_token_seen_before_costs_no_allocation()
    {
        var credentials = app.Services.GetRequiredService<ICredentials>();
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = "Bearer " + (await app.Create("things:read")).Secret;
        for (var attempt = 0; ; attempt++)
        {
            _ = await credentials.Identify(http);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                _ = await credentials.Identify(http) ?? throw new InvalidOperationException("The token was refused.");
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated == 0)
                return;
            attempt.ShouldBeLessThan(100, $"{allocated} bytes for 100 requests");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, AccountsProduct.Stop);
        }
    }
}
