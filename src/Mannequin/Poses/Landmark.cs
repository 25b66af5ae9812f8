using System.Numerics;

namespace Colonnade.Mannequin.Poses;

/// <summary>The points of a captured body, by whatever names programs give them.</summary>
internal static class Landmark
{
    internal enum Spot
    {
        Hips, Spine, Neck, Head, Face, LeftEye, RightEye,
        LeftHip, LeftKnee, LeftAnkle, LeftToes, LeftShoulder, LeftElbow, LeftWrist, LeftMiddle, LeftIndex, LeftLittle, LeftThumb,
        RightHip, RightKnee, RightAnkle, RightToes, RightShoulder, RightElbow, RightWrist, RightMiddle, RightIndex, RightLittle, RightThumb,
    }

    private const int PerSide = Spot.RightHip - Spot.LeftHip;

    // Names without side and signs, the better first: what a file calls a shoulder may be the collar bone where it has arms too.
    private static readonly (Spot Spot, string[] Names)[] Sided =
    [
        (Spot.LeftHip, ["upleg", "upperleg", "thigh", "hip"]),
        (Spot.LeftKnee, ["leg", "lowerleg", "knee", "shin", "calf"]),
        (Spot.LeftAnkle, ["foot", "ankle"]),
        (Spot.LeftToes, ["toebase", "footmiddle", "toe", "toes", "ball", "foottoe"]),
        (Spot.LeftShoulder, ["arm", "upperarm", "uparm", "shldr", "shoulder"]),
        (Spot.LeftElbow, ["forearm", "lowerarm", "lowarm", "elbow"]),
        (Spot.LeftWrist, ["hand", "wrist"]),
        (Spot.LeftMiddle, ["handmiddle1", "middle1", "handindex1", "fingerbase"]),
        (Spot.LeftIndex, ["handindex1", "index1"]),
        (Spot.LeftLittle, ["handpinky1", "pinky1", "handlittle1", "little1"]),
        (Spot.LeftThumb, ["handthumb2", "thumb2", "handthumb1", "thumb1", "thumb"]),
    ];

    private static readonly (Spot Spot, string[] Names)[] Middle =
    [
        (Spot.Hips, ["hips", "hip", "pelvis"]), (Spot.Spine, ["spine1", "spine", "abdomen", "lowerback", "torso", "spine01"]),
        (Spot.Neck, ["neck", "neck1", "neck01"]), (Spot.Head, ["head"]),
        (Spot.Face, ["face"]), (Spot.LeftEye, ["eyel", "lefteye"]), (Spot.RightEye, ["eyer", "righteye"]),
    ];

    private static readonly Spot[] Needed =
    [
        Spot.LeftHip, Spot.LeftKnee, Spot.LeftAnkle, Spot.LeftShoulder, Spot.LeftElbow, Spot.LeftWrist,
        Spot.RightHip, Spot.RightKnee, Spot.RightAnkle, Spot.RightShoulder, Spot.RightElbow, Spot.RightWrist,
    ];

    public static Spot On(this Spot left, bool isLeft) => isLeft || left < Spot.LeftHip ? left : left + PerSide;

    /// <summary>The landmarks among named joints.</summary>
    /// <exception cref="FormatException">One that is needed is not among them, or is no point.</exception>
    public static IReadOnlyDictionary<Spot, Vector3> Find(IReadOnlyList<KeyValuePair<string, Vector3>> joints)
    {
        var byName = new Dictionary<string, Vector3>(StringComparer.Ordinal);
        foreach (var (name, at) in joints)
        {
            if (!float.IsFinite(at.X + at.Y + at.Z) || at.LengthSquared() > 1e12f) throw new FormatException($"{name} is nowhere.");
            byName.TryAdd(Plain(name), at);
        }

        var found = new Dictionary<Spot, Vector3>();
        foreach (var (spot, names) in Middle) Add(spot, names);
        foreach (var (spot, names) in Sided)
        {
            Add(spot, [.. names.Select(name => "l:" + name)]);
            Add(spot.On(isLeft: false), [.. names.Select(name => "r:" + name)]);
        }

        foreach (var spot in Needed)
        {
            if (!found.ContainsKey(spot)) throw new FormatException($"No joint of the file is the {spot}.");
        }

        return found;

        void Add(Spot spot, string[] names)
        {
            foreach (var name in names)
            {
                if (!byName.TryGetValue(name, out var at)) continue;
                found[spot] = at;
                return;
            }
        }
    }

    // mixamorig:LeftUpLeg, l_upleg, UpLeg_L, UpLeg.L and lUpLeg are all l:upleg.
    private static string Plain(string name)
    {
        var colon = name.LastIndexOf(':');
        var own = name[(colon + 1)..];
        var side = "";
        if (own.StartsWith("Left", StringComparison.OrdinalIgnoreCase)) (side, own) = ("l:", own[4..]);
        else if (own.StartsWith("Right", StringComparison.OrdinalIgnoreCase)) (side, own) = ("r:", own[5..]);
        else if (own.Length > 2 && own[^2] is '_' or '.' or '-' && own[^1] is 'L' or 'l' or 'R' or 'r') (side, own) = (own[^1] is 'L' or 'l' ? "l:" : "r:", own[..^2]);
        else if (own.Length > 2 && own[0] is 'L' or 'l' or 'R' or 'r' && (own[1] is '_' or '.' || char.IsUpper(own[1]))) (side, own) = (own[0] is 'L' or 'l' ? "l:" : "r:", own[1..]);
        own = string.Concat(own.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        if (own == "eye") return side == "l:" ? "eyel" : "eyer";
        return side + own;
    }
}
