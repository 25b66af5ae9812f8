using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class OrderMailTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task An_order_is_confirmed_with_everything_needed_to_pay_it()
    {
        var john = await app.Someone();
        var answer = (await john.Api.Post("/api/orders", OrderTests.Documented)).ShouldBe(201);
        await app.RunJobs();
        var mail = (await app.Mails(john.Email)).Single(mail => mail.Subject == $"Your order {answer.At("order.payment_reference").GetString()}");
        foreach (var part in new[] { "VIGIL AI", "40,000.00 EUR", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX", answer.At("order.payment_instructions.creditor_reference").GetString()! })
        {
            mail.Text.ShouldContain(part);
            mail.Html.ShouldContain(part);
        }
    }

    [Fact]
    public async Task What_has_arrived_what_is_due_and_every_later_state_is_told()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(10_000, "\"billing_name\":\"<script>alert(1)</script>\"");
        await app.RunJobs();
        await admin.Pay(order.Id, 4_000);
        await app.RunJobs();
        var partly = (await app.Mails(john.Email))[0];
        partly.Subject.ShouldBe($"Payment received for your order {order.Reference}");
        partly.Text.ShouldContain("Still due: 60.00 EUR");
        await admin.Pay(order.Id, 7_000);
        await app.RunJobs();
        (await app.Mails(john.Email))[0].Text.ShouldContain("Your credit: 10.00 EUR");
        (await app.Mails(john.Email))[0].Text.ShouldContain($"/api/orders/{order.Id}/invoice");
        (await admin.Api.Patch($"/api/admin/orders/{order.Id}/status", """{"status":"completed"}""")).ShouldBe(200);
        await app.RunJobs();
        (await app.Mails(john.Email))[0].Subject.ShouldBe($"Your order {order.Reference} is complete");
        (await admin.Api.Patch($"/api/admin/orders/{order.Id}/status", """{"status":"refunded","reason":"As <b>agreed</b>."}""")).ShouldBe(200);
        await app.RunJobs();
        var refunded = (await app.Mails(john.Email))[0];
        refunded.Subject.ShouldBe($"Your order {order.Reference} was refunded");
        refunded.Text.ShouldContain("Credit note: CN-");
        refunded.Html.ShouldContain("As &lt;b&gt;agreed&lt;/b&gt;.");
    }

    [Fact]
    public async Task Endpoints_outside_are_told_of_orders_and_payments()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var webhook = (await admin.Api.Post("/api/admin/webhooks", """{"url":"https://hooks.example.com/narhub","event_types":["order.created","order.paid","order.completed","order.refunded","order.cancelled","payment.received","invoice.issued"]}""")).ShouldBe(201);
        webhook.At("webhook.secret").GetString()!.ShouldStartWith("whsec_");
        var order = await john.Order(10_000);
        await admin.Pay(order.Id);
        (await admin.Api.Patch($"/api/admin/orders/{order.Id}/status", """{"status":"completed"}""")).ShouldBe(200);
        var events = await app.Database.List<string>(
            "select type from webhook_events where body like '%' || @Id::text || '%' order by id", new { order.Id }, TestContext.Current.CancellationToken);
        events.ShouldBe(["order.created", "payment.received", "invoice.issued", "order.paid", "order.completed"], ignoreOrder: true);
        var body = await app.Database.One<string>("select body from webhook_events where type = 'order.paid' and body like '%' || @Id::text || '%'", new { order.Id }, TestContext.Current.CancellationToken);
        body!.ShouldContain("\"status\":\"processing\"");

        var path = webhook.Header("Location")!;
        (await admin.Api.Get(path)).ShouldBe(200).At("webhook").TryGetProperty("secret", out _).ShouldBeFalse();
        (await admin.Api.Patch(path, """{"enabled":false}""")).ShouldBe(200).At("webhook.enabled").GetBoolean().ShouldBeFalse();
        (await admin.Api.Post(path + "/test")).ShouldBeRefused(409, "CONFLICT");
        (await admin.Api.Post(path + "/rotate-secret")).ShouldBe(200).At("secret").GetString()!.ShouldStartWith("whsec_");
        (await admin.Api.Patch(path, """{"url":null}""")).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await admin.Api.Post("/api/admin/webhooks", """{"url":"ftp://x"}""")).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await admin.Api.Get("/api/admin/webhooks")).At("webhooks").EnumerateArray().ShouldNotBeEmpty();
        (await admin.Api.Delete(path)).ShouldBe(200);
        (await admin.Api.Get(path)).ShouldBeRefused(404, "NOT_FOUND");
    }
}
