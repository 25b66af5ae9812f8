using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Colonnade.Faults;

/// <summary>One Host as a process of its own, serving Fragrances in Production on a free port, unless it is told otherwise.</summary>
internal sealed class Node : IAsyncDisposable
{
    /// <summary>Longer than a start may take, on a machine that has other things to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Colonnade.Host.dll");

    /// <summary>Of those that this process may use.</summary>
    private static string FirstCore => File.ReadLines("/proc/self/status").First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split('\t')[1].Split('-', ',')[0];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly TaskCompletionSource<string> _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Node(Process process) => _process = process;

    /// <summary>Where it serves.</summary>
    public string Root { get; private set; } = "";

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>Everything it said.</summary>
    public string Said => string.Join('\n', _said) + (_process.HasExited ? $"\nIt ended with {_process.ExitCode}." : "");

    public int Threads => Status("Threads:");

    /// <summary>Resident memory in MiB.</summary>
    public int Memory => Status("VmRSS:") / 1024;

    /// <summary>Starts a node on a database and returns when it is ready.</summary>
    /// <param name="cluster">Whose secret it shares.</param>
    /// <param name="connection">The database.</param>
    /// <param name="settings">Over those that make a fast and quiet node.</param>
    public static Task<Node> Start(Cluster cluster, string connection, params (string Name, string Value)[] settings) =>
        Ready(Launch(["dotnet"], [.. On(cluster, connection), .. settings]));

    /// <summary>As <see cref="Start"/>, and what it can do is what one core can do.</summary>
    public static Task<Node> StartOnOneCore(Cluster cluster, string connection, params (string Name, string Value)[] settings) =>
        Ready(Launch(["taskset", "--cpu-list", FirstCore, "dotnet"], [.. On(cluster, connection), .. settings]));

    /// <summary>Starts a node with a PostgreSQL of its own in <paramref name="data"/>.</summary>
    public static Task<Node> StartAlone(string data) => Ready(Launch(["dotnet"], [("Colonnade__Data", data)]));

    /// <summary>Starts a node whose PostgreSQL is not there, and returns when it says that it waits.</summary>
    public static async Task<Node> StartTooEarly(Cluster cluster, string connection)
    {
        var node = Launch(["dotnet"], On(cluster, connection));
        node.Root = await node._waiting.Task.WaitAsync(Patience, Lab.Stop);
        return node;
    }

    /// <summary>Whether it takes requests; from then on <see cref="Root"/> says where.</summary>
    public async Task<bool> IsReady(Wire wire)
    {
        if (!_serving.Task.IsCompletedSuccessfully)
            return false;
        Root = await _serving.Task;
        return (await wire.Send("GET", Root + "/health/ready")).Status == 200;
    }

    private static (string, string)[] On(Cluster cluster, string connection) => [("Database__Connection", connection), ("Colonnade__Secret", cluster.Secret)];

    /// <summary>As <see cref="Start"/>, serving Studio.</summary>
    public static Task<Node> StartStudio(Cluster cluster, string connection, params (string Name, string Value)[] settings) =>
        Ready(Launch(["dotnet"], [.. On(cluster, connection), .. settings], "studio"));

    /// <summary>As <see cref="StartStudio"/>, on a disk that takes no file of more than <paramref name="most"/> bytes (EFBIG, as ENOSPC at another number).</summary>
    public static Task<Node> StartStudioOnSmallDisk(Cluster cluster, string connection, long most, params (string Name, string Value)[] settings) => Ready(Launch(
        // The signal would end it before the error reaches it; the runtime's own mappings are files, too.
        ["sh", "-c", string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; exec prlimit --fsize={most} dotnet \"$@\""), "sh"],
        [.. On(cluster, connection), ("DOTNET_EnableWriteXorExecute", "0"), .. settings], "studio"));

    private static Node Launch(string[] command, (string Name, string Value)[] settings, string product = "fragrances")
    {
        var start = new ProcessStartInfo(command[0], [.. command[1..], Program, "serve", product])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var inherited in start.Environment.Keys.Where(name => name.Contains("__", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(inherited);
        (string Name, string Value)[] usual =
        [
            ("DOTNET_ENVIRONMENT", "Production"), ("Fragrances__Urls", "http://127.0.0.1:0"), ("Mail__Smtp__Host", "127.0.0.1"), ("Mail__Smtp__Port", "9"),
            ("Mail__Smtp__StartTls", "false"), ("RateLimits__Factor", "100000"), ("Passwords__Iterations", "1000"), ("Shutdown__KeepServing", "0"),
            ("Logging__LogLevel__Colonnade.Platform.Telemetry.RequestLog", "None"),
        ];
        foreach (var (name, value) in usual.Concat(settings))
            start.Environment[name] = value;

        var node = new Node(new Process { StartInfo = start });
        node._process.OutputDataReceived += node.Hear;
        node._process.ErrorDataReceived += node.Hear;
        node._process.Start();
        node._process.BeginOutputReadLine();
        node._process.BeginErrorReadLine();
        _ = node._process.WaitForExitAsync().ContinueWith(_ => node._serving.TrySetException(new InvalidOperationException("It ended:\n" + node.Said)), TaskScheduler.Default);
        return node;
    }

    private static async Task<Node> Ready(Node node)
    {
        using var wire = new Wire();
        await node._serving.Task.WaitAsync(Patience, Lab.Stop);
        await Lab.Until("the node is ready", Patience, () => node.IsReady(wire));
        return node;
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        Cluster.Signal(Id, "KILL");
        await _process.WaitForExitAsync(Lab.Stop);
    }

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public void Terminate() => Cluster.Signal(Id, "TERM");

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> Ended()
    {
        await _process.WaitForExitAsync(Lab.Stop);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private int Status(string name) => _process.HasExited ? throw new InvalidOperationException(Said) : int.Parse(
        File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private void Hear(object sender, DataReceivedEventArgs heard)
    {
        if (heard.Data is not { } line)
            return;
        _said.Enqueue(line);
        var at = line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal);
        if (at >= 0 && line.Contains("waits for its PostgreSQL", StringComparison.Ordinal))
            _waiting.TrySetResult(line[at..].Split(' ')[0]);
        else if (at >= 0 && line.Contains("reference", StringComparison.Ordinal))
            _serving.TrySetResult(line[at..].Split(' ')[0]);
    }
}
