namespace Colonnade.Platform.Web;

/// <summary>
/// Whether things have had to wait their turn for longer than 100 ms, all of them, for 200 ms on end. A burst is over before
/// that, and nothing that was told more than a second ago counts.
/// </summary>
internal sealed class StandingDelay(TimeProvider time)
{
    private const long Never = long.MinValue;

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private long _longSince = Never;
    private long _toldAt = Never;

    public bool Stands => Volatile.Read(ref _longSince) is var since && since != Never
        && time.GetElapsedTime(since) > Patience && time.GetElapsedTime(Volatile.Read(ref _toldAt)) < Fresh;

    /// <summary>When something begins to wait.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>Something that began to wait <paramref name="then"/> does not wait any more.</summary>
    public void WaitedSince(long then)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(then, now) < Short)
        {
            Volatile.Write(ref _longSince, Never);
            return;
        }

        Volatile.Write(ref _toldAt, now);
        Interlocked.CompareExchange(ref _longSince, then, Never);
    }
}
