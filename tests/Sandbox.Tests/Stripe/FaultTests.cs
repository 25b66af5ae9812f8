using Colonnade.Platform.Payments;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests.Stripe;

/// <summary>The platform's client against a Stripe that fails: one charge, and never a guess.</summary>
public sealed class FaultTests(StripeApp app) : IClassFixture<StripeApp>
{
    [Theory]
    [InlineData("fail_before")]
    [InlineData("too_many")]
    [InlineData("fail_after")]
    [InlineData("lose_answer")]
    public async Task A_fault_that_passes_is_not_noticed_and_charges_once(string fault)
    {
        var intent = await app.Intent();
        (await app.Api.Post("/stripe/faults", $$"""{"kind":"{{fault}}","path":"POST /v1/payment_intents/{{intent.Id}}/confirm"}""")).ShouldBe(200);
        (await app.Confirm(intent.Id, "pm_card_visa")).Value.ShouldNotBeNull().IsPaid.ShouldBeTrue();
        (await app.Moved(intent.Id)).ShouldBe([1000]);
        (await app.Api.Get("/stripe/faults")).Text.ShouldBe("[]");
    }

    [Fact]
    public async Task Silence_ends_with_the_time_out()
    {
        await using var shop = StripeApp.Shop(app.App.Urls.First(), timeOut: "00:00:02");
        var intent = await app.Intent();
        (await app.Api.Post("/stripe/faults", $$"""{"kind":"hang","path":"POST /v1/payment_intents/{{intent.Id}}/confirm"}""")).ShouldBe(200);
        var client = (StripeClient)shop.Services.GetService(typeof(StripeClient))!;
        var key = "hang:" + intent.Id;
        var answer = await client.PaymentIntents.Confirm(intent.Id, new ConfirmPaymentIntent { PaymentMethod = "pm_card_visa" }, key, StripeApp.Stop);
        // On a machine that is very busy the second attempt may be too slow as well; then it is asked again.
        if (answer.Failure is StripeFailure.UnknownOutcome)
            answer = await app.Confirm(intent.Id, "pm_card_visa", key);
        answer.Value.ShouldNotBeNull().IsPaid.ShouldBeTrue();
        (await app.Moved(intent.Id)).ShouldBe([1000]);
    }

    [Theory]
    [InlineData("fail_before", 0)]
    [InlineData("fail_after", 1)]
    [InlineData("lose_answer", 1)]
    public async Task A_fault_that_stays_leaves_the_outcome_unknown_until_it_is_asked_again(string fault, int charges)
    {
        var intent = await app.Intent();
        (await app.Api.Post("/stripe/faults", $$"""{"kind":"{{fault}}","times":3,"path":"POST /v1/payment_intents/{{intent.Id}}/confirm"}""")).ShouldBe(200);
        var unknown = (await app.Confirm(intent.Id, "pm_card_visa", "k:" + intent.Id)).Failure.ShouldBeOfType<StripeFailure.UnknownOutcome>();
        unknown.Key.ShouldBe("k:" + intent.Id);
        (await app.Moved(intent.Id)).Count.ShouldBe(charges);
        (await app.Confirm(intent.Id, "pm_card_visa", unknown.Key)).Value.ShouldNotBeNull().IsPaid.ShouldBeTrue();
        (await app.Moved(intent.Id)).ShouldBe([1000]);
    }

    [Fact]
    public async Task Whatever_goes_wrong_each_payment_is_charged_once_and_refunded_once()
    {
        var dice = new Random(20260302);
        string[] kinds = ["fail_before", "too_many", "fail_after", "lose_answer"];
        var intents = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => app.Intent()));
        foreach (var intent in intents)
        {
            // Up to four in a row: more than the client tries.
            for (var i = dice.Next(5); i > 0; i--)
                await app.Api.Post("/stripe/faults", $$"""{"kind":"{{kinds[dice.Next(kinds.Length)]}}","path":"POST /v1/payment_intents/{{intent.Id}}/confirm"}""");
        }

        for (var i = 0; i < 12; i++)
            await app.Api.Post("/stripe/faults", $$"""{"kind":"{{kinds[dice.Next(kinds.Length)]}}","path":"POST /v1/refunds"}""");

        await Task.WhenAll(intents.Select(async intent =>
        {
            (await Insist(() => app.Confirm(intent.Id, "pm_card_visa", "c:" + intent.Id))).Value!.IsPaid.ShouldBeTrue();
            (await Insist(() => app.Stripe.Refunds.Create(new NewRefund { PaymentIntent = intent.Id, Amount = 400 }, "r:" + intent.Id, StripeApp.Stop))).Value!.Amount.ShouldBe(400);
        }));
        foreach (var intent in intents)
            (await app.Moved(intent.Id)).ShouldBe([1000, -400]);
        (await app.Api.Delete("/stripe/faults")).ShouldBe(204);

        static async Task<StripeAnswer<T>> Insist<T>(Func<Task<StripeAnswer<T>>> call) where T : class
        {
            for (var i = 0; ; i++)
            {
                var answer = await call();
                if (i == 10 || answer.Failure is not (StripeFailure.UnknownOutcome or StripeFailure.Unavailable))
                    return answer;
            }
        }
    }

    [Fact]
    public async Task One_call_can_ask_for_its_own_fault()
    {
        var intent = await app.Intent();
        (await app.Call("POST", $"/v1/payment_intents/{intent.Id}/confirm", "payment_method=pm_card_visa", "mine", "fail_after")).ShouldBe(500);
        (await app.Call("POST", $"/v1/payment_intents/{intent.Id}/confirm", "payment_method=pm_card_visa", "mine")).ShouldBe(200).Header("Idempotent-Replayed").ShouldBe("true");
        (await app.Call("GET", "/v1/balance", fault: "no_such_fault")).ShouldBe(400);
        (await app.Api.Post("/stripe/faults", """{"kind":"no_such_fault"}""")).ShouldBe(400).At("error.code").GetString().ShouldBe("unknown_fault");
        (await app.Api.Post("/stripe/faults", """{"kind":"fail_before","times":0}""")).ShouldBe(400);
    }

    [Fact]
    public async Task Planned_faults_can_be_forgotten()
    {
        await app.Api.Post("/stripe/faults", """{"kind":"fail_before","times":1000,"path":"GET /v1/charges"}""");
        (await app.Call("GET", "/v1/charges")).ShouldBe(500);
        (await app.Api.Delete("/stripe/faults")).ShouldBe(204);
        (await app.Call("GET", "/v1/charges")).ShouldBe(200);
    }
}
