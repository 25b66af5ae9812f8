using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Shouldly;
using Xunit;

namespace Colonnade.Host.Tests;

/// <summary>The program as a process of its own, as the script starts it, and everything it says.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Colonnade.Host.dll");

    private readonly Process _process;
    private readonly BlockingCollection<string> _unread = [];
    private readonly ConcurrentQueue<string> _said = new();
    private int _streamsEnded;

    private HostProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Everything said so far, on both streams.</summary>
    public string Said => string.Join('\n', _said);

    /// <summary>Starts <c>colonnade …</c> on a data directory, its products on free ports.</summary>
    public static HostProcess Start(TemporaryData data, IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        Start(data, "000", environment, arguments);

    public static HostProcess StartStrictly(TemporaryData data, params string[] arguments) => Start(data, "077", environment: null, arguments);

    private static HostProcess Start(TemporaryData data, string umask, IReadOnlyDictionary<string, string>? environment, string[] arguments)
    {
        // The shell is there for the umask: what must be private, or must not, has to be so by itself.
        var start = new ProcessStartInfo("sh", ["-c", $"umask {umask}; exec dotnet \"$@\"", "sh", Program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var inherited in start.Environment.Keys.Where(name => name.Contains("__", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(inherited);
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["Colonnade__Data"] = data.Path;
        foreach (var product in Products.All) start.Environment[$"{product.Name}__Urls"] = "http://127.0.0.1:0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal)) start.Environment[name] = value;

        var host = new HostProcess(new Process { StartInfo = start });
        host._process.OutputDataReceived += host.Hear;
        host._process.ErrorDataReceived += host.Hear;
        host._process.Start();
        host._process.BeginOutputReadLine();
        host._process.BeginErrorReadLine();
        return host;
    }

    public static HostProcess Start(TemporaryData data, params string[] arguments) => Start(data, environment: null, arguments);

    /// <summary>Waits for a line with this in it.</summary>
    public Task<string> Hears(string part) => Hears(line => line.Contains(part, StringComparison.Ordinal), part);

    /// <summary>Waits until everything serves and gives the root of a product.</summary>
    public async Task<string> Serves(string product)
    {
        var line = await Hears(
            line => line.StartsWith(product, StringComparison.Ordinal) && line.Contains(" http://", StringComparison.Ordinal),
            $"{product} http://…");
        await Hears("Ctrl-C stops.");
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
    }

    private Task<string> Hears(Predicate<string> wanted, string description) => Task.Run(
        () =>
        {
            foreach (var line in _unread.GetConsumingEnumerable(TestContext.Current.CancellationToken))
            {
                if (wanted(line)) return line;
            }

            throw new ShouldAssertException($"It ended without saying “{description}”, but:\n{Said}");
        },
        TestContext.Current.CancellationToken);

    public void Signal(UnixSignal signal) => ChildProcess.Signal(Id, signal);

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public async Task Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<int> Ends()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _unread.Dispose();
    }

    private void Hear(object sender, DataReceivedEventArgs heard)
    {
        if (heard.Data is { } line)
        {
            _said.Enqueue(line);
            _unread.Add(line);
        }
        else if (Interlocked.Increment(ref _streamsEnded) == 2)
        {
            _unread.CompleteAdding();
        }
    }

}
