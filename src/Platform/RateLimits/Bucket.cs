namespace Colonnade.Platform.RateLimits;

/// <summary>
/// What one partition was admitted within the window: a ring of timestamps, as long as it has to be. Not safe by
/// itself: whoever uses it holds its lock.
/// </summary>
internal sealed class Bucket
{
    private long[] _ring = [];
    private int _first;

    public int Count { get; private set; }

    /// <summary>The slice drawn from the shared count; null while the node counts alone.</summary>
    public Slice? Slice { get; set; }

    /// <summary>When the <paramref name="index"/>th of those counted was admitted, the oldest being 0.</summary>
    public long At(int index) => _ring[(_first + index) % _ring.Length];

    /// <summary>Forgets what is a window old at <paramref name="now"/>.</summary>
    public void Forget(long now, long window)
    {
        while (Count > 0 && now - _ring[_first] >= window)
        {
            _first = (_first + 1) % _ring.Length;
            Count--;
        }
    }

    public void Add(long at, int most)
    {
        if (Count == _ring.Length)
            Grow(Math.Max(Count + 1, Math.Min(most, Count * 2)));
        _ring[(_first + Count) % _ring.Length] = at;
        Count++;
    }

    /// <summary>Takes back what was admitted at <paramref name="at"/>: another limit refused that request.</summary>
    public bool Remove(long at)
    {
        for (var index = Count - 1; index >= 0; index--)
        {
            if (At(index) != at)
                continue;
            for (; index < Count - 1; index++)
                _ring[(_first + index) % _ring.Length] = At(index + 1);
            Count--;
            return true;
        }

        return false;
    }

    /// <summary>What is counted at <paramref name="now"/>, as ages in seconds.</summary>
    public double[] Ages(long now, double frequency)
    {
        var ages = new double[Count];
        for (var index = 0; index < ages.Length; index++)
            ages[index] = (now - At(index)) / frequency;
        return ages;
    }

    private void Grow(int length)
    {
        var ring = new long[length];
        for (var index = 0; index < Count; index++)
            ring[index] = At(index);
        _ring = ring;
        _first = 0;
    }
}

/// <summary>What a node holds of one shared bucket. Guarded by the bucket's lock.</summary>
internal sealed class Slice
{
    /// <summary>Requests it may admit until <see cref="Ends"/> without asking.</summary>
    public int Permits { get; set; }

    public long Ends { get; set; }

    /// <summary>What was left for everybody when it was drawn.</summary>
    public int Pool { get; set; }

    /// <summary>Nothing was left: asked again from then on.</summary>
    public long AskAgainAt { get; set; }

    /// <summary>When room comes back at the latest.</summary>
    public long OpensAt { get; set; }

    /// <summary>The draw under way; requests of the same bucket wait for it together.</summary>
    public Task? Drawing { get; set; }
}
