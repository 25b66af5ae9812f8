using System.Numerics;

namespace Colonnade.Mannequin.Body;

/// <summary>A body in a pose: where every joint is and how it is turned, in centimetres above a floor at y = 0.</summary>
internal sealed class Figure
{
    private readonly Quaternion[] _turned = new Quaternion[Joints.Count];
    private readonly Vector3[] _at = new Vector3[Joints.Count];
    private readonly Pose _pose;

    public Figure(Skeleton bones, IReadOnlyList<Mass> masses, Pose pose)
    {
        (Bones, Masses, _pose) = (bones, masses, pose);
        Move();
    }

    public Skeleton Bones { get; }

    public IReadOnlyList<Mass> Masses { get; }

    /// <summary>Call <see cref="Move"/> after changing it.</summary>
    public Pose Pose => _pose;

    public Vector3 At(Joint joint) => _at[(int)joint];

    public Quaternion Turned(Joint joint) => _turned[(int)joint];

    /// <summary>A point of a joint's frame in the world.</summary>
    public Vector3 At(Joint joint, Vector3 point) => _at[(int)joint] + Vector3.Transform(point, _turned[(int)joint]);

    public Vector3 Direction(Joint joint, Vector3 direction) => Vector3.Transform(direction, _turned[(int)joint]);

    /// <summary>Follows the pose from the pelvis outwards.</summary>
    public void Move()
    {
        _turned[0] = _pose[Joint.Pelvis];
        _at[0] = _pose.Position;
        for (var joint = Joint.Waist; (int)joint < Joints.Count; joint++)
        {
            var parent = joint.Parent();
            _turned[(int)joint] = Quaternion.Normalize(_turned[(int)parent] * _pose[joint]);
            _at[(int)joint] = _at[(int)parent] + Vector3.Transform(Bones[joint], _turned[(int)parent]);
        }
    }

    /// <summary>The lowest height of the masses for which <paramref name="counts"/> holds.</summary>
    public float Lowest(Func<Mass, bool> counts)
    {
        var lowest = float.MaxValue;
        foreach (var mass in Masses)
        {
            if (!mass.Hollow && counts(mass)) lowest = Math.Min(lowest, Extent(mass, -Vector3.UnitY).Y);
        }

        return lowest;
    }

    public float Lowest() => Lowest(_ => true);

    /// <summary>The point of a mass that lies farthest in a direction of the world.</summary>
    public Vector3 Extent(Mass mass, Vector3 direction)
    {
        var side = Direction(mass.Joint, mass.Side);
        var along = Direction(mass.Joint, mass.Along);
        var depth = Direction(mass.Joint, mass.Depth);
        var start = At(mass.Joint, mass.Start);
        // In the mass's own frame it is a ball on the move; the stretch goes to the direction and back to the answer.
        var own = new Vector3(Vector3.Dot(direction, side) * mass.Wide, Vector3.Dot(direction, along), Vector3.Dot(direction, depth) * mass.Deep);
        var reach = own.Length();
        var towards = reach > 1e-6f ? own / reach : Vector3.Zero;
        var atEnd = own.Y * mass.Length + reach * (mass.EndRadius - mass.StartRadius) > 0;
        var radius = atEnd ? mass.EndRadius : mass.StartRadius;
        return start + along * (atEnd ? mass.Length : 0) + radius * (side * (towards.X * mass.Wide) + along * towards.Y + depth * (towards.Z * mass.Deep));
    }

    /// <summary>Shifts the figure by <paramref name="by"/>.</summary>
    public void Shift(Vector3 by)
    {
        _pose.Position += by;
        for (var joint = 0; joint < Joints.Count; joint++) _at[joint] += by;
    }

    // Shares of the body's mass and where on the bone it sits (Winter, Biomechanics and Motor Control of Human Movement, table 4.1).
    private static readonly (Joint From, Joint To, float Share, float Where)[] Weights =
    [
        (Joint.Pelvis, Joint.Waist, 0.22f, 0.4f), (Joint.Chest, Joint.Neck, 0.276f, 0.45f), (Joint.Head, Joint.Head, 0.082f, 0),
        (Joint.LeftShoulder, Joint.LeftElbow, 0.028f, 0.436f), (Joint.LeftElbow, Joint.LeftWrist, 0.022f, 0.6f),
        (Joint.LeftHip, Joint.LeftKnee, 0.1f, 0.433f), (Joint.LeftKnee, Joint.LeftAnkle, 0.0465f, 0.433f), (Joint.LeftAnkle, Joint.LeftToes, 0.0145f, 0.5f),
    ];

    /// <summary>The centre of the body's mass.</summary>
    public Vector3 CentreOfMass()
    {
        var (sum, total) = (Vector3.Zero, 0f);
        foreach (var (from, to, share, where) in Weights)
        {
            foreach (var left in (ReadOnlySpan<bool>)[true, false])
            {
                if (!left && from < Joint.LeftClavicle) continue;
                var (a, b) = (At(from.On(left)), At(to.On(left)));
                if (from == Joint.Head) a = b = At(Joint.Head, new Vector3(0, 10, 0) * Bones.HeadScale);
                sum += Vector3.Lerp(a, b, where) * share;
                total += share;
            }
        }

        return sum / total;
    }
}
