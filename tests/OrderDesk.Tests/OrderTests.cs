using System.Globalization;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

public sealed class OrderTests(OrderDeskApp app) : IClassFixture<OrderDeskApp>
{
    private static readonly string[] Members = ["orderId", "title", "price", "link", "status", "createdAt", "updatedAt"];

    [Fact]
    public async Task An_order_lives_as_the_document_shows_it()
    {
        var created = (await app.Service.Post("/api/order", OrderDeskApp.Order)).ShouldBe(201);
        created.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "data", "message"]);
        created.At("message").GetString().ShouldBe("Order created successfully");
        created.At("data").EnumerateObject().Select(member => member.Name).ShouldBe(Members);
        created.At("data.title").GetString().ShouldBe("Premium Subscription");
        created.At("data.price").GetString().ShouldBe("99.99");
        created.At("data.link").GetString().ShouldBe("https://example.com/product/123");
        created.At("data.status").GetString().ShouldBe("active");
        created.At("data.createdAt").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        created.At("data.updatedAt").GetString().ShouldBe(created.At("data.createdAt").GetString());

        var read = (await app.Service.Get(created.Header("Location")!)).ShouldBe(200);
        read.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "data"]);
        read.At("data").GetRawText().ShouldBe(created.At("data").GetRawText());

        var id = created.At("data.orderId").GetString();
        await app.Advance(TimeSpan.FromSeconds(1));
        var updated = (await app.Service.Patch($"/api/order/{id}",
            """{"title":"Updated Premium Subscription","price":"149.99","link":"https://example.com/product/456","status":"draft"}""")).ShouldBe(200);
        updated.At("message").GetString().ShouldBe("Order updated successfully");
        updated.At("data.title").GetString().ShouldBe("Updated Premium Subscription");
        updated.At("data.price").GetString().ShouldBe("149.99");
        updated.At("data.status").GetString().ShouldBe("draft");
        updated.At("data.createdAt").GetString().ShouldBe(created.At("data.createdAt").GetString());
        updated.At("data.updatedAt").GetDateTimeOffset().ShouldBe(app.Clock.GetUtcNow());

        (await app.Service.Delete($"/api/order/{id}")).ShouldBe(200).Text.ShouldBe("""{"success":true,"message":"Order deleted successfully"}""");
        (await app.Service.Delete($"/api/order/{id}")).ShouldBeRefused(404, "ORDER_NOT_FOUND", "Order not found");
        (await app.Service.Get($"/api/order/{id}")).ShouldBeRefused(404, "ORDER_NOT_FOUND");
        (await app.Service.Patch($"/api/order/{id}", """{"status":"active"}""")).ShouldBeRefused(404, "ORDER_NOT_FOUND");
    }

    [Theory]
    [InlineData("title", "null", "Title is required")]
    [InlineData("title", "\"\"", "Title is required")]
    [InlineData("title", "\"  \\t \"", "Title is required")]
    [InlineData("title", "5", "Title must be a string")]
    [InlineData("price", "null", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "\"99.999\"", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "\"-1\"", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "\"1,5\"", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "\".5\"", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "\"5.\"", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "\" 5\"", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "\"5\\n\"", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "\"1e3\"", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "\"١٢\"", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "\"1234567890123\"", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "12345678901.23", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "1e400", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "-1", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "true", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("price", "{\"amount\":1}", "Price must be a valid number with up to 2 decimal places")]
    [InlineData("link", "\"example.com\"", "Link must be a valid URL")]
    [InlineData("link", "\"/relative\"", "Link must be a valid URL")]
    [InlineData("link", "\"javascript:alert(1)\"", "Link must be a valid URL")]
    [InlineData("link", "\"data:text/html,x\"", "Link must be a valid URL")]
    [InlineData("link", "\"ftp://example.com/x\"", "Link must be a valid URL")]
    [InlineData("link", "\"https://\"", "Link must be a valid URL")]
    [InlineData("link", "\"https:///path\"", "Link must be a valid URL")]
    [InlineData("link", "\"https://exa mple.com\"", "Link must be a valid URL")]
    [InlineData("link", "\"https://example.com/\\r\\nX: y\"", "Link must be a valid URL")]
    [InlineData("link", "null", "Link must be a valid URL")]
    [InlineData("link", "7", "Link must be a valid URL")]
    [InlineData("status", "\"Active\"", "Status must be either 'active' or 'draft'")]
    [InlineData("status", "\"\"", "Status must be either 'active' or 'draft'")]
    [InlineData("status", "null", "Status must be either 'active' or 'draft'")]
    [InlineData("status", "1", "Status must be either 'active' or 'draft'")]
    public async Task A_field_that_breaks_its_rule_is_a_400_in_the_documents_words(string field, string json, string error)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["title"] = "\"A\"",
            ["price"] = "\"1\"",
            ["link"] = "\"https://example.com\"",
            ["status"] = "\"draft\"",
            [field] = json,
        };
        var refused = (await app.Service.Post("/api/order", "{" + string.Join(',', fields.Select(of => $"\"{of.Key}\":{of.Value}")) + "}")).ShouldBeRefused(400, "VALIDATION_FAILED", error);
        refused.At("errors[0].field").GetString().ShouldBe(field);

        var order = await app.NewOrder();
        (await app.Service.Patch($"/api/order/{order}", $$"""{"{{field}}":{{json}}}""")).ShouldBeRefused(400, "VALIDATION_FAILED", error);
    }

    [Fact]
    public async Task Several_broken_rules_are_told_in_the_documents_order()
    {
        var answer = (await app.Service.Post("/api/order", "{}")).ShouldBeRefused(400, "VALIDATION_FAILED", "Title is required");
        answer.At("errors").EnumerateArray().Select(of => of.GetProperty("field").GetString()).ShouldBe(["title", "price", "link", "status"]);
        (await app.Service.Post("/api/order", """{"title":"A","price":"x","link":"x","status":"draft"}""")).ShouldBeRefused(400, "VALIDATION_FAILED")
            .At("errors").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"orderId":"x","ownerId":"y","createdAt":"2020-01-01T00:00:00Z","version":9}""")]
    public async Task An_update_of_nothing_is_a_400_of_its_own(string body)
    {
        var order = await app.NewOrder();
        (await app.Service.Patch($"/api/order/{order}", body)).ShouldBeRefused(400, "MISSING_REQUIRED_FIELD", "At least one field must be provided for update");
    }

    [Theory]
    [InlineData("a1b2c3d4-5e6f-7g8h-9i0j-k1l2m3n4o5p6")]
    [InlineData("ORDER_ID_HERE")]
    [InlineData("0")]
    public async Task An_odd_id_is_a_404_for_every_method(string id)
    {
        (await app.Service.Get($"/api/order/{id}")).ShouldBeRefused(404, "ORDER_NOT_FOUND", "Order not found");
        (await app.Service.Patch($"/api/order/{id}", """{"status":"draft"}""")).ShouldBeRefused(404, "ORDER_NOT_FOUND");
        (await app.Service.Delete($"/api/order/{id}")).ShouldBeRefused(404, "ORDER_NOT_FOUND");
        (await app.Service.Post($"/api/order/{id}/restore")).ShouldBeRefused(404, "ORDER_NOT_FOUND");
        (await app.Service.Get($"/api/order/{id}/history")).ShouldBeRefused(404, "ORDER_NOT_FOUND");
    }

    [Fact]
    public async Task Prices_come_back_as_they_were_sent()
    {
        string[] odd = ["0", "0.0", "0.00", "00.50", "99.9", "99.90", "007", "1234567890.12", "123456789012", "0000000001.00", "999999999999"];
        var random = new Random(20260302);
        var prices = odd.Concat(Enumerable.Range(0, 150).Select(_ => random.Next(3) switch
        {
            0 => random.NextInt64(1_000_000_000_000).ToString(CultureInfo.InvariantCulture),
            1 => $"{random.Next(1_000_000_000).ToString("D" + random.Next(1, 10), CultureInfo.InvariantCulture)}.{random.Next(10).ToString(CultureInfo.InvariantCulture)}",
            _ => $"{random.Next(1_000_000_000).ToString("D" + random.Next(1, 10), CultureInfo.InvariantCulture)}.{random.Next(100).ToString("D2", CultureInfo.InvariantCulture)}",
        }));
        foreach (var batch in prices.Chunk(20))
        {
            await Task.WhenAll(batch.Select(async price =>
            {
                var created = (await app.Service.Post("/api/order", $$"""{"title":"A","price":"{{price}}","link":"https://example.com","status":"draft"}""")).ShouldBe(201);
                created.At("data.price").GetString().ShouldBe(price);
                var id = created.At("data.orderId").GetGuid();
                (await app.Service.Get($"/api/order/{id}")).At("data.price").GetString().ShouldBe(price);
                (await app.Database.One<long>("select price_minor from orders where id = @id", new { id }, TestContext.Current.CancellationToken))
                    .ShouldBe((long)(decimal.Parse(price, CultureInfo.InvariantCulture) * 100));
            }));
        }
    }

    [Theory]
    [InlineData("5", "5")]
    [InlineData("0", "0")]
    [InlineData("99.9", "99.9")]
    [InlineData("99.90", "99.90")]
    [InlineData("1e2", "100")]
    [InlineData("1234567890.12", "1234567890.12")]
    public async Task A_price_may_be_a_number(string number, string text)
    {
        var order = await app.NewOrder(order: $$"""{"title":"A","price":{{number}},"link":"https://example.com","status":"draft"}""");
        (await app.Service.Get($"/api/order/{order}")).At("data.price").GetString().ShouldBe(text);
        (await app.Service.Patch($"/api/order/{order}", $$"""{"price":{{number}}}""")).ShouldBe(200).At("data.price").GetString().ShouldBe(text);
    }

    [Fact]
    public async Task A_title_is_trimmed_and_a_link_kept_as_it_was_sent()
    {
        var order = await app.NewOrder(order: $$"""{"title":"  Ünïcode 🧾 title ","price":"1","link":"HTTPS://Example.com/Ä?q=%20#f","status":"draft"}""");
        var read = await app.Service.Get($"/api/order/{order}");
        read.At("data.title").GetString().ShouldBe("Ünïcode 🧾 title");
        read.At("data.link").GetString().ShouldBe("HTTPS://Example.com/Ä?q=%20#f");
        (await app.Service.Post("/api/order", $$"""{"title":"{{new string('x', 501)}}","price":"1","link":"https://example.com","status":"draft"}""")).ShouldBeRefused(400, "VALIDATION_FAILED");
        await app.NewOrder(order: $$"""{"title":"{{new string('x', 500)}}","price":"1","link":"https://example.com/{{new string('y', 2028)}}","status":"draft"}""");
        (await app.Service.Post("/api/order", $$"""{"title":"A","price":"1","link":"https://example.com/{{new string('y', 2029)}}","status":"draft"}""")).ShouldBeRefused(400, "VALIDATION_FAILED", "Link must be a valid URL");
    }

    [Theory]
    [InlineData("'; drop table orders; --")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("{0} %s %n ${jndi:ldap://x}")]
    [InlineData("‮ right to left ​ zero width")]
    [InlineData("田中さんにあげて下さい 👩‍👩‍👧 Ω≈ç√∫˜µ≤≥÷")]
    [InlineData("İıŞş ﬀ ǅ")]
    [InlineData("\\\\ \\\" \\/ \\b\\f\\n\\r\\t \\u2028 end")]
    public async Task Naughty_strings_are_only_strings(string title)
    {
        var sent = JsonDocument.Parse($"\"{title}\"").RootElement.GetString()!;
        var order = await app.NewOrder(order: $$"""{"title":"{{title}}","price":"1","link":"https://example.com","status":"draft"}""");
        (await app.Service.Get($"/api/order/{order}")).At("data.title").GetString().ShouldBe(sent.Trim());
        (await app.Service.Get($"/api/orders?q={Uri.EscapeDataString(sent.Trim())}")).ShouldBe(200).At("data.orders").EnumerateArray()
            .ShouldContain(row => row.GetProperty("orderId").GetGuid() == order);
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("\\ud800")]
    public async Task Text_that_is_none_is_a_400(string title) =>
        (await app.Service.Post("/api/order", $$"""{"title":"a{{title}}","price":"1","link":"https://example.com","status":"draft"}""")).ShouldBeRefused(400, "VALIDATION_FAILED");

    [Fact]
    public async Task What_no_write_may_set_is_ignored()
    {
        var someone = await app.Someone();
        var victim = await app.Someone();
        var more = $$"""
            "orderId":"00000000-0000-7000-8000-000000000001","id":1,"ownerId":"{{victim.Id}}","owner_id":"{{victim.Id}}","userId":"{{victim.Id}}",
            "createdAt":"2020-01-01T00:00:00.000Z","updatedAt":"2020-01-01T00:00:00.000Z","deletedAt":"2020-01-01T00:00:00.000Z","version":77,"price_minor":1
            """;
        var created = (await someone.Api.Post("/api/order", OrderDeskApp.Order[..^1] + "," + more + "}")).ShouldBe(201);
        created.At("data.ownerId").GetGuid().ShouldBe(someone.Id);
        created.At("data.createdAt").GetDateTimeOffset().ShouldBe(app.Clock.GetUtcNow());
        created.Header("ETag").ShouldBe("\"1\"");
        var id = created.At("data.orderId").GetGuid();
        var updated = (await someone.Api.Patch($"/api/order/{id}", "{\"status\":\"draft\"," + more + "}")).ShouldBe(200);
        updated.At("data.ownerId").GetGuid().ShouldBe(someone.Id);
        updated.At("data.orderId").GetGuid().ShouldBe(id);
        updated.At("data.price").GetString().ShouldBe("99.99");
        (await victim.Api.Get($"/api/order/{id}")).ShouldBeRefused(404, "ORDER_NOT_FOUND");
    }

    [Fact]
    public async Task Five_hundred_pairs_of_updates_of_different_fields_keep_both_and_time_goes_up()
    {
        var order = await app.NewOrder();
        var last = DateTimeOffset.MinValue;
        for (var pair = 0; pair < 500; pair++)
        {
            var answers = await Task.WhenAll(
                app.Service.Patch($"/api/order/{order}", $$"""{"title":"Title {{pair}}"}"""),
                app.Service.Patch($"/api/order/{order}", $$"""{"price":"{{pair}}.50"}"""));
            answers.ShouldAllBe(answer => answer.Status == 200);
            var times = answers.Select(answer => answer.At("data.updatedAt").GetDateTimeOffset()).Order().ToList();
            times[0].ShouldBeGreaterThan(last);
            times[1].ShouldBeGreaterThan(times[0]);
            last = times[1];
            var both = answers.MaxBy(answer => answer.At("data.updatedAt").GetDateTimeOffset())!;
            both.At("data.title").GetString().ShouldBe($"Title {pair}");
            both.At("data.price").GetString().ShouldBe($"{pair}.50");
        }

        (await app.Service.Get($"/api/order/{order}")).Header("ETag").ShouldBe("\"1001\"");
        (await app.Service.Get($"/api/order/{order}/history")).At("data.pagination.totalItems").GetInt32().ShouldBe(1001);
    }

    [Fact]
    public async Task Of_many_updates_of_one_version_exactly_one_wins()
    {
        var order = await app.NewOrder();
        for (var round = 0; round < 5; round++)
        {
            var tag = (await app.Service.Get($"/api/order/{order}")).Header("ETag")!;
            var answers = await OrderDeskApp.AtOnce(20, number => app.Service.With("If-Match", tag).Patch($"/api/order/{order}", $$"""{"title":"{{round}}-{{number}}"}"""));
            var won = answers.Single(answer => answer.Status == 200);
            answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 412);
            answers.First(answer => answer.Status == 412).ShouldBeRefused(412, "PRECONDITION_FAILED");
            var now = await app.Service.Get($"/api/order/{order}");
            now.At("data.title").GetString().ShouldBe(won.At("data.title").GetString());
            now.Header("ETag").ShouldBe(won.Header("ETag"));
        }
    }

    [Theory]
    [InlineData("\"1\"", 200)]
    [InlineData("*", 200)]
    [InlineData("\"9\", \"1\"", 200)]
    [InlineData("W/\"1\"", 412)]
    [InlineData("\"2\"", 412)]
    [InlineData("1", 412)]
    [InlineData("nonsense", 412)]
    public async Task If_Match_is_read_as_the_standard_says(string header, int status)
    {
        var order = await app.NewOrder();
        (await app.Service.With("If-Match", header).Patch($"/api/order/{order}", """{"status":"draft"}""")).ShouldBe(status);
        var other = await app.NewOrder();
        (await app.Service.With("If-Match", header).Delete($"/api/order/{other}")).ShouldBe(status);
    }

    [Fact]
    public async Task What_is_known_already_is_not_sent_again()
    {
        var order = await app.NewOrder();
        var known = (await app.Service.With("If-None-Match", "\"1\"").Get($"/api/order/{order}")).ShouldBe(304);
        known.Bytes.ShouldBeEmpty();
        known.Header("ETag").ShouldBe("\"1\"");
        await app.Service.Patch($"/api/order/{order}", """{"status":"draft"}""");
        (await app.Service.With("If-None-Match", "\"1\"").Get($"/api/order/{order}")).ShouldBe(200);
    }

    [Fact]
    public async Task Twenty_parallel_creations_under_one_key_make_one_order()
    {
        var key = app.Service.With("Idempotency-Key", Guid.CreateVersion7().ToString());
        var title = $"once {Guid.CreateVersion7()}";
        var body = $$"""{"title":"{{title}}","price":"1","link":"https://example.com","status":"draft"}""";
        var answers = await OrderDeskApp.AtOnce(20, _ => key.Post("/api/order", body));
        answers.Select(answer => answer.Status).Except([201, 409]).ShouldBeEmpty();
        answers.Where(answer => answer.Status == 409).ShouldAllBe(answer => answer.At("errorCode").GetString() == "REQUEST_IN_PROGRESS" && answer.Header("Retry-After") == "1");
        answers.Where(answer => answer.Status == 201).Select(answer => answer.Text).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        (await app.Service.Get($"/api/orders?q={Uri.EscapeDataString(title)}")).At("data.pagination.totalItems").GetInt32().ShouldBe(1);

        var again = (await key.Post("/api/order", body)).ShouldBe(201);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Header("ETag").ShouldBe("\"1\"");
        again.Text.ShouldBe(answers.First(answer => answer.Status == 201).Text);
        (await key.Post("/api/order", OrderDeskApp.Order)).ShouldBeRefused(422, "IDEMPOTENCY_KEY_REUSED");
        (await app.Service.With("Idempotency-Key", new string('k', 256)).Post("/api/order", body)).ShouldBeRefused(400, "VALIDATION_FAILED");

        // What was refused is not remembered.
        var mended = app.Service.With("Idempotency-Key", "mended");
        (await mended.Post("/api/order", "{}")).ShouldBeRefused(400, "VALIDATION_FAILED");
        (await mended.Post("/api/order", body)).ShouldBe(201);

        // Another caller's key of the same name is another key.
        var someone = await app.Someone();
        (await someone.Api.With("Idempotency-Key", "shared").Post("/api/order", body)).ShouldBe(201);
        (await app.Service.With("Idempotency-Key", "shared").Post("/api/order", body)).ShouldBe(201).Header("Idempotent-Replayed").ShouldBeNull();
        // Without one every creation is one of its own.
        (await app.NewOrder(order: body)).ShouldNotBe(await app.NewOrder(order: body));
    }
}
