using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Colonnade.Platform.Web;

/// <summary>Where <see cref="OutgoingHttp"/> may go.</summary>
public sealed record OutgoingRules
{
    /// <summary>For URLs that strangers give: https to port 443 of public addresses.</summary>
    public static OutgoingRules Strangers { get; } = new();

    /// <summary>For URLs from the settings: also http, any port, loopback and private networks. Never link-local.</summary>
    public static OutgoingRules Configured { get; } = new() { AllowPrivate = true };

    public bool AllowPrivate { get; init; }

    /// <summary>Ports that are allowed without <see cref="AllowPrivate"/>.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [443];
}

/// <summary>
/// HTTP to servers of others. A name is resolved, each of its addresses checked, and the connection made to one that
/// passed: what a name resolves to a moment later does not matter. No redirects, no proxy, no cookies, no compression,
/// no trace headers.
/// </summary>
/// <remarks>
/// One for each set of rules, kept for the life of the process: it pools connections. Times are real time, they measure
/// a wire.
/// </remarks>
public sealed class OutgoingHttp : IDisposable
{
    private const int LongestUrl = 2048;
    private const int MostAddresses = 4;
    private const int FirstPiece = 16 * 1024;
    private static readonly string[] PrivateNames = ["localhost", "local", "internal", "intranet", "lan", "home.arpa"];
    private readonly OutgoingRules _rules;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly HttpMessageInvoker _http;

    public OutgoingHttp(OutgoingRules rules) : this(rules, static (host, stop) => Dns.GetHostAddressesAsync(host, stop))
    {
    }

