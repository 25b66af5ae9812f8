using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class AdminProductTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    private const string New = """{"slug":"nova-mdm","name":"Nova MDM","icon":"📱","category":"Security","description":"Devices.","priceMin":500000,"priceMax":900000}""";

    [Fact]
    public async Task An_operator_adds_changes_withdraws_and_restores_a_product()
    {
        var admin = await app.Operator();
        var added = (await admin.Api.Post("/api/admin/products", New)).ShouldBe(201);
        added.At("product.currency").GetString().ShouldBe("EUR");
        (await admin.Api.Get(added.Header("Location")!)).ShouldBe(200).Text.ShouldBe(added.Text);
        (await admin.Api.Post("/api/admin/products", New)).ShouldBeRefused(409, "CONFLICT", "A product with this slug already exists");
        (await app.Api.Get("/api/products/nova-mdm")).ShouldBe(200);

        var changed = (await admin.Api.Patch("/api/admin/products/nova-mdm", """{"name":"Nova","priceMax":1000000}""")).ShouldBe(200);
        changed.At("product.priceMin").GetInt64().ShouldBe(500_000);
        changed.At("product.priceMax").GetInt64().ShouldBe(1_000_000);
        (await admin.Api.Patch("/api/admin/products/nova-mdm", """{"priceMin":1000001}""")).ShouldBeInvalid("priceMin");
        (await admin.Api.Patch("/api/admin/products/none", "{}")).ShouldBeRefused(404, "NOT_FOUND", "Product not found");

        (await admin.Api.Delete("/api/admin/products/nova-mdm")).ShouldBe(200).At("product.withdrawnAt").GetString().ShouldNotBeNull();
        (await admin.Api.Delete("/api/admin/products/nova-mdm")).ShouldBe(200);
        (await app.Api.Get("/api/products/nova-mdm")).ShouldBe(404);
        (await admin.Api.Get("/api/admin/products")).At("products").EnumerateArray().ShouldContain(product => product.GetProperty("slug").GetString() == "nova-mdm");
        (await admin.Api.Post("/api/admin/products/nova-mdm/restore")).ShouldBe(200);
        (await app.Api.Get("/api/products/nova-mdm")).ShouldBe(200);
        var trail = await app.Database.List<string>("select event from audit where event like 'product_%' and actor_id = @Id order by at, id", new { admin.Id }, TestContext.Current.CancellationToken);
        trail.ShouldBe(["product_added", "product_changed", "product_withdrawn", "product_restored"]);
    }

    [Fact]
    public async Task A_changed_price_and_a_withdrawal_show_in_carts_and_what_is_withdrawn_cannot_be_added()
    {
        var admin = await app.Operator();
        var person = await app.Someone();
        (await person.Api.Post("/api/cart", CartTests.Item("gauge-bi"))).ShouldBe(200);
        (await admin.Api.Patch("/api/admin/products/gauge-bi", """{"priceMin":2000000}""")).ShouldBe(200);
        var item = (await person.Api.Get("/api/cart")).At("items[0]");
        item.GetProperty("priceMin").GetInt64().ShouldBe(2_000_000);
        item.GetProperty("priceChanged").GetRawText().ShouldBe("""{"old":{"priceMin":1000000,"priceMax":3000000},"new":{"priceMin":2000000,"priceMax":3000000}}""");
        item.TryGetProperty("available", out _).ShouldBeFalse();

        (await admin.Api.Delete("/api/admin/products/gauge-bi")).ShouldBe(200);
        (await person.Api.Get("/api/cart")).At("items[0].available").GetBoolean().ShouldBeFalse();
        (await person.Api.Post("/api/cart", CartTests.Item("gauge-bi"))).ShouldBeRefused(409, "CONFLICT", "This product is no longer sold");
        (await person.Api.Post("/api/cart/merge", $$"""{"items":[{{CartTests.Item("gauge-bi", """, "quantity": 9""")}}]}""")).ShouldBe(200).At("items[0].quantity").GetInt32().ShouldBe(1);
        (await person.Api.Delete("/api/cart?productId=gauge-bi")).ShouldBe(200);
    }

    [Theory]
    [InlineData("{}", "slug")]
    [InlineData("""{"slug":"Bad Slug","name":"N","category":"C","priceMin":1,"priceMax":2}""", "slug")]
    [InlineData("""{"slug":"s","category":"C","priceMin":1,"priceMax":2}""", "name")]
    [InlineData("""{"slug":"s","name":"N","category":"C","priceMin":3,"priceMax":2}""", "priceMin")]
    [InlineData("""{"slug":"s","name":"N","category":"C","priceMin":1,"priceMax":2,"currency":"euro"}""", "currency")]
    [InlineData("""{"slug":"s","name":"N","category":"C","priceMin":1,"priceMax":2,"icon":null}""", "icon")]
    public async Task What_cannot_be_sold_is_named(string body, string field) => (await (await app.Operator()).Api.Post("/api/admin/products", body)).ShouldBeInvalid(field);

    [Fact]
    public async Task Of_ten_products_of_one_slug_at_once_one_is_added()
    {
        var admin = await app.Operator();
        var answers = await NarhubApp.AtOnce(10, _ => admin.Api.Post("/api/admin/products", New.Replace("nova-mdm", "raced", StringComparison.Ordinal)));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Count(answer => answer.Status == 409).ShouldBe(9);
    }

    [Fact]
    public async Task Withdrawing_many_times_at_once_is_one_withdrawal()
    {
        var admin = await app.Operator();
        await NarhubApp.AtOnce(10, _ => admin.Api.Delete("/api/admin/products/ferry-edi"));
        (await app.Database.One<int>("select count(*)::int from audit where event = 'product_withdrawn' and detail->>'slug' = 'ferry-edi'", null, TestContext.Current.CancellationToken)).ShouldBe(1);
    }
}
