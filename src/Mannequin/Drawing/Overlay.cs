using System.Numerics;
using Colonnade.Mannequin.Body;

namespace Colonnade.Mannequin.Drawing;

/// <summary>The lines of construction over a figure, as a teacher draws them on a student's sheet.</summary>
internal sealed class Overlay(Figure figure, Eye eye, Ink ink, float unit)
{
    private static readonly Vector3 Red = new(0.86f, 0.16f, 0.12f), Blue = new(0.12f, 0.36f, 0.78f), Green = new(0.06f, 0.52f, 0.34f), Ochre = new(0.85f, 0.52f, 0.05f);

    /// <summary>Draws what <paramref name="lines"/> names; <c>unit</c> is the thickness of a line in pixels.</summary>
    public void Draw(Construction lines)
    {
        if (lines.HasFlag(Construction.Boxes)) Boxes();
        if (lines.HasFlag(Construction.Skeleton)) Bones();
        if (lines.HasFlag(Construction.CentreLines)) CentreLines();
        if (lines.HasFlag(Construction.Gesture)) Gesture();
    }

    private void Gesture()
    {
        var weight = figure.CentreOfMass();
        float Away(bool left) => (new Vector3(1, 0, 1) * (figure.At(Joint.LeftAnkle.On(left)) - weight)).Length();
        var bears = Away(true) <= Away(false);
        var scale = figure.Bones.Scale;
        ink.Sweep(
        [
            Seen(Joint.Head, new Vector3(0, 21, 0) * figure.Bones.HeadScale), Seen(Joint.Neck), Seen(Joint.Chest, new Vector3(0, 16, 0) * scale), Seen(Joint.Waist),
            Seen(Joint.Pelvis), Seen(Joint.LeftKnee.On(bears)), Seen(Joint.LeftAnkle.On(bears)), Seen(Joint.LeftToes.On(bears)),
        ], unit * 2.6f, Red, 0.85f);
    }

    private void Bones()
    {
        for (var joint = Joint.Waist; (int)joint < Joints.Count; joint++)
        {
            if (joint.AsLeft() is >= Joint.LeftThumb1 and <= Joint.LeftLittle3) continue;
            ink.Line(Seen(joint.Parent()), Seen(joint), unit, unit, Blue, 0.8f);
        }

        ink.Line(Seen(Joint.Head), Seen(Joint.Head, new Vector3(0, 20, 0) * figure.Bones.HeadScale), unit, unit, Blue, 0.8f);
        foreach (var left in (ReadOnlySpan<bool>)[true, false])
        {
            ink.Line(Seen(Joint.LeftWrist.On(left)), Seen(Joint.LeftMiddle3.On(left)), unit, unit, Blue, 0.8f);
            foreach (var joint in (ReadOnlySpan<Joint>)[Joint.LeftShoulder, Joint.LeftElbow, Joint.LeftWrist, Joint.LeftHip, Joint.LeftKnee, Joint.LeftAnkle])
            {
                ink.Dot(Seen(joint.On(left)), unit * 2, Vector3.One, 0.9f);
                ink.Dot(Seen(joint.On(left)), unit * 1.35f, Blue, 0.95f);
            }
        }
    }

    private void CentreLines()
    {
        var scale = figure.Bones.Scale;
        // Seen from behind, the spine is the middle line.
        var behind = Vector3.Dot(figure.Direction(Joint.Chest, Vector3.UnitZ), eye.At - figure.At(Joint.Chest)) < 0;
        Vector2 On(Joint joint, float y, float front, float back) => Seen(joint, new Vector3(0, y, behind ? back : front) * scale);
        ink.Sweep(
        [
            On(Joint.Neck, 1, 5.5f, -6), On(Joint.Chest, 28, 6.5f, -8.5f), On(Joint.Chest, 17, 10, -9.5f), On(Joint.Chest, 4, 9.5f, -9), On(Joint.Waist, 4, 9.6f, -8), On(Joint.Pelvis, 2, 9, -9), On(Joint.Pelvis, -9, 5, -8),
        ], unit * 1.4f, Green, 0.85f);
        var face = Vector3.Dot(figure.Direction(Joint.Head, Vector3.UnitZ), eye.At - figure.At(Joint.Head)) < 0 ? -1 : 1;
        Vector2 OnHead(float x, float y, float z) => Seen(Joint.Head, new Vector3(x, y, z * face) * figure.Bones.HeadScale);
        ink.Sweep([OnHead(0, -2, 8), OnHead(0, 5, 9.5f), OnHead(0, 10, 9), OnHead(0, 16, 7), OnHead(0, 19.5f, 1)], unit * 1.2f, Green, 0.85f);
        ink.Sweep([OnHead(-7.4f, 8, 0), OnHead(-4, 8, 7.5f), OnHead(0, 8, 9), OnHead(4, 8, 7.5f), OnHead(7.4f, 8, 0)], unit * 1.2f, Green, 0.85f);
        ink.Line(Seen(Joint.LeftShoulder), Seen(Joint.RightShoulder), unit * 1.2f, unit * 1.2f, Green, 0.85f);
        ink.Line(Seen(Joint.LeftHip), Seen(Joint.RightHip), unit * 1.2f, unit * 1.2f, Green, 0.85f);
    }

    private void Boxes()
    {
        var scale = figure.Bones.Scale;
        Box(Joint.Head, new Vector3(0, 9, 0.4f) * figure.Bones.HeadScale, new Vector3(7.8f, 11.4f, 10) * figure.Bones.HeadScale);
        Box(Joint.Chest, new Vector3(0, 13.5f, 0.6f) * scale, new Vector3(Math.Abs(figure.Bones[Joint.LeftShoulder].X) / scale - 1.2f, 16.5f, 10.4f) * scale);
        Box(Joint.Pelvis, new Vector3(0, -1, -0.8f) * scale, new Vector3(figure.Bones[Joint.LeftHip].X / scale + 7.2f, 9.5f, 10) * scale);
    }

    private void Box(Joint joint, Vector3 centre, Vector3 half)
    {
        for (var axis = 0; axis < 3; axis++)
        {
            for (var corner = 0; corner < 4; corner++)
            {
                var (first, second) = ((axis + 1) % 3, (axis + 2) % 3);
                var (a, b) = (Vector3.Zero, Vector3.Zero);
                (a[axis], b[axis]) = (-half[axis], half[axis]);
                a[first] = b[first] = (corner & 1) == 0 ? -half[first] : half[first];
                a[second] = b[second] = (corner & 2) == 0 ? -half[second] : half[second];
                // An edge is seen where one of its two faces looks to the eye.
                var opacity = FacesEye(first, a[first]) || FacesEye(second, a[second]) ? 0.9f : 0.28f;
                ink.Line(Seen(joint, centre + a), Seen(joint, centre + b), unit, unit, Ochre, opacity);
            }
        }

        bool FacesEye(int axis, float side)
        {
            var out0 = Vector3.Zero;
            out0[axis] = side;
            return Vector3.Dot(figure.Direction(joint, out0), eye.At - figure.At(joint, centre + out0)) > 0;
        }
    }

    private Vector2 Seen(Joint joint) => Seen(joint, Vector3.Zero);

    private Vector2 Seen(Joint joint, Vector3 point)
    {
        var at = eye.Project(figure.At(joint, point));
        return new Vector2(at.X, at.Y);
    }
}
