using Colonnade.Platform.Database;
using Colonnade.Platform.Tests.Accounts;
using Colonnade.Platform.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Webhooks;

/// <summary>A product that tells of things.</summary>
public sealed class WebhooksApp() : DummyProduct(
    builder => builder.Services.AddWebhooks(new WebhookRules([Made, Changed])),
    _ => { })
{
    public const string Made = "thing.made";
    public const string Changed = "thing.changed_hands";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal) { ["Webhooks:TimeOut"] = "00:00:02" };

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public WebhookEndpoints Endpoints => Services.GetRequiredService<WebhookEndpoints>();

    public WebhookDeliveries Deliveries => Services.GetRequiredService<WebhookDeliveries>();

    public WebhookEvents Events => Services.GetRequiredService<WebhookEvents>();

    public async Task<T> InWork<T>(Func<Work, Task<T>> change)
    {
        await using var work = await Database.Begin(Stop);
        var result = await change(work);
        await work.Commit(Stop);
        return result;
    }

    /// <summary>An endpoint that wants everything, or <paramref name="types"/>.</summary>
    public async Task<WebhookEndpointOutcome.Registered> Register(string url, params string[] types) =>
        (await InWork(work => Endpoints.Register(work, new NewWebhookEndpoint(url) { EventTypes = types }, AccountsProduct.Client, Stop)))
            .ShouldBeOfType<WebhookEndpointOutcome.Registered>();

    public Task Publish(string type = Made, object? data = null) => InWork(async work =>
    {
        await Events.Publish(work, type, data ?? new { thing = 1 }, Stop);
        return true;
    });

    public Task<WebhookEndpointOutcome> Change(Guid endpoint, WebhookEndpointChange change) =>
        InWork(work => Endpoints.Change(work, endpoint, change, AccountsProduct.Client, Stop));

    public Task<bool> Remove(Guid endpoint) => InWork(work => Endpoints.Remove(work, endpoint, AccountsProduct.Client, Stop));

    public Task<string?> Rotate(Guid endpoint, TimeSpan? overlap = null) => InWork(work => Endpoints.Rotate(work, endpoint, AccountsProduct.Client, Stop, overlap));

    public Task<ResendOutcome> Resend(Guid endpoint, WebhookMessageId message) => InWork(work => Deliveries.Resend(work, endpoint, message, Stop));

    /// <summary>The only delivery an endpoint ever had.</summary>
    public async Task<WebhookDelivery> Delivery(Guid endpoint) => (await Deliveries.List(endpoint, 2, null, Stop)).ShouldHaveSingleItem();

    public async Task<List<WebhookAttempt>> Attempts(Guid endpoint) => await Deliveries.Attempts(endpoint, (await Delivery(endpoint)).MessageId, Stop);

    public Task<List<string>> EventsOf(Guid endpoint) =>
        Database.List<string>("select event from audit where detail->>'endpoint' = @endpoint::text order by id", new { endpoint }, Stop);

    /// <summary>After a test: nothing is sent to its receivers any more.</summary>
    public async ValueTask RemoveAll()
    {
        foreach (var endpoint in await Endpoints.List(Stop))
            await Remove(endpoint.Id);
        await RunJobs();
    }
}
