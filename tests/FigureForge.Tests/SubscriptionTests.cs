using System.Text.Json;
using Shouldly;
using Xunit;

namespace Colonnade.FigureForge.Tests;

public sealed class SubscriptionTests(FigureForgeApp app) : IClassFixture<FigureForgeApp>
{
    private const string Urls = FigureForgeApp.ReturnUrls;

    [Fact]
    public async Task Prices_are_open_and_plans_need_a_token()
    {
        var pricing = (await app.Api.Get("/api/pricing/")).ShouldBe(200);
        var pro = pricing.At("plans").EnumerateArray().Single(plan => plan.GetProperty("id").GetString() == "pro_monthly");
        pro.EnumerateObject().Select(member => member.Name).ShouldBe(["id", "name", "tier", "interval", "price", "currency", "credits", "features"]);
        pricing.At("plans").EnumerateArray().Select(plan => plan.GetProperty("tier").GetString()).Distinct(StringComparer.Ordinal).ShouldBe(["free", "hobby", "pro", "studio"]);
        (await app.Api.Get("/api/subscriptions/plans/")).ShouldBeRefused(401);
        (await (await app.Someone()).Api.Get("/api/subscriptions/plans/")).ShouldBe(200).Text.ShouldBe(pricing.Text);
    }

    [Fact]
    public async Task Without_a_subscription_there_is_nothing_to_change()
    {
        var api = (await app.Someone()).Api;
        var current = (await api.Get("/api/subscriptions/current/")).ShouldBe(200);
        current.At("subscription").ValueKind.ShouldBe(JsonValueKind.Null);
        current.At("quota.limit").GetInt32().ShouldBe(20);
        foreach (var path in (string[])["cancel", "reactivate", "portal"])
            (await api.Post($"/api/subscriptions/{path}/")).ShouldBeRefused(404);
        (await api.Post("/api/subscriptions/payment-method/", """{ "payment_method_id": "pm_xxx" }""")).ShouldBeRefused(404);
        (await api.Get("/api/subscriptions/history/")).ShouldBe(200).At("count").GetInt32().ShouldBe(0);
        foreach (var wrong in (string[])
            ["{}", $$"""{"plan_id":"gold",{{Urls}}}""", $$"""{"plan_id":"free",{{Urls}}}""", """{"plan_id":"pro_monthly","success_url":"https://evil.example/","cancel_url":"https://example.com"}""",
             """{"plan_id":"pro_monthly","success_url":"javascript:alert(1)","cancel_url":"https://example.com"}""", """{"plan_id":"pro_monthly"}"""])
            (await api.Post("/api/subscriptions/checkout/", wrong)).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Paying_in_the_checkout_makes_a_subscriber_whoever_tells_of_it_how_often()
    {
        var person = await app.Someone();
        var session = await FigureForgeApp.Checkout(person, "pro_monthly");
        // Coming back proves nothing.
        (await person.Api.Get("/api/subscriptions/current/")).At("subscription").ValueKind.ShouldBe(JsonValueKind.Null);
        await app.Pay(session);
        var customer = await app.Customer(person);
        var told = await Task.WhenAll(
            app.Tell(customer, "customer.subscription.created", id: "evt_1" + customer), app.Tell(customer, "invoice.paid", "invoice"), app.Tell(customer, "customer.subscription.created", id: "evt_1" + customer),
            app.Tell(customer, "customer.subscription.deleted"), app.Tell(customer, "checkout.session.completed", "checkout.session", resource: session.Id));
        told.ShouldAllBe(answer => answer.Status == 200);
        await app.RunJobs();
        var current = (await person.Api.Get("/api/subscriptions/current/")).ShouldBe(200);
        current.At("subscription").EnumerateObject().Select(member => member.Name).ShouldBe(["plan_id", "tier", "status", "current_period_start", "current_period_end", "cancel_at_period_end", "canceled_at"]);
        current.At("subscription.plan_id").GetString().ShouldBe("pro_monthly");
        current.At("subscription.tier").GetString().ShouldBe("pro");
        current.At("subscription.status").GetString().ShouldBe("active");
        current.At("quota.limit").GetInt32().ShouldBe(400);
        current.At("quota.remaining").GetInt32().ShouldBe(400);
        (await app.Balance(person)).ShouldBe(400);
        (await app.Database.One<long>("select count(*) from credit_grants where account_id = @Id and tier = 'pro'", new { person.Id }, FigureForgeApp.Stop)).ShouldBe(1);
        (await person.Api.Get("/api/auth/user/stats/")).At("subscription_tier").GetString().ShouldBe("pro");
        (await person.Api.Post("/api/subscriptions/checkout/", $$"""{"plan_id":"studio_monthly",{{Urls}}}""")).ShouldBeRefused(409);
        (await person.Api.Post("/api/subscriptions/portal/")).ShouldBe(200).At("portal_url").GetString()!.ShouldStartWith("http");
        var history = (await person.Api.Get("/api/subscriptions/history/")).ShouldBe(200);
        history.At("results[0]").EnumerateObject().Select(member => member.Name).ShouldBe(["id", "date", "amount", "currency", "status", "description", "invoice_url"]);
        history.At("results[0].amount").GetInt64().ShouldBe(1900);
        (await person.Api.Post("/api/subscriptions/payment-method/", """{ "payment_method_id": "pm_card_mastercard" }""")).ShouldBe(200);
        (await person.Api.Post("/api/subscriptions/payment-method/", """{ "payment_method_id": "pm_xxx" }""")).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Without_any_webhook_the_watch_finds_out()
    {
        var person = await app.Someone();
        await app.Pay(await FigureForgeApp.Checkout(person, "hobby_yearly"));
        await app.Advance(TimeSpan.FromSeconds(31));
        await app.RunJobs();
        (await person.Api.Get("/api/subscriptions/current/")).At("subscription.plan_id").GetString().ShouldBe("hobby_yearly");
        (await app.Balance(person)).ShouldBe(100);
    }

    [Fact]
    public async Task Cancelling_ends_with_the_period_and_can_be_taken_back()
    {
        var person = await app.Subscriber("pro_monthly");
        (await person.Api.Post("/api/subscriptions/reactivate/")).ShouldBeRefused(400);
        var cancelled = (await person.Api.Post("/api/subscriptions/cancel/")).ShouldBe(200);
        cancelled.At("subscription.cancel_at_period_end").GetBoolean().ShouldBeTrue();
        cancelled.At("subscription.status").GetString().ShouldBe("active");
        cancelled.At("subscription.canceled_at").ValueKind.ShouldBe(JsonValueKind.String);
        (await person.Api.Post("/api/subscriptions/cancel/")).ShouldBe(200);
        (await person.Api.Get("/api/auth/user/stats/")).At("subscription_tier").GetString().ShouldBe("pro");
        var back = (await person.Api.Post("/api/subscriptions/reactivate/")).ShouldBe(200);
        back.At("subscription.cancel_at_period_end").GetBoolean().ShouldBeFalse();

        (await person.Api.Post("/api/subscriptions/cancel/")).ShouldBe(200);
        var subscription = await app.Database.One<string>("select id from subscriptions where account_id = @Id", new { person.Id }, FigureForgeApp.Stop);
        (await app.Sandbox.Post($"/stripe/subscriptions/{subscription}/advance")).ShouldBe(200);
        (await app.Tell(await app.Customer(person), "customer.subscription.deleted")).ShouldBe(200);
        await app.RunJobs();
        (await person.Api.Get("/api/auth/user/stats/")).At("subscription_tier").GetString().ShouldBe("free");
        (await person.Api.Get("/api/subscriptions/current/")).At("subscription.status").GetString().ShouldBe("canceled");
        (await person.Api.Post("/api/subscriptions/reactivate/")).ShouldBeRefused(400);
        (await person.Api.Post("/api/subscriptions/cancel/")).ShouldBeRefused(404);
        (await person.Api.Post("/api/subscriptions/checkout/", $$"""{"plan_id":"pro_monthly",{{Urls}}}""")).ShouldBe(200);
    }

    [Fact]
    public async Task A_higher_plan_holds_at_once_and_a_lower_one_from_the_next_period()
    {
        var person = await app.Subscriber("hobby_monthly");
        var preview = (await person.Api.Post("/api/subscriptions/change/preview/", """{"plan_id":"pro_monthly"}""")).ShouldBe(200);
        preview.At("effective").GetString().ShouldBe("now");
        preview.At("amount_due").GetInt64().ShouldBe(1000);
        (await app.Balance(person)).ShouldBe(100);
        (await person.Api.Post("/api/subscriptions/change/", $$"""{"plan_id":"pro_monthly","proration_date":{{preview.At("proration_date").GetInt64()}}}""")).ShouldBe(200).At("subscription.plan_id").GetString().ShouldBe("pro_monthly");
        (await app.Balance(person)).ShouldBe(400);
        (await person.Api.Post("/api/subscriptions/change/", """{"plan_id":"pro_monthly"}""")).ShouldBeRefused(409);
        (await person.Api.Post("/api/subscriptions/change/preview/", """{"plan_id":"hobby_monthly"}""")).ShouldBe(200).At("effective").GetString().ShouldBe("period_end");
        (await person.Api.Post("/api/subscriptions/change/", """{"plan_id":"hobby_monthly"}""")).ShouldBe(200).At("subscription.plan_id").GetString().ShouldBe("hobby_monthly");
        (await person.Api.Get("/api/auth/user/stats/")).At("subscription_tier").GetString().ShouldBe("pro");
        // Up and down again gives no credits twice.
        (await person.Api.Post("/api/subscriptions/change/", """{"plan_id":"pro_monthly"}""")).ShouldBe(200);
        (await app.Balance(person)).ShouldBe(400);
    }

    [Fact]
    public async Task Five_ways_to_a_subscription_at_once_are_one()
    {
        var person = await app.Someone();
        var answers = await FigureForgeApp.AtOnce(5, _ => person.Api.Post("/api/subscriptions/checkout/", $$"""{"plan_id":"pro_monthly",{{Urls}}}"""));
        answers.ShouldAllBe(answer => answer.Status == 200);
        answers.Select(answer => answer.At("session_id").GetString()).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        // Another plan closes the way to the first.
        var other = (await person.Api.Post("/api/subscriptions/checkout/", $$"""{"plan_id":"hobby_monthly",{{Urls}}}""")).ShouldBe(200);
        other.At("session_id").GetString().ShouldNotBe(answers[0].At("session_id").GetString(), StringComparer.Ordinal);
        (await app.Database.One<long>("select count(*) from checkouts where account_id = @Id and state in ('reserved', 'open')", new { person.Id }, FigureForgeApp.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task A_pack_of_credits_comes_once_and_is_used_after_the_months()
    {
        var person = await app.Someone();
        var answer = (await person.Api.Post("/api/subscriptions/credit-packs/checkout/", $$"""{"pack_id":"pack_50",{{Urls}}}""")).ShouldBe(200);
        var session = new Session(answer.At("session_id").GetString()!, answer.At("checkout_url").GetString()!);
        await app.Tell(await app.Customer(person), "checkout.session.completed", "checkout.session", resource: session.Id);
        (await app.Balance(person)).ShouldBe(20);
        await app.Pay(session);
        var told = await FigureForgeApp.AtOnce(4, async _ => await app.Tell(await app.Customer(person), "checkout.session.completed", "checkout.session", resource: session.Id));
        told.ShouldAllBe(each => each.Status == 200);
        (await app.Balance(person)).ShouldBe(70);
        (await person.Api.Get("/api/subscriptions/current/")).At("quota.extra").GetInt32().ShouldBe(50);
        (await person.Api.Get("/api/subscriptions/history/")).At("results[0].amount").GetInt64().ShouldBe(600);
        (await person.Api.Post("/api/subscriptions/credit-packs/checkout/", $$"""{"pack_id":"pack_1",{{Urls}}}""")).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Events_count_only_when_they_are_signed()
    {
        (await app.Deliver("""{"id":"evt_x","type":"invoice.paid"}""", "whsec_another")).ShouldBeRefused(400);
        (await app.Api.Post("/api/webhooks/stripe/", "{}")).ShouldBeRefused(400);
        (await app.Deliver("""{"id":"evt_unknown","type":"something.new","livemode":false}""")).ShouldBe(200);
        var health = (await app.Api.Get("/api/webhooks/health/")).ShouldBe(200);
        health.Text.ShouldBe("""{"status":"ok"}""");
    }

    [Fact]
    public async Task A_deleted_account_pays_no_more()
    {
        var person = await app.Subscriber("pro_monthly");
        var subscription = await app.Database.One<string>("select id from subscriptions where account_id = @Id", new { person.Id }, FigureForgeApp.Stop);
        (await person.Api.Send("DELETE", "/api/auth/delete/", """{"confirmation":"DELETE"}""")).ShouldBe(200);
        await app.RunJobs();
        var now = (await app.Sandbox.WithBearer("sk_test_figureforge").Get($"/v1/subscriptions/{subscription}")).ShouldBe(200);
        now.At("status").GetString().ShouldBe("canceled");
    }

    [Fact]
    public async Task Of_two_live_subscriptions_the_later_is_undone_and_paid_back()
    {
        var person = await app.Subscriber("hobby_monthly");
        var (customer, first) = (await app.Customer(person), await app.Subscription(person));
        await FigureForgeApp.UseCard(person, "pm_card_visa");
        // A month later for the provider, so that there is no doubt which is the later.
        var price = (await app.Renew(first)).At("items.data[0].price.id").GetString()!;
        var second = (await app.StripePost("/v1/subscriptions", ("customer", customer), ("items[0][price]", price))).ShouldBe(200).At("id").GetString()!;
        var told = await FigureForgeApp.AtOnce(3, _ => app.Tell(customer, "customer.subscription.created"));
        told.ShouldAllBe(answer => answer.Status == 200);
        await app.RunJobs();
        (await Status(first)).ShouldBe("active");
        (await Status(second)).ShouldBe("canceled");
        var refunds = (await app.Stripe.Get("/v1/refunds?limit=100")).ShouldBe(200).At("data").EnumerateArray().ToList();
        var charges = (await app.Stripe.Get($"/v1/charges?customer={customer}&limit=100")).ShouldBe(200).At("data").EnumerateArray().ToList();
        charges.Count(charge => charge.GetProperty("refunded").GetBoolean()).ShouldBe(1);
        refunds.Count(refund => charges.Exists(charge => charge.GetProperty("id").GetString() == refund.GetProperty("charge").GetString())).ShouldBe(1);
        (await app.Tell(customer, "customer.subscription.deleted", resource: second)).ShouldBe(200);
        var current = (await person.Api.Get("/api/subscriptions/current/")).ShouldBe(200);
        current.At("subscription.status").GetString().ShouldBe("active");
        current.At("quota.limit").GetInt32().ShouldBe(100);
        (await app.Balance(person)).ShouldBe(100);

        async Task<string?> Status(string id) => (await app.Stripe.Get($"/v1/subscriptions/{id}")).ShouldBe(200).At("status").GetString();
    }

    [Fact]
    public async Task With_a_key_what_the_provider_did_is_done_once_and_answered_alike()
    {
        var person = await app.Subscriber("hobby_monthly");
        foreach (var (path, body) in ((string, string)[])
            [("portal", "{}"), ("cancel", "{}"), ("reactivate", "{}"), ("change", """{"plan_id":"pro_monthly"}"""), ("payment-method", """{"payment_method_id":"pm_card_visa"}"""),
             ("credit-packs/checkout", $$"""{"pack_id":"pack_50",{{Urls}}}""")])
        {
            var api = person.Api.With("Idempotency-Key", "once " + path);
            var first = await api.Post($"/api/subscriptions/{path}/", body);
            first.ShouldBe(200);
            var again = (await api.Post($"/api/subscriptions/{path}/", body)).ShouldBe(200);
            again.Header("Idempotent-Replayed").ShouldBe("true", path);
            again.Bytes.ShouldBe(first.Bytes);
        }

        (await person.Api.With("Idempotency-Key", "once change").Post("/api/subscriptions/change/", """{"plan_id":"studio_monthly"}""")).ShouldBeRefused(422);
        // A refusal keeps nothing: the same key may try again.
        var retried = person.Api.With("Idempotency-Key", "first refused");
        (await retried.Post("/api/subscriptions/reactivate/")).ShouldBeRefused(400);
        (await person.Api.Post("/api/subscriptions/cancel/")).ShouldBe(200);
        (await retried.Post("/api/subscriptions/reactivate/")).ShouldBe(200).At("subscription.cancel_at_period_end").GetBoolean().ShouldBeFalse();
        (await app.Balance(person)).ShouldBe(400);
        (await app.Database.One<long>("select count(*) from checkouts where account_id = @Id and kind = 'pack'", new { person.Id }, FigureForgeApp.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_packs_asked_for_with_one_key_one_is_opened()
    {
        var person = await app.Someone();
        var api = person.Api.With("Idempotency-Key", "one pack");
        var answers = await FigureForgeApp.AtOnce(6, _ => api.Post("/api/subscriptions/credit-packs/checkout/", $$"""{"pack_id":"pack_200",{{Urls}}}"""));
        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Status == 409);
        answers.Where(answer => answer.Status == 200).Select(answer => answer.At("session_id").GetString()).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        (await app.Database.One<long>("select count(*) from checkouts where account_id = @Id", new { person.Id }, FigureForgeApp.Stop)).ShouldBe(1);
    }

    [Theory]
    [InlineData("lose_answer", false)]
    [InlineData("lose_answer", true)]
    [InlineData("fail_after", false)]
    [InlineData("fail_before", false)]
    public async Task A_change_nobody_knows_the_outcome_of_is_gone_on_with_under_its_key(string fault, bool isToldMeanwhile)
    {
        var person = await app.Subscriber("hobby_monthly");
        var subscription = await app.Subscription(person);
        // The call and both of its repetitions.
        (await app.Sandbox.Post("/stripe/faults", $$"""{"kind":"{{fault}}","times":3,"path":"POST /v1/subscriptions/{{subscription}}"}""")).ShouldBe(200);
        var api = person.Api.With("Idempotency-Key", "change");
        (await api.Post("/api/subscriptions/change/", """{"plan_id":"pro_monthly"}""")).ShouldBeRefused(503).Header("Retry-After").ShouldNotBeNull();
        if (isToldMeanwhile)
        {
            (await app.Tell(await app.Customer(person), "customer.subscription.updated")).ShouldBe(200);
            (await person.Api.Get("/api/subscriptions/current/")).At("subscription.plan_id").GetString().ShouldBe("pro_monthly");
        }

        var changed = (await api.Post("/api/subscriptions/change/", """{"plan_id":"pro_monthly"}""")).ShouldBe(200);
        changed.At("subscription.plan_id").GetString().ShouldBe("pro_monthly");
        (await api.Post("/api/subscriptions/change/", """{"plan_id":"pro_monthly"}""")).ShouldBe(200).Header("Idempotent-Replayed").ShouldBe("true");
        // Charged for once.
        (await person.Api.Get("/api/subscriptions/history/")).At("results").EnumerateArray().Select(bill => bill.GetProperty("amount").GetInt64()).Order().ShouldBe([900, 1000]);
        (await app.Balance(person)).ShouldBe(400);
    }
}
