using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Colonnade.Bench;

/// <summary>A program in a process of its own, with an environment of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    private const int Terminate = 15;

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Process _process;
    private readonly Task<string> _said;

    private ServerProcess(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        _process = Begin(program, arguments, environment);
        _said = Said(_process);
    }

    /// <summary>From the start of the process to its first answer of 200.</summary>
    public TimeSpan Start { get; private set; }

    /// <summary>Since the start of the process.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_began);

    /// <summary>Starts a server and waits until <paramref name="ready"/> answers 200. Programs are assemblies, run by the <c>dotnet</c> that runs this.</summary>
    /// <exception cref="BenchException">It ended instead, or is not ready within a minute.</exception>
    public static async Task<ServerProcess> Serve(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Uri ready, HttpClient http, CancellationToken stop)
    {
        var server = new ServerProcess(program, arguments, environment);
        while (!await Answers(http, ready, stop))
        {
            if (server._process.HasExited) throw new BenchException($"{program} ended: {await server._said}");
            if (server.Age > Patience)
            {
                await server.DisposeAsync();
                throw new BenchException($"{program} is not ready within {Patience.TotalSeconds} s.");
            }

            await Task.Delay(Tick, TimeProvider.System, stop);
        }

        server.Start = server.Age;
        return server;
    }

    /// <summary>Runs a command to its end.</summary>
    /// <returns>How long it took.</returns>
    /// <exception cref="BenchException">It failed.</exception>
    public static async Task<TimeSpan> Run(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken stop)
    {
        await using var command = new ServerProcess(program, arguments, environment);
        await command._process.WaitForExitAsync(stop);
        return command._process.ExitCode == 0
            ? command.Age
            : throw new BenchException($"{program} failed: {await command._said}");
    }

    /// <summary>Memory of the process that is in RAM now, in bytes.</summary>
    public long Resident => StatusBytes("VmRSS");

    /// <summary>The most of it there has been, in bytes.</summary>
    public long Peak => StatusBytes("VmHWM");

    /// <summary>A URL nobody listens on.</summary>
    public static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{listener.LocalEndpoint}/"));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Not SIGINT: what a shell starts in the background ignores it, and so do its children.
            _ = Kill(_process.Id, Terminate);
            try
            {
                await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40), TimeProvider.System);
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private static Process Begin(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var command = new ProcessStartInfo(Environment.ProcessPath!, [program, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        // Settings of whoever starts the bench must not change what is measured.
        foreach (var name in command.Environment.Keys.Where(name => name.Contains("__", StringComparison.Ordinal)
            || (name.StartsWith("DOTNET_", StringComparison.Ordinal) && !name.StartsWith("DOTNET_ROOT", StringComparison.Ordinal))).ToArray())
            command.Environment.Remove(name);
        foreach (var (name, value) in environment) command.Environment[name] = value;
        return Process.Start(command)!;
    }

    private static async Task<string> Said(Process process) =>
        string.Concat(await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()));

    private static async Task<bool> Answers(HttpClient http, Uri ready, CancellationToken stop)
    {
        try
        {
            using var answer = await http.GetAsync(ready, stop);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private long StatusBytes(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
