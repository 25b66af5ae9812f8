using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Colonnade.Testing;

/// <summary>Bytes to a server and everything it answers: for requests that no HTTP client would send.</summary>
public static partial class RawHttp
{
    /// <summary>Nothing here takes so long; a server that waits for more has to be seen waiting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Sends <paramref name="request"/> (Latin-1) and reads until the server closes, which it does at the latest when we have nothing more to say.</summary>
    public static async Task<RawAnswers> Exchange(string root, string request)
    {
        var stop = TestContext.Current.CancellationToken;
        var address = new Uri(root);
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, stop);
        await using var stream = socket.GetStream();
        var received = new MemoryStream();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
            // Whether the server closes by itself shows before we say that nothing more will come.
            var closedByItself = await ReadFor(TimeSpan.FromMilliseconds(300));
            if (!closedByItself)
            {
                socket.Client.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(received, patience.Token);
            }

            return Answers(received, closedByItself);
        }
        catch (IOException)
        {
            // Reset: it hung up while we were talking.
            return Answers(received, closed: true);
        }

        async Task<bool> ReadFor(TimeSpan time)
        {
            var buffer = new byte[64 * 1024];
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
            enough.CancelAfter(time);
            try
            {
                while (await stream.ReadAsync(buffer, enough.Token) is > 0 and var read)
                    received.Write(buffer, 0, read);
                return true;
            }
            catch (OperationCanceledException) when (!patience.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private static RawAnswers Answers(MemoryStream received, bool closed)
    {
        var text = Encoding.UTF8.GetString(received.ToArray());
        return new RawAnswers([.. StatusLine().Matches(text).Select(line => int.Parse(line.Groups["status"].Value, System.Globalization.CultureInfo.InvariantCulture))], text, closed);
    }

    [GeneratedRegex(@"^HTTP/1\.[01] (?<status>\d{3}) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatusLine();
}

/// <param name="Statuses">Of each answer, in order.</param>
/// <param name="Text">Everything.</param>
/// <param name="Closed">Whether the server closed although we might have said more.</param>
public sealed record RawAnswers(IReadOnlyList<int> Statuses, string Text, bool Closed);
