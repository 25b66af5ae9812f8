using Colonnade.Platform.Payments;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests.Stripe;

/// <summary>Subscriptions through their life, under the clock of the fixture: each test counts what is its own.</summary>
public sealed class SubscriptionTests(StripeApp app) : IClassFixture<StripeApp>
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(32);

    [Fact]
    public async Task A_subscription_is_paid_at_once_and_again_each_period()
    {
        var subscription = await app.Subscribe(await app.Customer(), await app.Price(1500));
        subscription.Status.ShouldBe(SubscriptionStatus.Active);
        var start = app.Clock.GetUtcNow();
        subscription.CurrentPeriodStart.ShouldBe(start);
        subscription.CurrentPeriodEnd.ShouldBe(start.AddMonths(1));

        await app.Pass(start.AddMonths(3).AddHours(1) - app.Clock.GetUtcNow());
        var later = await app.Subscription(subscription.Id);
        (later.Status, later.CurrentPeriodStart, later.CurrentPeriodEnd).ShouldBe((SubscriptionStatus.Active, start.AddMonths(3), start.AddMonths(4)));
        var invoices = await app.Invoices(subscription.Id);
        invoices.Select(invoice => invoice.BillingReason).ShouldBe([BillingReason.SubscriptionCycle, BillingReason.SubscriptionCycle, BillingReason.SubscriptionCycle, BillingReason.SubscriptionCreate]);
        invoices.ShouldAllBe(invoice => invoice.IsPaid && invoice.AmountPaid == 1500 && invoice.Subscription == subscription.Id);
        invoices.Select(invoice => invoice.PaidUntil).ShouldBe([start.AddMonths(4), start.AddMonths(3), start.AddMonths(2), start.AddMonths(1)]);
        foreach (var invoice in invoices)
            (await app.Moved(invoice.PaymentIntent!)).ShouldBe([1500]);
        await app.RunJobs();
        (await app.Invoices(subscription.Id)).Count.ShouldBe(4, "what was done is not done again");
    }

    [Fact]
    public async Task A_card_that_fails_later_makes_it_past_due_and_a_new_one_heals_it()
    {
        var customer = await app.Customer();
        var subscription = await app.Subscribe(customer, await app.Price(900));
        var failing = (await app.Stripe.PaymentMethods.Attach("pm_card_chargeCustomerFail", customer.Id, "a" + customer.Id, StripeApp.Stop)).Value.ShouldNotBeNull();
        await app.Stripe.PaymentMethods.MakeDefault(failing.Id, customer.Id, "d" + customer.Id, StripeApp.Stop);

        await app.Pass(subscription.CurrentPeriodEnd!.Value.AddHours(1) - app.Clock.GetUtcNow());
        (await app.Subscription(subscription.Id)).Status.ShouldBe(SubscriptionStatus.PastDue);
        var open = (await app.Invoices(subscription.Id))[0];
        (open.Status, open.AttemptCount, open.AmountRemaining).ShouldBe(("open", 1, 900));
        open.NextPaymentAttempt.ShouldNotBeNull();
        (await app.Stripe.Invoices.Pay(open.Id, null, "p1" + open.Id, StripeApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Declined>();

        var good = (await app.Stripe.PaymentMethods.Attach("pm_card_visa", customer.Id, "g" + customer.Id, StripeApp.Stop)).Value.ShouldNotBeNull();
        (await app.Stripe.Invoices.Pay(open.Id, good.Id, "p2" + open.Id, StripeApp.Stop)).Value.ShouldNotBeNull().IsPaid.ShouldBeTrue();
        (await app.Subscription(subscription.Id)).Status.ShouldBe(SubscriptionStatus.Active);
    }

    [Fact]
    public async Task What_is_never_paid_is_tried_four_times_more_and_then_ends()
    {
        var customer = await app.Customer();
        var subscription = await app.Subscribe(customer, await app.Price(900, "year"));
        var failing = (await app.Stripe.PaymentMethods.Attach("pm_card_chargeCustomerFail", customer.Id, "a" + customer.Id, StripeApp.Stop)).Value.ShouldNotBeNull();
        await app.Stripe.PaymentMethods.MakeDefault(failing.Id, customer.Id, "d" + customer.Id, StripeApp.Stop);

        var end = subscription.CurrentPeriodEnd!.Value;
        await app.Pass(end.AddDays(30) - app.Clock.GetUtcNow());
        var ended = await app.Subscription(subscription.Id);
        ended.Status.ShouldBe(SubscriptionStatus.Canceled);
        ended.EndedAt.ShouldBe(end.AddDays(1 + 3 + 5 + 7));
        var invoice = (await app.Invoices(subscription.Id))[0];
        (invoice.Status, invoice.AttemptCount).ShouldBe(("void", 5));
        (await app.Moved(invoice.PaymentIntent!)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Canceled_it_runs_to_the_end_of_the_period_and_can_be_resumed_until_then()
    {
        var subscription = await app.Subscribe(await app.Customer(), await app.Price(700));
        var ending = (await app.Stripe.Subscriptions.Update(subscription.Id, new SubscriptionUpdate { CancelAtPeriodEnd = true }, "c1" + subscription.Id, StripeApp.Stop)).Value.ShouldNotBeNull();
        (ending.Status, ending.CancelAtPeriodEnd, ending.CancelAt, ending.CanceledAt).ShouldBe((SubscriptionStatus.Active, true, subscription.CurrentPeriodEnd, app.Clock.GetUtcNow()));
        var resumed = (await app.Stripe.Subscriptions.Update(subscription.Id, new SubscriptionUpdate { CancelAtPeriodEnd = false }, "c2" + subscription.Id, StripeApp.Stop)).Value.ShouldNotBeNull();
        (resumed.CancelAtPeriodEnd, resumed.CancelAt, resumed.CanceledAt).ShouldBe((false, null, null));
        await app.Stripe.Subscriptions.Update(subscription.Id, new SubscriptionUpdate { CancelAtPeriodEnd = true }, "c3" + subscription.Id, StripeApp.Stop);

        await app.Pass(Month);
        var ended = await app.Subscription(subscription.Id);
        (ended.Status, ended.EndedAt).ShouldBe((SubscriptionStatus.Canceled, subscription.CurrentPeriodEnd));
        (await app.Invoices(subscription.Id)).Count.ShouldBe(1);
        app.Delivered(subscription.Id).Count(happened => happened.GetProperty("type").GetString() == StripeEventType.SubscriptionDeleted).ShouldBe(1);
        (await app.Stripe.Subscriptions.Update(subscription.Id, new SubscriptionUpdate { CancelAtPeriodEnd = false }, "c4" + subscription.Id, StripeApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Invalid>();
        (await app.Stripe.Subscriptions.Cancel(subscription.Id, StripeApp.Stop)).Value!.Status.ShouldBe(SubscriptionStatus.Canceled);
    }

    [Theory]
    [InlineData("always_invoice")]
    [InlineData("create_prorations")]
    public async Task An_upgrade_costs_what_its_preview_said(string behaviour)
    {
        var (small, large) = (await app.Price(1000), await app.Price(4000));
        var subscription = await app.Subscribe(await app.Customer(), small);
        var half = (subscription.CurrentPeriodEnd!.Value - subscription.CurrentPeriodStart!.Value) / 2;
        await app.Pass(half);

        var at = app.Clock.GetUtcNow();
        var preview = (await app.Stripe.Invoices.Preview(
            new InvoicePreview { Subscription = subscription.Id, Item = subscription.Item!.Id, Price = large.Id, ProrationBehavior = behaviour, ProrationDate = at }, StripeApp.Stop)).Value.ShouldNotBeNull();
        preview.Lines.Data.Where(line => line.IsProration).Select(line => line.Amount).ShouldBe([-500, 2000]);
        (await app.Invoices(subscription.Id)).Count.ShouldBe(1, "a preview changes nothing");

        var changed = (await app.Stripe.Subscriptions.Update(subscription.Id,
            new SubscriptionUpdate { Item = subscription.Item!.Id, Price = large.Id, ProrationBehavior = behaviour, ProrationDate = at }, "u" + subscription.Id, StripeApp.Stop)).Value.ShouldNotBeNull();
        changed.Item!.Price.Id.ShouldBe(large.Id);
        changed.CurrentPeriodEnd.ShouldBe(subscription.CurrentPeriodEnd);
        if (behaviour == "always_invoice")
        {
            preview.AmountDue.ShouldBe(1500);
            var now = (await app.Invoices(subscription.Id))[0];
            (now.BillingReason, now.AmountPaid, now.PaidUntil).ShouldBe((BillingReason.SubscriptionUpdate, 1500, null));
        }
        else
        {
            preview.AmountDue.ShouldBe(1500 + 4000);
            (await app.Invoices(subscription.Id)).Count.ShouldBe(1);
        }

        await app.Pass(half + TimeSpan.FromHours(1));
        var next = (await app.Invoices(subscription.Id))[0];
        (next.BillingReason, next.AmountPaid).ShouldBe((BillingReason.SubscriptionCycle, behaviour == "always_invoice" ? 4000 : 5500));
        await app.Pass(Month);
        (await app.Invoices(subscription.Id))[0].AmountPaid.ShouldBe(4000);
    }

    [Fact]
    public async Task A_downgrade_gives_a_credit_that_later_invoices_use_up()
    {
        var (small, large) = (await app.Price(1000), await app.Price(4000));
        var customer = await app.Customer();
        var subscription = await app.Subscribe(customer, large);
        await app.Stripe.Subscriptions.Update(subscription.Id,
            new SubscriptionUpdate { Item = subscription.Item!.Id, Price = small.Id, ProrationBehavior = "always_invoice" }, "down" + subscription.Id, StripeApp.Stop);
        var credit = (await app.Invoices(subscription.Id))[0];
        (credit.Total, credit.AmountDue, credit.Status).ShouldBe((-3000, 0, "paid"));
        await app.Pass(Month);
        (await app.Invoices(subscription.Id))[0].AmountDue.ShouldBe(0);
        (await app.Call("GET", $"/v1/customers/{customer.Id}")).At("balance").GetInt64().ShouldBe(-2000);
    }

    [Fact]
    public async Task Another_rhythm_begins_at_once()
    {
        var (monthly, yearly) = (await app.Price(1000), await app.Price(10_000, "year"));
        var subscription = await app.Subscribe(await app.Customer(), monthly);
        var half = (subscription.CurrentPeriodEnd!.Value - subscription.CurrentPeriodStart!.Value) / 2;
        await app.Pass(half);
        var changed = (await app.Stripe.Subscriptions.Update(subscription.Id, new SubscriptionUpdate { Item = subscription.Item!.Id, Price = yearly.Id }, "y" + subscription.Id, StripeApp.Stop)).Value.ShouldNotBeNull();
        (changed.CurrentPeriodStart, changed.CurrentPeriodEnd).ShouldBe((app.Clock.GetUtcNow(), app.Clock.GetUtcNow().AddYears(1)));
        (await app.Invoices(subscription.Id))[0].AmountPaid.ShouldBe(9500);
    }

    [Fact]
    public async Task Without_a_good_card_nothing_begins()
    {
        var price = await app.Price(1000);
        (await app.Stripe.Subscriptions.Create(new NewSubscription { Customer = (await app.Customer(null)).Id, Price = price.Id }, "n1", StripeApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Invalid>();
        var customer = await app.Customer("pm_card_chargeCustomerFail");
        var refused = await app.Stripe.Subscriptions.Create(new NewSubscription { Customer = customer.Id, Price = price.Id, PaymentBehavior = "error_if_incomplete" }, "n2", StripeApp.Stop);
        refused.Failure.ShouldBeOfType<StripeFailure.Declined>();
        (await app.Stripe.Subscriptions.List(customer.Id, StripeApp.Stop, "all")).Value!.Data.ShouldBeEmpty();

        var incomplete = (await app.Stripe.Subscriptions.Create(new NewSubscription { Customer = customer.Id, Price = price.Id }, "n3", StripeApp.Stop)).Value.ShouldNotBeNull();
        incomplete.Status.ShouldBe(SubscriptionStatus.Incomplete);
        await app.Pass(TimeSpan.FromHours(24));
        (await app.Subscription(incomplete.Id)).Status.ShouldBe(SubscriptionStatus.IncompleteExpired);
        (await app.Stripe.PaymentMethods.Attach("pm_card_chargeDeclined", customer.Id, "n4", StripeApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Declined>();
    }

    [Fact]
    public async Task A_trial_costs_nothing_and_then_what_it_is_worth()
    {
        var subscription = (await app.Stripe.Subscriptions.Create(
            new NewSubscription { Customer = (await app.Customer()).Id, Price = (await app.Price(1000)).Id, TrialDays = 14 }, "t" + Guid.CreateVersion7(), StripeApp.Stop)).Value.ShouldNotBeNull();
        (subscription.Status, subscription.TrialEnd, subscription.CurrentPeriodEnd).ShouldBe((SubscriptionStatus.Trialing, app.Clock.GetUtcNow().AddDays(14), app.Clock.GetUtcNow().AddDays(14)));
        (await app.Invoices(subscription.Id)).ShouldHaveSingleItem().AmountDue.ShouldBe(0);
        await app.Pass(TimeSpan.FromDays(15));
        var after = await app.Subscription(subscription.Id);
        (after.Status, after.CurrentPeriodEnd).ShouldBe((SubscriptionStatus.Active, subscription.TrialEnd!.Value.AddMonths(1)));
        (await app.Invoices(subscription.Id))[0].AmountPaid.ShouldBe(1000);
    }

    [Fact]
    public async Task One_subscription_can_be_moved_on_alone()
    {
        var subscription = await app.Subscribe(await app.Customer(), await app.Price(1000));
        var other = await app.Subscribe(await app.Customer(), await app.Price(1000));
        (await app.Api.Post($"/stripe/subscriptions/{subscription.Id}/advance")).ShouldBe(200);
        (await app.Api.Post($"/stripe/subscriptions/{subscription.Id}/advance")).ShouldBe(200).At("status").GetString().ShouldBe("active");
        (await app.Invoices(subscription.Id)).Count.ShouldBe(3);
        (await app.Invoices(other.Id)).Count.ShouldBe(1);
        (await app.Api.Post("/stripe/subscriptions/sub_none/advance")).ShouldBe(404);
    }

    [Fact]
    public async Task Periods_that_pass_at_once_are_each_paid_once()
    {
        var subscription = await app.Subscribe(await app.Customer(), await app.Price(1000));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => app.Api.Post($"/stripe/subscriptions/{subscription.Id}/advance")));
        var invoices = await app.Invoices(subscription.Id);
        invoices.Count.ShouldBe(6);
        invoices.Select(invoice => invoice.PaidUntil).ShouldBeUnique();
        foreach (var invoice in invoices)
            (await app.Moved(invoice.PaymentIntent!)).ShouldBe([1000]);
        (await app.Subscription(subscription.Id)).CurrentPeriodEnd.ShouldBe(subscription.CurrentPeriodStart!.Value.AddMonths(6));
    }

    [Fact]
    public async Task What_is_made_under_one_name_at_once_is_made_once()
    {
        var products = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => app.Stripe.Products.Create("Same", "prod_same", "same" + n, StripeApp.Stop)));
        products.Count(product => product.IsDone).ShouldBe(1);
        products.Where(product => !product.IsDone).ShouldAllBe(product => product.Failure is StripeFailure.Invalid);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => app.Price(1000, lookupKey: "same_name")));
        (await app.Stripe.Prices.List(StripeApp.Stop, ["same_name"])).Value!.Data.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_deleted_customer_takes_the_subscriptions_along()
    {
        var customer = await app.Customer();
        var subscription = await app.Subscribe(customer, await app.Price(1000));
        (await app.Stripe.Customers.Delete(customer.Id, StripeApp.Stop)).Value!.Deleted.ShouldBeTrue();
        (await app.Subscription(subscription.Id)).Status.ShouldBe(SubscriptionStatus.Canceled);
        (await app.Stripe.Customers.Retrieve(customer.Id, StripeApp.Stop)).Value!.Deleted.ShouldBeTrue();
        (await app.Stripe.Customers.Delete(customer.Id, StripeApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Invalid>().IsMissing.ShouldBeTrue();
    }

    [Fact]
    public async Task A_price_is_found_by_a_name_that_moves_on()
    {
        var first = await app.Price(1000, lookupKey: "hobby_monthly");
        var second = await app.Price(1200, lookupKey: "hobby_monthly");
        (await app.Stripe.Prices.List(StripeApp.Stop, ["hobby_monthly"])).Value!.Data.ShouldHaveSingleItem().Id.ShouldBe(second.Id);
        (await app.Stripe.Prices.Retrieve(first.Id, StripeApp.Stop)).Value!.LookupKey.ShouldBeNull();
        (await app.Stripe.Products.Create("Twice", "prod_twice", "t1", StripeApp.Stop)).IsDone.ShouldBeTrue();
        (await app.Stripe.Products.Create("Twice", "prod_twice", "t2", StripeApp.Stop)).Failure.ShouldBeOfType<StripeFailure.Invalid>().Code.ShouldBe("resource_already_exists");
    }
}
