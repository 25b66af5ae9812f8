namespace Colonnade.Mannequin;

/// <summary>Numbers that look thrown and are the same for the same seed, everywhere (SplitMix64; Steele, Lea, Flood 2014).</summary>
internal sealed class Dice(long seed)
{
    private ulong _state = (ulong)seed * 0xD1342543DE82EF95 + 0x2545F4914F6CDD1D;

    /// <summary>From 0 up to 1.</summary>
    public float Share()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 40) / (float)(1 << 24);
    }

    /// <summary>Around 0, mostly within ±<paramref name="reach"/>, never beyond twice of it.</summary>
    public float Around(float reach) => (Share() + Share() + Share() - 1.5f) * (4f / 3) * reach;

    public int Below(int count) => (int)(Share() * count);

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
