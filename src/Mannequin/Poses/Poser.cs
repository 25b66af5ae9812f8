using System.Numerics;
using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin.Poses;

/// <summary>Puts a body into a stance: bends, places feet and hands, moves the pelvis until the weight is over what carries it.</summary>
internal sealed partial class Poser
{
    private readonly Figure _figure;
    private readonly Stance _stance;
    private readonly float _scale, _legScale, _sole;

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
    private float Seat { get; set; }

    // A box below the figure, its front edge under the thighs.
    private Box SeatBox()
    {
        var (scale, pelvis) = (_scale, _figure.At(Joint.Pelvis));
        var forward = _figure.Direction(Joint.Pelvis, Vector3.UnitZ) with { Y = 0 };
        forward = Vector3.Normalize(forward + Vector3.UnitZ * 1e-4f);
        return new Box(pelvis with { Y = Seat / 2 } - forward * (3 * scale), new Vector3(25, Seat / scale / 2, 20) * scale, MathF.Atan2(forward.X, forward.Z), 1);
    }

    /// <summary>What the figure sits or steps on.</summary>
    public IEnumerable<Box> Props()
    {
        if (_stance.Support == Support.Seat) yield return SeatBox();
        foreach (var left in (bool[])[true, false])
        {
            var leg = left ? _stance.LeftLeg : _stance.RightLeg;
            if (leg is not { Foot: not null, Height: > 0 }) continue;
            var (ankle, toes) = (_figure.At(Joint.LeftAnkle.On(left)), _figure.At(Joint.LeftToes.On(left)));
            var top = _figure.Lowest(mass => mass.Joint.IsBelow(Joint.LeftAnkle.On(left)));
            yield return new Box(Vector3.Lerp(ankle, toes, 0.6f) with { Y = top / 2 }, new Vector3(17, top / _scale / 2, 19) * _scale, 0, 1);
        }
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
        if (Stance.IsMirrored(dice)) stance = stance.Mirrored();
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
            var lift = (leg.Tucked > 0 ? 12 : 7.5f) * _scale;
            Turns.Aim(_figure, hip, knee, Vector3.Normalize(KneeAt(left, at) - _figure.At(hip)), Vector3.UnitY - back);
            for (var round = 0; round < 3; round++)
            {
                // The ankle is as high as the foot behind it needs.
                var along = Vector3.Normalize(back * _figure.Bones.ShankLength + Vector3.UnitY * (lift - 5.4f * _scale));
                Turns.Aim(_figure, knee, ankle, along, -Vector3.UnitY - back * 0.1f);
                Pose[ankle] = Turns.Tilt(leg.Tucked > 0 ? 5 - leg.Tucked * 0.3f : 58);
                Pose[toes] = Turns.Tilt(leg.Tucked > 0 ? -leg.Tucked : 0);
                _figure.Move();
                lift -= _figure.Lowest(mass => mass.Joint == ankle || mass.Joint == toes) - _figure.At(knee).Y + 5.4f * _scale;
            }
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
