using System.Numerics;
using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Clothes;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin.Poses;

/// <summary>Puts a body into a stance: bends, places feet and hands, moves the pelvis until the weight is over what carries it.</summary>
internal sealed class Poser
{
    private readonly Figure _figure;
    private readonly Stance _stance;
    private readonly float _scale, _legScale, _sole;
    private Vector3 _leftPush, _rightPush;

    private Poser(Figure figure, Stance stance)
    {
        (_figure, _stance) = (figure, stance);
        _scale = figure.Bones.Scale;
        _legScale = figure.Bones.LegLength / 84.5f;
        // At rest the ankle stands this high above the sole.
        _sole = figure.At(Joint.LeftAnkle).Y - figure.Lowest(mass => mass.Part == Part.LeftLeg);
    }

    private Pose Pose => _figure.Pose;

    /// <summary>The seat of a figure that sits on something; its height is what the figure touches.</summary>
    public float Seat { get; private set; }

    /// <summary>A box below the figure, its front edge under the thighs.</summary>
    public Box SeatBox()
    {
        var (scale, pelvis) = (_scale, _figure.At(Joint.Pelvis));
        var forward = _figure.Direction(Joint.Pelvis, Vector3.UnitZ) with { Y = 0 };
        forward = Vector3.Normalize(forward + Vector3.UnitZ * 1e-4f);
        return new Box(pelvis with { Y = Seat / 2 } - forward * (3 * scale), new Vector3(25, Seat / scale / 2, 20) * scale, MathF.Atan2(forward.X, forward.Z), 1);
    }

    /// <summary>Poses <paramref name="figure"/>, which is at rest, and varies the stance by <paramref name="dice"/>.</summary>
    public static Poser Strike(Figure figure, Stance stance, Dice dice)
    {
        var poser = new Poser(figure, Vary(stance, dice));
        Fingers.Set(figure.Pose, left: true, poser._stance.Left.Grip, dice);
        Fingers.Set(figure.Pose, left: false, poser._stance.Right.Grip, dice);
        poser.Solve();
        return poser;
    }

    private static Stance Vary(Stance stance, Dice dice)
    {
        if (dice.Below(2) == 1) stance = stance.Mirrored();
        var much = stance.Vary;
        Bend Some(Bend bend, float by) => new(bend.Forward + dice.Around(by * much), bend.Left + dice.Around(by * much), bend.Turn + dice.Around(by * much));
        Arm OfArm(Arm arm) => arm with
        {
            Lift = arm.Lift + dice.Around(4 * much),
            Around = arm.Around + dice.Around(6 * much),
            Elbow = Math.Max(arm.Elbow + dice.Around(7 * much), 3),
            Pronation = arm.Pronation + dice.Around(8 * much),
            Wrist = arm.Wrist + dice.Around(6 * much),
        };
        Leg OfLeg(Leg leg) => leg with
        {
            Lift = leg.Lift + (leg.Lift == 0 ? 0 : dice.Around(4 * much)),
            Knee = Math.Max(leg.Knee + (leg.Knee == 0 ? 0 : dice.Around(5 * much)), 0),
            Foot = leg.Foot + new Vector2(dice.Around(1.5f), dice.Around(2)) * much,
            Yaw = leg.Yaw + dice.Around(5 * much),
        };
        return stance with
        {
            Pelvis = Some(stance.Pelvis, 2.5f),
            Waist = Some(stance.Waist, 2.5f),
            Chest = Some(stance.Chest, 3),
            Neck = Some(stance.Neck, 3.5f),
            Head = Some(stance.Head, 5),
            Left = OfArm(stance.Left),
            Right = OfArm(stance.Right),
            LeftLeg = OfLeg(stance.LeftLeg),
            RightLeg = OfLeg(stance.RightLeg),
        };
    }

    private void Solve()
    {
        Pose[Joint.Pelvis] = _stance.Pelvis.Rotation;
        Set(Joint.Waist, _stance.Waist);
        Set(Joint.Chest, _stance.Chest);
        Set(Joint.Neck, _stance.Neck);
        Set(Joint.Head, _stance.Head);
        Pose.Position = new Vector3(0, 95 * _scale, 0);
        if (_stance.Support == Support.Stride) Pose.Position += new Vector3(_stance.Shift.X, 0, _stance.Shift.Y) * _legScale;
        if (_stance.Support == Support.Seat) Seat = _stance.Shift.X * _legScale;
        _figure.Move();

        for (var round = 0; round < 10; round++)
        {
            SetHeight();
            PutLeg(left: true, _stance.LeftLeg);
            PutLeg(left: false, _stance.RightLeg);
            PutArm(left: true, _stance.Left);
            PutArm(left: false, _stance.Right);
            if (_stance.Support == Support.Floor) LayDown();
            PutHandsDown();
            StoopToReach();
            if (_stance.Support != Support.Legs) continue;
            var off = Bearing() - _figure.CentreOfMass();
            if (off.X * off.X + off.Z * off.Z < 0.04f) break;
            _figure.Shift(new Vector3(off.X, 0, off.Z) * 0.95f);
        }

        Settle();
        for (var round = 0; round < 3; round++) PutHandsDown();
        foreach (var left in (ReadOnlySpan<bool>)[true, false]) ClearArm(left, left ? _stance.Left : _stance.Right);

        void Set(Joint joint, Bend bend) => Pose[joint] = Limits.Clamp(joint, bend.Rotation);
    }

