using Colonnade.Platform.Database;
using Npgsql;
using NpgsqlTypes;

namespace Colonnade.Platform.Jobs;

/// <summary>
/// What a worker says to the table and what it hears, in one round trip and one transaction: all of it happens or
/// none. Every write names the worker and the lease; a worker whose lease has passed on changes nothing.
/// </summary>
internal sealed class JobTable(ProductDatabase database, JobKinds kinds)
{
    // A scalar subquery is evaluated once; a bare volatile clock() would be asked for each row and use no index.
    private const string RescueSql =
        """
        update jobs set
            state = case when attempt < max_attempts then 'waiting' else 'failed' end,
            turn = job_turn(lane, owner),
            finished_at = case when attempt < max_attempts then null else clock() end,
            error = 'The worker stopped answering, or the job did not end at its time-out.',
            worker = null, lease_until = null
        where id in (
            select id from jobs
            where state = 'running' and lease_until < (select clock())
            order by lease_until limit 200 for update skip locked)
        """;

    private const string PromoteSql =
        """
        with due as (
            select id, lane, owner, run_at from jobs
            where state = 'scheduled' and run_at <= (select clock())
            order by run_at limit 500 for update skip locked),
        placed as (
            select id, job_turn(lane, owner) + row_number() over (partition by lane, owner order by run_at, id) - 1 as turn from due)
        update jobs set state = 'waiting', turn = placed.turn from placed where jobs.id = placed.id
        """;

    private const string ClaimSql =
        """
        with next as (
            select id from jobs
            where state = 'waiting' and lane = @Lane and kind = any(@Kinds)
            order by turn, id limit @Room for update skip locked)
        update jobs set state = 'running', attempt = attempt + 1, lease = lease + 1, worker = @Worker, lease_until = clock() + @Length
        from next where jobs.id = next.id
        returning jobs.id, kind, lane, payload::text, attempt, max_attempts, lease, turn
        """;

    private const string ProlongSql =
        """
        with mine as (
            select jobs.id from jobs join unnest(@Ids, @Leases) as held (id, lease) on held.id = jobs.id and held.lease = jobs.lease
            where state = 'running' and worker = @Worker
            for update of jobs skip locked)
        update jobs set lease_until = clock() + @Length from mine where jobs.id = mine.id
        returning jobs.id
        """;

    private const string FinishSql =
        """
        update jobs set
            state = over.state,
            run_at = case when over.state = 'scheduled' then clock() + over.after else run_at end,
            attempt = case when over.counts then attempt else attempt - 1 end,
            error = coalesce(over.error, jobs.error),
            finished_at = case when over.state in ('done', 'cancelled', 'failed') then clock() end,
            worker = null, lease_until = null
        from unnest(@Ids, @Leases, @States, @Afters, @Counts, @Errors) as over (id, lease, state, after, counts, error)
        where jobs.id = over.id and jobs.lease = over.lease and jobs.worker = @Worker and jobs.state = 'running'
        """;

    private readonly string[] _kinds = kinds.Names;

