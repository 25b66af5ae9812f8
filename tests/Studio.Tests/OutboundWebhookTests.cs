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
        (await admin.Api.Post(path + "/test")).ShouldBe(200);
        (await admin.Api.Delete(path)).ShouldBe(204);
        (await admin.Api.Get(path)).ShouldBeRefused(404);
    }
}
