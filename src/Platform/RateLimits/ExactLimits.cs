using System.Collections.Concurrent;
using Colonnade.Platform.Database;
using Npgsql;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// Limits counted in PostgreSQL (table <c>limit_counts</c>): exact over all nodes and under concurrency, in one round
/// trip. Failures of PostgreSQL surface as <see cref="NpgsqlException"/>: nobody passes uncounted.
/// </summary>
/// <remarks>
/// What was admitted is never taken back, so "closed until" is certain once told; a node remembers it and a flood
/// that is being refused does not reach PostgreSQL. Commits do not wait for the disk: a crash of PostgreSQL may forget
/// the last second of counts.
/// </remarks>
public sealed class ExactLimits
{
    private readonly ConcurrentDictionary<string, ClosedBuckets> _closed = new(StringComparer.Ordinal);
    private readonly ProductDatabase _database;
    private readonly LimitSettings _settings;
    private readonly TimeProvider _time;

    internal ExactLimits(ProductDatabase database, LimitSettings settings, TimeProvider time) =>
        (_database, _settings, _time) = (database, settings, time);

    /// <summary>
    /// Counts one use of <paramref name="limit"/> by <paramref name="whom"/>: for partitions that only a handler knows, such
    /// as an e-mail address. Stored only as a hash.
    /// </summary>
    /// <returns>Null when there was room, else exactly how long to wait; then nothing was counted.</returns>
    public async ValueTask<TimeSpan?> Spend(Limit limit, string whom, CancellationToken stop) =>
        _settings.Enabled ? Wait(await Spend([limit], [Partition.Of(whom)], stop)) : null;

    /// <summary>Counts one use of every limit, or of none when one of them has no room.</summary>
    internal ValueTask<Standing[]> Spend(Limit[] limits, Partition[] whom, CancellationToken stop) => FindClosed(limits, whom) is { } known
        ? ValueTask.FromResult(known)
        : new ValueTask<Standing[]>(ProductDatabase.InTime(Count(limits, whom, stop), stop));

