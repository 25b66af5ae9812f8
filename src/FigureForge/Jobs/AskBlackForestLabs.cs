using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Colonnade.FigureForge.Jobs;

/// <summary>
/// Has a generation's pictures drawn by the provider: each run takes one look and comes back later, so that no worker waits. A task's
/// name is stored before its outcome is asked for: after any interruption the same task is asked about and no other is paid.
/// </summary>
public sealed record AskBlackForestLabs(Guid GenerationId) : IJob
{
    private static readonly TimeSpan LongestTask = TimeSpan.FromMinutes(10);

    /// <summary>A task that was just made may not be known everywhere yet.</summary>
    private static readonly TimeSpan Spreading = TimeSpan.FromSeconds(20);

    public static string Kind => "ask_black_forest_labs";

    public static JobRules Rules => new() { Lane = "providers", Workers = 4, MaxAttempts = 3, TimeOut = TimeSpan.FromMinutes(3) };

    public async Task Run(JobRun run)
    {
        var drawing = run.Services.GetRequiredService<Drawing>();
        if (await drawing.Begin(GenerationId, run) is not { } generation)
        {
            run.Cancel("The generation is over.");
            return;
        }

        try
        {
            await Look(drawing, generation, run);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or JobLostException) && run.IsLastAttempt)
        {
            run.Services.GetRequiredService<ILogger<AskBlackForestLabs>>().LogWarning("Generation {Generation} was given up: {Reason}", GenerationId, failure.Message);
            await drawing.GiveUp(GenerationId, JobState.Failed, failure is ProviderAwayException ? JobError.ProviderAway : JobError.Broken, run);
        }
    }

    private async Task Look(Drawing drawing, DrawnRow generation, JobRun run)
    {
        var provider = run.Services.GetRequiredService<BlackForestLabs>();
        var model = run.Services.GetRequiredService<GenerationModels>().Find(generation.Model);
        if (generation.IsCancelRequested)
        {
            await drawing.GiveUp(GenerationId, JobState.Cancelled, null, run);
            return;
        }

        if (model?.Endpoint is null || !provider.IsConfigured)
        {
            await drawing.GiveUp(GenerationId, JobState.Failed, JobError.ProviderAway, run);
            return;
        }

        var missing = await drawing.Missing(GenerationId, run.Stop);
        var pause = TimeSpan.Zero;
        var done = generation.BatchSize - missing.Count;
        var share = (double)done;
        foreach (var render in missing)
        {
            var (error, wait, far) = render.TaskId is null
                ? await Submit(provider, drawing, model, generation, render, run)
                : await Poll(provider, drawing, generation, render, run);
            if (error is not null)
            {
                await drawing.GiveUp(GenerationId, JobState.Failed, error, run);
                return;
            }

            pause = wait > pause ? wait : pause;
            share += far;
        }

        if (pause == TimeSpan.Zero)
        {
            await drawing.Complete(generation, run);
            return;
        }

        if (await drawing.Report(GenerationId, share / generation.BatchSize, run.Stop))
            run.Reschedule(pause);
        else
            await drawing.GiveUp(GenerationId, JobState.Cancelled, null, run);
    }

    private async Task<(JobError? Error, TimeSpan Wait, double Far)> Submit(BlackForestLabs provider, Drawing drawing, GenerationModel model, DrawnRow generation, RenderRow render, JobRun run)
    {
        switch (await provider.Submit(model.Endpoint!, PromptOf(generation), render.Seed, drawing.Width, drawing.Height, run.Stop))
        {
            case SubmitOutcome.Submitted submitted:
                // The task is paid for: it is recorded whatever happens to this worker's patience.
                await run.Services.GetRequiredService<ProductDatabase>().Execute(
                    "update renders set task_id = @TaskId, polling_url = @PollingUrl, submitted_at = clock() where generation_id = @GenerationId and ordinal = @Ordinal and task_id is null",
                    new { submitted.TaskId, submitted.PollingUrl, GenerationId, render.Ordinal }, CancellationToken.None);
                return (null, TimeSpan.FromMilliseconds(500), 0.05);
            case SubmitOutcome.NoCredit none:
                run.Services.GetRequiredService<ILogger<AskBlackForestLabs>>().LogError("Black Forest Labs takes no more tasks ({Status}): look at the account and at Bfl__ApiKey", none.Status);
                return (JobError.ProviderAway, default, 0);
            case SubmitOutcome.Refused refused:
                return (JobError.Refused(refused.Why), default, 0);
            case SubmitOutcome.Unavailable { RetryAfter: { } wait }:
                return (null, wait, 0);
            default:
                throw new ProviderAwayException();
        }
    }

    private async Task<(JobError? Error, TimeSpan Wait, double Far)> Poll(BlackForestLabs provider, Drawing drawing, DrawnRow generation, RenderRow render, JobRun run)
    {
        var age = render.Since ?? TimeSpan.Zero;
        var pause = age < TimeSpan.FromSeconds(10) ? TimeSpan.FromSeconds(1) : age < TimeSpan.FromMinutes(1) ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(5);
        switch (await provider.Poll(render.PollingUrl!, run.Stop))
        {
            case PollOutcome.Ready ready:
                if (await provider.Fetch(ready.Sample, run.Stop) is not { } picture)
                    throw new ProviderAwayException();
                return (await drawing.Keep(generation, render.Ordinal, picture, run), default, 1);
            case PollOutcome.Moderated:
                return (JobError.Moderated, default, 0);
            case PollOutcome.Pending pending when age < LongestTask:
                return (null, pause, pending.Progress ?? Math.Min(0.9, age.TotalSeconds / 20));
            case PollOutcome.Unknown when age < Spreading:
                return (null, pause, 0);
            default:
                // It failed, is lost or takes for ever: the next attempt submits another.
                await run.Services.GetRequiredService<ProductDatabase>().Execute(
                    "update renders set task_id = null, polling_url = null, submitted_at = null where generation_id = @GenerationId and ordinal = @Ordinal and task_id = @TaskId and file_id is null",
                    new { GenerationId, render.Ordinal, render.TaskId }, run.Stop);
                throw new InvalidOperationException("The provider's task failed.");
        }
    }

    /// <summary>The prompt, and the filters in words.</summary>
    private static string PromptOf(DrawnRow generation)
    {
        var words = generation.Filtered.Select(filter => $"{filter.Value.Replace('_', ' ')} {filter.Key.Replace('_', ' ')}");
        return string.Join(", ", new[] { generation.Prompt, "figure drawing reference of an adult model" }.Concat(words).Where(part => part.Length > 0));
    }

    /// <summary>The provider did not answer; another attempt may find it.</summary>
    private sealed class ProviderAwayException() : Exception("The provider does not answer.");
}
