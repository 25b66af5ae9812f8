using System.Text.Json;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>
/// Many more calls than the node can answer, sent when they are due and not when the last one is answered. The node has one core
/// for itself; another one sends.
/// </summary>
[Trait("Category", "Faults")]
public sealed class OverloadTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const string Search = "/api/fragrances?search=savage+diro+vanila+patchuly+bergamott&limit=1";
    private const int Clients = 8;

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task What_it_can_do_it_does_and_refuses_the_rest_quickly(int times)
    {
        await using var node = await Node.StartOnOneCore(cluster, await cluster.Create());
        using var wire = new Wire();
        using var flood = new Flood(node.Root, Search, await SignIn(node, wire, $"overload{times}"));
        await flood.Closed(Clients, TimeSpan.FromSeconds(4));

        var peak = await flood.Closed(Clients, TimeSpan.FromSeconds(4));
        var memory = node.Memory;
        Lab.Say($"at ease: {peak}; {memory} MiB");
        using var over = new CancellationTokenSource();
        var watching = Watch(node, over.Token);
        var overloaded = await flood.Open(times * peak.Goodput, TimeSpan.FromSeconds(10));
        await over.CancelAsync();
        var (slowestLive, most) = await watching;
        Lab.Say($"{times} times that: {overloaded}; live within {slowestLive.TotalMilliseconds:0} ms; at most {most} MiB");
        var recovered = await Lab.Until("calls are quick again", TimeSpan.FromSeconds(10), async () =>
            await flood.Call() is { Status: 200 } reply && reply.Took < TimeSpan.FromMilliseconds(100));
        var again = await flood.Closed(Clients, TimeSpan.FromSeconds(2));
        Lab.Say($"quick again after {recovered.TotalSeconds:0.0} s, then {again}");
    }

    private static async Task<string> SignIn(Node node, Wire wire, string name)
    {
        await Collector.SignUp(node.Root, name, wire, new History(), Lab.Random());
        var login = await wire.Send("POST", node.Root + "/api/auth/login", null, $$"""{"email":"{{name}}@example.com","password":"correct-horse-5"}""");
        return JsonDocument.Parse(login.Text).RootElement.GetProperty("accessToken").GetString()!;
    }

    /// <summary>How long liveness took at most meanwhile, and the most memory in MiB.</summary>
    private static async Task<(TimeSpan SlowestLive, int MostMemory)> Watch(Node node, CancellationToken until)
    {
        using var probe = new Wire();
        var (slowest, most) = (TimeSpan.Zero, 0);
        while (!until.IsCancellationRequested)
        {
            var reply = await probe.Send("GET", node.Root + "/health/live");
            reply.Status.ShouldBe(200, reply.Text);
            slowest = reply.Took > slowest ? reply.Took : slowest;
            most = Math.Max(most, node.Memory);
            await Lab.Pause(0.25);
        }

        return (slowest, most);
    }
}
