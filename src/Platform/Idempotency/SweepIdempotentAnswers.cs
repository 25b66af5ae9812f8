using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Idempotency;

/// <summary>Deletes answers that are no longer replayed.</summary>
internal sealed record SweepIdempotentAnswers : IJob
{
    public static string Kind => "sweep_idempotent_answers";

    public Task Run(JobRun run) => run.Services.GetRequiredService<IdempotentAnswers>().Sweep(run.Stop);
}
