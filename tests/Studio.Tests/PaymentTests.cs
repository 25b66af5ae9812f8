using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

/// <summary>Money: only the server's amounts, one charge, and the same end whoever tells of it first.</summary>
public sealed class PaymentTests(StudioApp app) : IClassFixture<StudioApp>
{
    public static TheoryData<string> WrongAmounts =>
        ["0", "-5000", "4999", "5001", "50.00", "5000.01", "50", "500000", "1e28", "9007199254740993", "79228162514264337593543950335"];

    [Theory]
    [MemberData(nameof(WrongAmounts))]
    public async Task Another_amount_is_refused_and_nothing_is_charged(string amount)
    {
        var order = await app.Place();
        (await order.Customer.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":{{amount}}}""")).ShouldBeRefused(400, "AMOUNT_MISMATCH").At("error.details.expected").GetInt64().ShouldBe(5000);
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((0, 0, 0));
    }

    [Theory]
    [InlineData("\"5000\"")]
    [InlineData("null")]
    [InlineData("1e30")]
    [InlineData("1e309")]
    [InlineData("{}")]
    public async Task An_amount_that_is_no_number_is_refused(string amount)
    {
        var order = await app.Place();
        (await order.Customer.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":{{amount}}}""")).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Asking_again_gives_the_same_intent()
    {
        var order = await app.Place();
        var answers = await StudioApp.AtOnce(20, _ => order.Customer.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":5000}"""));
        foreach (var answer in answers)
        {
            answer.ShouldBe(200).At("clientSecret").GetString().ShouldBe(order.ClientSecret);
            answer.At("paymentIntentId").GetString().ShouldBe(order.IntentId);
        }

        (await app.Database.One<long>("select count(*) from payments where order_id = @Id", order, StudioApp.Stop)).ShouldBe(1);
        (await (await app.Someone()).Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":5000}""")).ShouldBeRefused(404);
        (await order.Offer.Provider.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":5000}""")).ShouldBeRefused(404);
        (await order.Customer.Api.Post("/api/payments/create-intent", """{"orderId":"seven","amount":5000}""")).ShouldBeRefused(404);
    }

    [Fact]
    public async Task Where_Stripes_own_script_takes_the_card_its_key_comes_with_the_intent()
    {
        await using var node = await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Stripe:PublishableKey"] = "pk_test_of_the_tests" });
        var (offer, customer) = (await app.Offer(), await app.Someone());
        (await StudioApp.Of(node).WithBearer(customer.AccessToken).Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201).At("paymentIntent.publishableKey").GetString().ShouldBe("pk_test_of_the_tests");
        (await customer.Api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201).At("paymentIntent").TryGetProperty("publishableKey", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Confirming_pays_once_however_often()
    {
        var order = await app.Place();
        var answers = await StudioApp.AtOnce(12, _ => StudioApp.Confirm(order));
        answers.ShouldAllBe(answer => answer.Status == 200);
        var again = (await StudioApp.Confirm(order)).ShouldBe(200);
        again.At("status").GetString().ShouldBe("succeeded");
        again.At("order.status").GetString().ShouldBe("in_progress");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 0));
        (await app.Database.One<long>("select count(*) from order_events where order_id = @Id and to_status = 'in_progress'", order, StudioApp.Stop)).ShouldBe(1);
        (await order.Customer.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":5000}""")).ShouldBeRefused(409, "INVALID_STATE");
    }

    [Fact]
    public async Task Asking_for_an_intent_with_a_key_gives_the_first_answer_again()
    {
        var (order, other) = (await app.Place(), await app.Place());
        var api = order.Customer.Api.With("Idempotency-Key", "intent");
        static string Wish(Guid id, long amount) => $$"""{"orderId":"{{id}}","amount":{{amount}}}""";
        // What is refused is not kept: the key is good for the right amount.
        (await api.Post("/api/payments/create-intent", Wish(order.Id, 1))).ShouldBeRefused(400, "AMOUNT_MISMATCH");
        (await api.Post("/api/payments/create-intent", Wish(other.Id, 5000))).ShouldBeRefused(404);
        var first = (await api.Post("/api/payments/create-intent", Wish(order.Id, 5000))).ShouldBe(200);
        first.Header("Idempotent-Replayed").ShouldBeNull();
        var again = (await api.Post("/api/payments/create-intent", Wish(order.Id, 5000))).ShouldBe(200);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Text.ShouldBe(first.Text);
        (await api.Post("/api/payments/create-intent", Wish(order.Id, 4999))).ShouldBeRefused(422, "IDEMPOTENCY_MISMATCH");
        (await order.Customer.Api.With("Idempotency-Key", "").Post("/api/payments/create-intent", Wish(order.Id, 5000))).ShouldBeRefused(400);
        // Nobody else is given it, and it lies sealed.
        (await other.Customer.Api.With("Idempotency-Key", "intent").Post("/api/payments/create-intent", Wish(order.Id, 5000))).ShouldBeRefused(404);
        (await app.Database.One<bool>("select exists (select from idempotent_answers where position('_secret_'::bytea in answer) > 0)", null, StudioApp.Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task Confirming_with_a_key_asks_the_bank_once()
    {
        var order = await app.Place();
        var confirmation = $$"""{"paymentIntentId":"{{order.IntentId}}","paymentMethodId":"pm_card_visa_chargeDeclined"}""";
        var api = order.Customer.Api.With("Idempotency-Key", "attempt 1");
        (await api.Post("/api/payments/confirm", $$"""{"paymentIntentId":"{{order.IntentId}}","paymentMethodId":"pm_of_nobody"}""")).ShouldBeRefused(400);
        var declined = (await api.Post("/api/payments/confirm", confirmation)).ShouldBe(200);
        declined.At("status").GetString().ShouldBe("requires_payment_method");
        var again = (await api.Post("/api/payments/confirm", confirmation)).ShouldBe(200);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Text.ShouldBe(declined.Text);
        (await app.Database.One<int>("select attempts from payments where order_id = @Id", order, StudioApp.Stop)).ShouldBe(2, "the method that was none, and the card");

        var paying = order with { Customer = order.Customer with { Api = order.Customer.Api.With("Idempotency-Key", "attempt 2") } };
        var answers = await StudioApp.AtOnce(12, _ => StudioApp.Confirm(paying));
        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Status == 409);
        foreach (var running in answers.Where(answer => answer.Status == 409))
            running.ShouldBeRefused(409, "CONFLICT").Header("Retry-After").ShouldBe("1");
        (await StudioApp.Confirm(paying)).ShouldBe(200).Header("Idempotent-Replayed").ShouldBe("true");
        answers.First(answer => answer.Status == 200).At("order.status").GetString().ShouldBe("in_progress");
        (await app.Database.One<int>("select attempts from payments where order_id = @Id", order, StudioApp.Stop)).ShouldBe(3);
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 0));
    }

    [Fact]
    public async Task Paying_and_canceling_at_once_keep_no_money_for_nothing()
    {
        for (var round = 0; round < 6; round++)
        {
            var order = await app.Place();
            var answers = await StudioApp.AtOnce(6, each => (each % 3) switch
            {
                0 => StudioApp.Confirm(order),
                1 => order.Customer.Api.Post($"/api/orders/{order.Id}/cancel"),
                _ => app.Tell(order),
            });
            answers.Where((_, each) => each % 3 == 1).Count(answer => answer.Status == 200).ShouldBe(1);
            foreach (var minute in (int[])[1, 2])
            {
                await app.Advance(TimeSpan.FromMinutes(minute));
                await app.RunJobs();
            }

            (await app.Status(order.Id)).ShouldBe("canceled");
            var (charges, charged, refunded) = await StudioApp.Ledger(order.IntentId);
            charges.ShouldBeInRange(0, 1);
            refunded.ShouldBe(charged);
        }
    }

    [Fact]
    public async Task An_intent_pays_only_its_own_order()
    {
        var (order, other) = (await app.Place(), await app.Place());
        (await StudioApp.Confirm(order with { Customer = other.Customer })).ShouldBeRefused(404);
        (await StudioApp.Confirm(order with { IntentId = "pi_of_nobody" })).ShouldBeRefused(404);
        (await order.Customer.Api.Post("/api/payments/confirm", "{}")).ShouldBeRefused(400);
        (await app.Status(order.Id)).ShouldBe("pending_payment");

        // An event that names one order and the intent of another moves neither.
        (await StudioApp.Confirm(other)).ShouldBe(200);
        (await app.Tell(order with { IntentId = other.IntentId })).ShouldBe(200);
        (await app.Status(order.Id)).ShouldBe("pending_payment");
    }

    [Fact]
    public async Task An_intent_whose_facts_differ_is_not_believed()
    {
        foreach (var change in (string[])["amount = 4000", "currency = 'eur'"])
        {
            var order = await app.Place();
            await app.Database.Execute($"update payments set {change} where order_id = @Id", order, StudioApp.Stop);
            (await StudioApp.Confirm(order)).ShouldBe(200).At("order.status").GetString().ShouldBe("pending_payment");
            (await app.Tell(order)).ShouldBe(200);
            (await app.Status(order.Id)).ShouldBe("pending_payment");
        }

        app.Log.All.ShouldContain(line => line.Contains("is not believed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_declined_card_leaves_the_order_to_be_paid_with_another()
    {
        var order = await app.Place();
        var declined = (await StudioApp.Confirm(order, "pm_card_visa_chargeDeclined")).ShouldBe(200);
        declined.At("status").GetString().ShouldBe("requires_payment_method");
        declined.At("declineMessage").GetString().ShouldNotBeNullOrEmpty();
        declined.At("order.status").GetString().ShouldBe("pending_payment");
        (await StudioApp.Confirm(order, "pm_card_visa")).ShouldBe(200).At("status").GetString().ShouldBe("succeeded");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 0));
    }

    [Fact]
    public async Task A_bank_that_wants_to_hear_from_the_payer_is_waited_for()
    {
        var order = await app.Place();
        var asked = (await StudioApp.Confirm(order, "pm_card_authenticationRequired")).ShouldBe(200);
        asked.At("status").GetString().ShouldBe("requires_action");
        asked.At("order.status").GetString().ShouldBe("pending_payment");
        (await StudioApp.Confirm(order)).ShouldBe(200).At("status").GetString().ShouldBe("requires_action");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task Confirming_telling_and_asking_end_alike_in_any_order_and_number()
    {
        var dice = new Random(4242);
        for (var round = 0; round < 8; round++)
        {
            var order = await app.Place();
            var steps = Enumerable.Range(0, 6).Select(_ => dice.Next(4)).Append(0).ToArray();
            dice.Shuffle(steps);
            var twice = "evt_twice" + order.Id.ToString("N");
            await Parallel.ForEachAsync(steps, new ParallelOptions { MaxDegreeOfParallelism = 1 + round % 4 }, async (step, _) => (await (step switch
            {
                0 => StudioApp.Confirm(order),
                1 => app.Tell(order, id: twice),
                2 => app.Tell(order, dice.Next(2) == 0 ? "payment_intent.processing" : "payment_intent.payment_failed"),
                _ => app.Tell(order),
            })).ShouldBe(200));
            await app.Advance(TimeSpan.FromSeconds(20));
            await app.RunJobs();
            (await app.Status(order.Id)).ShouldBe("in_progress");
            (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 0));
            (await app.Database.One<long>("select count(*) from order_events where order_id = @Id and from_status = 'pending_payment'", order, StudioApp.Stop)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task An_event_is_only_a_hint_to_ask()
    {
        var order = await app.Place();
        (await app.Tell(order)).ShouldBe(200).Text.ShouldBe("""{"received":true}""");
        (await app.Status(order.Id)).ShouldBe("pending_payment");
    }

    [Fact]
    public async Task Events_are_signed_fresh_and_ours()
    {
        var order = await app.Place();
        var body = JsonSerializer.Serialize(new { type = "payment_intent.succeeded", data = new { @object = new { id = order.IntentId, status = "succeeded" } } });
        (await app.Api.Post("/api/webhooks/payment", body)).ShouldBeRefused(400);
        (await app.Deliver("/api/webhooks/payment", body, secret: "whsec_of_somebody")).ShouldBeRefused(400);
        (await app.Deliver("/api/webhooks/payment", body, at: app.Clock.GetUtcNow() - TimeSpan.FromSeconds(301))).ShouldBeRefused(400);
        (await app.Deliver("/api/webhooks/payment", "{\"type\":", secret: StudioApp.WebhookSecret)).ShouldBeRefused(400);
        (await app.Deliver("/api/webhooks/payment", body)).ShouldBe(200);
        (await app.Deliver("/api/webhooks/payment", """{"type":"customer.created","data":{"object":{"id":"cus_1"}}}""")).ShouldBe(200);
        (await app.Deliver("/api/webhooks/payment", """{"type":"payment_intent.succeeded","data":{"object":{"id":"pi_of_nobody"}}}""")).ShouldBe(200);
        (await app.Deliver("/api/webhooks/payment", """{"type":"payment_intent.succeeded","data":{"object":[]}}""")).ShouldBe(200);
    }

    [Fact]
    public async Task Without_a_secret_the_webhooks_are_closed()
    {
        await using var node = await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Stripe:WebhookSecret"] = "" });
        (await StudioApp.Of(node).Post("/api/webhooks/payment", "{}")).ShouldBeRefused(503);
        (await StudioApp.Of(node).Post("/api/webhooks/order", "{}")).ShouldBeRefused(503);
    }

    [Fact]
    public async Task An_order_event_never_makes_an_order_paid()
    {
        var (waiting, paid) = (await app.Place(), await app.Paid());
        foreach (var status in (string[])["completed", "in_progress", "delivered", "pending_requirements", "refunded"])
        {
            (await app.Deliver("/api/webhooks/order", $$"""{"type":"order.updated","data":{"order":{"id":"{{waiting.Id}}"},"status":"{{status}}"} }""")).ShouldBe(200).Text.ShouldBe("""{"received":true}""");
            (await app.Status(waiting.Id)).ShouldBe("pending_payment");
        }

        // Twice the same bytes are one event.
        var delivered = $$"""{"type":"order.updated","data":{"order":{"id":"{{paid.Id}}"},"status":"delivered"} }""";
        (await app.Deliver("/api/webhooks/order", delivered)).ShouldBe(200);
        (await app.Deliver("/api/webhooks/order", delivered)).ShouldBe(200);
        (await app.Status(paid.Id)).ShouldBe("delivered");
        (await app.Database.One<long>("select count(*) from deliveries where order_id = @Id", paid, StudioApp.Stop)).ShouldBe(1);
        (await app.Deliver("/api/webhooks/order", $$"""{"type":"order.updated","data":{"order":{"id":"{{Guid.CreateVersion7()}}"},"status":"delivered"} }""")).ShouldBe(200);
        (await app.Deliver("/api/webhooks/order", """{"type":"order.updated","data":{"order":7}}""")).ShouldBe(200);
    }

    [Fact]
    public async Task What_is_not_paid_in_a_quarter_of_an_hour_expires_and_cannot_be_paid_any_more()
    {
        var order = await app.Place();
        await app.Advance(TimeSpan.FromMinutes(14));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("pending_payment");
        await app.Advance(TimeSpan.FromMinutes(1));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("payment_expired");
        (await StudioApp.Confirm(order)).ShouldBe(200).At("status").GetString().ShouldBe("canceled");
        (await order.Customer.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":5000}""")).ShouldBeRefused(409, "INVALID_STATE");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((0, 0, 0));
        (await app.Mails(order.Customer.Email)).ShouldContain(mail => mail.Subject == "Your order has expired");
    }

    [Fact]
    public async Task What_was_paid_in_the_last_moment_does_not_expire()
    {
        var order = await app.Place();
        await PayElsewhere(order);
        await app.Advance(TimeSpan.FromMinutes(15));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("in_progress");
    }

    [Fact]
    public async Task What_was_paid_elsewhere_is_found_out_without_any_webhook()
    {
        var order = await app.Place();
        await PayElsewhere(order);
        (await app.Status(order.Id)).ShouldBe("pending_payment");
        await app.Advance(TimeSpan.FromSeconds(50));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("in_progress");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 0));
    }

    [Fact]
    public async Task Money_for_an_order_that_was_canceled_goes_back()
    {
        var order = await app.Place();
        await PayElsewhere(order);
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/cancel")).ShouldBe(200).At("status").GetString().ShouldBe("canceled");
        await app.Advance(TimeSpan.FromMinutes(1));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("canceled");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 5000));
    }

    [Fact]
    public async Task An_intent_that_was_canceled_at_Stripe_is_followed_by_another()
    {
        var order = await app.Place();
        await AtStripe(order, "cancel");
        var answer = (await order.Customer.Api.Post("/api/payments/create-intent", $$"""{"orderId":"{{order.Id}}","amount":5000}""")).ShouldBe(200);
        answer.At("paymentIntentId").GetString().ShouldNotBe(order.IntentId, StringComparer.Ordinal);
        var renewed = order with { IntentId = answer.At("paymentIntentId").GetString()! };
        (await StudioApp.Confirm(order)).ShouldBe(200).At("status").GetString().ShouldBe("canceled");
        (await StudioApp.Confirm(renewed)).ShouldBe(200).At("order.status").GetString().ShouldBe("in_progress");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((0, 0, 0));
        (await StudioApp.Ledger(renewed.IntentId)).ShouldBe((1, 5000, 0));
    }

    [Fact]
    public async Task A_refund_made_in_Stripes_dashboard_counts_once()
    {
        var (order, admin) = (await app.Paid(), await app.Someone("admin"));
        using var form = new StringContent($"payment_intent={order.IntentId}&amount=2000", System.Text.Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        var refund = (await new Api((await MailTrap.Instance).Root).WithBearer("sk_test_studio").Send("POST", "/v1/refunds", form)).ShouldBe(200).At("id").GetString();
        var told = await StudioApp.AtOnce(8, each => app.Deliver("/api/webhooks/payment", JsonSerializer.Serialize(new
        {
            id = $"evt_{each / 2}_{refund}",
            type = each % 4 < 2 ? "refund.created" : "charge.refund.updated",
            livemode = false,
            data = new { @object = new { id = refund, @object = "refund", payment_intent = order.IntentId, amount = 1, status = "succeeded" } },
        })));
        told.ShouldAllBe(answer => answer.Status == 200);
        var refunds = (await order.Customer.Api.Get($"/api/orders/{order.Id}/refunds")).ShouldBe(200).At("refunds").EnumerateArray().ToList();
        refunds.ConvertAll(each => (each.GetProperty("amount").GetInt64(), each.GetProperty("status").GetString())).ShouldBe([(2000, "sent")]);
        (await order.Customer.Api.Get($"/api/orders/{order.Id}")).At("order.refunded").GetInt64().ShouldBe(2000);
        (await app.Status(order.Id)).ShouldBe("in_progress");
        (await admin.Api.Post($"/api/orders/{order.Id}/refunds", """{"amount":3001}""")).ShouldBeRefused(409, "REFUND_EXCEEDS_PAYMENT").At("error.details.expected").GetInt64().ShouldBe(3000);
        (await admin.Api.Post($"/api/orders/{order.Id}/refunds")).ShouldBe(201);
        await app.RunJobs();
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 5000));
        // That one was ours and is told of, too.
        var own = await app.Database.One<string>("select refund_id from refunds where order_id = @Id and amount = 3000", order, StudioApp.Stop);
        (await app.Deliver("/api/webhooks/payment", $$$"""{"type":"refund.created","data":{"object":{"id":"{{{own}}}","object":"refund","payment_intent":"{{{order.IntentId}}}"} } }""")).ShouldBe(200);
        (await app.Database.One<long>("select count(*) from refunds where order_id = @Id", order, StudioApp.Stop)).ShouldBe(2);
    }

    [Fact]
    public async Task A_secret_is_the_payers_alone()
    {
        var order = await app.Paid();
        await app.RunJobs();
        foreach (var path in (string[])[$"/api/orders/{order.Id}", "/api/orders", $"/api/orders/{order.Id}/events"])
            (await order.Offer.Provider.Api.Get(path)).ShouldBe(200).Text.ShouldNotContain(order.ClientSecret);
        app.Log.All.ShouldAllBe(line => !line.Contains("_secret_", StringComparison.Ordinal));
        (await app.Database.One<bool>(
            "select exists (select from audit where detail::text like '%_secret_%') or exists (select from order_events where data::text like '%_secret_%') or exists (select from jobs where payload::text like '%_secret_%')",
            null, StudioApp.Stop)).ShouldBeFalse();
    }

    /// <summary>As the payer's browser does with Stripe.js: this product hears nothing of it.</summary>
    private static Task<Answer> PayElsewhere(Placed order) => AtStripe(order, "confirm?payment_method=pm_card_visa");

    private static async Task<Answer> AtStripe(Placed order, string what)
    {
        var parts = what.Split('?');
        using var form = new StringContent(parts.Length > 1 ? parts[1] : "", System.Text.Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        return (await new Api((await MailTrap.Instance).Root).WithBearer("sk_test_studio").Send("POST", $"/v1/payment_intents/{order.IntentId}/{parts[0]}", form)).ShouldBe(200);
    }
}
