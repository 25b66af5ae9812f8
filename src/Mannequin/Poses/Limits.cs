using System.Numerics;
using Colonnade.Mannequin.Body;

namespace Colonnade.Mannequin.Poses;

/// <summary>
/// How far joints go, in degrees: about x and z (the swing) within an ellipse (of a hinge, within bounds), about the bone's length (the twist) within a range.
/// After the ranges of motion in Kapandji, The Physiology of the Joints; a dancer's rather than a clerk's.
/// </summary>
internal static class Limits
{
    internal sealed record Range(float LeastX, float MostX, float LeastTwist, float MostTwist, float LeastZ, float MostZ);

    /// <summary>The ranges of a joint as it is on the left.</summary>
    public static Range Of(Joint joint) => joint.AsLeft() switch
    {
        Joint.Pelvis => new(-360, 360, -360, 360, -360, 360),
        Joint.Waist => new(-30, 48, -26, 26, -28, 28),
        Joint.Chest => new(-24, 34, -38, 38, -24, 24),
        Joint.Neck => new(-40, 40, -45, 45, -32, 32),
        Joint.Head => new(-32, 32, -42, 42, -24, 24),
        Joint.LeftClavicle => new(-12, 12, -22, 26, -10, 36),
        Joint.LeftShoulder => new(-178, 62, -125, 125, -58, 178),
        Joint.LeftElbow => new(-148, 2, -6, 6, -6, 10),
        Joint.LeftForearm => new(-1, 1, -90, 90, -1, 1),
        Joint.LeftWrist => new(-36, 46, -16, 16, -82, 92),
        Joint.LeftThumb1 => new(-40, 40, -40, 40, -55, 40),
        Joint.LeftThumb2 or Joint.LeftThumb3 => new(-60, 20, -25, 25, -60, 20),
        Joint.LeftIndex1 or Joint.LeftMiddle1 or Joint.LeftRing1 or Joint.LeftLittle1 => new(-18, 18, -8, 8, -95, 28),
        >= Joint.LeftThumb1 and <= Joint.LeftLittle3 => new(-3, 3, -3, 3, -112, 4),
        Joint.LeftHip => new(-138, 38, -55, 88, -32, 88),
        Joint.LeftKnee => new(-2, 156, -16, 16, -8, 8),
        Joint.LeftAnkle => new(-36, 62, -28, 28, -26, 26),
        _ => new(-65, 32, -6, 6, -6, 6),
    };

    /// <summary>The nearest turn a joint can do.</summary>
    public static Quaternion Clamp(Joint joint, Quaternion turn)
    {
        var (x, twist, z) = Angles(joint, turn);
        var of = Of(joint);
        var beyond = Swung(joint, of, x, z);
        if (beyond > 1) (x, z) = IsHinge(joint) ? (Math.Clamp(x, of.LeastX, of.MostX), Math.Clamp(z, of.LeastZ, of.MostZ)) : (x / beyond, z / beyond);
        return Turn(joint, x, Math.Clamp(twist, of.LeastTwist, of.MostTwist), z);
    }

    /// <summary>By how much of its range a joint is turned; 1 is its end.</summary>
    public static float Strain(Joint joint, Quaternion turn)
    {
        var (x, twist, z) = Angles(joint, turn);
        var of = Of(joint);
        return Math.Max(Swung(joint, of, x, z), twist < 0 ? twist / of.LeastTwist : twist / of.MostTwist);
    }

    /// <summary>Turns every joint back into its range.</summary>
    public static void Keep(Pose pose)
    {
        for (var joint = Joint.Waist; (int)joint < Joints.Count; joint++)
        {
            if (Strain(joint, pose[joint]) > 1) pose[joint] = Clamp(joint, pose[joint]);
        }
    }

    // A hinge has its own play across; the swing of a ball joint is the less in one direction the more it is in the other.
    private static float Swung(Joint joint, Range of, float x, float z)
    {
        var (byX, byZ) = (x / (x < 0 ? -of.LeastX : of.MostX), z / (z < 0 ? -of.LeastZ : of.MostZ));
        return IsHinge(joint) ? Math.Max(Math.Abs(byX), Math.Abs(byZ)) : MathF.Sqrt(byX * byX + byZ * byZ);
    }

    private static bool IsHinge(Joint joint) => joint.AsLeft() is Joint.LeftElbow or Joint.LeftKnee or Joint.LeftToes or (>= Joint.LeftThumb2 and <= Joint.LeftLittle3);

    // Twist about the bone first, then the swing about an axis square to it.
    private static (float X, float Twist, float Z) Angles(Joint joint, Quaternion turn)
    {
        turn = Mirror(joint, Quaternion.Normalize(turn));
        if (turn.W < 0) turn = -turn;
        var twist = new Quaternion(0, turn.Y, 0, turn.W);
        twist = twist.LengthSquared() < 1e-8f ? Quaternion.Identity : Quaternion.Normalize(twist);
        var swing = turn * Quaternion.Conjugate(twist);
        if (swing.W < 0) swing = -swing;
        var sin = MathF.Sqrt(swing.X * swing.X + swing.Z * swing.Z);
        var angle = 2 * MathF.Atan2(sin, swing.W) * 180 / MathF.PI;
        var scale = sin < 1e-6f ? 0 : angle / sin;
        var (x, z) = (swing.X * scale, swing.Z * scale);
        return (x, Wrap(2 * MathF.Atan2(twist.Y, twist.W) * 180 / MathF.PI - Carried(joint, x, z)), z);
    }

    private static Quaternion Turn(Joint joint, float x, float twist, float z)
    {
        var swing = new Vector3(x, 0, z);
        var angle = swing.Length();
        var turn = Quaternion.CreateFromAxisAngle(Vector3.UnitY, (twist + Carried(joint, x, z)) * MathF.PI / 180);
        if (angle > 1e-5f) turn = Quaternion.CreateFromAxisAngle(swing / angle, angle * MathF.PI / 180) * turn;
        return Mirror(joint, turn);
    }

    /// <summary>
    /// The twist a lifted thigh has when the knee still bends straight down: a thigh that is lifted forwards and then led outwards
    /// has turned about the vertical, which a swing straight to the same place has not.
    /// </summary>
    public static float Carried(Joint joint, float x, float z)
    {
        if (joint.AsLeft() != Joint.LeftHip) return 0;
        var lift = Math.Clamp((MathF.Sqrt(x * x + z * z) - 20) / 60, 0, 1);
        return Math.Clamp(MathF.Atan2(z, -x) * 180 / MathF.PI, -90, 90) * lift * lift * (3 - 2 * lift);
    }

    private static float Wrap(float angle) => angle > 180 ? angle - 360 : angle < -180 ? angle + 360 : angle;

    private static Quaternion Mirror(Joint joint, Quaternion turn) => joint.IsRight() ? new Quaternion(turn.X, -turn.Y, -turn.Z, turn.W) : turn;
}
