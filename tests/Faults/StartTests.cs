using System.Text.Json;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>How nodes begin: all at once, before their PostgreSQL, and after a death.</summary>
[Trait("Category", "Faults")]
public sealed class StartTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const string Somebody = """{"email":"somebody@example.com","password":"correct-horse-5","fullName":"Jo"}""";

    [Theory(Timeout = 120_000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Three_nodes_at_once_on_an_empty_database_are_one(int round)
    {
        var connection = await cluster.Create();
        using var wire = new Wire();
        var nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Node.Start(cluster, connection)));
        try
        {
            var tokens = await Task.WhenAll(nodes.Select((node, at) => SignUp(wire, node, $"round{round}-node{at}@example.com")));
            foreach (var node in nodes)
            {
                foreach (var token in tokens)
                    (await wire.Send("GET", node.Root + "/api/user/profile", token)).Status.ShouldBe(200, node.Said);
            }

            var keys = await Task.WhenAll(nodes.Select(node => wire.Send("GET", node.Root + "/.well-known/jwks.json")));
            JsonDocument.Parse(keys.Select(reply => reply.Text).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem()).RootElement.GetProperty("keys").GetArrayLength().ShouldBe(1);
            (await cluster.Ask<string>("select string_agg(purpose, ', ') from (select purpose from fragrances.keys group by 1 having count(*) > 1) twice", connection)).ShouldBeNull();
            (await cluster.Ask<string>("select string_agg(name, ', ') from (select name from fragrances.migrations group by source, name having count(*) > 1) twice", connection)).ShouldBeNull();
            var fragrances = await cluster.Ask<long>("select count(*) from fragrances.fragrances", connection);
            fragrances.ShouldBeGreaterThan(500);
            foreach (var node in nodes)
            {
                var page = await wire.Send("GET", node.Root + "/api/fragrances?limit=1", tokens[0]);
                JsonDocument.Parse(page.Text).RootElement.GetProperty("pagination").GetProperty("total").GetInt64().ShouldBe(fragrances, "each has read the whole catalogue");
            }
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_node_that_comes_before_its_PostgreSQL_waits_and_is_ready_soon_after_it()
    {
        var connection = await cluster.Create();
        await cluster.Stop("fast");
        using var wire = new Wire();
        await using var node = await Node.StartTooEarly(cluster, connection);
        for (var look = 0; look < 20; look++)
        {
            (await wire.Send("GET", node.Root + "/health/live")).Status.ShouldBe(200);
            (await wire.Send("GET", node.Root + "/health/ready")).Status.ShouldBe(503);
            var refused = await wire.Send("POST", node.Root + "/api/auth/register", null, Somebody);
            refused.Status.ShouldBe(503, refused.Text);
            refused.RetryAfter.ShouldNotBeNull();
            await Lab.Pause(0.2);
        }

        await cluster.Start();
        var took = await Lab.Until("the node is ready", TimeSpan.FromSeconds(30), () => node.IsReady(wire));
        Lab.Say($"ready {took.TotalSeconds:0.0} s after PostgreSQL, with its schema made and its catalogue read");
        took.ShouldBeLessThan(Lab.Recovery);
        (await wire.Send("POST", node.Root + "/api/auth/register", null, Somebody)).Status.ShouldBe(201);
    }

    [Fact(Timeout = 180_000)]
    public async Task Killed_with_a_PostgreSQL_of_its_own_it_finds_everything_at_the_next_start()
    {
        const int kills = 3;
        var data = Path.Combine(Path.GetTempPath(), $"colonnade-faults-{Guid.CreateVersion7():N}");
        Node? node = null;
        try
        {
            node = await Node.StartAlone(data);
            await using var load = await Load.Begin(node.Root, () => node.Root);
            for (var kill = 0; kill < kills; kill++)
            {
                await Lab.Pause(1.5);
                await node.Kill();
                await node.DisposeAsync();
                node = await Node.StartAlone(data);
                await load.History.ShouldBeServedAgain(load.History.Now);
            }

            await load.EndAndFindEverything(node.Root);
            node.Terminate();
            (await node.Ended()).ShouldBe(0, node.Said);
            Cluster.Processes(Path.Combine(data, "postgres")).ShouldBeEmpty();
        }
        finally
        {
            if (node is not null)
                await node.DisposeAsync();
            await Remove(data);
        }
    }

    private static async Task<string> SignUp(Wire wire, Node node, string email)
    {
        (await wire.Send("POST", node.Root + "/api/auth/register", null, $$"""{"email":"{{email}}","password":"correct-horse-5","fullName":"Jo"}""")).Status.ShouldBe(201, node.Said);
        var login = await wire.Send("POST", node.Root + "/api/auth/login", null, $$"""{"email":"{{email}}","password":"correct-horse-5"}""");
        login.Status.ShouldBe(200, login.Text);
        return JsonDocument.Parse(login.Text).RootElement.GetProperty("accessToken").GetString()!;
    }

    private static async Task Remove(string data)
    {
        var directory = new DirectoryInfo(Path.Combine(data, "postgres"));
        // Where the server's user cannot reach the data directory, its cluster lies elsewhere behind a link.
        var elsewhere = directory.ResolveLinkTarget(returnFinalTarget: true);
        await Cluster.End(elsewhere?.FullName ?? directory.FullName);
        if (elsewhere is { Exists: true })
            Directory.Delete(elsewhere.FullName, recursive: true);
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
    }
}