    /// <summary>Where on the floor the weight should be.</summary>
    private Vector3 Bearing() => Vector3.Lerp(BearingOf(false, _stance.RightLeg), BearingOf(true, _stance.LeftLeg), _stance.Weight);

    private Vector3 BearingOf(bool left, Leg leg)
    {
        var ankle = _figure.At(Joint.LeftAnkle.On(left));
        if (leg.Kneels is not null) return Vector3.Lerp(ankle, _figure.At(Joint.LeftKnee.On(left)), 0.6f);
        return Vector3.Lerp(ankle, _figure.At(Joint.LeftToes.On(left)), leg.Heel > 5 ? 0.9f : 0.42f);
    }

    // The height of the pelvis follows from what carries it.
    private void SetHeight()
    {
        var height = _stance.Support switch
        {
            Support.Legs or Support.Stride => OverLegs(),
            Support.Seat => Pose.Position.Y + Seat - _figure.Lowest(IsSeat),
            Support.Floor => Pose.Position.Y - _figure.Lowest(mass => mass.Part == Part.Torso || IsSeat(mass)),
            Support.Air => Pose.Position.Y,
        };
        _figure.Shift(new Vector3(0, height - Pose.Position.Y, 0));
    }

    private static bool IsSeat(Mass mass) => mass.Joint == Joint.Pelvis;

    private float OverLegs()
    {
        var least = float.MaxValue;
        foreach (var left in (ReadOnlySpan<bool>)[true, false])
        {
            var leg = left ? _stance.LeftLeg : _stance.RightLeg;
            var hip = _figure.At(Joint.LeftHip.On(left));
            var (to, reach) = leg.Kneels is { } knee
                ? (KneeAt(left, knee), _figure.Bones.ThighLength)
                : leg.Foot is { } foot ? (AnkleAt(left, leg, foot), _figure.Bones.LegLength * _stance.Straight) : (hip, float.NaN);
            if (float.IsNaN(reach)) continue;
            var away = new Vector2(hip.X - to.X, hip.Z - to.Z).Length();
            var rise = MathF.Sqrt(Math.Max(reach * reach - away * away, 0.04f * reach * reach));
            least = Math.Min(least, Pose.Position.Y + to.Y + rise - hip.Y);
        }

        return least == float.MaxValue ? Pose.Position.Y : least;
    }

    private Vector3 KneeAt(bool left, Vector2 knee) => new((left ? knee.X : -knee.X) * _legScale, 5.4f * _scale, knee.Y * _legScale);

    private Vector3 AnkleAt(bool left, Leg leg, Vector2 foot)
    {
        // The foot turns about its ball when the heel is lifted.
        var turned = FootTurn(left, leg, 0);
        var flat = new Vector3((left ? foot.X : -foot.X) * _legScale, _sole + leg.Height * _legScale, foot.Y * _legScale);
        var toToes = _figure.Bones[Joint.LeftToes.On(left)];
        return flat + Vector3.Transform(toToes, turned) - Vector3.Transform(toToes, FootTurn(left, leg, leg.Heel));
    }

    private static Quaternion FootTurn(bool left, Leg leg, float heel) =>
        Quaternion.CreateFromAxisAngle(Vector3.UnitY, (left ? leg.Yaw : -leg.Yaw) * MathF.PI / 180) * Quaternion.CreateFromAxisAngle(Vector3.UnitX, heel * MathF.PI / 180);

    private void PutLeg(bool left, Leg leg)
    {
        var (hip, knee, ankle, toes) = (Joint.LeftHip.On(left), Joint.LeftKnee.On(left), Joint.LeftAnkle.On(left), Joint.LeftToes.On(left));
        if (leg.Kneels is { } at)
        {
            var back = -Vector3.Transform(Vector3.UnitZ, FootTurn(left, leg, 0));
            var lift = leg.Tucked > 0 ? 12 : 7.5f;
            Turns.Aim(_figure, hip, knee, Vector3.Normalize(KneeAt(left, at) - _figure.At(hip)), Vector3.UnitY - back);
            var along = Vector3.Normalize(back * _figure.Bones.ShankLength + Vector3.UnitY * (lift * _scale - 5.4f * _scale));
            Turns.Aim(_figure, knee, ankle, along, -Vector3.UnitY - back * 0.1f);
            Pose[ankle] = Turns.Tilt(leg.Tucked > 0 ? 5 - leg.Tucked * 0.3f : 58);
            Pose[toes] = Turns.Tilt(leg.Tucked > 0 ? -leg.Tucked : 0);
        }
        else if (leg.Foot is { } foot)
        {
            var target = AnkleAt(left, leg, foot);
            var forward = Vector3.Transform(Vector3.UnitZ, FootTurn(left, leg with { Yaw = leg.Yaw + leg.KneeOut }, 0));
            Turns.Bend2(_figure, hip, knee, ankle, target, forward + Vector3.UnitY * 0.2f, forward: true);
            Pose[ankle] = Turns.Local(_figure, ankle, FootTurn(left, leg, leg.Heel));
            Pose[toes] = Turns.Tilt(-leg.Heel);
        }
        else
        {
            var (sin, cos) = MathF.SinCos(leg.Around * MathF.PI / 180);
            Pose[hip] = Turns.Swing(left, leg.Lift, leg.Around, leg.Twist + Limits.Carried(Joint.LeftHip, -leg.Lift * cos, leg.Lift * sin));
            Pose[knee] = Turns.Tilt(leg.Knee);
            Pose[ankle] = Turns.Tilt(leg.Ankle);
            Pose[toes] = Quaternion.Identity;
        }

        foreach (var joint in (ReadOnlySpan<Joint>)[hip, knee, ankle, toes]) Pose[joint] = Limits.Clamp(joint, Pose[joint]);
        _figure.Move();
    }

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

