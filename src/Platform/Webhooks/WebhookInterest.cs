using System.Threading.Channels;
using Colonnade.Platform.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Colonnade.Platform.Webhooks;

/// <summary>
/// Whether any endpoint may want a type of event: what nobody wants costs a request nothing. A copy, in step with the
/// table and believed only while the listener lives; unknown means yes.
/// </summary>
internal sealed class WebhookInterest : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private readonly ProductDatabase _database;
    private readonly Listener _listener;
    private readonly ILogger<WebhookInterest> _log;
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private volatile HashSet<string>? _wanted;
    private long _changes;

    public WebhookInterest(ProductDatabase database, Listener listener, ILogger<WebhookInterest> log)
    {
        _database = database;
        _listener = listener;
        _log = log;
        listener.Subscribe("webhook_endpoints", _ => Forget(), Forget);
    }

    /// <summary>False only when certainly no endpoint wants <paramref name="type"/>.</summary>
    public bool MayWant(string type) =>
        !_listener.IsLive || _wanted is not { } wanted || wanted.Contains(type) || wanted.Contains(Everything);

    /// <summary>Nothing is certain until the table has been read again.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _changes++;
            _wanted = null;
        }

        _changed.Writer.TryWrite(true);
    }

    /// <summary>In the place of a list of types: all of them.</summary>
    private const string Everything = "";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _changed.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await Read(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                _log.LogWarning("The types of events that are wanted could not be read: {Reason}", failure.GetType().Name);
                await Task.Delay(RetryPause, TimeProvider.System, stoppingToken);
                _changed.Writer.TryWrite(true);
            }
        }
    }

    private async Task Read(CancellationToken stop)
    {
        var changes = Volatile.Read(ref _changes);
        var types = await _database.List<string>(
            """
            select distinct unnest(case when event_types = '{}' then array[@Everything] else event_types end)
            from webhook_endpoints where disabled_at is null and removed_at is null
            """, new { Everything }, stop);
        lock (_gate)
        {
            // A change that was told while the rows were on their way may be later than the rows.
            if (_changes == changes)
                _wanted = types.ToHashSet(StringComparer.Ordinal);
        }
    }
}
