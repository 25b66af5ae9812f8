using Colonnade.Mannequin.Tests;
using Shouldly;
using Xunit;

namespace Colonnade.FigureForge.Tests;

/// <summary>From a mailed code to pictures one can draw from.</summary>
public sealed class PoseTests(FigureForgeApp app) : IClassFixture<FigureForgeApp>
{
    private static readonly string[] Poses = ["contrapposto", "sitting", "running", "crouching", "reclining"];

    [Fact]
    public async Task Five_poses_are_five_pictures_of_a_figure()
    {
        var person = await app.Someone();
        var pictures = new List<Png>();
        foreach (var pose in Poses)
        {
            var status = await app.Finish(person, await FigureForgeApp.Generate(person, $$"""{"filters":{"pose":"{{pose}}","background":"simple"},"model":"mannequin","seed":1}"""));
            status.At("status").GetString().ShouldBe("completed", status.Text);
            var url = status.At("images[0].url").GetString()!;
            var png = Png.Read((await app.Api.Get(url[url.IndexOf("/files/", StringComparison.Ordinal)..])).ShouldBe(200).Bytes);
            (png.Width, png.Height).ShouldBe((status.At("images[0].width").GetInt32(), status.At("images[0].height").GetInt32()));
            pictures.Add(png);
        }

        (await app.Balance(person)).ShouldBe(15);
        foreach (var (picture, pose) in pictures.Zip(Poses))
        {
            var (figure, atEdge) = Figure(picture);
            figure.ShouldBeInRange(0.04, 0.7, pose);
            // Nothing is cut off above or at the sides.
            atEdge.ShouldBe(0, pose);
        }

        for (var one = 0; one < Poses.Length; one++)
        {
            for (var other = 0; other < one; other++)
                Difference(pictures[one], pictures[other]).ShouldBeGreaterThan(0.02, $"{Poses[one]} and {Poses[other]}");
        }
    }

    /// <summary>The share of pixels that stand out against the background beside them, and how many of those are at the upper edge or the sides.</summary>
    private static (double Share, int AtEdge) Figure(Png picture)
    {
        var (figure, atEdge) = (0, 0);
        for (var y = 0; y < picture.Height; y++)
        {
            // A plain background changes little along a row.
            var (left, right) = (Luma(picture, 0, y), Luma(picture, picture.Width - 1, y));
            for (var x = 0; x < picture.Width; x++)
            {
                var expected = left + (right - left) * x / (picture.Width - 1.0);
                if (Math.Abs(Luma(picture, x, y) - expected) < 30)
                    continue;
                figure++;
                atEdge += x < 2 || x >= picture.Width - 2 || y < 2 ? 1 : 0;
            }
        }

        return ((double)figure / (picture.Width * picture.Height), atEdge);
    }

    /// <summary>The mean difference of two pictures, 0 to 1.</summary>
    private static double Difference(Png one, Png other) => one.Pixels.Zip(other.Pixels, (a, b) => Math.Abs(a - b)).Average() / 255;

    private static double Luma(Png picture, int x, int y)
    {
        var at = 3 * (y * picture.Width + x);
        return 0.299 * picture.Pixels[at] + 0.587 * picture.Pixels[at + 1] + 0.114 * picture.Pixels[at + 2];
    }
}
