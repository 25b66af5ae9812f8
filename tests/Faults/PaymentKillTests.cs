using System.Globalization;
using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>Studio is killed at any instant of placing, paying and confirming an order; the Sandbox, which keeps the ledger, lives on.</summary>
[Trait("Category", "Faults")]
public sealed class PaymentKillTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const int Buyers = 3;
    private static readonly TimeSpan Agreement = TimeSpan.FromSeconds(60);

    /// <summary>50, unless <c>FAULTS_KILLS</c> says otherwise.</summary>
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("FAULTS_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 50;

    [Fact(Timeout = 1_800_000)]
    public async Task Ledger_and_orders_agree_within_a_minute_whenever_it_was_killed()
    {
        var connection = await cluster.Create();
        var sandbox = (await MailTrap.Instance).Root;
        (string, string)[] settings =
        [
            ("DOTNET_ENVIRONMENT", "Development"), ("Studio__Urls", "http://127.0.0.1:0"), ("Sandbox__Urls", "http://127.0.0.1:0"), ("Mail__Smtp__Host", ""), ("Mail__Sandbox", sandbox),
            ("Stripe__BaseUrl", sandbox), ("Stripe__SecretKey", "sk_test_kills"), ("Jobs__Lease", "00:00:02"), ("Jobs__Heartbeat", "00:00:00.5"),
            ("Files__Directory", Directory.CreateTempSubdirectory("colonnade-faults-files-").FullName),
        ];
        var random = Lab.Random();
        using var wire = new Wire();
        var node = await Node.StartStudio(cluster, connection, settings);
        var registered = await wire.Send("POST", node.Root + "/api/auth/register", null, """{"email":"payer@example.com","password":"correct-horse-5","name":"Jo"}""");
        registered.Status.ShouldBe(201, registered.Text);
        var token = JsonDocument.Parse(registered.Text).RootElement.GetProperty("session").GetProperty("token").GetString()!;
        var (placed, paid) = (0, 0);
        var slowest = TimeSpan.Zero;
        try
        {
            var service = JsonDocument.Parse((await wire.Send("GET", node.Root + "/api/services", token)).Text).RootElement.GetProperty("services")[0];
            var order = $$"""{"serviceId":"{{service.GetProperty("id").GetString()}}","packageId":"{{service.GetProperty("packages")[0].GetProperty("id").GetString()}}","details":{"n":1} }""";
            for (var kill = 0; kill < Kills; kill++)
            {
                var root = node.Root;
                var buying = Enumerable.Range(0, Buyers).Select(buyer => Buy(wire, root, token, order, $"kill {kill} {buyer}")).ToList();
                // A fresh process takes a while over its first requests: long enough that kills meet every one of them.
                await Lab.Pause(random.NextDouble() * 1.2);
                await node.Kill();
                foreach (var (isPlaced, isPaid) in await Task.WhenAll(buying))
                    (placed, paid) = (placed + (isPlaced ? 1 : 0), paid + (isPaid ? 1 : 0));
                await node.DisposeAsync();
                node = await Node.StartStudio(cluster, connection, settings);
                // Every third client comes back and tries again with its key.
                if (kill % 3 == 0)
                    await Buy(wire, node.Root, token, order, $"kill {kill} 0");
                var took = await Lab.Until("ledger and orders agree", Agreement, () => Agrees(connection, wire, sandbox));
                slowest = took > slowest ? took : slowest;
            }

            placed.ShouldBeGreaterThan(Kills / 10);
            Lab.Say($"{Kills} kills; {placed} orders were placed and {paid} paid before; agreement after {slowest.TotalSeconds:0.0} s at most");
            (await cluster.Ask<long>("select count(*) from (select customer_id from studio.orders o join studio.payments p on p.order_id = o.id where p.state = 'paid' group by o.id having count(*) > 1) twice", connection)).ShouldBe(0);
            (await cluster.Ask<long>("select count(*) from studio.orders", connection)).ShouldBeGreaterThan(Kills / 4);
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    private static async Task<(bool Placed, bool Paid)> Buy(Wire wire, string root, string token, string order, string key)
    {
        var placed = await wire.Send("POST", root + "/api/orders", token, order, key);
        if (placed.Status != 201)
            return (false, false);
        var intent = JsonDocument.Parse(placed.Text).RootElement.GetProperty("paymentIntent").GetProperty("id").GetString();
        var confirmed = await wire.Send("POST", root + "/api/payments/confirm", token, $$"""{"paymentIntentId":"{{intent}}"}""");
        return (true, confirmed.Status == 200);
    }

    /// <summary>Every charge of the ledger has its order paid, and no order is paid without one.</summary>
    private async Task<bool> Agrees(string connection, Wire wire, string sandbox)
    {
        var ledger = JsonDocument.Parse((await wire.Send("GET", sandbox + "/stripe/ledger")).Text).RootElement.GetProperty("entries").EnumerateArray()
            .Where(entry => entry.GetProperty("kind").GetString() == "charge").Select(entry => entry.GetProperty("paymentIntent").GetString()!).ToList();
        ledger.ShouldBeUnique(StringComparer.Ordinal);
        var paid = await cluster.Ask<string>(
            "select coalesce(string_agg(intent_id, ' ' order by intent_id), '') from studio.payments p join studio.orders o on o.id = p.order_id where p.state = 'paid' and o.paid_at is not null", connection);
        return ledger.Order(StringComparer.Ordinal).SequenceEqual(paid!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }
}
