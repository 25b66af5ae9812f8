using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.Intrinsics;
using Colonnade.Mannequin.Fields;
using Colonnade.Mannequin.Light;
using Colonnade.Mannequin.Poses;
using Shouldly;
using Xunit;

namespace Colonnade.Mannequin.Tests;

public sealed class RendererTests
{
    private static readonly Scene Small = new() { Width = 72, Height = 96 };

    private static readonly Vector256<float> Ramp = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_same_scene_gives_the_same_bytes_on_any_number_of_threads()
    {
        foreach (var scene in (Scene[])[Small with { Pose = "twisting", Clothing = "draped" }, Small with { Pose = "sitting", Lighting = "window", Background = "grid", Construction = Construction.All }])
        {
            var once = Renderer.Render(scene, threads: 1, stop: Stop).ToPng();
            foreach (var threads in (int[])[1, 2, 5]) Renderer.Render(scene, threads: threads, stop: Stop).ToPng().ShouldBe(once, $"{threads} threads");
        }
    }

    [Fact]
    public void Renders_at_once_do_not_disturb_one_another()
    {
        var scenes = Enumerable.Range(0, 6).Select(seed => Small with { Pose = Choices.Poses[seed * 7], Seed = seed }).ToArray();
        var alone = scenes.Select(scene => Renderer.Render(scene, threads: 1, stop: Stop).ToPng()).ToArray();
        var together = new byte[scenes.Length][];
        Parallel.For(0, scenes.Length, new ParallelOptions { CancellationToken = Stop }, at => together[at] = Renderer.Render(scenes[at], threads: 2, stop: Stop).ToPng());
        for (var at = 0; at < scenes.Length; at++) together[at].ShouldBe(alone[at]);
    }

    [Fact]
    public void Another_seed_is_another_picture()
    {
        var pictures = Enumerable.Range(0, 12).Select(seed => Convert.ToHexString(Renderer.Render(Small with { Seed = seed }, stop: Stop).Pixels)).ToList();
        pictures.ShouldBeUnique(StringComparer.Ordinal);
    }

    [Fact]
    public void Every_pose_and_body_is_inside_the_frame()
    {
        foreach (var stance in Library.All)
        {
            foreach (var body in Choices.Bodies)
            {
                var scene = Scene.From(new Dictionary<string, string>(StringComparer.Ordinal) { ["pose"] = stance.Name, ["body_type"] = body, ["clothing"] = "nude" }, "", stance.Name.Length);
                var stage = Stage.Of(scene);
                foreach (var corner in stage.Props.SelectMany(prop => prop.Corners))
                {
                    var seen = stage.Eye.Project(corner);
                    seen.X.ShouldBeInRange(0, scene.Width, $"what {stance.Name} rests on");
                    seen.Y.ShouldBeInRange(0, scene.Height, $"what {stance.Name} rests on");
                }

                foreach (var mass in stage.Figure.Masses.Where(mass => !mass.Hollow))
                {
                    foreach (var direction in (Vector3[])[stage.Eye.Right, -stage.Eye.Right, stage.Eye.Up, -stage.Eye.Up])
                    {
                        var seen = stage.Eye.Project(stage.Figure.Extent(mass, direction));
                        seen.X.ShouldBeInRange(0.01f * scene.Width, 0.99f * scene.Width, $"{stance.Name}, {body}");
                        seen.Y.ShouldBeInRange(0.01f * scene.Height, 0.99f * scene.Height, $"{stance.Name}, {body}");
                    }
                }
            }
        }
    }

