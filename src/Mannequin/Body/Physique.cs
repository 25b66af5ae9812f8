namespace Colonnade.Mannequin.Body;

/// <summary>
/// The proportions of one adult. Lengths in centimetres; <see cref="Muscle"/>, <see cref="Fat"/> and <see cref="Feminine"/> run
/// from about −0.6 to 1.6 around an average man at 0. All adults stand between seven and eight of their heads tall.
/// </summary>
internal sealed record Physique
{
    public float Stature { get; init; } = 178;

    /// <summary>Size of the head beside the head of somebody of that stature.</summary>
    public float Head { get; init; } = 1;

    /// <summary>Share of the legs beside the average.</summary>
    public float Legs { get; init; } = 1;

    public float Shoulders { get; init; } = 1;

    public float Hips { get; init; } = 1;

    public float Muscle { get; init; }

    public float Fat { get; init; }

    public float Feminine { get; init; }

    /// <summary>Thickness of everything beside what muscle and fat make of it.</summary>
    public float Frame { get; init; } = 1;

    /// <summary>Centimetres per centimetre of the reference figure of 180.</summary>
    public float Scale => Stature / 180;

    public static readonly IReadOnlyDictionary<string, Physique> ByName = new Dictionary<string, Physique>(StringComparer.Ordinal)
    {
        ["athletic"] = new() { Stature = 181, Muscle = 0.7f, Fat = -0.3f, Shoulders = 1.04f, Hips = 0.98f, Legs = 1.01f },
        ["slim"] = new() { Stature = 178, Muscle = -0.6f, Fat = -0.5f, Shoulders = 0.96f, Hips = 0.95f, Frame = 0.94f, Legs = 1.02f },
        ["average"] = new() { Stature = 176, Muscle = 0, Fat = 0 },
        ["heavy"] = new() { Stature = 175, Muscle = 0.2f, Fat = 1.3f, Shoulders = 1.03f, Hips = 1.08f, Frame = 1.03f, Legs = 0.98f },
        ["muscular"] = new() { Stature = 184, Muscle = 1.6f, Fat = -0.2f, Shoulders = 1.08f, Hips = 1, Frame = 1.02f },
        ["petite"] = new() { Stature = 157, Muscle = -0.25f, Fat = -0.15f, Shoulders = 0.96f, Hips = 1, Frame = 0.95f, Head = 1.04f, Feminine = 0.6f },
    };

    /// <summary>The same type as a woman: narrower shoulders and waist, wider hips, a bust.</summary>
    public Physique AsWoman() => this with
    {
        Stature = Stature * (Feminine > 0 ? 1 : 0.94f),
        Shoulders = Shoulders * 0.95f,
        Hips = Hips * 1.03f,
        Muscle = Muscle * 0.7f - 0.1f,
        Frame = Frame * 0.97f,
        Head = Head * 1.01f,
        Feminine = 1,
    };

    /// <summary>The same type as a man.</summary>
    public Physique AsMan() => this with { Feminine = 0, Stature = Stature * (Feminine > 0 ? 1.04f : 1), Shoulders = Shoulders * (Feminine > 0 ? 1.04f : 1) };
}
