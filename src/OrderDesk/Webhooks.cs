using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>/api/webhooks: where users and orders are told of (Standard Webhooks 1.0); only for whoever may do everything.</summary>
public static class Webhooks
{
    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks").RequireScope(Caller.EveryScope).Limit(OrderDeskLimits.WebhooksPerCaller);
        webhooks.MapGet("/", List)
            .WithSummary("List the webhooks");
        webhooks.MapPost("/", Register).IssuesTokens()
            .WithSummary("Register a webhook; its secret is shown once");
        webhooks.MapGet("/{webhookId}", Get)
            .WithSummary("Read a webhook").Refuses(OrderDeskErrors.WebhookNotFound());
        webhooks.MapPatch("/{webhookId}", Change)
            .WithSummary("Change a webhook").Refuses(OrderDeskErrors.NothingToUpdate(), OrderDeskErrors.WebhookNotFound());
        webhooks.MapDelete("/{webhookId}", Remove)
            .WithSummary("Remove a webhook").Refuses(OrderDeskErrors.WebhookNotFound());
        webhooks.MapPost("/{webhookId}/secret", Rotate).IssuesTokens()
            .WithSummary("Replace a webhook's secret").Refuses(OrderDeskErrors.WebhookNotFound());
        webhooks.MapPost("/{webhookId}/test", Test)
            .WithSummary("Send a test event").Refuses(OrderDeskErrors.WebhookNotFound(), OrderDeskErrors.WebhookDisabled());
    }

    private static async Task<Ok<Answer<WebhookList>>> List(WebhookEndpoints endpoints, CancellationToken stop) =>
        TypedResults.Ok(new Answer<WebhookList>(true, new WebhookList([.. (await endpoints.List(stop)).Select(endpoint => WebhookData.Of(endpoint))])));

    private static async Task<Results<Created<Answer<WebhookData>>, ProblemHttpResult>> Register(
        NewWebhook request, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        var wish = new NewWebhookEndpoint(request.Url ?? "") { Description = request.Description ?? "", EventTypes = request.EventTypes ?? [] };
        switch (await endpoints.Register(work, wish, client, stop))
        {
            case WebhookEndpointOutcome.Registered registered:
                await work.Commit(stop);
                return TypedResults.Created($"/api/webhooks/{registered.Endpoint.Id}",
                    new Answer<WebhookData>(true, WebhookData.Of(registered.Endpoint, registered.Secret), "Webhook created successfully; its secret is not shown again"));
            case WebhookEndpointOutcome.Refused refused:
                return OrderDeskErrors.Invalid(refused.Reason, refused.Field);
            default:
                throw new InvalidOperationException("Registering an endpoint had no outcome.");
        }
    }

    private static async Task<Results<Ok<Answer<WebhookData>>, ProblemHttpResult>> Get(PathUuid webhookId, WebhookEndpoints endpoints, CancellationToken stop) =>
        await endpoints.Find(webhookId.Value, stop) is { } endpoint
            ? TypedResults.Ok(new Answer<WebhookData>(true, WebhookData.Of(endpoint)))
            : OrderDeskErrors.WebhookNotFound();

    private static async Task<Results<Ok<Answer<WebhookData>>, ProblemHttpResult>> Change(
        PathUuid webhookId, WebhookChange change, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (change is { Url.IsSet: false, Description.IsSet: false, EventTypes.IsSet: false, Enabled.IsSet: false })
            return OrderDeskErrors.NothingToUpdate();
        if (change.NullField is { } field)
            return OrderDeskErrors.Invalid($"{field} must not be null", field);
        await using var work = await database.Begin(stop);
        var outcome = await endpoints.Change(work, webhookId.Value, new WebhookEndpointChange
        {
            Url = change.Url,
            Description = change.Description,
            EventTypes = change.EventTypes,
            Enabled = change.Enabled,
        }, client, stop);
        switch (outcome)
        {
            case WebhookEndpointOutcome.Changed changed:
                await work.Commit(stop);
                return TypedResults.Ok(new Answer<WebhookData>(true, WebhookData.Of(changed.Endpoint), "Webhook updated successfully"));
            case WebhookEndpointOutcome.Refused refused:
                return OrderDeskErrors.Invalid(refused.Reason, refused.Field);
            default:
                return OrderDeskErrors.WebhookNotFound();
        }
    }

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Remove(
        PathUuid webhookId, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (!await endpoints.Remove(work, webhookId.Value, client, stop))
            return OrderDeskErrors.WebhookNotFound();
        await work.Commit(stop);
        return TypedResults.Ok(new Done(true, "Webhook deleted successfully"));
    }

    private static async Task<Results<Ok<Answer<WebhookSecret>>, ProblemHttpResult>> Rotate(
        PathUuid webhookId, WebhookEndpoints endpoints, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (await endpoints.Rotate(work, webhookId.Value, client, stop) is not { } secret)
            return OrderDeskErrors.WebhookNotFound();
        await work.Commit(stop);
        return TypedResults.Ok(new Answer<WebhookSecret>(true, new WebhookSecret(secret), "Secret rotated successfully; the former one is good for 24 hours more"));
    }

    private static async Task<Results<Ok<Answer<WebhookMessage>>, ProblemHttpResult>> Test(
        PathUuid webhookId, WebhookEndpoints endpoints, WebhookDeliveries deliveries, ProductDatabase database, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (await deliveries.SendTest(work, webhookId.Value, stop) is { } message)
        {
            await work.Commit(stop);
            return TypedResults.Ok(new Answer<WebhookMessage>(true, new WebhookMessage(message.ToString()), "Test event sent successfully"));
        }

        await work.DisposeAsync();
        return await endpoints.Find(webhookId.Value, stop) is null ? OrderDeskErrors.WebhookNotFound() : OrderDeskErrors.WebhookDisabled();
    }
}

/// <summary>What there is to be told of.</summary>
public static class EventTypes
{
    public const string UserCreated = "user.created";
    public const string UserUpdated = "user.updated";
    public const string UserDeleted = "user.deleted";
    public const string OrderCreated = "order.created";
    public const string OrderUpdated = "order.updated";
    public const string OrderDeleted = "order.deleted";
    public const string OrderRestored = "order.restored";

    public static readonly string[] All = [UserCreated, UserUpdated, UserDeleted, OrderCreated, OrderUpdated, OrderDeleted, OrderRestored];
}

public sealed record NewWebhook(string? Url = null, string? Description = null, IReadOnlyList<string>? EventTypes = null);

public sealed record WebhookChange
{
    public Change<string> Url { get; init; }

    public Change<string> Description { get; init; }

    public Change<IReadOnlyList<string>> EventTypes { get; init; }

    public Change<bool?> Enabled { get; init; }

    internal string? NullField => Url.IsNull ? "url" : Description.IsNull ? "description" : EventTypes.IsNull ? "eventTypes" : Enabled.IsNull ? "enabled" : null;
}

public sealed record WebhookList(IReadOnlyList<WebhookData> Webhooks);

/// <summary>An endpoint as it is shown; with its secret only where it was just made.</summary>
public sealed record WebhookData(
    Guid WebhookId,
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
    public override string ToString() => $"webhook {WebhookId}";
}

public sealed record WebhookSecret(string Secret)
{
    public override string ToString() => "webhook secret";
}

public sealed record WebhookMessage(string MessageId);
