using System.Numerics;

namespace Colonnade.Fragrances.Search;

/// <summary>A set of documents, one bit each.</summary>
internal sealed class DocumentSet(int size)
{
    private readonly ulong[] bits = new ulong[(size + 63) >> 6];

    public ReadOnlySpan<ulong> Bits => bits;

    public void Clear() => Array.Clear(bits);

    public void Fill()
    {
        Array.Fill(bits, ulong.MaxValue);
        if ((size & 63) != 0) bits[^1] = (1ul << size) - 1;
    }

    public bool Contains(int document) => (bits[document >> 6] >> document & 1) != 0;

    public void Add(int document) => bits[document >> 6] |= 1ul << document;

    public void Add(ReadOnlySpan<uint> postings)
    {
        var words = bits;
        foreach (var posting in postings)
        {
            var document = Posting.Document(posting);
            words[document >> 6] |= 1ul << document;
        }
    }

    /// <summary>Adds the documents whose value is allowed.</summary>
    public void Add(ReadOnlySpan<int> values, ReadOnlySpan<bool> allowed)
    {
        for (var word = 0; word < bits.Length; word++)
        {
            var some = values.Slice(word << 6, Math.Min(64, values.Length - (word << 6)));
            var added = 0ul;
            for (var i = 0; i < some.Length; i++) added |= (allowed[some[i]] ? 1ul : 0ul) << i;
            bits[word] |= added;
        }
    }

    public void CopyFrom(DocumentSet other) => other.bits.CopyTo(bits, 0);

    public void And(DocumentSet other)
    {
        for (var i = 0; i < bits.Length; i++) bits[i] &= other.bits[i];
    }

    public bool Meets(DocumentSet other)
    {
        for (var i = 0; i < bits.Length; i++)
            if ((bits[i] & other.bits[i]) != 0) return true;
        return false;
    }

    public int Count()
    {
        var count = 0;
        foreach (var word in bits) count += BitOperations.PopCount(word);
        return count;
    }

    public Enumerator GetEnumerator() => new(bits);

    public struct Enumerator(ulong[] bits)
    {
        private int word = -1;
        private ulong left;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (left == 0)
            {
                if (++word >= bits.Length) return false;
                left = bits[word];
            }
            Current = (word << 6) + BitOperations.TrailingZeroCount(left);
            left &= left - 1;
            return true;
        }
    }
}
