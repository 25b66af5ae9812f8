using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Colonnade.Platform.Database;
using Colonnade.Testing;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Database;

/// <summary>PostgreSQL keeps its connections open and answers nothing, as when its machine hangs.</summary>
public sealed class SilentPostgresTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_waited_for_longer_than_five_seconds_and_what_was_given_up_costs_no_connection()
    {
        const int pool = 3;
        await using var line = new Line(await (await TestCluster.Instance).Create());
        await using var database = new ProductDatabase(DummyProduct.Identity, new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Database:Connection"] = line.Connection,
            ["Database:PoolSize"] = $"{pool}",
        }).Build());
        await using (var work = await database.Begin(Stop))
        {
            (await work.One<int>("select 1", null, Stop)).ShouldBe(1);
            line.IsSilent = true;

            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(
                Should.ThrowAsync<NpgsqlException>(() => database.One<int>("select 2", null, Stop)),
                Should.ThrowAsync<NpgsqlException>(() => work.Execute("create table lost ()", null, Stop)));
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(5.5));
        }

        line.IsSilent = false;
        // Every place of the pool is there again.
        var works = await Task.WhenAll(Enumerable.Range(0, pool).Select(async _ => await database.Begin(Stop)));
        foreach (var work in works)
        {
            (await work.One<int>("select 3", null, Stop)).ShouldBe(3);
            await work.DisposeAsync();
        }
    }

    /// <summary>A wire to PostgreSQL on which nothing passes while it is silent; it passes later.</summary>
    private sealed class Line : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _closing = new();
        private readonly string _socket;
        private readonly Task _accepting;
        private volatile TaskCompletionSource _open = Opened();

        public Line(string connection)
        {
            var parts = new NpgsqlConnectionStringBuilder(connection);
            _socket = $"{parts.Host}/.s.PGSQL.5432";
            _listener.Start();
            (parts.Host, parts.Port) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
            Connection = parts.ConnectionString;
            _accepting = Accept();
        }

        public string Connection { get; }

        public bool IsSilent
        {
            set
            {
                var before = _open;
                _open = value ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : Opened();
                before.TrySetResult();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _closing.CancelAsync();
            await _accepting;
            _listener.Dispose();
            _closing.Dispose();
        }

        private static TaskCompletionSource Opened()
        {
            var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            opened.SetResult();
            return opened;
        }

        private async Task Accept()
        {
            var carried = new List<Task>();
            try
            {
                while (true)
                    carried.Add(Carry(await _listener.AcceptSocketAsync(_closing.Token)));
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(carried);
            }
        }

        private async Task Carry(Socket client)
        {
            using (client)
            using (var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            {
                try
                {
                    await server.ConnectAsync(new UnixDomainSocketEndPoint(_socket), _closing.Token);
                    await Task.WhenAny(Pass(client, server), Pass(server, client));
                }
                catch (Exception ended) when (ended is SocketException or OperationCanceledException)
                {
                    // One side is gone.
                }
            }
        }

        private async Task Pass(Socket from, Socket to)
        {
            var buffer = new byte[16 * 1024];
            while (await from.ReceiveAsync(buffer, _closing.Token) is > 0 and var read)
            {
                await _open.Task.WaitAsync(_closing.Token);
                await to.SendAsync(buffer.AsMemory(0, read), _closing.Token);
            }
        }
    }
}
