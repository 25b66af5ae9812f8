using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/webhook-endpoints: where orders are told of (Standard Webhooks 1.0); an operator's.</summary>
public static class Webhooks
{
    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var endpoints = api.MapGroup("/webhook-endpoints").WithTags("Webhooks").RequireOperator().Limit(StudioLimits.CallsPerCaller);
        endpoints.MapGet("/", List)
            .WithSummary("List the webhook endpoints");
        endpoints.MapPost("/", Register).IssuesTokens()
            .WithSummary("Register a webhook endpoint; its secret is shown once");
        endpoints.MapGet("/{id}", Get)
            .WithSummary("Read a webhook endpoint").Refuses(StudioErrors.NotFound("Endpoint"));
        endpoints.MapPatch("/{id}", Change)
            .WithSummary("Change a webhook endpoint").Refuses(StudioErrors.NotFound("Endpoint"));
        endpoints.MapDelete("/{id}", Remove)
            .WithSummary("Remove a webhook endpoint").Refuses(StudioErrors.NotFound("Endpoint"));
        endpoints.MapPost("/{id}/secret", Rotate).IssuesTokens()
            .WithSummary("Replace the secret of an endpoint").Refuses(StudioErrors.NotFound("Endpoint"));
        endpoints.MapPost("/{id}/test", Test).Idempotent()
            .WithSummary("Send a test event").Refuses(StudioErrors.NotFound("Endpoint"));
        endpoints.MapGet("/{id}/deliveries", Deliveries)
            .WithSummary("List what was sent to an endpoint").Refuses(StudioErrors.NotFound("Endpoint"));
        endpoints.MapPost("/{id}/deliveries/{messageId}/resend", Resend).Idempotent()
            .WithSummary("Send an event again").Refuses(StudioErrors.NotFound("Delivery"), StudioErrors.Conflict("The endpoint is disabled"));
    }

    private static async Task<Ok<EndpointList>> List(WebhookEndpoints endpoints, CancellationToken stop) =>
        TypedResults.Ok(new EndpointList([.. (await endpoints.List(stop)).Select(endpoint => EndpointData.Of(endpoint))]));

    private static async Task<Results<Created<EndpointData>, ProblemHttpResult>> Register(
        NewEndpoint request, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        var wish = new NewWebhookEndpoint(request.Url ?? "") { Description = request.Description ?? "", EventTypes = request.EventTypes ?? [] };
        switch (await endpoints.Register(work, wish, client, stop))
        {
            case WebhookEndpointOutcome.Registered registered:
                await work.Commit(stop);
                return TypedResults.Created($"/api/webhook-endpoints/{registered.Endpoint.Id}", EndpointData.Of(registered.Endpoint, registered.Secret));
            case WebhookEndpointOutcome.Refused refused:
                return StudioErrors.Invalid(refused.Reason, refused.Field);
            default:
                throw new InvalidOperationException("Registering an endpoint had no outcome.");
        }
    }

    private static async Task<Results<Ok<EndpointData>, ProblemHttpResult>> Get(PathUuid id, WebhookEndpoints endpoints, CancellationToken stop) =>
        await endpoints.Find(id.Value, stop) is { } endpoint ? TypedResults.Ok(EndpointData.Of(endpoint)) : NotFound();

    private static async Task<Results<Ok<EndpointData>, ProblemHttpResult>> Change(
        PathUuid id, EndpointChange change, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (change is { Url: null, Description: null, EventTypes: null, Enabled: null })
            return StudioErrors.NothingToUpdate();
        await using var work = await database.Begin(stop);
        var wish = new WebhookEndpointChange
        {
            Url = change.Url is null ? default : new(change.Url),
            Description = change.Description is null ? default : new(change.Description),
            EventTypes = change.EventTypes is null ? default : new(change.EventTypes),
            Enabled = change.Enabled is null ? default : new(change.Enabled),
        };
        switch (await endpoints.Change(work, id.Value, wish, client, stop))
        {
            case WebhookEndpointOutcome.Changed changed:
                await work.Commit(stop);
                return TypedResults.Ok(EndpointData.Of(changed.Endpoint));
            case WebhookEndpointOutcome.Refused refused:
                return StudioErrors.Invalid(refused.Reason, refused.Field);
            default:
                return NotFound();
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        PathUuid id, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (!await endpoints.Remove(work, id.Value, client, stop))
            return NotFound();
        await work.Commit(stop);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<EndpointSecret>, ProblemHttpResult>> Rotate(
        PathUuid id, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (await endpoints.Rotate(work, id.Value, client, stop) is not { } secret)
            return NotFound();
        await work.Commit(stop);
        return TypedResults.Ok(new EndpointSecret(secret));
    }

    private static async Task<Results<Ok<SentMessage>, ProblemHttpResult>> Test(PathUuid id, WebhookDeliveries deliveries, Work work, CancellationToken stop)
    {
        if (await deliveries.SendTest(work, id.Value, stop) is not { } message)
            return NotFound();
        await work.Commit(stop);
        return TypedResults.Ok(new SentMessage(message.ToString()));
    }

    private static async Task<Results<Ok<DeliveryList>, ProblemHttpResult>> Deliveries(PathUuid id, WebhookEndpoints endpoints, WebhookDeliveries deliveries, CancellationToken stop) =>
        await endpoints.Find(id.Value, stop) is null
            ? NotFound()
            : TypedResults.Ok(new DeliveryList([.. (await deliveries.List(id.Value, 100, null, stop)).Select(DeliveryData.Of)]));

    private static async Task<Results<Ok<SentMessage>, ProblemHttpResult>> Resend(
        PathUuid id, string messageId, WebhookDeliveries deliveries, Work work, CancellationToken stop)
    {
        if (!WebhookMessageId.TryParse(messageId, out var message))
            return StudioErrors.NotFound("Delivery");
        switch (await deliveries.Resend(work, id.Value, message, stop))
        {
            case ResendOutcome.Queued:
                await work.Commit(stop);
                return TypedResults.Ok(new SentMessage(message.ToString()));
            case ResendOutcome.Disabled:
                return StudioErrors.Conflict("The endpoint is disabled");
            default:
                return StudioErrors.NotFound("Delivery");
        }
    }

    private static ProblemHttpResult NotFound() => StudioErrors.NotFound("Endpoint");
}

/// <summary>What there is to be told of: an order was placed, reached a status, was written about, was paid back.</summary>
public static class EventTypes
{
    public const string Created = "order.created";
    public const string MessageSent = "order.message_sent";
    public const string RefundSent = "order.refund_sent";

    public static readonly string[] All =
        [Created, MessageSent, RefundSent, .. OrderTransitions.All.Select(transition => "order." + transition.To).Distinct(StringComparer.Ordinal)];
}

public sealed record NewEndpoint(string? Url = null, string? Description = null, IReadOnlyList<string>? EventTypes = null);

/// <summary>Absent members, and null, keep what is there. An endpoint that was disabled is tried again once it is enabled.</summary>
public sealed record EndpointChange(string? Url = null, string? Description = null, IReadOnlyList<string>? EventTypes = null, bool? Enabled = null);

public sealed record EndpointList(IReadOnlyList<EndpointData> Endpoints);

/// <summary>An endpoint as it is shown; with its secret only where it was just made.</summary>
public sealed record EndpointData(
    Guid Id,
    string Url,
    string Description,
    IReadOnlyList<string> EventTypes,
    bool Enabled,
    string? DisabledBecause,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret)
{
    internal static EndpointData Of(WebhookEndpoint endpoint, string? secret = null) =>
        new(endpoint.Id, endpoint.Url, endpoint.Description, endpoint.EventTypes, endpoint.IsEnabled, endpoint.DisabledBecause, endpoint.CreatedAt, secret);

    /// <summary>Without the secret, wherever the record is printed.</summary>
    public override string ToString() => $"endpoint {Id}";
}

public sealed record EndpointSecret(string Secret)
{
    public override string ToString() => "endpoint secret";
}

public sealed record SentMessage(string MessageId);

public sealed record DeliveryList(IReadOnlyList<DeliveryData> Deliveries);

public sealed record DeliveryData(
    string MessageId, string Type, DateTimeOffset CreatedAt, string State, int Attempts, DateTimeOffset? NextAt, DateTimeOffset? FinishedAt, int? LastStatus, string? LastError)
{
    internal static DeliveryData Of(WebhookDelivery delivery) => new(
        delivery.MessageId.ToString(), delivery.Type, delivery.CreatedAt, delivery.State, delivery.Attempts, delivery.NextAt, delivery.FinishedAt,
        delivery.LastStatus, delivery.LastError);
}
