using System.Numerics;

namespace Colonnade.Mannequin.Body;

/// <summary>
/// Where each joint sits on the bone above it, in centimetres. At rest the figure stands with its arms hanging, thumbs forward;
/// every joint's frame is then the world's (x to the figure's left, y up, z forward).
/// </summary>
internal sealed class Skeleton
{
    private readonly Vector3[] _offsets = new Vector3[Joints.Count];

    public Skeleton(Physique physique)
    {
        var scale = physique.Scale;
        var leg = physique.Legs;
        // What the legs gain the trunk loses, so that the stature stays.
        var trunk = 1 - (leg - 1) * 85 / 66;
        var head = physique.Head;
        var shoulder = physique.Shoulders * (1 - 0.03f * physique.Feminine) * (1 + 0.04f * physique.Muscle);
        var hip = physique.Hips * (1 + 0.05f * physique.Feminine);

        Set(Joint.Pelvis, 0, 95, 0);
        Set(Joint.Waist, 0, 9 * trunk, -1);
        Set(Joint.Chest, 0, 12 * trunk, -0.5f);
        Set(Joint.Neck, 0, 33.5f * trunk, -2);
        Set(Joint.Head, 0, 10.5f * trunk, 3);

        foreach (var left in (bool[])[true, false])
        {
            void Side(Joint joint, float x, float y, float z) => Set(joint.On(left), left ? x : -x, y, z);

            Side(Joint.LeftClavicle, 2, 30 * trunk, 4);
            Side(Joint.LeftShoulder, 15.3f * shoulder, -0.5f, -4.5f);
            Side(Joint.LeftElbow, 0, -30.5f, 0);
            Side(Joint.LeftForearm, 0, -13, 0);
            Side(Joint.LeftWrist, 0, -12.5f, 0);
            Finger(Joint.LeftIndex1, 9.2f, 2.9f, 4.4f, 2.7f);
            Finger(Joint.LeftMiddle1, 9.5f, 0.9f, 4.9f, 3.0f);
            Finger(Joint.LeftRing1, 9.0f, -1.05f, 4.5f, 2.8f);
            Finger(Joint.LeftLittle1, 8.2f, -2.8f, 3.5f, 2.1f);
            Side(Joint.LeftThumb1, -0.9f, -2.0f, 2.1f);
            Side(Joint.LeftThumb2, -1.2f, -3.5f, 2.5f);
            Side(Joint.LeftThumb3, -0.25f, -3.0f, 0.8f);

            Side(Joint.LeftHip, 9 * hip, -3, 0);
            Side(Joint.LeftKnee, -1.6f * hip, -44 * leg, 0.5f);
            Side(Joint.LeftAnkle, -0.4f * hip, -40.5f * leg, -0.7f);
            Side(Joint.LeftToes, 0.6f, -5.6f, 12.4f);

            void Finger(Joint first, float along, float across, float one, float two)
            {
                Side(first, 0.2f, -along, across);
                Side(first + 1, 0, -one, 0);
                Side(first + 2, 0, -two, 0);
            }
        }

        for (var joint = 0; joint < Joints.Count; joint++) _offsets[joint] *= scale;
        Scale = scale;
        HeadScale = scale * head;
        ThighLength = this[Joint.LeftKnee].Length();
        ShankLength = this[Joint.LeftAnkle].Length();
        UpperArmLength = this[Joint.LeftElbow].Length();
        ForearmLength = (this[Joint.LeftForearm] + this[Joint.LeftWrist]).Length();
    }

    public Vector3 this[Joint joint] => _offsets[(int)joint];

    /// <summary>Centimetres per centimetre of the reference figure.</summary>
    public float Scale { get; }

    public float HeadScale { get; }

    public float ThighLength { get; }

    public float ShankLength { get; }

    public float UpperArmLength { get; }

    public float ForearmLength { get; }

    public float LegLength => ThighLength + ShankLength;

    private void Set(Joint joint, float x, float y, float z) => _offsets[(int)joint] = new Vector3(x, y, z);
}
