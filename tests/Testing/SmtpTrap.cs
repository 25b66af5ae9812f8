using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Colonnade.Testing;

/// <summary>A mail server on a free port that keeps what it is given, refuses whom it is told to, or does not answer at all.</summary>
public sealed class SmtpTrap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _serving;

    public SmtpTrap()
    {
        _listener.Start();
        _serving = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Everything between DATA and the final dot, as it came.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>What RCPT is answered; 250 takes the mail.</summary>
    public string AnswerToRecipient { get; set; } = "250 fine";

    /// <summary>While true it accepts connections and says nothing.</summary>
    public bool IsStuck { get; set; }

    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _serving;
        _closing.Dispose();
    }

    private async Task Serve()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
                talks.Add(Talk(await _listener.AcceptTcpClientAsync(_closing.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task Talk(TcpClient client)
    {
        Connections++;
        using (client)
        {
            try
            {
                if (IsStuck)
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _closing.Token);
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 trap");
                while (await reader.ReadLineAsync(_closing.Token) is { } line)
                {
                    var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                    if (verb == "DATA")
                    {
                        await writer.WriteLineAsync("354 go on");
                        Received.Enqueue(await ReadData(reader));
                    }

                    await writer.WriteLineAsync(verb switch
                    {
                        "EHLO" => "250-trap\r\n250 8BITMIME",
                        "RCPT" => AnswerToRecipient,
                        "QUIT" => "221 bye",
                        _ => "250 fine",
                    });
                }
            }
            catch (Exception left) when (left is IOException or OperationCanceledException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    private async Task<string> ReadData(StreamReader reader)
    {
        var data = new StringBuilder();
        while (await reader.ReadLineAsync(_closing.Token) is { } line && line != ".")
            data.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return data.ToString();
    }
}
