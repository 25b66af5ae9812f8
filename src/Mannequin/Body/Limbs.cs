using System.Numerics;
using static Colonnade.Mannequin.Body.Joint;

namespace Colonnade.Mannequin.Body;

// The limbs, made for the left side.
internal sealed partial class Anatomy
{
    private void Arm()
    {
        var (m, f, w) = (_muscle, _fat, _woman);
        var length = _bones.UpperArmLength / 30.5f;
        Vector3 At(float x, float y, float z) => new(x * _girth, y * length, z * _girth);
        var slim = 1 - 0.09f * w;
        void Put(Joint joint, Vector3 a, Vector3 b, float ra, float rb, float blend, float wide = 1, float deep = 1) =>
            Cone(joint, a, b, ra * slim, rb * slim, blend, wide, deep, part: Part.LeftArm);
        void Round(Joint joint, Vector3 centre, float rx, float ry, float rz, float blend, Vector3? along = null) =>
            Blob(joint, centre, new Vector3(rx * slim, ry, rz * slim), blend, along, part: Part.LeftArm);

        // Upper arm: bone and sheath, deltoid as a cap ending half way down, biceps before and triceps behind.
        Put(LeftShoulder, At(-0.6f, -1, 0), At(0, -29, 0), 4.2f + f * 1.0f + m * 0.2f, 3.2f + f * 0.8f + m * 0.2f, 0);
        Round(LeftShoulder, At(0.4f, -4.6f, 0.2f), 4.7f + m * 0.9f + f * 0.4f, 7.4f, 5.3f + m * 0.8f + f * 0.3f, 2.2f, new Vector3(0.12f, -1, 0));
        Round(LeftShoulder, At(1.3f, -8.5f, 0.1f), 3.1f + m * 0.5f, 6.6f, 3.7f + m * 0.4f, 2);
        Round(LeftShoulder, At(-0.3f, -16.5f, 1.7f), 2.9f + m * 0.7f + f * 0.6f, 8.4f, 2.7f + m * 0.9f + f * 0.5f, 1.6f);
        Round(LeftShoulder, At(0.2f, -14, -1.7f), 3.2f + m * 0.6f + f * 0.7f, 9.6f, 2.8f + m * 0.8f + f * 0.7f, 1.6f);
        Put(LeftShoulder, At(1.2f, -20, 0), At(0.8f, -29.5f, 0.6f), 2.2f + m * 0.3f, 2.3f, 1.6f);

        // Elbow and forearm: fleshy above, sinewy towards the wrist.
        Round(LeftElbow, At(0, 0.2f, -0.6f), 3.0f, 2.8f, 2.9f, 1.4f);
        Round(LeftElbow, At(0, 0.2f, -2.4f), 1.6f, 2.0f, 1.2f, 1);
        Put(LeftElbow, At(0, -1.5f, 0), At(0, -15, 0), 3.1f + f * 0.4f, 2.6f + f * 0.3f, 1.6f);
        Round(LeftElbow, At(1.1f, -5.2f, 0.7f), 2.5f + m * 0.5f + f * 0.3f, 7.4f, 3.1f + m * 0.5f, 1.6f);
        Round(LeftElbow, At(-1.1f, -6.2f, -0.1f), 2.5f + m * 0.5f + f * 0.3f, 8.0f, 3.1f + m * 0.5f, 1.6f);
        Cone(LeftForearm, At(0, 0, 0), At(0, -11.9f, 0), (2.6f + m * 0.2f + f * 0.3f) * slim, (2.0f + f * 0.15f) * slim, 2.4f, wide: 1, deep: 1.26f, part: Part.LeftArm);
        Blob(LeftForearm, At(0.9f, -11.4f, -2.0f), new Vector3(0.9f, 1.3f, 0.9f) * slim, 1.8f, part: Part.LeftArm);
    }

