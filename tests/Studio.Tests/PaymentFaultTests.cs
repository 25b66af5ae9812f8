using System.Net.Sockets;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

/// <summary>With something between the product and Stripe that loses answers.</summary>
public sealed class FaultyApp : StudioApp
{
    private StripeProxy? _proxy;

    public StripeProxy Stripe => _proxy!;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _proxy!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override async Task<string> StripeRoot() => (_proxy = await StripeProxy.Start()).Root;
}

public sealed class PaymentFaultTests(FaultyApp app) : IClassFixture<FaultyApp>
{
    public static TheoryData<Spoiling> Faults => [Spoiling.NeverArrives, Spoiling.AnswerLost, Spoiling.FailsAfterwards];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_order_whose_intent_got_lost_is_gone_on_with(Spoiling fault)
    {
        var (offer, customer) = (await app.Offer(), await app.Someone());
        var api = customer.Api.With("Idempotency-Key", "place");
        app.Stripe.Spoil(call => call.IsCreate ? fault : Spoiling.None);
        var away = (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBeRefused(503, "PAYMENT_PROVIDER_UNAVAILABLE");
        away.Header("Retry-After").ShouldNotBeNull();
        app.Stripe.Heal();
        var placed = (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201);
        placed.Header("Idempotent-Replayed").ShouldBeNull();
        (await customer.Api.Get("/api/orders")).At("orders").GetArrayLength().ShouldBe(1);
        (await app.Database.One<long>("select count(*) from payments where order_id = @Id", new { Id = placed.At("order.id").GetGuid() }, StudioApp.Stop)).ShouldBe(1);
        var keys = app.Stripe.Calls.Where(call => call.IsCreate && call.Key.Contains(placed.At("order.id").GetString()!, StringComparison.Ordinal)).Select(call => call.Key);
        keys.Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201).Header("Idempotent-Replayed").ShouldBe("true");
    }

