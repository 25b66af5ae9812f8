using System.Numerics;
using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin.Clothes;

/// <summary>
/// Clothes as a draughtsman simplifies them: the body's own masses, thicker, melted further into one another and cut off where
/// the cloth ends, with simple forms for what hangs free.
/// </summary>
internal sealed class Wardrobe
{
    private const int Below = 1, Above = 2, OnFeet = 3;

    private readonly Figure _figure;
    private readonly Dice _dice;
    private readonly float _scale;
    private readonly List<Group> _groups = [];

    private Wardrobe(Figure figure, Dice dice) => (_figure, _dice, _scale) = (figure, dice, figure.Bones.Scale);

    public static IReadOnlyList<Group> Of(string clothing, Figure figure, Dice dice)
    {
        var wardrobe = new Wardrobe(figure, dice);
        switch (clothing)
        {
            case "fitted": wardrobe.Fitted(); break;
            case "casual": wardrobe.Casual(); break;
            case "draped": wardrobe.Draped(); break;
            case "dress": wardrobe.Dress(); break;
            case "coat": wardrobe.Coat(); break;
            default: break;
        }

        return wardrobe._groups;
    }

    private static IEnumerable<bool> Sides => [true, false];

    private void Fitted()
    {
        Top(Above, Material.First, 0.55f, 2, hem: null, collar: 27, lean: 0.75f);
        foreach (var left in Sides) Trouser(Above, Material.First, left, 0.5f, 2.2f, until: 0.62f, folds: 0);
    }

    private void Casual()
    {
        var jeans = _dice.Below(3) > 0;
        Hips(Below, Material.Second, 1.1f);
        foreach (var left in Sides) Trouser(Below, Material.Second, left, 1.5f, 4, until: jeans ? 0.985f : 0.42f, folds: 0.32f);
        Top(Above, Material.First, 1.5f, 5, hem: -0.5f, collar: 30.5f, lean: 0.4f);
        foreach (var left in Sides)
        {
            Sleeve(Above, Material.First, left, 1.7f, until: _dice.Below(3) == 0 ? 0.9f : 0.52f);
            Shoe(left);
        }
    }

    private void Dress()
    {
        Top(Above, Material.First, 0.8f, 3.2f, hem: null, collar: 22.5f, lean: 0.55f);
        Skirt(Above, Material.First, swell: 2.4f, until: 1.28f, flare: 9, folds: 1.0f, around: 11);
    }

    private void Draped()
    {
        // Over one shoulder: cut along a slant from the other armpit.
        var overLeft = _dice.Below(2) == 0;
        var slant = _figure.Direction(Joint.Chest, Vector3.Normalize(new Vector3(overLeft ? -0.62f : 0.62f, 0.78f, 0.1f)));
        var top = Trunk(1.3f, 4.5f);
        _groups.Add(new Group(Above, Material.First, top)
        {
            Cuts = [Cut(slant, _figure.At(Joint.Chest, new Vector3(0, 21, 0) * _scale))],
            Folds = new Folds(_figure.At(Joint.Chest, new Vector3(overLeft ? 16 : -16, 30, 0) * _scale), _figure.Direction(Joint.Chest, Vector3.Normalize(new Vector3(overLeft ? -0.5f : 0.5f, -0.86f, 0))), 0, 0.62f, 0.55f, 0, 16, Phase()),
        });
        // The roll of cloth from the shoulder across to the hip.
        var shoulder = new Vector3(overLeft ? 11 : -11, 31, 0);
        Mass Roll(Joint joint, Vector3 from, Vector3 to, float thick) => Mass.Cone(joint, Part.Torso, from * _scale, to * _scale, thick * _scale, thick * 1.15f * _scale, 3 * _scale);
        var side = overLeft ? 1 : -1;
        _groups.Add(new Group(Above, Material.First,
        [
            Roll(Joint.Chest, shoulder + new Vector3(0, 0, 1.5f), new(side * 5, 20, 10.5f), 2.2f),
            Roll(Joint.Chest, new(side * 5, 20, 10.5f), new(side * -5, 4, 11), 2.3f),
            Roll(Joint.Waist, new(side * -5, 15, 11), new(side * -13, 1, 5.5f), 2.4f),
            Roll(Joint.Chest, shoulder, new(side * 7, 20, -9.5f), 2.2f),
            Roll(Joint.Chest, new(side * 7, 20, -9.5f), new(side * -6, 2, -9.5f), 2.3f),
        ])
        { Root = _figure.At(Joint.Chest), RootRadius = 200, RootBlend = 2.5f * _scale });
        Skirt(Above, Material.First, swell: 2.6f, until: 1.82f, flare: 7, folds: 1.5f, around: 9);
    }

