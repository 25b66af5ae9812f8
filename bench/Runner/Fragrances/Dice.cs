namespace Colonnade.Bench.Fragrances;

/// <summary>Chance that is the same in every run and on every runtime (SplitMix64).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A whole number from 0, below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>A number from 0, below 1.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double share) => Share() < share;

    public T Of<T>(IReadOnlyList<T> all) => all[Below(all.Count)];

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>Things of which the n-th is drawn in proportion to n to the power of <c>-exponent</c>, as words are in texts.</summary>
internal sealed class Zipf
{
    private readonly IReadOnlyList<string> _all;
    private readonly double[] _sums;

    public Zipf(IReadOnlyList<string> all, double exponent)
    {
        _all = all;
        _sums = new double[all.Count];
        var sum = 0.0;
        for (var rank = 1; rank <= all.Count; rank++) _sums[rank - 1] = sum += Math.Pow(rank, -exponent);
    }

    public string Draw(Dice dice)
    {
        var place = Array.BinarySearch(_sums, dice.Share() * _sums[^1]);
        return _all[Math.Min(place < 0 ? ~place : place, _all.Count - 1)];
    }

    /// <summary>Different ones.</summary>
    public string[] Draw(Dice dice, int count)
    {
        var drawn = new HashSet<string>(StringComparer.Ordinal);
        while (drawn.Count < count) drawn.Add(Draw(dice));
        return [.. drawn];
    }
}
