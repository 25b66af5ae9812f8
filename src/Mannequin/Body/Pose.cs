using System.Numerics;

namespace Colonnade.Mannequin.Body;

/// <summary>How each joint is turned against the one above it, and where the pelvis is, in centimetres.</summary>
internal sealed class Pose
{
    private readonly Quaternion[] _turns = new Quaternion[Joints.Count];

    public Pose() => Array.Fill(_turns, Quaternion.Identity);

    public Vector3 Position { get; set; } = new(0, 95, 0);

    public Quaternion this[Joint joint]
    {
        get => _turns[(int)joint];
        set => _turns[(int)joint] = value;
    }
}
