using System.Numerics;
using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Clothes;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin.Poses;

// Arms: by their angles, or to what they reach for; on the floor, on the body, and out of it.
internal sealed partial class Poser
{
    // By how much a wrist goes beside its target, to lie on what it touches.
    private Vector3 _leftPush, _rightPush;

    private void PutArm(bool left, Arm arm)
    {
        var (clavicle, shoulder, elbow, forearm, wrist) =
            (Joint.LeftClavicle.On(left), Joint.LeftShoulder.On(left), Joint.LeftElbow.On(left), Joint.LeftForearm.On(left), Joint.LeftWrist.On(left));
        if (arm.To is { } to)
        {
            var target = Target(left, arm, to);
            // The collar bone follows the arm; where the arm goes depends on it a little.
            for (var round = 0; round < 2; round++)
            {
                var reach = Vector3.Transform(target - _figure.At(shoulder), Quaternion.Conjugate(_figure.Turned(Joint.Chest)));
                if (!left) reach.X = -reach.X;
                var lift = MathF.Acos(Math.Clamp(-reach.Y / Math.Max(reach.Length(), 1), -1, 1)) * 180 / MathF.PI;
                Pose[clavicle] = Turns.Clavicle(left, lift, MathF.Atan2(reach.X, reach.Z) * 180 / MathF.PI);
                _figure.Move();
            }

            var pole = Turns.Mirror(left, arm.ElbowTo);
            Turns.Bend2(_figure, shoulder, elbow, wrist, target, -_figure.Direction(Joint.Chest, pole), forward: false);
            Pose[forearm] = Turns.Pronated(left, arm.Pronation);
            Pose[wrist] = Turns.WristTurn(left, arm);
            _figure.Move();
            if (arm.Fingers is { } fingers && arm.Palm is { } palm) PointHand(left, OnFrame(arm, Turns.Mirror(left, fingers)), OnFrame(arm, Turns.Mirror(left, palm)));
        }
        else
        {
            Pose[clavicle] = Turns.Clavicle(left, arm.Lift, arm.Around);
            var raised = Turns.Swing(left, arm.Lift, arm.Around, arm.Twist);
            Pose[shoulder] = Quaternion.Conjugate(Pose[clavicle]) * raised;
            Pose[elbow] = Turns.Tilt(-arm.Elbow);
            Pose[forearm] = Turns.Pronated(left, arm.Pronation);
            Pose[wrist] = Turns.WristTurn(left, arm);
        }

        foreach (var joint in (ReadOnlySpan<Joint>)[clavicle, shoulder, elbow, forearm, wrist]) Pose[joint] = Limits.Clamp(joint, Pose[joint]);
        _figure.Move();
    }

    private Vector3 Target(bool left, Arm arm, Vector3 to)
    {
        var point = Turns.Mirror(left, to) * _scale;
        var push = left ? _leftPush : _rightPush;
        if (arm.On is { } joint)
        {
            if (joint.IsRight() || joint >= Joint.LeftClavicle) joint = joint.AsLeft().On(joint.IsRight() ? !left : left);
            return _figure.At(joint, point) + push;
        }

        return point + push + new Vector3(_figure.At(Joint.Pelvis).X, 0, _figure.At(Joint.Pelvis).Z);
    }

    private Vector3 OnFrame(Arm arm, Vector3 direction) => arm.On is { } joint && joint < Joint.LeftClavicle ? _figure.Direction(joint, direction) : direction;

    private void PointHand(bool left, Vector3 fingers, Vector3 palm)
    {
        fingers = Vector3.Normalize(fingers);
        // Thumb, palm and fingers are square to one another.
        Turns.PointHand(_figure, left, fingers, left ? Vector3.Cross(palm, fingers) : Vector3.Cross(fingers, palm));
    }

    // A hand on the floor lies on it: the wrist goes as high as the hand needs. One that only reaches for it stays above.
    private void PutHandsDown()
    {
        foreach (var left in (ReadOnlySpan<bool>)[true, false])
        {
            var arm = left ? _stance.Left : _stance.Right;
            if (arm is not { To: not null, On: null }) continue;
            var lowest = _figure.Lowest(mass => mass.Joint.IsBelow(Joint.LeftWrist.On(left)));
            if (arm.Palm is null && lowest > 0) continue;
            // A hand that cannot reach the floor must not chase it.
            if (left) _leftPush.Y = Math.Clamp(_leftPush.Y - lowest, -4 * _scale, 16 * _scale);
            else _rightPush.Y = Math.Clamp(_rightPush.Y - lowest, -4 * _scale, 16 * _scale);
            PutArm(left, arm);
        }
    }

    // Hands that do not come down to the floor need a lower trunk: it bends at the hips.
    private void StoopToReach()
    {
        if (_stance.Support is not (Support.Stride or Support.Legs)) return;
        var lacks = 0f;
        foreach (var left in (ReadOnlySpan<bool>)[true, false])
        {
            var arm = left ? _stance.Left : _stance.Right;
            if (arm.To is not { } to || !IsOnFloor(arm)) continue;
            var reach = (_figure.Bones.UpperArmLength + _figure.Bones.ForearmLength) * 0.975f;
            lacks = Math.Max(lacks, Vector3.Distance(Target(left, arm, to) with { Y = 4 * _scale }, _figure.At(Joint.LeftShoulder.On(left))) - reach);
        }

        if (lacks <= 0.2f) return;
        var across = _figure.Direction(Joint.Pelvis, Vector3.UnitX);
        Pose[Joint.Pelvis] = Quaternion.CreateFromAxisAngle(across, Math.Min(lacks / (55 * _scale), 0.15f)) * Pose[Joint.Pelvis];
        _figure.Move();
    }

    // Where an arm would go into the body it gives way; a hand that is put on the body comes to touch it.
    private void ClearArm(bool left, Arm arm)
    {
        var own = left ? Part.LeftArm : Part.RightArm;
        var body = new Field(_figure, [.. Dressing.Body(_figure).Where(group => group.Masses[0].Part != own)], []);
        for (var round = 0; round < 14; round++)
        {
            var (push, at) = Touching.Push(_figure, body, left, comesToTouch: arm.On is not null && arm.Palm is not null);
            if (push.Length() < 0.15f) return;
            if (arm.To is not null)
            {
                if (left) _leftPush += push;
                else _rightPush += push;
                PutArm(left, arm);
                continue;
            }

            var shoulder = Joint.LeftShoulder.On(left);
            var lever = at - _figure.At(shoulder);
            var axis = Vector3.Cross(lever, push);
            if (axis.Length() < 1e-3f || lever.Length() < 8) return;
            var turn = Quaternion.CreateFromAxisAngle(Vector3.Normalize(axis), Math.Min(push.Length() / lever.Length(), 0.2f));
            _figure.Pose[shoulder] = Limits.Clamp(shoulder, Turns.Local(_figure, shoulder, turn * _figure.Turned(shoulder)));
            _figure.Move();
        }
    }

    private bool IsOnFloor(Mass mass) =>
        (mass.Part == Part.LeftArm && _stance.Left is { To: not null, On: null }) || (mass.Part == Part.RightArm && _stance.Right is { To: not null, On: null });

    private static bool IsOnFloor(Arm arm) => arm is { To: not null, On: null, Palm: not null };
}
