using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Sessions;

/// <summary>Deletes sessions that ended a day ago, with their refresh tokens. What happened in them stays in the audit trail.</summary>
internal sealed record SweepSessions : IJob
{
    private const int Portion = 5_000;

    public static string Kind => "sweep_sessions";

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        while (await database.Execute(
            """
            delete from sessions where id in (
                select id from sessions
                where least(idle_expires_at, revoked_at) < (select clock()) - interval '1 day'
                order by least(idle_expires_at, revoked_at) limit @Portion for update skip locked)
            """, new { Portion }, run.Stop) == Portion)
        {
            run.Stop.ThrowIfCancellationRequested();
        }
    }
}
