using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Webhooks;

/// <summary>
/// Deletes events of more than 30 days ago with their deliveries and attempts, secrets that have ended, and removed
/// endpoints that nothing refers to any more.
/// </summary>
internal sealed record SweepWebhooks : IJob
{
    private const int Portion = 1_000;

    public static string Kind => "sweep_webhooks";

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        while (await database.Execute(
            """
            delete from webhook_events where id in (
                select id from webhook_events where created_at < (select clock()) - interval '30 days'
                order by created_at limit @Portion for update skip locked)
            """, new { Portion }, run.Stop) == Portion)
        {
            run.Stop.ThrowIfCancellationRequested();
        }

        await database.Execute("delete from webhook_secrets where expires_at <= clock()", null, run.Stop);
        await database.Execute(
            "delete from webhook_endpoints p where removed_at is not null and not exists (select from webhook_deliveries where endpoint_id = p.id)", null, run.Stop);
    }
}
