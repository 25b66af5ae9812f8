namespace Colonnade.Platform.Jobs;

/// <summary>How an attempt ended, as it is written to the row.</summary>
/// <param name="State">The row's next state.</param>
/// <param name="After">For <c>scheduled</c>: how long from now.</param>
/// <param name="Counts">Whether the attempt counts against the maximum.</param>
/// <param name="Error">For operators.</param>
internal sealed record JobOutcome(string State, TimeSpan After = default, bool Counts = true, string? Error = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    public static JobOutcome Done { get; } = new("done");

    /// <summary>Given back unfinished: the node stops, or has no worker free after all.</summary>
    public static JobOutcome Released { get; } = new("waiting", Counts: false);

    public static JobOutcome Wait(TimeSpan after) => new("scheduled", after, Counts: false);

    public static JobOutcome Cancelled(string reason) => new("cancelled", Error: reason);

    /// <summary>Exponential back-off with full jitter, until the attempts are used up.</summary>
    public static JobOutcome Failed(ClaimedJob job, string error) =>
        job.Attempt >= job.MaxAttempts ? new("failed", Error: error) : new("scheduled", LongestPauseAfter(job.Attempt) * Random.Shared.NextDouble(), Error: error);

    /// <summary>5 s after the first attempt, doubling up to 10 minutes.</summary>
    public static TimeSpan LongestPauseAfter(int attempt) =>
        attempt > 7 ? LongestPause : FirstPause * (1 << (attempt - 1));
}

/// <summary>A job under this worker's lease.</summary>
internal sealed record ClaimedJob(Guid Id, string Kind, string Lane, string Payload, int Attempt, int MaxAttempts, int Lease, long Turn);
