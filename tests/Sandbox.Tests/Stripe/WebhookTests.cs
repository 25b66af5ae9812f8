using System.Text;
using System.Text.Json;
using Colonnade.Platform.Payments;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests.Stripe;

public sealed class WebhookTests(StripeApp app) : IClassFixture<StripeApp>
{
    [Fact]
    public async Task What_happens_is_told_signed_and_in_order()
    {
        var intent = await app.Intent();
        await app.Confirm(intent.Id, "pm_card_visa", "the-key:" + intent.Id);
        await app.RunJobs();
        var told = app.Delivered(intent.Id);
        told.Select(Type).ShouldBe(["payment_intent.created", "payment_intent.succeeded"]);
        told[1].GetProperty("data").GetProperty("object").GetProperty("status").GetString().ShouldBe("succeeded");
        told[1].GetProperty("request").GetProperty("idempotency_key").GetString().ShouldBe("shop:the-key:" + intent.Id);

        var signatures = new StripeSignatures(new StripeSettings { BaseUrl = "https://x", SecretKey = "sk_test_1", WebhookSecrets = [StripeApp.WebhookSecret] }, app.Clock);
        var received = app.Hook.All.Last();
        signatures.Verify(Encoding.UTF8.GetBytes(received.Body), received.Headers["stripe-signature"]).ShouldBeTrue();
        var listed = (await app.Stripe.Events.List(StripeApp.Stop, [StripeEventType.PaymentIntentSucceeded])).Value.ShouldNotBeNull().Data[0];
        listed.Id.ShouldBe(told[1].GetProperty("id").GetString());
        listed.AsPaymentIntent()!.Id.ShouldBe(intent.Id);
        listed.Product.ShouldBe("shop");
    }

    [Fact]
    public async Task What_is_not_accepted_is_sent_again_later()
    {
        app.Hook.Answer(503);
        var intent = await app.Intent();
        await app.RunJobs();
        app.Delivered(intent.Id).Count.ShouldBe(1);
        app.Hook.Answer(200);
        await app.RunJobs();
        app.Delivered(intent.Id).Count.ShouldBe(1);
        await app.Pass(TimeSpan.FromSeconds(2));
        app.Delivered(intent.Id).Count.ShouldBe(2);
        await app.Pass(TimeSpan.FromDays(1));
        app.Delivered(intent.Id).Count.ShouldBe(2);
        (await app.Api.Get("/stripe")).Text.ShouldContain("delivered");
    }

    [Fact]
    public async Task Deliveries_can_be_doubled_and_turned_round()
    {
        (await app.Api.Post("/stripe/faults", """{"kind":"duplicate_webhooks"}""")).ShouldBe(200);
        var doubled = await app.Intent();
        await app.RunJobs();
        var ids = app.Delivered(doubled.Id).Select(happened => happened.GetProperty("id").GetString()).ToList();
        ids.Count.ShouldBe(3);
        ids.Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();

        (await app.Api.Post("/stripe/faults", """{"kind":"reorder_webhooks","times":3}""")).ShouldBe(200);
        var turned = await app.Intent();
        await app.RunJobs();
        app.Delivered(turned.Id).ShouldBeEmpty();
        await app.Confirm(turned.Id, "pm_card_visa");
        await app.RunJobs();
        app.Delivered(turned.Id).Select(Type).ShouldBe(["payment_intent.succeeded", "payment_intent.created"]);
    }

    [Fact]
    public async Task An_endpoint_hears_what_it_asked_for_until_it_is_deleted()
    {
        await using var mine = await Receiver.Start();
        var made = (await app.Call("POST", "/v1/webhook_endpoints", $"url={Uri.EscapeDataString(mine.Url)}&enabled_events[]=charge.succeeded")).ShouldBe(200);
        var intent = await app.Intent();
        await app.Confirm(intent.Id, "pm_card_visa");
        await app.RunJobs();
        var received = mine.All.ShouldHaveSingleItem();
        Type(JsonDocument.Parse(received.Body).RootElement).ShouldBe("charge.succeeded");
        new StripeSignatures(new StripeSettings { BaseUrl = "https://x", SecretKey = "sk_test_1", WebhookSecrets = [made.At("secret").GetString()!] }, app.Clock)
            .Verify(Encoding.UTF8.GetBytes(received.Body), received.Headers["stripe-signature"]).ShouldBeTrue();
        (await app.Call("DELETE", $"/v1/webhook_endpoints/{made.At("id").GetString()}")).ShouldBe(200).At("deleted").GetBoolean().ShouldBeTrue();
        await app.Confirm((await app.Intent()).Id, "pm_card_visa");
        await app.RunJobs();
        mine.All.Count.ShouldBe(1);
        (await app.Call("POST", "/v1/webhook_endpoints", "url=ftp://x&enabled_events[]=*")).ShouldBe(400).At("error.param").GetString().ShouldBe("url");
    }

    [Fact]
    public async Task A_receiver_that_hangs_up_keeps_nobody_from_paying()
    {
        app.Hook.Answer(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        var intent = await app.Intent();
        (await app.Confirm(intent.Id, "pm_card_visa")).Value!.IsPaid.ShouldBeTrue();
        await app.RunJobs();
        app.Hook.Answer(200);
        await app.Pass(TimeSpan.FromSeconds(2));
        app.Delivered(intent.Id).Select(Type).Distinct(StringComparer.Ordinal).ShouldBe(["payment_intent.created", "payment_intent.succeeded"], ignoreOrder: true);
    }

    private static string Type(JsonElement happened) => happened.GetProperty("type").GetString()!;
}
