using System.Text.Json;
using Colonnade.Platform.Payments;
using Npgsql;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests.Stripe;

public sealed class LedgerTests(StripeApp app) : IClassFixture<StripeApp>
{
    [Fact]
    public async Task Charged_less_refunded_is_the_balance_whatever_happens_at_once()
    {
        var intents = await Task.WhenAll(Enumerable.Range(1, 6).Select(n => app.Intent(1000 * n, currency: "chf")));
        await Task.WhenAll(intents.SelectMany(intent => Enumerable.Range(0, 3).Select(_ => app.Confirm(intent.Id, "pm_card_visa"))));
        // Each payment is refunded in parts of 300 by eight at once: what would be too much is refused.
        var refunds = await Task.WhenAll(intents.SelectMany(intent => Enumerable.Range(0, 8).Select(n =>
            app.Stripe.Refunds.Create(new NewRefund { PaymentIntent = intent.Id, Amount = 300 }, $"r:{intent.Id}:{n}", StripeApp.Stop))));
        refunds.Count(refund => refund.IsDone).ShouldBe(3 + 6 + 8 + 8 + 8 + 8);
        refunds.Where(refund => !refund.IsDone).ShouldAllBe(refund => refund.Failure is StripeFailure.Invalid);

        var total = (await app.Api.Get("/stripe/ledger")).ShouldBe(200).At("totals").EnumerateArray().Single(one => one.GetProperty("currency").GetString() == "chf");
        total.GetProperty("charged").GetInt64().ShouldBe(21_000);
        total.GetProperty("refunded").GetInt64().ShouldBe(300 * 41);
        total.GetProperty("balance").GetInt64().ShouldBe(21_000 - (300 * 41));
        var balance = (await app.Call("GET", "/v1/balance")).At("available").EnumerateArray().Single(one => one.GetProperty("currency").GetString() == "chf");
        balance.GetProperty("amount").GetInt64().ShouldBe(21_000 - (300 * 41));
        foreach (var intent in intents)
        {
            var charge = (await app.Call("GET", $"/v1/payment_intents/{intent.Id}", "expand[]=latest_charge")).At("latest_charge");
            (charge.GetProperty("amount").GetInt64() - charge.GetProperty("amount_refunded").GetInt64()).ShouldBe((await app.Moved(intent.Id)).Sum());
        }
    }

    [Fact]
    public async Task A_refund_gives_back_what_is_left_and_not_more()
    {
        var intent = await app.Intent(1000);
        (await app.Stripe.Refunds.Create(new NewRefund { PaymentIntent = intent.Id }, "early", StripeApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Invalid>();
        await app.Confirm(intent.Id, "pm_card_visa");
        var part = (await app.Stripe.Refunds.Create(new NewRefund { PaymentIntent = intent.Id, Amount = 400, Reason = "requested_by_customer" }, "part", StripeApp.Stop)).Value.ShouldNotBeNull();
        (part.Amount, part.Status, part.PaymentIntent).ShouldBe((400, "succeeded", intent.Id));
        (await app.Stripe.Refunds.Create(new NewRefund { PaymentIntent = intent.Id, Amount = 601 }, "more", StripeApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Invalid>();
        (await app.Stripe.Refunds.Create(new NewRefund { PaymentIntent = intent.Id }, "rest", StripeApp.Stop)).Value!.Amount.ShouldBe(600);
        (await app.Stripe.Refunds.Create(new NewRefund { PaymentIntent = intent.Id }, "again", StripeApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Invalid>().Code.ShouldBe("charge_already_refunded");
        (await app.Stripe.Refunds.List(intent.Id, StripeApp.Stop)).Value!.Data.Select(refund => refund.Amount).ShouldBe([600, 400]);
        (await app.Moved(intent.Id)).ShouldBe([1000, -400, -600]);
    }

    [Theory]
    [InlineData("update stripe_ledger set amount = 1")]
    [InlineData("delete from stripe_ledger")]
    [InlineData("truncate stripe_ledger")]
    [InlineData("insert into stripe_ledger (id, kind, source, payment_intent, amount, currency) select 'txn_x', 'refund', 're_x', payment_intent, -1000001, currency from stripe_ledger limit 1")]
    public async Task The_schema_itself_keeps_the_ledger(string sql)
    {
        var intent = await app.Intent();
        await app.Confirm(intent.Id, "pm_card_visa");
        await Should.ThrowAsync<PostgresException>(() => app.Database.Execute(sql, null, StripeApp.Stop));
    }

    [Fact]
    public async Task The_page_shows_what_moved()
    {
        var intent = (await app.Stripe.PaymentIntents.Create(
            new NewPaymentIntent { Amount = 1234, Currency = "eur", Description = "<script>alert(1)</script>", PaymentMethod = "pm_card_visa", Confirm = true }, "page", StripeApp.Stop)).Value.ShouldNotBeNull();
        var page = (await app.Api.Get("/stripe")).ShouldBe(200);
        page.Text.ShouldContain(intent.Id);
        page.Text.ShouldContain("12.34 EUR");
        page.Text.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        page.Text.ShouldNotContain("<script>");
        page.Text.ShouldNotContain(intent.ClientSecret);
        (await app.Api.Get("/")).Text.ShouldContain("href=\"/stripe\"");
        JsonDocument.Parse((await app.Api.Get("/stripe/ledger")).Bytes).RootElement.GetProperty("entries").GetArrayLength().ShouldBeGreaterThan(0);
    }
}
