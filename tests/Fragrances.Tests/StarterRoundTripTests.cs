using System.Net.Http.Headers;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class StarterRoundTripTests(StarterApp app) : IClassFixture<StarterApp>
{
    [Theory]
    [InlineData("json", "application/json")]
    [InlineData("csv", "text/csv")]
    public async Task Every_fragrance_of_the_starter_catalogue_is_known_again_by_what_an_export_says_of_it(string format, string type)
    {
        var owner = await app.Someone();
        var count = await app.Database.Execute(
            "insert into collection_items (account_id, fragrance_id, is_owned, is_wishlist) select @id, id, true, false from fragrances",
            new { owner.Id }, TestContext.Current.CancellationToken);
        count.ShouldBeGreaterThan(500);
        var file = (await owner.Api.Get($"/api/user/collection/export?format={format}")).ShouldBe(200);

        var other = await app.Someone();
        var content = new ByteArrayContent(file.Bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        (await other.Api.Send("POST", "/api/user/collection/import", content)).ShouldBe(201).At("summary.added").GetInt32().ShouldBe(count);
        (await other.Api.Get($"/api/user/collection/export?format={format}")).ShouldBe(200).Text.ShouldBe(file.Text);
    }
}
