using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Fields;

namespace Colonnade.Mannequin.Clothes;

/// <summary>The body's forms, and those of what it wears.</summary>
internal static class Dressing
{
    /// <summary>The five parts of the body, which melt into one another at shoulders and hips.</summary>
    public static IEnumerable<Group> Body(Figure figure)
    {
        foreach (var part in Enum.GetValues<Part>())
        {
            var masses = figure.Masses.Where(mass => mass.Part == part).ToList();
            yield return part switch
            {
                Part.Torso => new Group(0, Material.Skin, masses),
                Part.LeftArm or Part.RightArm => new Group(0, Material.Skin, masses)
                {
                    Root = figure.At(Joint.LeftShoulder.On(part == Part.LeftArm)),
                    RootRadius = 16 * figure.Bones.Scale,
                    RootBlend = 4.5f * figure.Bones.Scale,
                },
                _ => new Group(0, Material.Skin, masses)
                {
                    Root = figure.At(Joint.LeftHip.On(part == Part.LeftLeg)),
                    RootRadius = 22 * figure.Bones.Scale,
                    RootBlend = 4 * figure.Bones.Scale,
                },
            };
        }
    }
}
