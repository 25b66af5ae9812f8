using System.Diagnostics;

namespace Colonnade.Platform.Jobs;

/// <summary>A job this node has claimed: waiting for one of its workers, or running.</summary>
#pragma warning disable CA1001 // Without a timer and a link the source holds nothing; disposing it would race with a late Lose.
internal sealed class HeldJob(ClaimedJob job, Lane lane)
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _stop = new();
    private readonly long _claimedAt = Stopwatch.GetTimestamp();
    private long _confirmedAt = Stopwatch.GetTimestamp();
    private volatile bool _lost;
    private volatile JobRun? _run;
    private int _ended;

    public ClaimedJob Job { get; } = job;

    public Lane Lane { get; } = lane;

    public CancellationToken Stop => _stop.Token;

    /// <summary>How long ago it was claimed; real time.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_claimedAt);

    /// <summary>How long ago the table last confirmed the lease; real time.</summary>
    public TimeSpan Unconfirmed => Stopwatch.GetElapsedTime(Volatile.Read(ref _confirmedAt));

    /// <summary>Whether another worker may have it: then nothing is written any more.</summary>
    public bool IsLost => _lost;

    public bool IsCompleting => _run is { IsCompleting: true };

    public void Begin(JobRun run) => _run = run;

    /// <param name="asked">When the question left: what it confirms is no younger.</param>
    public void Confirm(long asked) => Volatile.Write(ref _confirmedAt, asked);

    public void Lose()
    {
        _lost = true;
        _stop.Cancel();
    }

    /// <summary>Asks the job to end, because the node stops.</summary>
    public void GiveUp() => _stop.Cancel();

    /// <summary>True once.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _ended, 1) == 0;
}
