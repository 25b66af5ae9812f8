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
    // Little to send and much to compute, so that one core can ask more than another can answer.
    private const string Search = "/api/fragrances?search=savage+diro+vanila+patchuly+bergamott&limit=1";
    private const int Clients = 8;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The share of its peak that a node still has to answer. Refusing is work too, about a tenth of a search here, and the one who floods
    /// shares the machine with PostgreSQL: so less than the four fifths that are wanted of a node with a machine of its own. Where somebody
    /// else takes the machine meanwhile, no time says anything: it may be tried three times.
    /// </summary>
    [Theory(Timeout = 240_000)]
    [InlineData(3, 0.4)]
    [InlineData(10, 0.1)]
    public async Task What_it_can_do_it_does_and_refuses_the_rest_quickly(int times, double share)
    {
        const int tries = 3;
        await using var node = await Node.StartOnOneCore(cluster, await cluster.Create());
        using var wire = new Wire();
        using var flood = Flood.Get(node.Root, Search, await SignIn(node, wire, $"overload{times}"));
        await flood.Closed(Clients, TimeSpan.FromSeconds(4));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Overload(node, flood, times, share);
                break;
            }
            catch (ShouldAssertException slow) when (attempt < tries)
            {
                Lab.Say($"once more, because {slow.Message}");
            }
        }

        node.IsRunning.ShouldBeTrue(node.Said);
    }

    private static async Task Overload(Node node, Flood flood, int times, double share)
    {
        var before = await flood.Closed(Clients, TimeSpan.FromSeconds(4));
        var memory = node.Memory;
        using var over = new CancellationTokenSource();
        var watching = Watch(node, over.Token);
        var overloaded = await flood.Open(times * before.Goodput, Long);
        await over.CancelAsync();
        var (slowestLive, most) = await watching;
        var recovered = await Lab.Until("calls are quick again", TimeSpan.FromSeconds(10), async () =>
            await flood.Call() is { Status: 200 } reply && reply.Took < TimeSpan.FromMilliseconds(200));
        var after = await flood.Closed(Clients, TimeSpan.FromSeconds(2));
        Lab.Say($"at ease: {before}; {memory} MiB");
        Lab.Say($"{times} times that: {overloaded}; live within {slowestLive.TotalMilliseconds:0} ms; at most {most} MiB");
        Lab.Say($"quick again after {recovered.TotalSeconds:0.0} s, then {after}");

        var peak = Math.Min(before.Goodput, after.Goodput);
        overloaded.SentPerSecond.ShouldBeGreaterThan(peak * 1.5, "too little to be overload");
        overloaded.Goodput.ShouldBeGreaterThan(peak * share);
        // Of two thousand that wait in a line of no end, half would wait longer than a second.
        Answers.Within(0.5, overloaded.Good).ShouldBeLessThan(TimeSpan.FromMilliseconds(400));
        Answers.Within(0.5, overloaded.Refused).ShouldBeLessThan(TimeSpan.FromMilliseconds(300));
        overloaded.Refused.ShouldAllBe(reply => reply.RetryAfter == "1");
        overloaded.Neither.ShouldBeEmpty("a call is answered, if only with 503");
        slowestLive.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        most.ShouldBeLessThan(memory + 200);
        recovered.ShouldBeLessThan(Lab.Recovery);
        after.Good.Length.ShouldBe(after.Sent, "nobody is refused any more");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_flood_of_sign_ins_is_refused_beyond_a_queue_and_the_rest_goes_on()
    {
        await using var node = await Node.StartOnOneCore(cluster, await cluster.Create(), ("Passwords__Iterations", "220000"));
        using var wire = new Wire();
        using var searching = Flood.Get(node.Root, "/api/fragrances?search=rose&limit=1", await SignIn(node, wire, "signs-in"));
        using var signing = Flood.Post(node.Root, "/api/auth/login", """{"email":"signs-in@example.com","password":"correct-horse-5"}""");
        await searching.Closed(Clients, TimeSpan.FromSeconds(2));

        var flooding = signing.Open(100, Long);
        var searched = await searching.Closed(clients: 2, Long);
        var signed = await flooding;
        Lab.Say($"signing in: {signed}; searching meanwhile: {searched}");

        signed.Good.ShouldNotBeEmpty();
        signed.Neither.ShouldBeEmpty();
        signed.Refused.Length.ShouldBeGreaterThan(signed.Sent / 4, "too little to be overload");
        signed.Refused.ShouldAllBe(reply => reply.RetryAfter != null);
        Answers.Within(0.9, signed.Refused).ShouldBeLessThan(TimeSpan.FromSeconds(1));
        searched.Good.Length.ShouldBe(searched.Sent);
        Answers.Within(0.9, searched.Good).ShouldBeLessThan(TimeSpan.FromMilliseconds(500));
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
