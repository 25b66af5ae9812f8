using System.Diagnostics;

namespace Colonnade.Testing;

/// <summary>
/// Runs the scripts of <c>tests/javascript</c> on Node.js: well-known libraries that look at this house from outside. Their packages
/// are installed once, from the lock file.
/// </summary>
public static class JavaScript
{
    private static readonly Lazy<Task<string>> Installed = new(Install);

    /// <summary>What <paramref name="script"/> writes to its standard output.</summary>
    /// <param name="script">A file of <c>tests/javascript</c>.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<string> Run(string script, string input, CancellationToken stop) => await Start("node", [script], input, await Installed.Value, stop);

    /// <summary>A script that serves until its standard input ends.</summary>
    /// <param name="script">A file of <c>tests/javascript</c>; the first line of its output is returned.</param>
    public static async Task<(Process Process, string FirstLine)> Serve(string script)
    {
        var process = Process.Start(new ProcessStartInfo("node", [script])
        {
            WorkingDirectory = await Installed.Value,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return (process, await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{script} said nothing and ended."));
    }

    private static async Task<string> Install()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Colonnade.slnx")))
            root = root.Parent ?? throw new InvalidOperationException("These tests run from a build below the folder of Colonnade.slnx.");
        var folder = Path.Combine(root.FullName, "tests", "javascript");
        var done = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        if (!done.Exists || done.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
            await Start("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "", folder, CancellationToken.None);
        return folder;
    }

    private static async Task<string> Start(string command, string[] arguments, string input, string folder, CancellationToken stop)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            throw new InvalidOperationException($"This test needs Node.js 20 or later and npm, and found no \"{command}\" on the PATH.", absent);
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(stop);
            var errors = process.StandardError.ReadToEndAsync(stop);
            await process.StandardInput.WriteAsync(input.AsMemory(), stop);
            process.StandardInput.Close();
            await process.WaitForExitAsync(stop);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} in tests/javascript ended with {process.ExitCode}: {await errors}");
        }
    }
}
