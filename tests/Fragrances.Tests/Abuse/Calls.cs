using System.Collections.Concurrent;
using System.Diagnostics;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Abuse;

/// <summary>Many calls at once, and what was wrong with their answers.</summary>
internal sealed class Calls
{
    /// <summary>What one hostile request may take; a hundred times what it does.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentQueue<string> _flaws = new();
    private int _count;

    public int Count => _count;

    /// <summary>
    /// Makes calls for every item, a few items at a time. Of the calls that <paramref name="call"/> has for an item it is to make
    /// one in <paramref name="share"/>, each item others: ask the turn it is given.
    /// </summary>
    public static async Task<Calls> Of<T>(IEnumerable<T> items, Func<Calls, T, Turn, Task> call, int share = 1)
    {
        var calls = new Calls();
        var options = new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(items.Select((item, place) => (item, place)), options, async (next, _) => await call(calls, next.item, new Turn(next.place, share)));
        return calls;
    }

    /// <summary>Says which calls of an item are to be made.</summary>
    public sealed class Turn(int place, int share)
    {
        private int _asked = place;

        public bool Next() => _asked++ % share == 0;
    }

    /// <summary>Makes one call; whatever it was for, an answer above 499, out of the dialect or late is a flaw.</summary>
    public async Task<Answer> Make(string what, Func<Task<Answer>> call)
    {
        Interlocked.Increment(ref _count);
        var began = Stopwatch.GetTimestamp();
        var answer = await call();
        if (answer.Status >= 500)
            Flaw($"{what}: {answer.Status} {answer.Text}");
        else if (answer.Status >= 400 && Envelope.Flaw(answer) is { } flaw)
            Flaw($"{what}: {flaw} in {answer.Text}");
        if (Stopwatch.GetElapsedTime(began) is var took && took > Patience)
            Flaw($"{what}: took {took}");
        return answer;
    }

    public void Flaw(string flaw) => _flaws.Enqueue(flaw);

    /// <summary>Asserts that nothing was wrong with at least <paramref name="least"/> calls.</summary>
    public void ShouldBeFlawless(int least)
    {
        _flaws.Take(20).ShouldBeEmpty($"{_flaws.Count} flaws in {_count} calls");
        _count.ShouldBeGreaterThanOrEqualTo(least);
    }
}
