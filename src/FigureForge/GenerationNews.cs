using System.Collections.Concurrent;
using Colonnade.Platform.Database;

namespace Colonnade.FigureForge;

/// <summary>Wakes requests of this node that wait for a generation to change. What has changed they read for themselves.</summary>
public sealed class GenerationNews
{
    /// <summary>The net under lost notifications.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _waiting = new();

    public GenerationNews(Listener listener) => listener.Subscribe("generations", id => Wake(Guid.TryParse(id, out var changed) ? changed : Guid.Empty), WakeAll);

    /// <summary>To be asked for before the state is read: completes when it may have changed since.</summary>
    internal Task Next(Guid id) => _waiting.GetOrAdd(id, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Waits for news that <see cref="Next"/> promised, no longer than <paramref name="most"/>; real time.</summary>
    internal async Task Wait(Guid id, Task news, TimeSpan most, CancellationToken stop)
    {
        try
        {
            await news.WaitAsync(most < Longest ? most : Longest, TimeProvider.System, stop);
        }
        catch (TimeoutException)
        {
            Wake(id);
        }
    }

    /// <summary>Wakes whoever waits for it. Also for one that does not change any more: nothing stays behind.</summary>
    internal void Wake(Guid id)
    {
        if (_waiting.TryRemove(id, out var waiting))
            waiting.TrySetResult();
    }

    private void WakeAll()
    {
        foreach (var id in _waiting.Keys)
            Wake(id);
    }
}
