using Shouldly;
using Xunit;

namespace Colonnade.Client.Tests;

public sealed class FragrancesTests(FragrancesApp app) : IClassFixture<FragrancesApp>
{
    [Fact]
    public async Task Every_operation_of_fragrances_works_with_its_client() => await ClientPackage.Test("fragrances.live", least: 13, await app.Variables());

    [Fact]
    public async Task The_lines_of_the_readme_lead_to_data()
    {
        (await app.Api.Post("/api/auth/register", """{"email":"reader@example.com","password":"s3cret-enough","fullName":"Jo Doe"}""")).ShouldBe(201);
        (await ClientPackage.RunExample("Fragrances", ("http://localhost:3004", app.Url))).ShouldContain("Sauvage by Dior");
    }
}
