using System.Text.RegularExpressions;
using Colonnade.Platform.Payments;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests.Stripe;

/// <summary>The pages in which a person pays, as a browser without scripts has them.</summary>
public sealed partial class PageTests(StripeApp app) : IClassFixture<StripeApp>
{
    private const string Hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)>";

    private static (string, string)[] Card(string number = "4242 4242 4242 4242", string email = "payer@example.com") =>
        [("number", number), ("expiry", "12/34"), ("code", "123"), ("name", "Ada"), ("email", email)];

    [Fact]
    public async Task A_person_pays_an_intent_after_a_card_that_was_declined()
    {
        var intent = (await app.Stripe.PaymentIntents.Create(new NewPaymentIntent { Amount = 4200, Currency = "eur", Description = Hostile }, "p" + Guid.CreateVersion7(), StripeApp.Stop)).Value!;
        var path = StripeApp.PathOf(intent.SandboxPayUrl!);
        var page = Readable(await app.Api.Get(path), 200);
        page.Text.ShouldContain("42.00 EUR");
        (await app.Submit(path, Card("4000000000009995"))).ShouldBe(402).Text.ShouldContain("Your card has insufficient funds.");
        (await app.Submit(path, ("number", "1234"), ("expiry", "13/20"), ("code", "x"))).ShouldBe(422).Text.ShouldContain("aria-describedby=\"number-flaw\"");
        (await app.Submit(path, Card())).ShouldBe(303).Header("Location").ShouldBe(path);
        Readable(await app.Api.Get(path), 200).Text.ShouldContain("42.00 EUR has been paid");
        (await app.Submit(path, Card())).ShouldBe(303);
        (await app.Moved(intent.Id)).ShouldBe([4200]);
    }

    [Fact]
    public async Task Three_d_secure_is_a_step_that_can_fail()
    {
        var intent = await app.Intent();
        var path = StripeApp.PathOf(intent.SandboxPayUrl!);
        var step = (await app.Submit(path, Card("4000 0025 0000 3155"))).ShouldBe(303).Header("Location")!;
        Readable(await app.Api.Get(step), 200).Text.ShouldContain("Complete authentication");
        (await app.Submit(step, ("answer", "fail"))).ShouldBe(402).Text.ShouldContain("failed authentication");
        (await app.Submit(path, Card("4000 0025 0000 3155"))).ShouldBe(303);
        (await app.Submit(step, ("answer", "pass"))).ShouldBe(303).Header("Location").ShouldBe(path);
        (await app.Moved(intent.Id)).ShouldBe([1000]);
    }

    [Fact]
    public async Task Nobody_pays_who_does_not_know_the_secret_and_no_other_site_pays_for_somebody()
    {
        var intent = await app.Intent();
        var path = StripeApp.PathOf(intent.SandboxPayUrl!);
        (await app.Api.Get($"/pay/{intent.Id}")).ShouldBe(404);
        (await app.Api.Get($"/pay/{intent.Id}?client_secret={intent.Id}_secret_x")).ShouldBe(404);
        (await app.Api.Get("/pay/pi_none?client_secret=x")).ShouldBe(404);
        foreach (var site in (string[])["cross-site", "same-site"])
        {
            (await app.Api.With("Sec-Fetch-Site", site).Send("POST", path, new FormUrlEncodedContent(Card().Select(field => KeyValuePair.Create(field.Item1, field.Item2)))))
                .ShouldBe(403);
        }

        (await app.Moved(intent.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_checkout_takes_one_payment_and_leads_back()
    {
        var price = await app.Price(2500, null, name: Hostile);
        var session = await Checkout(CheckoutMode.Payment, price, new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = "7" });
        var path = StripeApp.PathOf(session.Url!);
        var page = Readable(await app.Api.Get(path), 200);
        page.Text.ShouldContain("25.00 EUR");
        page.Header("Content-Security-Policy")!.ShouldEndWith("form-action 'self' https://shop.example");
        (await app.Submit(path, Card("4000000000000002"))).ShouldBe(402).Text.ShouldContain("Your card was declined.");
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => app.Submit(path, Card())));
        answers.Count(answer => answer.Status == 303).ShouldBe(1);
        answers.Single(answer => answer.Status == 303).Header("Location").ShouldBe($"https://shop.example/ok?session={session.Id}");

        var complete = (await app.Stripe.CheckoutSessions.Retrieve(session.Id, StripeApp.Stop)).Value!;
        (complete.Status, complete.PaymentStatus, complete.Url, complete.AmountTotal).ShouldBe(("complete", "paid", null, 2500));
        (await app.Moved(complete.PaymentIntent!)).ShouldBe([2500]);
        (await app.Stripe.PaymentIntents.Retrieve(complete.PaymentIntent!, StripeApp.Stop)).Value!.MetadataOf("order").ShouldBe("7");
        Readable(await app.Api.Get(path), 200).Text.ShouldContain("This checkout is complete.");
        (await app.Api.Get("/checkout/cs_test_none")).ShouldBe(404);
    }

    [Fact]
    public async Task A_checkout_subscribes_also_with_a_step_at_the_bank()
    {
        var price = await app.Price(1500);
        var session = await Checkout(CheckoutMode.Subscription, price, new Dictionary<string, string>(StringComparer.Ordinal) { ["user"] = "7" });
        var path = StripeApp.PathOf(session.Url!);
        (await app.Submit(path, Card("4000000000000341"))).ShouldBe(402).Text.ShouldContain("Your card was declined.");
        (await app.Stripe.CheckoutSessions.Retrieve(session.Id, StripeApp.Stop)).Value!.Subscription.ShouldBeNull();

        var step = (await app.Submit(path, Card("4000002500003155"))).ShouldBe(303).Header("Location")!;
        var finish = StripeApp.PathOf((await app.Submit(step, ("answer", "fail"))).ShouldBe(303).Header("Location")!);
        (await app.Api.Get(finish)).ShouldBe(402).Text.ShouldContain("Your bank did not let the payment through");
        step = (await app.Submit(path, Card("4000002500003155"))).ShouldBe(303).Header("Location")!;
        finish = StripeApp.PathOf((await app.Submit(step, ("answer", "pass"))).ShouldBe(303).Header("Location")!);
        (await app.Api.Get(finish)).ShouldBe(303).Header("Location").ShouldBe($"https://shop.example/ok?session={session.Id}");

        var complete = (await app.Stripe.CheckoutSessions.Retrieve(session.Id, StripeApp.Stop)).Value!;
        (complete.Status, complete.PaymentStatus).ShouldBe(("complete", "paid"));
        var subscription = await app.Subscription(complete.Subscription!);
        (subscription.Status, subscription.MetadataOf("user"), subscription.MetadataOf("product")).ShouldBe((SubscriptionStatus.Active, "7", "shop"));
        (await app.Stripe.Subscriptions.List(complete.Customer!, StripeApp.Stop)).Value!.Data.Count(one => one.Status == SubscriptionStatus.Active).ShouldBe(1);
        (await app.Invoices(subscription.Id)).ShouldHaveSingleItem().SubscriptionMetadata!["user"].ShouldBe("7");
    }

    [Fact]
    public async Task A_checkout_that_nobody_pays_expires_after_a_day()
    {
        var session = await Checkout(CheckoutMode.Payment, await app.Price(2500, null), null);
        await app.Pass(TimeSpan.FromHours(24.1));
        (await app.Stripe.CheckoutSessions.Retrieve(session.Id, StripeApp.Stop)).Value!.Status.ShouldBe("expired");
        (await app.Api.Get(StripeApp.PathOf(session.Url!))).ShouldBe(410);
        (await app.Submit(StripeApp.PathOf(session.Url!), Card())).ShouldBe(410);
        app.Delivered(session.Id).Select(happened => happened.GetProperty("type").GetString()).ShouldBe([StripeEventType.CheckoutExpired]);
    }

    [Fact]
    public async Task The_portal_cancels_resumes_changes_plan_and_card_and_shows_invoices()
    {
        var (small, large) = (await app.Price(1000, name: "Small"), await app.Price(4000, name: "Large"));
        var customer = await app.Customer();
        var subscription = await app.Subscribe(customer, small);
        var session = (await app.Stripe.PortalSessions.Create(customer.Id, "https://shop.example/account", "portal" + customer.Id, StripeApp.Stop)).Value!;
        var path = StripeApp.PathOf(session.Url);
        var page = Readable(await app.Api.Get(path), 200);
        page.Text.ShouldContain("10.00 EUR a month");
        page.Text.ShouldContain("visa •••• 4242");
        page.Text.ShouldContain("https://shop.example/account");

        (await app.Submit(path + "/cancel", ("subscription", subscription.Id))).ShouldBe(303);
        (await app.Subscription(subscription.Id)).CancelAtPeriodEnd.ShouldBeTrue();
        Readable(await app.Api.Get(path + "?done=canceled"), 200).Text.ShouldContain("Keep the subscription");
        (await app.Submit(path + "/resume", ("subscription", subscription.Id))).ShouldBe(303);
        (await app.Subscription(subscription.Id)).CancelAtPeriodEnd.ShouldBeFalse();

        var preview = Readable(await app.Api.Get($"{path}/plan?subscription={subscription.Id}&price={large.Id}"), 200);
        preview.Text.ShouldContain("30.00 EUR today");
        var at = At().Match(preview.Text).Groups["at"].Value;
        (await app.Submit(path + "/plan", ("subscription", subscription.Id), ("price", large.Id), ("at", at))).ShouldBe(303);
        (await app.Subscription(subscription.Id)).Item!.Price.Id.ShouldBe(large.Id);
        (await app.Invoices(subscription.Id))[0].AmountPaid.ShouldBe(3000);

        (await app.Submit(path + "/card", Card("4000000000000002"))).ShouldBe(402).Text.ShouldContain("Your card was declined.");
        (await app.Submit(path + "/card", ("number", ""))).ShouldBe(422);
        (await app.Submit(path + "/card", Card("5555 5555 5555 4444"))).ShouldBe(303);
        var after = Readable(await app.Api.Get(path), 200);
        after.Text.ShouldContain("mastercard •••• 4444");
        var invoice = InvoiceLink().Match(after.Text).Value;
        Readable(await app.Api.Get(invoice), 200).Text.ShouldContain("30.00 EUR");

        var other = await app.Subscribe(await app.Customer(), small);
        (await app.Submit(path + "/cancel", ("subscription", other.Id))).ShouldBe(404);
        (await app.Subscription(other.Id)).CancelAtPeriodEnd.ShouldBeFalse();
        (await app.Api.With("Sec-Fetch-Site", "cross-site").Send("POST", path + "/cancel", new FormUrlEncodedContent([KeyValuePair.Create("subscription", subscription.Id)]))).ShouldBe(403);
        await app.Advance(TimeSpan.FromHours(1));
        (await app.Api.Get(path)).ShouldBe(404);
    }

    [Fact]
    public async Task A_new_card_in_the_portal_pays_what_is_open()
    {
        var customer = await app.Customer();
        var subscription = await app.Subscribe(customer, await app.Price(800));
        var failing = (await app.Stripe.PaymentMethods.Attach("pm_card_chargeCustomerFail", customer.Id, "a" + customer.Id, StripeApp.Stop)).Value.ShouldNotBeNull();
        await app.Stripe.PaymentMethods.MakeDefault(failing.Id, customer.Id, "d" + customer.Id, StripeApp.Stop);
        await app.Pass(subscription.CurrentPeriodEnd!.Value.AddHours(1) - app.Clock.GetUtcNow());
        (await app.Subscription(subscription.Id)).Status.ShouldBe(SubscriptionStatus.PastDue);

        var path = StripeApp.PathOf((await app.Stripe.PortalSessions.Create(customer.Id, "https://shop.example/account", "heal" + customer.Id, StripeApp.Stop)).Value!.Url);
        Readable(await app.Api.Get(path), 200).Text.ShouldContain("The last payment failed.");
        (await app.Submit(path + "/card", Card())).ShouldBe(303);
        (await app.Subscription(subscription.Id)).Status.ShouldBe(SubscriptionStatus.Active);
        var invoice = (await app.Invoices(subscription.Id))[0];
        (invoice.IsPaid, invoice.AmountPaid).ShouldBe((true, 800));
        (await app.Moved(invoice.PaymentIntent!)).ShouldBe([800]);
    }

    /// <summary>What holds for every page: no scripts, nothing from elsewhere, a name for each field and button, each tag closed.</summary>
    private static Answer Readable(Answer answer, int status)
    {
        var html = answer.ShouldBe(status).Text;
        answer.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
        answer.Header("Content-Security-Policy").ShouldNotBeNull().ShouldNotContain("script-src");
        answer.Header("Cache-Control").ShouldBe("no-store");
        html.ShouldContain("<html lang=\"en\">");
        html.ShouldContain("name=\"viewport\"");
        html.ShouldContain("<strong>Sandbox</strong>");
        html.ShouldNotContain("<script");
        html.ShouldNotContain("<img");
        Markup.Flaws(html).ShouldBeEmpty();
        return answer;
    }

    private async Task<StripeCheckoutSession> Checkout(string mode, StripePrice price, IReadOnlyDictionary<string, string>? metadata) => (await app.Stripe.CheckoutSessions.Create(new NewCheckoutSession
    {
        Mode = mode,
        SuccessUrl = "https://shop.example/ok?session={CHECKOUT_SESSION_ID}",
        CancelUrl = "https://shop.example/no",
        Lines = [new CheckoutLine { Price = price.Id }],
        Metadata = metadata,
    }, "checkout:" + Guid.CreateVersion7(), StripeApp.Stop)).Value.ShouldNotBeNull();

    [GeneratedRegex("name=\"at\" value=\"(?<at>[0-9]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex At();

    [GeneratedRegex("/invoice/in_[0-9A-Za-z]+", RegexOptions.None, 1000)]
    private static partial Regex InvoiceLink();
}
