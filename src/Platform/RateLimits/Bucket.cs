namespace Colonnade.Platform.RateLimits;

/// <summary>
/// What one partition was admitted within the window: a ring of timestamps, as long as it has to be. Not safe by
/// itself: whoever uses it holds its lock.
/// </summary>
/// <remarks>
/// Where a limit admits more than <see cref="Exactly"/>, admissions of one grain of time are kept as the latest of them with their
/// number. They leave together, so at most a grain later than each would alone: never more than the limit, in bounded memory.
/// </remarks>
internal sealed class Bucket
{
    /// <summary>How many admissions of a window are kept each for itself.</summary>
    public const int Exactly = 8192;

    private long[] _ring = [];
    private int[]? _numbers;
    private int _first;
    private int _length;

    /// <summary>How many admissions are counted.</summary>
    public int Count { get; private set; }

    /// <summary>The slice drawn from the shared count; null while the node counts alone.</summary>
    public Slice? Slice { get; set; }

    /// <summary>When the <paramref name="index"/>th of those counted is taken to have been admitted, the oldest being 0.</summary>
    public long At(int index)
    {
        var entry = 0;
        if (_numbers is null)
            entry = index;
        else
            for (; index >= _numbers[Place(entry)]; entry++)
                index -= _numbers[Place(entry)];
        return _ring[Place(entry)];
    }

    /// <summary>Forgets what is a window old at <paramref name="now"/>.</summary>
    public void Forget(long now, long window)
    {
        while (_length > 0 && now - _ring[_first] >= window)
        {
            Count -= _numbers is null ? 1 : _numbers[_first];
            _first = Place(1);
            _length--;
        }
    }

    /// <summary>Counts an admission, later than those before.</summary>
    /// <param name="at">When.</param>
    /// <param name="most">How many a window can hold.</param>
    /// <param name="grain">Within what time admissions are kept as one; 0 for a limit of at most <see cref="Exactly"/>.</param>
    public void Add(long at, int most, long grain = 0)
    {
        Count++;
        if (grain > 0)
        {
            _numbers ??= new int[_ring.Length];
            var last = Place(_length - 1);
            if (_length > 0 && at / grain == _ring[last] / grain)
            {
                _ring[last] = at;
                _numbers[last]++;
                return;
            }
        }

        if (_length == _ring.Length)
            Grow(Math.Max(_length + 1, Math.Min(most, _length * 2)));
        var next = Place(_length++);
        _ring[next] = at;
        if (_numbers is not null)
            _numbers[next] = 1;
    }

    /// <summary>Takes back what was admitted at <paramref name="at"/>: another limit refused that request.</summary>
    public bool Remove(long at)
    {
        var entry = _length - 1;
        while (entry > 0 && _ring[Place(entry - 1)] >= at)
            entry--;
        if (entry < 0 || (_numbers is null ? _ring[Place(entry)] != at : _ring[Place(entry)] < at))
            return false;
        Count--;
        if (_numbers is not null && --_numbers[Place(entry)] > 0)
            return true;
        for (; entry < _length - 1; entry++)
        {
            _ring[Place(entry)] = _ring[Place(entry + 1)];
            if (_numbers is not null)
                _numbers[Place(entry)] = _numbers[Place(entry + 1)];
        }

        _length--;
        return true;
    }

    /// <summary>What is counted at <paramref name="now"/>, as ages in seconds.</summary>
    public double[] Ages(long now, double frequency)
    {
        var ages = new double[Count];
        var index = 0;
        for (var entry = 0; entry < _length; entry++)
        {
            var age = (now - _ring[Place(entry)]) / frequency;
            for (var number = _numbers is null ? 1 : _numbers[Place(entry)]; number > 0; number--)
                ages[index++] = age;
        }

        return ages;
    }

    private int Place(int entry) => _ring.Length == 0 ? 0 : (_first + entry) % _ring.Length;

    private void Grow(int length)
    {
        var ring = new long[length];
        var numbers = _numbers is null ? null : new int[length];
        for (var entry = 0; entry < _length; entry++)
        {
            ring[entry] = _ring[Place(entry)];
            if (numbers is not null)
                numbers[entry] = _numbers![Place(entry)];
        }

        (_ring, _numbers, _first) = (ring, numbers, 0);
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
