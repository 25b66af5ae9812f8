using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>
/// Many more calls than the node can answer, sent when they are due and not when the last one is answered. The node has one core
/// for itself; the other one sends.
/// </summary>
[Trait("Category", "Faults")]
public sealed class OverloadTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const string Search = "/api/fragrances?search=savage+diro&limit=100";

    /// <summary>More than these under way no front end would send to one node.</summary>
    private const int UnderWay = 2_000;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task What_it_can_do_it_does_and_refuses_the_rest_quickly(int times)
    {
        await using var node = await Node.StartOnOneCore(cluster, await cluster.Create());
        using var wire = new Wire();
        var token = await SignIn(node, wire, $"overload{times}");
        Task<Reply> Call() => wire.Send("GET", node.Root + Search, token);
        await Closed(Call, clients: 8, TimeSpan.FromSeconds(4));

        var (capacity, usual) = await Closed(Call, clients: 8, TimeSpan.FromSeconds(4));
        var memory = node.Memory;
        var flood = await Flood(node, Call, rate: times * capacity);
        var afterwards = node.Memory;
        var recovered = await Lab.Until("calls are quick again", TimeSpan.FromSeconds(10), async () =>
            await Call() is { Status: 200 } reply && reply.Took < usual + TimeSpan.FromMilliseconds(100));
        var (again, _) = await Closed(Call, clients: 8, TimeSpan.FromSeconds(2));
        Lab.Say($"capacity {capacity:0}/s, p99 {usual.TotalMilliseconds:0} ms; {times} times that: {flood}; memory {memory} to {afterwards} MiB; quick again after {recovered.TotalSeconds:0.0} s, then {again:0}/s");

        flood.Sent.ShouldBeGreaterThan(capacity * 1.5, "no overload");
        flood.Answered.ShouldBeGreaterThan(capacity * 0.5);
        node.IsRunning.ShouldBeTrue(node.Said);
    }

    private static async Task<string> SignIn(Node node, Wire wire, string name)
    {
        await Collector.SignUp(node.Root, name, wire, new History(), Lab.Random());
        var login = await wire.Send("POST", node.Root + "/api/auth/login", null, $$"""{"email":"{{name}}@example.com","password":"correct-horse-5"}""");
        return JsonDocument.Parse(login.Text).RootElement.GetProperty("accessToken").GetString()!;
    }

    /// <summary>What is answered a second when each client waits for its answer, and the slowest of a hundred.</summary>
    private static async Task<(double PerSecond, TimeSpan P99)> Closed(Func<Task<Reply>> call, int clients, TimeSpan time)
    {
        var times = new ConcurrentQueue<TimeSpan>();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < time)
            {
                if (await call() is { Status: 200 } reply)
                    times.Enqueue(reply.Took);
            }
        })));
        return (times.Count / Stopwatch.GetElapsedTime(began).TotalSeconds, Percentile(times, 0.99));
    }

    private static async Task<Outcomes> Flood(Node node, Func<Task<Reply>> call, double rate)
    {
        var replies = new ConcurrentQueue<Reply>();
        var (sent, most, slowestLive) = (0, 0, TimeSpan.Zero);
        using var probe = new Wire();
        var began = Stopwatch.GetTimestamp();
        var live = Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < Long)
            {
                var reply = await probe.Send("GET", node.Root + "/health/live");
                reply.Status.ShouldBe(200, reply.Text);
                slowestLive = reply.Took > slowestLive ? reply.Took : slowestLive;
                most = Math.Max(most, node.Memory);
                await Lab.Pause(0.25);
            }
        });
        var calls = new List<Task>();
        while (Stopwatch.GetElapsedTime(began) is var elapsed && elapsed < Long)
        {
            for (var due = (int)(elapsed.TotalSeconds * rate) - sent; due > 0 && sent - replies.Count < UnderWay; due--)
            {
                sent++;
                calls.Add(Task.Run(async () => replies.Enqueue(await call())));
            }

            await Lab.Pause(0.005);
        }

        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await Task.WhenAll(calls);
        await live;
        return new Outcomes(sent / took, took, [.. replies], slowestLive, most);
    }

    private static TimeSpan Percentile(IEnumerable<TimeSpan> times, double part)
    {
        var sorted = times.Order().ToArray();
        return sorted.Length == 0 ? TimeSpan.Zero : sorted[(int)((sorted.Length - 1) * part)];
    }

    private sealed record Outcomes(double Sent, double Seconds, IReadOnlyList<Reply> Replies, TimeSpan SlowestLive, int Memory)
    {
        public double Answered => Replies.Count(reply => reply.Status == 200) / Seconds;

        public IEnumerable<Reply> Refused => Replies.Where(reply => reply.Status == 503);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Sent:0}/s sent, {Answered:0}/s answered within {Times(Replies.Where(reply => reply.Status == 200))}, {Refused.Count() / Seconds:0}/s refused within {Times(Refused)}, {Replies.Count(reply => reply.Status is not (200 or 503))} neither; live within {SlowestLive.TotalMilliseconds:0} ms; at most {Memory} MiB");

        private static string Times(IEnumerable<Reply> replies)
        {
            var times = replies.Select(reply => reply.Took).ToArray();
            return string.Create(CultureInfo.InvariantCulture, $"{Percentile(times, 0.5).TotalMilliseconds:0} ms (half), {Percentile(times, 0.99).TotalMilliseconds:0} ms (99 %)");
        }
    }
}
