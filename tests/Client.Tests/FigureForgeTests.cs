using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Colonnade.Client.Tests;

public sealed partial class FigureForgeTests(FigureForgeApp app) : IClassFixture<FigureForgeApp>
{
    [Fact]
    public async Task Every_operation_of_figureforge_works_with_its_client() => await ClientPackage.Test("figureforge.live", least: 15, await app.Variables());

    [Fact]
    public async Task The_lines_of_the_readme_lead_to_data()
    {
        (await app.Api.Post("/api/auth/magic-link/request/", """{"email":"reader@example.com"}""")).ShouldBe(200);
        await app.RunJobs();
        var code = Digits().Match((await app.Mails("reader@example.com"))[0].Subject).Value;
        var example = ClientPackage.RunExample("FigureForge", ("http://localhost:3003", app.Url), ("123456", code));
        // Who asks for a picture waits for it, and its job for the thumbnails.
        while (!example.IsCompleted)
        {
            if (await app.RunJobs() > 0)
                await app.Advance(TimeSpan.FromSeconds(5));
        }

        (await example).ShouldContain("/files/");
    }

    [GeneratedRegex("[0-9]{6}", RegexOptions.None, 1000)]
    private static partial Regex Digits();
}
