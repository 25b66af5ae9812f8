using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Payments;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Sandbox.Stripe;

/// <summary>Plans the deliveries of an event, in its transaction.</summary>
internal static class Deliveries
{
    public static async Task Plan(Work work, string happened, IReadOnlyList<DeliveryTarget> targets)
    {
        var isHeld = await Faults.TakesWebhook(work, Faults.ReorderWebhooks);
        var times = await Faults.TakesWebhook(work, Faults.DuplicateWebhooks) ? 3 : 1;
        foreach (var target in targets)
        {
            for (var i = 0; i < times; i++)
            {
                var id = Guid.CreateVersion7();
                await work.Execute(
                    "insert into stripe_deliveries (id, event_id, url, endpoint_id, product, state) values (@id, @happened, @Url, @EndpointId, @Product, @State)",
                    new { id, happened, target.Url, target.EndpointId, target.Product, State = isHeld ? "held" : "waiting" }, CancellationToken.None);
                if (!isHeld)
                    await Enqueue(work, id, target.Url);
            }
        }

        if (isHeld && !await work.One<bool>("select exists (select from stripe_faults where kind = @Kind)", new { Kind = Faults.ReorderWebhooks }, CancellationToken.None))
            await Release(work);
    }

    /// <summary>Sends what was held back, the last first.</summary>
    public static async Task Release(Work work)
    {
        var held = await work.List<Held>(
            "with freed as (update stripe_deliveries set state = 'waiting' where state = 'held' returning id, url) select id, url from freed order by id desc",
            null, CancellationToken.None);
        foreach (var delivery in held)
            await Enqueue(work, delivery.Id, delivery.Url);
    }

    // The receivers take turns: one that is away delays nobody else's.
    private static Task Enqueue(Work work, Guid id, string url) =>
        work.Enqueue(new DeliverStripeWebhook(id), CancellationToken.None, new JobOptions { Owner = url });

    private sealed record Held
    {
        public Guid Id { get; init; }
        public string Url { get; init; } = "";
    }
}

/// <summary>Delivers one event to one endpoint, signed as Stripe signs; what is not accepted (2xx) is tried again for two days.</summary>
internal sealed record DeliverStripeWebhook(Guid Delivery) : IJob
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromHours(24),
    ];

    public static string Kind => "deliver_stripe_webhook";

    public static JobRules Rules => new() { Lane = "webhooks", Workers = 8 };

    public async Task Run(JobRun run)
    {
        var desk = run.Services.GetRequiredService<StripeDesk>();
        var delivery = await desk.Database.One<Row>(
            """
            select d.url, d.product, d.endpoint_id, d.attempts, e.body::text as body, clock() as now, w.body ->> 'sandbox_secret' as secret
            from stripe_deliveries d join stripe_objects e on e.id = d.event_id left join stripe_objects w on w.id = d.endpoint_id
            where d.id = @Delivery and d.state = 'waiting'
            """, this, run.Stop);
        if (delivery is null)
            return;
        if (delivery.Product is null && delivery.Secret is null)
        {
            run.Cancel("The endpoint was deleted.");
            await desk.Database.Execute("update stripe_deliveries set state = 'failed', finished_at = clock(), last_error = 'deleted' where id = @Delivery", this, run.Stop);
            return;
        }

        var (status, error) = await Send(run.Services.GetRequiredService<OutgoingHttp>(), desk, delivery, run.Stop);
        var pause = error is null || delivery.Attempts >= Pauses.Length ? (TimeSpan?)null : Pauses[delivery.Attempts];
        await desk.Database.Execute(
            """
            update stripe_deliveries set attempts = attempts + 1, last_status = @status, last_error = @error, state = @State,
                   finished_at = case when @State <> 'waiting' then clock() end
            where id = @Delivery
            """, new { Delivery, status, error, State = error is null ? "delivered" : pause is null ? "failed" : "waiting" }, CancellationToken.None);
        if (pause is { } wait)
            run.Reschedule(wait);
    }

    private static async Task<(int? Status, string? Error)> Send(OutgoingHttp http, StripeDesk desk, Row delivery, CancellationToken stop)
    {
        var body = Encoding.UTF8.GetBytes(JsonNode.Parse(delivery.Body)!.ToJsonString());
        IReadOnlyList<string> secrets = delivery.Product is null ? [delivery.Secret!] : desk.Targets.SecretsOf(delivery.Product);
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.UserAgent.ParseAdd("Stripe/1.0 (+https://stripe.com/docs/webhooks)");
        request.Headers.TryAddWithoutValidation(StripeSignatures.HeaderName, StripeSignatures.HeaderOf(body, delivery.Now, secrets));
        return await http.Send(request, TimeOut, 1024, stop) switch
        {
            OutgoingOutcome.Answered { Status: >= 200 and < 300 } answer => (answer.Status, null),
            OutgoingOutcome.Answered answer => (answer.Status, "not accepted"),
            OutgoingOutcome.Failed failure => (null, failure.Why.ToString()),
            _ => throw new InvalidOperationException("There is no other outcome."),
        };
    }

    private sealed record Row
    {
        public string Url { get; init; } = "";
        public string? Product { get; init; }
        public string? EndpointId { get; init; }
        public int Attempts { get; init; }
        public string Body { get; init; } = "";
        public DateTimeOffset Now { get; init; }
        public string? Secret { get; init; }
    }
}
