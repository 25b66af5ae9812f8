using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Web;

public sealed class OutgoingHttpTests : IDisposable
{
    private const int Port = 8443;
    private readonly List<string> _resolved = [];
    private IPAddress[] _addresses = [];
    private readonly OutgoingHttp _strangers;
    private readonly OutgoingHttp _configured;

    public OutgoingHttpTests()
    {
        _strangers = new OutgoingHttp(new OutgoingRules { Ports = [443, Port] }, Resolve);
        _configured = new OutgoingHttp(OutgoingRules.Configured, Resolve);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _strangers.Dispose();
        _configured.Dispose();
    }

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://127.0.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0x7f.0.0.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://127.0.0.1:8443/")]
    [InlineData("https://127.255.255.254/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://0/")]
    [InlineData("https://0.1.2.3/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://10.255.255.255/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://100.127.255.255/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://169.254.0.1/")]
    [InlineData("https://0xA9FEA9FE/")]
    [InlineData("https://2852039166/")]
    [InlineData("https://172.16.0.1/")]
    [InlineData("https://172.31.255.255/")]
    [InlineData("https://192.0.0.1/")]
    [InlineData("https://192.0.2.1/")]
    [InlineData("https://192.88.99.1/")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("https://198.18.0.1/")]
    [InlineData("https://198.19.255.255/")]
    [InlineData("https://198.51.100.1/")]
    [InlineData("https://203.0.113.1/")]
    [InlineData("https://224.0.0.1/")]
    [InlineData("https://239.255.255.255/")]
    [InlineData("https://240.0.0.1/")]
    [InlineData("https://255.255.255.255/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::1]:8443/")]
    [InlineData("https://[0:0:0:0:0:0:0:1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[::ffff:a9fe:a9fe]/")]
    [InlineData("https://[::127.0.0.1]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[64:ff9b:1::a00:1]/")]
    [InlineData("https://[100::1]/")]
    [InlineData("https://[2001::1]/")]
    [InlineData("https://[2001:db8::1]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://[3fff::1]/")]
    [InlineData("https://[5f00::1]/")]
    [InlineData("https://[fc00::1]/")]
    [InlineData("https://[fd12:3456::1]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[fec0::1]/")]
    [InlineData("https://[ff02::1]/")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST/")]
    [InlineData("https://localhost./")]
    [InlineData("https://localhost.localdomain./")]
    [InlineData("https://db.localhost/")]
    [InlineData("https://printer.local/")]
    [InlineData("https://metadata.google.internal/")]
    [InlineData("https://postgres/")]
    [InlineData("https://①②⑦.⓪.⓪.①/")]
    [InlineData("https://127。0。0。1/")]
    [InlineData("https://１２７.0.0.1/")]
    [InlineData("https://hook.example.com@127.0.0.1/")]
    [InlineData("https://127.0.0.1#@hook.example.com/")]
    [InlineData("https://127.0.0.1\\@hook.example.com/")]
    [InlineData("https://user:secret@hook.example.com/")]
    [InlineData("https://hook.example.com:22/")]
    [InlineData("https://hook.example.com:6379/")]
    [InlineData("http://hook.example.com/")]
    [InlineData("ftp://hook.example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://hook.example.com/")]
    [InlineData("//hook.example.com/")]
    [InlineData("https:///hook")]
    [InlineData("javascript:alert(1)")]
    [InlineData(" https://hook.example.com/")]
    [InlineData("https://hook.example.com/\r\nX: y")]
    public async Task A_stranger_cannot_make_us_call_this(string url)
    {
        // A name that passes leads home all the same.
        _addresses = [IPAddress.Loopback];
        var connected = 0;
        using var trap = new TcpListener(IPAddress.IPv6Any, 0);
        trap.Server.DualMode = true;
        trap.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await trap.AcceptTcpClientAsync(Stop);
                Interlocked.Increment(ref connected);
            }
        }, Stop);
        var port = ((IPEndPoint)trap.LocalEndpoint).Port;

        if (_strangers.FlawOf(url) is null)
            url.ShouldBe("https://localhost.localdomain./", "every other one is known by its looks");
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http")
        {
            using var http = new OutgoingHttp(new OutgoingRules { Ports = [443, 22, 6379, Port, port] }, Resolve);
            foreach (var target in new[] { uri, new UriBuilder(uri) { Port = port }.Uri })
                (await Send(http, target)).ShouldBe(new OutgoingOutcome.Failed(OutgoingFailure.AddressRefused), target.ToString());
        }

        Volatile.Read(ref connected).ShouldBe(0);
    }

    [Theory]
    [InlineData("https://hook.example.com/")]
    [InlineData("https://hook.example.com:8443/path?query=1")]
    [InlineData("https://bücher.example/")]
    [InlineData("https://1.1.1.1/")]
    [InlineData("https://[2606:4700:4700::1111]/")]
    [InlineData("https://172.32.0.1/")]
    [InlineData("https://100.128.0.1/")]
    [InlineData("https://9.255.255.255/")]
    [InlineData("https://hook.example.com./")]
    public void Ordinary_addresses_are_allowed(string url) => _strangers.FlawOf(url).ShouldBeNull();

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:192.168.0.1")]
    [InlineData("::1")]
    [InlineData("fd00::1")]
    [InlineData("64:ff9b::a00:1")]
    public async Task A_name_that_resolves_to_a_private_address_is_refused(string address)
    {
        _addresses = [IPAddress.Parse(address), IPAddress.Parse("192.168.7.7")];
        (await Send(_strangers, new Uri("https://hook.example.com/"))).ShouldBe(new OutgoingOutcome.Failed(OutgoingFailure.AddressRefused));
        _resolved.ShouldBe(["hook.example.com"]);
    }

    [Fact]
    public async Task The_address_that_was_checked_is_the_one_that_is_called()
    {
        await using var receiver = await Receiver.Start();
        var port = new Uri(receiver.Url).Port;
        // Asked a second time this resolver would lead to the metadata of a cloud; it is asked once.
        var answers = new Queue<IPAddress[]>([[IPAddress.Parse("169.254.169.254"), IPAddress.Loopback], [IPAddress.Parse("169.254.169.254")]]);
        using var http = new OutgoingHttp(OutgoingRules.Configured, (_, _) => Task.FromResult(answers.Dequeue()));
        var answer = (await Send(http, new Uri($"http://rebinding.example.com:{port}/hook"))).ShouldBeOfType<OutgoingOutcome.Answered>();
        answer.Status.ShouldBe(200);
        receiver.All.Single().Headers["host"].ShouldBe($"rebinding.example.com:{port}");
        answers.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://user@localhost/")]
    public async Task Even_where_private_addresses_are_allowed_this_is_not(string url)
    {
        _configured.FlawOf(url).ShouldNotBeNull();
        (await Send(_configured, new Uri(url))).ShouldBe(new OutgoingOutcome.Failed(OutgoingFailure.AddressRefused));
    }

    [Fact]
    public async Task A_redirect_to_metadata_is_an_answer_and_nothing_more()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(static http =>
        {
            http.Response.Redirect("http://169.254.169.254/latest/meta-data/", permanent: false, preserveMethod: true);
            return http.Response.WriteAsync("moved");
        });
        _addresses = [IPAddress.Loopback];
        var answer = (await Send(_configured, new Uri(receiver.Url))).ShouldBeOfType<OutgoingOutcome.Answered>();
        (answer.Status, answer.Headers.Location!.Host, answer.IsWhole).ShouldBe((307, "169.254.169.254", true));
        _resolved.ShouldBe(["127.0.0.1"]);
    }

    [Fact]
    public async Task The_beginning_of_an_answer_is_read_and_whether_it_is_all_of_it()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(static http => http.Response.WriteAsync("0123456789"));
        _addresses = [IPAddress.Loopback];
        foreach (var (most, expected, isWhole) in new[] { (4, "0123", false), (10, "0123456789", true), (11, "0123456789", true) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, receiver.Url);
            var answer = (await _configured.Send(request, TimeSpan.FromSeconds(20), most, Stop)).ShouldBeOfType<OutgoingOutcome.Answered>();
            (System.Text.Encoding.ASCII.GetString(answer.Body), answer.IsWhole).ShouldBe((expected, isWhole));
        }
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_trusted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=hook.example.com", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        await using var app = builder.Build();
        app.MapGet("/", () => "reached");
        await app.StartAsync(Stop);
        _addresses = [IPAddress.Loopback];
        (await Send(_configured, new Uri($"https://hook.example.com:{new Uri(app.Urls.First()).Port}/"))).ShouldBe(new OutgoingOutcome.Failed(OutgoingFailure.TlsFailed));
    }

    [Fact]
    public async Task Whoever_stops_waiting_gets_no_outcome()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer(static http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted));
        _addresses = [IPAddress.Loopback];
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        using var request = new HttpRequestMessage(HttpMethod.Get, receiver.Url);
        await Should.ThrowAsync<OperationCanceledException>(() => _configured.Send(request, TimeSpan.FromSeconds(20), 100, stop.Token));
    }

    private Task<IPAddress[]> Resolve(string host, CancellationToken stop)
    {
        _resolved.Add(host);
        return Task.FromResult(IPAddress.TryParse(host, out var address) ? [address] : _addresses);
    }

    private static async Task<OutgoingOutcome> Send(OutgoingHttp http, Uri uri)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        return await http.Send(request, TimeSpan.FromSeconds(20), 100, Stop);
    }
}
