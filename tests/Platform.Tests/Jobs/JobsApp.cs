using System.Collections.Concurrent;
using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Jobs;

/// <summary>A product whose jobs do what the test says. No node runs jobs unless a test starts one that does.</summary>
public sealed class JobsApp() : ProductFixture(Identity, Build)
{
    private static readonly ProductIdentity Identity = new("Jobbing", 3998, typeof(Dialect).Assembly);

    public JobQueue Queue => Services.GetRequiredService<JobQueue>();

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task<Guid> Enqueue<T>(T job, JobOptions? options = null) where T : IJob
    {
        await using var work = await Database.Begin(Stop);
        var id = await work.Enqueue(job, Stop, options);
        await work.Commit(Stop);
        return id;
    }

    /// <summary>A job whose work is <paramref name="run"/>.</summary>
    public Task<Guid> Enqueue(Func<JobRun, Task> run, JobOptions? options = null) => Enqueue(Scripted.Of(run), options);

    public async Task<JobRow> Row(Guid id) =>
        (await Database.One<JobRow>("select id, state, attempt, lease, lease_until, error, run_at - clock() as due_in, worker from jobs where id = @id", new { id }, Stop)).ShouldNotBeNull();

    public async Task<JobRow> RowOnceItIs(string state, Guid id)
    {
        while (true)
        {
            var row = await Row(id);
            if (row.State == state)
                return row;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }
    }

    public Task<WebApplication> StartWorkers(int workers, params (string Name, string Value)[] settings) => StartNode(
        new Dictionary<string, string?>(settings.Select(setting => KeyValuePair.Create("Jobs:" + setting.Name, (string?)setting.Value)), StringComparer.Ordinal)
        {
            ["Jobs:Workers"] = workers.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });

    private static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddProduct(Identity, new DummyErrors(), JsonNamingPolicy.CamelCase);
        builder.Services.AddJobs(jobs => jobs.Add<Scripted>().Add<ScriptedBriefly>().Add<Effect>().Every<EachHour>(TimeSpan.FromHours(1)));
        builder.Services.AddSingleton<NodeName>();
        builder.Services.AddPreparation((services, stop) => services.GetRequiredService<ProductDatabase>().Execute(
            "create table effects (job_id uuid primary key, node text not null)", null, stop));
        var app = builder.Build();
        app.UseProduct();
        return app;
    }
}

public sealed class NodeName
{
    private static int s_last;

    public string Name { get; } = "node " + Interlocked.Increment(ref s_last).ToString(System.Globalization.CultureInfo.InvariantCulture);
}

public sealed record JobRow
{
    public Guid Id { get; init; }
    public string State { get; init; } = "";
    public int Attempt { get; init; }
    public int Lease { get; init; }
    public DateTimeOffset? LeaseUntil { get; init; }
    public string? Error { get; init; }
    public TimeSpan DueIn { get; init; }
    public Guid? Worker { get; init; }
}

/// <summary>Does what the test wrote down under its number.</summary>
public sealed record Scripted(int Script) : IJob
{
    private static readonly ConcurrentDictionary<int, Func<JobRun, Task>> Scripts = new();
    private static int s_last;

    public static string Kind => "scripted";

    public static JobRules Rules => new() { MaxAttempts = 4 };

    public static Scripted Of(Func<JobRun, Task> run)
    {
        var script = Interlocked.Increment(ref s_last);
        Scripts[script] = run;
        return new Scripted(script);
    }

    public Task Run(JobRun run) => Scripts[Script](run);
}

/// <summary>The same, with hardly any time to do it in.</summary>
public sealed record ScriptedBriefly(int Script) : IJob
{
    public static string Kind => "scripted_briefly";

    public static JobRules Rules => new() { TimeOut = TimeSpan.FromMilliseconds(50) };

    public Task Run(JobRun run) => new Scripted(Script).Run(run);
}

/// <summary>Leaves one row and completes with it.</summary>
public sealed record Effect(string Name = "") : IJob
{
    public static string Kind => "effect";

    public async Task Run(JobRun run)
    {
        await using var work = await run.Services.GetRequiredService<ProductDatabase>().Begin(run.Stop);
        await work.Execute("insert into effects (job_id, node) values (@JobId, @Name)", new { run.JobId, run.Services.GetRequiredService<NodeName>().Name }, run.Stop);
        await run.Complete(work);
        await work.Commit(run.Stop);
    }
}

public sealed record EachHour : IJob
{
    public static string Kind => "each_hour";

    public Task Run(JobRun run) => Task.CompletedTask;
}