    public async Task<JobAnswer> Exchange(JobRequest request, CancellationToken stop)
    {
        await using var connection = await database.Source.OpenConnectionAsync(stop);
        await using var batch = new NpgsqlBatch(connection);
        var answer = new JobAnswer();
        // What is read from each command that answers rows, in their order.
        var readers = new Queue<Action<NpgsqlDataReader>>();

        if (request.Over.Count > 0)
            batch.BatchCommands.Add(Finish(request));
        else
            // A claim or heartbeat lost in a crash of PostgreSQL loses nothing: the job is claimed again.
            Ask(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"), static _ => { });
        if (request.Held.Count > 0)
            Ask(Prolong(request), reader => answer.Alive.Add(reader.GetGuid(0)));
        if (request.KnownIds is not null)
            batch.BatchCommands.Add(ReleaseOrphans(request));
        if (request.Upkeep)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(RescueSql));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(PromoteSql));
            Ask(new NpgsqlBatchCommand("select min(run_at) - (select clock()) from jobs where state = 'scheduled'"),
                reader => answer.NextDue = reader.IsDBNull(0) ? null : reader.GetTimeSpan(0));
        }

        foreach (var (lane, room) in request.Claims)
            Ask(Claim(request, lane, room), reader => answer.Claimed.Add(Read(reader)));

        await using var reader = await batch.ExecuteReaderAsync(stop);
        do
        {
            if (!readers.TryDequeue(out var read))
                break;
            while (await reader.ReadAsync(stop))
                read(reader);
        }
        while (await reader.NextResultAsync(stop));

        // "update … returning" promises no order.
        answer.Claimed.Sort(static (one, other) => one.Turn != other.Turn ? one.Turn.CompareTo(other.Turn) : one.Id.CompareTo(other.Id));
        return answer;

        void Ask(NpgsqlBatchCommand command, Action<NpgsqlDataReader> read)
        {
            batch.BatchCommands.Add(command);
            readers.Enqueue(read);
        }
    }

    /// <summary>Enqueues the periodic jobs whose tick has come; of several nodes one does.</summary>
    public async Task Tick(CancellationToken stop)
    {
        if (kinds.Periodic.Count == 0)
            return;
        await using var work = await database.Begin(stop);
        var due = await work.List<string>(
            """
            insert into job_ticks (kind, tick)
            select kind, date_bin(period, (select clock()), timestamptz '2000-01-01 00:00Z') from unnest(@Kinds, @Periods) as periodic (kind, period)
            where not exists (
                select from job_ticks
                where job_ticks.kind = periodic.kind and tick >= date_bin(period, (select clock()), timestamptz '2000-01-01 00:00Z'))
            order by kind
            on conflict (kind) do update set tick = excluded.tick where job_ticks.tick < excluded.tick
            returning kind
            """,
            new { Kinds = kinds.Periodic.Select(job => job.Kind).ToArray(), Periods = kinds.Periodic.Select(job => job.Period).ToArray() }, stop);
        foreach (var job in kinds.Periodic.Where(job => due.Contains(job.Kind)))
            await job.Enqueue(work, stop);
        if (due.Count > 0)
            await work.Commit(stop);
    }

    private static ClaimedJob Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6), row.GetInt64(7));

    private NpgsqlBatchCommand Claim(JobRequest request, string lane, int room) => new(ClaimSql)
    {
        Parameters =
        {
            new NpgsqlParameter<string>("Lane", lane),
            new NpgsqlParameter<string[]>("Kinds", _kinds),
            new NpgsqlParameter<int>("Room", room),
            new NpgsqlParameter<Guid>("Worker", request.Worker),
            new NpgsqlParameter<TimeSpan>("Length", NpgsqlDbType.Interval) { TypedValue = request.Lease },
        },
    };

    private static NpgsqlBatchCommand Prolong(JobRequest request) => new(ProlongSql)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("Ids", [.. request.Held.Select(job => job.Id)]),
            new NpgsqlParameter<int[]>("Leases", [.. request.Held.Select(job => job.Lease)]),
            new NpgsqlParameter<Guid>("Worker", request.Worker),
            new NpgsqlParameter<TimeSpan>("Length", NpgsqlDbType.Interval) { TypedValue = request.Lease },
        },
    };

    private static NpgsqlBatchCommand ReleaseOrphans(JobRequest request) => new(
        """
        update jobs set state = 'waiting', attempt = attempt - 1, worker = null, lease_until = null
        where state = 'running' and worker = @Worker and not (id = any(@Known))
        """)
    {
        Parameters = { new NpgsqlParameter<Guid>("Worker", request.Worker), new NpgsqlParameter<Guid[]>("Known", [.. request.KnownIds!]) },
    };

    private static NpgsqlBatchCommand Finish(JobRequest request) => new(FinishSql)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("Ids", [.. request.Over.Select(over => over.Job.Id)]),
            new NpgsqlParameter<int[]>("Leases", [.. request.Over.Select(over => over.Job.Lease)]),
            new NpgsqlParameter<string[]>("States", [.. request.Over.Select(over => over.Outcome.State)]),
            new NpgsqlParameter<TimeSpan[]>("Afters", NpgsqlDbType.Array | NpgsqlDbType.Interval) { TypedValue = [.. request.Over.Select(over => over.Outcome.After)] },
            new NpgsqlParameter<bool[]>("Counts", [.. request.Over.Select(over => over.Outcome.Counts)]),
            new NpgsqlParameter<string?[]>("Errors", [.. request.Over.Select(over => over.Outcome.Error)]),
            new NpgsqlParameter<Guid>("Worker", request.Worker),
        },
    };
}

/// <summary>One round trip's worth of news for the table.</summary>
internal sealed record JobRequest(Guid Worker, TimeSpan Lease)
{
    /// <summary>Attempts that have ended.</summary>
    public IReadOnlyList<(ClaimedJob Job, JobOutcome Outcome)> Over { get; init; } = [];

    /// <summary>Whose leases are prolonged.</summary>
    public IReadOnlyList<ClaimedJob> Held { get; init; } = [];

    /// <summary>When set, everything else under this worker's name is given back: claims whose answer was lost.</summary>
    public IReadOnlyList<Guid>? KnownIds { get; init; }

    /// <summary>Whether to take back expired leases and move what is due to the waiting.</summary>
    public bool Upkeep { get; init; }

    /// <summary>How many jobs of which lane may be claimed.</summary>
    public IReadOnlyList<(string Lane, int Room)> Claims { get; init; } = [];
}

/// <summary>What the table said.</summary>
internal sealed class JobAnswer
{
    /// <summary>Of those held: whose lease was prolonged. The others are lost, or being completed by their own transaction.</summary>
    public HashSet<Guid> Alive { get; } = [];

    /// <summary>How long until the next scheduled job is due, after upkeep.</summary>
    public TimeSpan? NextDue { get; set; }

    /// <summary>In the order in which they are to run.</summary>
    public List<ClaimedJob> Claimed { get; } = [];
}
