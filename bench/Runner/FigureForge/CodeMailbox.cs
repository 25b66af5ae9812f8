using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Colonnade.Bench.FigureForge;

/// <summary>Takes mails by SMTP and remembers the last code of six digits in a subject: the only way in.</summary>
internal sealed partial class CodeMailbox : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private TaskCompletionSource<string> _code = New();

    public CodeMailbox()
    {
        _listener.Start();
        _ = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The code of the next mail that <paramref name="ask"/> brings about.</summary>
    public async Task<string> Next(Func<Task> ask, CancellationToken stop)
    {
        _code = New();
        await ask();
        return await _code.Task.WaitAsync(TimeSpan.FromSeconds(30), stop);
    }

    public void Dispose() => _listener.Dispose();

    private async Task Serve()
    {
        try
        {
            while (true)
                _ = Talk(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The bench is over.
        }
    }

    private async Task Talk(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream);
            await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 bench");
            while (await reader.ReadLineAsync() is { } line)
            {
                if (!line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
                {
                    await writer.WriteLineAsync("250 fine");
                    continue;
                }

                await writer.WriteLineAsync("354 go on");
                while (await reader.ReadLineAsync() is { } text && text != ".")
                {
                    if (Subject().Match(text) is { Success: true } subject) _code.TrySetResult(subject.Groups["code"].Value);
                }

                await writer.WriteLineAsync("250 taken");
            }
        }
        catch (IOException)
        {
            // The client hung up.
        }
    }

    private static TaskCompletionSource<string> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [GeneratedRegex("^Subject: .*?(?<code>[0-9]{6})", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Subject();
}
