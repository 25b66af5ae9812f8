using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>
/// PostgreSQL goes away under load and comes back: the product serves again within five seconds, in the same process, and
/// everything that was acknowledged is there.
/// </summary>
[Trait("Category", "Faults")]
public sealed class PostgresFailureTests(Cluster cluster) : IClassFixture<Cluster>
{
    public static TheoryData<string, int> Failures => new()
    {
        { "restart fast", 3 },
        { "restart immediate", 3 },
        { "kill a backend", 3 },
        { "kill the postmaster", 2 },
        { "terminate all backends", 5 },
    };

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Failures))]
    public async Task It_is_survived_without_loss(string failure, int times)
    {
        var connection = await cluster.Create();
        await using var node = await Node.Start(cluster, connection);
        using var wire = new Wire();
        await using var load = await Load.Begin(node.Root, () => node.Root);
        await load.History.ShouldBeServedAgain(load.History.Now);

        for (var time = 0; time < times; time++)
        {
            await Fail(failure);
            var accepted = load.History.Now;
            (await wire.Send("GET", node.Root + "/health/live")).Status.ShouldBe(200);
            await load.History.ShouldBeServedAgain(accepted);
            (await wire.Send("GET", node.Root + "/health/ready")).Status.ShouldBe(200);
        }

        await load.EndAndFindEverything(node.Root);
        // What was refused meanwhile was refused, and not broken.
        load.History.All.Where(operation => operation.Reply.Status == 500).Select(operation => $"{operation.What}: {operation.Reply}").ShouldBeEmpty();
        load.History.All.Where(operation => operation.Reply.Status == 503).ShouldAllBe(operation => operation.Reply.RetryAfter != null);
        node.IsRunning.ShouldBeTrue(node.Said);
        node.Terminate();
        (await node.Ended()).ShouldBe(0);
    }

    private async Task Fail(string failure)
    {
        switch (failure)
        {
            case "restart fast":
                await cluster.Stop("fast");
                await cluster.Start();
                break;
            case "restart immediate":
                await cluster.Stop("immediate");
                await cluster.Start();
                break;
            case "kill a backend":
                await cluster.KillBackend();
                break;
            case "kill the postmaster":
                await cluster.KillPostmaster();
                break;
            case "terminate all backends":
                await cluster.TerminateBackends();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(failure));
        }
    }
}
