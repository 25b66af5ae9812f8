using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Colonnade.Faults;

/// <summary>One Host as a process of its own, in Production, serving Fragrances on a free port.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Colonnade.Host.dll");

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();
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

    /// <summary>Starts a node on a database and returns when it serves.</summary>
    /// <param name="cluster">Whose secret it shares.</param>
    /// <param name="connection">The database.</param>
    /// <param name="settings">Over those that make a fast and quiet node.</param>
    public static Task<Node> Start(Cluster cluster, string connection, params (string Name, string Value)[] settings) =>
        Start(["dotnet"], cluster, connection, settings);

    /// <summary>As <see cref="Start(Cluster, string, ValueTuple{string, string}[])"/>, and what it can do is what one core can do.</summary>
    public static Task<Node> StartOnOneCore(Cluster cluster, string connection) => Start(["taskset", "--cpu-list", "0", "dotnet"], cluster, connection, []);

    private static async Task<Node> Start(string[] command, Cluster cluster, string connection, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(command[0], [.. command[1..], Program, "serve", "fragrances"])
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
            ("DOTNET_ENVIRONMENT", "Production"), ("Database__Connection", connection), ("Colonnade__Secret", cluster.Secret), ("Fragrances__Urls", "http://127.0.0.1:0"),
            ("Mail__Smtp__Host", "127.0.0.1"), ("Mail__Smtp__Port", "9"), ("Mail__Smtp__StartTls", "false"), ("RateLimits__Enabled", "false"), ("Passwords__Iterations", "1000"),
            ("Shutdown__KeepServing", "0"), ("Logging__LogLevel__Colonnade.Platform.Telemetry.RequestLog", "None"),
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
        node.Root = await node._serving.Task.WaitAsync(TimeSpan.FromSeconds(60), Lab.Stop);
        return node;
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        Cluster.Signal(Id, "KILL");
        await _process.WaitForExitAsync(Lab.Stop);
    }

    /// <summary>SIGTERM, as a service manager sends it; its exit code and how long it took.</summary>
    public async Task<(int ExitCode, TimeSpan Took)> Terminate()
    {
        var began = Stopwatch.GetTimestamp();
        Cluster.Signal(Id, "TERM");
        await _process.WaitForExitAsync(Lab.Stop);
        return (_process.ExitCode, Stopwatch.GetElapsedTime(began));
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
        if (at >= 0 && line.Contains("reference", StringComparison.Ordinal))
            _serving.TrySetResult(line[at..].Split(' ')[0]);
    }
}