    [Fact]
    public void No_pixel_of_the_border_shows_the_figure()
    {
        foreach (var (at, stance) in Library.All.Index())
        {
            var scene = Scene.From(new Dictionary<string, string>(StringComparer.Ordinal) { ["pose"] = stance.Name, ["clothing"] = Choices.Clothes[at % Choices.Clothes.Count] }, "", at) with { Width = 96, Height = 128 };
            var painter = PainterOf(scene);
            for (var along = 0; along < 128; along += 2)
            {
                var y = Wide.Of(along + 1);
                var x = Vector256.Create(0.5f, 95.5f, 0.75f * along, 0.75f * along + 1, 0.5f, 95.5f, 0.75f * along, 0.75f * along + 1);
                var rows = Vector256.Create(along + 0.5f, along + 0.5f, 0.5f, 0.5f, along + 1.5f, along + 1.5f, 127.5f, 127.5f);
                painter.Paint(x, rows, out var material);
                Vector256.EqualsAll(material, Vector256<float>.Zero).ShouldBeTrue($"{stance.Name} in {scene.Clothing}: {material} at {y[0]}");
            }

            var shows = false;
            for (var y = 8; y < 128; y += 8)
            {
                painter.Paint(Ramp * Wide.Of(8) + Wide.Of(20), Wide.Of(y), out var inside);
                shows |= Wide.Any(Vector256.GreaterThan(inside, Vector256<float>.Zero));
            }

            shows.ShouldBeTrue(stance.Name);
        }
    }

    [Theory]
    [InlineData("low_key", "dramatic")]
    [InlineData("dramatic", "three_point")]
    [InlineData("three_point", "high_key")]
    [InlineData("chiaroscuro", "window")]
    [InlineData("rim", "flat")]
    public void Lightings_are_as_dark_and_as_bright_as_they_are_called(string darker, string brighter) =>
        Brightness(Renderer.Render(Small with { Lighting = darker }, stop: Stop)).ShouldBeLessThan(Brightness(Renderer.Render(Small with { Lighting = brighter }, stop: Stop)));

    [Fact]
    public void Clothes_cover_skin_and_nothing_else_is_under_them()
    {
        var bare = Shares(Small with { Pose = "standing" });
        bare[(int)Material.First].ShouldBe(0);
        foreach (var (clothing, most) in ((string, double)[])[("fitted", 0.6), ("casual", 0.4), ("draped", 0.5), ("dress", 0.65), ("coat", 0.3)])
        {
            var shares = Shares(Small with { Pose = "standing", Clothing = clothing });
            ((double)shares[(int)Material.First]).ShouldBeGreaterThan(0.2 * bare[(int)Material.Skin], clothing);
            ((double)shares[(int)Material.Skin]).ShouldBeLessThan(most * bare[(int)Material.Skin], clothing);
            shares[(int)Material.Skin].ShouldBeGreaterThan(0, "the head is bare");
        }
    }

    [Fact]
    public void Progress_rises_to_one()
    {
        var told = new Reports();
        Renderer.Render(Small, told, threads: 1, stop: Stop);
        told.All.Count.ShouldBeGreaterThan(3);
        told.All.ShouldBeInOrder();
        told.All.ShouldAllBe(share => share >= 0 && share <= 1);
        told.All.Last().ShouldBe(1);
    }

    [Fact]
    public void A_render_is_canceled_where_it_is()
    {
        using var before = new CancellationTokenSource();
        before.Cancel();
        Should.Throw<OperationCanceledException>(() => Renderer.Render(Small, stop: before.Token));

        foreach (var threads in (int[])[1, 3])
        {
            using var during = new CancellationTokenSource();
            var told = new Reports { Then = share => { if (share > 0.15) during.Cancel(); } };
            Should.Throw<OperationCanceledException>(() => Renderer.Render(new Scene { Width = 192, Height = 256 }, told, threads, during.Token));
            told.All.Max().ShouldBeLessThan(0.9);
        }
    }

    [Fact]
    public void A_large_figure_takes_less_than_64_MB()
    {
        var scene = new Scene { Clothing = "coat", Pose = "star_jump", Background = "studio" };
        Renderer.Render(scene with { Width = 48, Height = 64 }, threads: 1, stop: Stop);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Renderer.Render(scene, threads: 1, stop: Stop).WritePng(Stream.Null);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeInRange(5_000_000, 64_000_000);
    }

