using Colonnade.Platform.Database;
using Npgsql;

namespace Colonnade.Platform.Jobs;

/// <summary>The product's jobs from an operator's side: see what failed, try it again, run what is due here and now.</summary>
#pragma warning disable CA1711 // The suffix is for collections, says the rule; this is the other kind of queue.
public sealed class JobQueue
#pragma warning restore CA1711
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private readonly ProductDatabase _database;
    private readonly JobTable _table;
    private readonly JobRunner _runner;
    private readonly string[] _lanes;

    internal JobQueue(ProductDatabase database, JobKinds kinds, JobTable table, JobRunner runner)
    {
        _database = database;
        _table = table;
        _runner = runner;
        _lanes = [.. kinds.Lanes];
    }

    /// <summary>
    /// Runs everything that is due, one job after the other on the caller's thread, until nothing is left; also what
    /// these jobs enqueue. For tests and one-off commands; workers may run beside it.
    /// </summary>
    /// <returns>How many attempts were made.</returns>
    public async Task<int> RunDue(CancellationToken stop)
    {
        var me = Guid.CreateVersion7();
        var attempts = 0;
        (ClaimedJob, JobOutcome)[] over = [];
        await _table.Tick(stop);
        while (true)
        {
            var before = attempts;
            foreach (var lane in _lanes)
            {
                var answer = await _table.Exchange(new JobRequest(me, Lease) { Over = over, Upkeep = true, Claims = [(lane, 1)] }, stop);
                over = [];
                if (answer.Claimed is not [var job])
                    continue;
                attempts++;
                if (await _runner.Run(job, me, static _ => { }, stop) is { } outcome)
                    over = [(job, outcome)];
            }

            if (attempts == before)
                return attempts;
        }
    }

    /// <summary>Runs a failed or cancelled job again, with all its attempts.</summary>
    /// <returns>False when it is neither, or when another with its unique key is alive.</returns>
    public async Task<bool> Retry(Guid id, CancellationToken stop)
    {
        try
        {
            return await _database.One<Guid?>(
                """
                with retried as (
                    update jobs set state = 'waiting', attempt = 0, turn = job_turn(lane, owner), run_at = clock(), finished_at = null
                    where id = @id and state in ('failed', 'cancelled')
                    returning id)
                select id, pg_notify(current_schema() || '_jobs', '') from retried
                """, new { id }, stop) is not null;
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    /// <summary>The jobs whose attempts are used up, latest first.</summary>
    public Task<List<FailedJob>> Failed(int limit, CancellationToken stop) => _database.List<FailedJob>(
        "select id, kind, owner, attempt, error, created_at, finished_at from jobs where state = 'failed' order by finished_at desc limit @limit",
        new { limit }, stop);
}

/// <summary>A job that an operator may look at and retry.</summary>
public sealed record FailedJob
{
    public Guid Id { get; init; }
    public string Kind { get; init; } = "";
    public string Owner { get; init; } = "";
    public int Attempt { get; init; }
    public string? Error { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset FinishedAt { get; init; }
}
