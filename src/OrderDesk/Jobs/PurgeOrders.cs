using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.OrderDesk.Jobs;

/// <summary>Deletes for good what was deleted so long ago that it can no longer be restored.</summary>
public sealed record PurgeOrders : IJob
{
    private const int Portion = 1_000;

    public static string Kind => "purge_orders";

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        while (await database.Execute(
            """
            delete from orders where id in (
                select id from orders where deleted_at <= (select clock()) - @RestorableFor order by deleted_at limit @Portion for update skip locked)
            """, new { Orders.RestorableFor, Portion }, run.Stop) == Portion)
        {
            run.Stop.ThrowIfCancellationRequested();
        }
    }
}
