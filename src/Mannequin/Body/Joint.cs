namespace Colonnade.Mannequin.Body;

/// <summary>
/// The joints of the figure. A joint carries the bone below it: <see cref="LeftElbow"/> moves the forearm. The forearm's joint
/// turns its lower half about its length (pronation). Left is the figure's own left, +x when it faces the camera.
/// </summary>
internal enum Joint
{
    Pelvis, Waist, Chest, Neck, Head,

    LeftClavicle, LeftShoulder, LeftElbow, LeftForearm, LeftWrist,
    LeftThumb1, LeftThumb2, LeftThumb3, LeftIndex1, LeftIndex2, LeftIndex3, LeftMiddle1, LeftMiddle2, LeftMiddle3,
    LeftRing1, LeftRing2, LeftRing3, LeftLittle1, LeftLittle2, LeftLittle3,
    LeftHip, LeftKnee, LeftAnkle, LeftToes,

    RightClavicle, RightShoulder, RightElbow, RightForearm, RightWrist,
    RightThumb1, RightThumb2, RightThumb3, RightIndex1, RightIndex2, RightIndex3, RightMiddle1, RightMiddle2, RightMiddle3,
    RightRing1, RightRing2, RightRing3, RightLittle1, RightLittle2, RightLittle3,
    RightHip, RightKnee, RightAnkle, RightToes,
}

internal static class Joints
{
    public const int Count = (int)Joint.RightToes + 1;
    private const int PerSide = Joint.RightClavicle - Joint.LeftClavicle;

    /// <summary>The same joint of the other side, for a joint of the left.</summary>
    public static Joint On(this Joint left, bool isLeft) => isLeft || left < Joint.LeftClavicle ? left : left + PerSide;

    public static bool IsRight(this Joint joint) => joint >= Joint.RightClavicle;

    /// <summary>The joint as it is called on the left.</summary>
    public static Joint AsLeft(this Joint joint) => joint.IsRight() ? joint - PerSide : joint;

    /// <summary>The joint one nearer to the pelvis; the pelvis is its own.</summary>
    public static Joint Parent(this Joint joint) => joint.AsLeft() switch
    {
        Joint.Pelvis or Joint.Waist => Joint.Pelvis,
        Joint.LeftClavicle => Joint.Chest,
        Joint.LeftThumb1 or Joint.LeftIndex1 or Joint.LeftMiddle1 or Joint.LeftRing1 or Joint.LeftLittle1 => Joint.LeftWrist.On(!joint.IsRight()),
        Joint.LeftHip => Joint.Pelvis,
        _ => joint - 1,
    };

    /// <summary>Whether <paramref name="joint"/> moves when <paramref name="root"/> turns.</summary>
    public static bool IsBelow(this Joint joint, Joint root)
    {
        while (joint > root) joint = joint.Parent();
        return joint == root;
    }
}
