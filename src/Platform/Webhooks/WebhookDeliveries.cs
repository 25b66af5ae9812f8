using System.Diagnostics.CodeAnalysis;
using Colonnade.Platform.Database;

namespace Colonnade.Platform.Webhooks;

/// <summary>What was sent to an endpoint and what came of it; sends again by hand, and tries an endpoint out.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "Callers ask one object for everything, whether or not a method needs its fields.")]
public sealed class WebhookDeliveries
{
    private readonly ProductDatabase _database;
    private readonly WebhookEvents _events;
    private readonly TimeProvider _time;

    internal WebhookDeliveries(ProductDatabase database, WebhookEvents events, TimeProvider time)
    {
        _database = database;
        _events = events;
        _time = time;
    }

    /// <summary>The events of an endpoint, the newest first.</summary>
    /// <param name="endpoint">Which; one that is not there has none.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="before">Continues after the last one of an earlier answer; null begins.</param>
    /// <param name="stop">Cancels.</param>
    public Task<List<WebhookDelivery>> List(Guid endpoint, int limit, WebhookMessageId? before, CancellationToken stop) => _database.List<WebhookDelivery>(
        """
        select d.event_id, e.type, e.created_at, d.state, d.attempts, d.next_at, d.finished_at, last.status as last_status, last.error as last_error
        from webhook_deliveries d
        join webhook_endpoints p on p.id = d.endpoint_id and p.removed_at is null
        join webhook_events e on e.id = d.event_id
        left join webhook_attempts last on last.event_id = d.event_id and last.endpoint_id = d.endpoint_id and last.number = d.attempts
        where d.endpoint_id = @endpoint and d.event_id < coalesce(cast(@Before as uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        order by d.event_id desc limit @limit
        """, new { endpoint, limit, Before = before?.Event }, stop);

    /// <summary>Every attempt to deliver one event to one endpoint, in order.</summary>
    public Task<List<WebhookAttempt>> Attempts(Guid endpoint, WebhookMessageId message, CancellationToken stop) => _database.List<WebhookAttempt>(
        """
        select a.number, a.started_at, a.duration_ms, a.status, a.error
        from webhook_attempts a join webhook_endpoints p on p.id = a.endpoint_id and p.removed_at is null
        where a.endpoint_id = @endpoint and a.event_id = @Event
        order by a.number
        """, new { endpoint, message.Event }, stop);

    /// <summary>
    /// Sends an event again, once <paramref name="work"/> has committed, however it ended before; one that waits for its next
    /// attempt need not wait any longer. The schedule begins anew.
    /// </summary>
    public async Task<ResendOutcome> Resend(Work work, Guid endpoint, WebhookMessageId message, CancellationToken stop)
    {
        var found = await work.One<Found>(
            """
            select d.round, p.disabled_at is null as is_enabled, d.state = 'waiting' and d.failures = 0 as is_under_way
            from webhook_deliveries d join webhook_endpoints p on p.id = d.endpoint_id
            where d.event_id = @Event and d.endpoint_id = @endpoint and p.removed_at is null
            for update of d
            """, new { message.Event, endpoint }, stop);
        if (found is null)
            return ResendOutcome.NotFound;
        if (!found.IsEnabled)
            return ResendOutcome.Disabled;
        if (found.IsUnderWay && await HasJob(work, new DeliverWebhook(message.Event, endpoint, found.Round), stop))
            return ResendOutcome.Queued;
        await work.Execute(
            """
            update webhook_deliveries set state = 'waiting', round = round + 1, failures = 0, next_at = clock(), finished_at = null
            where event_id = @Event and endpoint_id = @endpoint
            """, new { message.Event, endpoint }, stop);
        await new DeliverWebhook(message.Event, endpoint, found.Round + 1).Enqueue(work, stop);
        return ResendOutcome.Queued;
    }

