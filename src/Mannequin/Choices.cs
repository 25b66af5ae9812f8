using Colonnade.Mannequin.Body;
using Colonnade.Mannequin.Light;
using Colonnade.Mannequin.Poses;

namespace Colonnade.Mannequin;

/// <summary>The values a scene may name.</summary>
public static class Choices
{
    /// <summary>Proportions of the body.</summary>
    public static IReadOnlyList<string> Bodies { get; } = [.. Physique.ByName.Keys];

    /// <summary>Poses by name.</summary>
    public static IReadOnlyList<string> Poses { get; } = [.. Library.All.Select(stance => stance.Name)];

    /// <summary>Words for several poses, of which a seed chooses: <c>action</c>, <c>dancing</c>. Some are also a pose's name.</summary>
    public static IReadOnlyList<string> PoseGroups { get; } = [.. Library.All.Select(stance => stance.Group).Distinct(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Lightings { get; } = [.. Lighting.ByName.Keys];

    public static IReadOnlyList<string> Clothes { get; } = ["nude", "fitted", "casual", "draped", "dress", "coat"];

    public static IReadOnlyList<string> Backgrounds { get; } = ["simple", "gradient", "studio", "grid", "outdoor"];

    /// <summary>Names of views, for <see cref="Scene.From"/>.</summary>
    public static IReadOnlyList<string> Views { get; } = [.. Vocabulary.Views.Select(view => view.Value)];

    /// <summary>Names of construction lines, for <see cref="Scene.From"/>.</summary>
    public static IReadOnlyList<string> Constructions { get; } = [.. Vocabulary.Constructions.Select(lines => lines.Value)];

    /// <summary>The filters <see cref="Scene.From"/> knows, each with its known values. Other values are read as words.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Filters { get; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
    {
        ["body_type"] = Bodies,
        ["pose"] = [.. Poses.Union(PoseGroups, StringComparer.Ordinal)],
        ["lighting"] = Lightings,
        ["clothing"] = Clothes,
        ["background"] = Backgrounds,
        ["view"] = Views,
        ["construction"] = Constructions,
    };
}
