using System.Numerics;
using static Colonnade.Mannequin.Body.Joint;

namespace Colonnade.Mannequin.Body;

/// <summary>The masses of a body: bony boxes, muscles and fat as a figure draughtsman learns them, for one physique.</summary>
internal sealed partial class Anatomy
{
    private readonly List<Mass> _masses = [];
    private readonly Skeleton _bones;

    // Muscle, fat and sex, as in the physique; girth is the thickness of everything.
    private readonly float _muscle, _fat, _woman, _girth;

    private Anatomy(Physique physique, Skeleton bones)
    {
        _bones = bones;
        (_muscle, _fat, _woman) = (physique.Muscle, physique.Fat, physique.Feminine);
        _girth = physique.Frame * physique.Scale;
    }

    /// <summary>All masses, each part's together and in the order in which they blend.</summary>
    public static IReadOnlyList<Mass> Of(Physique physique, Skeleton bones)
    {
        var anatomy = new Anatomy(physique, bones);
        anatomy.Torso();
        anatomy.HeadAndNeck();
        anatomy.Arm();
        anatomy.Hand();
        anatomy.Leg();
        anatomy.Foot();
        // Lists are made for the left and the middle; the right follows.
        var left = anatomy._masses;
        return
        [
            .. left.Where(mass => mass.Part == Part.Torso),
            .. left.Where(mass => mass.Part == Part.LeftArm),
            .. left.Where(mass => mass.Part == Part.LeftArm).Select(mass => mass.Mirrored()),
            .. left.Where(mass => mass.Part == Part.LeftLeg),
            .. left.Where(mass => mass.Part == Part.LeftLeg).Select(mass => mass.Mirrored()),
        ];
    }

