using Colonnade.Mannequin;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Colonnade.FigureForge.Jobs;

/// <summary>
/// Draws a generation's pictures here, one after the other, each in one of the process's slots for long work. What an interrupted
/// attempt has kept is not drawn again.
/// </summary>
public sealed record DrawFigures(Guid GenerationId) : IJob
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(400);

    public static string Kind => "draw_figures";

    public static JobRules Rules => new() { Lane = "figures", Workers = CpuSlots.OfThisProcess.Count, MaxAttempts = 3, TimeOut = TimeSpan.FromMinutes(5) };

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
            if (generation.IsCancelRequested || !await DrawMissing(drawing, generation, run))
                await drawing.GiveUp(GenerationId, JobState.Cancelled, null, run);
            else
                await drawing.Complete(generation, run);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or JobLostException) && run.IsLastAttempt)
        {
            run.Services.GetRequiredService<ILogger<DrawFigures>>().LogError(failure, "Generation {Generation} could not be drawn", GenerationId);
            await drawing.GiveUp(GenerationId, JobState.Failed, JobError.Broken, run);
        }
    }

    /// <summary>False when its end was asked for meanwhile.</summary>
    private static async Task<bool> DrawMissing(Drawing drawing, DrawnRow generation, JobRun run)
    {
        var slots = run.Services.GetRequiredService<CpuSlots>();
        foreach (var render in await drawing.Missing(generation.Id, run.Stop))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Stop);
            var far = new Far();
            var scene = Scene.From(generation.Filtered, generation.Prompt, render.Seed) with { Width = drawing.Width, Height = drawing.Height };
            byte[] png;
            using (await slots.Take(run.Stop))
            {
                var work = Task.Run(() => Renderer.Render(scene, far, threads: 1, stop.Token).ToPng(), stop.Token);
                try
                {
                    while (await Task.WhenAny(work, Task.Delay(Glance, TimeProvider.System, CancellationToken.None)) != work)
                    {
                        if (!stop.IsCancellationRequested && !await drawing.Report(generation.Id, (render.Ordinal + far.Share) / generation.BatchSize, run.Stop))
                            await stop.CancelAsync();
                    }

                    png = await work;
                }
                catch (OperationCanceledException) when (!run.Stop.IsCancellationRequested)
                {
                    return false;
                }
                finally
                {
                    // The slot is given up only when nothing is drawn in it any more.
                    await stop.CancelAsync();
                    await work.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                }
            }

            if (await drawing.Keep(generation, render.Ordinal, png, run) is { } error)
                throw new InvalidOperationException(error.Message);
        }

        return await drawing.Report(generation.Id, 0.99, run.Stop);
    }

    /// <summary>How far a picture is; told on any thread.</summary>
    private sealed class Far : IProgress<double>
    {
        private double _share;

        public double Share => Volatile.Read(ref _share);

        public void Report(double value) => Volatile.Write(ref _share, value);
    }
}
