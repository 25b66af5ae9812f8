using Shouldly;

namespace Colonnade.Faults;

/// <summary>Several collectors at once, about fifty calls a second in all.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int People = 8;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(150);
    private static int _loads;

    private readonly Wire _wire = new();
    private readonly CancellationTokenSource _enough = new();
    private readonly List<Collector> _collectors = [];
    private Task _living = Task.CompletedTask;

    public History History { get; } = new();

    /// <summary>Signs people up at <paramref name="root"/> and lets them call wherever <paramref name="where"/> says.</summary>
    public static async Task<Load> Begin(string root, Func<string> where)
    {
        var load = new Load();
        var random = Lab.Random();
        var number = Interlocked.Increment(ref _loads);
        for (var person = 0; person < People; person++)
            load._collectors.Add(await Collector.SignUp(root, $"load{number}-person{person}", load._wire, load.History, new Random(random.Next())));
        load._living = Task.WhenAll(load._collectors.Select(collector => collector.Live(where, Pace, load._enough.Token)));
        return load;
    }

    /// <summary>Ends the calling, lets everybody settle what is open, and asserts that everything acknowledged is there.</summary>
    public async Task EndAndFindEverything(string root)
    {
        await _enough.CancelAsync();
        await _living;
        var kept = 0;
        foreach (var collector in _collectors)
        {
            await collector.Settle(root);
            kept += await collector.ShouldFindEverything(root);
        }

        Lab.Say($"{History.All.Count} calls ({History}); {kept} acknowledged entries found");
        kept.ShouldBeGreaterThan(10, "too few writes to prove anything");
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _living.ContinueWith(static _ => { }, TaskScheduler.Default);
        _enough.Dispose();
        _wire.Dispose();
    }
}