    [Fact]
    public async Task A_key_whose_request_was_killed_is_good_again_after_90_seconds()
    {
        var (offer, customer) = (await app.Offer(), await app.Someone());
        var api = customer.Api.With("Idempotency-Key", "killed");
        await PlaceInVain(api, offer, Spoiling.AnswerLost);
        // A process that was killed gives nothing up.
        await app.Database.Execute("update idempotent_answers set reserved_until = clock() + interval '90 seconds' where account_id = @Id", new { customer.Id }, StudioApp.Stop);
        (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBeRefused(409, "CONFLICT").Header("Retry-After").ShouldBe("1");
        (await api.Post("/api/orders", StudioApp.OrderOf(offer, """{"another":"body"}"""))).ShouldBeRefused(422, "IDEMPOTENCY_MISMATCH");
        await app.Advance(TimeSpan.FromSeconds(90));
        var order = await app.Database.One<Guid>("select id from orders where customer_id = @Id", new { customer.Id }, StudioApp.Stop);
        (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201).At("order.id").GetGuid().ShouldBe(order);
        (await app.Database.One<long>("select count(*) from orders where customer_id = @Id", new { customer.Id }, StudioApp.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task An_order_that_expired_before_Stripe_was_back_is_placed_anew_under_its_key()
    {
        var (offer, customer) = (await app.Offer(), await app.Someone());
        var api = customer.Api.With("Idempotency-Key", "late");
        await PlaceInVain(api, offer, Spoiling.NeverArrives);
        await app.Advance(TimeSpan.FromMinutes(16));
        await app.RunJobs();
        (await customer.Api.Get("/api/orders")).At("orders[0].status").GetString().ShouldBe("payment_expired");
        (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBeRefused(409, "CONFLICT");
        var placed = (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201);
        placed.At("order.status").GetString().ShouldBe("pending_payment");
        (await customer.Api.Get("/api/orders")).At("orders").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_order_without_a_key_can_be_paid_once_Stripe_is_back(Spoiling fault)
    {
        var (offer, customer) = (await app.Offer(), await app.Someone());
        app.Stripe.Spoil(call => call.IsCreate ? fault : Spoiling.None);
        (await customer.Api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBeRefused(503, "PAYMENT_PROVIDER_UNAVAILABLE");
        app.Stripe.Heal();
        var id = (await customer.Api.Get("/api/orders")).At("orders[0].id").GetGuid();
        var intent = (await customer.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{id}}","amount":5000}""")).ShouldBe(200).At("paymentIntentId").GetString()!;
        (await StudioApp.Confirm(new Placed(customer, offer, id, intent, ""))).ShouldBe(200).At("order.status").GetString().ShouldBe("in_progress");
        (await StudioApp.Ledger(intent)).ShouldBe((1, 5000, 0));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_charge_whose_answer_got_lost_is_neither_lost_nor_repeated(Spoiling fault)
    {
        var order = await app.Place();
        app.Stripe.Spoil(call => call.IsConfirm ? fault : Spoiling.None);
        var status = (await StudioApp.Confirm(order)).ShouldBe(200).At("status").GetString();
        status.ShouldBe(fault == Spoiling.NeverArrives ? "requires_payment_method" : "succeeded");
        app.Stripe.Heal();
        (await StudioApp.Confirm(order)).ShouldBe(200).At("order.status").GetString().ShouldBe("in_progress");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 0));
    }

    [Fact]
    public async Task A_process_that_dies_after_charging_leaves_a_job_that_finds_out()
    {
        var order = await app.Place();
        // Everything but the charge itself is lost, as if the process had been killed the moment Stripe was asked.
        app.Stripe.Spoil(call => call.IsConfirm ? Spoiling.AnswerLost : app.Stripe.Calls.Any(before => before.IsConfirm && before.Path.Contains(order.IntentId, StringComparison.Ordinal)) ? Spoiling.NeverArrives : Spoiling.None);
        (await StudioApp.Confirm(order)).ShouldBeRefused(503, "PAYMENT_PROVIDER_UNAVAILABLE");
        app.Stripe.Heal();
        (await app.Status(order.Id)).ShouldBe("pending_payment");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 0));
        await app.Advance(TimeSpan.FromSeconds(45));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("in_progress");
    }

    [Fact]
    public async Task An_order_does_not_expire_while_nobody_can_say_whether_it_was_paid()
    {
        var order = await app.Place();
        (await new Api((await MailTrap.Instance).Root).WithBearer("sk_test_studio").Send("POST", $"/v1/payment_intents/{order.IntentId}/confirm",
            new StringContent("payment_method=pm_card_visa", System.Text.Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded")))).ShouldBe(200);
        app.Stripe.Spoil(_ => Spoiling.NeverArrives);
        await app.Advance(TimeSpan.FromMinutes(15));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("pending_payment");
        app.Stripe.Heal();
        await app.Advance(TimeSpan.FromSeconds(31));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("in_progress");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_refund_whose_answer_got_lost_goes_back_once(Spoiling fault)
    {
        var order = await app.Paid();
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/cancel")).ShouldBe(200);
        app.Stripe.Spoil(call => call.Path == "/v1/refunds" ? fault : Spoiling.None);
        await app.RunJobs();
        app.Stripe.Heal();
        await app.Advance(TimeSpan.FromMinutes(2));
        await app.RunJobs();
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 5000));
        (await order.Customer.Api.Get($"/api/orders/{order.Id}/refunds")).At("refunds[0].status").GetString().ShouldBe("sent");
    }

    [Fact]
    public async Task A_refund_that_the_bank_refuses_days_later_can_be_made_again()
    {
        var (order, admin) = (await app.Paid(), await app.Someone("admin"));
        (await admin.Api.Post($"/api/orders/{order.Id}/refunds")).ShouldBe(201);
        await app.RunJobs();
        var refund = await app.Database.One<string>("select refund_id from refunds where order_id = @Id", order, StudioApp.Stop);
        Task<Answer> Tell(string id) => app.Deliver("/api/webhooks/payment",
            $$$"""{"id":"{{{id}}}{{{refund}}}","type":"refund.failed","data":{"object":{"id":"{{{refund}}}","object":"refund","payment_intent":"{{{order.IntentId}}}","status":"failed"} } }""");
        // Who says so is asked: at Stripe it has not failed.
        (await Tell("evt_lie")).ShouldBe(200);
        (await order.Customer.Api.Get($"/api/orders/{order.Id}/refunds")).At("refunds[0].status").GetString().ShouldBe("sent");

        app.Stripe.Rewrite((call, body) => call.Path == "/v1/refunds/" + refund ? body.Replace("\"status\":\"succeeded\"", "\"status\":\"failed\"", StringComparison.Ordinal) : body);
        (await StudioApp.AtOnce(6, each => Tell($"evt_{each / 2}"))).ShouldAllBe(answer => answer.Status == 200);
        app.Stripe.Heal();
        (await order.Customer.Api.Get($"/api/orders/{order.Id}/refunds")).At("refunds[0].status").GetString().ShouldBe("failed");
        (await order.Customer.Api.Get($"/api/orders/{order.Id}")).At("order.refunded").GetInt64().ShouldBe(0);
        (await order.Customer.Api.Get($"/api/orders/{order.Id}/events")).At("events").EnumerateArray().Count(each => each.GetProperty("type").GetString() == "refund-failed").ShouldBe(1);
        (await admin.Api.Post($"/api/orders/{order.Id}/refunds")).ShouldBe(201).At("refunds").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_webhook_that_cannot_be_verified_with_Stripe_comes_again()
    {
        var order = await app.Place();
        app.Stripe.Spoil(_ => Spoiling.NeverArrives);
        (await app.Tell(order, id: "evt_again" + order.Id.ToString("N"))).ShouldBeRefused(503);
        app.Stripe.Heal();
        (await app.Tell(order, id: "evt_again" + order.Id.ToString("N"))).ShouldBe(200);
    }

    [Fact]
    public async Task An_amount_that_differs_never_reaches_Stripe()
    {
        var order = await app.Place();
        var before = app.Stripe.Calls.Count;
        (await order.Customer.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":4999}""")).ShouldBeRefused(400, "AMOUNT_MISMATCH");
        app.Stripe.Calls.Count.ShouldBe(before);
        (await app.Database.One<long>("select count(*) from payments where order_id = @Id", order, StudioApp.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task Twenty_wishes_at_once_for_an_order_whose_intent_got_lost_are_one_intent()
    {
        var (offer, customer) = (await app.Offer(), await app.Someone());
        await PlaceInVain(customer.Api, offer, Spoiling.NeverArrives);
        var id = (await customer.Api.Get("/api/orders")).At("orders[0].id").GetGuid();
        var wish = $$"""{"orderId":"{{id}}","amount":5000}""";
        var answers = (await StudioApp.AtOnce(20, _ => customer.Api.Post("/api/payments/create-intent", wish))).Append(await customer.Api.Post("/api/payments/create-intent", wish)).ToList();
        answers[^1].ShouldBe(200);
        answers.Where(answer => answer.Status == 200).Select(answer => answer.At("clientSecret").GetString()).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        // While the first is under way Stripe tells the others to wait.
        foreach (var busy in answers.Where(answer => answer.Status != 200))
            busy.ShouldBeRefused(503, "PAYMENT_PROVIDER_UNAVAILABLE").Header("Retry-After").ShouldNotBeNull();
        app.Stripe.Calls.Where(call => call.IsCreate && call.Key.Contains(id.ToString(), StringComparison.Ordinal)).Select(call => call.Key).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        (await app.Database.One<long>("select count(*) from payments where order_id = @id", new { id }, StudioApp.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task A_payer_who_hangs_up_while_Stripe_is_asked_has_paid()
    {
        var order = await app.Place();
        var held = app.Stripe.Hold(call => call.IsConfirm && call.Path.Contains(order.IntentId, StringComparison.Ordinal));
        await HangUp("/api/payments/confirm", $$"""{"paymentIntentId":"{{order.IntentId}}"}""", order.Customer, held);
        (await app.Status(order.Id)).ShouldBe("pending_payment");
        held.LetGo();
        await Until(async () => await app.Status(order.Id) == "in_progress");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 0));
    }

    [Fact]
    public async Task A_customer_who_hangs_up_while_placing_finds_the_order_under_the_same_key()
    {
        var (offer, customer) = (await app.Offer(), await app.Someone());
        var held = app.Stripe.Hold(call => call.IsCreate);
        await HangUp("/api/orders", StudioApp.OrderOf(offer), customer, held, "Idempotency-Key: gone\r\n");
        held.LetGo();
        await Until(async () => await app.Database.One<bool>("select exists (select from payments p join orders o on o.id = p.order_id where o.customer_id = @Id and p.state = 'open')", customer, StudioApp.Stop));
        var found = (await customer.Api.With("Idempotency-Key", "gone").Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201);
        found.Header("Idempotent-Replayed").ShouldBe("true");
        (await app.Database.One<long>("select count(*) from orders where customer_id = @Id", customer, StudioApp.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task An_event_of_an_intent_that_was_never_heard_of_is_not_lost()
    {
        // Stripe made the intent and its answer was lost; the payer has paid before anybody asked again.
        var (offer, customer) = (await app.Offer(), await app.Someone());
        await PlaceInVain(customer.Api, offer, Spoiling.AnswerLost);
        var payment = (await app.Database.One<PaymentRow>("select p.id, p.order_id, p.intent_id from payments p join orders o on o.id = p.order_id where o.customer_id = @Id", customer, StudioApp.Stop))!;
        payment.IntentId.ShouldBeNull();
        var stripe = new Api((await MailTrap.Instance).Root).WithBearer("sk_test_studio");
        var intent = (await stripe.Get("/v1/payment_intents?limit=100")).ShouldBe(200).At("data").EnumerateArray()
            .Single(each => each.GetProperty("metadata").TryGetProperty("payment", out var id) && id.GetString() == payment.Id.ToString()).GetProperty("id").GetString()!;
        using var card = new StringContent("payment_method=pm_card_visa", System.Text.Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        (await stripe.Send("POST", $"/v1/payment_intents/{intent}/confirm", card)).ShouldBe(200);

        (await app.Deliver("/api/webhooks/payment",
            $$$"""{"id":"evt_early{{{payment.Id:N}}}","type":"payment_intent.succeeded","data":{"object":{"id":"{{{intent}}}","object":"payment_intent","metadata":{"product":"studio","payment":"{{{payment.Id}}}"} } } }""")).ShouldBe(200);
        (await app.Status(payment.OrderId)).ShouldBe("in_progress");
        (await StudioApp.Ledger(intent)).ShouldBe((1, 5000, 0));
    }

    [Theory]
    [InlineData("\"status\":\"succeeded\"", "\"status\":\"processing\"")]
    [InlineData("\"status\":\"succeeded\"", "\"status\":\"requires_capture\"")]
    [InlineData("\"amount_received\":5000", "\"amount_received\":4999")]
    [InlineData("\"amount\":5000", "\"amount\":500000")]
    [InlineData("\"amount\":5000", "\"amount\":50")]
    [InlineData("\"currency\":\"usd\"", "\"currency\":\"jpy\"")]
    [InlineData("\"livemode\":false", "\"livemode\":true")]
    [InlineData("\"order\":\"", "\"order\":\"0199f000-0000-7000-8000-000000000000\",\"another\":\"")]
    public async Task What_is_not_to_the_letter_what_was_asked_for_pays_nothing(string fact, string another)
    {
        var order = await app.Place();
        app.Stripe.Rewrite((call, body) => call.Path.Contains(order.IntentId, StringComparison.Ordinal) ? body.Replace(fact, another, StringComparison.Ordinal) : body);
        (await StudioApp.Confirm(order)).ShouldBe(200).At("order.status").GetString().ShouldBe("pending_payment");
        (await app.Tell(order)).ShouldBe(200);
        (await app.Status(order.Id)).ShouldBe("pending_payment");
        (await app.Database.One<long>("select count(*) from payments where order_id = @Id and state = 'paid'", order, StudioApp.Stop)).ShouldBe(0);
        app.Stripe.Heal();
    }

    [Fact]
    public async Task An_order_does_not_expire_while_its_payment_is_processed()
    {
        var order = await app.Place();
        app.Stripe.Rewrite((call, body) => call.Path.Contains(order.IntentId, StringComparison.Ordinal) ? body.Replace("\"status\":\"succeeded\"", "\"status\":\"processing\"", StringComparison.Ordinal) : body);
        (await StudioApp.Confirm(order)).ShouldBe(200).At("status").GetString().ShouldBe("processing");
        await app.Advance(TimeSpan.FromMinutes(15));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("pending_payment");
        app.Stripe.Heal();
        await app.Advance(TimeSpan.FromSeconds(31));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("in_progress");
    }

    [Fact]
    public async Task A_payment_of_test_mode_pays_nothing_where_money_is_real()
    {
        var order = await app.Place();
        await using var live = await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Stripe:SecretKey"] = "sk_live_studio" });
        var confirmed = (await StudioApp.Of(live).WithBearer(order.Customer.AccessToken).Post("/api/payments/confirm", $$"""{"paymentIntentId":"{{order.IntentId}}"}""")).ShouldBe(200);
        confirmed.At("status").GetString().ShouldBe("succeeded");
        confirmed.At("order.status").GetString().ShouldBe("pending_payment");
        (await app.Database.One<string>("select state from payments where order_id = @Id", order, StudioApp.Stop)).ShouldBe("open");
    }

    [Fact]
    public async Task Orders_and_ledger_agree_in_the_end()
    {
        // Everything that this class did, and a crowd on top, with every third answer lost.
        var calls = 0;
        app.Stripe.Spoil(_ => Interlocked.Increment(ref calls) % 3 == 0 ? Spoiling.AnswerLost : Spoiling.None);
        var offer = await app.Offer();
        var orders = await StudioApp.AtOnce(6, async each =>
        {
            var customer = await app.Someone();
            for (var attempt = 0; attempt < 20; attempt++)
            {
                var answer = await customer.Api.With("Idempotency-Key", "place").Post("/api/orders", StudioApp.OrderOf(offer));
                if (answer.Status != 201)
                    continue;
                var order = new Placed(customer, offer, answer.At("order.id").GetGuid(), answer.At("paymentIntent.id").GetString()!, "");
                await StudioApp.AtOnce(3, _ => StudioApp.Confirm(order));
                if (each % 2 == 0)
                    await order.Customer.Api.Post($"/api/orders/{order.Id}/cancel");
                return order;
            }

            throw new ShouldAssertException("The order was never placed.");
        });
        app.Stripe.Heal();
        await app.Advance(TimeSpan.FromMinutes(1));
        await app.RunJobs();
        await app.Advance(TimeSpan.FromMinutes(1));
        await app.RunJobs();
        foreach (var order in orders)
        {
            var (charges, charged, refunded) = await StudioApp.Ledger(order.IntentId);
            charges.ShouldBeInRange(0, 1);
            var status = await app.Status(order.Id);
            (charged - refunded).ShouldBe(status == "in_progress" ? 5000 : 0, status);
            (await app.Database.One<long>("select coalesce(sum(amount) filter (where state = 'paid'), 0)::bigint from payments where order_id = @Id", new { order.Id }, StudioApp.Stop)).ShouldBe(charged);
            (await app.Database.One<long>("select coalesce(sum(amount), 0)::bigint from refunds where order_id = @Id and state = 'sent'", new { order.Id }, StudioApp.Stop)).ShouldBe(refunded);
        }
    }

    /// <summary>Places an order whose intent Stripe is asked for while something is wrong with it.</summary>
    private async Task PlaceInVain(Api api, Offer offer, Spoiling spoiling)
    {
        app.Stripe.Spoil(call => call.IsCreate ? spoiling : Spoiling.None);
        (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBeRefused(503, "PAYMENT_PROVIDER_UNAVAILABLE");
        app.Stripe.Heal();
    }

    /// <summary>Sends a request and is gone when Stripe has done what it asks for.</summary>
    private async Task HangUp(string path, string body, Person person, HeldCall held, string headers = "")
    {
        using (var socket = new TcpClient { NoDelay = true, LingerState = new LingerOption(true, 0) })
        {
            await socket.ConnectAsync("127.0.0.1", app.Port, StudioApp.Stop);
            await socket.GetStream().WriteAsync(System.Text.Encoding.UTF8.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {person.AccessToken}\r\n{headers}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), StudioApp.Stop);
            await held.Done.WaitAsync(StudioApp.Stop);
        }

        // The server has seen it by then.
        for (var ask = 0; ask < 50; ask++)
            await app.Api.Get("/health/live");
    }

    private static async Task Until(Func<Task<bool>> isSo)
    {
        for (var ask = 0; ask < 2_000; ask++)
        {
            if (await isSo())
                return;
        }

        throw new ShouldAssertException("It never came to that.");
    }
}
