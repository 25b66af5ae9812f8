using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Files;

public sealed class VirusScannerTests(FilesApp app) : IClassFixture<FilesApp>
{
    [Fact]
    public async Task What_the_scanner_finds_something_in_is_refused_as_it_came()
    {
        await using var clamd = new Clamd();
        var node = await Node(clamd.Port);
        var before = Stored();
        byte[] infected = [.. SampleFiles.Png(64, 48, ("tEXt", "a virus"u8.ToArray())), .. new byte[200_000]];
        (await Upload(node, infected)).ShouldBe(400).Text.ShouldContain("virus scanner");
        Stored().ShouldBe(before);
        clamd.Seen.ShouldHaveSingleItem().ShouldBe(infected);
        (await Upload(node, SampleFiles.Pdf)).ShouldBe(201);
        clamd.Seen[1].ShouldBe(SampleFiles.Pdf);
        // What is refused anyway nobody is asked about.
        (await Upload(node, SampleFiles.Svg)).ShouldBe(415);
        clamd.Seen.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("stream: INSTREAM size limit exceeded. ERROR\0")]
    [InlineData("")]
    public async Task A_scanner_that_gives_no_verdict_lets_nothing_through(string answer)
    {
        await using var clamd = new Clamd { Answer = answer };
        var before = Stored();
        (await Upload(await Node(clamd.Port), SampleFiles.Pdf)).ShouldBe(503).Header("Retry-After").ShouldNotBeNull();
        Stored().ShouldBe(before);
    }

    [Fact]
    public async Task A_scanner_that_is_away_lets_nothing_through()
    {
        int port;
        await using (var clamd = new Clamd())
            port = clamd.Port;
        (await Upload(await Node(port), SampleFiles.Pdf)).ShouldBe(503);
        app.Log.All.ShouldContain(line => line.Contains("The virus scanner does not answer", StringComparison.Ordinal));
    }

    private async Task<Api> Node(int port) =>
        FilesApp.Of(await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Files:ClamAv"] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"127.0.0.1:{port}") }));

    private static Task<Answer> Upload(Api node, byte[] file) => node.Send("POST", $"/upload?owner={Guid.CreateVersion7()}", FilesApp.Form(file, "a.png"));

    /// <summary>The directory comes with the first file.</summary>
    private List<string> Stored() =>
        Directory.Exists(app.FilesDirectory) ? [.. Directory.EnumerateFiles(app.FilesDirectory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];

    /// <summary>Speaks INSTREAM and finds the word virus.</summary>
    private sealed class Clamd : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public Clamd()
        {
            _listener.Start();
            _serving = Serve();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public List<byte[]> Seen { get; } = [];

        /// <summary>Instead of a verdict.</summary>
        public string? Answer { get; init; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await Task.WhenAny(_serving);
        }

        private async Task Serve()
        {
            while (true)
            {
                using var socket = await _listener.AcceptTcpClientAsync();
                await using var stream = socket.GetStream();
                var command = new byte["zINSTREAM\0".Length];
                await stream.ReadExactlyAsync(command);
                Encoding.ASCII.GetString(command).ShouldBe("zINSTREAM\0");
                using var file = new MemoryStream();
                var length = new byte[4];
                while (true)
                {
                    await stream.ReadExactlyAsync(length);
                    var piece = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
                    if (piece.Length == 0)
                        break;
                    await stream.ReadExactlyAsync(piece);
                    file.Write(piece);
                }

                Seen.Add(file.ToArray());
                var isFound = file.ToArray().AsSpan().IndexOf("virus"u8) >= 0;
                await stream.WriteAsync(Encoding.ASCII.GetBytes(Answer ?? (isFound ? "stream: Word.Virus FOUND\0" : "stream: OK\0")));
            }
        }
    }
}
