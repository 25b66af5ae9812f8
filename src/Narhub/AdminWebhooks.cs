using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/admin/webhooks: endpoints outside that are told of orders, payments, invoices and quotes.</summary>
public static class AdminWebhooks
{
    public static void MapAdminWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/admin/webhooks").WithTags("Admin: webhooks").RequireOperator().Limit(NarhubLimits.OthersPerCaller);
        webhooks.MapGet("/", List)
            .WithSummary("List the webhooks");
        webhooks.MapPost("/", Register)
            .WithSummary("Register a webhook; its secret is shown once");
        webhooks.MapGet("/{webhookId}", Get)
            .WithSummary("Read a webhook").Refuses(NarhubErrors.NotFound("Webhook"));
        webhooks.MapPatch("/{webhookId}", Change)
            .WithSummary("Change a webhook").Refuses(NarhubErrors.NotFound("Webhook"));
        webhooks.MapDelete("/{webhookId}", Remove)
            .WithSummary("Remove a webhook").Refuses(NarhubErrors.NotFound("Webhook"));
        webhooks.MapPost("/{webhookId}/rotate-secret", Rotate)
            .WithSummary("Replace a webhook's secret").Refuses(NarhubErrors.NotFound("Webhook"));
        webhooks.MapPost("/{webhookId}/test", Test)
            .WithSummary("Send a test event").Refuses(NarhubErrors.NotFound("Webhook"), NarhubErrors.Conflict("The webhook is disabled"));
    }

    private static async Task<Ok<WebhookList>> List(WebhookEndpoints endpoints, CancellationToken stop) =>
        TypedResults.Ok(new WebhookList([.. (await endpoints.List(stop)).Select(endpoint => WebhookData.Of(endpoint))]));

    // The answer holds a secret: no copy of it is kept for a repetition.
    private static async Task<Results<Created<WebhookAnswer>, ProblemHttpResult>> Register(
        NewWebhook request, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        var wish = new NewWebhookEndpoint(request.Url ?? "") { Description = request.Description ?? "", EventTypes = request.EventTypes ?? [] };
        switch (await endpoints.Register(work, wish, client, stop))
        {
            case WebhookEndpointOutcome.Registered registered:
                await work.Commit(stop);
                return TypedResults.Created($"/api/admin/webhooks/{registered.Endpoint.Id}", new WebhookAnswer(WebhookData.Of(registered.Endpoint, registered.Secret)));
            case WebhookEndpointOutcome.Refused refused:
                return NarhubErrors.Invalid(refused.Reason, refused.Field);
            default:
                throw new InvalidOperationException("Registering an endpoint had no outcome.");
        }
    }

    private static async Task<Results<Ok<WebhookAnswer>, ProblemHttpResult>> Get(PathUuid webhookId, WebhookEndpoints endpoints, CancellationToken stop) =>
        await endpoints.Find(webhookId.Value, stop) is { } endpoint
            ? TypedResults.Ok(new WebhookAnswer(WebhookData.Of(endpoint)))
            : NarhubErrors.NotFound("Webhook");

    private static async Task<Results<Ok<WebhookAnswer>, ProblemHttpResult>> Change(
        PathUuid webhookId, WebhookChange change, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (change.NullField is { } field)
            return NarhubErrors.Invalid($"{field} must not be null", field);
        await using var work = await database.Begin(stop);
        var wish = new WebhookEndpointChange { Url = change.Url, Description = change.Description, EventTypes = change.EventTypes, Enabled = change.Enabled };
        switch (await endpoints.Change(work, webhookId.Value, wish, client, stop))
        {
            case WebhookEndpointOutcome.Changed changed:
                await work.Commit(stop);
                return TypedResults.Ok(new WebhookAnswer(WebhookData.Of(changed.Endpoint)));
            case WebhookEndpointOutcome.Refused refused:
                return NarhubErrors.Invalid(refused.Reason, refused.Field);
            default:
                return NarhubErrors.NotFound("Webhook");
        }
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Remove(
        PathUuid webhookId, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (!await endpoints.Remove(work, webhookId.Value, client, stop))
            return NarhubErrors.NotFound("Webhook");
        await work.Commit(stop);
        return TypedResults.Ok(new Done("Webhook deleted successfully"));
    }

    private static async Task<Results<Ok<WebhookSecret>, ProblemHttpResult>> Rotate(
        PathUuid webhookId, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (await endpoints.Rotate(work, webhookId.Value, client, stop) is not { } secret)
            return NarhubErrors.NotFound("Webhook");
        await work.Commit(stop);
        return TypedResults.Ok(new WebhookSecret(secret));
    }

    private static async Task<Results<Ok<WebhookMessage>, ProblemHttpResult>> Test(
        PathUuid webhookId, WebhookEndpoints endpoints, WebhookDeliveries deliveries, ProductDatabase database, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (await deliveries.SendTest(work, webhookId.Value, stop) is { } message)
        {
            await work.Commit(stop);
            return TypedResults.Ok(new WebhookMessage(message.ToString()));
        }

        await work.DisposeAsync();
        return await endpoints.Find(webhookId.Value, stop) is null ? NarhubErrors.NotFound("Webhook") : NarhubErrors.Conflict("The webhook is disabled");
    }
}

/// <summary>An endpoint to be told of events: of those named (order.created, order.paid and the like), of all when none is.</summary>
public sealed record NewWebhook(string? Url = null, string? Description = null, IReadOnlyList<string>? EventTypes = null);

public sealed record WebhookChange
{
    public Change<string> Url { get; init; }

    public Change<string> Description { get; init; }

    public Change<IReadOnlyList<string>> EventTypes { get; init; }

    public Change<bool?> Enabled { get; init; }

    internal string? NullField => Url.IsNull ? "url" : Description.IsNull ? "description" : EventTypes.IsNull ? "event_types" : Enabled.IsNull ? "enabled" : null;
}

public sealed record WebhookList(IReadOnlyList<WebhookData> Webhooks);

public sealed record WebhookAnswer(WebhookData Webhook)
{
    public override string ToString() => Webhook.ToString();
}

/// <summary>An endpoint as it is shown; with its secret only where it was just made.</summary>
public sealed record WebhookData(
    Guid Id,
    string Url,
    string Description,
    IReadOnlyList<string> EventTypes,
    bool Enabled,
    string? DisabledBecause,
    DateTimeOffset? FailingSince,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret)
{
    internal static WebhookData Of(WebhookEndpoint endpoint, string? secret = null) => new(
        endpoint.Id, endpoint.Url, endpoint.Description, endpoint.EventTypes, endpoint.IsEnabled, endpoint.DisabledBecause, endpoint.FailingSince,
        endpoint.CreatedAt, endpoint.UpdatedAt, secret);

    /// <summary>Without the secret, wherever the record is printed.</summary>
    public override string ToString() => $"webhook {Id}";
}

/// <summary>A new secret; the former one is good for 24 hours more.</summary>
public sealed record WebhookSecret(string Secret)
{
    public override string ToString() => "webhook secret";
}

public sealed record WebhookMessage(string MessageId);
