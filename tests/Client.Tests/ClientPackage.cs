using System.Globalization;
using System.Text.RegularExpressions;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Client.Tests;

/// <summary><c>clients/typescript</c>, compiled once for all tests, with every check that TypeScript has.</summary>
internal static partial class ClientPackage
{
    private static readonly NodePackage Package = new("clients/typescript");
    private static readonly Lazy<Task> Built = new(static () => Package.Run("npm", ["run", "build"], CancellationToken.None));

    public static string Folder => Package.Folder;

    /// <summary>What a command writes, run on the compiled package.</summary>
    public static async Task<string> Run(string command, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await Built.Value;
        return await Package.Run(command, arguments, TestContext.Current.CancellationToken, environment: environment);
    }

    /// <summary>Runs files of <c>test/</c>, of at least so many tests, of which none fails and none is left out.</summary>
    public static async Task Test(string[] files, int least, IReadOnlyDictionary<string, string>? environment = null)
    {
        var output = await Run("node", ["--test", "--test-reporter=tap", .. files.Select(file => $"build/{file}.js")], environment);
        Count("pass", output).ShouldBeGreaterThanOrEqualTo(least, output);
        Count("pass", output).ShouldBe(Count("tests", output), output);
    }

    private static int Count(string what, string output) =>
        int.Parse(Counts().Matches(output).Last(match => match.Groups["what"].Value == what).Groups["count"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^# (?<what>[a-z]+) (?<count>[0-9]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Counts();
}
