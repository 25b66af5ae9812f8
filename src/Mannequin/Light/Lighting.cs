using System.Numerics;

namespace Colonnade.Mannequin.Light;

/// <summary>One lamp. Angles in degrees as a photographer sets it: to the right of the camera, and above the floor.</summary>
/// <param name="Azimuth">0 beside the camera, 90 to the right, 180 behind the figure.</param>
/// <param name="Elevation">Above the figure's middle.</param>
/// <param name="Colour">Linear, with its strength.</param>
/// <param name="Size">Its radius as seen from the figure, as a tangent: the softness of its shadows.</param>
internal sealed record Lamp(float Azimuth, float Elevation, Vector3 Colour, float Size)
{
    public bool Shadows { get; init; } = true;

    /// <summary>Distance in centimetres at which it has its strength, for lamps that fall off; 0 for the sun.</summary>
    public float Distance { get; init; }
}

/// <summary>An arrangement of lamps, what comes from everywhere, and how bright the surroundings are.</summary>
internal sealed record Lighting
{
    public required IReadOnlyList<Lamp> Lamps { get; init; }

    /// <summary>Light from above.</summary>
    public required Vector3 Sky { get; init; }

    /// <summary>Light thrown back by the floor.</summary>
    public required Vector3 Ground { get; init; }

    /// <summary>Brightness of the backdrop beside its own.</summary>
    public float Backdrop { get; init; } = 1;

    /// <summary>Radius in centimetres of the pool of light the figure stands in; 0 for none.</summary>
    public float Pool { get; init; }

    /// <summary>The same with its lamps moved a little, and at times the other way round.</summary>
    public Lighting Varied(Dice dice)
    {
        var side = dice.Below(4) == 0 ? -1 : 1;
        return this with
        {
            Lamps = [.. Lamps.Select(lamp => lamp with { Azimuth = side * (lamp.Azimuth + dice.Around(7)), Elevation = lamp.Elevation + dice.Around(4) })],
        };
    }

    private static Vector3 Warm(float strength) => new Vector3(1, 0.90f, 0.78f) * strength;

    private static Vector3 Cool(float strength) => new Vector3(0.84f, 0.92f, 1) * strength;

    private static Vector3 White(float strength) => new(strength);

    public static readonly IReadOnlyDictionary<string, Lighting> ByName = new Dictionary<string, Lighting>(StringComparer.Ordinal)
    {
        ["flat"] = new()
        {
            Lamps = [new(-20, 35, White(0.65f), 0.5f), new(35, 30, White(0.45f), 0.6f)],
            Sky = White(0.62f),
            Ground = White(0.40f),
        },
        ["dramatic"] = new()
        {
            Lamps = [new(62, 42, Warm(2.4f), 0.1f), new(-140, 30, Cool(0.75f), 0.25f)],
            Sky = Cool(0.10f),
            Ground = Warm(0.07f),
            Backdrop = 0.28f,
            Pool = 260,
        },
        ["rim"] = new()
        {
            Lamps = [new(146, 34, White(6.2f), 0.12f), new(-140, 28, Cool(5.2f), 0.12f), new(-15, 30, White(0.22f), 0.6f)],
            Sky = White(0.07f),
            Ground = White(0.05f),
            Backdrop = 0.2f,
            Pool = 330,
        },
        ["chiaroscuro"] = new()
        {
            Lamps = [new(-68, 52, Warm(2.7f), 0.07f) { Distance = 260 }],
            Sky = Warm(0.035f),
            Ground = Warm(0.05f),
            Backdrop = 0.13f,
            Pool = 190,
        },
        ["high_key"] = new()
        {
            Lamps = [new(-38, 42, White(1.1f), 0.6f), new(45, 38, White(0.9f), 0.6f), new(165, 45, White(0.6f), 0.5f)],
            Sky = White(0.75f),
            Ground = White(0.62f),
            Backdrop = 1.45f,
        },
        ["low_key"] = new()
        {
            Lamps = [new(98, 30, White(2.1f), 0.16f), new(-120, 40, Cool(0.35f), 0.3f)],
            Sky = Cool(0.035f),
            Ground = Cool(0.03f),
            Backdrop = 0.09f,
            Pool = 200,
        },
        ["window"] = new()
        {
            Lamps = [new(-76, 26, Cool(2.8f), 0.42f) { Distance = 240 }],
            Sky = Cool(0.14f),
            Ground = Warm(0.13f),
            Backdrop = 0.55f,
            Pool = 420,
        },
        ["three_point"] = new()
        {
            Lamps = [new(-42, 40, Warm(2.0f), 0.18f), new(48, 22, Cool(0.42f), 0.5f), new(150, 48, White(1.9f), 0.15f)],
            Sky = White(0.16f),
            Ground = White(0.12f),
            Backdrop = 0.62f,
            Pool = 480,
        },
    };
}
