using Colonnade.Mannequin;

namespace Colonnade.Bench.Mannequin;

/// <summary>The scenes that are measured and shown: every body, lighting, clothing and background, and poses of all kinds.</summary>
internal static class Scenes
{
    public static readonly IReadOnlyList<Scene> All =
    [
        Of("contrapposto", "athletic", "window", "nude", "studio", view: 24),
        Of("standing", "average", "three_point", "casual", "gradient", view: -32, build: Build.Woman),
        Of("hand_on_hip", "petite", "high_key", "dress", "simple", view: 16),
        Of("sitting", "slim", "window", "fitted", "studio", view: 38, build: Build.Woman),
        Of("thinker", "muscular", "chiaroscuro", "nude", "gradient", view: 48),
        Of("cross_legged", "average", "flat", "nude", "simple", view: 20, height: 95),

        Of("walking", "slim", "three_point", "coat", "outdoor", view: 48),
        Of("running", "athletic", "dramatic", "nude", "grid", view: 68, height: 100),
        Of("leaping", "petite", "rim", "fitted", "gradient", view: 72, height: 85),
        Of("dancing", "athletic", "dramatic", "dress", "studio", view: 8, build: Build.Woman),
        Of("arabesque", "slim", "window", "fitted", "gradient", view: 78, build: Build.Woman),
        Of("twisting", "muscular", "rim", "nude", "simple", view: 158),

        Of("kneeling_one_knee", "muscular", "dramatic", "nude", "simple", view: 42, height: 105),
        Of("crouching", "athletic", "low_key", "nude", "gradient", view: 40, height: 105),
        Of("reclining", "heavy", "window", "nude", "studio", view: 12, height: 120, build: Build.Woman),
        Of("lying_foreshortened", "average", "chiaroscuro", "nude", "simple", view: -6, height: 76, lens: 28),
        Of("sitting_floor", "heavy", "three_point", "casual", "studio", view: 42, height: 110),
        Of("side_sitting", "petite", "window", "nude", "gradient", view: 22, height: 105),

        Of("fighting_stance", "muscular", "dramatic", "fitted", "grid", view: 24),
        Of("lunging", "athletic", "three_point", "nude", "grid", view: 56, height: 100, lines: Construction.Boxes | Construction.Gesture),
        Of("reaching_to_viewer", "average", "three_point", "nude", "grid", view: -4, height: 125, lens: 25),
        Of("seen_from_below", "muscular", "rim", "draped", "outdoor", view: 22, height: 20, lens: 26),
        Of("contrapposto", "average", "flat", "nude", "simple", view: -18, lines: Construction.All, build: Build.Woman),
        Of("flamenco", "slim", "chiaroscuro", "draped", "gradient", view: -14, build: Build.Woman),
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
