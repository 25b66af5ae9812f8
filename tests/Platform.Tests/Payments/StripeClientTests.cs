using Colonnade.Platform.Payments;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Payments;

/// <summary>What goes over the wire, and what is made of every kind of answer.</summary>
public sealed class StripeClientTests(PaymentsApp app) : IClassFixture<PaymentsApp>
{
    private const string Intent = """{"id":"pi_1","object":"payment_intent","amount":1099,"amount_received":1099,"currency":"usd","status":"succeeded","client_secret":"pi_1_secret_2","created":1700000000,"customer":{"id":"cus_1","object":"customer"},"latest_charge":"ch_1","livemode":false,"metadata":{"order":"7"},"new_member":{"of":"tomorrow"}}""";

    private StripePaymentIntents Intents => app.Client.PaymentIntents;

    [Fact]
    public async Task A_call_is_form_encoded_with_key_and_credential_and_its_answer_typed()
    {
        app.Stripe.Answer(http => http.Response.WriteAsync(Intent));
        var answer = await Intents.Create(
            new NewPaymentIntent { Amount = 1099, Currency = "usd", Description = "Ä & b=1", Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = "7" } },
            "order:7:1", PaymentsApp.Stop);
        var intent = answer.Value.ShouldNotBeNull();
        intent.ShouldSatisfyAllConditions(
            () => intent.Id.ShouldBe("pi_1"),
            () => intent.IsPaid.ShouldBeTrue(),
            () => intent.Customer.ShouldBe("cus_1"),
            () => intent.LatestCharge.ShouldBe("ch_1"),
            () => intent.Created.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)),
            () => intent.MetadataOf("order").ShouldBe("7"),
            () => intent.SandboxPayUrl.ShouldBeNull());
        var sent = app.Stripe.All.Last();
        sent.Method.ShouldBe("POST");
        sent.Path.ShouldBe("/v1/payment_intents");
        sent.Headers["authorization"].ShouldBe("Bearer sk_test_dummy");
        sent.Headers["idempotency-key"].ShouldBe("dummy:order:7:1");
        sent.Headers["content-type"].ShouldStartWith("application/x-www-form-urlencoded");
        sent.Body.ShouldBe("amount=1099&currency=usd&description=%C3%84%20%26%20b%3D1&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never&metadata[product]=dummy&metadata[order]=7");
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(503, "<html>")]
    [InlineData(429, """{"error":{"type":"invalid_request_error","code":"rate_limit"}}""")]
    [InlineData(409, """{"error":{"type":"invalid_request_error","code":"lock_timeout"}}""")]
    [InlineData(409, """{"error":{"type":"idempotency_error"}}""")]
    [InlineData(200, """{"id":"pi_1","am""")]
    [InlineData(0, "")]
    public async Task What_is_safe_is_sent_again_with_the_same_key(int status, string body)
    {
        var first = app.Stripe.All.Count;
        app.Stripe.Answer(http => app.Stripe.All.Count - first > 2 ? http.Response.WriteAsync(Intent) : Reply(http, status, body));
        (await Intents.Cancel("pi_1", null, "cancel:1", PaymentsApp.Stop)).IsDone.ShouldBeTrue();
        var sent = app.Stripe.All.Skip(first).ToList();
        sent.Count.ShouldBe(3);
        sent.Select(request => request.Headers["idempotency-key"]).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(500, "", true)]
    [InlineData(200, "{", true)]
    [InlineData(0, "", true)]
    [InlineData(409, """{"error":{"type":"idempotency_error"}}""", true)]
    [InlineData(429, "{}", false)]
    [InlineData(409, """{"error":{"code":"lock_timeout"}}""", false)]
    public async Task What_may_have_been_done_is_never_called_undone(int status, string body, bool isUnknown)
    {
        app.Stripe.Answer(http => Reply(http, status, body));
        var charged = await Intents.Confirm("pi_1", new ConfirmPaymentIntent(), "confirm:1", PaymentsApp.Stop);
        if (isUnknown)
            charged.Failure.ShouldBeOfType<StripeFailure.UnknownOutcome>().Key.ShouldBe("confirm:1");
        else
            charged.Failure.ShouldBeOfType<StripeFailure.Unavailable>();
        (await Intents.Retrieve("pi_1", PaymentsApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Unavailable>("reading does nothing");
    }

    [Fact]
    public async Task An_attempt_lost_before_a_refusal_to_serve_stays_unknown()
    {
        var first = app.Stripe.All.Count;
        app.Stripe.Answer(http => app.Stripe.All.Count - first == 1 ? Reply(http, 0, "") : Reply(http, 429, "{}"));
        (await Intents.Confirm("pi_1", new ConfirmPaymentIntent(), "confirm:2", PaymentsApp.Stop)).Failure.ShouldBeOfType<StripeFailure.UnknownOutcome>();
    }

    [Fact]
    public async Task Refusals_are_a_small_closed_set()
    {
        (await Refused(402, """{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Not enough.","payment_intent":{"id":"pi_1","status":"requires_payment_method"}}}"""))
            .ShouldBeOfType<StripeFailure.Declined>().ShouldSatisfyAllConditions(
                declined => declined.DeclineCode.ShouldBe("insufficient_funds"),
                declined => declined.Message.ShouldBe("Not enough."),
                declined => declined.Intent!.Status.ShouldBe("requires_payment_method"));
        (await Refused(402, """{"error":{"type":"card_error","code":"authentication_required","decline_code":"authentication_required"}}"""))
            .ShouldBeOfType<StripeFailure.AuthenticationRequired>();
        (await Refused(404, """{"error":{"type":"invalid_request_error","code":"resource_missing","param":"intent","message":"No such payment_intent"}}"""))
            .ShouldBeOfType<StripeFailure.Invalid>().ShouldSatisfyAllConditions(invalid => invalid.IsMissing.ShouldBeTrue(), invalid => invalid.Parameter.ShouldBe("intent"));
        (await Refused(400, """{"error":{"type":"idempotency_error","message":"Other parameters"}}""")).ShouldBeOfType<StripeFailure.Invalid>().Code.ShouldBe("idempotency_error");
        (await Refused(401, """{"error":{"type":"invalid_request_error","message":"Invalid API Key"}}""")).ShouldBeOfType<StripeFailure.Unavailable>();
        string.Join('\n', app.Log.All).ShouldNotContain("sk_test_dummy");
    }

    [Fact]
    public async Task Nothing_listening_is_known_to_have_done_nothing()
    {
        var lonely = await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Stripe:BaseUrl"] = "http://127.0.0.1:1" });
        var client = (StripeClient)lonely.Services.GetService(typeof(StripeClient))!;
        (await client.PaymentIntents.Confirm("pi_1", new ConfirmPaymentIntent(), "k", PaymentsApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Unavailable>();
    }

    [Fact]
    public async Task A_subscription_that_has_ended_already_is_answered_as_ended()
    {
        app.Stripe.Answer(http => http.Request.Method == "DELETE"
            ? Reply(http, 404, """{"error":{"type":"invalid_request_error","code":"resource_missing"}}""")
            : http.Response.WriteAsync("""{"id":"sub_1","object":"subscription","status":"canceled"}"""));
        (await app.Client.Subscriptions.Cancel("sub_1", PaymentsApp.Stop)).Value!.Status.ShouldBe(SubscriptionStatus.Canceled);
    }

    [Theory]
    [InlineData("""{"id":"sub_1","status":"active","current_period_start":1700000000,"current_period_end":1702592000,"items":{"data":[{"id":"si_1","price":{"id":"price_1"}}]}}""")]
    [InlineData("""{"id":"sub_1","status":"active","items":{"data":[{"id":"si_1","price":{"id":"price_1"},"current_period_start":1700000000,"current_period_end":1702592000}]}}""")]
    public async Task The_period_of_a_subscription_is_read_in_either_place(string json)
    {
        app.Stripe.Answer(http => http.Response.WriteAsync(json));
        var subscription = (await app.Client.Subscriptions.Retrieve("sub_1", PaymentsApp.Stop)).Value!;
        subscription.CurrentPeriodStart.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        subscription.CurrentPeriodEnd.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_702_592_000));
        subscription.Item!.Price.Id.ShouldBe("price_1");
    }

    [Theory]
    [InlineData("""{"id":"in_1","status":"paid","subscription":"sub_1","subscription_details":{"metadata":{"user":"7"}},"payment_intent":"pi_1","lines":{"data":[{"id":"il_1","amount":500,"price":{"id":"price_1"},"proration":true,"period":{"start":1,"end":99}},{"id":"il_2","amount":900,"price":"price_1","proration":false,"period":{"start":1,"end":50}}]}}""")]
    [InlineData("""{"id":"in_1","status":"paid","parent":{"type":"subscription_details","subscription_details":{"subscription":{"id":"sub_1"},"metadata":{"user":"7"}}},"payments":{"data":[{"payment":{"type":"payment_intent","payment_intent":"pi_1"}}]},"lines":{"data":[{"id":"il_1","amount":500,"pricing":{"price_details":{"price":"price_1"}},"parent":{"subscription_item_details":{"proration":true}},"period":{"start":1,"end":99}},{"id":"il_2","amount":900,"pricing":{"price_details":{"price":"price_1"}},"parent":{"subscription_item_details":{"proration":false}},"period":{"start":1,"end":50}}]}}""")]
    public async Task What_an_invoice_is_for_is_read_in_either_place(string json)
    {
        app.Stripe.Answer(http => http.Response.WriteAsync(json));
        var invoice = (await app.Client.Invoices.Retrieve("in_1", PaymentsApp.Stop)).Value!;
        invoice.Subscription.ShouldBe("sub_1");
        invoice.SubscriptionMetadata!["user"].ShouldBe("7");
        invoice.PaymentIntent.ShouldBe("pi_1");
        invoice.Lines.Data.Select(line => line.IsProration).ShouldBe([true, false]);
        invoice.Lines.Data.ShouldAllBe(line => line.Price == "price_1");
        invoice.PaidUntil.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(50));
    }

    [Fact]
    public async Task An_invoice_is_read_where_its_payments_cannot_be_asked_for()
    {
        app.Stripe.Answer(http => http.Request.QueryString.HasValue
            ? Reply(http, 400, """{"error":{"type":"invalid_request_error","message":"This property cannot be expanded (payments)."}}""")
            : http.Response.WriteAsync("""{"id":"in_1","payment_intent":"pi_1","subscription":"sub_1"}"""));
        (await app.Client.Invoices.Retrieve("in_1", PaymentsApp.Stop)).Value!.PaymentIntent.ShouldBe("pi_1");
    }

    [Fact]
    public async Task A_preview_takes_the_former_route_where_the_present_one_is_unknown()
    {
        app.Stripe.Answer(http => http.Request.Path.Value!.EndsWith("create_preview", StringComparison.Ordinal)
            ? Reply(http, 404, """{"error":{"type":"invalid_request_error","message":"Unrecognized request URL"}}""")
            : http.Response.WriteAsync("""{"object":"invoice","amount_due":700,"currency":"usd"}"""));
        var preview = await app.Client.Invoices.Preview(new InvoicePreview { Subscription = "sub_1", Item = "si_1", Price = "price_2" }, PaymentsApp.Stop);
        preview.Value!.AmountDue.ShouldBe(700);
    }

    private static async Task Reply(HttpContext http, int status, string body)
    {
        if (status == 0)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = status;
        await http.Response.WriteAsync(body);
    }

    private async Task<StripeFailure> Refused(int status, string body)
    {
        app.Stripe.Answer(http => Reply(http, status, body));
        return (await Intents.Confirm("pi_1", new ConfirmPaymentIntent(), "k", PaymentsApp.Stop)).Failure.ShouldNotBeNull();
    }
}
