using System.Numerics;

namespace Colonnade.Mannequin.Drawing;

/// <summary>Light as a picture shows it: a soft shoulder for the brightest, then the curve of sRGB.</summary>
internal static class Tone
{
    private const int Entries = 8192;
    private const float Brightest = 8;

    // Indexed by the square root of the light, so that the shadows have enough steps.
    private static readonly float[] Curve = [.. Enumerable.Range(0, Entries).Select(entry => Shown(Square(entry / (Entries - 1f)) * Brightest))];

    /// <summary>Red, green and blue of 0 to 1 as shown.</summary>
    public static Vector3 Of(Vector3 light) => new(Of(light.X), Of(light.Y), Of(light.Z));

    public static byte Byte(float shown) => (byte)Math.Clamp(shown * 255 + 0.5f, 0, 255);

    private static float Of(float light) => Curve[(int)(MathF.Sqrt(Math.Clamp(light, 0, Brightest) / Brightest) * (Entries - 1) + 0.5f)];

    private static float Square(float value) => value * value;

    private static float Shown(float light)
    {
        // Straight up to a half, then ever slower.
        const float Knee = 0.5f;
        var soft = light < Knee ? light : Knee + (1 - Knee) * (1 - MathF.Exp(-(light - Knee) / (1 - Knee)));
        return soft <= 0.0031308f ? 12.92f * soft : 1.055f * MathF.Pow(soft, 1 / 2.4f) - 0.055f;
    }
}