    private void Coat()
    {
        Hips(Below, Material.Second, 1.0f);
        foreach (var left in Sides) Trouser(Below, Material.Second, left, 1.4f, 4, until: 0.985f, folds: 0.3f);
        Top(Above, Material.First, 2.3f, 7, hem: null, collar: 33.5f, lean: 0.3f);
        Skirt(Above, Material.First, swell: 3.2f, until: 1.12f, flare: 7, folds: 0.8f, around: 7);
        foreach (var left in Sides)
        {
            Sleeve(Above, Material.First, left, 2.1f, until: 1.9f);
            Shoe(left);
        }

        // A collar turned up around the neck.
        List<Mass> collar = [];
        for (var at = 0; at < 7; at++)
        {
            var (sin, cos) = MathF.SinCos(0.55f + at * (MathF.Tau - 1.1f) / 7);
            var (nextSin, nextCos) = MathF.SinCos(0.55f + (at + 1) * (MathF.Tau - 1.1f) / 7);
            collar.Add(Mass.Cone(Joint.Chest, Part.Torso, new Vector3(sin * 8.6f, 33.5f - cos * 2.5f, cos * 7.4f - 1) * _scale, new Vector3(nextSin * 8.6f, 33.5f - nextCos * 2.5f, nextCos * 7.4f - 1) * _scale, 2.0f * _scale, 2.0f * _scale, 1.5f * _scale));
        }

        _groups.Add(new Group(Above, Material.First, collar) { Root = _figure.At(Joint.Neck), RootRadius = 60, RootBlend = 2 * _scale });
    }

    // Shirt or bodice: the trunk down to a hem in the pelvis's frame, or as far as the trunk goes.
    private void Top(int layer, Material material, float swell, float blend, float? hem, float collar, float lean)
    {
        List<Plane> cuts = [Cut(_figure.Direction(Joint.Chest, Vector3.Normalize(new Vector3(0, 1, lean))), _figure.At(Joint.Chest, new Vector3(0, collar, 0) * _scale))];
        if (hem is { } height) cuts.Add(Cut(_figure.Direction(Joint.Pelvis, -Vector3.UnitY), _figure.At(Joint.Pelvis, new Vector3(0, height, 0) * _scale)));
        var masses = Trunk(swell, blend);
        if (hem is not null)
        {
            masses = [.. masses.Select(mass => mass.Joint == Joint.Pelvis ? mass.Swollen(1.3f * _scale, mass.Blend) : mass)];
            // Cloth does not follow the waist in; it hangs from the chest.
            masses.Add(Mass.Cone(Joint.Chest, Part.Torso, new Vector3(0, 6, 0.6f) * _scale, new Vector3(0, -14, 0.6f) * _scale, (12.2f + swell) * Girth, (11.6f + swell) * Girth, 6 * _scale, 1.2f, 0.84f));
        }

        _groups.Add(new Group(layer, material, masses)
        {
            Cuts = [.. cuts],
            Folds = swell < 1 ? null : new Folds(_figure.At(Joint.Chest), _figure.Direction(Joint.Waist, -Vector3.UnitY), 0, 0.42f, 0.4f, -4, 18, Phase()),
        });
    }

