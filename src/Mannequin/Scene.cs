using Colonnade.Mannequin.Poses;

namespace Colonnade.Mannequin;

/// <summary>
/// All that decides a picture. The same scene gives the same bytes on every run, whatever the number of threads; another seed
/// is another picture. Values are those of <see cref="Choices"/>; names it does not know are refused when it is rendered.
/// </summary>
public sealed record Scene
{
    /// <summary>One of <see cref="Choices.Bodies"/>.</summary>
    public string Body { get; init; } = "average";

    /// <summary>Woman, man, or what suits the body.</summary>
    public Build Build { get; init; }

    /// <summary>One of <see cref="Choices.Poses"/>; without effect beside <see cref="Captured"/>.</summary>
    public string Pose { get; init; } = "standing";

    /// <summary>A pose from a file instead of a named one.</summary>
    public CapturedPose? Captured { get; init; }

    /// <summary>One of <see cref="Choices.Lightings"/>.</summary>
    public string Lighting { get; init; } = "three_point";

    /// <summary>One of <see cref="Choices.Clothes"/>.</summary>
    public string Clothing { get; init; } = "nude";

    /// <summary>One of <see cref="Choices.Backgrounds"/>.</summary>
    public string Background { get; init; } = "simple";

    public Camera Camera { get; init; } = new();

    /// <summary>Lines of construction drawn over the figure.</summary>
    public Construction Construction { get; init; }

    /// <summary>Varies pose, light and colours within what the names say.</summary>
    public long Seed { get; init; }

    /// <summary>Pixels, 16 to 2048.</summary>
    public int Width { get; init; } = 768;

    /// <summary>Pixels, 16 to 2048.</summary>
    public int Height { get; init; } = 1024;

    /// <summary>A word of up to 24 letters and digits shown small in the lower right corner.</summary>
    public string? Mark { get; init; }

    /// <summary>
    /// The scene that filters and a prompt ask for. What the filters leave open is chosen by the prompt's words, and what those
    /// leave open by the seed. Never fails: a filter's unknown value is read as words, and without meaning as if it were not there.
    /// </summary>
    /// <param name="filters">By the names of <see cref="Choices.Filters"/>; others are ignored.</param>
    /// <param name="prompt">In English; may be empty.</param>
    /// <param name="seed">Another seed is another picture.</param>
    public static Scene From(IReadOnlyDictionary<string, string> filters, string prompt, long seed)
    {
        var dice = new Dice(seed ^ 0x5EED);
        string? Said(string filter, IReadOnlyList<Vocabulary.Meaning> among) =>
            (filters.TryGetValue(filter, out var value) ? Vocabulary.Read(among, value) : null) ?? Vocabulary.Find(among, prompt);
        string Chosen(string filter, IReadOnlyList<Vocabulary.Meaning> among, IReadOnlyList<string> otherwise)
        {
            // Thrown in any case: what is said of one thing does not change what is chosen for the next.
            var fallback = dice.Of(otherwise);
            return Said(filter, among) ?? fallback;
        }

        var thrown = dice.Of(Choices.Poses);
        var wish = filters.GetValueOrDefault("pose", "");
        var named = Vocabulary.Read(Vocabulary.Poses, wish) ?? Vocabulary.Read(Vocabulary.PoseGroups, wish)
            ?? Vocabulary.Find(Vocabulary.Poses, prompt) ?? Vocabulary.Find(Vocabulary.PoseGroups, prompt) ?? thrown;
        var group = Library.All.Where(stance => stance.Group == named).ToList();
        var stance = Library.ByName.TryGetValue(named, out var known) ? known : group[dice.Below(group.Count)];
        // What shows a stance well shows its mirror image well from the other side.
        var shown = Stance.IsMirrored(new Dice(seed)) ? stance.Mirrored() : stance;
        var camera = CameraFor(shown, Said("view", Vocabulary.Views), dice);
        return new Scene
        {
            Body = Chosen("body_type", Vocabulary.Bodies, ["athletic", "slim", "average", "average", "muscular"]),
            Build = Vocabulary.Find(Vocabulary.Builds, prompt) is { } build ? Enum.Parse<Build>(build) : Build.AsTheBody,
            Pose = stance.Name,
            Lighting = Chosen("lighting", Vocabulary.Lightings, ["three_point", "window", "dramatic", "flat"]),
            Clothing = Chosen("clothing", Vocabulary.Clothes, ["nude"]),
            Background = Chosen("background", Vocabulary.Backgrounds, ["simple", "gradient", "studio"]),
            Construction = Said("construction", Vocabulary.Constructions) switch
            {
                "gesture" => Construction.Gesture,
                "skeleton" => Construction.Skeleton,
                "centre_lines" => Construction.CentreLines,
                "boxes" => Construction.Boxes,
                "all" => Construction.All,
                _ => Construction.None,
            },
            Camera = camera,
            Seed = seed,
        };
    }

    private static Camera CameraFor(Stance stance, string? view, Dice dice)
    {
        var side = dice.Below(2) == 0 ? 1 : -1;
        var (around, height, lens) = (dice.Of(stance.Views) + dice.Around(6), stance.Eye + dice.Around(8), stance.Lens * (1 + dice.Around(0.08f)));
        (around, height, lens) = view switch
        {
            "front" => (dice.Around(6), height, lens),
            "three_quarter" => (side * (42 + dice.Around(8)), height, lens),
            "side" => (side * (88 + dice.Around(6)), height, lens),
            "back" => (180 + dice.Around(10), height, lens),
            "three_quarter_back" => (side * (138 + dice.Around(8)), height, lens),
            "above" => (around, 300 + dice.Around(30), 45),
            "below" => (around, 14 + dice.Around(5), 28),
            "wide" => (around, height, 24),
            "long" => (around, height, 135),
            _ => (around, height, lens),
        };
        return new Camera { View = around, Height = height, FocalLength = lens };
    }
}

/// <summary>Which proportions a body has beside its type.</summary>
public enum Build
{
    AsTheBody,
    Woman,
    Man,
}

/// <summary>Lines that show how the figure is built.</summary>
[Flags]
public enum Construction
{
    None = 0,

    /// <summary>One sweep from the head through the trunk to the foot that bears.</summary>
    Gesture = 1,

    /// <summary>Joints and the bones between them.</summary>
    Skeleton = 2,

    /// <summary>The middle of face, chest and belly, and the lines of shoulders and hips.</summary>
    CentreLines = 4,

    /// <summary>Head, rib cage and pelvis as boxes.</summary>
    Boxes = 8,

    All = Gesture | Skeleton | CentreLines | Boxes,
}
