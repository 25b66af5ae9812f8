using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.FigureForge.Jobs;

/// <summary>Ends a generation that was not ready within the time it was worth waiting for.</summary>
public sealed record ExpireGeneration(Guid GenerationId) : IJob
{
    public static string Kind => "expire_generation";

    public async Task Run(JobRun run)
    {
        await using var work = await run.Services.GetRequiredService<ProductDatabase>().Begin(run.Stop);
        await GenerationLife.End(work, GenerationId, JobState.Failed, JobError.Late, run.Stop);
        await run.Complete(work);
        await work.Commit(run.Stop);
    }
}

/// <summary>
/// Ends generations whose job is over without having ended them: its last worker was killed, or it ran into its time-out for the last
/// time. Their credits go back.
/// </summary>
public sealed record TendGenerations : IJob
{
    public static string Kind => "tend_generations";

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        var lost = await database.List<Guid>(
            """
            select g.id from generations g
            where g.state in ('queued', 'processing') and g.is_admitted
              and not exists (
                  select from jobs j where j.kind in ('draw_figures', 'ask_black_forest_labs') and j.unique_key = g.id::text and j.state in ('scheduled', 'waiting', 'running'))
            limit 500
            """, null, run.Stop);
        foreach (var id in lost)
        {
            await using var work = await database.Begin(run.Stop);
            await GenerationLife.End(work, id, JobState.Failed, JobError.Broken, run.Stop);
            await work.Commit(run.Stop);
        }
    }
}
