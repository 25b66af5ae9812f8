using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Xunit;

namespace Colonnade.Faults;

/// <summary>
/// A PostgreSQL to be maltreated: own directory and socket, durable as in production (what is acknowledged must survive a kill).
/// A class fixture; each test makes a database of its own.
/// </summary>
public sealed class Cluster : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("colonnade-faults-").FullName;
    private readonly string _programs = Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(path => path, StringComparer.Ordinal).First() + "/bin";
    private Process _server = null!;

    /// <summary>Seals the keys in every database here.</summary>
    public string Secret { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private string Data => _directory + "/pg";

    public async ValueTask InitializeAsync()
    {
        if (IsRoot)
            await Run("chown", "postgres", _directory);
        await Run([.. AsServer, $"{_programs}/initdb", "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]);
        await File.AppendAllTextAsync(
            Data + "/postgresql.conf",
            $"""

            listen_addresses = ''
            unix_socket_directories = '{_directory}'
            max_connections = 60
            shared_buffers = 64MB
            fsync = on
            synchronous_commit = on
            full_page_writes = on
            restart_after_crash = on
            log_min_messages = fatal

            """);
        await Start();
    }

    /// <summary>Connection string of a new, empty database.</summary>
    public async Task<string> Create()
    {
        var name = $"faults_{Guid.CreateVersion7():N}";
        await Execute($"create database {name}");
        return ConnectionTo(name);
    }

    /// <summary>Starts it and waits until it takes connections.</summary>
    public async Task Start()
    {
        // A child of ours and not pg_ctl's, so that no zombie of it looks like a server that still runs.
        string[] command = [.. AsServer, $"{_programs}/postgres", "-D", Data];
        _server = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" })!;
        _server.ErrorDataReceived += static (_, _) => { };
        _server.BeginErrorReadLine();
        await Accepts();
    }

    public async Task Stop(string mode)
    {
        Signal(_server.Id, mode == "immediate" ? "QUIT" : "INT");
        await _server.WaitForExitAsync(Lab.Stop);
    }

    /// <summary>Kills the parent of all; the others notice and end. Then it is started anew.</summary>
    public async Task KillPostmaster()
    {
        Signal(_server.Id, "KILL");
        await _server.WaitForExitAsync(Lab.Stop);
        await Lab.Until("all processes of PostgreSQL have ended", TimeSpan.FromSeconds(20), () => Task.FromResult(Processes(Data).Count == 0));
        await Start();
    }

    /// <summary>Kills one process that serves a product; PostgreSQL then ends all and recovers by itself.</summary>
    public async Task KillBackend()
    {
        var backend = await Ask<int>("select pid from pg_stat_activity where application_name like 'colonnade-%' order by random() limit 1");
        Signal(backend, "KILL");
        await Accepts();
    }

    public Task TerminateBackends() => Execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'");

    /// <summary>Stops all its processes where they stand: connections stay open and nothing answers.</summary>
    public void Freeze()
    {
        foreach (var process in Processes(Data))
            Signal(process, "STOP");
    }

    public void Thaw()
    {
        foreach (var process in Processes(Data))
            Signal(process, "CONT");
    }

    /// <summary>Waits until somebody new can connect and ask.</summary>
    public Task<TimeSpan> Accepts() => Lab.Until("PostgreSQL accepts connections", TimeSpan.FromSeconds(30), async () =>
    {
        if (_server.HasExited)
            throw new InvalidOperationException($"PostgreSQL ended with {_server.ExitCode}.");
        try
        {
            return await Ask<int>("select 1") == 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    });

    /// <summary>The one answer of one statement, in the database of <paramref name="connection"/> or the cluster's own.</summary>
    public async Task<T?> Ask<T>(string sql, string? connection = null)
    {
        await using var opened = new NpgsqlConnection((connection ?? ConnectionTo("postgres")) + ";Pooling=false;Timeout=2");
        await opened.OpenAsync(Lab.Stop);
        await using var command = new NpgsqlCommand(sql, opened);
        return await command.ExecuteScalarAsync(Lab.Stop) is T answer ? answer : default;
    }

    public async ValueTask DisposeAsync()
    {
        await End(Data);
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Kills every process of the cluster in a directory.</summary>
    internal static async Task End(string directory)
    {
        foreach (var process in Processes(directory))
            Signal(process, "KILL");
        while (Processes(directory).Count > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }

    /// <summary>Each of them works in its cluster's directory.</summary>
    internal static List<int> Processes(string directory) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _) && new FileInfo($"/proc/{name}/cwd").LinkTarget == directory)
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)),
    ];

    private static bool IsRoot => Environment.UserName == "root";

    private static string[] AsServer => IsRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];

    private string ConnectionTo(string database) => $"Host={_directory};Username=postgres;Database={database}";

    private Task<int?> Execute(string sql) => Ask<int?>(sql);

    /// <summary>A process that has ended meanwhile is no error.</summary>
    internal static void Signal(int process, string signal)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true, UseShellExecute = false })!;
        kill.WaitForExit();
    }

    private static async Task Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" })!;
        await process.WaitForExitAsync(Lab.Stop);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await process.StandardOutput.ReadToEndAsync(Lab.Stop)} {await process.StandardError.ReadToEndAsync(Lab.Stop)}");
    }
}
