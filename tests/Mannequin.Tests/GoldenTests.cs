using System.Runtime.CompilerServices;
using Shouldly;
using Xunit;

namespace Colonnade.Mannequin.Tests;

/// <summary>
/// Pictures compared with those looked at and kept in <c>Golden</c>. After a change of looks: look at the new ones, and keep
/// them by running this class with <c>MANNEQUIN_GOLDEN=write</c>.
/// </summary>
public sealed class GoldenTests
{
    private const int Width = 72, Height = 96;

    private static readonly IReadOnlyDictionary<string, Scene> Scenes = new Dictionary<string, Scene>(StringComparer.Ordinal)
    {
        ["contrapposto"] = new() { Pose = "contrapposto", Lighting = "window", Background = "studio", Camera = new Camera { View = 20 } },
        ["sitting"] = new() { Pose = "sitting", Body = "slim", Lighting = "flat", Camera = new Camera { View = 40 } },
        ["kneeling"] = new() { Pose = "kneeling_one_knee", Body = "muscular", Lighting = "dramatic", Background = "gradient", Camera = new Camera { View = 35 } },
        ["running"] = new() { Pose = "running", Body = "athletic", Lighting = "rim", Background = "grid", Camera = new Camera { View = 75 } },
        ["reclining"] = new() { Pose = "reclining", Body = "heavy", Build = Build.Woman, Lighting = "chiaroscuro" },
        ["dancing"] = new() { Pose = "dancing", Body = "petite", Clothing = "dress", Lighting = "high_key" },
        ["walking"] = new() { Pose = "walking", Clothing = "coat", Background = "outdoor", Camera = new Camera { View = 50 } },
        ["standing"] = new() { Pose = "standing", Clothing = "casual", Lighting = "low_key", Build = Build.Man },
        ["draped"] = new() { Pose = "arms_raised", Clothing = "draped" },
        ["fitted"] = new() { Pose = "arabesque", Clothing = "fitted", Camera = new Camera { View = 80 } },
        ["lines"] = new() { Pose = "lunging", Construction = Construction.All, Camera = new Camera { View = 45 } },
        ["foreshortened"] = new() { Pose = "reaching_to_viewer", Mark = "sandbox", Camera = new Camera { FocalLength = 26 } },
    };

    public static TheoryData<string> Names => [.. Scenes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_scene_looks_as_it_was_approved(string name)
    {
        var picture = Render(name);
        if (Environment.GetEnvironmentVariable("MANNEQUIN_GOLDEN") == "write")
            await File.WriteAllBytesAsync(Path.Combine(Sources(), "Golden", name + ".png"), picture.ToPng(), TestContext.Current.CancellationToken);
        Distance(picture, name).ShouldBeLessThan(0.5);
    }

    [Fact]
    public void The_comparison_sees_another_seed_light_or_body()
    {
        Distance(Render("contrapposto", scene => scene with { Seed = 3 }), "contrapposto").ShouldBeGreaterThan(1);
        Distance(Render("contrapposto", scene => scene with { Lighting = "flat" }), "contrapposto").ShouldBeGreaterThan(1);
        Distance(Render("contrapposto", scene => scene with { Body = "heavy" }), "contrapposto").ShouldBeGreaterThan(1);
    }

    private static Picture Render(string name, Func<Scene, Scene>? change = null) =>
        Renderer.Render((change ?? (scene => scene))(Scenes[name] with { Width = Width, Height = Height }), stop: TestContext.Current.CancellationToken);

    private static double Distance(Picture picture, string name)
    {
        var golden = Png.Read(File.ReadAllBytes(Path.Combine(Sources(), "Golden", name + ".png")));
        (golden.Width, golden.Height).ShouldBe((picture.Width, picture.Height));
        return Likeness.Distance(picture.Width, picture.Height, golden.Pixels, picture.Pixels);
    }

    private static string Sources([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
