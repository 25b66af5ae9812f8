using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Colonnade.Platform.Payments;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Faults;

/// <summary>Studio is killed while it is told of payments: three times each, in any order, by a sender that tries again until it is thanked.</summary>
[Trait("Category", "Faults")]
public sealed class WebhookKillTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const int Orders = 20;
    private const int Senders = 4;

    /// <summary>10, unless <c>FAULTS_KILLS</c> says otherwise.</summary>
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("FAULTS_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 10;

    [Fact(Timeout = 1_800_000)]
    public async Task What_was_thanked_for_has_its_effect_and_has_it_once()
    {
        var connection = await cluster.Create();
        var sandbox = (await MailTrap.Instance).Root;
        var random = Lab.Random();
        using var wire = new Wire();
        (string, string)[] settings =
        [
            ("DOTNET_ENVIRONMENT", "Development"), ("Studio__Urls", "http://127.0.0.1:0"), ("Sandbox__Urls", "http://127.0.0.1:0"), ("Mail__Smtp__Host", ""), ("Mail__Sandbox", sandbox),
            ("Stripe__BaseUrl", sandbox), ("Stripe__SecretKey", "sk_test_kills"),
            ("Stripe__WebhookSecret", StripeSettings.SandboxWebhookSecret), ("Files__Directory", Directory.CreateTempSubdirectory("colonnade-faults-files-").FullName),
        ];
        var node = await Node.StartStudio(cluster, connection, settings);
        try
        {
            var told = new StrongBox<int>();
            var token = await SignUp(wire, node.Root);
            for (var kill = 0; kill < Kills; kill++)
            {
                var paid = await Pay(wire, node.Root, sandbox, token);
                // Nobody but the webhooks is to find out.
                await cluster.Ask<long>("with later as (update studio.jobs set run_at = run_at + interval '1 day' where kind in ('watch_payment', 'run_order_timer') returning 1) select count(*) from later", connection);
                var events = Enumerable.Range(0, 3).SelectMany(_ => paid).ToArray();
                random.Shuffle(events);
                var waiting = new ConcurrentQueue<string>(events);
                var root = node.Root;
                using var over = new CancellationTokenSource();
                var sending = Enumerable.Range(0, Senders).Select(_ => Send(wire, () => Volatile.Read(ref root), waiting, told, over.Token)).ToList();
                await Lab.Pause(random.NextDouble() * 0.4);
                await node.Kill();
                await node.DisposeAsync();
                node = await Node.StartStudio(cluster, connection, settings);
                Volatile.Write(ref root, node.Root);
                var all = (kill + 1) * 3 * Orders;
                await Lab.Until("every event was thanked for", TimeSpan.FromSeconds(60), () => Task.FromResult(Volatile.Read(ref told.Value) == all));
                await over.CancelAsync();
                await Task.WhenAll(sending);
                (await cluster.Ask<long>("select count(*) from studio.orders where status <> 'in_progress'", connection)).ShouldBe(0);
            }

            Lab.Say($"{Kills} kills, {told.Value} events were thanked for");
            (await cluster.Ask<long>("select count(*) from (select order_id from studio.order_events where from_status = 'pending_payment' group by order_id having count(*) <> 1) more", connection)).ShouldBe(0);
            (await cluster.Ask<long>("select count(*) from studio.orders", connection)).ShouldBe(Kills * Orders);
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    private static async Task<string> SignUp(Wire wire, string root)
    {
        var registered = await wire.Send("POST", root + "/api/auth/register", null, """{"email":"told@example.com","password":"correct-horse-5","name":"Jo"}""");
        registered.Status.ShouldBe(201, registered.Text);
        return JsonDocument.Parse(registered.Text).RootElement.GetProperty("session").GetProperty("token").GetString()!;
    }

    /// <summary>Orders that are paid at Stripe, which nobody here knows yet; the events that tell of them.</summary>
    private static async Task<List<string>> Pay(Wire wire, string root, string sandbox, string token)
    {
        var service = JsonDocument.Parse((await wire.Send("GET", root + "/api/services", token)).Text).RootElement.GetProperty("services")[0];
        var order = $$"""{"serviceId":"{{service.GetProperty("id").GetString()}}","packageId":"{{service.GetProperty("packages")[0].GetProperty("id").GetString()}}","details":{"n":1} }""";
        var events = new List<string>();
        for (var each = 0; each < Orders; each++)
        {
            var placed = await wire.Send("POST", root + "/api/orders", token, order);
            placed.Status.ShouldBe(201, placed.Text);
            var intent = JsonDocument.Parse(placed.Text).RootElement.GetProperty("paymentIntent").GetProperty("id").GetString();
            using var card = new StringContent("payment_method=pm_card_visa", Encoding.ASCII, "application/x-www-form-urlencoded");
            (await wire.Send("POST", $"{sandbox}/v1/payment_intents/{intent}/confirm", "sk_test_kills", card)).Status.ShouldBe(200);
            events.Add($$$"""{"id":"evt_{{{intent}}}","type":"payment_intent.succeeded","livemode":false,"data":{"object":{"id":"{{{intent}}}","object":"payment_intent","metadata":{"product":"studio"} } } }""");
        }

        return events;
    }

    /// <summary>Sends what waits, counts what was thanked for, and puts back what was not.</summary>
    private static async Task Send(Wire wire, Func<string> root, ConcurrentQueue<string> waiting, StrongBox<int> thanked, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            if (!waiting.TryDequeue(out var body))
            {
                await Lab.Pause(0.02);
                continue;
            }

            using var signed = new StringContent(body, Encoding.UTF8, "application/json");
            signed.Headers.Add(StripeSignatures.HeaderName, StripeSignatures.HeaderOf(Encoding.UTF8.GetBytes(body), TimeProvider.System.GetUtcNow(), StripeSettings.SandboxWebhookSecret));
            var reply = await wire.Send("POST", root() + "/api/webhooks/payment", null, signed);
            if (reply.Status == 200)
            {
                Interlocked.Increment(ref thanked.Value);
                continue;
            }

            waiting.Enqueue(body);
            reply.Status.ShouldBeOneOf([0, 503, 500]);
            await Lab.Pause(0.05);
        }
    }
}
