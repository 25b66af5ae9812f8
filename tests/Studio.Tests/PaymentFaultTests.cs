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
        app.Stripe.Spoil(call => call.IsCreate ? Spoiling.AnswerLost : Spoiling.None);
        (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBeRefused(503, "PAYMENT_PROVIDER_UNAVAILABLE");
        app.Stripe.Heal();
        // A process that was killed gives nothing up.
        await app.Database.Execute("update idempotent_answers set reserved_until = clock() + interval '90 seconds' where account_id = @Id", new { customer.Id }, StudioApp.Stop);
        (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBeRefused(409, "CONFLICT").Header("Retry-After").ShouldBe("1");
        (await api.Post("/api/orders", StudioApp.OrderOf(offer, """{"another":"body"}"""))).ShouldBeRefused(422, "IDEMPOTENCY_MISMATCH");
        await app.Advance(TimeSpan.FromSeconds(90));
        var order = await app.Database.One<Guid>("select id from orders where customer_id = @Id", new { customer.Id }, StudioApp.Stop);
        (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201).At("order.id").GetGuid().ShouldBe(order);
        (await app.Database.One<long>("select count(*) from orders where customer_id = @Id", new { customer.Id }, StudioApp.Stop)).ShouldBe(1);
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
    public async Task A_webhook_that_cannot_be_verified_with_Stripe_comes_again()
    {
        var order = await app.Place();
        app.Stripe.Spoil(_ => Spoiling.NeverArrives);
        (await app.Tell(order, id: "evt_again" + order.Id.ToString("N"))).ShouldBeRefused(503);
        app.Stripe.Heal();
        (await app.Tell(order, id: "evt_again" + order.Id.ToString("N"))).ShouldBe(200);
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
}
