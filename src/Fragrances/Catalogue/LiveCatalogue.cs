using System.Diagnostics;
using System.Threading.Channels;
using Colonnade.Fragrances.Search;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>
/// The catalogue in memory: the search index and the brands, read from PostgreSQL at start and again whenever a
/// notification says that it changed. Readers always see one whole state.
/// </summary>
/// <remarks>
/// A change is visible here when things have been quiet for 200 ms, or after 3 s of steady changes; then it takes as long
/// as reading everything does. While PostgreSQL is away the last state goes on answering.
/// </remarks>
public sealed class LiveCatalogue : BackgroundService
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _reading = new(1);
    private readonly ProductDatabase _database;
    private readonly ILogger<LiveCatalogue> _log;
    private volatile CatalogueState _state = CatalogueState.Empty;

    public LiveCatalogue(ProductDatabase database, Listener listener, ILogger<LiveCatalogue> log)
    {
        (_database, _log) = (database, log);
        listener.Subscribe("catalogue", _ => _changes.Writer.TryWrite(true), () => _changes.Writer.TryWrite(true));
    }

    /// <summary>Whether there is a state: <see cref="Current(CancellationToken)"/> does not wait any more.</summary>
    public bool IsRead => _read.Task.IsCompleted;

    /// <summary>
    /// Turns of searching, one for each core: a search keeps a core busy and writes on megabytes, so more at once would only
    /// take memory.
    /// </summary>
    public CpuSlots Turns { get; } = new(Environment.ProcessorCount);

    /// <summary>The newest state; waits for the first.</summary>
    public ValueTask<CatalogueState> Current(CancellationToken stop)
    {
        return IsRead ? ValueTask.FromResult(_state) : Wait();

        async ValueTask<CatalogueState> Wait()
        {
            await _read.Task.WaitAsync(stop);
            return _state;
        }
    }

    /// <inheritdoc cref="Current(CancellationToken)"/>
    /// <param name="http">Waits as long as its client does. Whether that goes on is not asked before there is something to wait for: asking costs a token.</param>
    public ValueTask<CatalogueState> Current(HttpContext http) => IsRead ? ValueTask.FromResult(_state) : Current(http.RequestAborted);

    /// <summary>Reads everything now; for tests and tools that cannot wait for the notification.</summary>
    public async Task Refresh(CancellationToken stop)
    {
        await _reading.WaitAsync(stop);
        try
        {
            var begun = Stopwatch.GetTimestamp();
            _state = await CatalogueReader.Read(_database, stop);
            _read.TrySetResult();
            _log.LogInformation("Read {Count} fragrances in {Milliseconds} ms", _state.Index.Count, (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        finally
        {
            _reading.Release();
        }
    }

    public override void Dispose()
    {
        Turns.Dispose();
        _reading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The listener says so when it has connected, the first time too: reading sooner would be reading twice.
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _changes.Reader.ReadAsync(stoppingToken);
                if (IsRead)
                    await WaitForQuiet(stoppingToken);
                await Refresh(stoppingToken);
                await GiveMemoryBack(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException)
            {
                _log.LogWarning("The catalogue could not be read: {Reason}", failure.GetType().Name);
                _changes.Writer.TryWrite(true);
                await Task.Delay(RetryPause, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// The state before, and what reading left behind, is as large as the catalogue: given back at once instead of carried until
    /// memory is short. Not before what has read is off the stack: it holds on to what it built with.
    /// </summary>
    private static async Task GiveMemoryBack(CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stop);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>An import changes the catalogue hundreds of times; reading it once, afterwards, is enough.</summary>
    private async Task WaitForQuiet(CancellationToken stop)
    {
        var first = Stopwatch.GetTimestamp();
        do
        {
            _changes.Reader.TryRead(out _);
            await Task.Delay(Quiet, TimeProvider.System, stop);
        }
        while (_changes.Reader.TryPeek(out _) && Stopwatch.GetElapsedTime(first) < LongestWait);
    }
}

/// <summary>The catalogue as it was at one moment.</summary>
public sealed record CatalogueState(SearchIndex Index, BrandShelf Brands)
{
    public static CatalogueState Empty { get; } = new(SearchIndex.Empty, BrandShelf.Empty);
}
