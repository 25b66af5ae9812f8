using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// One limit counted in process: a bucket for each partition, forgotten when idle. While the node counts alone
/// a request costs one lock nobody else wants; with other nodes it uses up slices drawn from <see cref="LimitShares"/>, or its even share of a very
/// large limit.
/// </summary>
internal sealed class GeneralLimit(Limit limit, int permits, LimitNodes nodes, LimitShares shares, TimeProvider time)
{
    private static readonly TimeSpan PatienceForDraw = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseWhenEmpty = TimeSpan.FromSeconds(1);
    private readonly Generations<Bucket> _buckets = new();
    private readonly ConcurrentQueue<(Partition Who, Bucket Bucket, long Ends)> _drawn = new();
    private readonly long _window = Units(limit.Window, time);
    private readonly long _sliceLife = Units(LimitShares.SliceLife, time);

    /// <summary>Telling every admission to others would cost more than it is worth: each node has its even share.</summary>
    private readonly bool _isTooLargeToShare = permits > Bucket.Exactly;

    private readonly long _grain = permits > Bucket.Exactly ? Units(limit.Window, time) / Bucket.Exactly : 0;
    private long _turnedAt = time.GetTimestamp();

    public Limit Limit { get; } = limit;

    public ValueTask<Standing> Take(Partition who, HttpContext http)
    {
        var bucket = _buckets.Get(who);
        lock (bucket)
        {
            if (nodes.CountsAlone)
                return new(TakeHere(bucket, time.GetTimestamp(), permits));
        }

        return TakeShared(who, bucket, http.RequestAborted);
    }

    /// <summary>Takes an admission back, because another limit refused the request.</summary>
    public void Return(Partition who, long at)
    {
        var bucket = _buckets.Get(who);
        lock (bucket)
        {
            if (bucket.Remove(at) && bucket.Slice is { } slice && time.GetTimestamp() < slice.Ends)
                slice.Permits++;
        }
    }

    /// <summary>Tells the shared count everything that is counted here; when another node joins, and at the end.</summary>
    public async Task PublishAll(CancellationToken stop)
    {
        if (_isTooLargeToShare)
            return;
        foreach (var chunk in _buckets.All().DistinctBy(entry => entry.Key).Chunk(LimitShares.PublishAtOnce))
            await Publish(chunk.Select(entry => (entry.Key, entry.Value)), static (_, _) => true, stop);
    }

    /// <summary>Gives back what is left of slices that have ended, and with it the times of what was admitted.</summary>
    public async Task SettleEnded(CancellationToken stop)
    {
        var now = time.GetTimestamp();
        var ended = new List<(Partition, Bucket)>();
        while (_drawn.TryPeek(out var oldest) && oldest.Ends <= now && _drawn.TryDequeue(out oldest))
            ended.Add((oldest.Who, oldest.Bucket));
        if (nodes.CountsAlone)
            return;
        foreach (var chunk in ended.DistinctBy(entry => entry.Item1).Chunk(LimitShares.PublishAtOnce))
            await Publish(chunk, static (slice, at) => slice is not null && slice.Ends <= at, stop);
    }

    /// <summary>Forgets idle partitions; to be called now and then.</summary>
    public void ForgetIdle()
    {
        var now = time.GetTimestamp();
        if (now - _turnedAt < _window + _sliceLife)
            return;
        _turnedAt = now;
        _buckets.Turn();
    }