    private void Torso()
    {
        var trunk = _bones[Neck].Y / (33.5f * _bones.Scale);
        var shoulder = Math.Abs(_bones[LeftShoulder].X) / (15.3f * _bones.Scale);
        var hip = _bones[LeftHip].X / (9 * _bones.Scale);
        var (m, f, w) = (_muscle, _fat, _woman);
        // Positions follow the skeleton's width and height, not the girth.
        Vector3 At(float x, float y, float z) => new Vector3(x * shoulder, y * trunk, z) * _bones.Scale;
        Vector3 AtHip(float x, float y, float z) => new Vector3(x * hip, y * trunk, z) * _bones.Scale;

        // Rib cage: an egg, narrow above.
        Cone(Chest, At(0, 6.5f, 0.3f), At(0, 21, 0), 11.5f + f * 1.3f - w * 0.7f, 9.8f + f * 0.6f - w * 0.4f, 0, wide: 1.19f + 0.02f * m - 0.03f * w, deep: 0.83f + 0.06f * f);
        Both(() => Cone(Chest, At(4.5f, 27.5f, -1.5f), At(12, 26, -2), 4.6f + m * 0.5f, 4.2f + m * 0.4f, 5, deep: 1, wide: 1.1f));
        // Belly and waist.
        Cone(Waist, At(0, 10, 0.6f), At(0, 0, 0.8f), 10.3f + f * 3.2f - w * 1.1f, 9.9f + f * 3.6f - w * 0.5f, 5, wide: 1.18f + 0.02f * w, deep: 0.84f + 0.1f * f);
        if (f > 0) Blob(Waist, At(0, 1, 6.5f), new Vector3(9.5f, 9, 6.5f) * (0.7f + 0.42f * f), 5);
        Cone(Waist, At(0, 13, 6.2f), At(0, -4, 6.2f), 5 + m * 0.4f, 4.6f, 3.5f, wide: 1.25f, deep: 0.66f + 0.3f * Math.Max(f, 0));
        Both(() => Cone(Waist, At(9.6f - w * 0.4f, 13, 0), AtHip(10.0f, -3, 0.2f), 4.0f + f * 1.4f - w * 0.3f, 4.4f + f * 1.6f, 5.5f, deep: 1.4f));
        Both(() => Blob(Waist, AtHip(9.4f, -1, 0.2f), new Vector3(4.2f + f * 1.8f - w * 0.5f, 6.2f, 6.4f), 4));
        // Pelvis.
        Cone(Pelvis, AtHip(0, 4.5f, -0.4f), AtHip(0, -3, -0.6f), 9.4f + f * 1.3f + w * 0.3f, 9.6f + f * 1.1f + w * 0.9f, 4.5f, wide: 1.46f + w * 0.06f, deep: 0.92f + 0.05f * f);
        Cone(Pelvis, AtHip(0, -4, 1), AtHip(0, -8.6f, 0.4f), 5.6f, 4.2f, 4, wide: 1.2f);
        Both(() => Blob(Pelvis, AtHip(7.4f, -3.2f, -6.2f), new Vector3(7.9f + f * 0.9f, 8.6f + f * 0.8f, 6.4f + f * 0.9f + m * 0.4f + w * 0.5f), 2.4f));
        Both(() => Blob(Pelvis, AtHip(10.8f, 6, 3.4f), new Vector3(2.6f, 3.6f, 2.6f), 3.5f));

        // Back: the furrow of the spine between two columns, shoulder blades, the wings of the latissimus.
        Both(() => Cone(Chest, At(3.4f, 24, -6.2f), At(3.4f, 2, -6.5f), 2.2f + m * 0.4f, 3.0f + m * 0.5f, 4.2f));
        Both(() => Cone(Waist, At(3.4f, 14, -5.8f), At(3.6f, -6, -5.6f), 3.0f + m * 0.5f, 2.8f + m * 0.3f, 4.2f));
        Both(() => Blob(Chest, At(9.4f, 19.5f, -6.4f), new Vector3(5.4f, 7.6f, 2.9f + m * 0.5f), 3.2f, along: new Vector3(0.28f, 1, 0.1f)));
        Both(() => Cone(Chest, At(13.3f, 19.5f, -3.2f), At(9.2f, 0, -3.2f), 3.7f + m * 1.1f, 2.6f + m * 0.4f, 4, deep: 0.9f));
        // Trapezius from the neck to the shoulder's tip.
        Both(() => Cone(Chest, At(2.6f, 37.5f, -2.2f), At(15.4f, 29.2f, -2.8f), 3.1f + m * 0.9f, 2.5f + m * 0.5f, 5.5f, deep: 1.15f));
        Cone(Chest, At(0, 34, -3.2f), At(0, 20, -6.6f), 4.2f + m * 0.4f, 3.2f, 4, wide: 1.7f, deep: 0.72f);

        // Breast: the pectorals as slanted slabs towards the armpit.
        Both(() => Cone(Chest, At(4.9f, 18.2f, 6.3f), At(13.0f, 21.4f, 3.2f), 5.0f + m * 0.6f - w * 0.5f, 3.9f + m * 0.6f, 2.6f, wide: 1, deep: 0.62f + 0.12f * m + 0.06f * Math.Max(f, 0), side: new Vector3(-0.2f, 1, 0.1f)));
        Both(() => Cone(Chest, At(4.4f, 23.6f, 5.0f), At(14.0f, 24.8f, 1.8f), 4.0f + m * 0.5f, 3.6f + m * 0.5f, 3.4f, deep: 0.72f, side: new Vector3(-0.2f, 1, 0.2f)));
        if (f > 0.3f) Both(() => Blob(Chest, At(7.4f, 15.4f, 7.6f), new Vector3(5.4f, 4.6f, 3.6f), 3));
        if (w > 0) Both(() => Cone(Chest, At(6.0f, 21, 4.6f), At(7.1f, 15.2f, 7.2f), 3.2f * w, (4.7f + 0.5f * f) * (0.5f + 0.5f * w), 3.2f, wide: 1.06f, deep: 0.92f));
        // Collar bones.
        Both(() => Cone(LeftClavicle, At(0, 0, 0.6f), new Vector3(13.4f * shoulder, 1.9f, -2.6f) * _bones.Scale, 1.05f, 0.9f, 2.4f));
        // The arch of the ribs, seen on lean bodies.
        if (f < 0.3f) Both(() => Cone(Chest, At(1.8f, 9.6f, 7.7f), At(9.2f, 0.4f, 4.6f), 1.6f, 1.5f, 3.6f));
    }

