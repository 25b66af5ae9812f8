using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Colonnade.FigureForge;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Colonnade.Bench.FigureForge;

/// <summary>A job that has nothing to do: what is left is the queue.</summary>
internal sealed record EmptyJob : IJob
{
    public static string Kind => "empty";

    public Task Run(JobRun run) => Task.CompletedTask;
}

/// <summary>How many empty jobs a second eight workers of one node claim and complete.</summary>
internal static class EmptyJobs
{
    private const int Workers = 8;
    private const int Count = 40_000;

    public static async Task<double> PerSecond(string database, CancellationToken stop)
    {
        var identity = new ProductIdentity("Queue", 0, typeof(EmptyJobs).Assembly);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Database:Connection"] = database,
            ["Colonnade:Secret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Queue:Urls"] = "http://127.0.0.1:0",
            ["Queue:Jobs:Workers"] = Workers.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
        builder.Logging.ClearProviders();
        builder.AddProduct(identity, new FigureForgeErrors(), JsonNamingPolicy.SnakeCaseLower);
        builder.Services.AddJobs(jobs => jobs.Add<EmptyJob>());
        await using var app = builder.Build();
        await app.Prepare(stop);
        await using var source = NpgsqlDataSource.Create(database + ";Search Path=queue");
        await using var connection = await source.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(
            """
            insert into jobs (id, kind, lane, owner, turn, payload, state, run_at, max_attempts)
            select gen_random_uuid(), 'empty', 'default', '', n, '{}', 'waiting', clock(), 10 from generate_series(1, @Count) n;
            analyze jobs
            """, new { Count }, commandTimeout: 60);
        var begun = Stopwatch.GetTimestamp();
        await app.StartAsync(stop);
        while (await connection.ExecuteScalarAsync<bool>("select exists (select from jobs where kind = 'empty' and state <> 'done')"))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
        var taken = Stopwatch.GetElapsedTime(begun);
        await app.StopAsync(stop);
        return Count / taken.TotalSeconds;
    }
}
