using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Files;

/// <summary>A disk that goes away under the product: nobody's request was wrong, and nothing is kept by halves.</summary>
public sealed class DiskFaultTests(FilesApp app) : IClassFixture<FilesApp>
{
    [Fact]
    public async Task Where_nothing_can_be_received_it_is_a_503_and_the_log_says_why()
    {
        var kept = await app.Stored(SampleFiles.Pdf);
        Directory.Delete(app.Incoming);
        try
        {
            foreach (var file in (byte[][])[SampleFiles.Pdf, SampleFiles.Png()])
                await ShouldBeAway(file);
            (await app.Api.Get(await app.Link(kept))).ShouldBe(200);
        }
        finally
        {
            Directory.CreateDirectory(app.Incoming);
        }

        app.Log.All.ShouldContain(line => line.Contains("The disk does not take or give files", StringComparison.Ordinal));
        await app.Stored(SampleFiles.Pdf);
    }

    [Fact]
    public async Task Where_nothing_can_be_stored_it_is_a_503_without_a_row_and_nothing_stays_behind()
    {
        // In the place of every directory that a name could go to stands a file.
        var blocked = Enumerable.Range(0, 256).Select(shard => Path.Combine(app.FilesDirectory, shard.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))).Where(path => !Directory.Exists(path)).ToList();
        blocked.ForEach(path => File.WriteAllText(path, ""));
        var moved = Directory.EnumerateDirectories(app.FilesDirectory).Where(directory => directory != app.Incoming).ToList();
        moved.ForEach(directory =>
        {
            Directory.Move(directory, directory + ".away");
            File.WriteAllText(directory, "");
        });
        try
        {
            foreach (var file in (byte[][])[SampleFiles.Pdf, SampleFiles.Png()])
                await ShouldBeAway(file);
            Directory.EnumerateFiles(app.Incoming).ShouldBeEmpty();
        }
        finally
        {
            blocked.ForEach(File.Delete);
            moved.ForEach(directory =>
            {
                File.Delete(directory);
                Directory.Move(directory + ".away", directory);
            });
        }

        await app.Stored(SampleFiles.Pdf);
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_503()
    {
        var id = await app.Stored(SampleFiles.Pdf);
        var path = Directory.EnumerateFiles(app.FilesDirectory, id.ToString("N"), SearchOption.AllDirectories).Single();
        File.Delete(path);
        (await app.Api.Get(await app.Link(id))).ShouldBe(404);
        Directory.CreateDirectory(path);
        (await app.Api.Get(await app.Link(id))).ShouldBe(503).Header("Retry-After").ShouldNotBeNull();
        Directory.Delete(path);
    }

    private async Task ShouldBeAway(byte[] file)
    {
        var owner = Guid.CreateVersion7();
        (await app.Upload(file, owner: owner)).ShouldBe(503).Header("Retry-After").ShouldNotBeNull();
        (await app.Database.One<long>("select count(*) from files where owner_id = @owner", new { owner }, FilesApp.Stop)).ShouldBe(0);
    }
}
