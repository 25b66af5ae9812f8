using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>Clients that never finish what they say: they are left, and nobody else notices them.</summary>
[Trait("Category", "Faults")]
public sealed class SlowClientTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const int Slow = 400;

    [Theory(Timeout = 120_000)]
    [InlineData("headers", "GET /api/fragrances HTTP/1.1\r\nHost: localhost\r\n", "X-Slow: a\r\n")]
    [InlineData("bodies", "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{", " ")]
    public async Task Four_hundred_slow_clients_are_left_and_hold_nobody_up(string what, string beginning, string drop)
    {
        await using var node = await Node.Start(cluster, await cluster.Create());
        using var wire = new Wire();
        var history = new History();
        await Collector.SignUp(node.Root, $"slow-{what}", wire, history, Lab.Random());
        var login = await wire.Send("POST", node.Root + "/api/auth/login", null, $$"""{"email":"slow-{{what}}@example.com","password":"correct-horse-5"}""");
        var token = System.Text.Json.JsonDocument.Parse(login.Text).RootElement.GetProperty("accessToken").GetString();
        var (threads, memory) = (node.Threads, node.Memory);

        var began = Stopwatch.GetTimestamp();
        var held = Enumerable.Range(0, Slow).Select(_ => Drip(new Uri(node.Root), beginning, drop)).ToArray();
        var times = new List<TimeSpan>();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(8))
        {
            var reply = await wire.Send("GET", node.Root + "/api/fragrances?search=rose", token);
            reply.Status.ShouldBe(200, reply.Text + node.Said);
            times.Add(reply.Took);
            await Lab.Pause(0.05);
        }

        times.Sort();
        var p99 = times[times.Count * 99 / 100];
        var lives = await Task.WhenAll(held).WaitAsync(TimeSpan.FromSeconds(30), Lab.Stop);
        Lab.Say($"{what}: p99 of {times.Count} others {p99.TotalMilliseconds:0} ms; left after {lives.Min().TotalSeconds:0.0} to {lives.Max().TotalSeconds:0.0} s; threads {threads} to {node.Threads}, memory {memory} to {node.Memory} MiB");
        p99.ShouldBeLessThan(TimeSpan.FromMilliseconds(500));
        lives.Max().ShouldBeLessThan(TimeSpan.FromSeconds(20));
        node.Threads.ShouldBeLessThanOrEqualTo(threads + 50);
        node.Memory.ShouldBeLessThan(memory + 100);
        (await wire.Send("GET", node.Root + "/health/ready")).Status.ShouldBe(200);
    }

    /// <summary>Says a little every half second until the server has had enough; how long that took.</summary>
    private static async Task<TimeSpan> Drip(Uri root, string beginning, string drop)
    {
        var began = Stopwatch.GetTimestamp();
        using var socket = new TcpClient { NoDelay = true };
        try
        {
            await socket.ConnectAsync(root.Host, root.Port, Lab.Stop);
            await using var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), Lab.Stop);
            var answer = stream.ReadAsync(new byte[4096], Lab.Stop).AsTask();
            while (!answer.IsCompleted)
            {
                await Lab.Pause(0.5);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(drop), Lab.Stop);
            }
        }
        catch (IOException)
        {
            // Reset.
        }

        return Stopwatch.GetElapsedTime(began);
    }
}