    private void HeadAndNeck()
    {
        var neck = _bones[Head].Y / (10.5f * _bones.Scale);
        var (m, f, w) = (_muscle, _fat, _woman);
        Vector3 OnNeck(float x, float y, float z) => new Vector3(x, y * neck, z) * _bones.Scale;
        Cone(Neck, OnNeck(0, -3, 0.2f), OnNeck(0, 10, 2.6f), 5.9f + m * 0.7f + f * 0.4f - w * 0.8f, 5.3f + m * 0.5f + f * 0.5f - w * 0.7f, 3);
        Both(() => Cone(Neck, OnNeck(4.6f, 11, 1.8f), OnNeck(1.3f, -1.6f, 6.4f), 1.5f + m * 0.2f, 1.05f, 1.6f));

        // The head keeps its size beside the girth of the rest.
        var size = _bones.HeadScale;
        Vector3 On(float x, float y, float z) => new Vector3(x, y, z) * size;
        void HeadBlob(float x, float y, float z, float rx, float ry, float rz, float blend, Vector3? along = null) =>
            Add(Mass.Blob(Head, Part.Torso, On(x, y, z), On(rx, ry, rz), blend * size, along), isPaired: x != 0);
        void HeadCone(Vector3 a, Vector3 b, float ra, float rb, float blend, float wide = 1, float deep = 1, Vector3? side = null) =>
            Add(Mass.Cone(Head, Part.Torso, a * size, b * size, ra * size, rb * size, blend * size, wide, deep, side), isPaired: a.X != 0 && b.X != -a.X);

        var jaw = 1 - 0.07f * w + 0.05f * Math.Max(f, 0);
        HeadBlob(0, 10.9f, -0.6f, 7.5f, 8.8f, 9.4f, 2, new Vector3(0, 1, 0.12f));
        HeadBlob(0, 9.4f, 3.4f, 6.3f, 7.2f, 5.9f, 2);
        HeadCone(new(0, 7.4f, 4.4f), new(0, 1.6f, 5.2f), 5.0f * jaw, 3.1f * jaw, 1.8f, wide: 1.08f);
        HeadCone(new(5.4f * jaw, 3.8f, 0.4f), new(1.7f, -1.4f, 7.0f), 1.9f, 1.5f, 1.8f);
        HeadBlob(0, -1.5f, 7.8f, 2.3f * jaw, 1.6f, 1.7f, 1.4f);
        HeadBlob(4.0f, 3.9f, 4.4f, 2.7f + 0.5f * Math.Max(f, 0), 3.9f, 3.6f, 2.4f);
        // Under the chin.
        HeadCone(new(0, 0.6f, 5), new(0, -0.6f, 1.2f), 2.6f, 3.6f + f * 0.6f, 2);
        // Cheekbones, brow, temples.
        HeadCone(new(4.5f, 6.3f, 6.6f), new(6.6f, 7.2f, 2.4f), 1.55f, 1.3f, 1.6f);
        HeadCone(new(3.7f, 10.3f, 7.4f), new(0.8f, 9.7f, 8.6f), 1.15f, 1.1f, 1.3f);
        Add(Mass.Blob(Head, Part.Torso, On(3.3f, 7.9f, 9.6f), On(2.3f, 1.35f, 1.7f), 1.3f * size) with { Hollow = true }, isPaired: true);
        HeadBlob(3.2f, 7.9f, 7.0f, 1.6f, 1.45f, 1.5f, 0.5f);
        HeadCone(new(2.0f, 8.35f, 8.3f), new(4.4f, 8.15f, 7.1f), 0.42f, 0.36f, 0.35f);
        // Nose.
        HeadCone(new(0, 9.2f, 8.9f), new(0, 5.2f, 11.2f), 0.75f, 1.05f, 0.9f);
        HeadBlob(1.15f, 4.7f, 9.9f, 0.95f, 0.8f, 1.15f, 0.7f);
        // Mouth.
        HeadBlob(0, 2.2f, 7.9f, 2.9f, 2.2f, 1.7f, 1.4f);
        HeadCone(new(1.7f, 2.35f, 8.7f), new(-1.7f, 2.35f, 8.7f), 0.55f, 0.55f, 0.5f, wide: 1, deep: 1.3f);
        HeadCone(new(1.3f, 1.15f, 8.9f), new(-1.3f, 1.15f, 8.9f), 0.62f, 0.62f, 0.5f);
        Add(Mass.Cone(Head, Part.Torso, On(2.2f, 1.75f, 9.75f), On(-2.2f, 1.75f, 9.75f), 0.26f * size, 0.26f * size, 0.4f * size) with { Hollow = true }, isPaired: false);
        // Ears.
        HeadBlob(7.2f, 6.2f, -0.6f, 0.8f, 3.0f, 1.7f, 0.8f, new Vector3(0.12f, 1, -0.22f));
        Add(Mass.Blob(Head, Part.Torso, On(8.1f, 6.5f, -0.1f), On(0.6f, 1.7f, 0.8f), 0.5f * size, new Vector3(0, 1, -0.22f)) with { Hollow = true }, isPaired: true);
    }

    /// <summary>Makes a mass for the left and its mirror image for the right.</summary>
    private void Both(Action make)
    {
        var before = _masses.Count;
        make();
        for (int at = before, made = _masses.Count; at < made; at++) _masses.Add(_masses[at].Mirrored());
    }

    private void Cone(Joint joint, Vector3 a, Vector3 b, float ra, float rb, float blend, float wide = 1, float deep = 1, Vector3? side = null, Part part = Part.Torso) =>
        _masses.Add(Mass.Cone(joint, part, a, b, ra * _girth, rb * _girth, blend * _girth, wide, deep, side));

    private void Blob(Joint joint, Vector3 centre, Vector3 radii, float blend, Vector3? along = null, Vector3? side = null, Part part = Part.Torso) =>
        _masses.Add(Mass.Blob(joint, part, centre, radii * _girth, blend * _girth, along, side));

    private void Add(Mass mass, bool isPaired)
    {
        _masses.Add(mass);
        if (isPaired) _masses.Add(mass.Mirrored());
    }
}
