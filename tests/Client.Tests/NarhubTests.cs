using Shouldly;
using Xunit;

namespace Colonnade.Client.Tests;

public sealed class NarhubTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task Every_operation_of_narhub_works_with_its_client() => await ClientPackage.Test("narhub.live", least: 17, await app.Variables());

    [Fact]
    public async Task The_lines_of_the_readme_lead_to_data()
    {
        (await app.Api.Post("/api/auth/register", """{"email":"reader@example.com","password":"s3cret-enough","name":"Jo Doe"}""")).ShouldBe(201);
        (await ClientPackage.RunExample("Narhub", ("http://localhost:3000", app.Url))).ShouldContain("1 × VIGIL AI");
    }
}
