using System.Diagnostics;

namespace Colonnade.Testing;

/// <summary>Runs the scripts of <c>tests/javascript</c> on Node.js: well-known libraries that look at this house from outside.</summary>
public static class JavaScript
{
    private static readonly NodePackage Scripts = new("tests/javascript");

    /// <summary>What <paramref name="script"/> writes to its standard output.</summary>
    /// <param name="script">A file of <c>tests/javascript</c>.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="stop">Cancels.</param>
    public static Task<string> Run(string script, string input, CancellationToken stop) => Scripts.Run("node", [script], stop, input);

    /// <summary>A script that serves until its standard input ends, and the first line it says.</summary>
    /// <param name="script">A file of <c>tests/javascript</c>.</param>
    public static async Task<(Process Process, string FirstLine)> Serve(string script)
    {
        var process = await Scripts.Begin("node", [script]);
        return (process, await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{script} said nothing and ended."));
    }
}
