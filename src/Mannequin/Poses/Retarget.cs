using System.Numerics;
using Colonnade.Mannequin.Body;
using static Colonnade.Mannequin.Poses.Landmark;

namespace Colonnade.Mannequin.Poses;

/// <summary>
/// Takes a captured pose over to a body of other proportions: the directions of its bones, as far as the joints go, with the
/// body's own lengths.
/// </summary>
internal sealed class Retarget
{
    private readonly Figure _figure;
    private readonly IReadOnlyDictionary<Spot, Vector3> _at;
    private readonly float _floor;

    private Retarget(Figure figure, CapturedPose pose) => (_figure, _at, _floor) = (figure, pose.At, pose.Floor);

    /// <summary>Poses <paramref name="figure"/>, which is at rest; the hands hang loose.</summary>
    public static void Strike(Figure figure, CapturedPose pose, Dice dice)
    {
        var retarget = new Retarget(figure, pose);
        Fingers.Set(figure.Pose, left: true, Grip.Relaxed, dice);
        Fingers.Set(figure.Pose, left: false, Grip.Relaxed, dice);
        retarget.Trunk();
        foreach (var left in (ReadOnlySpan<bool>)[true, false])
        {
            retarget.Leg(left);
            retarget.Arm(left);
        }

        figure.Move();
        figure.Shift(new Vector3(0, retarget.Above() - figure.Lowest(), 0));
    }

    private void Trunk()
    {
        var hips = (_at[Spot.LeftHip] + _at[Spot.RightHip]) / 2;
        var shoulders = (_at[Spot.LeftShoulder] + _at[Spot.RightShoulder]) / 2;
        var neck = _at.TryGetValue(Spot.Neck, out var known) ? known : shoulders;
        var spine = _at.TryGetValue(Spot.Spine, out known) && Vector3.Distance(known, hips) > 0.12f * Vector3.Distance(hips, neck) ? known : Vector3.Lerp(hips, neck, 0.4f);

        var pelvis = Frame(_at[Spot.LeftHip] - _at[Spot.RightHip], spine - hips, Quaternion.Identity);
        var chest = Frame(_at[Spot.LeftShoulder] - _at[Spot.RightShoulder], neck - spine, pelvis);
        // The line of the spine is given as a polygon; the bodies' own is straighter at rest.
        pelvis = Quaternion.Slerp(pelvis, chest, 0.15f);
        Set(Joint.Pelvis, pelvis);
        Set(Joint.Waist, Quaternion.Slerp(pelvis, chest, 0.5f));
        Set(Joint.Chest, chest);

        var head = _at.TryGetValue(Spot.Head, out known) ? known : neck + Vector3.Transform(Vector3.UnitY, chest);
        var up = head - neck;
        if (up.LengthSquared() < 1e-6f) up = Vector3.Transform(Vector3.UnitY, chest);
        // A neck leans forwards at rest.
        var lean = Quaternion.CreateFromAxisAngle(Vector3.UnitX, -MathF.Atan2(3, 10.5f));
        var neckTurn = Frame(Vector3.Transform(Vector3.UnitX, chest), up, chest) * lean;
        Set(Joint.Neck, neckTurn);
        Vector3? face = _at.TryGetValue(Spot.LeftEye, out var leftEye) && _at.TryGetValue(Spot.RightEye, out var rightEye)
            ? Vector3.Cross(leftEye - rightEye, (leftEye + rightEye) / 2 - head) is var crown && crown.LengthSquared() > 1e-9f ? Vector3.Cross(leftEye - rightEye, crown) : null
            : _at.TryGetValue(Spot.Face, out var looked) ? looked - head : null;
        var turned = neckTurn;
        if (face is { } front && front.LengthSquared() > 1e-9f)
        {
            front = Vector3.Normalize(front);
            var side = Vector3.Cross(Vector3.Transform(Vector3.UnitY, Quaternion.Slerp(neckTurn, chest, 0.5f)), front);
            if (side.LengthSquared() > 1e-4f) turned = Turns.FromAxes(Vector3.Normalize(side), Vector3.Normalize(Vector3.Cross(front, Vector3.Normalize(side))));
        }

        // Half of the turn is the neck's.
        Set(Joint.Neck, Quaternion.Slerp(neckTurn, turned, 0.4f));
        Set(Joint.Head, turned);
    }

    private void Leg(bool left)
    {
        var (hip, knee, ankle) = (Of(Spot.LeftHip, left), Of(Spot.LeftKnee, left), Of(Spot.LeftAnkle, left));
        var (thigh, shank) = (Unit(knee - hip, -Vector3.UnitY), Unit(ankle - knee, -Vector3.UnitY));
        var toes = _at.TryGetValue(Spot.LeftToes.On(left), out var known) ? Unit(known - ankle, Vector3.UnitZ) : Vector3.Zero;
        // Bent, the shin says where the knee points; straight, the foot does.
        var bend = -(shank - thigh * Vector3.Dot(shank, thigh));
        var straight = _figure.Direction(Joint.Pelvis, Vector3.UnitZ) + toes * 0.8f;
        straight = Unit(straight - thigh * Vector3.Dot(straight, thigh), Vector3.UnitZ);
        var front = Vector3.Lerp(straight, Unit(bend, straight), Math.Clamp((bend.Length() - 0.08f) / 0.25f, 0, 1));
        var (hipJoint, kneeJoint, ankleJoint) = (Joint.LeftHip.On(left), Joint.LeftKnee.On(left), Joint.LeftAnkle.On(left));
        Turns.Aim(_figure, hipJoint, kneeJoint, thigh, front);
        Keep(hipJoint);
        Turns.Aim(_figure, kneeJoint, ankleJoint, shank, Vector3.Cross(_figure.Direction(hipJoint, Vector3.UnitX), -shank));
        Keep(kneeJoint);
        if (toes == Vector3.Zero) return;
        var rest = Vector3.Normalize(_figure.Bones[Joint.LeftToes.On(left)]);
        var up = _figure.Direction(kneeJoint, Vector3.UnitY);
        var foot = Turns.FromFront(Unit(up - toes * Vector3.Dot(up, toes), -toes), toes) * Quaternion.Conjugate(Turns.FromFront(Vector3.Normalize(Vector3.UnitY - rest * rest.Y), rest));
        _figure.Pose[ankleJoint] = Turns.Local(_figure, ankleJoint, foot);
        Keep(ankleJoint);
    }

