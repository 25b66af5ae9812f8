using System.Threading.Channels;
using Colonnade.Platform.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Jobs;

/// <summary>
/// That there are new jobs: this node's workers hear of it as soon as their transaction has committed, the other nodes a moment later
/// by one <c>NOTIFY</c> for all that came in that moment.
/// </summary>
/// <remarks>
/// A <c>NOTIFY</c> in the transaction itself would tell everybody. But PostgreSQL lets the transactions of a whole cluster that notify
/// commit one at a time, each with its wait for the disk. What a process that dies in that moment tells nobody is found by the poll.
/// </remarks>
internal sealed class JobNews
{
    private readonly Channel<bool> _untold = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Action? _here;

    /// <summary>What a notification carries, so that its sender knows it for its own.</summary>
    public string Node { get; } = Guid.CreateVersion7().ToString("N");

    /// <param name="told">Runs in the thread that has committed: quickly, and without throwing.</param>
    public void Subscribe(Action told) => _here += told;

    public void Unsubscribe(Action told) => _here -= told;

    /// <summary>To be called when jobs that can run now have been committed.</summary>
    public void Tell()
    {
        _here?.Invoke();
        _untold.Writer.TryWrite(true);
    }

    /// <summary>Waits until the other nodes should be told of something.</summary>
    public async Task Wait(CancellationToken stop) => await _untold.Reader.ReadAsync(stop);
}

/// <summary>Tells the other nodes.</summary>
internal sealed class JobAnnouncer(ProductDatabase database, ILogger<JobAnnouncer> log) : BackgroundService
{
    /// <summary>What comes within it is one notification.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await database.NewJobs.Wait(stoppingToken);
            try
            {
                await database.Execute("select pg_notify(current_schema() || '_jobs', @Node)", new { database.NewJobs.Node }, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogDebug(failure, "Other nodes were not told of new jobs; they find them by their poll");
            }

            await Task.Delay(Moment, TimeProvider.System, stoppingToken);
        }
    }
}