    private void Hips(int layer, Material material, float swell) => _groups.Add(new Group(layer, material, [.. Trunk(swell, 3).Where(mass => mass.Joint is Joint.Pelvis or Joint.Waist)])
    {
        Cuts = [Cut(_figure.Direction(Joint.Waist, Vector3.UnitY), _figure.At(Joint.Waist, new Vector3(0, 1, 0) * _scale))],
    });

    // A leg of cloth, its end given in thighs' lengths below the hip for the first and shanks' for the second: 1 is the knee.
    private void Trouser(int layer, Material material, bool left, float swell, float blend, float until, float folds)
    {
        var (hip, knee) = (Joint.LeftHip.On(left), Joint.LeftKnee.On(left));
        // Shorts end on the thigh; anything longer goes over the knee.
        var end = until < 0.5f ? hip : knee;
        var length = end == hip ? _figure.Bones[knee] : _figure.Bones[Joint.LeftAnkle.On(left)];
        var share = until < 0.5f ? until * 2 : until;
        var masses = _figure.Masses.Where(mass => !mass.Hollow && (mass.Joint == hip || (mass.Joint == knee && end == knee)))
            .Select(mass => mass.Swollen(swell * _scale * (mass.Joint == knee ? 1.25f : 1), Math.Max(mass.Blend, blend * _scale))).ToList();
        _groups.Add(new Group(layer, material, masses)
        {
            Root = _figure.At(hip),
            RootRadius = 24 * _scale,
            RootBlend = 5 * _scale,
            Cuts = [Cut(_figure.Direction(end, Vector3.Normalize(length)), _figure.At(end, length * share))],
            Folds = folds > 0 ? new Folds(_figure.At(hip), Vector3.Normalize(_figure.At(Joint.LeftAnkle.On(left)) - _figure.At(hip)), 0, 0.45f, folds, 8, 40, Phase()) : null,
        });
    }

    // 1 is the elbow, 2 the wrist.
    private void Sleeve(int layer, Material material, bool left, float swell, float until)
    {
        var (shoulder, elbow, forearm) = (Joint.LeftShoulder.On(left), Joint.LeftElbow.On(left), Joint.LeftForearm.On(left));
        var whole = until > 1;
        var masses = _figure.Masses.Where(mass => mass.Joint == shoulder || (whole && (mass.Joint == elbow || mass.Joint == forearm)))
            .Select(mass => mass.Swollen(swell * _scale, Math.Max(mass.Blend, 4 * _scale))).ToList();
        var (end, point) = whole ? (forearm, _figure.Bones[Joint.LeftWrist.On(left)] * 0.94f) : (shoulder, _figure.Bones[elbow] * until);
        _groups.Add(new Group(layer, material, masses)
        {
            Root = _figure.At(shoulder),
            RootRadius = 20 * _scale,
            RootBlend = 6 * _scale,
            Cuts = [Cut(_figure.Direction(end, -Vector3.UnitY), _figure.At(end, point))],
            Folds = new Folds(_figure.At(shoulder), Vector3.Normalize(_figure.At(whole ? forearm : elbow) - _figure.At(shoulder)), 0, 0.5f, 0.3f, 4, 24, Phase()),
        });
    }

    private void Shoe(bool left)
    {
        var (ankle, toes) = (Joint.LeftAnkle.On(left), Joint.LeftToes.On(left));
        var sole = _figure.Masses.Where(mass => mass.Joint == ankle || mass.Joint == toes).Select(mass => mass.Swollen(0.6f * _scale, 3 * _scale)).ToList();
        _groups.Add(new Group(OnFeet, Material.Shoe, sole) { Cuts = [Cut(_figure.Direction(ankle, Vector3.UnitY), _figure.At(ankle, new Vector3(0, 0.5f, 0) * _scale))] });
    }

