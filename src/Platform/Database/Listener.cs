using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Colonnade.Platform.Database;

/// <summary>
/// The product's one <c>LISTEN</c> connection. Copies of rows kept in process subscribe to a channel and are
/// told of every change; when notifications may have been missed they are told to start over.
/// </summary>
/// <remarks>
/// Channels are per schema: <c>&lt;schema&gt;_&lt;channel&gt;</c> in <c>pg_notify</c>. A copy may be believed only while
/// <see cref="IsLive"/>: PostgreSQL answered on this connection within the last second, so that everything
/// committed before that has arrived. The connection is asked every 250 ms and replaced when it breaks.
/// Elapsed time here is real time, also under a virtual clock: it measures a wire, not the domain.
/// </remarks>
public sealed class Listener(ProductDatabase database, ILogger<Listener> log) : BackgroundService
{
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, List<Subscription>> _subscriptions = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _confirmedAt = long.MinValue;

    /// <summary>Whether PostgreSQL answered on the listening connection within the last second.</summary>
    public bool IsLive => Volatile.Read(ref _confirmedAt) is var at && at != long.MinValue && Stopwatch.GetElapsedTime(at) < Believed;

    /// <summary>Completes when the first connection listens.</summary>
    public Task Connected => _connected.Task;

    /// <summary>The channel as <c>pg_notify</c> spells it.</summary>
    public string ChannelName(string channel) => $"{database.Schema}_{channel}";

    /// <summary>
    /// Subscribes for the life of the process; before the listener starts. Both callbacks run on the listening
    /// connection's task, one at a time: they must be quick and must not throw.
    /// </summary>
    /// <param name="channel">Without the schema.</param>
    /// <param name="changed">Gets the payload of each notification.</param>
    /// <param name="startOver">Called after each (re)connection, when notifications may have been missed.</param>
    public void Subscribe(string channel, Action<string> changed, Action startOver)
    {
        lock (_adding)
        {
            var name = ChannelName(channel);
            _subscriptions[name] = [.. _subscriptions.GetValueOrDefault(name, []), new Subscription(changed, startOver)];
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException or IOException or TimeoutException)
            {
                log.LogWarning("The listening connection to PostgreSQL broke: {Reason}", failure.GetBaseException().GetType().Name);
                Volatile.Write(ref _confirmedAt, long.MinValue);
                await Task.Delay(RetryPause, TimeProvider.System, stoppingToken).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    private async Task Listen(CancellationToken stop)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, MaxAutoPrepare = 0 };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        var asked = Task.CompletedTask;
        connection.Notification += Hear;
        try
        {
            await connection.OpenAsync(stop);
            await Listen(connection, asking => (asked = asking).WaitAsync(Silence, stop), stop);
        }
        finally
        {
            // A connection on which nothing comes is closed when something does; nobody waits for that, or listens to it.
            connection.Notification -= Hear;
            var closed = asked.ContinueWith(_ => connection.DisposeAsync().AsTask(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Unwrap();
            if (asked.IsCompleted)
                await closed;
        }
    }

    /// <param name="connection">Open.</param>
    /// <param name="ask">Waits for the end of a statement, but not for ever.</param>
    /// <param name="stop"></param>
    private async Task Listen(NpgsqlConnection connection, Func<Task, Task> ask, CancellationToken stop)
    {
        foreach (var channel in _subscriptions.Keys)
        {
            await using var listen = new NpgsqlCommand($"listen \"{channel}\"", connection);
            await ask(listen.ExecuteNonQueryAsync(CancellationToken.None));
        }

        foreach (var subscription in _subscriptions.Values.SelectMany(of => of))
            subscription.StartOver();

        await using var heartbeat = new NpgsqlCommand("select 1", connection);
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            await ask(heartbeat.ExecuteScalarAsync(CancellationToken.None));
            Volatile.Write(ref _confirmedAt, asked);
            _connected.TrySetResult();

            var next = asked + (long)(Heartbeat.TotalSeconds * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < next && await connection.WaitAsync(Remaining(next), stop))
            {
                // Notifications were delivered to Hear while waiting.
            }
        }
    }

    private static TimeSpan Remaining(long until)
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), until);
        return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
    }

    private void Hear(object sender, NpgsqlNotificationEventArgs notification)
    {
        foreach (var subscription in _subscriptions.GetValueOrDefault(notification.Channel, []))
            subscription.Changed(notification.Payload);
    }

    private sealed record Subscription(Action<string> Changed, Action StartOver);
}
