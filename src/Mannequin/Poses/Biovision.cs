using System.Globalization;
using System.Numerics;

namespace Colonnade.Mannequin.Poses;

/// <summary>
/// Motion capture in Biovision form: a tree of joints with offsets and channels, then a line of channel values for each frame
/// (Meredith and Maddock, "Motion Capture File Formats Explained").
/// </summary>
internal static class Biovision
{
    private const int MostJoints = 512;
    private const int MostDepth = 64;
    private const int MostNumbers = 20_000_000;

    internal sealed record Motion(IReadOnlyList<CapturedPose> Frames, double FramesPerSecond);

    private sealed record Bone(string Name, int Parent, Vector3 Offset)
    {
        public List<string> Channels { get; } = [];
    }

    public static Motion Read(string text)
    {
        var words = new Words(text);
        words.Expect("HIERARCHY");
        List<Bone> bones = [];
        words.Expect("ROOT");
        ReadBone(words, bones, parent: -1, depth: 0);
        words.Expect("MOTION");
        words.Expect("Frames:");
        var frames = (int)words.Number();
        words.Expect("Frame");
        words.Expect("Time:");
        var seconds = words.Number();
        if (frames < 1 || seconds is <= 0 or > 10) throw new FormatException("The motion says no frames, or no time between them.");
        var width = bones.Sum(bone => bone.Channels.Count);
        if ((long)frames * width > MostNumbers) throw new FormatException($"A motion has at most {MostNumbers} numbers.");

        var at = new List<IReadOnlyDictionary<Landmark.Spot, Vector3>>(frames);
        var values = new float[width];
        for (var frame = 0; frame < frames; frame++)
        {
            for (var value = 0; value < width; value++) values[value] = (float)words.Number();
            at.Add(Landmark.Find(Follow(bones, values)));
        }

        // The floor of a motion is the lowest an ankle or toe comes to in all of it.
        var floor = at.Min(Lowest);
        return new Motion([.. at.Select(frame => new CapturedPose(frame, floor))], 1 / seconds);
    }

    private static float Lowest(IReadOnlyDictionary<Landmark.Spot, Vector3> frame) => frame.Values.Min(point => point.Y);

    private static void ReadBone(Words words, List<Bone> bones, int parent, int depth)
    {
        if (bones.Count >= MostJoints || depth > MostDepth) throw new FormatException($"A skeleton has at most {MostJoints} joints, {MostDepth} deep.");
        var name = words.Next();
        words.Expect("{");
        words.Expect("OFFSET");
        var bone = new Bone(name, parent, new Vector3((float)words.Number(), (float)words.Number(), (float)words.Number()));
        var own = bones.Count;
        bones.Add(bone);
        while (true)
        {
            switch (words.Next())
            {
                case "CHANNELS":
                    var count = (int)words.Number();
                    if (count is < 0 or > 6) throw new FormatException($"{name} has {count} channels.");
                    for (var channel = 0; channel < count; channel++) bone.Channels.Add(words.Next());
                    break;
                case "JOINT":
                    ReadBone(words, bones, own, depth + 1);
                    break;
                case "End":
                    words.Expect("Site");
                    words.Expect("{");
                    words.Expect("OFFSET");
                    bones.Add(new Bone(name + "End", own, new Vector3((float)words.Number(), (float)words.Number(), (float)words.Number())));
                    words.Expect("}");
                    break;
                case "}":
                    return;
                case var other:
                    throw new FormatException($"{other} is not expected in {name}.");
            }
        }
    }

    private static List<KeyValuePair<string, Vector3>> Follow(List<Bone> bones, float[] values)
    {
        var turned = new Quaternion[bones.Count];
        var at = new Vector3[bones.Count];
        var value = 0;
        List<KeyValuePair<string, Vector3>> joints = new(bones.Count + 1);
        for (var index = 0; index < bones.Count; index++)
        {
            var bone = bones[index];
            var (shift, turn) = (bone.Offset, Quaternion.Identity);
            foreach (var channel in bone.Channels)
            {
                var amount = values[value++];
                var radians = amount * MathF.PI / 180;
                switch (channel.ToUpperInvariant())
                {
                    case "XPOSITION": shift.X += amount; break;
                    case "YPOSITION": shift.Y += amount; break;
                    case "ZPOSITION": shift.Z += amount; break;
                    case "XROTATION": turn *= Quaternion.CreateFromAxisAngle(Vector3.UnitX, radians); break;
                    case "YROTATION": turn *= Quaternion.CreateFromAxisAngle(Vector3.UnitY, radians); break;
                    case "ZROTATION": turn *= Quaternion.CreateFromAxisAngle(Vector3.UnitZ, radians); break;
                    default: throw new FormatException($"{channel} is no channel.");
                }
            }

            (turned[index], at[index]) = bone.Parent < 0
                ? (turn, shift)
                : (turned[bone.Parent] * turn, at[bone.Parent] + Vector3.Transform(shift, turned[bone.Parent]));
            joints.Add(new(bone.Name, at[index]));
            // Positions alone do not say where a face looks; the file's turn does.
            if (bone.Name.EndsWith("Head", StringComparison.OrdinalIgnoreCase)) joints.Add(new("Face", at[index] + Vector3.Transform(Vector3.UnitZ, turned[index])));
        }

        return joints;
    }

    private sealed class Words(string text)
    {
        private int _at;

        public string Next()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
            var start = _at;
            while (_at < text.Length && !char.IsWhiteSpace(text[_at])) _at++;
            if (start == _at) throw new FormatException("The file ends too early.");
            return text[start.._at];
        }

        public void Expect(string word)
        {
            var next = Next();
            if (!next.Equals(word, StringComparison.OrdinalIgnoreCase)) throw new FormatException($"Where {word} should be is {next[..Math.Min(next.Length, 40)]}.");
        }

        public double Number()
        {
            var word = Next();
            return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e8
                ? number
                : throw new FormatException($"{word[..Math.Min(word.Length, 40)]} is no number.");
        }
    }
}
