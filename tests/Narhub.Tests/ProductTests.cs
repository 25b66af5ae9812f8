using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class ProductTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task The_catalogue_is_there_for_everybody()
    {
        var list = (await app.Api.Get("/api/products")).ShouldBe(200);
        list.Json.Members().ShouldBe(["products"]);
        var products = list.At("products").EnumerateArray().ToList();
        products.Count.ShouldBeGreaterThanOrEqualTo(12);
        products.ShouldAllBe(product => product.GetProperty("priceMin").GetInt64() > 0 && product.GetProperty("priceMax").GetInt64() >= product.GetProperty("priceMin").GetInt64());
        products.Select(product => product.GetProperty("slug").GetString()).ShouldBeUnique(StringComparer.Ordinal);
        products.Select(product => product.GetProperty("name").GetString()).ShouldBeInOrder(SortDirection.Ascending, StringComparer.OrdinalIgnoreCase);

        var vigil = (await app.Api.Get("/api/products/vigil-ai")).ShouldBe(200);
        vigil.At("product").Members().ShouldBe(["productId", "slug", "name", "icon", "category", "description", "priceMin", "priceMax", "currency"]);
        vigil.At("product.icon").GetString().ShouldBe("🛡️");
        vigil.At("product.priceMin").GetInt64().ShouldBe(3_000_000);
        vigil.At("product.priceMax").GetInt64().ShouldBe(5_000_000);
        vigil.At("product.currency").GetString().ShouldBe("EUR");
    }

    [Fact]
    public async Task A_product_can_be_put_into_the_cart_as_it_is()
    {
        var person = await app.Someone();
        var product = (await app.Api.Get("/api/products/harbor-iam")).At("product");
        (await person.Api.Post("/api/cart", product.GetRawText())).ShouldBe(200);
        (await person.Api.Get("/api/cart")).At("items[0].name").GetString().ShouldBe("Harbor IAM");
    }

    [Theory]
    [InlineData("/api/products?category=security", 2)]
    [InlineData("/api/products?category=none", 0)]
    public async Task A_category_is_found_in_any_case(string path, int count) => (await app.Api.Get(path)).ShouldBe(200).At("products").GetArrayLength().ShouldBe(count);

    [Theory]
    [InlineData("/api/products/none")]
    [InlineData("/api/products/VIGIL-AI")]
    [InlineData("/api/products/vigil-ai%ED%A0%80")]
    public async Task What_is_not_sold_is_not_found(string path) => (await app.Api.Get(path)).ShouldBeRefused(404, "NOT_FOUND");

    [Fact]
    public async Task The_catalogue_is_filled_once()
    {
        var before = (await app.Api.Get("/api/products")).Text;
        await app.Database.Execute("update products set name = 'Renamed' where slug = 'keel-backup'", null, TestContext.Current.CancellationToken);
        await NarhubApp.AtOnce(4, async _ =>
        {
            await StarterCatalogue.Seed(app.Database, TestContext.Current.CancellationToken);
            return true;
        });
        (await app.Api.Get("/api/products")).Text.Length.ShouldBe(before.Length + "Renamed".Length - "Keel Backup".Length);
    }
}
