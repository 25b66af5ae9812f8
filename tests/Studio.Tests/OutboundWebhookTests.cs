using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

public sealed class OutboundWebhookTests(StudioApp app) : IClassFixture<StudioApp>
{
    [Fact]
    public async Task Endpoints_hear_of_every_step_in_the_shape_of_the_document()
    {
        await using var receiver = await Receiver.Start();
        var admin = await app.Someone("admin");
        (await (await app.Someone()).Api.Post("/api/webhook-endpoints", $$"""{"url":"{{receiver.Url}}"}""")).ShouldBeRefused(403);
        (await admin.Api.Post("/api/webhook-endpoints", """{"url":"ftp://example.com"}""")).ShouldBeRefused(400);
        var registered = (await admin.Api.Post("/api/webhook-endpoints", $$"""{"url":"{{receiver.Url}}"}""")).ShouldBe(201);
        registered.At("secret").GetString()!.ShouldStartWith("whsec_");
        (await admin.Api.Get(registered.Header("Location")!)).ShouldBe(200).Text.ShouldNotContain("whsec_");

        var order = await app.Delivered();
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/accept")).ShouldBe(200);
        await app.RunJobs();
        var bodies = receiver.All.Select(received => JsonDocument.Parse(received.Body).RootElement).ToList();
        bodies.Select(body => body.GetProperty("type").GetString()).ShouldBe(["order.created", "order.in_progress", "order.delivered", "order.completed"], ignoreOrder: true);
        bodies.ShouldAllBe(body => body.GetProperty("data").GetProperty("order").GetProperty("id").GetGuid() == order.Id
            && body.GetProperty("data").GetProperty("status").GetString() == body.GetProperty("data").GetProperty("order").GetProperty("status").GetString());
        receiver.All.ShouldAllBe(received => received.Signatures.Length == 1 && !received.Body.Contains("_secret_", StringComparison.Ordinal));

        var path = registered.Header("Location")!;
        (await admin.Api.Get(path + "/deliveries")).ShouldBe(200).At("deliveries").GetArrayLength().ShouldBe(4);
        var test = (await admin.Api.With("Idempotency-Key", "test").Post(path + "/test")).ShouldBe(200);
        (await admin.Api.With("Idempotency-Key", "test").Post(path + "/test")).ShouldBe(200).Text.ShouldBe(test.Text);
        (await admin.Api.Get(path + "/deliveries")).At("deliveries").GetArrayLength().ShouldBe(5);

        (await admin.Api.Patch(path, "{}")).ShouldBeRefused(400);
        (await admin.Api.Patch(path, """{"url":"ftp://example.com"}""")).ShouldBeRefused(400);
        (await admin.Api.Patch(path, """{"enabled":false,"description":"Out of service"}""")).ShouldBe(200).At("enabled").GetBoolean().ShouldBeFalse();
        (await admin.Api.Post($"{path}/deliveries/{test.At("messageId").GetString()}/resend")).ShouldBeRefused(409, "CONFLICT");
        var changed = (await admin.Api.Patch(path, """{"enabled":true,"eventTypes":["order.completed"]}""")).ShouldBe(200);
        changed.At("description").GetString().ShouldBe("Out of service");
        changed.At("eventTypes[0]").GetString().ShouldBe("order.completed");
        (await admin.Api.Post($"{path}/deliveries/{test.At("messageId").GetString()}/resend")).ShouldBe(200);
        (await admin.Api.Patch($"/api/webhook-endpoints/{Guid.CreateVersion7()}", """{"enabled":true}""")).ShouldBeRefused(404);
        (await admin.Api.Delete(path)).ShouldBe(204);
        (await admin.Api.Get(path)).ShouldBeRefused(404);
    }
}
