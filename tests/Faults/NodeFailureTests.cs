using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>A node is killed, or told to go, while it is busy.</summary>
[Trait("Category", "Faults")]
public sealed class NodeFailureTests(Cluster cluster) : IClassFixture<Cluster>
{
    [Fact(Timeout = 180_000)]
    public async Task Killed_twenty_times_it_keeps_what_it_acknowledged_and_sends_every_mail()
    {
        const int kills = 20;
        var connection = await cluster.Create();
        await using var mails = new SmtpTrap();
        (string, string)[] settings = [("Mail__Smtp__Port", $"{mails.Port}"), ("Jobs__Lease", "00:00:02"), ("Jobs__Heartbeat", "00:00:00.5")];
        var random = Lab.Random();
        using var wire = new Wire();
        var node = await Node.Start(cluster, connection, settings);
        var registered = new List<string>();
        var unknown = new List<string>();
        await using var load = await Load.Begin(node.Root, () => node.Root);
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                var living = node;
                var registering = Register(kill);
                await Lab.Pause(0.2 + random.NextDouble() * 0.6);
                await living.Kill();
                await registering;
                await living.DisposeAsync();
                node = await Node.Start(cluster, connection, settings);

                async Task Register(int round)
                {
                    for (var person = 0; living.IsRunning && person < 20; person++)
                    {
                        var email = $"kill{round}-{person}@example.com";
                        var reply = await wire.Send("POST", living.Root + "/api/auth/register", null, $$"""{"email":"{{email}}","password":"correct-horse-5","fullName":"Jo"}""");
                        (reply.Outcome == Outcome.Ok ? registered : unknown).Add(email);
                    }
                }
            }

            await load.EndAndFindEverything(node.Root);
            Lab.Say($"{kills} kills, {registered.Count} registrations acknowledged, {unknown.Count} unknown, {mails.Received.Count} mails");
            registered.Count.ShouldBeGreaterThan(kills);
            foreach (var email in registered)
                (await wire.Send("POST", node.Root + "/api/auth/login", null, $$"""{"email":"{{email}}","password":"correct-horse-5"}""")).Status.ShouldBe(200, email);
            // No registration without its job, no job without its registration.
            (await cluster.Ask<long>(
                """
                select
                    (select count(*) from fragrances.accounts where not exists (
                        select from fragrances.jobs where kind = 'mail_email_verification' and payload ->> 'accountId' = accounts.id::text))
                    + (select count(*) from fragrances.jobs where kind = 'mail_email_verification' and not exists (
                        select from fragrances.accounts where payload ->> 'accountId' = accounts.id::text))
                """, connection)).ShouldBe(0);
            await Lab.Until("every mail has arrived", TimeSpan.FromSeconds(20), () => Task.FromResult(registered.TrueForAll(email => mails.Received.Any(mail => mail.Contains(email, StringComparison.Ordinal)))));
        }
        finally
        {
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
        const int rolls = 3;
        var connection = await cluster.Create();
        (string, string) grace = ("Shutdown__KeepServing", "2");
        var nodes = new[] { await Node.Start(cluster, connection, grace), await Node.Start(cluster, connection, grace) };
        try
        {
            await using var balancer = new Balancer(nodes[0].Root, nodes[1].Root);
            await using var load = await Load.Begin(nodes[0].Root, balancer.Next);
            await Lab.Pause(1);
            for (var roll = 0; roll < rolls * nodes.Length; roll++)
            {
                var at = roll % nodes.Length;
                var (exitCode, took) = await nodes[at].Terminate();
                Lab.Say($"gone after {took.TotalSeconds:0.0} s");
                exitCode.ShouldBe(0, nodes[at].Said);
                took.ShouldBeInRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
                await nodes[at].DisposeAsync();
                nodes[at] = await Node.Start(cluster, connection, grace);
                balancer.Add(nodes[at].Root);
                await Lab.Pause(1);
            }

            await load.EndAndFindEverything(nodes[0].Root);
            load.History.All.Where(operation => operation.Reply.Outcome != Outcome.Ok).Select(operation => $"{operation.Began} {operation.What}: {operation.Reply}").ShouldBeEmpty();
            balancer.Used.ShouldBeGreaterThan(rolls);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }
}