    private async ValueTask<Standing> TakeShared(Partition who, Bucket bucket, CancellationToken stop)
    {
        while (true)
        {
            Task drawing;
            lock (bucket)
            {
                var now = time.GetTimestamp();
                if (nodes.CountsAlone)
                    return TakeHere(bucket, now, permits);
                if (nodes.IsCutOff || _isTooLargeToShare)
                    return TakeHere(bucket, now, Math.Max(1, permits / nodes.Count));

                var slice = bucket.Slice ??= new Slice();
                if (slice.Permits > 0 && now < slice.Ends)
                {
                    bucket.Forget(now, _window);
                    bucket.Add(now, permits, _grain);
                    slice.Permits--;
                    return new(Limit, permits, IsAdmitted: true, slice.Permits + slice.Pool, Span(bucket.At(0) + _window - now), now);
                }

                if (now < slice.AskAgainAt)
                    return new(Limit, permits, IsAdmitted: false, 0, Span(slice.OpensAt - now));
                drawing = slice.Drawing ??= Draw(who, bucket, slice);
            }

            try
            {
                await drawing.WaitAsync(PatienceForDraw, TimeProvider.System, stop);
            }
            catch (TimeoutException)
            {
                nodes.CutOff("no answer");
            }
        }
    }

    private Standing TakeHere(Bucket bucket, long now, int most)
    {
        bucket.Forget(now, _window);
        if (bucket.Count >= most)
            return new(Limit, permits, IsAdmitted: false, 0, Span(bucket.At(bucket.Count - most) + _window - now));
        bucket.Add(now, permits, _grain);
        return new(Limit, permits, IsAdmitted: true, most - bucket.Count, Span(bucket.At(0) + _window - now), now);
    }

    private async Task Draw(Partition who, Bucket bucket, Slice slice)
    {
        // The caller holds the bucket's lock; nothing below may run under it.
        await Task.Yield();
        LimitShares.Drawn? drawn = null;
        long asked;
        double[] ages;
        long turn;
        lock (bucket)
        {
            asked = time.GetTimestamp();
            bucket.Forget(asked, _window);
            ages = bucket.Ages(asked, time.TimestampFrequency);
            turn = shares.NextTurn();
        }

        try
        {
            drawn = await shares.Draw(Limit, permits, who, turn, ages, nodes.Count);
        }
        catch (Exception failure) when (LimitNodes.IsOutage(failure))
        {
            nodes.CutOff(failure.GetBaseException().GetType().Name);
        }
        finally
        {
            lock (bucket)
            {
                slice.Drawing = null;
                if (drawn is not null)
                    Fill(who, bucket, slice, drawn, asked);
            }
        }
    }

    private void Fill(Partition who, Bucket bucket, Slice slice, LimitShares.Drawn drawn, long asked)
    {
        // Counted from before the question, so that it never outlives what the row says.
        slice.Ends = asked + _sliceLife;
        slice.Permits = drawn.Permits;
        slice.Pool = drawn.Left;
        if (drawn.Permits > 0)
        {
            slice.AskAgainAt = 0;
            _drawn.Enqueue((who, bucket, slice.Ends));
            return;
        }

        var answered = time.GetTimestamp();
        slice.OpensAt = answered + Units(drawn.Opens, time);
        // Another node may give back sooner than it must.
        slice.AskAgainAt = Math.Min(slice.OpensAt, answered + Units(PauseWhenEmpty, time));
    }

    private async Task Publish(IEnumerable<(Partition Who, Bucket Bucket)> buckets, Func<Slice?, long, bool> wanted, CancellationToken stop)
    {
        var counted = new List<(Partition Who, double[] Ages)>();
        long turn = 0;
        foreach (var (who, bucket) in buckets)
        {
            lock (bucket)
            {
                var now = time.GetTimestamp();
                // A draw under way says the same and more.
                if (bucket.Slice?.Drawing is not null || !wanted(bucket.Slice, now))
                    continue;
                bucket.Forget(now, _window);
                if (bucket.Slice is { } slice)
                    slice.Permits = 0;
                else if (bucket.Count == 0)
                    continue;
                counted.Add((who, bucket.Ages(now, time.TimestampFrequency)));
                if (turn == 0)
                    turn = shares.NextTurn();
            }
        }

        if (counted.Count > 0)
            await shares.Publish(Limit, counted, turn, stop);
    }

    private TimeSpan Span(long units) => time.GetElapsedTime(0, units);

    private static long Units(TimeSpan span, TimeProvider time) => (long)Math.Ceiling(span.TotalSeconds * time.TimestampFrequency);
}
