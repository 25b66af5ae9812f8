using System.Numerics;
using Colonnade.Mannequin.Body;

namespace Colonnade.Mannequin.Poses;

/// <summary>Hands: fingers go together, the little one ahead.</summary>
internal static class Fingers
{
    // Degrees at knuckle, middle and end joint, for index and little finger; the two between lie between. Then the thumb, across and bent.
    private static readonly Dictionary<Grip, (Vector3 Index, Vector3 Little, Vector2 Thumb, float Spread)> Shapes = new()
    {
        [Grip.Relaxed] = (new(18, 26, 14), new(36, 40, 20), new(6, 18), 3),
        [Grip.Open] = (new(-6, 4, 2), new(0, 10, 4), new(-26, 4), 11),
        [Grip.Flat] = (new(2, 4, 2), new(4, 6, 2), new(-4, 8), 3),
        [Grip.Fist] = (new(82, 100, 62), new(88, 102, 62), new(30, 52), 0),
        [Grip.Pointing] = (new(0, 4, 2), new(82, 98, 60), new(26, 46), 0),
        [Grip.Holding] = (new(52, 66, 36), new(62, 72, 40), new(20, 30), 0),
    };

    public static void Set(Pose pose, bool left, Grip grip, Dice dice)
    {
        var (index, little, thumb, spread) = Shapes[grip];
        var looseness = grip is Grip.Fist or Grip.Holding ? 1.5f : 5;
        var first = Joint.LeftIndex1;
        for (var finger = 0; finger < 4; finger++, first += 3)
        {
            var bend = grip == Grip.Pointing && finger > 0 ? Vector3.Lerp(new Vector3(74, 96, 56), little, finger / 3f) : Vector3.Lerp(index, little, finger / 3f);
            bend += new Vector3(dice.Around(looseness), dice.Around(looseness), 0);
            Turn(first, -bend.X, spread * (1 - finger / 1.5f));
            Turn(first + 1, -Math.Max(bend.Y, 0), 0);
            Turn(first + 2, -Math.Max(bend.Z, 0), 0);
        }

        Turn(Joint.LeftThumb1, -thumb.X, -thumb.X * 0.3f);
        // The thumb bends across its own nail, which looks forwards and outwards.
        Along(Joint.LeftThumb2, thumb.Y);
        Along(Joint.LeftThumb3, thumb.Y * 0.9f);

        void Turn(Joint joint, float bend, float aside) => Put(joint,
            Quaternion.CreateFromAxisAngle(Vector3.UnitZ, bend * MathF.PI / 180) * Quaternion.CreateFromAxisAngle(Vector3.UnitX, -aside * MathF.PI / 180));

        void Along(Joint joint, float bend) => Put(joint, Quaternion.CreateFromAxisAngle(Vector3.Normalize(new Vector3(0.75f, 0, -0.65f)), bend * MathF.PI / 180));

        void Put(Joint joint, Quaternion turn)
        {
            if (!left) turn = new Quaternion(turn.X, -turn.Y, -turn.Z, turn.W);
            pose[joint.On(left)] = Limits.Clamp(joint.On(left), turn);
        }
    }
}
