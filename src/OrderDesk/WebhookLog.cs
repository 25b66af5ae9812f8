using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>/api/webhooks/:webhookId/deliveries: what was sent, every attempt at it, and sending again.</summary>
public static class WebhookLog
{
    private static readonly QueryWords Before = new("before", "Only what was sent before this `messageId`");

    public static void MapWebhookLog(this IEndpointRouteBuilder api)
    {
        var deliveries = api.MapGroup("/webhooks/{webhookId}/deliveries").WithTags("Webhooks").RequireScope(Caller.EveryScope).Limit(OrderDeskLimits.WebhooksPerCaller);
        deliveries.MapGet("/", List)
            .WithSummary("List what was sent to a webhook").Query(OrderQuery.OfPage).Query(Before).Refuses(OrderDeskErrors.WebhookNotFound());
        deliveries.MapGet("/{messageId}/attempts", Attempts)
            .WithSummary("Read every attempt at a delivery").Refuses(OrderDeskErrors.DeliveryNotFound());
        deliveries.MapPost("/{messageId}/resend", Resend)
            .WithSummary("Send an event again").Refuses(OrderDeskErrors.DeliveryNotFound(), OrderDeskErrors.WebhookDisabled());
    }

    private static async Task<Results<Ok<Answer<DeliveryList>>, ProblemHttpResult>> List(
        PathUuid webhookId, HttpRequest request, WebhookEndpoints endpoints, WebhookDeliveries deliveries, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var page = query.Page();
        var before = query.Words(Before);
        WebhookMessageId message = default;
        if (before is not null && !WebhookMessageId.TryParse(before, out message))
            query.Refuse("before", "must be a messageId of an earlier answer");
        if (query.Refusal is { } refusal)
            return refusal;
        if (await endpoints.Find(webhookId.Value, stop) is null)
            return OrderDeskErrors.WebhookNotFound();
        var list = await deliveries.List(webhookId.Value, page.Limit, before is null ? null : message, stop);
        return TypedResults.Ok(new Answer<DeliveryList>(true, new DeliveryList([.. list.Select(DeliveryData.Of)])));
    }

    private static async Task<Results<Ok<Answer<AttemptList>>, ProblemHttpResult>> Attempts(
        PathUuid webhookId, string messageId, WebhookDeliveries deliveries, CancellationToken stop)
    {
        var attempts = WebhookMessageId.TryParse(messageId, out var message) ? await deliveries.Attempts(webhookId.Value, message, stop) : [];
        return attempts.Count == 0
            ? OrderDeskErrors.DeliveryNotFound()
            : TypedResults.Ok(new Answer<AttemptList>(true, new AttemptList(attempts)));
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Resend(
        PathUuid webhookId, string messageId, WebhookDeliveries deliveries, ProductDatabase database, CancellationToken stop)
    {
        if (!WebhookMessageId.TryParse(messageId, out var message))
            return OrderDeskErrors.DeliveryNotFound();
        await using var work = await database.Begin(stop);
        switch (await deliveries.Resend(work, webhookId.Value, message, stop))
        {
            case ResendOutcome.Queued:
                await work.Commit(stop);
                return TypedResults.Ok(new Done(true, "Event sent again successfully"));
            case ResendOutcome.Disabled:
                return OrderDeskErrors.WebhookDisabled();
            default:
                return OrderDeskErrors.DeliveryNotFound();
        }
    }
}

public sealed record DeliveryList(IReadOnlyList<DeliveryData> Deliveries);

public sealed record DeliveryData(
    string MessageId, string Type, DateTimeOffset CreatedAt, string State, int Attempts, DateTimeOffset? NextAt, DateTimeOffset? FinishedAt, int? LastStatus, string? LastError)
{
    internal static DeliveryData Of(WebhookDelivery delivery) => new(
        delivery.MessageId.ToString(), delivery.Type, delivery.CreatedAt, delivery.State, delivery.Attempts, delivery.NextAt, delivery.FinishedAt,
        delivery.LastStatus, delivery.LastError);
}

public sealed record AttemptList(IReadOnlyList<WebhookAttempt> Attempts);
