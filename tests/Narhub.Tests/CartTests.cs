using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class CartTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    /// <summary>The document's own body, mojibake and all.</summary>
    private const string Vigil =
        """
        {
          "productId": "vigil-ai",
          "slug": "vigil-ai",
          "name": "VIGIL AI",
          "icon": "ðŸ›¡ï¸",
          "priceMin": 3000000,
          "priceMax": 5000000
        }
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_documents_examples_in_their_order()
    {
        var person = await app.Someone();
        (await person.Api.Get("/api/cart")).ShouldBe(200).Text.ShouldBe("""{"items":[]}""");
        (await person.Api.Post("/api/cart", Vigil)).ShouldBe(200).Text.ShouldBe("""{"message":"Producto agregado al carrito"}""");
        var cart = (await person.Api.Get("/api/cart")).ShouldBe(200);
        cart.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        var id = cart.At("items[0].id").GetGuid();
        cart.Json.Members().ShouldBe(["items"]);
        cart.At("items[0]").Members().ShouldBe(["id", "productId", "slug", "name", "icon", "priceMin", "priceMax", "quantity"]);
        cart.At("items[0].icon").GetString().ShouldBe("🛡️");
        cart.Text.ShouldBe($$"""{"items":[{"id":"{{id}}","productId":"vigil-ai","slug":"vigil-ai","name":"VIGIL AI","icon":"🛡️","priceMin":3000000,"priceMax":5000000,"quantity":1}]}""");

        (await person.Api.Put("/api/cart", """{ "productId": "vigil-ai", "quantity": 2 }""")).ShouldBe(200).Text.ShouldBe("""{"message":"Cantidad actualizada"}""");
        (await person.Api.Get("/api/cart")).At("items[0].quantity").GetInt32().ShouldBe(2);
        (await person.Api.Delete("/api/cart?productId=vigil-ai")).ShouldBe(200).Text.ShouldBe("""{"message":"Producto eliminado del carrito"}""");
        (await person.Api.Delete("/api/cart")).ShouldBe(200).Text.ShouldBe("""{"message":"Carrito vaciado"}""");
        (await person.Api.Get("/api/cart")).Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task Adding_again_increments_and_keeps_one_line()
    {
        var person = await app.Someone();
        for (var time = 0; time < 3; time++)
            (await person.Api.Post("/api/cart", Vigil)).ShouldBe(200);
        (await person.Api.Post("/api/cart", Vigil.Replace("5000000", "5000000, \"quantity\": 10", StringComparison.Ordinal))).ShouldBe(200);
        var cart = await person.Api.Get("/api/cart");
        cart.At("items").GetArrayLength().ShouldBe(1);
        cart.At("items[0].quantity").GetInt32().ShouldBe(13);
    }

    [Fact]
    public async Task A_hundred_adds_of_one_product_at_once_are_a_hundred()
    {
        var person = await app.Someone();
        var answers = await NarhubApp.AtOnce(100, _ => person.Api.Post("/api/cart", Vigil));
        answers.ShouldAllBe(answer => answer.Status == 200);
        var cart = await person.Api.Get("/api/cart");
        cart.At("items").GetArrayLength().ShouldBe(1);
        cart.At("items[0].quantity").GetInt32().ShouldBe(100);
    }

    [Fact]
    public async Task Of_a_hundred_and_twenty_products_at_once_a_hundred_fit()
    {
        var person = await app.Someone();
        var answers = await NarhubApp.AtOnce(120, n => person.Api.Post("/api/cart", Item($"module-{n}")));
        answers.Count(answer => answer.Status == 200).ShouldBe(100);
        foreach (var answer in answers.Where(answer => answer.Status != 200))
            answer.ShouldBeInvalid("productId", "A cart holds at most 100 products");
        (await person.Api.Get("/api/cart")).At("items").GetArrayLength().ShouldBe(100);
        // More of what is there still fits, and so does another once there is room.
        var there = (await person.Api.Get("/api/cart")).At("items[0].productId").GetString()!;
        (await person.Api.Post("/api/cart", Item(there))).ShouldBe(200);
        (await person.Api.Post("/api/cart", Item("one-more"))).ShouldBeInvalid("productId");
        (await person.Api.Delete($"/api/cart?productId={there}")).ShouldBe(200);
        (await person.Api.Post("/api/cart", Item("one-more"))).ShouldBe(200);
        (await person.Api.Delete("/api/cart")).ShouldBe(200);
        (await app.Database.One<int>("select lines from carts where user_id = @Id", new { person.Id }, Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task Every_way_to_change_a_cart_at_once_never_blocks_and_keeps_the_count()
    {
        var person = await app.Someone();
        await NarhubApp.AtOnce(10, n => person.Api.Post("/api/cart", Item($"p{n}")));
        var answers = await NarhubApp.AtOnce(120, n => (n % 6) switch
        {
            0 => person.Api.Post("/api/cart", Item($"p{n % 12}")),
            1 => person.Api.Put("/api/cart", $$"""{"productId":"p{{n % 10}}","quantity":{{n % 4}}}"""),
            2 => person.Api.Delete($"/api/cart?productId=p{n % 10}"),
            3 => person.Api.Post("/api/cart/merge", $$"""{"items":[{{Item("p9")}},{{Item($"p{n % 9}")}},{{Item("p0")}}]}"""),
            4 => n % 12 == 4 ? person.Api.Delete("/api/cart") : person.Api.Get("/api/cart"),
            _ => person.Api.Post("/api/cart", Item($"q{n}")),
        });
        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Status == 404);
        answers.Where(answer => answer.Status == 404).ShouldAllBe(answer => answer.At("code").GetString() == "NOT_FOUND");
        var lines = (await person.Api.Get("/api/cart")).At("items").GetArrayLength();
        (await app.Database.One<int>("select lines from carts where user_id = @Id", new { person.Id }, Stop)).ShouldBe(lines);
    }

    [Fact]
    public async Task Of_one_product_there_are_at_most_999_and_a_refusal_changes_nothing()
    {
        var person = await app.Someone();
        (await person.Api.Post("/api/cart", Item("bulk", """, "quantity": 999"""))).ShouldBe(200);
        (await person.Api.Post("/api/cart", Item("bulk"))).ShouldBeInvalid("quantity", "A cart holds at most 999 of one product");
        (await person.Api.Put("/api/cart", """{"productId":"bulk","quantity":1000}""")).ShouldBeInvalid("quantity");
        (await person.Api.Get("/api/cart")).At("items[0].quantity").GetInt32().ShouldBe(999);
        var answers = await NarhubApp.AtOnce(20, _ => person.Api.Post("/api/cart", Item("bulk2", """, "quantity": 100""")));
        answers.Count(answer => answer.Status == 200).ShouldBe(9);
    }

    [Theory]
    [InlineData("{}", "productId")]
    [InlineData("""{"productId":"","slug":"a","name":"A","priceMin":1,"priceMax":2}""", "productId")]
    [InlineData("""{"productId":"a","slug":" ","name":"A","priceMin":1,"priceMax":2}""", "slug")]
    [InlineData("""{"productId":"a","slug":"a","priceMin":1,"priceMax":2}""", "name")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMax":2}""", "priceMin")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMin":1}""", "priceMax")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMin":-1,"priceMax":2}""", "priceMin")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMin":3,"priceMax":2}""", "priceMin")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMin":0.5,"priceMax":2}""", "priceMin")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMin":"1","priceMax":2}""", "priceMin")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMin":1,"priceMax":1e309}""", "priceMax")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMin":1,"priceMax":1000000000001}""", "priceMax")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMin":1,"priceMax":2,"quantity":0}""", "quantity")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMin":1,"priceMax":2,"quantity":-1}""", "quantity")]
    [InlineData("""{"productId":"a","slug":"a","name":"A","priceMin":1,"priceMax":2,"quantity":1.5}""", "quantity")]
    [InlineData("""{"productId":7,"slug":"a","name":"A","priceMin":1,"priceMax":2}""", "productId")]
    public async Task What_cannot_be_added_is_named(string body, string field)
    {
        var person = await app.Someone();
        (await person.Api.Post("/api/cart", body)).ShouldBeInvalid(field);
        (await person.Api.Get("/api/cart")).Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task A_duplicate_member_is_refused() => (await (await app.Someone()).Api.Post("/api/cart",
        """{"productId":"a","slug":"a","name":"A","priceMin":1,"priceMax":2,"priceMin":0}""")).ShouldBeRefused(400, "VALIDATION_ERROR");

    [Theory]
    [InlineData("""{"quantity":1}""", "productId")]
    [InlineData("""{"productId":"vigil-ai"}""", "quantity")]
    [InlineData("""{"productId":"vigil-ai","quantity":-1}""", "quantity")]
    [InlineData("""{"productId":"vigil-ai","quantity":1.5}""", "quantity")]
    [InlineData("""{"productId":"vigil-ai","quantity":"2"}""", "quantity")]
    [InlineData("""{"productId":"vigil-ai","quantity":null}""", "quantity")]
    public async Task A_quantity_is_a_whole_number(string body, string field)
    {
        var person = await app.Someone();
        await person.Api.Post("/api/cart", Vigil);
        (await person.Api.Put("/api/cart", body)).ShouldBeInvalid(field);
        (await person.Api.Get("/api/cart")).At("items[0].quantity").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Zero_removes_an_unknown_product_is_not_found_and_deleting_one_is_fine()
    {
        var person = await app.Someone();
        (await person.Api.Put("/api/cart", """{"productId":"vigil-ai","quantity":1}""")).ShouldBeRefused(404, "NOT_FOUND", "Product not found");
        (await person.Api.Put("/api/cart", """{"productId":"vigil-ai","quantity":0}""")).ShouldBeRefused(404, "NOT_FOUND");
        (await person.Api.Delete("/api/cart?productId=vigil-ai")).ShouldBe(200).At("message").GetString().ShouldBe("Producto eliminado del carrito");
        await person.Api.Post("/api/cart", Vigil);
        (await person.Api.Put("/api/cart", """{"productId":"vigil-ai","quantity":0}""")).ShouldBe(200).At("message").GetString().ShouldBe("Cantidad actualizada");
        (await person.Api.Get("/api/cart")).Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task Deleting_one_product_leaves_the_others()
    {
        var person = await app.Someone();
        await person.Api.Post("/api/cart", Vigil);
        await person.Api.Post("/api/cart", Item("other"));
        (await person.Api.Delete("/api/cart?productId=vigil-ai&productId=other")).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await person.Api.Delete("/api/cart?productId=")).ShouldBe(200);
        (await person.Api.Get("/api/cart")).At("items").GetArrayLength().ShouldBe(2);
        (await person.Api.Delete("/api/cart?productId=other")).ShouldBe(200);
        (await person.Api.Get("/api/cart")).At("items[0].productId").GetString().ShouldBe("vigil-ai");
    }

    [Fact]
    public async Task What_the_catalogue_has_costs_what_the_catalogue_says()
    {
        var person = await app.Someone();
        (await person.Api.Post("/api/cart", """{"productId":"atlas-erp","slug":"cheap","name":"Free ERP","icon":"x","priceMin":0,"priceMax":1}""")).ShouldBe(200);
        var item = (await person.Api.Get("/api/cart")).At("items[0]");
        item.GetProperty("name").GetString().ShouldBe("Atlas ERP");
        item.GetProperty("slug").GetString().ShouldBe("atlas-erp");
        item.GetProperty("priceMin").GetInt64().ShouldBe(8_000_000);
        item.GetProperty("priceMax").GetInt64().ShouldBe(20_000_000);
    }

    [Fact]
    public async Task What_the_catalogue_does_not_have_is_taken_as_it_was_sent()
    {
        var person = await app.Someone();
        (await person.Api.Post("/api/cart", """{"productId":"Custom / 1","slug":"custom","name":"Żółw <b>&amp;</b> 🐢","icon":"ðŸ›¡ï¸","priceMin":0,"priceMax":1000000000000}""")).ShouldBe(200);
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await person.Api.Post("/api/cart", """{"productId":"plain","slug":"plain","name":"Plain","icon":null,"priceMin":7,"priceMax":7}""")).ShouldBe(200);
        var cart = await person.Api.Get("/api/cart");
        cart.At("items[0].name").GetString().ShouldBe("Żółw <b>&amp;</b> 🐢");
        cart.At("items[0].icon").GetString().ShouldBe("ðŸ›¡ï¸");
        cart.At("items[0].priceMax").GetInt64().ShouldBe(1_000_000_000_000);
        cart.At("items[1].icon").GetString().ShouldBe("");
        (await person.Api.Delete("/api/cart?productId=Custom%20%2F%201")).ShouldBe(200);
        (await person.Api.Get("/api/cart")).At("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Carts_of_others_are_theirs()
    {
        var one = await app.Someone();
        var two = await app.Someone();
        await one.Api.Post("/api/cart", Vigil);
        (await two.Api.Get("/api/cart")).Text.ShouldBe("""{"items":[]}""");
        (await two.Api.Put("/api/cart", """{"productId":"vigil-ai","quantity":5}""")).ShouldBe(404);
        (await two.Api.Delete("/api/cart")).ShouldBe(200);
        (await one.Api.Get("/api/cart")).At("items[0].quantity").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_repeated_add_with_a_key_is_done_once()
    {
        var person = await app.Someone();
        var api = person.Api.With("Idempotency-Key", "add-1");
        var answers = await NarhubApp.AtOnce(10, _ => api.Post("/api/cart", Vigil));
        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Status == 409);
        (await api.Post("/api/cart", Vigil)).ShouldBe(200).Header("Idempotent-Replayed").ShouldBe("true");
        (await api.Post("/api/cart", Item("other"))).ShouldBeRefused(422, "IDEMPOTENCY_KEY_REUSED");
        var cart = await person.Api.Get("/api/cart");
        cart.At("items").GetArrayLength().ShouldBe(1);
        cart.At("items[0].quantity").GetInt32().ShouldBe(1);
        (await person.Api.With("Idempotency-Key", "").Post("/api/cart", Vigil)).ShouldBeRefused(400, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task A_refused_add_with_a_key_leaves_the_key_free()
    {
        var person = await app.Someone();
        await person.Api.Post("/api/cart", Item("full", """, "quantity": 999"""));
        var api = person.Api.With("Idempotency-Key", "add-2");
        (await api.Post("/api/cart", Item("full"))).ShouldBeInvalid("quantity");
        await person.Api.Put("/api/cart", """{"productId":"full","quantity":1}""");
        (await api.Post("/api/cart", Item("full"))).ShouldBe(200);
        (await person.Api.Get("/api/cart")).At("items[0].quantity").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_is_told_or_changed_without_a_session()
    {
        foreach (var (method, path, body) in new[] { ("GET", "/api/cart", null), ("POST", "/api/cart", Vigil), ("PUT", "/api/cart", "{}"), ("DELETE", "/api/cart", null), ("POST", "/api/cart/merge", "{"), ("GET", "/api/cart/none", null) })
            (await app.Api.Send(method, path, body)).ShouldBeRefused(401, "UNAUTHORIZED", "No autenticado");
    }

    internal static string Item(string id, string more = "") => $$"""{"productId":"{{id}}","slug":"{{id}}","name":"{{id}}","priceMin":100,"priceMax":200{{more}}}""";
}
