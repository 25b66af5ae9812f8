using System.Text.Json;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Tests.Tokens;
using Colonnade.Platform.Webhooks;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Webhooks;

public sealed class WebhookWorkersTests(WebhooksApp app) : IClassFixture<WebhooksApp>, IAsyncDisposable
{
    public ValueTask DisposeAsync() => app.RemoveAll();

    [Fact]
    public async Task Workers_of_several_nodes_deliver_everything_once()
    {
        await using var one = await Receiver.Start();
        await using var other = await Receiver.Start();
        Guid[] endpoints = [(await app.Register(one.Url)).Endpoint.Id, (await app.Register(other.Url)).Endpoint.Id];
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Jobs:Workers"] = "4", ["Webhooks:TimeOut"] = "00:00:30" };
        var nodes = new[] { await app.StartNode(settings), await app.StartNode(settings) };
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => app.Publish(data: new { number })));
        await AccessTokenTests.Until(async () => await app.Database.One<int>(
            "select count(*)::int from webhook_deliveries where state = 'delivered' and endpoint_id = any (@endpoints)", new { endpoints }, WebhooksApp.Stop) == 80, seconds: 60);
        foreach (var node in nodes)
            await node.StopAsync(WebhooksApp.Stop);
        foreach (var receiver in new[] { one, other })
        {
            receiver.All.Count.ShouldBe(40);
            receiver.All.Select(received => received.Id).ShouldBeUnique(StringComparer.Ordinal);
        }

        (await app.Database.One<int>("select max(attempts) from webhook_deliveries where endpoint_id = any (@endpoints)", new { endpoints }, WebhooksApp.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_that_has_lost_the_job_sends_nothing()
    {
        await using var receiver = await Receiver.Start();
        await app.Register(receiver.Url);
        await app.Publish();
        var job = await Job();
        // Under a lease that has passed on: somebody else has claimed it since.
        await app.Database.Execute(
            "update jobs set state = 'running', lease = 2, attempt = 2, worker = @Worker, lease_until = clock() + interval '30 s' where id = @Id",
            new { Worker = Guid.CreateVersion7(), job.Id }, WebhooksApp.Stop);
        await Should.ThrowAsync<JobLostException>(() => Run(job with { Lease = 1 }, Guid.CreateVersion7(), WebhooksApp.Stop));
        receiver.All.ShouldBeEmpty();
        (await app.Database.One<int>("select attempts from webhook_deliveries d join webhook_endpoints p on p.id = d.endpoint_id where p.url = @Url", receiver, WebhooksApp.Stop)).ShouldBe(0);
        await app.Database.Execute("update jobs set state = 'waiting', worker = null, lease_until = null where id = @Id", job, WebhooksApp.Stop);
    }

    [Fact]
    public async Task An_attempt_that_a_stopping_node_broke_off_is_made_again_at_once_and_costs_no_place_in_the_schedule()
    {
        await using var receiver = await Receiver.Start();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answer(async http =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        });
        var endpoint = (await app.Register(receiver.Url)).Endpoint;
        await app.Publish();
        var (job, worker) = (await Job(), Guid.CreateVersion7());
        await app.Database.Execute(
            "update jobs set state = 'running', lease = lease + 1, attempt = 1, worker = @worker, lease_until = clock() + interval '30 s' where id = @Id", new { worker, job.Id }, WebhooksApp.Stop);
        using var stopping = new CancellationTokenSource();
        var running = Run(job with { Lease = job.Lease + 1 }, worker, stopping.Token);
        await arrived.Task.WaitAsync(WebhooksApp.Stop);
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
        await app.Database.Execute("update jobs set state = 'waiting', worker = null, lease_until = null where id = @Id", job, WebhooksApp.Stop);

        receiver.Answer(500);
        await app.RunJobs();
        (await app.Attempts(endpoint.Id)).Select(attempt => (attempt.Number, attempt.Status, attempt.Error)).ShouldBe([(1, null, "interrupted"), (2, 500, "not_accepted")]);
        var next = (await app.Delivery(endpoint.Id)).NextAt.ShouldNotBeNull();
        (next - app.Clock.GetUtcNow()).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(6));
    }

    private async Task<ClaimedJob> Job() => (await app.Database.One<JobOf>(
        "select id, payload::text, lease from jobs where kind = 'deliver_webhook' and state = 'waiting' order by id desc limit 1", null, WebhooksApp.Stop)).ShouldNotBeNull().Claimed;

    private async Task Run(ClaimedJob job, Guid worker, CancellationToken stop)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await JsonSerializer.Deserialize<DeliverWebhook>(job.Payload, JobKinds.Json)!.Run(new JobRun(job, worker, scope.ServiceProvider, stop));
    }

    private sealed record JobOf
    {
        public Guid Id { get; init; }
        public string Payload { get; init; } = "";
        public int Lease { get; init; }

        public ClaimedJob Claimed => new(Id, DeliverWebhook.Kind, "webhooks", Payload, 1, 10, Lease, 0);
    }
}
