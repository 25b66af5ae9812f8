using System.Globalization;
using System.Net;
using Colonnade.Platform.RateLimits;
using Colonnade.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.RateLimits;

/// <summary>Several nodes on one database; each test brings its own product, for membership is remembered.</summary>
public sealed class LimitNodesTests
{
    [Theory]
    [InlineData("/visits", "GET", 20)]
    [InlineData("/registrations", "POST", 5)]
    public async Task A_burst_over_three_nodes_admits_exactly_the_limit(string path, string method, int limit)
    {
        await using var app = await Start();
        Api[] nodes = [app.Api, NodesApp.Of(await app.StartNode()), NodesApp.Of(await app.StartNode())];
        var address = app.NewAddress();
        for (var window = 0; window < 3; window++)
        {
            var answers = await app.Burst(9 * limit, index => app.From(address, nodes[index % 3]).Send(method, path, method == "POST" ? """{"text":"a"}""" : null));
            answers.Count(answer => answer.Status == 200).ShouldBe(limit);
            answers.Count(answer => answer.Status == 429).ShouldBe(8 * limit);
            // What is not given back yet counts until a slice's life and a window later.
            await app.Advance(TimeSpan.FromSeconds(65));
        }
    }

    [Fact]
    public async Task Of_a_limit_too_large_to_tell_of_each_node_has_its_even_share_and_tells_nothing()
    {
        const int permits = 10 * Bucket.Exactly;
        await using var app = await Start();
        var second = await app.StartNode();
        var huge = Limit.PerAddress("huge", permits, TimeSpan.FromMinutes(1));
        var (who, http) = (Partition.Of(IPAddress.Parse("192.0.2.1")), new DefaultHttpContext());
        foreach (var services in new[] { app.Services, second.Services })
        {
            var limit = services.GetRequiredService<LimitNodes>().Of(huge);
            for (var request = 0; request < permits / 2; request++)
                (await limit.Take(who, http)).IsAdmitted.ShouldBeTrue();
            (await limit.Take(who, http)).IsAdmitted.ShouldBeFalse();
            await limit.PublishAll(TestContext.Current.CancellationToken);
        }

        (await app.Database.One<long>("select count(*) from limit_shares where name = 'huge'", null, TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    [Fact]
    public async Task A_node_that_joins_knows_what_was_admitted_before()
    {
        await using var app = await Start();
        var client = app.Somebody();
        for (var request = 0; request < 12; request++)
            (await client.Get("/visits")).ShouldBe(200);

        var second = app.From(app.LastAddress, NodesApp.Of(await app.StartNode()));
        (await second.Get("/visits")).ShouldBe(200).Header("X-RateLimit-Remaining").ShouldBe("7");
        var answers = await app.Burst(40, index => (index % 2 == 0 ? client : second).Get("/visits"));
        answers.Count(answer => answer.Status == 200).ShouldBe(7);
        answers.Where(answer => answer.Status == 429).ShouldAllBe(answer => answer.Header("X-RateLimit-Remaining") == "0" && answer.Header("Retry-After") != null);
    }

    [Fact]
    public async Task Joining_under_load_never_admits_more_than_the_limit()
    {
        await using var app = await Start();
        var addresses = Enumerable.Range(0, 10).Select(_ => app.NewAddress()).ToArray();
        var admitted = new int[addresses.Length];
        var nodes = new List<Api> { app.Api };
        var load = Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var request = 0; request < 60; request++)
            {
                var whom = (worker + request) % addresses.Length;
                Api node;
                lock (nodes)
                    node = nodes[request % nodes.Count];
                if ((await app.From(addresses[whom], node).Get("/visits")).Status == 200)
                    Interlocked.Increment(ref admitted[whom]);
            }
        })));
        for (var more = 0; more < 2; more++)
        {
            var node = NodesApp.Of(await app.StartNode());
            lock (nodes)
                nodes.Add(node);
        }

        await load;
        // The last permits may lie with a node that is not asked again.
        admitted.ShouldAllBe(count => count <= 20 && count >= 15);
    }

    [Fact]
    public async Task A_node_that_stops_hands_its_counts_over()
    {
        await using var app = await Start();
        var second = await app.StartNode();
        var address = app.NewAddress();
        for (var request = 0; request < 15; request++)
            (await app.From(address, NodesApp.Of(second)).Get("/visits")).ShouldBe(200);
        await second.StopAsync(TestContext.Current.CancellationToken);
        var answers = await app.Burst(20, _ => app.From(address).Get("/visits"));
        answers.Count(answer => answer.Status == 200).ShouldBe(5);
    }

    [Fact]
    public async Task The_only_node_hands_its_counts_to_its_successor()
    {
        await using var app = await Start();
        var client = app.Somebody();
        for (var request = 0; request < 15; request++)
            (await client.Get("/visits")).ShouldBe(200);
        await app.App.StopAsync(TestContext.Current.CancellationToken);
        var successor = app.From(app.LastAddress, NodesApp.Of(await app.StartNode()));
        (await app.Burst(20, _ => successor.Get("/visits"))).Count(answer => answer.Status == 200).ShouldBe(5);
    }

    [Fact]
    public async Task A_refusal_under_several_nodes_is_true_as_well()
    {
        await using var app = await Start();
        var second = NodesApp.Of(await app.StartNode());
        var address = app.NewAddress();
        await app.Burst(60, index => app.From(address, index % 2 == 0 ? app.Api : second).Get("/visits"));
        var wait = int.Parse((await app.From(address).Get("/visits")).ShouldBe(429).Header("Retry-After")!, CultureInfo.InvariantCulture);
        wait.ShouldBeInRange(60, 65);
        await app.Advance(TimeSpan.FromSeconds(59));
        (await app.From(address).Get("/visits")).ShouldBe(429);
        await app.Advance(TimeSpan.FromSeconds(wait - 59));
        (await app.From(address).Get("/visits")).ShouldBe(200);
    }

    [Fact]
    public async Task While_postgresql_is_away_general_limits_go_on_and_exact_ones_refuse_with_503()
    {
        await using var app = await Start();
        var second = NodesApp.Of(await app.StartNode());
        var address = app.NewAddress();
        (await app.From(address).Get("/visits")).ShouldBe(200);

        await using (await app.CutOffDatabase())
        {
            var answers = await app.Burst(30, _ => app.From(app.NewAddress()).Get("/visits"));
            answers.ShouldAllBe(answer => answer.Status == 200);
            // Each of two nodes goes on with half of the limit.
            var stranger = app.NewAddress();
            (await app.Burst(30, _ => app.From(stranger).Get("/visits"))).Count(answer => answer.Status == 200).ShouldBe(10);
            (await app.Burst(30, _ => app.From(stranger, second).Get("/visits"))).Count(answer => answer.Status == 200).ShouldBe(10);
            var refused = (await app.Somebody().Post("/registrations", """{"text":"a"}""")).ShouldBe(503);
            refused.At("code").GetString().ShouldBe("UNAVAILABLE");
            refused.Header("Retry-After").ShouldNotBeNull();
        }

        app.Log.All.Count(line => line.Contains("Limits are counted by this node alone", StringComparison.Ordinal)).ShouldBe(2);
    }

    private static async Task<NodesApp> Start()
    {
        var app = new NodesApp();
        await app.InitializeAsync();
        return app;
    }
}

/// <summary>Can take its own PostgreSQL away.</summary>
public sealed class NodesApp : LimitedApp
{
    /// <summary>Breaks every connection to this product's database and lets none come, until disposed.</summary>
    public async Task<IAsyncDisposable> CutOffDatabase()
    {
        var name = await Database.One<string>("select current_database()", null, TestContext.Current.CancellationToken);
        await Run($"alter database \"{name}\" allow_connections false");
        await Run($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        return new Reopening(() => Run($"alter database \"{name}\" allow_connections true"));
    }

    private static async Task Run(string sql)
    {
        var cluster = await TestCluster.Instance;
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionTo("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Reopening(Func<Task> reopen) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await reopen();
    }
}
