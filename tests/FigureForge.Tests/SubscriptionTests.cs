using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Colonnade.FigureForge.Tests;

public sealed partial class SubscriptionTests(FigureForgeApp app) : IClassFixture<FigureForgeApp>
{
    private const string Urls = """ "success_url":"https://example.com/ok?session={CHECKOUT_SESSION_ID}","cancel_url":"https://example.com/no" """;

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
        var session = await Checkout(person, "pro_monthly");
        // Coming back proves nothing.
        (await person.Api.Get("/api/subscriptions/current/")).At("subscription").ValueKind.ShouldBe(JsonValueKind.Null);
        await Pay(session);
        var customer = await Customer(person);
        var told = await Task.WhenAll(
            app.Tell(customer, "customer.subscription.created", id: "evt_1" + customer), app.Tell(customer, "invoice.paid", "invoice"), app.Tell(customer, "customer.subscription.created", id: "evt_1" + customer),
            app.Tell(customer, "customer.subscription.deleted"), app.Tell(customer, "checkout.session.completed", "checkout.session", resource: session.Id));
        told.ShouldAllBe(answer => answer.Status == 200);
        await app.RunJobs();
        var current = (await person.Api.Get("/api/subscriptions/current/")).ShouldBe(200);
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
        await Pay(await Checkout(person, "hobby_yearly"));
        await app.Advance(TimeSpan.FromSeconds(31));
        await app.RunJobs();
        (await person.Api.Get("/api/subscriptions/current/")).At("subscription.plan_id").GetString().ShouldBe("hobby_yearly");
        (await app.Balance(person)).ShouldBe(100);
    }

    [Fact]
    public async Task Cancelling_ends_with_the_period_and_can_be_taken_back()
    {
        var person = await Subscriber("pro_monthly");
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
        (await app.Tell(await Customer(person), "customer.subscription.deleted")).ShouldBe(200);
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
        var person = await Subscriber("hobby_monthly");
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
        await app.Tell(await Customer(person), "checkout.session.completed", "checkout.session", resource: session.Id);
        (await app.Balance(person)).ShouldBe(20);
        await Pay(session);
        var told = await FigureForgeApp.AtOnce(4, async _ => await app.Tell(await Customer(person), "checkout.session.completed", "checkout.session", resource: session.Id));
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
        var person = await Subscriber("pro_monthly");
        var subscription = await app.Database.One<string>("select id from subscriptions where account_id = @Id", new { person.Id }, FigureForgeApp.Stop);
        (await person.Api.Send("DELETE", "/api/auth/delete/", """{"confirmation":"DELETE"}""")).ShouldBe(200);
        await app.RunJobs();
        var now = (await app.Sandbox.WithBearer("sk_test_figureforge").Get($"/v1/subscriptions/{subscription}")).ShouldBe(200);
        now.At("status").GetString().ShouldBe("canceled");
    }

    private async Task<Person> Subscriber(string plan)
    {
        var person = await app.Someone();
        await Pay(await Checkout(person, plan));
        (await app.Tell(await Customer(person), "invoice.paid", "invoice")).ShouldBe(200);
        await app.RunJobs();
        (await person.Api.Get("/api/subscriptions/current/")).At("subscription.plan_id").GetString().ShouldBe(plan);
        return person;
    }

    private static async Task<Session> Checkout(Person person, string plan)
    {
        var answer = (await person.Api.Post("/api/subscriptions/checkout/", $$"""{"plan_id":"{{plan}}",{{Urls}}}""")).ShouldBe(200);
        return new Session(answer.At("session_id").GetString()!, answer.At("checkout_url").GetString()!);
    }

    /// <summary>As a person pays in the page.</summary>
    private async Task Pay(Session session)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal) { ["number"] = "4242424242424242", ["expiry"] = "12/34", ["code"] = "123", ["name"] = "Ada", ["email"] = "ada@example.com" });
        (await app.Sandbox.Send("POST", Path().Match(session.Url).Value, form)).ShouldBe(303).Header("Location")!.ShouldStartWith("https://example.com/ok");
    }

    private async Task<string> Customer(Person person) => (await app.Database.One<string>("select customer_id from billing_customers where account_id = @Id", new { person.Id }, FigureForgeApp.Stop))!;

    [GeneratedRegex("/checkout/.*", RegexOptions.None, 1000)]
    private static partial Regex Path();

    private sealed record Session(string Id, string Url);
}
