using Colonnade.Platform.Database;
using Npgsql;
using NpgsqlTypes;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// The shared count of general limits (table <c>limit_shares</c>, unlogged): for each bucket and node what it admitted
/// and the slice it holds. The protocol is told at <see cref="LimitNodes"/>.
/// </summary>
/// <remarks>
/// A node always tells everything it counts, so a row is overwritten and a repeated statement does no harm;
/// <c>turn</c> keeps a late statement from overwriting a younger one.
/// </remarks>
internal sealed class LimitShares(ProductDatabase database)
{
    /// <summary>How long a slice may be used. What is not used by then is given back within a second.</summary>
    public static readonly TimeSpan SliceLife = TimeSpan.FromSeconds(5);

    /// <summary>The most buckets one statement tells of.</summary>
    public const int PublishAtOnce = 2_000;

    private readonly Guid _node = Guid.CreateVersion7();
    private long _turn;

    public Guid Node => _node;

    public long NextTurn() => Interlocked.Increment(ref _turn);

    /// <summary>
    /// Tells what this node admitted (<paramref name="ages"/>, in seconds) and draws a slice: everything that is left for
    /// a node alone, else a fraction that shrinks to single requests as the limit comes near. Null when a younger
    /// statement of this node came first.
    /// </summary>
    public Task<Drawn?> Draw(Limit limit, int permits, Partition who, long turn, double[] ages, int nodes) =>
        ProductDatabase.InTime(DrawNow(limit, permits, who, turn, ages, nodes), CancellationToken.None);

    private async Task<Drawn?> DrawNow(Limit limit, int permits, Partition who, long turn, double[] ages, int nodes)
    {
        await using var connection = await database.Open(CancellationToken.None);
        // Two statements in one round trip and one transaction: the second sees what the lock waited for.
        await using var command = new NpgsqlCommand(
            """
            select pg_advisory_xact_lock(hashtextextended(current_schema() || @Name || @Key::text, 0));

            with now as materialized (
                select clock() as at
            ), counted as materialized (
                select once + @Window as opens, 1 as permits
                from now, limit_shares s, unnest(s.admitted) once
                where s.name = @Name and s.key = @Key and s.node <> @Node and once + @Window > now.at
                union all
                select s.held_until + @Window, s.held
                from now, limit_shares s
                where s.name = @Name and s.key = @Key and s.node <> @Node and s.held > 0 and s.held_until + @Window > now.at
                union all
                select now.at - age * interval '1 second' + @Window, 1
                from now, unnest(@Ages) age
            ), pool as (
                select @Permits - coalesce(sum(permits), 0)::int as room from counted
            ), slice as materialized (
                select room, case when room <= 0 then 0 when @Nodes = 1 then room else greatest(1, room / (2 * @Nodes)) end as permits from pool
            ), kept as (
                insert into limit_shares as s (name, key, node, turn, admitted, held, held_until, idle_at)
                select @Name, @Key, @Node, @Turn, array(select now.at - age * interval '1 second' from unnest(@Ages) age),
                       slice.permits, now.at + @Life, now.at + @Life + @Window
                from now, slice
                on conflict (name, key, node) do update
                set turn = excluded.turn, admitted = excluded.admitted, held = excluded.held, held_until = excluded.held_until, idle_at = excluded.idle_at
                where s.turn < excluded.turn
                returning held
            )
            select kept.held, greatest(0, slice.room - kept.held),
                   coalesce((select extract(epoch from opens - now.at)::float8
                             from (select opens, sum(permits) over (order by opens) as freed from counted) freeing
                             where freed > -slice.room order by opens limit 1), 0)
            from now, slice, kept
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<string>("Name", limit.Name));
        command.Parameters.Add(new NpgsqlParameter<Guid>("Key", who.Key));
        command.Parameters.Add(new NpgsqlParameter<Guid>("Node", _node));
        command.Parameters.Add(new NpgsqlParameter<long>("Turn", turn));
        command.Parameters.Add(new NpgsqlParameter<int>("Permits", permits));
        command.Parameters.Add(new NpgsqlParameter<int>("Nodes", nodes));
        command.Parameters.Add(new NpgsqlParameter<TimeSpan>("Window", limit.Window) { NpgsqlDbType = NpgsqlDbType.Interval });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan>("Life", SliceLife) { NpgsqlDbType = NpgsqlDbType.Interval });
        command.Parameters.Add(new NpgsqlParameter<double[]>("Ages", ages));
        await using var reader = await command.ExecuteReaderAsync();
        await reader.NextResultAsync();
        return await reader.ReadAsync()
            ? new Drawn(reader.GetInt32(0), reader.GetInt32(1), TimeSpan.FromSeconds(Math.Max(0, reader.GetDouble(2))))
            : null;
    }

    /// <summary>Tells what this node admitted in these buckets and that it holds no slice of them.</summary>
    public Task Publish(Limit limit, IReadOnlyList<(Partition Who, double[] Ages)> buckets, long turn, CancellationToken stop) =>
        database.Execute(
            """
            insert into limit_shares as s (name, key, node, turn, admitted, held, held_until, idle_at)
            select @Name, b.key, @Node, @Turn,
                   coalesce(array_agg(now.at - a.age * interval '1 second') filter (where a.age is not null), '{}'),
                   0, now.at, now.at + @Window
            from (select clock() as at offset 0) now
                cross join unnest(@Keys) with ordinality b(key, nr)
                left join unnest(@Owners, @Ages) a(nr, age) on a.nr = b.nr
            group by b.key, now.at
            on conflict (name, key, node) do update
            set turn = excluded.turn, admitted = excluded.admitted, held = 0, held_until = excluded.held_until, idle_at = excluded.idle_at
            where s.turn < excluded.turn
            """,
            new
            {
                limit.Name,
                limit.Window,
                Node = _node,
                Turn = turn,
                Keys = buckets.Select(bucket => bucket.Who.Key).ToArray(),
                Owners = buckets.SelectMany((bucket, index) => bucket.Ages.Select(_ => (long)index + 1)).ToArray(),
                Ages = buckets.SelectMany(bucket => bucket.Ages).ToArray(),
            }, stop);

    /// <summary>Deletes rows nothing depends on any more, of nodes that are gone, too.</summary>
    public async Task Sweep(CancellationToken stop)
    {
        await database.Execute("delete from limit_shares where idle_at <= clock()", null, stop);
        await database.Execute("delete from limit_nodes where seen_at < clock_timestamp() - interval '1 hour'", null, stop);
    }

    /// <param name="Permits">What this node may now admit by itself.</param>
    /// <param name="Left">What is left for everybody.</param>
    /// <param name="Opens">When nothing was drawn: how long until room comes back at the latest.</param>
    internal sealed record Drawn(int Permits, int Left, TimeSpan Opens);
}
