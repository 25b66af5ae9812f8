using System.Numerics;
using System.Runtime.InteropServices;
using Colonnade.Mannequin.Body;

namespace Colonnade.Mannequin.Poses;

/// <summary>Degrees of a bend: forwards, to the figure's left, and turned to the left.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Bend(float Forward, float Left = 0, float Turn = 0)
{
    public Quaternion Rotation => Quaternion.CreateFromAxisAngle(Vector3.UnitY, Turn * MathF.PI / 180)
        * Quaternion.CreateFromAxisAngle(Vector3.UnitZ, -Left * MathF.PI / 180)
        * Quaternion.CreateFromAxisAngle(Vector3.UnitX, Forward * MathF.PI / 180);

    public Bend Mirrored => new(Forward, -Left, -Turn);
}

/// <summary>What the fingers do.</summary>
internal enum Grip
{
    Relaxed,
    Open,
    Flat,
    Fist,
    Pointing,
    Holding,
}

/// <summary>
/// An arm, in the terms of its own side: outwards is +x. Either by angles in degrees against the chest, or by where the wrist goes.
/// </summary>
internal sealed record Arm
{
    /// <summary>From hanging (0) over horizontal (90) to straight up (180).</summary>
    public float Lift { get; init; } = 8;

    /// <summary>Where to it is lifted: 0 forwards, 90 outwards, 180 backwards, −45 across the body.</summary>
    public float Around { get; init; } = 75;

    /// <summary>Of the upper arm about its length; outwards is positive.</summary>
    public float Twist { get; init; }

    public float Elbow { get; init; } = 14;

    /// <summary>Of the forearm; the palm turns backwards, or down when the forearm is lifted.</summary>
    public float Pronation { get; init; } = 25;

    /// <summary>Of the wrist towards the palm.</summary>
    public float Wrist { get; init; } = 4;

    /// <summary>Of the wrist towards the thumb.</summary>
    public float WristSide { get; init; }

    public Grip Grip { get; init; }

    /// <summary>Where the wrist goes, in centimetres of the reference figure, in the frame of <see cref="On"/>.</summary>
    public Vector3? To { get; init; }

    /// <summary>The joint whose frame <see cref="To"/> is in; null: the floor below the pelvis, facing where the figure stands.</summary>
    public Joint? On { get; init; }

    /// <summary>Where the elbow points, in the chest's frame.</summary>
    public Vector3 ElbowTo { get; init; } = new(0.5f, -0.3f, -1);

    /// <summary>Where the fingers point, in the frame of <see cref="On"/>; null: on with the forearm.</summary>
    public Vector3? Fingers { get; init; }

    /// <summary>Where the palm faces, in the frame of <see cref="On"/>.</summary>
    public Vector3? Palm { get; init; }

    /// <summary>How far the wrist stays above what it rests on, in centimetres.</summary>
    public float Clear { get; init; } = 3;
}

/// <summary>A leg, in the terms of its own side: by angles in degrees against the pelvis, or by where foot or knee is put.</summary>
internal sealed record Leg
{
    public float Lift { get; init; }

    /// <summary>Where to the thigh is lifted: 0 forwards, 90 outwards, 180 backwards.</summary>
    public float Around { get; init; }

    /// <summary>Of the thigh about its length; outwards is positive.</summary>
    public float Twist { get; init; } = 8;

    public float Knee { get; init; }

    /// <summary>The toes point down.</summary>
    public float Ankle { get; init; }

    /// <summary>Where the foot stands: centimetres of the reference figure outwards and forwards of the middle.</summary>
    public Vector2? Foot { get; init; }

    /// <summary>The toes point outwards by this.</summary>
    public float Yaw { get; init; } = 12;

    /// <summary>Degrees the heel is lifted.</summary>
    public float Heel { get; init; }

    /// <summary>Centimetres the sole is above the floor.</summary>
    public float Height { get; init; }

    /// <summary>Degrees by which the knee points outwards beside the foot.</summary>
    public float KneeOut { get; init; }

    /// <summary>Where the knee stands on the floor, in place of the foot; the shin lies behind it.</summary>
    public Vector2? Kneels { get; init; }

    /// <summary>How far the toes of a kneeling leg are tucked under, in degrees; 0: the instep lies on the floor.</summary>
    public float Tucked { get; init; }
}

/// <summary>What carries the figure.</summary>
internal enum Support
{
    /// <summary>Feet or knees that are put somewhere: the pelvis moves until the weight is over them.</summary>
    Legs,

    /// <summary>Feet that are put somewhere in motion: the pelvis stays where it is said.</summary>
    Stride,

    /// <summary>Whatever is lowest lies on the floor.</summary>
    Floor,

    /// <summary>A box under the pelvis.</summary>
    Seat,

    /// <summary>Nothing: the lowest point is some way above the floor.</summary>
    Air,
}

/// <summary>A pose as an artist would say it.</summary>
internal sealed record Stance
{
    public required string Name { get; init; }

    /// <summary>A group of poses that may be asked for by one word.</summary>
    public required string Group { get; init; }

    /// <summary>Words of a prompt that mean this pose.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    public Support Support { get; init; }

    public Bend Pelvis { get; init; }

    public Bend Waist { get; init; }

    public Bend Chest { get; init; }

    public Bend Neck { get; init; }

    public Bend Head { get; init; }

    public Arm Left { get; init; } = new();

    public Arm Right { get; init; } = new();

    public Leg LeftLeg { get; init; } = new();

    public Leg RightLeg { get; init; } = new();

    /// <summary>Share of the weight on the left leg.</summary>
    public float Weight { get; init; } = 0.5f;

    /// <summary>How straight the straighter of the legs is, 1 at most.</summary>
    public float Straight { get; init; } = 0.992f;

    /// <summary>Where the pelvis is in a stride, in centimetres sideways and forwards; height of a seat or of a flight in X.</summary>
    public Vector2 Shift { get; init; }

    /// <summary>How much of the variation it takes.</summary>
    public float Vary { get; init; } = 1;

    /// <summary>Views in degrees that show it well.</summary>
    public IReadOnlyList<float> Views { get; init; } = [0, 25, -30, 50];

    /// <summary>Camera height that shows it well, in centimetres.</summary>
    public float Eye { get; init; } = 125;

    /// <summary>Lens that shows it well, in millimetres.</summary>
    public float Lens { get; init; } = 60;

    /// <summary>Whether a seed exchanges left and right: the first that is thrown of it.</summary>
    public static bool IsMirrored(Dice dice) => dice.Below(2) == 1;

    /// <summary>Left and right exchanged.</summary>
    public Stance Mirrored() => this with
    {
        Pelvis = Pelvis.Mirrored,
        Waist = Waist.Mirrored,
        Chest = Chest.Mirrored,
        Neck = Neck.Mirrored,
        Head = Head.Mirrored,
        Left = Right,
        Right = Left,
        LeftLeg = RightLeg,
        RightLeg = LeftLeg,
        Weight = 1 - Weight,
        Shift = Support == Support.Stride ? Shift with { X = -Shift.X } : Shift,
        Views = [.. Views.Select(view => -view)],
    };
}
