using System.Numerics;
using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Clothes;
using Colonnade.Mannequin.Drawing;
using Colonnade.Mannequin.Fields;
using Colonnade.Mannequin.Light;
using Colonnade.Mannequin.Poses;

namespace Colonnade.Mannequin;

/// <summary>A scene with everything resolved: the figure posed and dressed, the camera in its place, the lamps set.</summary>
internal sealed class Stage
{
    public required Scene Scene { get; init; }

    public required Figure Figure { get; init; }

    /// <summary>What the figure sits or steps on.</summary>
    public required IReadOnlyList<Box> Props { get; init; }

    public required Field Field { get; init; }

    public required Eye Eye { get; init; }

    public required Lighting Lighting { get; init; }

    public required PlacedLamp[] Lamps { get; init; }

    public required Backdrop Backdrop { get; init; }

    public required Vector3[] Palette { get; init; }

    public required Vector3 Centre { get; init; }

    /// <exception cref="ArgumentException">The scene names something that is not known, or a size or lens out of range.</exception>
    public static Stage Of(Scene scene)
    {
        Check(scene);
        var dice = new Dice(scene.Seed);
        var physique = Physique.ByName[scene.Body];
        physique = scene.Build switch
        {
            Build.Woman => physique.AsWoman(),
            Build.Man => physique.AsMan(),
            Build.AsTheBody => physique,
        };
        var bones = new Skeleton(physique);
        var figure = new Figure(bones, Anatomy.Of(physique, bones), new Pose());
        List<Box> boxes = [];
        if (scene.Captured is { } captured)
        {
            Retarget.Strike(figure, captured, dice);
        }
        else
        {
            boxes.AddRange(Poser.Strike(figure, Library.ByName[scene.Pose], dice).Props());
        }

        List<Group> groups = [.. Dressing.Body(figure), .. Wardrobe.Of(scene.Clothing, figure, dice)];
        var field = new Field(figure, groups, boxes);
        var centre = (field.Least + field.Greatest) / 2;
        var eye = Eye.Framing(scene.Camera, centre, (right, up) => Outermost(figure, groups, boxes, right, up), scene.Width, scene.Height);
        var lighting = Lighting.ByName[scene.Lighting].Varied(dice);
        return new Stage
        {
            Scene = scene,
            Figure = figure,
            Props = boxes,
            Field = field,
            Eye = eye,
            Centre = centre,
            Lighting = lighting,
            Lamps = [.. lighting.Lamps.Select(lamp => new PlacedLamp(lamp, eye, centre))],
            Backdrop = new Backdrop(scene.Background, lighting, centre, Palettes.Backdrop(dice)),
            Palette = Palettes.Of(scene.Clothing, dice),
        };
    }

    /// <summary>What painters look at, once the field has been sampled.</summary>
    public Set Set(Lattice lattice) => new(Field, lattice, Eye, Lighting, Lamps, Backdrop, Palette);

    private static void Check(Scene scene)
    {
        Known(scene.Body, Choices.Bodies);
        Known(scene.Pose, Choices.Poses);
        Known(scene.Lighting, Choices.Lightings);
        Known(scene.Clothing, Choices.Clothes);
        Known(scene.Background, Choices.Backgrounds);
        if (scene.Width is < 16 or > 2048 || scene.Height is < 16 or > 2048) throw new ArgumentException("A picture has 16 to 2048 pixels a side.", nameof(scene));
        var camera = scene.Camera;
        if (camera.FocalLength is not (>= 18 and <= 200)) throw new ArgumentException("A lens has 18 to 200 mm.", nameof(scene));
        if (camera.Height is not (>= 5 and <= 600)) throw new ArgumentException("A camera stands 5 to 600 cm high.", nameof(scene));
        if (!double.IsFinite(camera.View) || Math.Abs(camera.View) > 3600) throw new ArgumentException("A view is an angle in degrees.", nameof(scene));
        if (scene.Mark is { } mark && (mark.Length > 24 || !mark.All(char.IsAsciiLetterOrDigit))) throw new ArgumentException("A mark has up to 24 letters and digits.", nameof(scene));

        void Known(string value, IReadOnlyList<string> values)
        {
            if (!values.Contains(value, StringComparer.Ordinal)) throw new ArgumentException($"{value} is none of {string.Join(", ", values)}.", nameof(scene));
        }
    }

    private static List<Vector3> Outermost(Figure figure, List<Group> groups, List<Box> boxes, Vector3 right, Vector3 up)
    {
        List<Vector3> points = [.. boxes.SelectMany(box => box.Corners)];
        foreach (var mass in groups.SelectMany(group => group.Masses).Where(mass => !mass.Hollow))
        {
            points.Add(figure.Extent(mass, right));
            points.Add(figure.Extent(mass, -right));
            points.Add(figure.Extent(mass, up));
            points.Add(figure.Extent(mass, -up));
        }

        return points;
    }
}
