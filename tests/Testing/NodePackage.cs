using System.ComponentModel;
using System.Diagnostics;

namespace Colonnade.Testing;

/// <summary>A folder with a <c>package.json</c>; what it depends on is installed once, from its lock file.</summary>
public sealed class NodePackage
{
    private readonly string _name;
    private readonly Lazy<Task> _installed;

    /// <param name="name">The folder, from the root of the source tree.</param>
    public NodePackage(string name)
    {
        _name = name;
        Folder = Path.Combine([SourceTree.Root, .. name.Split('/')]);
        _installed = new Lazy<Task>(Install);
    }

    public string Folder { get; }

    /// <summary>What a command writes to its standard output.</summary>
    /// <param name="command"><c>node</c> or <c>npm</c>.</param>
    /// <param name="arguments">Of the command.</param>
    /// <param name="stop">Ends the command.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <exception cref="InvalidOperationException">It ended with an exit code other than 0; the message has what it wrote.</exception>
    public async Task<string> Run(
        string command, string[] arguments, CancellationToken stop, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        await _installed.Value;
        return await Start(command, arguments, input, environment, stop);
    }

    /// <summary>Starts a command whose standard input and output are the caller's.</summary>
    public async Task<Process> Begin(string command, string[] arguments)
    {
        await _installed.Value;
        return Start(command, arguments, null, errors: false);
    }

    private async Task Install()
    {
        var done = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!done.Exists || done.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
            await Start("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "", null, CancellationToken.None);
    }

    private async Task<string> Start(
        string command, string[] arguments, string input, IReadOnlyDictionary<string, string>? environment, CancellationToken stop)
    {
        var process = Start(command, arguments, environment, errors: true);
        using (process)
        {
            await using var end = stop.Register(() => process.Kill(entireProcessTree: true));
            var output = process.StandardOutput.ReadToEndAsync(stop);
            var errors = process.StandardError.ReadToEndAsync(stop);
            await process.StandardInput.WriteAsync(input.AsMemory(), stop);
            process.StandardInput.Close();
            await process.WaitForExitAsync(stop);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} in {_name} ended with {process.ExitCode}: {await errors}{await output}");
        }
    }

    private Process Start(string command, string[] arguments, IReadOnlyDictionary<string, string>? environment, bool errors)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = errors,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception absent)
        {
            throw new InvalidOperationException($"This test needs Node.js 20 or later and npm, and found no \"{command}\" on the PATH.", absent);
        }
    }
}
