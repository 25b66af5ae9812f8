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
}
