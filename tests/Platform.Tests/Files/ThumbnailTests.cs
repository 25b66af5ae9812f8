using Colonnade.Platform.Files;
using Colonnade.Platform.Jobs;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Files;

public sealed class ThumbnailTests(FilesApp app) : IClassFixture<FilesApp>
{
    [Fact]
    public async Task A_picture_gets_thumbnails_in_a_job()
    {
        var id = await app.Stored(SampleFiles.Png(800, 600));
        (await State(id)).ShouldBe("pending");
        await app.RunJobs();
        (await State(id)).ShouldBe("ready");
        foreach (var (edge, width, height) in ((int, int, int)[])[(512, 512, 384), (256, 256, 192)])
        {
            var thumbnail = (await app.Api.Get(await app.Link(id, edge))).ShouldBe(200);
            thumbnail.Header("Content-Type").ShouldBe("image/webp");
            thumbnail.Header("Content-Disposition")!.ShouldStartWith("inline");
            using var cleaned = new MemoryStream();
            ImageContainer.Clean(FileType.WebP, new MemoryStream(thumbnail.Bytes), cleaned).ShouldBe(new ImageSize(width, height));
            cleaned.ToArray().ShouldBe(thumbnail.Bytes, "nothing is left to be cleaned");
        }
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("gif")]
    [InlineData("webp")]
    public async Task Every_picture_that_is_shown_can_be_decoded_here(string kind)
    {
        var id = await app.Stored(kind switch { "jpeg" => SampleFiles.Jpeg, "gif" => SampleFiles.Gif, _ => SampleFiles.WebP });
        await app.RunJobs();
        (await State(id)).ShouldBe("ready");
        // Never larger than the picture itself.
        using var cleaned = new MemoryStream();
        var size = ImageContainer.Clean(FileType.WebP, new MemoryStream((await app.Api.Get(await app.Link(id, 256))).ShouldBe(200).Bytes), cleaned);
        size.ShouldBe(new ImageSize(16, 8));
    }

    [Fact]
    public async Task A_picture_that_cannot_be_decoded_is_only_to_be_saved()
    {
        // Its container holds together; its pixels are not there.
        var id = await app.Stored(SampleFiles.PngOf(300, 300));
        (await app.Api.Get(await app.Link(id))).ShouldBe(200).Header("Content-Disposition")!.ShouldStartWith("inline");
        var shown = await app.Link(id);
        await app.RunJobs();
        (await State(id)).ShouldBe("broken");
        (await app.Api.Get(await app.Link(id))).ShouldBe(200).Header("Content-Disposition")!.ShouldStartWith("attachment");
        (await app.Api.Get(shown)).ShouldBe(200).Header("Content-Disposition")!.ShouldStartWith("attachment");
    }

    [Fact]
    public async Task Bytes_that_are_no_picture_give_none()
    {
        using var slots = new CpuSlots(1);
        var tools = new ImageTools(slots);
        (await tools.Thumbnail(new MemoryStream("push graphic-context\nimage over 0,0 0,0 'https://example.com'\n"u8.ToArray()), 256, FilesApp.Stop)).ShouldBeNull();
        (await tools.Thumbnail(new MemoryStream(SampleFiles.Svg), 256, FilesApp.Stop)).ShouldBeNull();
        (await tools.Thumbnail(new MemoryStream([]), 256, FilesApp.Stop)).ShouldBeNull();
    }

    private Task<string?> State(Guid id) => app.Database.One<string>("select image_state from files where id = @id", new { id }, FilesApp.Stop);
}