    /// <summary>Sends <c>{"type":"webhook.test",…,"data":{"endpoint":…}}</c> to one endpoint, whatever types it wants.</summary>
    /// <returns>Where to look for what came of it; null when there is no such endpoint or it is disabled.</returns>
    public async Task<WebhookMessageId?> SendTest(Work work, Guid endpoint, CancellationToken stop)
    {
        var id = Guid.CreateVersion7(_time.GetUtcNow());
        var sent = await work.Execute(
            """
            with event as (
                insert into webhook_events (id, type, body)
                select @id, @Type, @Body from webhook_endpoints where id = @endpoint and disabled_at is null and removed_at is null
                returning id
            )
            insert into webhook_deliveries (event_id, endpoint_id) select id, @endpoint from event
            """, new { id, endpoint, Type = WebhookEvents.TestType, Body = _events.Body(WebhookEvents.TestType, new { endpoint }) }, stop) == 1;
        if (!sent)
            return null;
        await new DeliverWebhook(id, endpoint, 1).Enqueue(work, stop);
        return new WebhookMessageId(id);
    }

    /// <summary>False when its job was given up, as after hours without PostgreSQL.</summary>
    private static Task<bool> HasJob(Work work, DeliverWebhook job, CancellationToken stop) => work.One<bool>(
        "select exists (select from jobs where kind = @Kind and unique_key = @Key and state in ('scheduled', 'waiting', 'running'))",
        new { DeliverWebhook.Kind, job.Key }, stop);

    private sealed record Found
    {
        public int Round { get; init; }
        public bool IsEnabled { get; init; }
        public bool IsUnderWay { get; init; }
    }
}

/// <summary>What receivers know an event by: the header <c>webhook-id</c>, <c>msg_</c> and 32 hexadecimal digits.</summary>
public readonly record struct WebhookMessageId(Guid Event)
{
    private const string Prefix = "msg_";

    public static bool TryParse(string? text, out WebhookMessageId id)
    {
        var isId = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out _);
        id = isId ? new WebhookMessageId(Guid.ParseExact(text.AsSpan(Prefix.Length), "N")) : default;
        return isId;
    }

    public override string ToString() => $"{Prefix}{Event:N}";
}

/// <summary>One event on its way to one endpoint.</summary>
public sealed record WebhookDelivery
{
    internal Guid EventId { get; init; }

    public WebhookMessageId MessageId => new(EventId);

    public string Type { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary><c>waiting</c>, <c>delivered</c>, <c>failed</c> (no attempts left, or 410) or <c>cancelled</c> (the endpoint was disabled).</summary>
    public string State { get; init; } = "";

    public int Attempts { get; init; }

    /// <summary>When the next attempt is due; null when it is over.</summary>
    public DateTimeOffset? NextAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Of the last attempt; see <see cref="WebhookAttempt"/>.</summary>
    public int? LastStatus { get; init; }

    /// <inheritdoc cref="LastStatus"/>
    public string? LastError { get; init; }
}

/// <summary>One attempt to deliver.</summary>
public sealed record WebhookAttempt
{
    /// <summary>From 1.</summary>
    public int Number { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it is under way, or when it was interrupted.</summary>
    public int? DurationMs { get; init; }

    /// <summary>As the receiver answered; null when it did not.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// Null when it was accepted (2xx) or is under way; <c>not_accepted</c>, <c>redirected</c>, <c>gone</c>; <c>address_refused</c>,
    /// <c>name_unknown</c>, <c>unreachable</c>, <c>tls_failed</c>, <c>timed_out</c>, <c>broken_off</c>; <c>interrupted</c> when a node stopped.
    /// </summary>
    public string? Error { get; init; }
}

/// <summary>What came of sending again.</summary>
public enum ResendOutcome
{
    /// <summary>It will be sent at once.</summary>
    Queued,

    /// <summary>No such event was ever meant for this endpoint, or it is too old.</summary>
    NotFound,

    /// <summary>The endpoint is disabled: enable it first.</summary>
    Disabled,
}
