using System.Collections.Concurrent;
using Colonnade.Platform.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Colonnade.Platform.ApiTokens;

/// <summary>
/// When which token was last used: noted in memory by the request, written to <c>last_used_at</c> once a minute and
/// when the node stops. A node that is killed forgets a minute.
/// </summary>
internal sealed class ApiTokenUses(ProductDatabase database, TimeProvider time, ILogger<ApiTokenUses> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<Guid, ApiTokenUse> _uses = new();

    /// <summary>Where uses of the token <paramref name="id"/> are noted.</summary>
    public ApiTokenUse Of(Guid id) => _uses.GetOrAdd(id, static _ => new ApiTokenUse());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await WriteDown(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            using var patience = new CancellationTokenSource(LastWords);
            await WriteDown(patience.Token);
        }
    }

    private async Task WriteDown(CancellationToken stop)
    {
        var news = _uses.Select(use => (use.Key, Use: use.Value, At: use.Value.At)).Where(use => use.At != use.Use.WrittenAt).ToArray();
        if (news.Length == 0)
            return;
        try
        {
            // How long ago, by this node's stopwatch; the time itself is the database's. Rows are locked in one order, for other nodes' sake.
            await database.Execute(
                """
                with used as (
                    select t.id, clock() - of.ago as at from api_tokens t join unnest(@Ids, @Agos) as of (id, ago) on of.id = t.id
                    order by t.id for update of t)
                update api_tokens t set last_used_at = greatest(t.last_used_at, used.at) from used where t.id = used.id
                """,
                new { Ids = Array.ConvertAll(news, use => use.Key), Agos = Array.ConvertAll(news, use => time.GetElapsedTime(use.At)) }, stop);
            foreach (var (_, use, at) in news)
                use.WrittenAt = at;
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException)
        {
            // What was not written is new again at the next tick.
            log.LogWarning("The last uses of API tokens could not be written down: {Reason}", failure.GetType().Name);
        }
    }
}

/// <summary>The last use of one token on this node, as a timestamp of the <see cref="TimeProvider"/>.</summary>
internal sealed class ApiTokenUse
{
    private long _at;

    public long At => Volatile.Read(ref _at);

    public long WrittenAt { get; set; }

    public void Note(long at) => Volatile.Write(ref _at, at);
}
