using Shouldly;
using Xunit;

namespace Colonnade.Mannequin.Tests;

public sealed class PictureTests
{
    private static readonly Picture Drawn = Renderer.Render(new Scene { Width = 45, Height = 33, Lighting = "dramatic" });

    [Fact]
    public void A_png_holds_the_pixels_and_sums_that_are_right()
    {
        var png = Png.Read(Drawn.ToPng());
        (png.Width, png.Height).ShouldBe((45, 33));
        png.Pixels.ShouldBe(Drawn.Pixels);
        png.Chunks.ShouldBe(["IHDR", "sRGB", "IDAT", "IEND"]);
    }

    [Fact]
    public void Texts_are_written_as_they_are()
    {
        var png = Png.Read(Drawn.ToPng([new("prompt", "Eine Tänzerin\n舞者 \0end"), new("seed", "42")]));
        png.Texts["prompt"].ShouldBe("Eine Tänzerin\n舞者 end");
        png.Texts["seed"].ShouldBe("42");
        png.Pixels.ShouldBe(Drawn.Pixels);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" led by a space")]
    [InlineData("zwölf")]
    [InlineData("a\nb")]
    public void Keywords_png_does_not_allow_are_refused(string keyword) =>
        Should.Throw<ArgumentException>(() => Drawn.ToPng([new(keyword, "text")]));

    [Fact]
    public void A_keyword_has_79_letters_at_most()
    {
        Png.Read(Drawn.ToPng([new(new string('k', 79), "text")])).Texts.Count.ShouldBe(1);
        Should.Throw<ArgumentException>(() => Drawn.ToPng([new(new string('k', 80), "text")]));
    }

    [Fact]
    public void A_stream_stays_open()
    {
        using var stream = new MemoryStream();
        Drawn.WritePng(stream);
        stream.CanWrite.ShouldBeTrue();
        stream.ToArray().ShouldBe(Drawn.ToPng());
    }
}
