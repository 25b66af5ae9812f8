using System.Numerics;
using Colonnade.Mannequin.Body;

namespace Colonnade.Mannequin.Poses;

/// <summary>Turns of joints from directions, and the two-bone solution for limbs that reach for something.</summary>
internal static class Turns
{
    // Root and middle joint such that the end comes to the target, or as near as the limb is long.
    public static void Bend2(Figure figure, Joint root, Joint middle, Joint end, Vector3 target, Vector3 pole, bool forward)
    {
        var from = figure.At(root);
        var (a, b) = forward ? (figure.Bones.ThighLength, figure.Bones.ShankLength) : (figure.Bones.UpperArmLength, figure.Bones.ForearmLength);
        var to = target - from;
        var length = Math.Clamp(to.Length(), Math.Abs(a - b) + 0.25f * Math.Min(a, b), (a + b) * 0.9995f);
        to = Vector3.Normalize(to);
        pole = Vector3.Normalize(pole - to * Vector3.Dot(pole, to));
        var cos = Math.Clamp((a * a + length * length - b * b) / (2 * a * length), -1, 1);
        var sin = MathF.Sqrt(1 - cos * cos);
        // A knee goes where the pole points, an elbow away from it: the forearm bends towards the pole.
        var upper = to * cos + pole * (forward ? sin : -sin);
        var lower = Vector3.Normalize(to * length - upper * a);
        Aim(figure, root, middle, upper, pole);
        var side = figure.Direction(root, Vector3.UnitX);
        Aim(figure, middle, end, lower, Vector3.Cross(side, -lower));
    }

    // Turns a joint so that the bone to its child points along a direction, and its front as near as can be to another.
    public static void Aim(Figure figure, Joint joint, Joint child, Vector3 along, Vector3 front)
    {
        var rest = child.AsLeft() == Joint.LeftWrist ? -Vector3.UnitY : Vector3.Normalize(figure.Bones[child]);
        var turn = FromFront(-along, front) * Quaternion.Conjugate(FromFront(-rest, Vector3.UnitZ));
        figure.Pose[joint] = Local(figure, joint, turn);
        figure.Move();
    }

    public static Quaternion Local(Figure figure, Joint joint, Quaternion turned) => Quaternion.Normalize(Quaternion.Conjugate(figure.Turned(joint.Parent())) * turned);

    public static Quaternion FromFront(Vector3 up, Vector3 front)
    {
        var side = Vector3.Cross(up, front);
        side = side.LengthSquared() > 1e-6f ? Vector3.Normalize(side) : Vector3.Normalize(Vector3.Cross(up, Math.Abs(up.Z) < 0.9f ? Vector3.UnitZ : Vector3.UnitY));
        return FromAxes(side, up);
    }

    public static Quaternion FromAxes(Vector3 x, Vector3 y)
    {
        var z = Vector3.Cross(x, y);
        return Quaternion.Normalize(Quaternion.CreateFromRotationMatrix(new Matrix4x4(x.X, x.Y, x.Z, 0, y.X, y.Y, y.Z, 0, z.X, z.Y, z.Z, 0, 0, 0, 0, 1)));
    }

    public static Quaternion Swing(bool left, float lift, float around, float twist)
    {
        var (sin, cos) = MathF.SinCos(around * MathF.PI / 180);
        var turn = Quaternion.CreateFromAxisAngle(new Vector3(-cos, 0, sin), lift * MathF.PI / 180) * Quaternion.CreateFromAxisAngle(Vector3.UnitY, twist * MathF.PI / 180);
        return left ? turn : new Quaternion(turn.X, -turn.Y, -turn.Z, turn.W);
    }

    public static Quaternion Clavicle(bool left, float lift, float around)
    {
        var (sin, cos) = MathF.SinCos(around * MathF.PI / 180);
        var raise = Math.Clamp((lift - 30) * 0.24f, 0, 32);
        var forward = 14 * cos * MathF.Sin(Math.Clamp(lift, 0, 180) * MathF.PI / 180) - 5 * Math.Min(sin, 0);
        var turn = Quaternion.CreateFromAxisAngle(Vector3.UnitY, -forward * MathF.PI / 180) * Quaternion.CreateFromAxisAngle(Vector3.UnitZ, raise * MathF.PI / 180);
        return left ? turn : new Quaternion(turn.X, -turn.Y, -turn.Z, turn.W);
    }

    public static Quaternion WristTurn(bool left, Arm arm)
    {
        var turn = Quaternion.CreateFromAxisAngle(Vector3.UnitZ, -arm.Wrist * MathF.PI / 180) * Quaternion.CreateFromAxisAngle(Vector3.UnitX, -arm.WristSide * MathF.PI / 180);
        return left ? turn : new Quaternion(turn.X, -turn.Y, -turn.Z, turn.W);
    }

    public static Quaternion Tilt(float degrees) => Quaternion.CreateFromAxisAngle(Vector3.UnitX, degrees * MathF.PI / 180);

    // Pronation: the left palm turns from inwards to backwards.
    public static Quaternion Pronated(bool left, float degrees) => Quaternion.CreateFromAxisAngle(Vector3.UnitY, (left ? -degrees : degrees) * MathF.PI / 180);

    public static Vector3 Mirror(bool left, Vector3 of) => left ? of : of with { X = -of.X };

    /// <summary>
    /// Turns a hand so that its fingers and its thumb's side point somewhere: the forearm takes what is about its length, the wrist the rest.
    /// </summary>
    public static void PointHand(Figure figure, bool left, Vector3 fingers, Vector3 thumb)
    {
        var (elbow, forearm, wrist) = (Joint.LeftElbow.On(left), Joint.LeftForearm.On(left), Joint.LeftWrist.On(left));
        thumb -= fingers * Vector3.Dot(thumb, fingers);
        if (thumb.LengthSquared() < 1e-8f) return;
        var turn = FromFront(-fingers, Vector3.Normalize(thumb));
        var whole = Quaternion.Conjugate(figure.Turned(elbow)) * turn;
        if (whole.W < 0) whole = -whole;
        var twist = new Quaternion(0, whole.Y, 0, whole.W);
        twist = twist.LengthSquared() < 1e-6f ? Quaternion.Identity : Quaternion.Normalize(twist);
        figure.Pose[forearm] = Limits.Clamp(forearm, twist);
        figure.Pose[wrist] = Limits.Clamp(wrist, Quaternion.Conjugate(figure.Pose[forearm]) * whole);
        figure.Move();
    }
}
