using System.Numerics;
using System.Text;
using System.Text.Json;
using Colonnade.Mannequin.Poses;

namespace Colonnade.Mannequin;

/// <summary>
/// Poses from a file: JSON with joint positions, or motion capture in Biovision form (BVH). JSON is one object, or an array of
/// objects, from a joint's name to its absolute [x, y, z], y up. Joints are known by the names common programs give them; hips,
/// thighs, knees, ankles, shoulders, elbows and wrists must be there. Any unit will do: only directions are taken over.
/// </summary>
public sealed class PoseFile
{
    private const int MostBytes = 64 << 20;

    private readonly IReadOnlyList<CapturedPose> _poses;

    private PoseFile(IReadOnlyList<CapturedPose> poses, double? framesPerSecond) => (_poses, FramesPerSecond) = (poses, framesPerSecond);

    /// <summary>How many poses, or frames, the file holds; at least one.</summary>
    public int Count => _poses.Count;

    /// <summary>Of a motion; null for single poses.</summary>
    public double? FramesPerSecond { get; }

    public CapturedPose this[int index] => _poses[index];

    /// <summary>Reads a file of either form.</summary>
    /// <exception cref="FormatException">It is neither, has more than 64 MB, lacks a joint, or holds numbers that are none.</exception>
    public static PoseFile Read(ReadOnlyMemory<byte> content)
    {
        if (content.Length > MostBytes) throw new FormatException("A pose file has at most 64 MB.");
        var start = content.Span.TrimStart("\uFEFF \t\r\n"u8);
        if (start.StartsWith("HIERARCHY"u8))
        {
            var motion = Biovision.Read(Encoding.UTF8.GetString(start));
            return new PoseFile(motion.Frames, motion.FramesPerSecond);
        }

        return new PoseFile(ReadJson(content), null);
    }

    private static List<CapturedPose> ReadJson(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 8 });
            var root = document.RootElement;
            List<CapturedPose> poses = [.. (root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().ToArray() : [root]).Select((pose, index) => Landmarks(pose, index))];
            return poses.Count > 0 ? poses : throw new FormatException("The file holds no pose.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("This is neither BVH nor JSON of joint positions.", e);
        }

        static CapturedPose Landmarks(JsonElement pose, int index)
        {
            if (pose.ValueKind != JsonValueKind.Object) throw new FormatException($"Pose {index} is no object of joints.");
            var joints = new List<KeyValuePair<string, Vector3>>();
            foreach (var joint in pose.EnumerateObject())
            {
                if (joint.Value.ValueKind != JsonValueKind.Array || joint.Value.GetArrayLength() != 3) throw new FormatException($"{joint.Name} of pose {index} is not [x, y, z].");
                joints.Add(new(joint.Name, new Vector3(joint.Value[0].GetSingle(), joint.Value[1].GetSingle(), joint.Value[2].GetSingle())));
            }

            return new CapturedPose(Landmark.Find(joints), floor: 0);
        }
    }
}

/// <summary>One pose of a file: where the joints of somebody were.</summary>
public sealed class CapturedPose
{
    /// <param name="at">Where each landmark was, in whatever unit.</param>
    /// <param name="floor">The height of the floor in that unit.</param>
    internal CapturedPose(IReadOnlyDictionary<Landmark.Spot, Vector3> at, float floor) => (At, Floor) = (at, floor);

    internal IReadOnlyDictionary<Landmark.Spot, Vector3> At { get; }

    internal float Floor { get; }
}
