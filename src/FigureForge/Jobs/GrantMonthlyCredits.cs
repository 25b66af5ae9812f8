using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.FigureForge.Jobs;

/// <summary>Grants the credits of every month that has begun since the last tick.</summary>
public sealed record GrantMonthlyCredits : IJob
{
    private const int Portion = 500;

    public static string Kind => "grant_monthly_credits";

    public static JobRules Rules => new() { TimeOut = TimeSpan.FromMinutes(10) };

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        List<Guid> due;
        do
        {
            due = await database.List<Guid>(
                "select account_id from artists join accounts a on a.id = account_id where period_end <= (select clock()) and a.deleted_at is null order by period_end limit @Portion", new { Portion }, run.Stop);
            var granted = 0;
            foreach (var account in due)
            {
                await using var work = await database.Begin(run.Stop);
                granted += await Credits.Renew(work, account, run.Stop) ? 1 : 0;
                await work.Commit(run.Stop);
            }

            if (granted == 0)
                return;
        }
        while (due.Count == Portion);
    }
}
