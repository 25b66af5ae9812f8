using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.FigureForge.Jobs;

/// <summary>Erases the images of an account that is gone, and what it asked to be drawn.</summary>
public sealed record EraseImages(Guid AccountId) : IJob
{
    private const int Portion = 200;

    public static string Kind => "erase_images";

    public static JobRules Rules => new() { TimeOut = TimeSpan.FromMinutes(10), MaxAttempts = 25 };

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        while (true)
        {
            await using var work = await database.Begin(run.Stop);
            var images = await work.List<Guid>("select id from images where account_id = @AccountId and deleted_at is null order by id limit @Portion", new { AccountId, Portion }, run.Stop);
            foreach (var image in images)
                await Images.Remove(work, image, AccountId, run.Stop);
            if (images.Count == 0)
            {
                await work.Execute("update images set prompt = '', tags = '{}', filters = '{}' where account_id = @AccountId", new { AccountId }, run.Stop);
                await work.Execute("update generations set prompt = '', filters = '{}' where account_id = @AccountId", new { AccountId }, run.Stop);
                await run.Complete(work);
            }

            await work.Commit(run.Stop);
            if (images.Count == 0)
                return;
        }
    }
}
