using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>PostgreSQL does not die, it only stops answering: connections stay open, and nothing comes.</summary>
[Trait("Category", "Faults")]
public sealed class PostgresFrozenTests(Cluster cluster) : IClassFixture<Cluster>
{
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(20);

    /// <summary>What is promised, and what it takes to notice on a busy machine.</summary>
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(5) + TimeSpan.FromSeconds(0.7);

    [Fact(Timeout = 120_000)]
    public async Task It_is_a_503_within_five_seconds_and_over_five_seconds_after_it_is_over()
    {
        await using var node = await Node.Start(cluster, await cluster.Create());
        using var wire = new Wire();
        await using var load = await Load.Begin(node.Root, () => node.Root);
        await load.History.ShouldBeServedAgain(load.History.Now);
        var (threads, most, slowestLive) = (node.Threads, 0, TimeSpan.Zero);

        cluster.Freeze();
        var frozen = load.History.Now;
        TimeSpan? unready = null;
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Frozen)
        {
            var live = await wire.Send("GET", node.Root + "/health/live");
            live.Status.ShouldBe(200, live.Text);
            slowestLive = live.Took > slowestLive ? live.Took : slowestLive;
            if (unready is null && (await wire.Send("GET", node.Root + "/health/ready")).Status == 503)
                unready = Stopwatch.GetElapsedTime(began);
            most = Math.Max(most, node.Threads);
            await Lab.Pause(0.2);
        }

        cluster.Thaw();
        var thawed = load.History.Now;
        await load.History.ShouldBeServedAgain(thawed);

        var meanwhile = load.History.All.Where(operation => operation.Began > frozen && operation.Ended < thawed).ToList();
        var slowest = meanwhile.MaxBy(operation => operation.Reply.Took)!;
        Lab.Say($"frozen: {meanwhile.Count} calls, the slowest {slowest.What} {slowest.Reply}; not ready after {unready?.TotalSeconds:0.0} s; live within {slowestLive.TotalMilliseconds:0} ms; threads {threads}, at most {most}");
        meanwhile.Count.ShouldBeGreaterThan(20);
        meanwhile.Where(operation => operation.Reply.Status is not (503 or 200)).Select(operation => $"{operation.What}: {operation.Reply}").ShouldBeEmpty();
        slowest.Reply.Took.ShouldBeLessThan(Promise, slowest.ToString());
        unready.ShouldNotBeNull().ShouldBeLessThan(TimeSpan.FromSeconds(10));
        slowestLive.ShouldBeLessThan(TimeSpan.FromSeconds(2.5));
        most.ShouldBeLessThanOrEqualTo(threads + 50);
        await load.EndAndFindEverything(node.Root);
        node.IsRunning.ShouldBeTrue(node.Said);
    }
}
