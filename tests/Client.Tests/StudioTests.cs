using Shouldly;
using Xunit;

namespace Colonnade.Client.Tests;

public sealed class StudioTests(StudioApp app) : IClassFixture<StudioApp>
{
    [Fact]
    public async Task Every_operation_of_studio_works_with_its_client() => await ClientPackage.Test("studio.live", least: 14, await app.Variables());

    [Fact]
    public async Task The_lines_of_the_readme_lead_to_data()
    {
        (await app.Api.Post("/api/auth/register", """{"email":"reader@example.com","password":"s3cret-enough","name":"Jo Doe"}""")).ShouldBe(201);
        (await ClientPackage.RunExample("Studio", ("http://localhost:3001", app.Url))).ShouldContain(" from ");
    }
}
