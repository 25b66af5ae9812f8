using System.Numerics;
using Colonnade.Mannequin.Drawing;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin;

/// <summary>Draws scenes. Has no state: call it from any thread.</summary>
public static class Renderer
{
    /// <summary>Draws one picture, on the calling thread and <paramref name="threads"/> − 1 others.</summary>
    /// <param name="scene">What to draw.</param>
    /// <param name="progress">Is told the share that is done, from 0 to 1, on any of the threads.</param>
    /// <param name="threads">At least 1; 0 for as many as there are cores.</param>
    /// <param name="stop">Ends the work within some milliseconds.</param>
    /// <exception cref="ArgumentException">The scene names something that is not known, or a size or lens out of range.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was canceled.</exception>
    public static Picture Render(Scene scene, IProgress<double>? progress = null, int threads = 0, CancellationToken stop = default)
    {
        stop.ThrowIfCancellationRequested();
        if (threads <= 0) threads = Environment.ProcessorCount;
        var stage = Stage.Of(scene);
        progress?.Report(0.02);
        // A hand's breadth of pixels is worth a point of the lattice, no fewer than the figure needs for its fingers.
        var step = Math.Clamp(stage.Eye.Pixel * Vector3.Distance(stage.Eye.At, stage.Centre) * 4.5f, 1.1f, 2.4f);
        var lattice = Lattice.Of(stage.Field, step, threads, stop);
        progress?.Report(0.1);
        var pixels = new Canvas(stage.Set(lattice), scene.Width, scene.Height).Paint(progress, threads, stop);
        var ink = new Ink(pixels, scene.Width, scene.Height);
        if (scene.Construction != Construction.None) new Overlay(stage.Figure, stage.Eye, ink, Math.Max(scene.Height / 420f, 0.8f)).Draw(scene.Construction);
        if (scene.Mark is { Length: > 0 } mark) Mark.Write(ink, scene.Width, scene.Height, mark);
        return new Picture(scene.Width, scene.Height, pixels);
    }
}
