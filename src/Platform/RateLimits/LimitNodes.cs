using System.Collections.Concurrent;
using System.Diagnostics;
using Colonnade.Platform.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// General limits under several nodes: never over the limit over all nodes, no durable write, and a node alone asks
/// nobody.
/// </summary>
/// <remarks>
/// <para>
/// Nodes tell each other of themselves in <c>limit_nodes</c>, each second. A node that has met no other for 70 s
/// <em>counts alone</em>, in process. Before it serves, a new node enters itself and wakes the one that counts alone;
/// that one stops doing so, publishes every count of the window and says so; then the new one starts. The
/// step takes a few milliseconds; a node that died is waited for at most 5 s.
/// </para>
/// <para>
/// Nodes that share draw slices (<see cref="LimitShares"/>), bucket by bucket, when a request finds no permit at
/// hand: under a lock on the bucket, at most limit − admitted by all − held by others. A slice is used for at most
/// 5 s; what was admitted from it is counted from its true time, what is not given back as if admitted at the
/// slice's end. So any 60 s see at most the limit over all nodes, and at most what others hold (a slice is at most
/// 1/(2 × nodes) of the rest, single requests near the end) is refused too early, for about 5 s.
/// </para>
/// <para>
/// A limit of more than <see cref="Bucket.Exactly"/>, as load tests set, is not drawn in slices: each node has its even share, and in the
/// window in which a node joins or leaves the sum can be over.
/// </para>
/// <para>
/// While PostgreSQL does not answer a node goes on with its even share of each limit, and says so once. Of other limits only then,
/// after a node was killed while it counted alone, or after PostgreSQL crashed (the tables are unlogged), can the sum
/// be over. Membership is measured in real time also under a virtual clock: it is about processes, not the domain.
/// </para>
/// </remarks>
internal sealed class LimitNodes : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Dead = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Recently = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan Sweeping = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, GeneralLimit> _limits = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ProductDatabase _database;
    private readonly LimitShares _shares;
    private readonly ExactLimits _exact;
    private readonly LimitSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<LimitNodes> _log;
    private readonly string _channel;
    private volatile bool _alone;
    private int _cutOff;
    private volatile int _count = 1;
    private bool _unpublished;
    private long? _metOthersAt;

    public LimitNodes(
        ProductDatabase database, Listener listener, LimitShares shares, ExactLimits exact, LimitSettings settings, TimeProvider time, ILogger<LimitNodes> log)
    {
        (_database, _shares, _exact, _settings, _time, _log) = (database, shares, exact, settings, time, log);
        _channel = listener.ChannelName("limit_nodes");
        listener.Subscribe("limit_nodes", _ => Wake(), static () => { });
    }

    /// <summary>Whether what this process counts is all there is.</summary>
    public bool CountsAlone => _alone;

    /// <summary>Whether the shared count could not be reached just now.</summary>
    public bool IsCutOff => Volatile.Read(ref _cutOff) != 0;

    /// <summary>How many nodes serve, this one included.</summary>
    public int Count => _count;

    public static bool IsOutage(Exception failure) => failure is NpgsqlException or TimeoutException or IOException;

    /// <summary>The bucket keeper of a limit that is not exact.</summary>
    public GeneralLimit Of(Limit limit)
    {
        var found = _limits.GetOrAdd(limit.Name, _ => new GeneralLimit(limit, _settings.PermitsOf(limit), this, _shares, _time));
        return found.Limit == limit ? found : throw new InvalidOperationException($"Two limits are called {limit.Name}.");
    }

    /// <summary>From now on each limit's even share counts here, until PostgreSQL is reached again.</summary>
    public void CutOff(string reason)
    {
        if (Interlocked.Exchange(ref _cutOff, 1) != 0)
            return;
        _log.LogWarning("Limits are counted by this node alone, each at 1/{Nodes}: PostgreSQL is out of reach ({Reason})", _count, reason);
        Wake();
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_settings.Enabled)
            return;
        try
        {
            await Join(cancellationToken);
        }
        catch (Exception failure) when (IsOutage(failure))
        {
            CutOff(failure.GetBaseException().GetType().Name);
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!_settings.Enabled)
            return;
        try
        {
            // Whoever comes next within the window goes on from these counts.
            _alone = false;
            await PublishAll(cancellationToken);
            await Tell(alone: false, mayCountAlone: false, cancellationToken);
        }
        catch (Exception failure) when (IsOutage(failure) || failure is OperationCanceledException)
        {
            _log.LogInformation("Counts of limits were not handed over: {Reason}", failure.GetBaseException().GetType().Name);
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var swept = Stopwatch.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(Beat, stoppingToken);
                await Meet(stoppingToken);
                foreach (var limit in _limits.Values)
                {
                    limit.ForgetIdle();
                    await limit.SettleEnded(stoppingToken);
                }

                _exact.ForgetIdle();
                if (Stopwatch.GetElapsedTime(swept) > Sweeping)
                {
                    swept = Stopwatch.GetTimestamp();
                    await _shares.Sweep(stoppingToken);
                    await _exact.Sweep(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (IsOutage(failure) || failure is OperationCanceledException)
            {
                if (!_alone)
                    CutOff(failure.GetBaseException().GetType().Name);
            }
        }
    }

    private async Task Join(CancellationToken stop)
    {
        var asked = Stopwatch.GetTimestamp();
        var others = await Tell(alone: false, mayCountAlone: true, stop);
        while (others.CountAlone > 0 && Stopwatch.GetElapsedTime(asked) < Dead + Beat)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
            others = await Tell(alone: false, mayCountAlone: false, stop);
        }
    }

    private async Task Meet(CancellationToken stop)
    {
        if (_alone)
        {
            var others = await Tell(alone: true, mayCountAlone: false, stop);
            if (others.Recent == 0)
                return;
            // Published before anybody is told: until then the other node waits.
            _unpublished = true;
            _alone = false;
        }

        if (_unpublished)
        {
            await PublishAll(stop);
            _unpublished = false;
        }

        await Tell(alone: false, mayCountAlone: _metOthersAt is not { } met || Stopwatch.GetElapsedTime(met) > Recently, stop);
        if (Interlocked.Exchange(ref _cutOff, 0) != 0)
            _log.LogInformation("Limits are counted over all nodes again");
    }

    private async Task PublishAll(CancellationToken stop)
    {
        foreach (var limit in _limits.Values)
            await limit.PublishAll(stop);
    }

    private async Task<Others> Tell(bool alone, bool mayCountAlone, CancellationToken stop)
    {
        await using var work = await _database.Begin(stop);
        await work.Execute("select pg_advisory_xact_lock(hashtextextended(current_schema() || '.limit_nodes', 0))", null, stop);
        var others = (await work.One<Others>(
            """
            with others as materialized (
                select alone, clock_timestamp() - seen_at as age from limit_nodes where node <> @Node
            ), known as (
                select alone from limit_nodes where node = @Node
            ), me as (
                insert into limit_nodes (node, alone, seen_at)
                select @Node, @Alone or (@MayCountAlone and not exists (select from others where age < @Recently)), clock_timestamp()
                on conflict (node) do update set alone = excluded.alone, seen_at = excluded.seen_at
                returning alone
            )
            select (select alone from me) as alone, not exists (select from known) as is_new,
                   (select count(*) from others where age < @Dead)::int as living,
                   (select count(*) from others where age < @Recently)::int as recent,
                   (select count(*) from others where age < @Dead and alone)::int as count_alone
            """,
            new { _shares.Node, Alone = alone, MayCountAlone = mayCountAlone, Recently, Dead }, stop))!;
        if (others.IsNew && others.Recent > 0)
            await work.Execute("select pg_notify(@channel, '')", new { channel = _channel }, stop);
        await work.Commit(stop);

        _count = 1 + others.Living;
        if (others.Recent > 0)
            _metOthersAt = Stopwatch.GetTimestamp();
        _alone = others.Alone;
        return others;
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
            _wake.Release();
    }

    private sealed record Others
    {
        public bool Alone { get; init; }
        public bool IsNew { get; init; }
        public int Living { get; init; }
        public int Recent { get; init; }
        public int CountAlone { get; init; }
    }
}
