using Colonnade.Platform.Payments;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests.Stripe;

public sealed class PaymentIntentTests(StripeApp app) : IClassFixture<StripeApp>
{
    [Fact]
    public async Task A_payment_goes_through_and_is_in_the_ledger_once()
    {
        var intent = await app.Intent(1250);
        intent.Status.ShouldBe(PaymentIntentStatus.RequiresPaymentMethod);
        intent.ClientSecret.ShouldStartWith(intent.Id + "_secret_");
        intent.MetadataOf("product").ShouldBe("shop");
        intent.SandboxPayUrl.ShouldNotBeNull().ShouldContain(intent.ClientSecret);

        var paid = (await app.Confirm(intent.Id, "pm_card_visa")).Value.ShouldNotBeNull();
        paid.IsPaid.ShouldBeTrue();
        paid.AmountReceived.ShouldBe(1250);
        paid.LatestCharge.ShouldNotBeNull().ShouldStartWith("ch_");
        paid.SandboxPayUrl.ShouldBeNull();
        (await app.Moved(intent.Id)).ShouldBe([1250]);
        (await app.Stripe.PaymentIntents.Retrieve(intent.Id, StripeApp.Stop)).Value!.Status.ShouldBe(PaymentIntentStatus.Succeeded);
        (await app.Confirm(intent.Id, "pm_card_visa")).Failure.ShouldBeOfType<StripeFailure.Invalid>().Code.ShouldBe("payment_intent_unexpected_state");
        (await app.Stripe.PaymentIntents.Cancel(intent.Id, null, "c1", StripeApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Invalid>();
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", "card_declined", "generic_decline")]
    [InlineData("pm_card_visa_chargeDeclined", "card_declined", "generic_decline")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds")]
    [InlineData("pm_card_chargeDeclinedExpiredCard", "expired_card", null)]
    [InlineData("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", null)]
    [InlineData("pm_card_chargeCustomerFail", "card_declined", "generic_decline")]
    public async Task A_declined_payment_charges_nothing_and_can_be_tried_again(string card, string code, string? declineCode)
    {
        var intent = await app.Intent();
        var declined = (await app.Confirm(intent.Id, card)).Failure.ShouldBeOfType<StripeFailure.Declined>();
        (declined.Code, declined.DeclineCode).ShouldBe((code, declineCode));
        declined.Intent.ShouldNotBeNull().Status.ShouldBe(PaymentIntentStatus.RequiresPaymentMethod);
        declined.Intent.LastPaymentError!.Code.ShouldBe(code);
        (await app.Moved(intent.Id)).ShouldBeEmpty();
        (await app.Confirm(intent.Id, "pm_card_mastercard")).Value!.IsPaid.ShouldBeTrue();
        (await app.Moved(intent.Id)).ShouldBe([1000]);
    }

    [Fact]
    public async Task The_bank_asks_the_payer_who_is_there_and_refuses_one_who_is_not()
    {
        var intent = await app.Intent();
        var asked = (await app.Confirm(intent.Id, "pm_card_authenticationRequired", returnUrl: "https://shop.example/back?order=7")).Value.ShouldNotBeNull();
        asked.Status.ShouldBe(PaymentIntentStatus.RequiresAction);
        var page = StripeApp.PathOf(asked.RedirectUrl.ShouldNotBeNull());
        (await app.Api.Get(page)).ShouldBe(200).Text.ShouldContain("Complete authentication");
        var back = (await app.Submit(page, ("answer", "pass"))).ShouldBe(303).Header("Location").ShouldNotBeNull();
        back.ShouldStartWith($"https://shop.example/back?order=7&payment_intent={intent.Id}&");
        back.ShouldEndWith("&redirect_status=succeeded");
        (await app.Stripe.PaymentIntents.Retrieve(intent.Id, StripeApp.Stop)).Value!.IsPaid.ShouldBeTrue();
        (await app.Submit(page, ("answer", "pass"))).ShouldBe(303);
        (await app.Moved(intent.Id)).ShouldBe([1000]);

        var absent = await app.Intent();
        (await app.Stripe.PaymentIntents.Confirm(absent.Id, new ConfirmPaymentIntent { PaymentMethod = "pm_card_authenticationRequired", OffSession = true }, "off", StripeApp.Stop))
            .Failure.ShouldBeOfType<StripeFailure.AuthenticationRequired>().Intent!.Status.ShouldBe(PaymentIntentStatus.RequiresPaymentMethod);

        var failing = await app.Intent();
        var step = StripeApp.PathOf((await app.Confirm(failing.Id, "pm_card_authenticationRequired", returnUrl: "https://shop.example/back")).Value!.RedirectUrl!);
        (await app.Submit(step, ("answer", "fail"))).ShouldBe(303).Header("Location")!.ShouldEndWith("redirect_status=failed");
        var after = (await app.Stripe.PaymentIntents.Retrieve(failing.Id, StripeApp.Stop)).Value!;
        (after.Status, after.LastPaymentError!.Code).ShouldBe((PaymentIntentStatus.RequiresPaymentMethod, "payment_intent_authentication_failure"));
        (await app.Moved(failing.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fifty_confirms_at_once_charge_once()
    {
        var intent = await app.Intent();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => app.Confirm(intent.Id, "pm_card_visa", "confirm:" + intent.Id + i)));
        answers.Count(answer => answer.IsDone).ShouldBe(1);
        (await app.Moved(intent.Id)).ShouldBe([1000]);
        (await app.Database.One<long>("select count(*) from stripe_objects where kind = 'charge' and body ->> 'payment_intent' = @Id", intent, StripeApp.Stop)).ShouldBe(1);

        var same = await app.Intent();
        var repeated = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.Call("POST", $"/v1/payment_intents/{same.Id}/confirm", "payment_method=pm_card_visa", "same:" + same.Id)));
        repeated.ShouldAllBe(answer => answer.Status == 200 || (answer.Status == 409 && answer.At("error.code").GetString() == "idempotency_key_in_use"));
        repeated.Where(answer => answer.Status == 200).Select(answer => answer.Text).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        (await app.Moved(same.Id)).ShouldBe([1000]);
    }

    [Fact]
    public async Task A_key_answers_the_same_again_and_nothing_else()
    {
        var first = (await app.Call("POST", "/v1/payment_intents", "amount=700&currency=usd", "key-1")).ShouldBe(200);
        var second = (await app.Call("POST", "/v1/payment_intents", "amount=700&currency=usd", "key-1")).ShouldBe(200);
        second.Text.ShouldBe(first.Text);
        (first.Header("Idempotent-Replayed"), second.Header("Idempotent-Replayed")).ShouldBe((null, "true"));
        var other = (await app.Call("POST", "/v1/payment_intents", "amount=800&currency=usd", "key-1")).ShouldBe(400);
        other.At("error.type").GetString().ShouldBe("idempotency_error");

        var intent = first.At("id").GetString();
        var declined = await app.Call("POST", $"/v1/payment_intents/{intent}/confirm", "payment_method=pm_card_chargeDeclined", "key-2");
        (await app.Call("POST", $"/v1/payment_intents/{intent}/confirm", "payment_method=pm_card_chargeDeclined", "key-2")).ShouldBe(402).Text.ShouldBe(declined.Text);
        (await app.Call("POST", "/v1/payment_intents", "amount=1&currency=usd", "key-3")).ShouldBe(400);
        (await app.Call("POST", "/v1/payment_intents", "amount=900&currency=usd", "key-3")).ShouldBe(200);
    }

    [Theory]
    [InlineData("currency=usd", "parameter_missing", "amount")]
    [InlineData("amount=x&currency=usd", null, "amount")]
    [InlineData("amount=-1&currency=usd", "parameter_invalid_integer", "amount")]
    [InlineData("amount=49&currency=usd", "amount_too_small", "amount")]
    [InlineData("amount=100000000&currency=usd", "amount_too_large", "amount")]
    [InlineData("amount=99999999999999999999&currency=usd", null, "amount")]
    [InlineData("amount=100&currency=dollars", null, "currency")]
    [InlineData("amount=100&currency=usd&customer=cus_none", "resource_missing", "customer")]
    [InlineData("amount=100&currency=usd&confirm=perhaps", null, "confirm")]
    [InlineData("amount=100&currency=usd&metadata[k]=%00", null, "metadata[k]")]
    [InlineData("amount=100&currency=usd&transfer_data[destination]=acct_1", null, "transfer_data")]
    [InlineData("amount=100&currency=usd&capture_method=manual", null, "capture_method")]
    public async Task What_is_unfit_is_refused_by_name(string form, string? code, string parameter)
    {
        var error = (await app.Call("POST", "/v1/payment_intents", form)).At("error");
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("param").GetString().ShouldBe(parameter);
        (error.TryGetProperty("code", out var given) ? given.GetString() : null).ShouldBe(code);
    }

    [Theory]
    [InlineData("/v1/test_helpers/test_clocks", "frozen_time=9223372036854775807")]
    [InlineData("/v1/payment_methods", "card[number]=4242424242424242&exp_month=1&card[exp_year]=999999999999")]
    [InlineData("/v1/prices", "product=prod_x&currency=usd&unit_amount=-5")]
    [InlineData("/v1/prices", "product_data[name]=x&currency=usd&unit_amount=5&recurring[interval]=month&recurring[interval_count]=4000000000")]
    [InlineData("/v1/customers", "balance=-9223372036854775808")]
    [InlineData("/v1/payment_intents", "amount[0]=1&amount[][x]=2&currency=usd")]
    [InlineData("/v1/payment_intents", "[]=1&[[]]=2&=3&%5B=4&amount]=5")]
    [InlineData("/v1/checkout/sessions", "mode=payment&success_url=javascript:alert(1)")]
    [InlineData("/v1/billing_portal/sessions", "customer=&return_url=")]
    [InlineData("/v1/webhook_endpoints", "url=file:///etc/passwd&enabled_events[]=*")]
    public async Task Numbers_and_names_beyond_all_bounds_are_refused_and_nothing_breaks(string path, string form)
    {
        var answer = await app.Call("POST", path, form);
        answer.Status.ShouldBeInRange(400, 404, answer.Text);
        answer.At("error.type").GetString().ShouldBe("invalid_request_error");
    }

    [Fact]
    public async Task Only_test_keys_open_and_unknown_routes_say_so()
    {
        (await app.Api.Get("/v1/balance")).ShouldBe(401).At("error.message").GetString()!.ShouldContain("API key");
        (await app.Api.With("Authorization", "Bearer sk_live_x").Get("/v1/balance")).ShouldBe(401);
        (await app.Api.With("Authorization", "Basic " + Convert.ToBase64String("sk_test_x:"u8)).Get("/v1/balance")).ShouldBe(200);
        (await app.Call("GET", "/v1/nothing")).ShouldBe(404).At("error.message").GetString()!.ShouldContain("Unrecognized request URL (GET: /v1/nothing)");
        (await app.Call("GET", "/v1/payment_intents/pi_none")).ShouldBe(404).At("error.code").GetString().ShouldBe("resource_missing");
    }

    [Fact]
    public async Task Amount_and_metadata_change_while_it_is_open_and_a_canceled_one_stays_canceled()
    {
        var intent = await app.Intent();
        var changed = (await app.Stripe.PaymentIntents.Update(intent.Id, new PaymentIntentUpdate
        {
            Amount = 2000,
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = "7", ["product"] = "shop" },
        }, "u1" + intent.Id, StripeApp.Stop)).Value.ShouldNotBeNull();
        (changed.Amount, changed.MetadataOf("order")).ShouldBe((2000, "7"));
        (await app.Call("POST", $"/v1/payment_intents/{intent.Id}", "metadata[order]=")).At("metadata").TryGetProperty("order", out _).ShouldBeFalse();
        var canceled = (await app.Stripe.PaymentIntents.Cancel(intent.Id, "abandoned", "c" + intent.Id, StripeApp.Stop)).Value.ShouldNotBeNull();
        (canceled.Status, canceled.CancellationReason).ShouldBe((PaymentIntentStatus.Canceled, "abandoned"));
        (await app.Confirm(intent.Id, "pm_card_visa")).Failure.ShouldBeOfType<StripeFailure.Invalid>();
        (await app.Moved(intent.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_outlives_a_restart()
    {
        var intent = await app.Intent();
        await app.Confirm(intent.Id, "pm_card_visa");
        var next = await app.StartNode();
        await using var shop = StripeApp.Shop(next.Urls.First());
        var client = (StripeClient)shop.Services.GetService(typeof(StripeClient))!;
        (await client.PaymentIntents.Retrieve(intent.Id, StripeApp.Stop)).Value!.IsPaid.ShouldBeTrue();
    }
}
