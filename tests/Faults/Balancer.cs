using System.Collections.Concurrent;

namespace Colonnade.Faults;

/// <summary>
/// Sends each call to the next node that says it is ready, asking all of them every 100 ms; no retries, so that every failure of a node is seen.
/// </summary>
internal sealed class Balancer : IAsyncDisposable
{
    private readonly Wire _wire = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<string, bool> _ready = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);
    private readonly Task _asking;
    private int _turn;

    public Balancer(params string[] roots)
    {
        foreach (var root in roots)
            Add(root);
        _asking = Ask();
    }

    /// <summary>How many nodes were ever called.</summary>
    public int Used => _used.Count;

    /// <summary>Adds a node that is ready.</summary>
    public void Add(string root) => _ready[root] = true;

    public string Next()
    {
        var ready = _ready.Where(node => node.Value).Select(node => node.Key).Order(StringComparer.Ordinal).ToArray();
        if (ready.Length == 0)
            throw new InvalidOperationException("No node is ready.");
        var root = ready[(uint)Interlocked.Increment(ref _turn) % ready.Length];
        _used[root] = true;
        return root;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _asking;
        _closing.Dispose();
        _wire.Dispose();
    }

    private async Task Ask()
    {
        while (!_closing.IsCancellationRequested)
        {
            await Task.WhenAll(_ready.Keys.Select(async root =>
            {
                var reply = await _wire.Send("GET", root + "/health/ready");
                // A node that is gone stays away until it is added again.
                if (reply.Status == 0)
                    _ready.TryRemove(root, out _);
                else
                    _ready[root] = reply.Status == 200;
            }));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }
}
