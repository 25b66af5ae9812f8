using System.Numerics;

namespace Colonnade.Mannequin.Drawing;

/// <summary>Draws smooth lines on a finished picture.</summary>
internal sealed class Ink(byte[] pixels, int width, int height)
{
    /// <summary>A line that grows or thins from one end to the other.</summary>
    public void Line(Vector2 from, Vector2 to, float fromWidth, float toWidth, Vector3 colour, float opacity)
    {
        var reach = Math.Max(fromWidth, toWidth) / 2 + 1;
        var (left, right) = ((int)Math.Max(Math.Min(from.X, to.X) - reach, 0), (int)Math.Min(Math.Max(from.X, to.X) + reach, width - 1));
        var (top, bottom) = ((int)Math.Max(Math.Min(from.Y, to.Y) - reach, 0), (int)Math.Min(Math.Max(from.Y, to.Y) + reach, height - 1));
        var along = to - from;
        var square = Math.Max(along.LengthSquared(), 1e-6f);
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var at = new Vector2(x + 0.5f, y + 0.5f);
                var share = Math.Clamp(Vector2.Dot(at - from, along) / square, 0, 1);
                var half = float.Lerp(fromWidth, toWidth, share) / 2;
                Put(x, y, colour, opacity * Math.Clamp(half + 0.5f - Vector2.Distance(at, from + along * share), 0, 1));
            }
        }
    }

    /// <summary>A smooth line through points (Catmull–Rom), thick in the middle.</summary>
    public void Sweep(IReadOnlyList<Vector2> through, float thick, Vector3 colour, float opacity)
    {
        const int Parts = 14;
        var total = (through.Count - 1) * Parts;
        for (var part = 0; part < total; part++)
            Line(At(part), At(part + 1), Width(part), Width(part + 1), colour, opacity);

        float Width(int part) => thick * (0.35f + 0.65f * MathF.Sin(MathF.PI * part / total));

        Vector2 At(int part)
        {
            var (index, share) = (Math.Min(part / Parts, through.Count - 2), part / (float)Parts);
            share -= index;
            var (a, b, c, d) = (through[Math.Max(index - 1, 0)], through[index], through[index + 1], through[Math.Min(index + 2, through.Count - 1)]);
            return 0.5f * (2 * b + (c - a) * share + (2 * a - 5 * b + 4 * c - d) * (share * share) + (3 * b - a - 3 * c + d) * (share * share * share));
        }
    }

    /// <summary>A filled disc.</summary>
    public void Dot(Vector2 at, float radius, Vector3 colour, float opacity) => Line(at, at, radius * 2, radius * 2, colour, opacity);

    /// <summary>Lays a colour of 0 to 1 over a pixel.</summary>
    public void Put(int x, int y, Vector3 colour, float opacity)
    {
        if (opacity <= 0 || x < 0 || y < 0 || x >= width || y >= height) return;
        var at = (y * width + x) * 3;
        pixels[at] = Mix(pixels[at], colour.X, opacity);
        pixels[at + 1] = Mix(pixels[at + 1], colour.Y, opacity);
        pixels[at + 2] = Mix(pixels[at + 2], colour.Z, opacity);

        static byte Mix(byte under, float over, float opacity) => (byte)(under + (over * 255 - under) * Math.Min(opacity, 1) + 0.5f);
    }
}
