using Colonnade.Platform.Database;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Web;

/// <summary>
/// How many requests may be in progress at once: any number while they get a thread and a connection to PostgreSQL without
/// delay; once there is a <see cref="StandingDelay"/>, a quarter fewer every 100 ms until it is gone, then an eighth more.
/// </summary>
/// <remarks>
/// <para>
/// Requests that wait for something else (a slow client, a provider) delay nobody and are no reason to refuse others,
/// however many they are. So their number alone says nothing, and the delays are measured: how long a connection is waited
/// for, and how long a piece of work that does nothing stands in the queue of the thread pool, asked while more requests are in
/// progress than a machine is always good for.
/// </para>
/// <para>
/// Delay in queues as the signal: Zhou et al., Overload Control for Scaling WeChat Microservices, 2018. Only one that
/// stands counts, bursts pass: Nichols and Jacobson, Controlling Queue Delay, 2012.
/// </para>
/// </remarks>
/// <param name="floor">So many are always let in.</param>
/// <param name="queue">Lets work wait its turn as the work of requests does.</param>
/// <param name="waits">For connections to PostgreSQL, and for what else the product says that requests wait for.</param>
/// <param name="time"></param>
/// <param name="log"></param>
internal sealed class Admission(int floor, Action<IThreadPoolWorkItem> queue, StandingDelay[] waits, TimeProvider time, ILogger log) : IThreadPoolWorkItem
{
    private const int Any = int.MaxValue;

    /// <summary>More than a listener has connections: no limit at all.</summary>
    private const int Ample = 10_000;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly StandingDelay _threads = new(time);
    private int _inProgress;
    private int _waiting;
    private int _limit = Any;
    private int _isAsking;
    private long _askedAt;
    private long _steppedAt = time.GetTimestamp();

    public Admission(ProductDatabase database, IEnumerable<AwaitedSlots> slots, IServiceProvider services, TimeProvider time, ILogger<Admission> log)
        : this(64 * Environment.ProcessorCount, static work => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false), [database.Connections, .. slots.Select(awaited => awaited.Of(services).Waits)], time, log)
    {
    }

    internal int InProgress => Volatile.Read(ref _inProgress);

    /// <summary>How many requests wait for their clients.</summary>
    internal int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Whether a request may be worked on; who was let in has to <see cref="Leave"/>.</summary>
    public bool TryEnter(bool isShedLast)
    {
        var inProgress = Interlocked.Increment(ref _inProgress);
        if (inProgress <= floor)
            return true;

        Ask();
        Adjust(inProgress);
        var limit = Volatile.Read(ref _limit);
        if (limit == Any || inProgress <= (isShedLast ? limit + limit / 4 : limit))
            return true;
        Interlocked.Decrement(ref _inProgress);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inProgress);

    /// <summary>A request that is in progress begins to wait for its client.</summary>
    public void BeginWaiting()
    {
        Interlocked.Increment(ref _waiting);
        Leave();
    }

    /// <summary>It goes on; it is never refused.</summary>
    public void EndWaiting()
    {
        Interlocked.Increment(ref _inProgress);
        Interlocked.Decrement(ref _waiting);
    }

    /// <summary>The work that does nothing: its turn has come.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        _threads.WaitedSince(_askedAt);
        Volatile.Write(ref _isAsking, 0);
    }

    private void Ask()
    {
        if (Interlocked.Exchange(ref _isAsking, 1) == 1)
            return;
        _askedAt = _threads.Now;
        queue(this);
    }

    private void Adjust(int inProgress)
    {
        var steppedAt = Volatile.Read(ref _steppedAt);
        var now = time.GetTimestamp();
        var steps = (int)Math.Min(time.GetElapsedTime(steppedAt, now) / Step, Ample);
        if (steps == 0 || Interlocked.CompareExchange(ref _steppedAt, now, steppedAt) != steppedAt)
            return;

        var limit = Volatile.Read(ref _limit);
        if (_threads.Stands || Array.Exists(waits, wait => wait.Stands))
        {
            var lower = Math.Max(floor, Math.Min(limit, inProgress) / 4 * 3);
            Volatile.Write(ref _limit, lower);
            if (limit == Any)
                log.LogWarning("More requests than can be answered in time: of {InProgress} in progress, those beyond {Limit} are refused", inProgress, lower);
        }
        else if (limit != Any)
        {
            for (; steps > 0 && limit < Ample; steps--)
                limit += Math.Max(1, limit / 8);
            Volatile.Write(ref _limit, limit < Ample ? limit : Any);
            if (limit >= Ample)
                log.LogInformation("Requests are answered in time again, none is refused");
        }
    }
}
