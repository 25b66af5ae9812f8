using System.Collections.Concurrent;
using System.Diagnostics;
using Shouldly;

namespace Colonnade.Faults;

/// <summary>One call: what was asked, when, and how it ended.</summary>
internal sealed record Operation(string Who, string What, TimeSpan Began, TimeSpan Ended, Reply Reply);

/// <summary>What happened, on one clock; see jepsen.io for the idea.</summary>
internal sealed class History
{
    /// <summary>Going through for so long is served again.</summary>
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(1.5);

    private readonly long _zero = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<Operation> _operations = new();

    public TimeSpan Now => Stopwatch.GetElapsedTime(_zero);

    public IReadOnlyCollection<Operation> All => _operations;

    public async Task<Reply> Record(string who, string what, Func<Task<Reply>> call)
    {
        var began = Now;
        var reply = await call();
        _operations.Enqueue(new Operation(who, what, began, Now, reply));
        return reply;
    }

    /// <summary>Whatever was begun then and ended in nobody knows what.</summary>
    public IReadOnlyList<Operation> UnknownSince(TimeSpan from) => [.. _operations.Where(operation => operation.Began >= from && operation.Reply.Outcome == Outcome.Unknown)];

    /// <summary>Waits until calls have gone through for a while, and asserts that this began within the promised time after <paramref name="from"/>.</summary>
    public async Task ShouldBeServedAgain(TimeSpan from)
    {
        await Lab.Until("calls go through again", Lab.Recovery + 2 * Steady, () => Task.FromResult(
            Now - from > Steady && UnknownSince(Now - Steady).Count == 0 && _operations.Count(operation => operation.Began > Now - Steady) > 5));
        var last = UnknownSince(from) is { Count: > 0 } failed ? failed.Max(operation => operation.Began) - from : TimeSpan.Zero;
        last.ShouldBeLessThan(Lab.Recovery);
        Lab.Say($"served again after {last.TotalSeconds:0.00} s");
    }

    public override string ToString() => string.Join(", ", _operations.GroupBy(operation => operation.Reply.Status).OrderBy(group => group.Key).Select(group => $"{group.Key}: {group.Count()}"));
}
