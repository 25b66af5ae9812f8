using System.Diagnostics;
using Npgsql;

namespace Colonnade.Testing;

/// <summary>One PostgreSQL for a test process: own directory, own socket, no durability. Gone when the process ends.</summary>
public sealed class TestCluster
{
    private static readonly Lazy<Task<TestCluster>> Shared = new(Start);
    private readonly string _directory;
    private readonly string _pgCtl;
    private readonly SemaphoreSlim _creating = new(1);
    private readonly Dictionary<string, Task> _templates = new(StringComparer.Ordinal);

    private TestCluster(string directory, string pgCtl) => (_directory, _pgCtl) = (directory, pgCtl);

    public static Task<TestCluster> Instance => Shared.Value;

    /// <summary>Connection string of <paramref name="database"/>.</summary>
    public string ConnectionTo(string database) => $"Host={_directory};Username=postgres;Database={database}";

    /// <summary>
    /// A fresh database, cloned from a template that <paramref name="prepare"/> filled once per process and <paramref name="template"/>.
    /// </summary>
    public async Task<string> Clone(string template, Func<string, Task> prepare)
    {
        Task ready;
        lock (_templates)
        {
            if (!_templates.TryGetValue(template, out ready!))
                _templates[template] = ready = Prepare();
        }

        await ready;
        var name = $"{template}_{Guid.CreateVersion7():N}";
        await _creating.WaitAsync();
        try
        {
            await Execute($"create database \"{name}\" template \"{template}\" strategy file_copy");
        }
        finally
        {
            _creating.Release();
        }

        return ConnectionTo(name);

        async Task Prepare()
        {
            await Execute($"create database \"{template}\"");
            await prepare(ConnectionTo(template) + ";Pooling=false");
        }
    }

    /// <summary>An empty database.</summary>
    public async Task<string> Create()
    {
        var name = $"empty_{Guid.CreateVersion7():N}";
        await Execute($"create database \"{name}\"");
        return ConnectionTo(name);
    }

    private async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<TestCluster> Start()
    {
        var directory = Directory.CreateTempSubdirectory("colonnade-test-").FullName;
        var bin = Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(path => path, StringComparer.Ordinal).First() + "/bin";
        var asPostgres = Environment.UserName == "root";
        if (asPostgres)
            await Run("chown", "postgres", directory);
        await Run([.. As(asPostgres), $"{bin}/initdb", "-D", $"{directory}/pg", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]);
        var options = $"-c listen_addresses= -c unix_socket_directories={directory} -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB -c jit=off -c autovacuum=off -c max_wal_size=2GB";
        await Run([.. As(asPostgres), $"{bin}/pg_ctl", "-D", $"{directory}/pg", "-l", $"{directory}/log", "-w", "-o", options, "start"]);
        return new TestCluster(directory, $"{bin}/pg_ctl");
    }

    /// <summary>Stops the cluster, if a test asked for it, and deletes it. Not at the exit of the process, when waiting for a child may never end.</summary>
    internal static async Task Stop()
    {
        if (!Shared.IsValueCreated)
            return;
        NpgsqlConnection.ClearAllPools();
        var cluster = await Shared.Value;
        await Run([.. As(Environment.UserName == "root"), cluster._pgCtl, "-D", $"{cluster._directory}/pg", "-m", "immediate", "-w", "stop"]);
        Directory.Delete(cluster._directory, recursive: true);
    }

    private static string[] As(bool postgres) => postgres ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];

    private static async Task Run(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        // pg_ctl leaves the server holding the pipes: wait for the process, not for the end of its output.
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} exited with {process.ExitCode}: {await process.StandardError.ReadToEndAsync()}");
    }
}