    // Thighs and shins with what spans between them, melted far into one another, and cut off at the hem.
    private void Skirt(int layer, Material material, float swell, float until, float flare, float folds, float around)
    {
        var (hips, pelvis) = ((_figure.At(Joint.LeftHip) + _figure.At(Joint.RightHip)) / 2, _figure.At(Joint.Pelvis));
        var knees = (_figure.At(Joint.LeftKnee) + _figure.At(Joint.RightKnee)) / 2;
        var ankles = (_figure.At(Joint.LeftAnkle) + _figure.At(Joint.RightAnkle)) / 2;
        List<Mass> masses = [.. Trunk(swell * 0.5f, 5).Where(mass => mass.Joint is Joint.Pelvis or Joint.Waist)];
        foreach (var left in Sides)
        {
            masses.AddRange(_figure.Masses.Where(mass => mass.Joint == Joint.LeftHip.On(left)).Select(mass => mass.Swollen(swell * _scale, 7 * _scale)));
            if (until > 1) masses.AddRange(_figure.Masses.Where(mass => mass.Joint == Joint.LeftKnee.On(left)).Select(mass => mass.Swollen((swell + 1) * _scale, 8 * _scale)));
        }

        // Cloth spans between the legs: from the hips to between the knees, wider as they part.
        var apart = Vector3.Distance(_figure.At(Joint.LeftKnee), _figure.At(Joint.RightKnee)) / 2;
        masses.Add(InPelvis(hips, knees, 11 * Girth, Math.Min(apart, 20 * _scale) * 0.75f + (5 + flare * 0.5f) * _scale, 9));
        if (until > 1)
        {
            var feet = Vector3.Distance(_figure.At(Joint.LeftAnkle), _figure.At(Joint.RightAnkle)) / 2;
            var wide = Math.Min(apart, 20 * _scale) * 0.75f + (5 + flare * 0.5f) * _scale;
            masses.Add(InPelvis(knees, Vector3.Lerp(knees, ankles, 0.95f), wide, Math.Min(feet, 24 * _scale) * 0.7f + (6 + flare) * _scale, 9));
        }

        var whole = until > 1;
        var end = whole ? Vector3.Lerp(knees, ankles, until - 1) : Vector3.Lerp(hips, knees, until);
        var along = Vector3.Normalize(whole ? ankles - knees + (knees - hips) * 0.2f : knees - hips);
        _groups.Add(new Group(layer, material, masses)
        {
            Root = pelvis,
            RootRadius = 34 * _scale,
            RootBlend = 5 * _scale,
            Cuts = [Cut(along, end)],
            Folds = new Folds(pelvis, Vector3.Normalize(Vector3.Normalize(knees - pelvis) - Vector3.UnitY * 1.6f), around, 0, folds * _scale, 12 * _scale, 55 * _scale, Phase()),
        });
    }

    private Mass InPelvis(Vector3 from, Vector3 to, float thick, float thickBelow, float blend)
    {
        var back = Quaternion.Conjugate(_figure.Turned(Joint.Pelvis));
        Vector3 Own(Vector3 point) => Vector3.Transform(point - _figure.At(Joint.Pelvis), back);
        return Mass.Cone(Joint.Pelvis, Part.Torso, Own(from), Own(to), thick, thickBelow, blend * _scale, 1, 0.85f);
    }

    private List<Mass> Trunk(float swell, float blend) =>
    [
        .. _figure.Masses.Where(mass => mass is { Part: Part.Torso, Hollow: false } && mass.Joint is not (Joint.Head or Joint.Neck))
            .Select(mass => mass.Swollen(swell * _scale, Math.Max(mass.Blend, blend * _scale))),
    ];

    // The chest's thickness beside the reference figure's, for forms that have to hold it.
    private float Girth => _figure.Masses.First(mass => mass.Joint == Joint.Chest).StartRadius / 11.5f;

    private float Phase() => _dice.Share() * MathF.Tau;

    private static Plane Cut(Vector3 normal, Vector3 at) => new(normal, -Vector3.Dot(normal, at));
}
