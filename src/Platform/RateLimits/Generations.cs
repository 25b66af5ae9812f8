using System.Collections.Concurrent;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// Values by partition that are forgotten by themselves: whoever was not asked for during a whole period is gone
/// after the next. Forgetting drops a dictionary, so it costs the same for one partition and for a million.
/// </summary>
/// <remarks>The caller turns it no more often than once a period; a value asked for moves into the younger generation.</remarks>
internal sealed class Generations<T> where T : class, new()
{
    private volatile ConcurrentDictionary<Partition, T> _young = new();
    private volatile ConcurrentDictionary<Partition, T> _old = new();

    public int Count => _young.Count;

    public T Get(Partition who)
    {
        var young = _young;
        if (young.TryGetValue(who, out var value))
            return value;
        // The same object in both generations: whoever asks meanwhile gets this one, too.
        return _old.TryGetValue(who, out value) ? young.GetOrAdd(who, value) : young.GetOrAdd(who, static _ => new T());
    }

    public T? Find(Partition who) => _young.TryGetValue(who, out var value) || _old.TryGetValue(who, out value) ? value : null;

    /// <summary>Every value of both generations, some twice.</summary>
    public IEnumerable<KeyValuePair<Partition, T>> All() => _old.Concat(_young);

    public void Turn()
    {
        _old = _young;
        _young = new();
    }
}
