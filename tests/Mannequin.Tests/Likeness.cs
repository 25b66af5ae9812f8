using System.Numerics;

namespace Colonnade.Mannequin.Tests;

/// <summary>How different two pictures look: the mean distance in CIELAB of their 2 × 2 averages. About 2 is just seen.</summary>
internal static class Likeness
{
    public static double Distance(int width, int height, byte[] one, byte[] other)
    {
        var sum = 0.0;
        for (var y = 0; y + 1 < height; y += 2)
        {
            for (var x = 0; x + 1 < width; x += 2) sum += Vector3.Distance(Lab(one, width, x, y), Lab(other, width, x, y));
        }

        return sum / (width / 2 * (height / 2));
    }

    private static Vector3 Lab(byte[] pixels, int width, int x, int y)
    {
        var light = Vector3.Zero;
        for (var corner = 0; corner < 4; corner++)
        {
            var at = ((y + corner / 2) * width + x + corner % 2) * 3;
            light += new Vector3(Linear(pixels[at]), Linear(pixels[at + 1]), Linear(pixels[at + 2])) / 4;
        }

        var (fx, fy, fz) = (
            Root((0.4124f * light.X + 0.3576f * light.Y + 0.1805f * light.Z) / 0.9505f),
            Root(0.2126f * light.X + 0.7152f * light.Y + 0.0722f * light.Z),
            Root((0.0193f * light.X + 0.1192f * light.Y + 0.9505f * light.Z) / 1.089f));
        return new Vector3(116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz));
    }

    private static float Linear(byte value) => value <= 10 ? value / 255f / 12.92f : MathF.Pow((value / 255f + 0.055f) / 1.055f, 2.4f);

    private static float Root(float of) => of > 0.008856f ? MathF.Cbrt(of) : 7.787f * of + 16f / 116;
}
