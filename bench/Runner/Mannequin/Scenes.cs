using Colonnade.Mannequin;

namespace Colonnade.Bench.Mannequin;

/// <summary>The scenes that are measured and shown: every body, lighting, clothing and background, and poses of all kinds.</summary>
internal static class Scenes
{
    public static readonly IReadOnlyList<Scene> All =
    [
        Of("contrapposto", "athletic", "window", "nude", "studio", view: 24, seed: 1),
        Of("standing", "average", "three_point", "casual", "gradient", view: -32, build: Build.Woman, seed: 2),
        Of("hand_on_hip", "petite", "high_key", "dress", "simple", view: 16, seed: 3),
        Of("sitting", "slim", "window", "fitted", "studio", view: 38, build: Build.Woman, seed: 4),
        Of("thinker", "muscular", "chiaroscuro", "nude", "gradient", view: 48, seed: 5),
        Of("cross_legged", "average", "flat", "nude", "simple", view: 20, height: 95, seed: 6),

        Of("walking", "slim", "three_point", "coat", "outdoor", view: 48, seed: 7),
        Of("running", "athletic", "dramatic", "nude", "grid", view: 68, height: 100, seed: 8),
        Of("leaping", "petite", "rim", "fitted", "gradient", view: 72, height: 85, seed: 9),
        Of("dancing", "athletic", "dramatic", "dress", "studio", view: 8, build: Build.Woman, seed: 10),
        Of("arabesque", "slim", "window", "fitted", "gradient", view: 78, build: Build.Woman, seed: 11),
        Of("twisting", "muscular", "rim", "nude", "simple", view: 158, seed: 3),

        Of("kneeling_one_knee", "muscular", "dramatic", "nude", "simple", view: 42, height: 105, seed: 13),
        Of("crouching", "athletic", "low_key", "nude", "gradient", view: 40, height: 105, seed: 14),
        Of("reclining", "heavy", "window", "nude", "studio", view: 12, height: 120, build: Build.Woman, seed: 15),
        Of("lying_foreshortened", "average", "chiaroscuro", "nude", "simple", view: -6, height: 76, lens: 28, seed: 16),
        Of("sitting_floor", "heavy", "three_point", "casual", "studio", view: 42, height: 110, seed: 17),
        Of("side_sitting", "petite", "window", "nude", "gradient", view: 22, height: 105, seed: 18),

        Of("fighting_stance", "muscular", "dramatic", "fitted", "grid", view: 24, seed: 19),
        Of("lunging", "athletic", "three_point", "nude", "grid", view: 56, height: 100, lines: Construction.Boxes | Construction.Gesture, seed: 20),
        Of("reaching_to_viewer", "average", "three_point", "nude", "grid", view: -4, height: 125, lens: 25, seed: 21),
        Of("seen_from_below", "muscular", "rim", "draped", "outdoor", view: 22, height: 20, lens: 26, seed: 22),
        Of("contrapposto", "average", "flat", "nude", "simple", view: -18, lines: Construction.All, build: Build.Woman, seed: 23),
        Of("flamenco", "slim", "chiaroscuro", "draped", "gradient", view: -14, build: Build.Woman, seed: 24),
    ];

    private static Scene Of(
        string pose, string body, string lighting, string clothing, string background, double view, double height = 125, double lens = 60, Construction lines = Construction.None, Build build = Build.AsTheBody, long seed = 1) => new()
        {
            Pose = pose,
            Body = body,
            Build = build,
            Lighting = lighting,
            Clothing = clothing,
            Background = background,
            Construction = lines,
            Camera = new Camera { View = view, Height = height, FocalLength = lens },
            Seed = seed,
        };
}
