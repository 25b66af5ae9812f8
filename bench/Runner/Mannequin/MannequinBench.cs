using System.Diagnostics;
using Colonnade.Mannequin;

namespace Colonnade.Bench.Mannequin;

/// <summary>What is promised of the figure renderer: absolute figures, there is nothing to compare it with.</summary>
internal static class MannequinBench
{
    public const string Name = "Mannequin";

    public static readonly string Data =
        $"{Scenes.All.Count} scenes of 768 × 1024 pixels with soft shadows, all in bench/Runner/Mannequin/Scenes.cs, each drawn and written as PNG. One core is the processor's time of one thread, so that other programs do not count.";

    public static IReadOnlyList<Figure> Measure(Effort effort, CancellationToken stop)
    {
        // The runtime compiles what it finds hot.
        for (var round = 0; round < 2; round++)
        {
            foreach (var scene in Scenes.All) Renderer.Render(scene with { Width = 192, Height = 256 }, threads: 1, stop: stop);
        }

        var (onOne, allocated) = (new double[Scenes.All.Count], 0L);
        foreach (var (number, scene) in Scenes.All.Index())
        {
            var rounds = new double[Math.Max(effort.Rounds / 2, 1)];
            for (var round = 0; round < rounds.Length; round++)
            {
                GC.Collect();
                var (before, bytes) = (Used(), GC.GetTotalAllocatedBytes(precise: true));
                var picture = Renderer.Render(scene, threads: 1, stop: stop);
                picture.WritePng(Stream.Null);
                rounds[round] = (Used() - before).TotalSeconds;
                allocated = Math.Max(allocated, GC.GetTotalAllocatedBytes(precise: true) - bytes);
            }

            onOne[number] = Spread.Of(rounds).Median;
        }

        var spread = Spread.Of(onOne);
        List<Figure> figures =
        [
            Figure.Seconds($"Figure 768 × 1024 on one core: median of {Scenes.All.Count} scenes", TimeSpan.FromSeconds(spread.Median), within: 1),
            Figure.Seconds($"Figure 768 × 1024 on one core: the slowest scene ({Scenes.All[Array.IndexOf(onOne, spread.Greatest)].Pose})", TimeSpan.FromSeconds(spread.Greatest), within: 2),
            Figure.Memory("Memory a figure of 768 × 1024 takes while it is drawn and written: all it allocates", allocated, below: 64),
        ];
        if (Environment.ProcessorCount > 1) figures.AddRange([Sharing(stop), Sooner(stop)]);
        return figures;
    }

    // What sharing the work costs: with nothing else on the machine, N threads take an Nth of this.
    private static Figure Sharing(CancellationToken stop)
    {
        var cores = Math.Min(Environment.ProcessorCount, 4);
        var ratios = Scenes.All.Take(8).Select(scene => Taken(scene, cores, stop) / Taken(scene, 1, stop)).ToArray();
        return new Figure($"Processor's time on {cores} threads beside one", FormattableString.Invariant($"{Spread.Of(ratios).Median:0.00} ×"));
    }

    // How much sooner it is there. Whatever else the machine does only delays: the best of some rounds counts.
    private static Figure Sooner(CancellationToken stop)
    {
        var cores = Math.Min(Environment.ProcessorCount, 4);
        var ratios = Scenes.All.Take(8).Select(scene => Waited(scene, 1, stop) / Waited(scene, cores, stop)).ToArray();
        return new Figure($"Figures on {cores} threads beside one", FormattableString.Invariant($"{Spread.Of(ratios).Median:0.00} × as fast"));
    }

    private static double Waited(Scene scene, int threads, CancellationToken stop)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var begun = Stopwatch.GetTimestamp();
            Renderer.Render(scene, threads: threads, stop: stop);
            best = Math.Min(best, Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }

        return best;
    }

    private static double Taken(Scene scene, int threads, CancellationToken stop)
    {
        var before = Used();
        Renderer.Render(scene, threads: threads, stop: stop);
        return (Used() - before).TotalSeconds;
    }

    private static TimeSpan Used()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