    private async Task<Standing[]> Count(Limit[] limits, Partition[] whom, CancellationToken stop)
    {
        await using var connection = await _database.Open(stop);
        // Two statements in one round trip and one transaction: the second sees what the locks waited for.
        await using var command = new NpgsqlCommand(
            """
            select set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(id)
            from (select hashtextextended(current_schema() || name || key::text, 0) as id from unnest(@Names, @Keys) asked(name, key) order by id) locks;

            with now as materialized (
                select clock() as at
            ), asked as materialized (
                select asked.*, array(
                    select once from limit_counts c, unnest(c.admitted) once
                    where c.name = asked.name and c.key = asked.key and once + asked.period > now.at order by once) as counted
                from now, unnest(@Names, @Keys, @Permits, @Periods) with ordinality asked(name, key, permits, period, nr)
            ), verdict as materialized (
                select bool_and(cardinality(counted) < permits) as admitted from asked
            ), spent as (
                insert into limit_counts as c (name, key, admitted, idle_at)
                select name, key, counted || now.at, now.at + period from now, asked, verdict where verdict.admitted
                on conflict (name, key) do update set admitted = excluded.admitted, idle_at = excluded.idle_at
            )
            select cardinality(counted) < permits, greatest(0, permits - cardinality(counted) - verdict.admitted::int),
                   extract(epoch from coalesce(counted[greatest(1, cardinality(counted) - permits + 1)], now.at) + period - now.at)::float8
            from now, asked, verdict order by nr
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]>("Names", Array.ConvertAll(limits, limit => limit.Name)));
        command.Parameters.Add(new NpgsqlParameter<Guid[]>("Keys", Array.ConvertAll(whom, who => who.Key)));
        command.Parameters.Add(new NpgsqlParameter<int[]>("Permits", Array.ConvertAll(limits, _settings.PermitsOf)));
        command.Parameters.Add(new NpgsqlParameter<TimeSpan[]>("Periods", Array.ConvertAll(limits, limit => limit.Window)));
        var asked = _time.GetTimestamp();
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        await reader.NextResultAsync(CancellationToken.None);
        var standings = new Standing[limits.Length];
        for (var index = 0; index < limits.Length && await reader.ReadAsync(CancellationToken.None); index++)
        {
            standings[index] = new Standing(limits[index], _settings.PermitsOf(limits[index]),
                reader.GetBoolean(0), reader.GetInt32(1), TimeSpan.FromSeconds(reader.GetDouble(2)));
            if (!standings[index].IsAdmitted)
                ClosedOf(limits[index]).Remember(whom[index], asked, standings[index].Opens);
        }

        return standings;
    }

    /// <summary>How every limit stands, counting nothing.</summary>
    internal async ValueTask<Standing[]> Look(Limit[] limits, Partition[] whom, CancellationToken stop)
    {
        if (FindClosed(limits, whom) is { } known)
            return known;

        var rows = await _database.List<Room>(
            """
            with now as materialized (select clock() as at)
            select counted.uses, extract(epoch from coalesce(counted.times[greatest(1, uses - permits + 1)], now.at) + period - now.at)::float8 as opens
            from now, unnest(@Names, @Keys, @Permits, @Periods) with ordinality asked(name, key, permits, period, nr)
            cross join lateral (
                select array_agg(once order by once) as times, count(*)::int as uses from limit_counts c, unnest(c.admitted) once
                where c.name = asked.name and c.key = asked.key and once + asked.period > now.at) counted
            order by nr
            """,
            new
            {
                Names = Array.ConvertAll(limits, limit => limit.Name),
                Keys = Array.ConvertAll(whom, who => who.Key),
                Permits = Array.ConvertAll(limits, _settings.PermitsOf),
                Periods = Array.ConvertAll(limits, limit => limit.Window),
            },
            stop);
        return [.. limits.Zip(rows, (limit, row) => new Standing(limit, _settings.PermitsOf(limit),
            row.Uses < _settings.PermitsOf(limit), Math.Max(0, _settings.PermitsOf(limit) - row.Uses), TimeSpan.FromSeconds(row.Opens)))];
    }

    /// <summary>Null when all have room, else the longest wait.</summary>
    internal static TimeSpan? Wait(ReadOnlySpan<Standing> standings)
    {
        TimeSpan? wait = null;
        foreach (var standing in standings)
        {
            if (!standing.IsAdmitted && (wait is null || standing.Opens > wait))
                wait = standing.Opens;
        }

        return wait;
    }

    internal void ForgetIdle()
    {
        foreach (var closed in _closed.Values)
            closed.ForgetIdle();
    }

    /// <summary>Deletes the rows of those who have been quiet for a whole window, a batch at a time; answers how many.</summary>
    internal async Task<int> Sweep(CancellationToken stop)
    {
        const int batch = 5_000;
        var (deleted, last) = (0, batch);
        while (last == batch)
        {
            last = await _database.Execute(
                """
                delete from limit_counts where (name, key) in (
                    select name, key from limit_counts where idle_at <= clock() limit @batch for update skip locked)
                """, new { batch }, stop);
            deleted += last;
        }

        return deleted;
    }

    private Standing[]? FindClosed(Limit[] limits, Partition[] whom)
    {
        Standing[]? found = null;
        for (var index = 0; index < limits.Length; index++)
        {
            if (ClosedOf(limits[index]).Find(whom[index]) is not { } opens)
                continue;
            found ??= Array.ConvertAll(limits, limit => new Standing(limit, _settings.PermitsOf(limit), IsAdmitted: true, _settings.PermitsOf(limit), limit.Window));
            found[index] = new Standing(limits[index], _settings.PermitsOf(limits[index]), IsAdmitted: false, 0, opens);
        }

        return found;
    }

    private ClosedBuckets ClosedOf(Limit limit)
    {
        var found = _closed.GetOrAdd(limit.Name, static (_, of) => new ClosedBuckets(of.limit, of._time), (limit, _time));
        return found.Limit == limit ? found : throw new InvalidOperationException($"Two limits are called {limit.Name}.");
    }

    private sealed record Room
    {
        public int Uses { get; init; }
        public double Opens { get; init; }
    }

    /// <summary>Who is known to have no room, and until when.</summary>
    private sealed class ClosedBuckets(Limit limit, TimeProvider time)
    {
        private readonly Generations<Until> _closed = new();
        private long _turnedAt = time.GetTimestamp();

        public Limit Limit { get; } = limit;

        public TimeSpan? Find(Partition who) =>
            _closed.Find(who) is { } until && time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref until.At)) is { Ticks: > 0 } left ? left : null;

        public void Remember(Partition who, long asked, TimeSpan opens) =>
            Volatile.Write(ref _closed.Get(who).At, asked + (long)(opens.TotalSeconds * time.TimestampFrequency));

        public void ForgetIdle()
        {
            if (time.GetElapsedTime(_turnedAt) < Limit.Window)
                return;
            _turnedAt = time.GetTimestamp();
            _closed.Turn();
        }
    }

    private sealed class Until
    {
        public long At;
    }
}
