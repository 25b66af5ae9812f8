using System.Text.Json;
using Colonnade.Platform.Database;

namespace Colonnade.Platform.Jobs;

/// <summary>Puts jobs into the transaction of the change that wants them.</summary>
public static class EnqueueOnWork
{
    /// <summary>
    /// Inserts <paramref name="job"/>; it exists if and only if <paramref name="work"/> commits, and workers are told then: those of
    /// this node at once, the others a moment later.
    /// </summary>
    /// <returns>
    /// The job's id; with <see cref="JobOptions.UniqueKey"/> the id of the one that is alive already, if there is one.
    /// </returns>
    public static async Task<Guid> Enqueue<T>(this Work work, T job, CancellationToken stop, JobOptions? options = null) where T : IJob
    {
        options ??= JobOptions.None;
        var row = new
        {
            Id = Guid.CreateVersion7(),
            T.Kind,
            T.Rules.Lane,
            options.Owner,
            Payload = JsonSerializer.Serialize(job, JobKinds.Json),
            options.UniqueKey,
            options.After,
            MaxAttempts = options.MaxAttempts ?? T.Rules.MaxAttempts,
        };
        while (true)
        {
            var added = await work.One<Guid?>(
                """
                insert into jobs (id, kind, lane, owner, turn, payload, unique_key, state, run_at, max_attempts)
                select @Id, @Kind, @Lane, @Owner, job_turn(@Lane, @Owner), @Payload::jsonb, @UniqueKey,
                       case when @After > interval '0' then 'scheduled' else 'waiting' end, clock() + @After, @MaxAttempts
                on conflict (kind, unique_key) where unique_key is not null and state in ('scheduled', 'waiting', 'running') do nothing
                returning id
                """, row, stop);
            // One for later is found when it is due.
            if (added is not null && options.After <= TimeSpan.Zero)
                work.TellWorkers();
            var id = added ?? await work.One<Guid?>(
                "select id from jobs where kind = @Kind and unique_key = @UniqueKey and state in ('scheduled', 'waiting', 'running')", row, stop);
            // Neither: the one that was alive has ended between the two statements.
            if (id is not null)
                return id.Value;
        }
    }

    /// <summary>Tells workers of jobs that a statement of <paramref name="work"/> has inserted itself (<see cref="JobInsert"/>), once they are committed.</summary>
    public static void TellWorkers(this Work work) => work.AfterCommit(work.Database.NewJobs.Tell);
}

/// <summary>What may be said of one job beside its payload.</summary>
public sealed record JobOptions
{
    internal static JobOptions None { get; } = new();

    /// <summary>
    /// On whose behalf, an account's id for instance: the owners in a lane take turns, so that a thousand jobs of one
    /// delay a job of another by at most two. All jobs without an owner count as one owner's.
    /// </summary>
    public string Owner { get; init; } = "";

    /// <summary>Not before this long from now, by the database's clock.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Of the jobs of a kind with the same key only one is alive (not done, cancelled or failed) at a time.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>Instead of <see cref="JobRules.MaxAttempts"/>.</summary>
    public int? MaxAttempts { get; init; }
}
