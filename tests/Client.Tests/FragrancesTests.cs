using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Colonnade.Client.Tests;

public sealed partial class FragrancesTests(FragrancesApp app) : IClassFixture<FragrancesApp>
{
    [Fact]
    public Task Every_operation_of_fragrances_works_with_its_client() => ClientPackage.Test(["fragrances.live"], least: 13, new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["FRAGRANCES_URL"] = app.Url,
        ["CONTROL_URL"] = app.ControlUrl,
    });

    [Fact]
    public async Task The_first_lines_of_the_readme_lead_to_data()
    {
        (await app.Api.Post("/api/auth/register", """{"email":"reader@example.com","password":"s3cret-enough","fullName":"Jo Doe"}""")).ShouldBe(201);
        var lines = Example().Match(await File.ReadAllTextAsync(Path.Combine(ClientPackage.Folder, "README.md"), TestContext.Current.CancellationToken)).Groups["code"].Value;
        lines.Trim().Split('\n').Length.ShouldBe(5);
        var script = lines.Replace("http://localhost:3004", app.Url, StringComparison.Ordinal);
        (await ClientPackage.Run("node", ["--input-type=module", "--eval", script])).ShouldContain("Sauvage by Dior");
    }

    [GeneratedRegex("```ts\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Example();
}
