using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class WebhookTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    private async Task<Answer> Register(Receiver receiver, string types = "") =>
        (await app.Service.Post("/api/webhooks", $$"""{"url":"{{receiver.Url}}","eventTypes":[{{types}}]}""")).ShouldBe(201);

    private static List<(string Type, JsonElement Data)> Events(Receiver receiver) => [.. receiver.All
        .Select(request => JsonDocument.Parse(request.Body).RootElement).Select(body => (body.GetProperty("type").GetString()!, body.GetProperty("data")))];

    [Fact]
    public async Task What_becomes_of_an_order_is_told_signed()
    {
        await using var receiver = await Receiver.Start();
        var secret = (await Register(receiver, "\"order.created\",\"order.updated\",\"order.deleted\",\"order.restored\"")).At("data.secret").GetString()!;
        var created = (await app.Service.Post("/api/order", OrderDeskApp.Order)).ShouldBe(201);
        var order = created.At("data.orderId").GetString();
        await app.RunJobs();
        await app.Service.Patch($"/api/order/{order}", """{"price":"149.99"}""");
        await app.RunJobs();
        await app.Service.Delete($"/api/order/{order}");
        await app.RunJobs();
        await app.Service.Post($"/api/order/{order}/restore");
        await app.RunJobs();

        var events = Events(receiver);
        events.Select(of => of.Type).ShouldBe(["order.created", "order.updated", "order.deleted", "order.restored"]);
        events[0].Data.GetRawText().ShouldBe(created.At("data").GetRawText());
        events[1].Data.GetProperty("price").GetString().ShouldBe("149.99");

        var request = receiver.All.First();
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signed = $"{request.Id}.{request.Headers["webhook-timestamp"]}.{request.Body}";
        request.Signatures.ShouldBe(["v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))]);
    }

    [Fact]
    public async Task What_becomes_of_a_user_is_told_and_nothing_secret()
    {
        await using var receiver = await Receiver.Start();
        await Register(receiver, "\"user.created\",\"user.updated\",\"user.deleted\"");
        var (id, email) = await app.Register();
        await app.RunJobs();
        await app.Service.Patch($"/api/user/{id}", """{"password":"newpassword123"}""");
        await app.RunJobs();
        await app.Service.Delete($"/api/user/{id}");
        await app.RunJobs();

        var events = Events(receiver);
        events.Select(of => of.Type).ShouldBe(["user.created", "user.updated", "user.deleted"]);
        events[0].Data.EnumerateObject().Select(member => member.Name).ShouldBe(["userId", "email", "createdAt", "updatedAt"]);
        events[0].Data.GetProperty("email").GetString().ShouldBe(email);
        events[2].Data.GetRawText().ShouldBe($$"""{"userId":"{{id}}"}""");
        receiver.All.ShouldAllBe(request => !request.Body.Contains("newpassword123", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_did_not_happen_is_not_told()
    {
        await using var receiver = await Receiver.Start();
        await Register(receiver);
        var order = await app.NewOrder();
        await app.Service.With("If-Match", "\"7\"").Patch($"/api/order/{order}", """{"price":"1"}""");
        await app.Service.Patch("/api/order/none", """{"price":"1"}""");
        await app.Service.Post($"/api/order/{order}/restore");
        await app.RunJobs();
        Events(receiver).Select(of => of.Type).ShouldBe(["order.created"]);
    }

    [Fact]
    public async Task A_delivery_that_failed_is_logged_retried_and_sent_again_by_hand()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(500);
        var webhook = (await Register(receiver, "\"order.created\"")).At("data.webhookId").GetString();
        await app.NewOrder();
        await app.RunJobs();
        var path = $"/api/webhooks/{webhook}/deliveries";
        var failed = (await app.Service.Get(path)).ShouldBe(200);
        failed.At("data.deliveries[0].state").GetString().ShouldBe("waiting");
        failed.At("data.deliveries[0].lastStatus").GetInt32().ShouldBe(500);
        var message = failed.At("data.deliveries[0].messageId").GetString();

        receiver.Answer(200);
        (await app.Service.Post($"{path}/{message}/resend")).ShouldBe(200).At("message").GetString().ShouldBe("Event sent again successfully");
        await app.RunJobs();
        (await app.Service.Get(path)).At("data.deliveries[0].state").GetString().ShouldBe("delivered");
        var attempts = (await app.Service.Get($"{path}/{message}/attempts")).ShouldBe(200).At("data.attempts");
        attempts.GetArrayLength().ShouldBe(2);
        attempts[0].GetProperty("status").GetInt32().ShouldBe(500);
        attempts[1].GetProperty("status").GetInt32().ShouldBe(200);
        (await app.Service.Get($"{path}?before={message}")).ShouldBe(200).At("data.deliveries").GetArrayLength().ShouldBe(0);
        (await app.Service.Get($"{path}?before=nonsense")).ShouldBeRefused(400, "VALIDATION_FAILED");
        (await app.Service.Post($"{path}/nonsense/resend")).ShouldBeRefused(404, "DELIVERY_NOT_FOUND");
    }

    [Fact]
    public async Task An_endpoint_is_changed_tried_out_rotated_and_removed()
    {
        await using var receiver = await Receiver.Start();
        var registered = await Register(receiver, "\"user.deleted\"");
        registered.Header("Cache-Control").ShouldBe("no-store");
        var path = registered.Header("Location")!;
        (await app.Service.Get(path)).ShouldBe(200).Text.ShouldNotContain("whsec_");
        (await app.Service.Get("/api/webhooks")).ShouldBe(200).Text.ShouldNotContain("whsec_");

        (await app.Service.Post($"{path}/test")).ShouldBe(200);
        await app.RunJobs();
        Events(receiver).Single().Type.ShouldBe("webhook.test");

        (await app.Service.Post($"{path}/secret")).ShouldBe(200).At("data.secret").GetString().ShouldNotBe(registered.At("data.secret").GetString(), StringComparer.Ordinal);
        (await app.Service.Post($"{path}/test")).ShouldBe(200);
        await app.RunJobs();
        receiver.All.Last().Signatures.Length.ShouldBe(2);

        var changed = (await app.Service.Patch(path, """{"description":" Books ","eventTypes":["order.created"],"enabled":false}""")).ShouldBe(200);
        changed.At("data.description").GetString().ShouldBe("Books");
        changed.At("data.enabled").GetBoolean().ShouldBeFalse();
        (await app.Service.Post($"{path}/test")).ShouldBeRefused(409, "WEBHOOK_DISABLED");
        (await app.Service.Patch(path, "{}")).ShouldBeRefused(400, "MISSING_REQUIRED_FIELD");
        (await app.Service.Patch(path, """{"url":null}""")).ShouldBeRefused(400, "VALIDATION_FAILED").At("errors[0].field").GetString().ShouldBe("url");
        (await app.Service.Delete(path)).ShouldBe(200);
        (await app.Service.Get(path)).ShouldBeRefused(404, "WEBHOOK_NOT_FOUND");
        (await app.Service.Delete(path)).ShouldBeRefused(404, "WEBHOOK_NOT_FOUND");
    }

    [Theory]
    [InlineData("{}", "url")]
    [InlineData("""{"url":"ftp://example.com"}""", "url")]
    [InlineData("""{"url":"https://example.com","eventTypes":["order.exploded"]}""", "eventTypes")]
    public async Task A_wish_that_breaks_a_rule_is_a_400(string body, string field) =>
        (await app.Service.Post("/api/webhooks", body)).ShouldBeRefused(400, "VALIDATION_FAILED").At("errors[0].field").GetString().ShouldBe(field);
}
