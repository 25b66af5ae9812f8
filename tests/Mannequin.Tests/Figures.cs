using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Poses;

namespace Colonnade.Mannequin.Tests;

/// <summary>Figures as the renderer poses them.</summary>
internal static class Figures
{
    public static Figure Of(string pose, string body = "average", long seed = 1) => Struck(pose, body, seed).Figure;

    public static (Figure Figure, Poser Poser) Struck(string pose, string body = "average", long seed = 1)
    {
        var physique = Physique.ByName[body];
        var bones = new Skeleton(physique);
        var figure = new Figure(bones, Anatomy.Of(physique, bones), new Pose());
        return (figure, Poser.Strike(figure, Library.ByName[pose], new Dice(seed)));
    }
}
