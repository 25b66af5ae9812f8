using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace Colonnade.Host.Tests;

/// <summary>
/// The path of a data directory that does not exist yet; whatever runs on it at the end is stopped and everything removed.
/// </summary>
internal sealed class TemporaryData : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Used = new(Use);

    public TemporaryData(string below = "") =>
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"colonnade-host-{Guid.CreateVersion7():N}", below).TrimEnd('/');

    public string Path { get; }

    /// <summary>A directory on which a server ran once before; what only a first start does is done.</summary>
    public static async Task<TemporaryData> UsedBefore()
    {
        var data = new TemporaryData();
        var copy = await ChildProcess.Run(
            ChildProcess.Command("cp", "--archive", "--reflink=auto", await Used.Value, data.Path), input: "", TestContext.Current.CancellationToken);
        copy.Succeeded.ShouldBeTrue(copy.LastLine);
        return data;
    }

    public string Cluster => System.IO.Path.Combine(Path, "postgres");

    /// <summary>Not durable: these tests lose no power.</summary>
    public PrivatePostgresOptions Options => new(Path) { Durable = false, SharedBuffers = "16MB" };

    public Task<PrivatePostgres> Start() => Start(Options);

    public static Task<PrivatePostgres> Start(PrivatePostgresOptions options) =>
        PrivatePostgres.Start(options, NullLogger.Instance, TestContext.Current.CancellationToken);

    /// <summary>The one answer of one statement.</summary>
    public static async Task<T?> Ask<T>(string connection, string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection) { Pooling = false };
        await using var opened = new NpgsqlConnection(settings.ConnectionString);
        await opened.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, opened);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T answer ? answer : default;
    }

    /// <summary>The processes whose working directory is the cluster: PostgreSQL's.</summary>
    public static List<int> ProcessesIn(string cluster) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(System.IO.Path.GetFileName)
            .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _) && new FileInfo($"/proc/{name}/cwd").LinkTarget == cluster)
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in ProcessesIn(Cluster)) ChildProcess.Signal(process, UnixSignal.Kill);
        while (ProcessesIn(Cluster).Count > 0) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        var link = new DirectoryInfo(Cluster).LinkTarget;
        if (link is not null) Directory.Delete(link, recursive: true);
        var top = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRelativePath(System.IO.Path.GetTempPath(), Path).Split('/')[0]);
        if (Directory.Exists(top)) Directory.Delete(top, recursive: true);
    }

    private static async Task<string> Use()
    {
        var data = new TemporaryData();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(data.Path, recursive: true);
        await using var host = HostProcess.Start(data, "serve");
        await host.Serves("Sandbox");
        await host.Terminate();
        (await host.Ends()).ShouldBe(0);
        return data.Path;
    }
}