    private void Arm(bool left)
    {
        var (shoulder, elbow, wrist) = (Of(Spot.LeftShoulder, left), Of(Spot.LeftElbow, left), Of(Spot.LeftWrist, left));
        var (upper, lower) = (Unit(elbow - shoulder, -Vector3.UnitY), Unit(wrist - elbow, -Vector3.UnitY));
        var inChest = Vector3.Transform(upper, Quaternion.Conjugate(_figure.Turned(Joint.Chest)));
        if (!left) inChest.X = -inChest.X;
        var (clavicle, shoulderJoint, elbowJoint, forearm, wristJoint) =
            (Joint.LeftClavicle.On(left), Joint.LeftShoulder.On(left), Joint.LeftElbow.On(left), Joint.LeftForearm.On(left), Joint.LeftWrist.On(left));
        _figure.Pose[clavicle] = Turns.Clavicle(left, MathF.Acos(Math.Clamp(-inChest.Y, -1, 1)) * 180 / MathF.PI, MathF.Atan2(inChest.X, inChest.Z) * 180 / MathF.PI);
        Keep(clavicle);
        var bend = lower - upper * Vector3.Dot(lower, upper);
        var straight = _figure.Direction(Joint.Chest, Vector3.UnitZ);
        straight = Unit(straight - upper * Vector3.Dot(straight, upper), _figure.Direction(Joint.Chest, Vector3.UnitY));
        var front = Vector3.Lerp(straight, Unit(bend, straight), Math.Clamp((bend.Length() - 0.05f) / 0.2f, 0, 1));
        Turns.Aim(_figure, shoulderJoint, elbowJoint, upper, front);
        Keep(shoulderJoint);
        Turns.Aim(_figure, elbowJoint, wristJoint, lower, Vector3.Cross(_figure.Direction(shoulderJoint, Vector3.UnitX), -lower));
        Keep(elbowJoint);

        if (!_at.TryGetValue(Spot.LeftMiddle.On(left), out var middle)) return;
        var fingers = Unit(middle - wrist, lower);
        Vector3? thumbwards = _at.TryGetValue(Spot.LeftIndex.On(left), out var index) && _at.TryGetValue(Spot.LeftLittle.On(left), out var little) ? index - little
            : _at.TryGetValue(Spot.LeftThumb.On(left), out var thumb) ? thumb - wrist : null;
        if (thumbwards is { } towards)
        {
            towards -= fingers * Vector3.Dot(towards, fingers);
            if (towards.LengthSquared() > 1e-8f) Turns.PointHand(_figure, left, fingers, Vector3.Normalize(towards));
        }

        Keep(forearm);
        Keep(wristJoint);
    }

    /// <summary>How far above the floor the lowest of the body is, in the figure's centimetres; a little is none.</summary>
    private float Above()
    {
        var thigh = Vector3.Distance(_at[Spot.LeftHip], _at[Spot.LeftKnee]);
        if (thigh < 1e-4f) return 0;
        var lowest = _at.Values.Min(point => point.Y) - _floor;
        var above = lowest / thigh * _figure.Bones.ThighLength;
        return above is > 9 and < 150 ? above - 3 : 0;
    }

    private Vector3 Of(Spot spot, bool left) => _at[spot.On(left)];

    private void Set(Joint joint, Quaternion turned)
    {
        _figure.Pose[joint] = joint == Joint.Pelvis ? turned : Limits.Clamp(joint, Turns.Local(_figure, joint, turned));
        _figure.Move();
    }

    private void Keep(Joint joint)
    {
        _figure.Pose[joint] = Limits.Clamp(joint, _figure.Pose[joint]);
        _figure.Move();
    }

    // Left and up as given, up the truer; what cannot be told is as in another frame.
    private static Quaternion Frame(Vector3 left, Vector3 up, Quaternion otherwise)
    {
        up = Unit(up, Vector3.Transform(Vector3.UnitY, otherwise));
        left = Unit(left - up * Vector3.Dot(left, up), Vector3.Transform(Vector3.UnitX, otherwise));
        left = Unit(left - up * Vector3.Dot(left, up), Vector3.UnitX);
        return Turns.FromAxes(left, up);
    }

    private static Vector3 Unit(Vector3 of, Vector3 otherwise) => of.LengthSquared() > 1e-10f ? Vector3.Normalize(of) : otherwise;
}
