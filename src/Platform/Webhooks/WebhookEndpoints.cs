using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;

namespace Colonnade.Platform.Webhooks;

/// <summary>
/// The endpoints that a product's events are sent to: registered, listed, changed, removed, their secrets rotated. Every
/// change is written to the audit trail, without URL or secret.
/// </summary>
public sealed class WebhookEndpoints
{
    private const int LongestDescription = 500;
    private static readonly TimeSpan UsualOverlap = TimeSpan.FromHours(24);

    private readonly ProductDatabase _database;
    private readonly WebhookSecrets _secrets;
    private readonly WebhookInterest _interest;
    private readonly WebhookRules _rules;
    private readonly WebhookSender _sender;
    private readonly TimeProvider _time;

    internal WebhookEndpoints(
        ProductDatabase database, WebhookSecrets secrets, WebhookInterest interest, WebhookRules rules, WebhookSender sender, TimeProvider time)
    {
        _database = database;
        _secrets = secrets;
        _interest = interest;
        _rules = rules;
        _sender = sender;
        _time = time;
    }

    /// <summary>All endpoints, the newest first.</summary>
    public Task<List<WebhookEndpoint>> List(CancellationToken stop) => _database.List<WebhookEndpoint>(
        $"select {WebhookEndpoint.Columns} from webhook_endpoints where removed_at is null order by created_at desc, id desc", null, stop);

    /// <summary>Null when there is none.</summary>
    public Task<WebhookEndpoint?> Find(Guid id, CancellationToken stop) => _database.One<WebhookEndpoint>(
        $"select {WebhookEndpoint.Columns} from webhook_endpoints where id = @id and removed_at is null", new { id }, stop);

    /// <summary>
    /// Registers an endpoint: it gets what is published on this node from the commit of <paramref name="work"/> on, on other
    /// nodes within a second.
    /// </summary>
    /// <returns><see cref="WebhookEndpointOutcome.Registered"/> or <see cref="WebhookEndpointOutcome.Refused"/>.</returns>
    public async Task<WebhookEndpointOutcome> Register(Work work, NewWebhookEndpoint endpoint, ClientFacts client, CancellationToken stop)
    {
        if (FlawOf(endpoint.Url, endpoint.Description, endpoint.EventTypes) is { } flaw)
            return flaw;
        var registered = await work.One<WebhookEndpoint>(
            $"""
            insert into webhook_endpoints (id, url, description, event_types, created_by)
            values (@Id, @Url, @Description, @EventTypes, cast(@ActorId as uuid))
            returning {WebhookEndpoint.Columns}
            """,
            new
            {
                Id = Guid.CreateVersion7(_time.GetUtcNow()),
                endpoint.Url,
                Description = endpoint.Description.Trim(),
                EventTypes = Distinct(endpoint.EventTypes),
                client.ActorId,
            },
            stop);
        var secret = await _secrets.Make(work, registered!.Id, TimeSpan.Zero, stop);
        await Record(work, AuditEvents.WebhookEndpointRegistered, registered.Id, client, stop);
        return new WebhookEndpointOutcome.Registered(registered, secret);
    }

