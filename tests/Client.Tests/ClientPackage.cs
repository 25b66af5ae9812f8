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

    /// <summary>Runs a file of <c>test/</c>, of at least so many tests, of which none fails and none is left out.</summary>
    public static async Task Test(string file, int least, IReadOnlyDictionary<string, string>? environment = null)
    {
        var output = await Run("node", ["--test-reporter=tap", $"build/{file}.js"], environment);
        Count("pass", output).ShouldBeGreaterThanOrEqualTo(least, output);
        Count("pass", output).ShouldBe(Count("tests", output), output);
    }

    /// <summary>
    /// What the README's example of a product writes, changed as told. It is as short as it should be: five lines to the first data.
    /// </summary>
    /// <param name="client">Which class it makes.</param>
    /// <param name="changes">Of its text, each of which is there.</param>
    public static async Task<string> RunExample(string client, params (string Of, string To)[] changes)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Folder, "README.md"), TestContext.Current.CancellationToken);
        var lines = Examples().Matches(readme).Select(match => match.Groups["code"].Value).First(code => code.Contains($"new {client}(", StringComparison.Ordinal)).Trim();
        lines.Split('\n').Length.ShouldBe(5, lines);
        foreach (var (of, to) in changes)
        {
            lines.ShouldContain(of);
            lines = lines.Replace(of, to, StringComparison.Ordinal);
        }

        return await Run("node", ["--input-type=module", "--eval", lines]);
    }

    private static int Count(string what, string output) =>
        int.Parse(Counts().Matches(output).Last(match => match.Groups["what"].Value == what).Groups["count"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("```ts\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Examples();

    [GeneratedRegex("^# (?<what>[a-z]+) (?<count>[0-9]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Counts();
}
