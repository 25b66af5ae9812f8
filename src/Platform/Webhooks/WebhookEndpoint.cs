using Colonnade.Platform.Web;

namespace Colonnade.Platform.Webhooks;

/// <summary>One place that events are sent to. Its secret is never part of this.</summary>
public sealed record WebhookEndpoint
{
    public Guid Id { get; init; }

    public string Url { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>The types it wants; empty: all.</summary>
    public string[] EventTypes { get; init; } = [];

    public bool IsEnabled => DisabledAt is null;

    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary><c>by_hand</c>; <c>gone</c>: it answered 410; <c>failing</c>: it accepted nothing for five days. Null while enabled.</summary>
    public string? DisabledBecause { get; init; }

    /// <summary>The first failure since anything was accepted; null when the last attempt was.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts changes.</summary>
    public long Version { get; init; }

    /// <summary>The columns of <c>webhook_endpoints</c> that fill this record.</summary>
    internal const string Columns = "id, url, description, event_types, disabled_at, disabled_because, failing_since, created_at, updated_at, version";
}

/// <summary>An endpoint to be registered.</summary>
/// <param name="Url">https; where private addresses are allowed also http.</param>
public sealed record NewWebhookEndpoint(string Url)
{
    /// <summary>At most 500 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>Of those the product declares; empty: all.</summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];
}

/// <summary>A partial change of an endpoint. What is not set stays; null is taken as not set.</summary>
public sealed record WebhookEndpointChange
{
    public Change<string> Url { get; init; }

    public Change<string> Description { get; init; }

    public Change<IReadOnlyList<string>> EventTypes { get; init; }

    /// <summary>Enabling forgets former failures; disabling cancels what waits to be delivered.</summary>
    public Change<bool?> Enabled { get; init; }
}

/// <summary>What came of registering or changing an endpoint.</summary>
public abstract record WebhookEndpointOutcome
{
    private WebhookEndpointOutcome()
    {
    }

    /// <param name="Endpoint">Its row.</param>
    /// <param name="Secret"><c>whsec_…</c>. Show it now: it is not told again.</param>
    public sealed record Registered(WebhookEndpoint Endpoint, string Secret) : WebhookEndpointOutcome
    {
        /// <summary>Without the secret, wherever the record is printed.</summary>
        public override string ToString() => $"Registered {Endpoint.Id}";
    }

    public sealed record Changed(WebhookEndpoint Endpoint) : WebhookEndpointOutcome;

    /// <summary>There is no such endpoint.</summary>
    public sealed record NotFound : WebhookEndpointOutcome;

    /// <param name="Field"><c>url</c>, <c>description</c> or <c>eventTypes</c>.</param>
    /// <param name="Reason">One sentence for the person who asked, without a full stop.</param>
    public sealed record Refused(string Field, string Reason) : WebhookEndpointOutcome;
}
