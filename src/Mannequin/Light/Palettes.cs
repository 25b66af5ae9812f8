using System.Numerics;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin.Light;

/// <summary>Colours of the figure and of what it wears: muted, as a draughtsman's model is.</summary>
internal static class Palettes
{
    // Clay, plaster, wood, terracotta, bronze: linear reflectance.
    private static readonly Vector3[] Skins =
    [
        new(0.42f, 0.29f, 0.21f), new(0.45f, 0.36f, 0.28f), new(0.38f, 0.25f, 0.165f), new(0.33f, 0.195f, 0.13f), new(0.46f, 0.40f, 0.34f), new(0.27f, 0.165f, 0.11f),
    ];

    private static readonly (Vector3 First, Vector3 Second)[] Cloths =
    [
        (new(0.30f, 0.34f, 0.40f), new(0.12f, 0.14f, 0.19f)), (new(0.52f, 0.47f, 0.38f), new(0.20f, 0.17f, 0.14f)),
        (new(0.36f, 0.16f, 0.13f), new(0.13f, 0.13f, 0.15f)), (new(0.22f, 0.31f, 0.25f), new(0.24f, 0.21f, 0.17f)),
        (new(0.60f, 0.58f, 0.54f), new(0.16f, 0.20f, 0.28f)), (new(0.16f, 0.22f, 0.34f), new(0.34f, 0.30f, 0.25f)),
    ];

    /// <summary>A colour for each <see cref="Material"/>.</summary>
    public static Vector3[] Of(string clothing, Dice dice)
    {
        var skin = dice.Of(Skins) * (1 + dice.Around(0.05f));
        var (first, second) = dice.Of(Cloths);
        // Linen hangs best in light colours; a coat in dark ones.
        if (clothing == "draped") first = Vector3.Lerp(first, new Vector3(0.72f, 0.68f, 0.60f), 0.75f);
        if (clothing == "coat") first *= 0.6f;
        return [Vector3.Zero, skin, first, second, new(0.07f, 0.06f, 0.055f), new(0.42f, 0.41f, 0.40f)];
    }

    /// <summary>A tint of the backdrop, hardly seen.</summary>
    public static Vector3 Backdrop(Dice dice) => Vector3.One + new Vector3(dice.Around(0.04f), dice.Around(0.02f), dice.Around(0.04f));
}