    private void Hand()
    {
        var (scale, thick) = (_bones.Scale, (1 - 0.1f * _woman) * (1 + 0.06f * _muscle + 0.08f * Math.Max(_fat, 0)));
        void Put(Joint joint, Vector3 a, Vector3 b, float ra, float rb, float blend, float deep = 1, float wide = 1) =>
            _masses.Add(Mass.Cone(joint, Part.LeftArm, a * scale, b * scale, ra * scale * thick, rb * scale * thick, blend * scale, wide, deep));

        // A wedge that is broad at the knuckles, cupped by the balls of thumb and little finger.
        Put(LeftWrist, new(0, 1.6f, 0.1f), new(0, -3, 0.1f), 1.6f, 1.5f, 2.4f, deep: 1.6f);
        Put(LeftWrist, new(0.1f, -2.6f, 0.2f), new(0.25f, -8.1f, 0), 1.35f, 1.2f, 1.2f, deep: 2.55f, wide: 0.98f);
        Put(LeftWrist, new(-0.5f, -1.6f, 1.9f), new(-1.0f, -5.0f, 3.0f), 1.45f, 1.2f, 1);
        Put(LeftWrist, new(-0.5f, -1.8f, -1.9f), new(-0.5f, -6.6f, -2.5f), 1.2f, 0.95f, 1);

        (Joint First, float Radius)[] fingers = [(LeftIndex1, 0.92f), (LeftMiddle1, 0.95f), (LeftRing1, 0.9f), (LeftLittle1, 0.8f)];
        foreach (var (first, radius) in fingers)
        {
            var (one, two) = (Down(first + 1), Down(first + 2));
            var three = two * 0.78f;
            // The knuckle's root reaches into the palm, so that a fist stays one form.
            Put(first, new(0, 1.2f, 0), new(0, -one, 0), radius * 1.06f, radius * 0.92f, 0.55f);
            Put(first + 1, default, new(0, -two, 0), radius * 0.93f, radius * 0.82f, 0.3f);
            Put(first + 2, default, new(0, -three, 0), radius * 0.82f, radius * 0.68f, 0.3f, wide: 0.92f);
        }

        var second = _bones[LeftThumb2] / scale;
        var third = _bones[LeftThumb3] / scale;
        Put(LeftThumb1, default, second, 1.5f, 1.1f, 1);
        Put(LeftThumb2, default, third, 1.08f, 0.98f, 0.4f);
        Put(LeftThumb3, default, new(-0.15f, -2.3f, 0.3f), 0.98f, 0.72f, 0.3f, wide: 0.9f);

        float Down(Joint joint) => -_bones[joint].Y / scale;
    }

    private void Leg()
    {
        var (m, f, w) = (_muscle, _fat, _woman);
        var thigh = _bones.ThighLength / 44;
        var shank = _bones.ShankLength / 40.5f;
        var knee = _bones[LeftKnee].X / _bones.ThighLength;
        // Masses lie along the bone, which leans inwards.
        Vector3 OnThigh(float x, float y, float z) => new(x * _girth + knee * -y * thigh, y * thigh, z * _girth);
        Vector3 OnShank(float x, float y, float z) => new(x * _girth, y * shank, z * _girth);
        void Put(Joint joint, Vector3 a, Vector3 b, float ra, float rb, float blend, float wide = 1, float deep = 1) =>
            Cone(joint, a, b, ra, rb, blend, wide, deep, part: Part.LeftLeg);
        void Round(Joint joint, Vector3 centre, float rx, float ry, float rz, float blend, Vector3? along = null) =>
            Blob(joint, centre, new Vector3(rx, ry, rz), blend, along, part: Part.LeftLeg);

        // Thigh.
        Put(LeftHip, OnThigh(0.2f, -1, -0.4f), OnThigh(0, -41, 0.4f), 8.1f + f * 1.7f + w * 0.9f, 4.9f + f * 0.7f, 0);
        Round(LeftHip, OnThigh(4.2f, -1.5f, -0.4f), 4.0f + f * 1.0f + w * 0.6f, 9, 6.0f, 3);
        Round(LeftHip, OnThigh(0.3f, -17, 3.2f), 5.0f + m * 0.5f + f * 0.7f, 18, 4.3f + m * 0.6f + f * 0.6f, 2.6f);
        Round(LeftHip, OnThigh(3.2f, -20, 0.8f), 4.3f + m * 0.8f + f * 0.7f, 17, 5.2f + m * 0.4f + f * 0.4f, 2.2f);
        Round(LeftHip, OnThigh(-2.5f, -32.5f, 2.4f), 2.9f + m * 0.6f + f * 0.4f, 7.4f, 3.4f + m * 0.4f, 1.9f);
        Round(LeftHip, OnThigh(3.0f, -32, 2.2f), 2.4f + m * 0.4f, 7, 2.9f + m * 0.3f, 1.9f);
        Round(LeftHip, OnThigh(0.4f, -20, -3.6f), 5.2f + m * 0.5f + f * 0.8f, 17.5f, 4.4f + m * 0.7f + f * 0.7f, 2.6f);
        Round(LeftHip, OnThigh(-3.0f, -9, -0.4f), 4.3f + f * 1.3f + w * 0.3f, 12, 5.6f + f * 0.6f, 3);
        // The tendons that frame the hollow of the knee.
        Put(LeftHip, OnThigh(2.6f, -32, -3.2f), OnThigh(3.1f, -42, -2.6f), 1.9f, 1.3f, 1.8f);
        Put(LeftHip, OnThigh(-2.4f, -32, -3.2f), OnThigh(-3.2f, -42, -2.4f), 1.9f, 1.3f, 1.8f);

        // Knee.
        Round(LeftKnee, OnShank(0, 0.4f, 0.2f), 4.6f + f * 0.4f, 5.4f, 4.8f + f * 0.3f, 2.6f);
        Round(LeftKnee, OnShank(0, 0.8f, 4.0f), 2.1f, 2.5f, 1.5f, 1.3f);
        Put(LeftKnee, OnShank(0, -1.5f, 4.0f), OnShank(-0.2f, -5.5f, 3.5f), 1.2f, 1.4f, 1.4f);

        // Calf: the inner head lower and fuller than the outer; shin bone before; heel's tendon behind.
        Put(LeftKnee, OnShank(0, -2, -0.2f), OnShank(-0.3f, -39, -0.8f), 4.6f + f * 0.6f, 2.6f + f * 0.35f, 2.2f);
        Put(LeftKnee, OnShank(-0.5f, -4, 2.2f), OnShank(-0.7f, -36, 0.4f), 2.1f, 1.5f, 1.8f);
        Round(LeftKnee, OnShank(1.3f, -13, 1.4f), 2.2f + m * 0.4f, 10, 2.3f + m * 0.3f, 1.9f);
        Round(LeftKnee, OnShank(-1.9f, -12, -2.7f), 3.1f + m * 0.6f + f * 0.4f, 9.6f, 3.3f + m * 0.6f + f * 0.4f, 1.8f, new Vector3(0.04f, 1, 0.05f));
        Round(LeftKnee, OnShank(1.8f, -10.6f, -2.5f), 3.0f + m * 0.5f + f * 0.4f, 8.8f, 3.0f + m * 0.5f + f * 0.3f, 1.8f);
        Round(LeftKnee, OnShank(-0.1f, -21, -1.8f), 3.3f + m * 0.3f + f * 0.3f, 9, 2.6f + m * 0.2f, 1.8f);
        Put(LeftKnee, OnShank(-0.2f, -27, -2.9f), OnShank(-0.3f, -40, -3.7f), 1.6f, 1.05f, 1.4f);
        // Ankle bones, the inner one higher.
        Round(LeftKnee, OnShank(-2.9f, -39.6f, 0.2f), 1.2f, 1.7f, 1.6f, 1.1f);
        Round(LeftKnee, OnShank(2.3f, -40.8f, -0.8f), 1.1f, 1.6f, 1.4f, 1.1f);
    }