    /// <param name="rules">Where it may go.</param>
    /// <param name="resolve">The addresses of a host, in place of the system's resolver.</param>
    internal OutgoingHttp(OutgoingRules rules, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _rules = rules;
        _resolve = resolve;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectCallback = Connect,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = 16,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
        });
    }

    /// <summary>
    /// What is wrong with <paramref name="url"/>, as the end of a sentence that begins with its name; null when it may be
    /// tried. Names are not resolved here: what they resolve to is checked at every connection.
    /// </summary>
    public string? FlawOf(string url)
    {
        if (url.Length > LongestUrl)
            return "must have at most 2048 characters";
        // The parser would mend these, and somebody else's parser otherwise.
        if (url.AsSpan().ContainsAny('\\', '\t', ' ') || url.Any(char.IsControl) || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
            return "must be an absolute URL";
        return FlawOf(uri);
    }

    /// <summary>Sends, and reads the beginning of the answer.</summary>
    /// <param name="request">Its headers and body; disposed by whoever made it.</param>
    /// <param name="timeOut">From resolving the name to the last byte that is read.</param>
    /// <param name="mostBytes">Of the answer's body; the rest is not waited for.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; a time-out is an outcome.</exception>
    public async Task<OutgoingOutcome> Send(HttpRequestMessage request, TimeSpan timeOut, int mostBytes, CancellationToken stop)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } uri || FlawOf(uri) is not null)
            return new OutgoingOutcome.Failed(OutgoingFailure.AddressRefused);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeOut);
        try
        {
            using var answer = await _http.SendAsync(request, limit.Token);
            var (body, isWhole) = await ReadBeginning(answer.Content, mostBytes, limit.Token, stop);
            return new OutgoingOutcome.Answered((int)answer.StatusCode, answer.Headers, body, isWhole);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new OutgoingOutcome.Failed(OutgoingFailure.TimedOut);
        }
        catch (HttpRequestException failure)
        {
            return new OutgoingOutcome.Failed(WhyOf(failure));
        }
    }

    public void Dispose() => _http.Dispose();

    private string? FlawOf(Uri uri)
    {
        if (uri.Scheme != Uri.UriSchemeHttps && (uri.Scheme != Uri.UriSchemeHttp || !_rules.AllowPrivate))
            return _rules.AllowPrivate ? "must begin with https:// or http://" : "must begin with https://";
        if (uri.UserInfo.Length > 0)
            return "must not hold a user name or password";
        if (uri.Fragment.Length > 0)
            return "must not have a fragment";
        if (uri.IdnHost.Length == 0)
            return "must name a host";
        if (!_rules.AllowPrivate && !_rules.Ports.Contains(uri.Port))
            return $"must use port {string.Join(" or ", _rules.Ports)}";
        return IPAddress.TryParse(uri.IdnHost, out var address) ? Allows(address) ? null : "must lead to a public address"
            : _rules.AllowPrivate || !IsPrivateName(uri.IdnHost) ? null : "must lead to a public address";
    }

    private static bool IsPrivateName(string host)
    {
        host = host.TrimEnd('.');
        return !host.Contains('.', StringComparison.Ordinal)
            || Array.Exists(PrivateNames, name => host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));
    }

    private bool Allows(IPAddress address) => PublicAddress.Is(address) || (_rules.AllowPrivate && PublicAddress.IsPrivate(address));

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await _resolve(context.DnsEndPoint.Host, stop);
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            throw new ConnectException(OutgoingFailure.NameUnknown, unknown);
        }

        if (addresses.Length == 0)
            throw new ConnectException(OutgoingFailure.NameUnknown);
        var allowed = Array.FindAll(addresses, Allows);
        if (allowed.Length == 0)
            throw new ConnectException(OutgoingFailure.AddressRefused);
        SocketException? last = null;
        foreach (var address in allowed.Take(MostAddresses))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), stop);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException failure)
            {
                socket.Dispose();
                last = failure;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new ConnectException(OutgoingFailure.Unreachable, last);
    }

    private static async Task<(byte[] Bytes, bool IsWhole)> ReadBeginning(HttpContent content, int most, CancellationToken limit, CancellationToken stop)
    {
        // Grown as it comes: what may be long seldom is.
        var bytes = new byte[Math.Min(most, FirstPiece)];
        var read = 0;
        try
        {
            await using var body = await content.ReadAsStreamAsync(limit);
            while (read < most && await body.ReadAsync(bytes.AsMemory(read), limit) is > 0 and var more)
            {
                read += more;
                if (read == bytes.Length && read < most)
                    Array.Resize(ref bytes, Math.Min(most, 2 * read));
            }

            // Full to the brim: one byte more tells whether that was all.
            var isWhole = read < most || await body.ReadAsync(new byte[1], limit) == 0;
            return (bytes[..read], isWhole);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException || (failure is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The status was heard; that the rest broke off or came too late is said by what is returned.
            return (bytes[..read], false);
        }
    }

    private static OutgoingFailure WhyOf(HttpRequestException failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is ConnectException known)
                return known.Why;
            if (cause is AuthenticationException)
                return OutgoingFailure.TlsFailed;
        }

        return failure.HttpRequestError == HttpRequestError.SecureConnectionError ? OutgoingFailure.TlsFailed : OutgoingFailure.BrokenOff;
    }

    private sealed class ConnectException(OutgoingFailure why, Exception? cause = null) : IOException(why.ToString(), cause)
    {
        public OutgoingFailure Why { get; } = why;
    }
}

/// <summary>What came of a request to somebody else's server.</summary>
public abstract record OutgoingOutcome
{
    private OutgoingOutcome()
    {
    }

    /// <param name="Status">Any, redirects included.</param>
    /// <param name="Headers">As sent; nothing in them is to be trusted.</param>
    /// <param name="Body">Its beginning.</param>
    /// <param name="IsWhole">Whether that is all of it: false when it was longer, came too late or broke off.</param>
    public sealed record Answered(int Status, HttpResponseHeaders Headers, byte[] Body, bool IsWhole) : OutgoingOutcome;

    public sealed record Failed(OutgoingFailure Why) : OutgoingOutcome;
}

/// <summary>Why there was no answer.</summary>
public enum OutgoingFailure
{
    /// <summary>The rules forbid the URL, or every address its name has.</summary>
    AddressRefused,

    /// <summary>The name has no address.</summary>
    NameUnknown,

    /// <summary>No address took the connection.</summary>
    Unreachable,

    /// <summary>No trust: the certificate, or the versions and ciphers on offer.</summary>
    TlsFailed,

    /// <summary>Too slow.</summary>
    TimedOut,

    /// <summary>The connection ended before an answer, or what came was none.</summary>
    BrokenOff,
}
