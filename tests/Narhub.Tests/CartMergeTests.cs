using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class CartMergeTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task The_larger_quantity_stays_and_merging_again_changes_nothing()
    {
        var person = await app.Someone();
        await person.Api.Post("/api/cart", CartTests.Item("vigil-ai", """, "quantity": 3"""));
        await app.Advance(TimeSpan.FromMilliseconds(1));
        await person.Api.Post("/api/cart", CartTests.Item("mine"));
        await app.Advance(TimeSpan.FromMilliseconds(1));
        var guest = $$"""{"items":[{{CartTests.Item("vigil-ai", """, "quantity": 2""")}},{{CartTests.Item("mine", """, "quantity": 5""")}},{{CartTests.Item("theirs")}}]}""";
        var merged = (await person.Api.Post("/api/cart/merge", guest)).ShouldBe(200);
        merged.Json.Members().ShouldBe(["message", "items"]);
        Quantities(merged).ShouldBe(["vigil-ai 3", "mine 5", "theirs 1"]);
        merged.At("items[0].name").GetString().ShouldBe("VIGIL AI");
        var again = await NarhubApp.AtOnce(10, _ => person.Api.Post("/api/cart/merge", guest));
        again.ShouldAllBe(answer => answer.Status == 200);
        Quantities(await person.Api.Get("/api/cart")).ShouldBe(["vigil-ai 3", "mine 5", "theirs 1"]);
    }

    [Fact]
    public async Task Merging_while_adding_loses_nothing()
    {
        var person = await app.Someone();
        await NarhubApp.AtOnce(40, n => n % 2 == 0
            ? person.Api.Post("/api/cart", CartTests.Item("both"))
            : person.Api.Post("/api/cart/merge", $$"""{"items":[{{CartTests.Item("guest")}},{{CartTests.Item("both")}}]}"""));
        var quantities = Quantities(await person.Api.Get("/api/cart"));
        quantities.ShouldContain("guest 1", StringComparer.Ordinal);
        // A merge that came first made it one, and the adds came on top of that.
        quantities.ShouldContain(line => line == "both 20" || line == "both 21");
    }

    [Fact]
    public async Task What_breaks_a_rule_is_named_by_its_place_and_nothing_is_merged()
    {
        var person = await app.Someone();
        (await person.Api.Post("/api/cart/merge", $$"""{"items":[{{CartTests.Item("good")}},{"productId":"bad","slug":"bad","name":"Bad","priceMin":-1,"priceMax":1}]}"""))
            .ShouldBeInvalid("items[1].priceMin");
        (await person.Api.Post("/api/cart/merge", "{}")).ShouldBeInvalid("items");
        (await person.Api.Post("/api/cart/merge", """{"items":[null]}""")).ShouldBeRefused(400, "VALIDATION_ERROR");
        var many = string.Join(',', Enumerable.Range(0, 101).Select(n => CartTests.Item($"m{n}")));
        (await person.Api.Post("/api/cart/merge", $$"""{"items":[{{many}}]}""")).ShouldBeInvalid("items");
        await person.Api.Post("/api/cart", CartTests.Item("mine"));
        var full = string.Join(',', Enumerable.Range(0, 100).Select(n => CartTests.Item($"m{n}")));
        (await person.Api.Post("/api/cart/merge", $$"""{"items":[{{full}}]}""")).ShouldBeInvalid("productId", "A cart holds at most 100 products");
        Quantities(await person.Api.Get("/api/cart")).ShouldBe(["mine 1"]);
    }

    [Fact]
    public async Task A_product_named_twice_counts_once_with_its_larger_quantity()
    {
        var person = await app.Someone();
        (await person.Api.Post("/api/cart/merge", $$"""{"items":[{{CartTests.Item("twice", """, "quantity": 2""")}},{{CartTests.Item("twice", """, "quantity": 4""")}}]}""")).ShouldBe(200);
        Quantities(await person.Api.Get("/api/cart")).ShouldBe(["twice 4"]);
        (await person.Api.Post("/api/cart/merge", """{"items":[]}""")).ShouldBe(200);
    }

    private static List<string> Quantities(Answer cart) =>
        [.. cart.At("items").EnumerateArray().Select(item => $"{item.GetProperty("productId").GetString()} {item.GetProperty("quantity").GetInt32()}")];
}
