using System.Numerics;

namespace Colonnade.Mannequin.Body;

/// <summary>What a mass is a part of; parts blend within and meet each other softly at their root only.</summary>
internal enum Part
{
    Torso,
    LeftArm,
    RightArm,
    LeftLeg,
    RightLeg,
}

/// <summary>
/// One volume of the body in the frame of its joint: a ball of radius <see cref="StartRadius"/> that moves from <see cref="Start"/>
/// to its end and becomes one of <see cref="EndRadius"/>, stretched across by <see cref="Wide"/> along <see cref="Side"/>
/// and by <see cref="Deep"/> along the third axis. With both ends together it is an ellipsoid.
/// </summary>
internal readonly record struct Mass
{
    public required Joint Joint { get; init; }

    public required Part Part { get; init; }

    public required Vector3 Start { get; init; }

    public required Vector3 Along { get; init; }

    public required float Length { get; init; }

    public required float StartRadius { get; init; }

    public required float EndRadius { get; init; }

    public required Vector3 Side { get; init; }

    public float Wide { get; init; }

    public float Deep { get; init; }

    /// <summary>Distance over which it melts into what its part holds already.</summary>
    public required float Blend { get; init; }

    /// <summary>Carved away instead of added.</summary>
    public bool Hollow { get; init; }

    public Vector3 Depth => Vector3.Cross(Side, Along);

    /// <summary>From <paramref name="a"/> to <paramref name="b"/>; <paramref name="side"/> is made square to it.</summary>
    public static Mass Cone(Joint joint, Part part, Vector3 a, Vector3 b, float ra, float rb, float blend, float wide = 1, float deep = 1, Vector3? side = null)
    {
        var along = b - a;
        var length = along.Length();
        along = length > 1e-4f ? along / length : Vector3.UnitY;
        return new Mass
        {
            Joint = joint,
            Part = part,
            Start = a,
            Along = along,
            Length = length,
            StartRadius = ra,
            EndRadius = rb,
            Side = Square(side ?? Vector3.UnitX, along),
            Wide = wide,
            Deep = deep,
            Blend = blend,
        };
    }

    /// <summary>An ellipsoid with <paramref name="radii"/> along side, <paramref name="along"/> and depth.</summary>
    public static Mass Blob(Joint joint, Part part, Vector3 centre, Vector3 radii, float blend, Vector3? along = null, Vector3? side = null)
    {
        var axis = Vector3.Normalize(along ?? Vector3.UnitY);
        return new Mass
        {
            Joint = joint,
            Part = part,
            Start = centre,
            Along = axis,
            Length = 0,
            StartRadius = radii.Y,
            EndRadius = radii.Y,
            Side = Square(side ?? Vector3.UnitX, axis),
            Wide = radii.X / radii.Y,
            Deep = radii.Z / radii.Y,
            Blend = blend,
        };
    }

    /// <summary>The same on the other side of the body.</summary>
    public Mass Mirrored() => this with
    {
        Joint = Joint.On(isLeft: false),
        Part = Part switch { Part.LeftArm => Part.RightArm, Part.LeftLeg => Part.RightLeg, _ => Part },
        Start = Start with { X = -Start.X },
        Along = Along with { X = -Along.X },
        Side = Side with { X = -Side.X },
    };

    /// <summary>Larger by <paramref name="by"/> on all sides.</summary>
    public Mass Swollen(float by, float blend) => this with
    {
        StartRadius = StartRadius + by,
        EndRadius = EndRadius + by,
        Blend = blend,
        // The stretch across holds for the radius; what is added must not be stretched.
        Wide = (Wide * StartRadius + by) / (StartRadius + by),
        Deep = (Deep * StartRadius + by) / (StartRadius + by),
    };

    private static Vector3 Square(Vector3 side, Vector3 along)
    {
        var square = side - along * Vector3.Dot(side, along);
        if (square.LengthSquared() < 1e-3f)
        {
            square = Vector3.UnitZ - along * along.Z;
            if (square.LengthSquared() < 1e-3f) square = Vector3.UnitX - along * along.X;
        }

        return Vector3.Normalize(square);
    }
}