    [Theory]
    [InlineData("Body", "giant")]
    [InlineData("Pose", "sleepwalking")]
    [InlineData("Lighting", "disco")]
    [InlineData("Clothing", "armour")]
    [InlineData("Background", "moon")]
    public void What_is_not_known_is_refused(string of, string value)
    {
        var scene = of switch
        {
            "Body" => Small with { Body = value },
            "Pose" => Small with { Pose = value },
            "Lighting" => Small with { Lighting = value },
            "Clothing" => Small with { Clothing = value },
            _ => Small with { Background = value },
        };
        Should.Throw<ArgumentException>(() => Renderer.Render(scene, stop: Stop)).Message.ShouldContain(value);
    }

    [Fact]
    public void Sizes_lenses_and_marks_out_of_range_are_refused()
    {
        foreach (var scene in (Scene[])
            [
                Small with { Width = 15 }, Small with { Height = 2049 }, Small with { Camera = new Camera { FocalLength = double.NaN } }, Small with { Camera = new Camera { FocalLength = 5 } },
                Small with { Camera = new Camera { Height = -1 } }, Small with { Camera = new Camera { View = double.PositiveInfinity } }, Small with { Mark = "no spaces" },
            ])
            Should.Throw<ArgumentException>(() => Renderer.Render(scene, stop: Stop));
    }

    [Fact]
    public void Pictures_have_any_size_that_is_allowed()
    {
        foreach (var (width, height) in ((int, int)[])[(16, 16), (17, 33), (130, 16), (33, 300)])
        {
            var picture = Renderer.Render(Small with { Width = width, Height = height }, stop: Stop);
            (picture.Width, picture.Height, picture.Pixels.Length).ShouldBe((width, height, width * height * 3));
            (picture.Pixels.Max() - picture.Pixels.Min()).ShouldBeGreaterThan(40, "the figure shows");
        }
    }

    [Fact]
    public void Everything_can_be_worn_by_everybody()
    {
        foreach (var clothing in Choices.Clothes)
        {
            foreach (var body in Choices.Bodies)
            {
                foreach (var build in Enum.GetValues<Build>()) Stage.Of(Small with { Clothing = clothing, Body = body, Build = build, Seed = 3 }).Field.Count.ShouldBeInRange(100, Reach.Most);
            }
        }
    }

    [Fact]
    public void A_mark_shows_in_its_corner_and_nowhere_else()
    {
        var (plain, marked) = (Renderer.Render(Small, stop: Stop), Renderer.Render(Small with { Mark = "sandbox" }, stop: Stop));
        var changed = Enumerable.Range(0, 72 * 96).Where(at => !plain.Pixels.AsSpan(at * 3, 3).SequenceEqual(marked.Pixels.AsSpan(at * 3, 3))).ToList();
        changed.Count.ShouldBeGreaterThan(60);
        changed.ShouldAllBe(at => at / 72 >= 84 && at % 72 >= 24);
    }

    private static Painter PainterOf(Scene scene)
    {
        var stage = Stage.Of(scene);
        return new Painter(stage.Set(Lattice.Of(stage.Field, 2.4f, 1, Stop)));
    }

    private static int[] Shares(Scene scene)
    {
        var painter = PainterOf(scene);
        var shares = new int[Enum.GetValues<Material>().Length];
        for (var y = 0; y < scene.Height; y++)
        {
            for (var x = 0; x < scene.Width; x += 8)
            {
                painter.Paint(Wide.Of(x) + Ramp, Wide.Of(y), out var material);
                for (var lane = 0; lane < 8; lane++) shares[(int)material[lane]]++;
            }
        }

        return shares;
    }

    private static double Brightness(Picture picture) => picture.Pixels.Average(value => (double)value);

    private sealed class Reports : IProgress<double>
    {
        private readonly ConcurrentQueue<double> _all = [];

        public Action<double>? Then { get; init; }

        public IReadOnlyCollection<double> All => _all;

        public void Report(double value)
        {
            _all.Enqueue(value);
            Then?.Invoke(value);
        }
    }
}
