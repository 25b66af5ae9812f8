namespace Colonnade.Platform.Jobs;

/// <summary>
/// Places for work that keeps a core busy for long (figure renders, password hashes): one less than there are
/// cores, at least one, shared by all products of the process, so that requests always find a core.
/// </summary>
public sealed class CpuSlots(int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count, count);

    /// <summary>The places of this process.</summary>
    public static CpuSlots OfThisProcess { get; } = new(Math.Max(1, Environment.ProcessorCount - 1));

    public int Count { get; } = count;

    /// <summary>How long places are waited for.</summary>
    internal Web.StandingDelay Waits { get; } = new(TimeProvider.System);

    /// <summary>Waits for a place, in no promised order; dispose what comes back to give it up.</summary>
    public async Task<IDisposable> Take(CancellationToken stop)
    {
        var since = Waits.Now;
        await _free.WaitAsync(stop);
        Waits.WaitedSince(since);
        return new Place(_free);
    }

    /// <summary>A place, or null when none came free within <paramref name="patience"/>.</summary>
    public async Task<IDisposable?> TryTake(TimeSpan patience, CancellationToken stop) =>
        await _free.WaitAsync(patience, stop) ? new Place(_free) : null;

    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
