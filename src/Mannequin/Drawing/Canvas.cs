using System.Numerics;
using System.Runtime.Intrinsics;
using Colonnade.Mannequin.Fields;
using Colonnade.Mannequin.Light;

namespace Colonnade.Mannequin.Drawing;

/// <summary>Paints a set tile by tile: each pixel once, then those at edges eight times.</summary>
internal sealed class Canvas(Set set, int width, int height)
{
    private const int Tile = 32;

    /// <summary>Difference of a pixel from a neighbour, of 255, from which it counts as an edge.</summary>
    private const int Edge = 10;

    // Where in a pixel the eight rays go through: no two in a row or column of eighths.
    private static readonly Vector256<float> InsideX = Vector256.Create(1f, 7, 3, 13, 5, 15, 9, 11) / Wide.Of(16);
    private static readonly Vector256<float> InsideY = Vector256.Create(9f, 13, 1, 7, 15, 5, 3, 11) / Wide.Of(16);

    private static readonly Vector256<float> BlockX = Vector256.Create(0.5f, 1.5f, 2.5f, 3.5f, 0.5f, 1.5f, 2.5f, 3.5f);
    private static readonly Vector256<float> BlockY = Vector256.Create(0.5f, 0.5f, 0.5f, 0.5f, 1.5f, 1.5f, 1.5f, 1.5f);

    private readonly int _across = (width + Tile - 1) / Tile;
    private readonly int _down = (height + Tile - 1) / Tile;
    private int _done;

    /// <summary>Paints on up to <paramref name="threads"/> threads.</summary>
    /// <returns>Red, green and blue of each pixel, row by row.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was canceled.</exception>
    public byte[] Paint(IProgress<double>? progress, int threads, CancellationToken stop)
    {
        var once = GC.AllocateUninitializedArray<byte>(width * height * 3);
        var pixels = GC.AllocateUninitializedArray<byte>(width * height * 3);
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop };
        Each(options, progress, 0.1, 0.6, (painter, x, y) => Once(painter, x, y, once));
        Each(options, progress, 0.6, 1, (painter, x, y) => Edges(painter, x, y, once, pixels));
        return pixels;
    }

    private void Each(ParallelOptions options, IProgress<double>? progress, double from, double to, Action<Painter, int, int> paint)
    {
        _done = 0;
        var tiles = _across * _down;
        Parallel.For(0, tiles, options, () => new Painter(set), (tile, _, painter) =>
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            paint(painter, tile % _across * Tile, tile / _across * Tile);
            var done = Interlocked.Increment(ref _done);
            if (done % 16 == 0 || done == tiles) progress?.Report(from + (to - from) * done / tiles);
            return painter;
        }, _ => { });
    }

    private void Once(Painter painter, int left, int top, byte[] pixels)
    {
        Span<float> red = stackalloc float[8], green = stackalloc float[8], blue = stackalloc float[8];
        for (var y = top; y < Math.Min(top + Tile, height); y += 2)
        {
            for (var x = left; x < Math.Min(left + Tile, width); x += 4)
            {
                var colour = painter.Paint(Wide.Of(x) + BlockX, Wide.Of(y) + BlockY, out _);
                colour.X.CopyTo(red);
                colour.Y.CopyTo(green);
                colour.Z.CopyTo(blue);
                for (var lane = 0; lane < 8; lane++)
                {
                    var (px, py) = (x + (lane & 3), y + (lane >> 2));
                    if (px < width && py < height) Put(pixels, px, py, Tone.Of(new Vector3(red[lane], green[lane], blue[lane])));
                }
            }
        }
    }

    private void Edges(Painter painter, int left, int top, byte[] once, byte[] pixels)
    {
        Span<float> red = stackalloc float[8], green = stackalloc float[8], blue = stackalloc float[8];
        for (var y = top; y < Math.Min(top + Tile, height); y++)
        {
            for (var x = left; x < Math.Min(left + Tile, width); x++)
            {
                var at = (y * width + x) * 3;
                if (!IsEdge(once, x, y, at))
                {
                    once.AsSpan(at, 3).CopyTo(pixels.AsSpan(at));
                    continue;
                }

                var colour = painter.Paint(Wide.Of(x) + InsideX, Wide.Of(y) + InsideY, out _);
                colour.X.CopyTo(red);
                colour.Y.CopyTo(green);
                colour.Z.CopyTo(blue);
                var sum = Vector3.Zero;
                for (var lane = 0; lane < 8; lane++) sum += Tone.Of(new Vector3(red[lane], green[lane], blue[lane]));
                Put(pixels, x, y, sum / 8);
            }
        }
    }

    private bool IsEdge(byte[] once, int x, int y, int at) =>
        (x > 0 && Differs(once, at, at - 3)) || (x < width - 1 && Differs(once, at, at + 3))
        || (y > 0 && Differs(once, at, at - width * 3)) || (y < height - 1 && Differs(once, at, at + width * 3));

    private static bool Differs(byte[] pixels, int a, int b) => Math.Abs(pixels[a + 1] - pixels[b + 1]) >= Edge || Math.Abs(pixels[a] - pixels[b]) >= Edge * 2;

    private void Put(byte[] pixels, int x, int y, Vector3 shown)
    {
        var at = (y * width + x) * 3;
        pixels[at] = Tone.Byte(shown.X);
        pixels[at + 1] = Tone.Byte(shown.Y);
        pixels[at + 2] = Tone.Byte(shown.Z);
    }
}