    private void LayDown()
    {
        Rest(Joint.Neck, mass => mass.Joint is Joint.Neck or Joint.Head, rests: false);
        foreach (var left in (ReadOnlySpan<bool>)[true, false])
        {
            if (left ? _stance.LeftLeg.Foot is null : _stance.RightLeg.Foot is null) Rest(Joint.LeftHip.On(left), mass => mass.Joint.IsBelow(Joint.LeftKnee.On(left)), rests: true);
            if ((left ? _stance.Left : _stance.Right).To is null) Rest(Joint.LeftShoulder.On(left), mass => mass.Joint.IsBelow(Joint.LeftElbow.On(left)), rests: true);
        }
    }

    // Turns a limb about its root until its lowest point lies on the floor.
    private void Rest(Joint root, Func<Mass, bool> limb, bool rests)
    {
        for (var round = 0; round < 5; round++)
        {
            var (lowest, at) = (float.MaxValue, Vector3.Zero);
            foreach (var mass in _figure.Masses.Where(limb))
            {
                var point = _figure.Extent(mass, -Vector3.UnitY);
                if (point.Y < lowest) (lowest, at) = (point.Y, point);
            }

            if (Math.Abs(lowest) < 0.1f || (lowest > 0 && !rests)) return;
            var lever = (at - _figure.At(root)) with { Y = 0 };
            if (lever.Length() < 6) return;
            var angle = Math.Clamp(-lowest / lever.Length(), -0.3f, 0.3f);
            var axis = Vector3.Normalize(Vector3.Cross(lever, Vector3.UnitY));
            Pose[root] = Limits.Clamp(root, Turns.Local(_figure, root, Quaternion.CreateFromAxisAngle(axis, angle) * _figure.Turned(root)));
            _figure.Move();
        }
    }

    // A hand on the floor lies on it: the wrist goes as high as the hand needs.
    private void PutHandsDown()
    {
        foreach (var left in (ReadOnlySpan<bool>)[true, false])
        {
            var arm = left ? _stance.Left : _stance.Right;
            if (arm.To is null || arm.On is not null) continue;
            var lowest = _figure.Lowest(mass => mass.Joint.IsBelow(Joint.LeftWrist.On(left)));
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
            if (arm.To is not { } to || arm.On is not null) continue;
            var reach = (_figure.Bones.UpperArmLength + _figure.Bones.ForearmLength) * 0.975f;
            lacks = Math.Max(lacks, Vector3.Distance(Target(left, arm, to) with { Y = 4 * _scale }, _figure.At(Joint.LeftShoulder.On(left))) - reach);
        }

        if (lacks <= 0.2f) return;
        var across = _figure.Direction(Joint.Pelvis, Vector3.UnitX);
        Pose[Joint.Pelvis] = Quaternion.CreateFromAxisAngle(across, Math.Min(lacks / (55 * _scale), 0.15f)) * Pose[Joint.Pelvis];
        _figure.Move();
    }

    private bool IsOnFloor(Mass mass) =>
        (mass.Part == Part.LeftArm && _stance.Left is { To: not null, On: null }) || (mass.Part == Part.RightArm && _stance.Right is { To: not null, On: null });

    // Where an arm would go into the body it gives way; a hand that is put on the body comes to touch it.
    private void ClearArm(bool left, Arm arm)
    {
        var own = left ? Part.LeftArm : Part.RightArm;
        var body = new Field(_figure, [.. Dressing.Body(_figure).Where(group => group.Masses[0].Part != own)], []);
        for (var round = 0; round < 8; round++)
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

    // What sank below the floor, or floats above it, comes to lie on it.
    private void Settle()
    {
        // A hand that could not keep clear of the floor does not lift the body off it.
        var lowest = _figure.Lowest(mass => !IsOnFloor(mass));
        var wanted = _stance.Support == Support.Air ? _stance.Shift.X * _legScale : 0;
        _figure.Shift(new Vector3(0, wanted - lowest, 0));
        if (_stance.Support == Support.Seat) Seat = _figure.Lowest(IsSeat);
    }
}