    /// <summary>Changes what is set.</summary>
    /// <returns>Everything but <see cref="WebhookEndpointOutcome.Registered"/>.</returns>
    public async Task<WebhookEndpointOutcome> Change(Work work, Guid id, WebhookEndpointChange change, ClientFacts client, CancellationToken stop)
    {
        if (FlawOf(change.Url.Value, change.Description.Value, change.EventTypes.Value) is { } flaw)
            return flaw;
        var changed = await work.One<WebhookEndpoint>(
            $"""
            update webhook_endpoints set
                url = coalesce(@Url, url),
                description = coalesce(@Description, description),
                event_types = coalesce(@EventTypes, event_types),
                disabled_at = case @Enabled when true then null when false then coalesce(disabled_at, clock()) else disabled_at end,
                disabled_because = case @Enabled when true then null when false then coalesce(disabled_because, 'by_hand') else disabled_because end,
                failing_since = case when @Enabled and disabled_at is not null then null else failing_since end,
                updated_at = clock(), version = version + 1
            where id = @id and removed_at is null
            returning {WebhookEndpoint.Columns}
            """,
            new
            {
                id,
                Url = change.Url.Value,
                Description = change.Description.Value?.Trim(),
                EventTypes = change.EventTypes.Value is { } types ? Distinct(types) : null,
                Enabled = change.Enabled.Value,
            },
            stop);
        if (changed is null)
            return new WebhookEndpointOutcome.NotFound();
        await Record(work, AuditEvents.WebhookEndpointChanged, id, client, stop);
        return new WebhookEndpointOutcome.Changed(changed);
    }

    /// <summary>
    /// Gives the endpoint another secret. Until the former one ends, deliveries carry a signature of each, so that the receiver
    /// can change over when it likes.
    /// </summary>
    /// <param name="work">The change.</param>
    /// <param name="id">Which endpoint.</param>
    /// <param name="client">Who asks, and from where.</param>
    /// <param name="stop">Cancels.</param>
    /// <param name="overlap">How long the former one is good yet; 24 h when not given, zero when it has leaked.</param>
    /// <returns>The secret, to be shown now and never again; null when there is no such endpoint.</returns>
    public async Task<string?> Rotate(Work work, Guid id, ClientFacts client, CancellationToken stop, TimeSpan? overlap = null)
    {
        // The lock puts parallel rotations one after the other.
        var found = await work.One<Guid?>("select id from webhook_endpoints where id = @id and removed_at is null for no key update", new { id }, stop);
        if (found is null)
            return null;
        var secret = await _secrets.Make(work, id, overlap ?? UsualOverlap, stop);
        await Record(work, AuditEvents.WebhookSecretRotated, id, client, stop);
        return secret;
    }

    /// <summary>Removes the endpoint with its secrets; what waits to be delivered is cancelled. False when there is none.</summary>
    public async Task<bool> Remove(Work work, Guid id, ClientFacts client, CancellationToken stop)
    {
        // Its deliveries go with their events, see SweepWebhooks: they may be many.
        var removed = await work.Execute(
            "update webhook_endpoints set removed_at = clock(), version = version + 1 where id = @id and removed_at is null", new { id }, stop) == 1;
        if (!removed)
            return false;
        await work.Execute("delete from webhook_secrets where endpoint_id = @id", new { id }, stop);
        await Record(work, AuditEvents.WebhookEndpointRemoved, id, client, stop);
        return true;
    }

    private Task Record(Work work, string @event, Guid endpoint, ClientFacts client, CancellationToken stop)
    {
        work.AfterCommit(_interest.Forget);
        return work.Audit(new AuditEntry(@event, null, client) { Detail = new { endpoint } }, stop);
    }

    private WebhookEndpointOutcome.Refused? FlawOf(string? url, string? description, IReadOnlyList<string>? types)
    {
        if (url is not null && (_sender.FlawOf(url) ?? (WireText.IsStorable(url) ? null : "must be an absolute URL")) is { } flaw)
            return new WebhookEndpointOutcome.Refused("url", "The URL " + flaw);
        if (description is not null && (description.Trim().Length > LongestDescription || !WireText.IsStorable(description)))
            return new WebhookEndpointOutcome.Refused("description", $"A description has at most {LongestDescription} characters");
        return types is not null && types.Any(type => !_rules.EventTypes.Contains(type, StringComparer.Ordinal))
            ? new WebhookEndpointOutcome.Refused("eventTypes", $"The types of events are {string.Join(", ", _rules.EventTypes)}")
            : null;
    }

    private static string[] Distinct(IReadOnlyList<string> types) => [.. types.Distinct(StringComparer.Ordinal)];
}
