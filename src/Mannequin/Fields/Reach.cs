using System.Numerics;
using System.Runtime.CompilerServices;

namespace Colonnade.Mannequin.Fields;

/// <summary>Which forms matter somewhere: one bit each.</summary>
internal struct Reach
{
    /// <summary>How many forms a field may have.</summary>
    public const int Most = 512;

    private Words _words;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int form) => _words[form >> 6] |= 1UL << (form & 63);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in Reach other)
    {
        for (var word = 0; word < Most / 64; word++) _words[word] |= other._words[word];
    }

    public readonly bool Same(in Reach other)
    {
        for (var word = 0; word < Most / 64; word++)
        {
            if (_words[word] != other._words[word]) return false;
        }

        return true;
    }

    /// <summary>Writes the forms in rising order.</summary>
    /// <returns>How many they are.</returns>
    public readonly int List(Span<ushort> forms)
    {
        var count = 0;
        for (var word = 0; word < Most / 64; word++)
        {
            for (var bits = _words[word]; bits != 0; bits &= bits - 1) forms[count++] = (ushort)(word * 64 + BitOperations.TrailingZeroCount(bits));
        }

        return count;
    }

    [InlineArray(Most / 64)]
    private struct Words
    {
        private ulong _first;
    }
}
