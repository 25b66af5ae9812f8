using Colonnade.Platform.Database;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Jobs;

/// <summary>Deletes jobs that were done or cancelled a day ago. Failed ones stay until somebody has looked.</summary>
internal sealed record JobSweep : IJob
{
    private const int Portion = 5_000;

    public static string Kind => "sweep_jobs";

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        while (await database.Execute(
            """
            delete from jobs where id in (
                select id from jobs
                where state in ('done', 'cancelled') and finished_at < (select clock()) - interval '1 day'
                order by finished_at limit @Portion for update skip locked)
            """, new { Portion }, run.Stop) == Portion)
        {
            run.Stop.ThrowIfCancellationRequested();
        }
    }
}
