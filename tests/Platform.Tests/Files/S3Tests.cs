using System.Diagnostics;
using Colonnade.Platform.Files;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Files;

/// <summary>A bucket of s3rver, an S3 of somebody else's making.</summary>
public sealed class S3App : FilesApp, IAsyncLifetime
{
    private Process? _server;
    private string _url = "";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal)
    {
        ["Files:S3:ServiceUrl"] = _url,
        ["Files:S3:Bucket"] = "colonnade",
        ["Files:S3:AccessKey"] = "S3RVER",
        ["Files:S3:SecretKey"] = "S3RVER",
    };

    public new async ValueTask InitializeAsync()
    {
        (_server, var port) = await JavaScript.Serve("s3rver.mjs");
        _url = "http://127.0.0.1:" + port;
        await base.InitializeAsync();
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _server!.StandardInput.Close();
        await _server.WaitForExitAsync();
        _server.Dispose();
    }
}

public sealed class S3Tests(S3App app) : IClassFixture<S3App>
{
    [Fact]
    public async Task Files_and_thumbnails_go_there_come_back_and_go_away()
    {
        var id = await app.Stored(SampleFiles.Png(800, 600), "lighthouse.png");
        Directory.EnumerateFiles(app.Incoming).ShouldBeEmpty();
        (await app.Api.Get(await app.Link(id))).ShouldBe(200).Bytes.ShouldBe(SampleFiles.Png(800, 600));
        await app.RunJobs();
        (await app.Api.Get(await app.Link(id, 256))).ShouldBe(200).Header("Content-Type").ShouldBe("image/webp");
        (await Names()).Count(name => name.StartsWith(id.ToString("N"), StringComparison.Ordinal)).ShouldBe(3);

        var link = await app.Link(id);
        await using (var work = await app.Database.Begin(FilesApp.Stop))
        {
            await ProductFiles.Remove(work, id, FilesApp.Stop);
            await work.Commit(FilesApp.Stop);
        }

        await app.RunJobs();
        (await app.Api.Get(link)).ShouldBe(404);
        (await Names()).ShouldNotContain(name => name.StartsWith(id.ToString("N"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_has_no_row_is_swept_there_too()
    {
        var files = app.Services.GetRequiredService<ProductFiles>();
        var stored = ((ReceiveOutcome.Received)await files.Receive(new MemoryStream(SampleFiles.Pdf), FilesApp.Stop)).File;
        await files.Store(stored, FilesApp.Stop);
        (await Names()).ShouldContain(stored.Id.ToString("N"), StringComparer.Ordinal);
        await app.Advance(TimeSpan.FromHours(25));
        await app.RunJobs();
        (await Names()).ShouldNotContain(stored.Id.ToString("N"), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(403)]
    [InlineData(302)]
    [InlineData(0)]
    public async Task A_storage_that_fails_is_a_503_without_a_row(int status)
    {
        await using var storage = await Receiver.Start();
        storage.Answer(http =>
        {
            if (status == 0)
                http.Abort();
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "http://169.254.169.254/latest/meta-data";
            return Task.CompletedTask;
        });
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Files:S3:ServiceUrl"] = new Uri(storage.Url).GetLeftPart(UriPartial.Authority) };
        var node = await app.StartNode(settings);
        var owner = Guid.CreateVersion7();
        using var form = FilesApp.Form(SampleFiles.Pdf, "brief.pdf");
        var answer = (await S3App.Of(node).Send("POST", $"/upload?owner={owner}", form)).ShouldBe(503);
        answer.Header("Retry-After").ShouldNotBeNull();
        (await app.Database.One<long>("select count(*) from files where owner_id = @owner", new { owner }, FilesApp.Stop)).ShouldBe(0);
        Directory.EnumerateFiles(app.Incoming).ShouldBeEmpty();
        // A reset connection the client library repeats by itself, ten times; an answer it believes.
        storage.All.Count.ShouldBeInRange(1, status == 0 ? 12 : 1);
        // What another node has stored cannot be read either.
        (await S3App.Of(node).Get(await app.Link(await app.Stored(SampleFiles.Pdf)))).ShouldBe(503).Header("Retry-After").ShouldNotBeNull();
    }

    [Fact]
    public async Task What_the_bucket_has_spoiled_is_not_handed_out_as_whole()
    {
        var id = await app.Stored(SampleFiles.Pdf);
        byte[] spoiled = [.. SampleFiles.Pdf];
        spoiled[^1] ^= 1;
        await using var storage = await Receiver.Start();
        storage.Answer(http => http.Response.Body.WriteAsync(spoiled).AsTask());
        var node = await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Files:S3:ServiceUrl"] = new Uri(storage.Url).GetLeftPart(UriPartial.Authority) });
        (await S3App.Of(node).Get(await app.Link(id))).ShouldBe(500).Text.ShouldNotContain("PDF");
    }

    private async Task<List<string>> Names()
    {
        var names = new List<string>();
        await foreach (var name in app.Services.GetRequiredService<FileStorage>().Names(FilesApp.Stop))
            names.Add(name);
        return names;
    }
}
