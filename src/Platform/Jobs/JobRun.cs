using Colonnade.Platform.Database;

namespace Colonnade.Platform.Jobs;

/// <summary>One attempt at a job, as the job sees it.</summary>
public sealed class JobRun
{
    private readonly ClaimedJob _job;
    private readonly Guid _worker;

    internal JobRun(ClaimedJob job, Guid worker, IServiceProvider services, CancellationToken stop)
    {
        _job = job;
        _worker = worker;
        Services = services;
        Stop = stop;
    }

    /// <summary>The same on every attempt; a good idempotency key towards providers.</summary>
    public Guid JobId => _job.Id;

    /// <summary>1 on the first attempt. Waiting for a provider and a node's stop do not count.</summary>
    public int Attempt => _job.Attempt;

    /// <summary>Whether a failure now is final; the job stays as <c>failed</c>.</summary>
    public bool IsLastAttempt => _job.Attempt >= _job.MaxAttempts;

    /// <summary>The product's services, in a scope of this attempt.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Cancelled at the time-out, when the node stops, and when another worker has taken the job over.</summary>
    public CancellationToken Stop { get; }

    internal JobOutcome Outcome { get; private set; } = JobOutcome.Done;

    /// <summary>From the first call on the row is locked by the job's own transaction: a heartbeat must not wait for it.</summary>
    internal bool IsCompleting { get; private set; }

    internal bool IsCompleted { get; private set; }

    /// <summary>
    /// Waits for something outside: once <see cref="IJob.Run"/> returns, the job runs again after
    /// <paramref name="wait"/>. No worker is held meanwhile and no attempt counted.
    /// </summary>
    public void Reschedule(TimeSpan wait) => Outcome = JobOutcome.Wait(wait);

    /// <summary>Ends the job for good once <see cref="IJob.Run"/> returns: it has become pointless, or never can succeed.</summary>
    /// <param name="reason">Kept in the row for operators; no personal data.</param>
    public void Cancel(string reason) => Outcome = JobOutcome.Cancelled(reason);

    /// <summary>
    /// Whether this worker still holds the job, as <paramref name="work"/> sees it: to be asked before an effect elsewhere that
    /// another worker might be having too.
    /// </summary>
    public async Task<bool> IsHeld(Work work) => await work.One<bool>(
        "select exists (select from jobs where id = @Id and lease = @Lease and worker = @Worker and state = 'running')",
        new { _job.Id, _job.Lease, Worker = _worker }, Stop);

    /// <summary>
    /// Completes the job in <paramref name="work"/>: what the job wrote there and its completion commit together or
    /// not at all. Call it before the commit; locks the job's row until then.
    /// </summary>
    /// <exception cref="JobLostException">Another worker holds the job now; nothing may be committed.</exception>
    public async Task Complete(Work work)
    {
        IsCompleting = true;
        var completed = await work.Execute(
            """
            update jobs set state = 'done', finished_at = clock(), worker = null, lease_until = null
            where id = @Id and lease = @Lease and worker = @Worker and state = 'running'
            """,
            new { _job.Id, _job.Lease, Worker = _worker }, Stop);
        if (completed == 0)
            throw new JobLostException(JobId);
        work.AfterCommit(() => IsCompleted = true);
    }
}

/// <summary>This worker's lease of the job has ended: another has, or had, the job. Let it pass.</summary>
public sealed class JobLostException(Guid jobId) : Exception($"Job {jobId} is held by another worker.");