    private void Foot()
    {
        var scale = _bones.Scale;
        var thick = (1 - 0.07f * _woman) * (1 + 0.04f * Math.Max(_fat, 0));
        void Put(Joint joint, Vector3 a, Vector3 b, float ra, float rb, float blend, float wide = 1, float deep = 1) =>
            _masses.Add(Mass.Cone(joint, Part.LeftLeg, a * scale, b * scale, ra * scale * thick, rb * scale * thick, blend * scale, wide, deep));

        // Heel, the ridge of the instep falling to the toes, the outer border flat on the ground, the ball.
        Put(LeftAnkle, new(0, 0.2f, -0.6f), new(0.2f, -2.6f, 1.2f), 3.0f, 3.0f, 1.8f);
        Put(LeftAnkle, new(0, -1.4f, -3.2f), new(0.1f, -4.0f, -3.0f), 2.2f, 2.75f, 1.6f, deep: 1.1f);
        Put(LeftAnkle, new(-0.3f, -1.6f, 1.8f), new(-0.9f, -4.6f, 10.6f), 2.7f, 1.7f, 1.8f, wide: 1.2f);
        Put(LeftAnkle, new(1.4f, -4.8f, -2), new(2.5f, -5.2f, 9.5f), 1.9f, 1.5f, 1.6f, wide: 1.1f);
        Put(LeftAnkle, new(-1.8f, -5.0f, 11.4f), new(2.6f, -5.3f, 10.0f), 1.75f, 1.4f, 1.5f);
        Put(LeftAnkle, new(0.6f, -4.4f, 8), new(1.0f, -5.1f, 11.4f), 1.9f, 1.5f, 1.4f, wide: 1.5f);

        Put(LeftToes, new(-2.4f, 0.5f, -0.6f), new(-2.2f, 0.1f, 4.4f), 1.4f, 1.15f, 0.8f, wide: 1.15f);
        ReadOnlySpan<(float X, float Z, float Length, float Radius)> toes = [(-0.3f, 0, 4.2f, 0.95f), (1.1f, -0.6f, 3.9f, 0.9f), (2.3f, -1.3f, 3.5f, 0.85f), (3.3f, -2.1f, 2.9f, 0.8f)];
        foreach (var (x, z, length, radius) in toes)
        {
            Put(LeftToes, new(x - 0.1f, 0.5f, z - 0.8f), new(x, 0.55f, z + length * 0.6f), radius, radius * 0.95f, 0.7f);
            Put(LeftToes, new(x, 0.55f, z + length * 0.6f), new(x + 0.05f, -0.15f, z + length), radius * 0.95f, radius * 0.8f, 0.4f);
        }
    }
}
