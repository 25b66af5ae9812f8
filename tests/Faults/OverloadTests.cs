using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>Three times as many calls as the node can answer, sent when they are due and not when the last one is answered.</summary>
[Trait("Category", "Faults")]
public sealed class OverloadTests(Cluster cluster) : IClassFixture<Cluster>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    [Fact(Timeout = 120_000)]
    public async Task Three_times_what_it_can_do_is_answered_as_far_as_possible_and_then_all_is_well()
    {
        await using var node = await Node.Start(cluster, await cluster.Create());
        using var wire = new Wire();
        await Collector.SignUp(node.Root, "overload", wire, new History(), Lab.Random());
        var login = await wire.Send("POST", node.Root + "/api/auth/login", null, """{"email":"overload@example.com","password":"correct-horse-5"}""");
        var token = JsonDocument.Parse(login.Text).RootElement.GetProperty("accessToken").GetString()!;
        await Closed(node, wire, token, clients: 16, TimeSpan.FromSeconds(2));

        var capacity = await Closed(node, wire, token, clients: 16, TimeSpan.FromSeconds(4));
        var memory = node.Memory;
        var (goodput, refused, failed, slowestLive) = await Open(node, wire, token, rate: 3 * capacity);
        var afterwards = node.Memory;
        var recovered = await Lab.Until("calls are quick again", TimeSpan.FromSeconds(10), async () =>
            await wire.Send("GET", node.Root + "/api/fragrances?search=rose", token) is { Status: 200 } reply && reply.Took < TimeSpan.FromMilliseconds(300));
        Lab.Say($"capacity {capacity:0}/s; at three times that {goodput:0}/s answered, {refused} refused, {failed} without an answer; live within {slowestLive.TotalMilliseconds:0} ms; memory {memory} to {afterwards} MiB; quick again after {recovered.TotalSeconds:0.0} s");

        goodput.ShouldBeGreaterThan(capacity * 0.5, "of what it can do");
        failed.ShouldBe(0, "a call is answered, if only with 503");
        slowestLive.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        afterwards.ShouldBeLessThan(memory + 300);
        recovered.ShouldBeLessThan(Lab.Recovery);
        node.IsRunning.ShouldBeTrue(node.Said);
    }

    /// <summary>Calls a second that are answered when each client waits for its answer.</summary>
    private static async Task<double> Closed(Node node, Wire wire, string token, int clients, TimeSpan time)
    {
        var answered = 0;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(began) < time)
            {
                if ((await Call(node, wire, token)).Status == 200)
                    Interlocked.Increment(ref answered);
            }
        }));
        return answered / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<(double Goodput, int Refused, int Failed, TimeSpan SlowestLive)> Open(Node node, Wire wire, string token, double rate)
    {
        var replies = new ConcurrentQueue<Reply>();
        var calls = new List<Task>();
        var slowestLive = TimeSpan.Zero;
        using var probe = new Wire();
        var began = Stopwatch.GetTimestamp();
        var live = Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < Long)
            {
                var reply = await probe.Send("GET", node.Root + "/health/live");
                reply.Status.ShouldBe(200, reply.Text);
                slowestLive = reply.Took > slowestLive ? reply.Took : slowestLive;
                await Lab.Pause(0.25);
            }
        });
        while (Stopwatch.GetElapsedTime(began) is var elapsed && elapsed < Long)
        {
            // All that are due by now; more than a few thousand under way no front end would send either.
            for (var due = (int)(elapsed.TotalSeconds * rate) - calls.Count; due > 0 && calls.Count - replies.Count < 2_000; due--)
                calls.Add(Task.Run(async () => replies.Enqueue(await Call(node, wire, token))));
            await Lab.Pause(0.01);
        }

        var took = Stopwatch.GetElapsedTime(began);
        var goodput = replies.Count(reply => reply.Status == 200) / took.TotalSeconds;
        await Task.WhenAll(calls);
        await live;
        Lab.Say($"{calls.Count} calls, {replies.GroupBy(reply => reply.Status).Select(group => $"{group.Key}: {group.Count()}").Aggregate((one, other) => one + ", " + other)}; slowest {replies.Max(reply => reply.Took).TotalSeconds:0.0} s");
        return (goodput, replies.Count(reply => reply.Status == 503), replies.Count(reply => reply.Status is not (200 or 503)), slowestLive);
    }

    private static Task<Reply> Call(Node node, Wire wire, string token) => wire.Send("GET", node.Root + "/api/fragrances?search=rose", token);
}
