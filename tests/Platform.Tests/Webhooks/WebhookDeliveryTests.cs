using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Colonnade.Testing;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Webhooks;

public sealed class WebhookDeliveryTests(WebhooksApp app) : IClassFixture<WebhooksApp>, IAsyncDisposable
{
    public ValueTask DisposeAsync() => app.RemoveAll();

    [Fact]
    public async Task An_event_is_delivered_once_and_logged()
    {
        await using var receiver = await Receiver.Start();
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish(WebhooksApp.Made, new { thingId = 7, name = "Stuhl & Ölkanne + \"42\"" });
        receiver.All.ShouldBeEmpty();
        (await app.Delivery(endpoint.Id)).State.ShouldBe("waiting");

        await app.RunJobs();
        var received = receiver.All.ShouldHaveSingleItem();
        received.Method.ShouldBe("POST");
        received.Path.ShouldBe("/hook");
        received.Body.ShouldBe("""{"type":"thing.made","timestamp":"2026-03-02T09:30:00.000Z","data":{"thingId":7,"name":"Stuhl & Ölkanne + \"42\""}}""".Replace(
            "2026-03-02T09:30:00.000Z", JsonDocument.Parse(received.Body).RootElement.GetProperty("timestamp").GetString(), StringComparison.Ordinal));
        received.Headers["content-type"].ShouldBe("application/json");
        received.Headers["user-agent"].ShouldBe("Colonnade-Webhooks/1.0");
        received.Headers["webhook-timestamp"].ShouldBe(app.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        received.Signatures.ShouldHaveSingleItem().ShouldStartWith("v1,");
        received.Headers.Keys.ShouldBe(["host", "content-type", "content-length", "user-agent", "webhook-id", "webhook-timestamp", "webhook-signature"], ignoreOrder: true);

        var delivery = await app.Delivery(endpoint.Id);
        (delivery.State, delivery.Attempts, delivery.Type, delivery.NextAt, delivery.LastStatus, delivery.LastError).ShouldBe(("delivered", 1, WebhooksApp.Made, null, 200, null));
        delivery.MessageId.ToString().ShouldBe(received.Id);
        WebhookMessageId.TryParse(received.Id, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(delivery.MessageId);
        var attempt = (await app.Attempts(endpoint.Id)).ShouldHaveSingleItem();
        (attempt.Number, attempt.Status, attempt.Error, attempt.StartedAt).ShouldBe((1, 200, null, app.Clock.GetUtcNow()));
        attempt.DurationMs.ShouldNotBeNull();

        await app.Advance(TimeSpan.FromDays(2));
        await app.RunJobs();
        receiver.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_rolled_back_is_never_delivered()
    {
        await using var receiver = await Receiver.Start();
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        var before = await app.Database.One<int>("select count(*)::int from jobs", null, WebhooksApp.Stop);
        await using (var work = await app.Database.Begin(WebhooksApp.Stop))
            await app.Events.Publish(work, WebhooksApp.Made, new { thing = 1 }, WebhooksApp.Stop);
        (await app.Database.One<int>("select count(*)::int from jobs", null, WebhooksApp.Stop)).ShouldBe(before);
        await app.RunJobs();
        receiver.All.ShouldBeEmpty();
        (await app.Deliveries.List(endpoint.Id, 10, null, WebhooksApp.Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_endpoint_gets_the_types_it_wants_and_all_get_the_same_message()
    {
        await using var everything = await Receiver.Start();
        await using var changes = await Receiver.Start();
        await using var disabled = await Receiver.Start();
        await app.Register(everything.Url);
        await app.Register(changes.Url, WebhooksApp.Changed);
        await app.Change((await app.Register(disabled.Url)).Endpoint.Id, new WebhookEndpointChange { Enabled = new Change<bool?>(false) });
        await app.Publish(WebhooksApp.Made);
        await app.Publish(WebhooksApp.Changed);
        await app.RunJobs();
        everything.All.Count.ShouldBe(2);
        var change = changes.All.ShouldHaveSingleItem();
        change.Body.ShouldContain(WebhooksApp.Changed);
        everything.All.Count(received => received.Id == change.Id && received.Body == change.Body).ShouldBe(1);
        disabled.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_that_the_product_does_not_declare_cannot_be_published() =>
        await Should.ThrowAsync<ArgumentException>(() => app.Publish("thing.unheard_of"));

    [Theory]
    [InlineData(201, null)]
    [InlineData(204, null)]
    [InlineData(299, null)]
    [InlineData(301, "redirected")]
    [InlineData(302, "redirected")]
    [InlineData(307, "redirected")]
    [InlineData(308, "redirected")]
    [InlineData(304, "redirected")]
    [InlineData(400, "not_accepted")]
    [InlineData(401, "not_accepted")]
    [InlineData(404, "not_accepted")]
    [InlineData(429, "not_accepted")]
    [InlineData(500, "not_accepted")]
    [InlineData(503, "not_accepted")]
    public async Task Only_2xx_is_accepted_and_no_redirect_is_followed(int status, string? error)
    {
        await using var receiver = await Receiver.Start();
        await using var elsewhere = await Receiver.Start();
        receiver.Answer(http =>
        {
            http.Response.StatusCode = status;
            if (status is > 300 and < 400)
                http.Response.Headers.Location = elsewhere.Url;
            return Task.CompletedTask;
        });
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        receiver.All.Count.ShouldBe(1);
        elsewhere.All.ShouldBeEmpty();
        var delivery = await app.Delivery(endpoint.Id);
        (delivery.State, delivery.LastStatus, delivery.LastError).ShouldBe((error is null ? "delivered" : "waiting", status, error));
    }

    [Fact]
    public async Task A_receiver_that_is_slow_is_not_waited_for()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(static http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted));
        await Fails(receiver.Url, "timed_out");
    }

    [Fact]
    public async Task A_receiver_that_closes_the_connection_has_not_accepted()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(static http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        await Fails(receiver.Url, "broken_off");
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_unreachable()
    {
        string url;
        await using (var receiver = await Receiver.Start())
            url = receiver.Url;
        await Fails(url, "unreachable");
    }

    [Fact]
    public async Task A_name_without_an_address_is_unknown() => await Fails("http://nobody.invalid/hook", "name_unknown");

    [Fact]
    public async Task A_receiver_without_tls_is_not_trusted()
    {
        await using var receiver = await Receiver.Start();
        await Fails(receiver.Url.Replace("http://", "https://", StringComparison.Ordinal), "tls_failed");
    }

    [Fact]
    public async Task An_answer_that_never_ends_was_an_answer()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(static async http =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.WriteAsync("x", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, http.RequestAborted);
            }
        });
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        (await app.Delivery(endpoint.Id)).State.ShouldBe("delivered");
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_not_read_to_its_end()
    {
        using var receiver = new TcpListener(IPAddress.Loopback, 0);
        receiver.Start();
        var answering = AnswerAtLength(receiver);
        var endpoint = (await app.Register($"http://{receiver.LocalEndpoint}/hook")).Endpoint;
        await app.Publish();
        await app.RunJobs();
        (await app.Delivery(endpoint.Id)).State.ShouldBe("delivered");
        // What the sockets between the two hold is taken; the rest of the 1 GB is not.
        (await answering).ShouldBeLessThan(50_000_000);
    }

    [Fact]
    public async Task An_endpoint_is_tried_out_whatever_it_wants()
    {
        await using var receiver = await Receiver.Start();
        var endpoint = (await app.Register(receiver.Url, WebhooksApp.Changed)).Endpoint;
        var message = await app.InWork(work => app.Deliveries.SendTest(work, endpoint.Id, WebhooksApp.Stop));
        await app.RunJobs();
        var received = receiver.All.ShouldHaveSingleItem();
        received.Id.ShouldBe(message.ToString());
        var body = JsonDocument.Parse(received.Body).RootElement;
        body.GetProperty("type").GetString().ShouldBe("webhook.test");
        body.GetProperty("data").GetProperty("endpoint").GetGuid().ShouldBe(endpoint.Id);

        await app.Change(endpoint.Id, new WebhookEndpointChange { Enabled = new Change<bool?>(false) });
        (await app.InWork(work => app.Deliveries.SendTest(work, endpoint.Id, WebhooksApp.Stop))).ShouldBeNull();
        (await app.InWork(work => app.Deliveries.SendTest(work, Guid.CreateVersion7(), WebhooksApp.Stop))).ShouldBeNull();
    }

    [Fact]
    public async Task Deliveries_are_listed_page_by_page()
    {
        await using var receiver = await Receiver.Start();
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        for (var i = 0; i < 5; i++)
        {
            await app.Publish();
            await app.Advance(TimeSpan.FromMilliseconds(2));
        }

        await app.RunJobs();
        var seen = new List<string>();
        WebhookMessageId? before = null;
        for (var page = 0; page < 3; page++)
        {
            var deliveries = await app.Deliveries.List(endpoint.Id, 2, before, WebhooksApp.Stop);
            deliveries.Count.ShouldBe(page < 2 ? 2 : 1);
            before = deliveries[^1].MessageId;
            seen.AddRange(deliveries.Select(delivery => delivery.MessageId.ToString()));
        }

        seen.ShouldBe(seen.OrderDescending(StringComparer.Ordinal));
        seen.ShouldBe(receiver.All.Select(received => received.Id), ignoreOrder: true);
    }

    /// <summary>Answers one request with 1 GB; how much of it was taken.</summary>
    private static async Task<long> AnswerAtLength(TcpListener receiver)
    {
        using var connection = await receiver.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = connection.GetStream();
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        long taken = 0;
        try
        {
            for (var chunk = new byte[100_000]; taken < 1_000_000_000; taken += chunk.Length)
                await stream.WriteAsync(chunk, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The connection is closed.
        }

        return taken;
    }

    private async Task Fails(string url, string error)
    {
        var endpoint = (await app.Register(url)).Endpoint;
        await app.Publish();
        await app.RunJobs();
        var delivery = await app.Delivery(endpoint.Id);
        (delivery.State, delivery.LastStatus, delivery.LastError).ShouldBe(("waiting", null, error));
        (await app.Endpoints.Find(endpoint.Id, WebhooksApp.Stop)).ShouldNotBeNull().FailingSince.ShouldBe(app.Clock.GetUtcNow());
    }
}
