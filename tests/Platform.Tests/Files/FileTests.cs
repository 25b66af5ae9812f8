using System.IO.Compression;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Files;
using Colonnade.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Files;

public sealed class FileTests(FilesApp app) : IClassFixture<FilesApp>
{
    public static TheoryData<string, string, string> Good => new()
    {
        { "png", "image/png", "inline" }, { "jpeg", "image/jpeg", "inline" }, { "gif", "image/gif", "inline" }, { "webp", "image/webp", "inline" },
        { "pdf", "application/pdf", "attachment" }, { "zip", "application/zip", "attachment" }, { "text", "text/plain", "attachment" },
        { "script of a decoder", "text/plain", "attachment" }, { "pdf that is a page", "application/pdf", "attachment" }, { "bomb in an archive", "application/zip", "attachment" },
    };

    public static TheoryData<string, int> Bad => new()
    {
        { "svg", 415 }, { "html", 415 }, { "html in text", 415 }, { "html with a byte order mark", 415 }, { "xml", 415 }, { "script", 415 }, { "program", 415 }, { "unknown bytes", 415 },
        { "empty", 400 }, { "png cut off", 400 }, { "jpeg cut off", 400 }, { "gif cut off", 400 }, { "webp cut off", 400 }, { "png of a billion pixels", 400 }, { "png without pixels", 400 },
        { "png that is html", 400 }, { "one byte too many", 413 }, { "php", 415 }, { "gif with a frame of a billion pixels", 400 }, { "jpeg of two frames", 400 },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public async Task What_a_file_is_its_content_tells(string kind, string mediaType, string disposition)
    {
        var answer = (await app.Upload(Sample(kind), "brief.exe", type: "text/html")).ShouldBe(201);
        answer.At("mediaType").GetString().ShouldBe(mediaType);
        var served = (await app.Api.Get(await app.Link(answer.At("id").GetGuid()))).ShouldBe(200);
        served.Header("Content-Type").ShouldBe(mediaType);
        served.Header("Content-Disposition")!.ShouldStartWith(disposition);
        served.Header("Content-Security-Policy")!.ShouldContain("sandbox");
        served.Header("X-Content-Type-Options").ShouldBe("nosniff");
        served.Header("Cross-Origin-Resource-Policy").ShouldBe("cross-origin");
        if (disposition == "attachment")
            served.Bytes.ShouldBe(Sample(kind));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_is_not_allowed_or_damaged_leaves_nothing(string kind, int status)
    {
        var before = Everything();
        (await app.Upload(Sample(kind), "picture.png", type: "image/png")).ShouldBe(status);
        Everything().ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task Pictures_lose_what_tells_of_people_and_places()
    {
        var jpeg = (await app.Api.Get(await app.Link(await app.Stored(SampleFiles.JpegOfAPlace)))).ShouldBe(200).Bytes;
        foreach (var word in (string[])["GPS", "Lovelace", "script"])
            Encoding.Latin1.GetString(jpeg).ShouldNotContain(word);
        // Upright it stays, and pixel for pixel what it was.
        Encoding.Latin1.GetString(jpeg).ShouldContain("Exif\0\0MM\0*\0\0\0\u0008\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0\u0006");
        jpeg.AsSpan(^400..).SequenceEqual(SampleFiles.Jpeg.AsSpan(^400..)).ShouldBeTrue();

        var png = (await app.Api.Get(await app.Link(await app.Stored([.. SampleFiles.Png(64, 48, ("tEXt", "Author\0Ada"u8.ToArray()), ("eXIf", "MM\0*GPS"u8.ToArray())), .. "PK\u0003\u0004"u8])))).Bytes;
        png.ShouldBe(SampleFiles.Png(64, 48));
        var webp = (await app.Api.Get(await app.Link(await app.Stored(SampleFiles.WebP)))).Bytes;
        Encoding.Latin1.GetString(webp).ShouldNotContain("Exif");
        Encoding.Latin1.GetString(webp).ShouldContain("VP8 ");
        BitConverter.ToUInt32(webp, 4).ShouldBe((uint)webp.Length - 8);

        // A picture that is an archive, too, is only a picture afterwards.
        (await app.Api.Get(await app.Link(await app.Stored([.. SampleFiles.Gif, .. Sample("zip")])))).Bytes.AsSpan().IndexOf("PK"u8).ShouldBe(-1);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(4097)]
    [InlineData(128 * 1024 - 1)]
    [InlineData(128 * 1024)]
    [InlineData(128 * 1024 + 1)]
    [InlineData(1024 * 1024)]
    public async Task Every_length_comes_back_as_it_went_with_its_hash(int length)
    {
        var file = new byte[length];
        new Random(length).NextBytes(file);
        "%PDF-1"u8.CopyTo(file);
        var id = await app.Stored(file);
        (await app.Api.Get(await app.Link(id))).ShouldBe(200).Bytes.ShouldBe(file);
        (await app.Database.One<byte[]>("select sha256 from files where id = @id", new { id }, FilesApp.Stop)).ShouldBe(SHA256.HashData(file));
    }

    [Fact]
    public async Task The_hash_of_a_picture_is_that_of_what_is_kept()
    {
        var id = await app.Stored(SampleFiles.JpegOfAPlace);
        var kept = (await app.Api.Get(await app.Link(id))).ShouldBe(200).Bytes;
        kept.ShouldNotBe(SampleFiles.JpegOfAPlace);
        (await app.Database.One<byte[]>("select sha256 from files where id = @id", new { id }, FilesApp.Stop)).ShouldBe(SHA256.HashData(kept));
    }

    [Fact]
    public async Task What_the_disk_has_spoiled_is_not_handed_out_as_whole()
    {
        var (little, large) = (await app.Stored(Sample("pdf")), await app.Stored([.. Sample("pdf"), .. new byte[500_000]]));
        foreach (var id in (Guid[])[little, large])
        {
            await using var stored = File.Open(PathOf(id), FileMode.Open);
            stored.Position = stored.Length - 1;
            stored.WriteByte(0xff);
        }

        (await app.Api.Get(await app.Link(little))).ShouldBe(500).Text.ShouldNotContain("PDF");
        // Its beginning is on the way by then; the end never comes.
        await Should.ThrowAsync<HttpRequestException>(async () => await app.Api.Get(await app.Link(large)));
        app.Log.All.ShouldContain(line => line.Contains($"The bytes of file {little} are damaged", StringComparison.Ordinal));

        var shorter = await app.Stored(Sample("pdf"));
        await File.WriteAllBytesAsync(PathOf(shorter), Sample("pdf")[..^1], FilesApp.Stop);
        (await app.Api.Get(await app.Link(shorter))).ShouldBe(404);
    }

    [Fact]
    public async Task A_client_that_hangs_up_leaves_nothing()
    {
        var before = Everything();
        using (var socket = new TcpClient { NoDelay = true, LingerState = new LingerOption(true, 0) })
        {
            await socket.ConnectAsync("127.0.0.1", app.Port, FilesApp.Stop);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /upload?owner={Guid.CreateVersion7()} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 900000\r\n\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n" + new string('x', 300_000)), FilesApp.Stop);
            await Until(() => Everything().Count > before.Count);
        }

        await Until(() => Everything().Count == before.Count);
        Everything().ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task What_a_link_leads_to_may_be_kept_as_long_as_the_link_is_good_and_is_given_in_parts()
    {
        var link = await app.Link(await app.Stored(SampleFiles.Png(64, 48)));
        var whole = (await app.Api.Get(link)).ShouldBe(200);
        whole.Header("Cache-Control")!.Split(", ").ShouldBe(["private", "max-age=900", "immutable"], ignoreOrder: true);
        var tag = whole.Header("ETag").ShouldNotBeNull();
        tag.ShouldStartWith("\"");
        var known = (await app.Api.With("If-None-Match", tag).Get(link)).ShouldBe(304);
        known.Bytes.ShouldBeEmpty();
        (await app.Api.With("If-None-Match", "\"another\"").Get(link)).ShouldBe(200);
        var part = (await app.Api.With("Range", "bytes=8-15").Get(link)).ShouldBe(206);
        part.Header("Content-Range").ShouldBe($"bytes 8-15/{whole.Bytes.Length}");
        part.Bytes.ShouldBe(whole.Bytes[8..16]);
        (await app.Api.With("Range", "bytes=8-15").With("If-Range", "\"another\"").Get(link)).ShouldBe(200).Bytes.ShouldBe(whole.Bytes);
        (await app.Api.With("Range", "bytes=100000-").Get(link)).ShouldBe(416);
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd.txt")]
    [InlineData("..\\\\..\\\\windows\\\\system.ini", "system.ini")]
    [InlineData("/absolute/brief.txt", "brief.txt")]
    [InlineData("C:brief.txt", "brief.txt")]
    [InlineData("CON.txt", "file_CON.txt")]
    [InlineData("...", "file.txt")]
    [InlineData("a;b.txt", "a_b.txt")]
    public async Task A_name_is_only_shown(string given, string shown)
    {
        var answer = (await app.Upload(Sample("text"), given)).ShouldBe(201);
        answer.At("name").GetString().ShouldBe(shown);
        var stored = Directory.EnumerateFiles(app.FilesDirectory, "*", SearchOption.AllDirectories).Single(file => file.EndsWith(answer.At("id").GetGuid().ToString("N"), StringComparison.Ordinal));
        File.GetUnixFileMode(stored).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await app.Api.Get(await app.Link(answer.At("id").GetGuid()))).Header("Content-Disposition")!.ShouldContain(shown);
    }

    [Theory]
    [InlineData("evil\u202egnp.exe")]
    [InlineData("line\r\nSet-Cookie: a=b")]
    [InlineData("quote\"; filename=\"evil.html")]
    [InlineData("nul\0.txt")]
    [InlineData("%2e%2e%2fetc%2fpasswd")]
    [InlineData("﹒﹒/etc/shadow")]
    [InlineData("\ud800.txt")]
    public void A_name_cannot_be_a_header_a_path_or_a_trick(string given)
    {
        foreach (var name in (string[])[FileName.Of(given, FileType.Text), FileName.Of(new string('x', 300) + given, FileType.Text)])
        {
            name.Length.ShouldBeInRange(1, 130);
            name.Any(letter => char.IsControl(letter) || letter is '/' or '\\' or '"' or '%' or '\u202e' || char.IsSurrogate(letter)).ShouldBeFalse();
            var header = FileName.Disposition(name, isShown: false);
            header.Any(char.IsControl).ShouldBeFalse();
            header.ShouldStartWith("attachment; filename=");
            header.Count(letter => letter == ';').ShouldBe(2);
        }
    }

    [Fact]
    public async Task A_link_is_good_for_one_file_one_way_and_fifteen_minutes()
    {
        var (one, other) = (await app.Stored(SampleFiles.Png()), await app.Stored(Sample("pdf")));
        var link = await app.Link(one);
        (await app.Api.Get(link)).ShouldBe(200);
        (await app.Api.Get(link.Replace(one.ToString(), other.ToString(), StringComparison.Ordinal))).ShouldBe(403);
        (await app.Api.Get(link.Replace("inline", "attachment", StringComparison.Ordinal))).ShouldBe(403);
        (await app.Api.Get(link.Replace("expires=1", "expires=2", StringComparison.Ordinal))).ShouldBe(403);
        (await app.Api.Get(link + "&size=256")).ShouldBe(403);
        (await app.Api.Get(link[..^2] + (link[^2] == 'A' ? "BA" : "AA"))).ShouldBe(403);
        (await app.Api.Get($"/files/{one}")).ShouldBe(403);
        (await app.Api.Get((await app.Link(other)).Replace("attachment", "inline", StringComparison.Ordinal))).ShouldBe(403);
        await app.Advance(FileLinks.Life + TimeSpan.FromSeconds(1));
        (await app.Api.Get(link)).ShouldBe(403).Header("Content-Security-Policy")!.ShouldContain("default-src 'none'");
        (await app.Api.Get(await app.Link(one))).ShouldBe(200);
    }

    [Fact]
    public async Task A_part_of_a_file_can_be_asked_for()
    {
        var link = await app.Link(await app.Stored(Sample("pdf")));
        var part = (await app.Api.With("Range", "bytes=0-4").Get(link)).ShouldBe(206);
        part.Text.ShouldBe("%PDF-");
    }

    [Fact]
    public async Task What_was_removed_is_gone_with_its_bytes_and_makes_room()
    {
        var owner = Guid.CreateVersion7();
        var ids = new List<Guid>();
        for (var file = 0; file < 5; file++)
            ids.Add(await app.Stored(Sample("text"), owner: owner));
        (await app.Upload(Sample("text"), owner: owner)).ShouldBe(409);
        var link = await app.Link(ids[0]);
        await using (var work = await app.Database.Begin(FilesApp.Stop))
        {
            (await ProductFiles.Remove(work, ids[0], FilesApp.Stop)).ShouldBeTrue();
            (await ProductFiles.Remove(work, ids[0], FilesApp.Stop)).ShouldBeFalse();
            await work.Commit(FilesApp.Stop);
        }

        (await app.Api.Get(link)).ShouldBe(404);
        await app.RunJobs();
        Everything().ShouldNotContain(name => name.StartsWith(ids[0].ToString("N"), StringComparison.Ordinal));
        (await app.Upload(Sample("text"), owner: owner)).ShouldBe(201);
    }

    [Fact]
    public async Task Twenty_uploads_at_once_fill_a_quota_exactly()
    {
        var owner = Guid.CreateVersion7();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Upload(Sample("text"), owner: owner)));
        answers.Count(answer => answer.Status == 201).ShouldBe(5);
        answers.Count(answer => answer.Status == 409).ShouldBe(15);
        (await app.Database.One<long>("select count(*) from files where owner_id = @owner", new { owner }, FilesApp.Stop)).ShouldBe(5);
    }

    [Fact]
    public async Task An_upload_that_never_ended_is_swept_a_day_later()
    {
        var files = app.Services.GetRequiredService<ProductFiles>();
        var received = ((ReceiveOutcome.Received)await files.Receive(new MemoryStream(Sample("text")), FilesApp.Stop)).File;
        var stored = ((ReceiveOutcome.Received)await files.Receive(new MemoryStream(Sample("pdf")), FilesApp.Stop)).File;
        await files.Store(stored, FilesApp.Stop);
        var kept = await app.Stored(SampleFiles.Png());
        await app.RunJobs();
        Everything().ShouldContain(received.Id.ToString("N"), StringComparer.Ordinal);
        Everything().ShouldContain(stored.Id.ToString("N"), StringComparer.Ordinal);

        await app.Advance(TimeSpan.FromHours(25));
        await app.RunJobs();
        var left = Everything();
        left.ShouldNotContain(received.Id.ToString("N"), StringComparer.Ordinal);
        left.ShouldNotContain(stored.Id.ToString("N"), StringComparer.Ordinal);
        left.ShouldContain(kept.ToString("N"), StringComparer.Ordinal);
        left.ShouldContain($"{kept:N}-256", StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_long_is_cut_off_whether_or_not_it_says_so(bool saysLength)
    {
        var answers = await RawHttp.Exchange(app.App.Urls.First(), saysLength
            ? "POST /upload?owner=0199f000-0000-7000-8000-000000000000 HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 104857600\r\n\r\n--b\r\n"
            : "POST /upload?owner=0199f000-0000-7000-8000-000000000000 HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Chunked("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n") + string.Concat(Enumerable.Repeat(Chunked(new string('x', 60_000)), 19)));
        answers.Statuses.ShouldBe([413]);
        Directory.EnumerateFiles(app.Incoming).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_packed_body_is_refused()
    {
        using var form = FilesApp.Form(Sample("text"), "a.txt");
        form.Headers.ContentEncoding.Add("gzip");
        (await app.Api.Send("POST", $"/upload?owner={Guid.CreateVersion7()}", form)).ShouldBe(415);
    }

    /// <summary>Asks the server meanwhile, so that it has time to notice.</summary>
    private async Task Until(Func<bool> isSo)
    {
        for (var ask = 0; ask < 2_000 && !isSo(); ask++)
            await app.Api.Get("/health/live");
        isSo().ShouldBeTrue();
    }

    private string PathOf(Guid id) => Directory.EnumerateFiles(app.FilesDirectory, id.ToString("N"), SearchOption.AllDirectories).Single();

    private static string Chunked(string text) => $"{text.Length:x}\r\n{text}\r\n";

    private static byte[] Sample(string kind) => kind switch
    {
        "png" => SampleFiles.Png(),
        "jpeg" => SampleFiles.Jpeg,
        "gif" => SampleFiles.Gif,
        "webp" => SampleFiles.WebP,
        "pdf" => SampleFiles.Pdf,
        "zip" => [.. "PK\u0003\u0004"u8, .. new byte[26], .. "../../evil"u8],
        "text" => "Please draw a lighthouse. Größe: A4\n"u8.ToArray(),
        "svg" => SampleFiles.Svg,
        "html" => SampleFiles.HtmlPage,
        "html in text" => "Hello <script>alert(1)</script>"u8.ToArray(),
        "html with a byte order mark" => [0xef, 0xbb, 0xbf, .. "\n <p>hello</p>"u8],
        "xml" => "<?xml version=\"1.0\"?><x/>"u8.ToArray(),
        "script" => "#!/bin/sh\nrm -rf /\n"u8.ToArray(),
        "program" => [0x7f, .. "ELF"u8, 2, 1, 1, 0],
        "unknown bytes" => [1, 2, 3, 4, 0xfe, 0xff],
        "empty" => [],
        "png cut off" => SampleFiles.Png()[..^20],
        "jpeg cut off" => SampleFiles.Jpeg[..^20],
        "gif cut off" => SampleFiles.Gif[..^5],
        "webp cut off" => SampleFiles.WebP[..^40],
        "png of a billion pixels" => SampleFiles.PngOf(50_000, 50_000),
        "png without pixels" => SampleFiles.PngOf(0, 5),
        "php" => "<?php system($_GET['c']); ?>"u8.ToArray(),
        "script of a decoder" => "push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'https://example.com/x.png'\npop graphic-context\n"u8.ToArray(),
        "pdf that is a page" => [.. "%PDF-1.7\n"u8, .. SampleFiles.HtmlPage],
        "bomb in an archive" => BombInAnArchive(),
        "gif with a frame of a billion pixels" => GifWithFrame(50_000, 50_000),
        "jpeg of two frames" => JpegOfTwoFrames(),
        "png that is html" => [.. SampleFiles.Png()[..8], .. SampleFiles.HtmlPage],
        "one byte too many" => [.. "%PDF-"u8, .. new byte[1024 * 1024 - 4]],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A hundred megabytes in a hundred kilobytes, under a name that leads out.</summary>
    private static byte[] BombInAnArchive()
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("../../../../etc/cron.d/evil", CompressionLevel.SmallestSize).Open())
        {
            var nothing = new byte[1024 * 1024];
            for (var megabyte = 0; megabyte < 100; megabyte++)
                entry.Write(nothing);
        }

        return bytes.ToArray();
    }

    private static byte[] GifWithFrame(int width, int height) =>
        [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 2, 1, 0, 0, 0x3b];

    private static byte[] JpegOfTwoFrames()
    {
        var jpeg = SampleFiles.Jpeg;
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xff, 0xc0]);
        var length = 2 + (jpeg[frame + 2] << 8) + jpeg[frame + 3];
        return [.. jpeg[..(frame + length)], .. jpeg[frame..]];
    }

    private List<string> Everything() => [.. Directory.EnumerateFiles(app.FilesDirectory, "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file))];
}
