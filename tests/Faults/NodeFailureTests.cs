using System.Diagnostics;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>A node is killed, or told to go, while it is busy; a balancer sends to the others.</summary>
[Trait("Category", "Faults")]
public sealed class NodeFailureTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const string Orphans =
        """
        select
            (select count(*) from fragrances.accounts where not exists (
                select from fragrances.jobs where kind = 'mail_email_verification' and payload ->> 'accountId' = accounts.id::text))
            + (select count(*) from fragrances.jobs where kind = 'mail_email_verification' and not exists (
                select from fragrances.accounts where payload ->> 'accountId' = accounts.id::text))
        """;

    [Fact(Timeout = 180_000)]
    public async Task Nodes_that_are_killed_keep_what_they_acknowledged_and_every_mail_is_sent()
    {
        const int kills = 12;
        var connection = await cluster.Create();
        await using var mails = new SmtpTrap();
        (string, string)[] settings = [("Mail__Smtp__Port", $"{mails.Port}"), ("Jobs__Lease", "00:00:02"), ("Jobs__Heartbeat", "00:00:00.5")];
        var random = Lab.Random();
        using var wire = new Wire();
        var nodes = await Task.WhenAll(Node.Start(cluster, connection, settings), Node.Start(cluster, connection, settings));
        try
        {
            await using var balancer = new Balancer(nodes[0].Root, nodes[1].Root);
            await using var load = await Load.Begin(nodes[0].Root, balancer.Next);
            using var enough = new CancellationTokenSource();
            var registering = Register(wire, balancer, enough.Token);
            for (var kill = 0; kill < kills; kill++)
            {
                var at = kill % nodes.Length;
                await Lab.Pause(0.2 + random.NextDouble() * 0.6);
                await nodes[at].Kill();
                await nodes[at].DisposeAsync();
                nodes[at] = await Node.Start(cluster, connection, settings);
                balancer.Add(nodes[at].Root);
            }

            await enough.CancelAsync();
            var (registered, unknown) = await registering;
            await load.EndAndFindEverything(nodes[0].Root);
            Lab.Say($"{kills} kills, {registered.Count} registrations acknowledged, {unknown} unknown, {mails.Received.Count} mails");
            registered.Count.ShouldBeGreaterThan(kills);
            foreach (var email in registered)
                (await wire.Send("POST", nodes[1].Root + "/api/auth/login", null, $$"""{"email":"{{email}}","password":"correct-horse-5"}""")).Status.ShouldBe(200, email);
            (await cluster.Ask<long>(Orphans, connection)).ShouldBe(0, "no registration without its job, no job without its registration");
            await Lab.Until("every mail has arrived", TimeSpan.FromSeconds(30), () =>
                Task.FromResult(registered.TrueForAll(email => mails.Received.Any(mail => mail.Contains(email, StringComparison.Ordinal)))));
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData("00:00:02", "00:00:00.4", 4)]
    [InlineData("00:00:30", "00:00:05", 45)]
    public async Task A_killed_workers_job_is_started_elsewhere(string lease, string heartbeat, double within)
    {
        var connection = await cluster.Create();
        await using var stuck = new SmtpTrap { IsStuck = true };
        await using var mails = new SmtpTrap();
        using var wire = new Wire();
        (string, string)[] times = [("Jobs__Lease", lease), ("Jobs__Heartbeat", heartbeat), ("Mail__Smtp__TimeOut", "00:02:00")];
        await using var first = await Node.Start(cluster, connection, [("Mail__Smtp__Port", $"{stuck.Port}"), .. times]);
        (await wire.Send("POST", first.Root + "/api/auth/register", null, """{"email":"worker@example.com","password":"correct-horse-5","fullName":"Jo"}""")).Status.ShouldBe(201);
        await Lab.Until("the first node works on it", TimeSpan.FromSeconds(10), () => Task.FromResult(stuck.Connections > 0));
        await using var second = await Node.Start(cluster, connection, [("Mail__Smtp__Port", $"{mails.Port}"), .. times]);
        await Lab.Pause(0.5);
        mails.Received.ShouldBeEmpty("as long as its worker lives nobody else takes it");

        await first.Kill();
        var took = await Lab.Until("the mail has arrived", TimeSpan.FromSeconds(60), () => Task.FromResult(!mails.Received.IsEmpty));
        Lab.Say($"lease {lease}: started elsewhere and done {took.TotalSeconds:0.0} s after the kill");
        took.ShouldBeLessThan(TimeSpan.FromSeconds(within));
        mails.Received.ShouldHaveSingleItem();
    }

    [Fact(Timeout = 180_000)]
    public async Task Nodes_that_go_one_after_the_other_fail_no_request()
    {
        const int rolls = 2;
        var connection = await cluster.Create();
        (string, string) grace = ("Shutdown__KeepServing", "2");
        using var wire = new Wire();
        var nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Node.Start(cluster, connection, grace)));
        try
        {
            await using var balancer = new Balancer([.. nodes.Select(node => node.Root)]);
            await using var load = await Load.Begin(nodes[0].Root, balancer.Next);
            await Lab.Pause(1);
            for (var roll = 0; roll < rolls * nodes.Length; roll++)
            {
                var at = roll % nodes.Length;
                var told = Stopwatch.GetTimestamp();
                nodes[at].Terminate();
                var unready = await Lab.Until("it says that it drains", TimeSpan.FromSeconds(2), async () => (await wire.Send("GET", nodes[at].Root + "/health/ready")).Status == 503);
                (await nodes[at].Ended()).ShouldBe(0, nodes[at].Said);
                var gone = Stopwatch.GetElapsedTime(told);
                Lab.Say($"not ready after {unready.TotalMilliseconds:0} ms, gone after {gone.TotalSeconds:0.0} s");
                unready.ShouldBeLessThan(TimeSpan.FromSeconds(1));
                gone.ShouldBeInRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
                await nodes[at].DisposeAsync();
                nodes[at] = await Node.Start(cluster, connection, grace);
                balancer.Add(nodes[at].Root);
                await Lab.Pause(1);
            }

            await load.EndAndFindEverything(nodes[0].Root);
            load.History.All.Where(operation => operation.Reply.Outcome != Outcome.Ok).Select(operation => $"{operation.Began} {operation.What}: {operation.Reply}").ShouldBeEmpty();
            balancer.Used.ShouldBeGreaterThan(rolls * nodes.Length);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    /// <summary>Registers one after the other; who was, and of how many it is not known.</summary>
    private static async Task<(List<string> Registered, int Unknown)> Register(Wire wire, Balancer balancer, CancellationToken until)
    {
        var (registered, unknown) = (new List<string>(), 0);
        for (var person = 0; !until.IsCancellationRequested; person++)
        {
            var email = $"killed{person}@example.com";
            var reply = await wire.Send("POST", balancer.Next() + "/api/auth/register", null, $$"""{"email":"{{email}}","password":"correct-horse-5","fullName":"Jo"}""");
            if (reply.Outcome == Outcome.Ok)
                registered.Add(email);
            else
                unknown++;
            await Lab.Pause(0.05);
        }

        return (registered, unknown);
    }
}
