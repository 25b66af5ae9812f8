using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Colonnade.Platform.Errors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Files;

/// <summary>
/// Asks ClamAV about every file that comes, where <c>Files:ClamAv</c> says where its daemon listens: <c>host:port</c>, or the path
/// of its socket. A scanner that is away lets nothing through.
/// </summary>
/// <remarks>clamd(8), INSTREAM. Its <c>StreamMaxLength</c> has to be at least <see cref="FileRules.MostBytes"/>.</remarks>
internal sealed class VirusScanner
{
    private const int Piece = 64 * 1024;
    private const int LongestAnswer = 1024;
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(30);
    private readonly EndPoint _daemon;
    private readonly ILogger _log;

    private VirusScanner(EndPoint daemon, ILogger log) => (_daemon, _log) = (daemon, log);

    /// <summary>Null where none is configured.</summary>
    /// <exception cref="InvalidOperationException">The setting says no place.</exception>
    public static VirusScanner? Of(IConfiguration configuration, ILogger<VirusScanner> log)
    {
        if (configuration["Files:ClamAv"] is not { Length: > 0 } where)
            return null;
        if (where.StartsWith('/'))
            return new VirusScanner(new UnixDomainSocketEndPoint(where), log);
        var colon = where.LastIndexOf(':');
        return colon > 0 && int.TryParse(where.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? new VirusScanner(new DnsEndPoint(where[..colon], port), log)
            : throw new InvalidOperationException("Files__ClamAv has to be host:port or the path of clamd's socket.");
    }

    /// <summary>Whether nothing was found.</summary>
    /// <exception cref="PlatformFailureException">The scanner does not answer (503).</exception>
    public async Task<bool> Passes(Spool file, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeOut);
        string answer;
        try
        {
            answer = await Ask(file, limit.Token);
        }
        catch (Exception fault) when (fault is SocketException or IOException || (fault is OperationCanceledException && !stop.IsCancellationRequested))
        {
            answer = fault.Message;
        }

        if (answer.EndsWith(": OK", StringComparison.Ordinal))
            return true;
        if (answer.EndsWith(" FOUND", StringComparison.Ordinal))
        {
            _log.LogWarning("A file was refused by the virus scanner: {Answer}", answer);
            return false;
        }

        _log.LogError("The virus scanner does not answer, and no file is taken: {Answer}", answer);
        throw new PlatformFailureException(PlatformFailure.Unavailable, TimeOut);
    }

    private async Task<string> Ask(Spool file, CancellationToken stop)
    {
        using var socket = _daemon is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_daemon, stop);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), stop);
        var piece = new byte[4 + Piece];
        int read;
        long at = 0;
        do
        {
            read = file.Read(piece.AsSpan(4), at);
            at += read;
            // A piece without bytes is the last.
            BinaryPrimitives.WriteInt32BigEndian(piece, read);
            await stream.WriteAsync(piece.AsMemory(0, 4 + read), stop);
        }
        while (read > 0);

        var answer = new byte[LongestAnswer];
        var length = 0;
        while (length < answer.Length && !answer.AsSpan(0, length).Contains((byte)0) && await stream.ReadAsync(answer.AsMemory(length), stop) is > 0 and var more)
            length += more;
        return Encoding.UTF8.GetString(answer.AsSpan(0, length)).TrimEnd('\0', '\n');
    }
}
