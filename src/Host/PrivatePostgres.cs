using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Colonnade.Host;

/// <summary>How a private PostgreSQL is kept.</summary>
/// <param name="DataDirectory">The data directory; created when missing. The cluster lies in its <c>postgres</c>.</param>
public sealed record PrivatePostgresOptions(string DataDirectory)
{
    /// <summary>False gives up fsync and synchronous commits: for throwaway data only.</summary>
    public bool Durable { get; init; } = true;

    public int MaxConnections { get; init; } = 120;

    /// <summary>PostgreSQL's <c>shared_buffers</c>, with its unit.</summary>
    public string SharedBuffers { get; init; } = "128MB";

    /// <summary>The directory of PostgreSQL's programs; null: the newest installed, or the one that made the cluster.</summary>
    public string? Binaries { get; init; }
}

/// <summary>
/// A PostgreSQL of our own on a data directory: made at the first start, started as a child in a session of its own,
/// reached over a Unix socket, started again when it dies, stopped with us.
/// <list type="bullet">
/// <item>One server per data directory; the lock goes with the process, so that after <c>kill -9</c> the next start
/// takes over: it stops the orphaned PostgreSQL and starts anew.</item>
/// <item>No version is ever upgraded silently: a cluster of another major version is a <see cref="CannotStartException"/>.</item>
/// <item>When PostgreSQL ends by itself (killed, out of memory) it is started again at the same address; clients see
/// broken connections meanwhile. When it cannot be started five times in a row, <see cref="GivenUp"/> completes.</item>
/// </list>
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly PostgresCluster _cluster;
    private readonly DataLock? _held;
    private readonly string _socket;
    private readonly ILogger _log;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<Exception> _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _server;
    private Task _supervision = Task.CompletedTask;

    private PrivatePostgres(PostgresCluster cluster, DataLock? held, string socket, ILogger log) =>
        (_cluster, _held, _socket, _log) = (cluster, held, socket, log);

    /// <summary>For Npgsql: the database <c>colonnade</c> as its owner, who is no superuser.</summary>
    public string ConnectionString => Connection("colonnade", "colonnade");

    /// <summary>For Npgsql: the database <c>postgres</c> as the superuser; for the doctor and for tests that make databases.</summary>
    public string AdministratorConnectionString => Connection("postgres", "postgres");

    /// <summary>Where the cluster lies.</summary>
    public string Directory => _cluster.Directory;

    /// <summary>As what and where it runs, for the start-up line: <c>PostgreSQL 15.18 in /srv/data/postgres</c>.</summary>
    public string Description =>
        $"PostgreSQL {_cluster.Installation.Version} in {_cluster.Directory}"
        + (_cluster.User.Name == Environment.UserName ? "" : $" as the user {_cluster.User.Name}");

    /// <summary>Completes with the reason when PostgreSQL ended and could not be started again.</summary>
    public Task<Exception> GivenUp => _givenUp.Task;

    /// <summary>Starts the data directory's PostgreSQL, making it when there is none; returns when it takes connections.</summary>
    /// <exception cref="CannotStartException">
    /// Another process holds the data directory; PostgreSQL is missing or of another major version; the cluster cannot
    /// be made, reached or started.
    /// </exception>
    public static async Task<PrivatePostgres> Start(PrivatePostgresOptions options, ILogger log, CancellationToken stop)
    {
        var data = DataDirectory.Open(options.DataDirectory);
        var taken = data.TryLock(LockHolder.Server) ?? throw data.Taken();
        return await Start(options, data, taken, log, stop);
    }

    /// <summary>
    /// For a command: the running server's PostgreSQL when there is one, else like <see cref="Start(PrivatePostgresOptions, ILogger, CancellationToken)"/>
    /// for as long as the command takes. Waits while another command works or a server is starting.
    /// </summary>
    public static async Task<PrivatePostgres> StartOrJoin(PrivatePostgresOptions options, ILogger log, CancellationToken stop)
    {
        var data = DataDirectory.Open(options.DataDirectory);
        while (true)
        {
            if (data.TryLock(LockHolder.Command) is { } taken) return await Start(options, data, taken, log, stop);
            if (data.Holder() is (_, LockHolder.Server)
                && await PostgresCluster.Existing(data, options.Binaries, stop) is { } served
                && served.ReadySocket() is { } ready)
                return new PrivatePostgres(served, held: null, ready, log);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
        }
    }

    private static async Task<PrivatePostgres> Start(
        PrivatePostgresOptions options, DataDirectory data, DataLock taken, ILogger log, CancellationToken stop)
    {
        PrivatePostgres? postgres = null;
        try
        {
            var found = await PostgresCluster.OpenOrCreate(data, options, log, stop);
            await found.EndOrphans(usedSocket: null, log, TimeProvider.System, stop);
            postgres = new PrivatePostgres(found, taken, await found.Configure(options, stop), log);
            await postgres.StartServer(stop);
            postgres._supervision = postgres.Supervise();
            return postgres;
        }
        catch
        {
            if (postgres is not null) await postgres.DisposeAsync();
            taken.Dispose();
            throw;
        }
    }

    private async Task StartServer(CancellationToken stop)
    {
        var command = _cluster.User.DetachedCommand(_cluster.Installation.Program("postgres"), "-D", _cluster.Directory);
        command.RedirectStandardInput = command.RedirectStandardOutput = command.RedirectStandardError = true;
        var process = ChildProcess.Start(command);
        process.StandardInput.Close();
        _server = process;

        // Once its own log is open nothing more arrives here.
        var said = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var began = _time.GetTimestamp();
        var nextWord = TimeSpan.FromSeconds(10);
        while (_cluster.ReadySocket() != _socket)
        {
            if (process.HasExited)
                throw new CannotStartException(
                    $"PostgreSQL does not start on {_cluster.Directory}: {new CommandOutcome(process.ExitCode, "", await said).LastLine} (its log is in {Path.Combine(_cluster.Directory, "log")}).");
            if (_time.GetElapsedTime(began) > nextWord)
            {
                _log.LogWarning("PostgreSQL has been recovering for {Seconds:0} s", nextWord.TotalSeconds);
                nextWord += TimeSpan.FromSeconds(10);
            }

            await Task.Delay(Tick, _time, stop);
        }
    }

    private async Task Supervise()
    {
        try
        {
            while (true)
            {
                await _server!.WaitForExitAsync(_stopping.Token);
                _log.LogError("PostgreSQL ended by itself with exit code {ExitCode}; starting it again", _server.ExitCode);
                await StartAgain();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // We are stopping.
        }
        catch (CannotStartException e)
        {
            _log.LogCritical("PostgreSQL cannot be started again: {Reason}", e.Message);
            _givenUp.TrySetResult(e);
        }
    }

    private async Task StartAgain()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _cluster.EndOrphans(_socket, _log, _time, _stopping.Token);
                _server?.Dispose();
                _server = null;
                await StartServer(_stopping.Token);
                return;
            }
            catch (CannotStartException) when (attempt < 5)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100 << attempt), _time, _stopping.Token);
            }
        }
    }

    /// <summary>Stops PostgreSQL fast: open transactions are rolled back, and the next start needs no recovery.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_held is null) return;
        await _stopping.CancelAsync();
        await _supervision;
        if (_server is { HasExited: false } running)
        {
            foreach (var (signal, patience) in new[] { (UnixSignal.Interrupt, 15), (UnixSignal.Quit, 5), (UnixSignal.Kill, 5) })
            {
                ChildProcess.Signal(running.Id, signal);
                try
                {
                    await running.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(patience), _time);
                    break;
                }
                catch (TimeoutException)
                {
                    _log.LogWarning("PostgreSQL does not stop {Manner}", signal == UnixSignal.Interrupt ? "fast" : "at once");
                }
            }
        }

        _server?.Dispose();
        await _cluster.UntilNoneIsLeft(TimeSpan.FromSeconds(5), _time, CancellationToken.None);
        await _cluster.RemoveSocketDirectory(_socket);
        _held.Dispose();
        _stopping.Dispose();
    }

    private string Connection(string user, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _socket,
        Username = user,
        Database = database,
    }.ConnectionString;
}
