using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Colonnade.Faults;

/// <summary>
/// One request over and over, for a fraction of what answering it costs: bytes made once, and of each answer only status,
/// <c>Retry-After</c> and end are looked at. As many keep-alive connections as there are calls under way.
/// </summary>
internal sealed class Flood : IDisposable
{
    /// <summary>More than these under way no front end would send to one node.</summary>
    private const int MostUnderWay = 2_000;

    private readonly ConcurrentBag<Connection> _idle = [];
    private readonly Uri _root;
    private readonly byte[] _request;

    private Flood(string root, string request) => (_root, _request) = (new Uri(root), Encoding.ASCII.GetBytes(request));

    public static Flood Get(string root, string path, string token) => new(root, $"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");

    public static Flood Post(string root, string path, string json) =>
        new(root, $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}");

    /// <summary>Each client waits for its answer before it asks again.</summary>
    public async Task<Answers> Closed(int clients, TimeSpan time)
    {
        var replies = new ConcurrentQueue<Reply>();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < time)
                replies.Enqueue(await Call());
        })));
        return new Answers(replies.Count, Stopwatch.GetElapsedTime(began), [.. replies]);
    }

    /// <summary>Asks when it is time to, whatever became of those before.</summary>
    public async Task<Answers> Open(double perSecond, TimeSpan time)
    {
        var replies = new ConcurrentQueue<Reply>();
        var calls = new List<Task>();
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) is var elapsed && elapsed < time)
        {
            for (var due = (int)(elapsed.TotalSeconds * perSecond) - calls.Count; due > 0 && calls.Count - replies.Count < MostUnderWay; due--)
                calls.Add(Record());
            await Lab.Pause(0.001);
        }

        var took = Stopwatch.GetElapsedTime(began);
        await Task.WhenAll(calls);
        return new Answers(calls.Count, took, [.. replies]);

        async Task Record() => replies.Enqueue(await Call());
    }

    /// <summary>One call.</summary>
    public async Task<Reply> Call()
    {
        var began = Stopwatch.GetTimestamp();
        Connection? connection = null;
        try
        {
            connection = _idle.TryTake(out var kept) ? kept : await Connection.Open(_root);
            var (status, retryAfter) = await connection.Ask(_request);
            _idle.Add(connection);
            return new Reply(status, "", Stopwatch.GetElapsedTime(began), retryAfter);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            connection?.Dispose();
            return new Reply(0, failure.Message, Stopwatch.GetElapsedTime(began), null);
        }
    }

    public void Dispose()
    {
        foreach (var connection in _idle)
            connection.Dispose();
    }

    private sealed class Connection(Socket socket) : IDisposable
    {
        private readonly byte[] _buffer = new byte[32 * 1024];

        public static async Task<Connection> Open(Uri root)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(root.Host, root.Port, Lab.Stop);
            return new Connection(socket);
        }

        public async Task<(int Status, string? RetryAfter)> Ask(byte[] request)
        {
            await socket.SendAsync(request, Lab.Stop);
            var (filled, head, length) = (0, -1, -1);
            while (head < 0 || (length >= 0 ? filled < head + length : !_buffer.AsSpan(0, filled).EndsWith("\r\n0\r\n\r\n"u8)))
            {
                var read = await socket.ReceiveAsync(_buffer.AsMemory(filled), Lab.Stop);
                if (read == 0)
                    throw new IOException("The connection was closed.");
                filled += read;
                if (head < 0 && (head = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) >= 0)
                {
                    head += 4;
                    length = Field("Content-Length: "u8, head) is { } digits ? int.Parse(digits, CultureInfo.InvariantCulture) : -1;
                }
            }

            return (int.Parse(_buffer.AsSpan(9, 3), CultureInfo.InvariantCulture), Field("Retry-After: "u8, head));
        }

        public void Dispose() => socket.Dispose();

        private string? Field(ReadOnlySpan<byte> name, int head)
        {
            var at = _buffer.AsSpan(0, head).IndexOf(name);
            if (at < 0)
                return null;
            var value = _buffer.AsSpan(at + name.Length, head - at - name.Length);
            return Encoding.ASCII.GetString(value[..value.IndexOf((byte)'\r')]);
        }
    }
}

/// <param name="Sent">How many calls were made.</param>
/// <param name="Time">In which time; the last answers came later.</param>
/// <param name="Replies">All of them.</param>
internal sealed record Answers(int Sent, TimeSpan Time, IReadOnlyList<Reply> Replies)
{
    public double SentPerSecond => Sent / Time.TotalSeconds;

    /// <summary>Calls answered 200 a second.</summary>
    public double Goodput => Good.Length / Time.TotalSeconds;

    public Reply[] Good { get; } = [.. Replies.Where(reply => reply.Status == 200)];

    public Reply[] Refused { get; } = [.. Replies.Where(reply => reply.Status == 503)];

    public Reply[] Neither { get; } = [.. Replies.Where(reply => reply.Status is not (200 or 503))];

    /// <summary>The time within which that part of the replies came.</summary>
    public static TimeSpan Within(double part, IReadOnlyCollection<Reply> replies) =>
        replies.Count == 0 ? TimeSpan.Zero : replies.Select(reply => reply.Took).Order().ElementAt((int)((replies.Count - 1) * part));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{SentPerSecond:0}/s sent, {Goodput:0}/s answered ({Times(Good)}), {Refused.Length / Time.TotalSeconds:0}/s refused ({Times(Refused)}), {Neither.Length} neither");

    private static string Times(IReadOnlyCollection<Reply> replies) => string.Create(
        CultureInfo.InvariantCulture, $"half within {Within(0.5, replies).TotalMilliseconds:0} ms, 99 % within {Within(0.99, replies).TotalMilliseconds:0} ms");
}
