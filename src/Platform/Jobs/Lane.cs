using System.Threading.Channels;

namespace Colonnade.Platform.Jobs;

/// <summary>One lane on this node: its workers, and the claimed jobs they have not taken yet.</summary>
internal sealed class Lane(string name, int workers)
{
    private const int MostAhead = 128;
    private int _inFlight;
    private int _ahead;
    private int _asked;
    private int _came;

    public string Name { get; } = name;

    public int Workers { get; } = workers;

    public Channel<HeldJob> Ready { get; } = Channel.CreateUnbounded<HeldJob>(new UnboundedChannelOptions { SingleWriter = true });

    /// <summary>
    /// How many jobs may be claimed now. While full claims end quickly, more than there are free workers; once a job
    /// takes its time, <paramref name="isSlow"/>, exactly as many.
    /// </summary>
    /// <param name="isSlow">Whether a claimed job of this lane is not over soon.</param>
    public int Room(bool isSlow)
    {
        if (isSlow)
            _ahead = 0;
        else if (_asked > 0 && _came == _asked)
            _ahead = Math.Min(MostAhead, 2 * _ahead + Workers);
        _asked = Math.Max(0, Workers + _ahead - Volatile.Read(ref _inFlight));
        _came = 0;
        return _asked;
    }

    public void Begin(HeldJob held)
    {
        _came++;
        Interlocked.Increment(ref _inFlight);
        if (!Ready.Writer.TryWrite(held))
            throw new InvalidOperationException($"Lane {Name} takes no jobs any more.");
    }

    public void End() => Interlocked.Decrement(ref _inFlight);
}
