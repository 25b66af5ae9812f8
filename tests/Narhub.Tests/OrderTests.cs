using System.Text.Json;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class OrderTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    /// <summary>As the document prints it.</summary>
    public const string Documented =
        """
        {
          "items": [
            {
              "product_slug": "vigil-ai",
              "product_name": "VIGIL AI",
              "product_icon": "ðŸ›¡ï¸",
              "price_min": 3000000,
              "price_max": 5000000,
              "final_price": 4000000,
              "quantity": 1
            }
          ],
          "total_amount": 4000000,
          "currency": "EUR",
          "payment_method": "SEPA",
          "billing_name": "John Doe",
          "billing_company": "Acme Inc",
          "billing_address": "123 Main St, Berlin, Germany",
          "billing_country": "Germany",
          "billing_vat": "DE123456789",
          "notes": "Please contact before delivery"
        }
        """;

    private const string Curl =
        """
        {
            "items": [
              {
                "product_slug": "vigil-ai",
                "product_name": "VIGIL AI",
                "price_min": 3000000,
                "price_max": 5000000,
                "quantity": 1
              }
            ],
            "total_amount": 4000000,
            "payment_method": "SEPA"
          }
        """;

    [Fact]
    public async Task The_documented_order()
    {
        var john = await app.Someone();
        var answer = (await john.Api.Post("/api/orders", Documented)).ShouldBe(201);
        answer.Json.Members().ShouldBe(["message", "order"]);
        answer.At("message").GetString().ShouldBe("Order created successfully");
        var order = answer.At("order");
        order.Members().ShouldBe(["id", "payment_reference", "status", "total_amount", "currency", "created_at", "payment_instructions"]);
        order.GetProperty("id").GetGuid().ShouldNotBe(Guid.Empty);
        order.GetProperty("payment_reference").GetString()!.ShouldMatch("^NH-[A-Z0-9]{6}-[A-Z0-9]{3}$");
        order.GetProperty("status").GetString().ShouldBe("pending");
        order.GetProperty("total_amount").GetInt64().ShouldBe(4_000_000);
        order.GetProperty("currency").GetString().ShouldBe("EUR");
        order.GetProperty("created_at").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");

        var whole = (await john.Api.Get(answer.Header("Location")!)).ShouldBe(200);
        whole.Json.Members().ShouldBe(["order"]);
        whole.At("order.id").GetGuid().ShouldBe(order.GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task The_documented_curl_leaves_the_final_price_open()
    {
        var john = await app.Someone();
        (await john.Api.Post("/api/orders", Curl)).ShouldBe(201);
        var item = (await john.Api.Get("/api/orders")).ShouldBe(200).At("orders[0].items[0]");
        item.GetProperty("final_price").ValueKind.ShouldBe(JsonValueKind.Null);
        item.GetProperty("product_icon").ValueKind.ShouldBe(JsonValueKind.Null);
        item.GetProperty("gross_amount").GetInt64().ShouldBe(4_000_000);
    }

    [Fact]
    public async Task The_history_shows_the_whole_order_newest_first()
    {
        var john = await app.Someone();
        (await john.Api.Get("/api/orders")).ShouldBe(200).Text.ShouldBe("""{"orders":[]}""");
        (await john.Api.Post("/api/orders", Curl)).ShouldBe(201);
        await app.Advance(TimeSpan.FromMinutes(1));
        var placed = (await john.Api.Post("/api/orders", Documented)).ShouldBe(201);

        var answer = (await john.Api.Get("/api/orders")).ShouldBe(200);
        answer.Json.Members().ShouldBe(["orders"]);
        answer.At("orders").GetArrayLength().ShouldBe(2);
        var order = answer.At("orders[0]");
        order.GetProperty("id").GetGuid().ShouldBe(placed.At("order.id").GetGuid());
        foreach (var (name, value) in new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["user_id"] = john.Id.ToString(),
            ["status"] = "pending",
            ["total_amount"] = 4_000_000L,
            ["currency"] = "EUR",
            ["payment_method"] = "SEPA",
            ["payment_reference"] = placed.At("order.payment_reference").GetString(),
            ["payment_confirmed_at"] = null,
            ["billing_name"] = "John Doe",
            ["billing_company"] = "Acme Inc",
            ["billing_address"] = "123 Main St, Berlin, Germany",
            ["billing_country"] = "Germany",
            ["billing_vat"] = "DE123456789",
            ["notes"] = "Please contact before delivery",
            ["created_at"] = placed.At("order.created_at").GetString(),
            ["updated_at"] = placed.At("order.created_at").GetString(),
        })
        {
            ValueOf(order.GetProperty(name)).ShouldBe(value, name);
        }

        var item = answer.At("orders[0].items[0]");
        foreach (var (name, value) in new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["order_id"] = placed.At("order.id").GetString(),
            ["product_slug"] = "vigil-ai",
            ["product_name"] = "VIGIL AI",
            ["product_icon"] = "ðŸ›¡ï¸",
            ["price_min"] = 3_000_000L,
            ["price_max"] = 5_000_000L,
            ["final_price"] = 4_000_000L,
            ["quantity"] = 1L,
        })
        {
            ValueOf(item.GetProperty(name)).ShouldBe(value, name);
        }
    }

    [Fact]
    public async Task A_cart_is_cleared_by_the_order_it_became_whatever_else_was_in_it()
    {
        var john = await app.Someone();
        (await john.Api.Post("/api/cart", """{"productId":"vigil-ai","slug":"vigil-ai","name":"VIGIL AI","priceMin":3000000,"priceMax":5000000}""")).ShouldBe(200);
        (await john.Api.Post("/api/cart", """{"productId":"other","slug":"other","name":"Other","priceMin":1,"priceMax":2}""")).ShouldBe(200);
        (await john.Api.Post("/api/orders", Documented)).ShouldBe(201);
        (await john.Api.Get("/api/cart")).ShouldBe(200).Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task A_refused_order_leaves_the_cart_as_it_was()
    {
        var john = await app.Someone();
        (await john.Api.Post("/api/cart", """{"productId":"vigil-ai","slug":"vigil-ai","name":"VIGIL AI","priceMin":3000000,"priceMax":5000000}""")).ShouldBe(200);
        (await john.Api.Post("/api/orders", Documented.Replace("\"total_amount\": 4000000", "\"total_amount\": 4000001", StringComparison.Ordinal))).ShouldBe(400);
        (await john.Api.Get("/api/cart")).ShouldBe(200).At("items").GetArrayLength().ShouldBe(1);
        (await john.Api.Get("/api/orders")).ShouldBe(200).At("orders").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{}""", "Order must have at least one item")]
    [InlineData("""{"items":[],"total_amount":4000000}""", "Order must have at least one item")]
    [InlineData("""{"items":null,"total_amount":4000000}""", "Order must have at least one item")]
    [InlineData("""{"items":"vigil-ai","total_amount":4000000}""", "Order must have at least one item")]
    [InlineData("""{"items":[§]}""", "Total amount is required")]
    [InlineData("""{"items":[§],"total_amount":null}""", "Total amount is required")]
    [InlineData("""{"items":[§],"total_amount":0}""", "Total amount is required")]
    [InlineData("""{"items":[§],"total_amount":-4000000}""", "Total amount is required")]
    [InlineData("""{"items":[§],"total_amount":4000000.5}""", "Total amount is required")]
    [InlineData("""{"items":[§],"total_amount":"4000000"}""", "Total amount is required")]
    [InlineData("""{"items":[§],"total_amount":1e30}""", "Total amount is required")]
    public async Task The_documented_refusals(string body, string message)
    {
        var john = await app.Someone();
        var answer = await john.Api.Post("/api/orders", body.Replace("§", Item(), StringComparison.Ordinal));
        answer.ShouldBeRefused(400, "VALIDATION_ERROR");
        answer.At("message").GetString().ShouldBe(message);
    }

    [Theory]
    [InlineData("payment_method", "\"PAYPAL\"", "payment_method")]
    [InlineData("payment_method", "\"sepa\"", "payment_method")]
    [InlineData("currency", "\"EURO\"", "currency")]
    [InlineData("currency", "\"XXX\"", "currency")]
    [InlineData("currency", "\"USD\"", "currency")]
    [InlineData("due_date", "\"2026-03-01\"", "due_date")]
    [InlineData("due_date", "\"2027-03-01\"", "due_date")]
    [InlineData("due_date", "\"soon\"", "due_date")]
    [InlineData("total_amount", "2999999", "total_amount")]
    [InlineData("total_amount", "5000001", "total_amount")]
    [InlineData("billing_name", "7", "billing_name")]
    public async Task What_else_may_not_be(string member, string value, string field)
    {
        var john = await app.Someone();
        var members = new Dictionary<string, string>(StringComparer.Ordinal) { ["items"] = $"[{Item()}]", ["total_amount"] = "4000000", [member] = value };
        var answer = await john.Api.Post("/api/orders", "{" + string.Join(',', members.Select(of => $"\"{of.Key}\":{of.Value}")) + "}");
        answer.ShouldBeRefused(400, "VALIDATION_ERROR");
        answer.At("errors").EnumerateObject().Select(error => error.Name).ShouldContain(field, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("""{"product_name":"X","price_min":1,"price_max":2}""", "items[0].product_slug")]
    [InlineData("""{"product_slug":"x","price_min":1,"price_max":2}""", "items[0].product_name")]
    [InlineData("""{"product_slug":"x","product_name":"X","price_max":2}""", "items[0].price_min")]
    [InlineData("""{"product_slug":"x","product_name":"X","price_min":-1,"price_max":2}""", "items[0].price_min")]
    [InlineData("""{"product_slug":"x","product_name":"X","price_min":3,"price_max":2}""", "items[0].price_min")]
    [InlineData("""{"product_slug":"x","product_name":"X","price_min":1,"price_max":2,"final_price":3}""", "items[0].final_price")]
    [InlineData("""{"product_slug":"x","product_name":"X","price_min":1,"price_max":2,"quantity":0}""", "items[0].quantity")]
    [InlineData("""{"product_slug":"x","product_name":"X","price_min":1,"price_max":2,"quantity":1000}""", "items[0].quantity")]
    [InlineData("""{"product_slug":"x","product_name":"X","price_min":1,"price_max":2,"quantity":1.5}""", "items[0].quantity")]
    [InlineData("""{"product_slug":"x","product_name":"X","price_min":1,"price_max":9007199254740993}""", "items[0].price_max")]
    [InlineData("null", "items")]
    public async Task What_an_item_may_not_be(string item, string field)
    {
        var john = await app.Someone();
        var answer = await john.Api.Post("/api/orders", $$"""{"items":[{{item}}],"total_amount":1}""");
        answer.ShouldBeRefused(400, "VALIDATION_ERROR");
        answer.At("errors").EnumerateObject().Select(error => error.Name).ShouldContain(field, StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_order_takes_a_hundred_items_and_no_more()
    {
        var john = await app.Someone();
        string Body(int items) => $$"""{"items":[{{string.Join(',', Enumerable.Range(0, items).Select(i => Item($"thing-{i}", 1, 1)))}}],"total_amount":{{items}}}""";
        (await john.Api.Post("/api/orders", Body(100))).ShouldBe(201);
        (await john.Api.Post("/api/orders", Body(101))).ShouldBe(400);
    }

    [Fact]
    public async Task Where_all_final_prices_are_known_the_total_is_their_sum()
    {
        var john = await app.Someone();
        const string Items = """{"product_slug":"x","product_name":"X","price_min":100,"price_max":900,"final_price":333,"quantity":3},{"product_slug":"y","product_name":"Y","price_min":1,"price_max":1,"final_price":1}""";
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Items}}],"total_amount":999}""")).ShouldBe(400).At("errors.total_amount[0]").GetString().ShouldBe("Total amount must be 1000, the sum of the items");
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Items}}],"total_amount":1000}""")).ShouldBe(201);
    }

    [Fact]
    public async Task Lines_with_open_prices_share_the_total_to_the_cent()
    {
        var john = await app.Someone();
        const string Items = """{"product_slug":"x","product_name":"X","price_min":100,"price_max":200,"quantity":3},{"product_slug":"y","product_name":"Y","price_min":0,"price_max":100},{"product_slug":"z","product_name":"Z","price_min":50,"price_max":60,"final_price":55}""";
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Items}}],"total_amount":354}""")).ShouldBe(400);
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Items}}],"total_amount":756}""")).ShouldBe(400);
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Items}}],"total_amount":456}""")).ShouldBe(201);
        var lines = (await john.Api.Get("/api/orders")).At("orders[0].items").EnumerateArray().ToList();
        lines.Sum(line => line.GetProperty("gross_amount").GetInt64()).ShouldBe(456);
        lines[2].GetProperty("gross_amount").GetInt64().ShouldBe(55);
        foreach (var line in lines)
            (line.GetProperty("net_amount").GetInt64() + line.GetProperty("tax_amount").GetInt64()).ShouldBe(line.GetProperty("gross_amount").GetInt64());
    }

    [Fact]
    public async Task Of_a_product_in_the_catalogue_the_servers_name_and_prices_count()
    {
        var john = await app.Someone();
        var cheap = Documented.Replace("3000000", "1", StringComparison.Ordinal).Replace("4000000", "2", StringComparison.Ordinal).Replace("VIGIL AI", "Cheap", StringComparison.Ordinal);
        (await john.Api.Post("/api/orders", cheap)).ShouldBe(400);
        (await john.Api.Post("/api/orders", Curl.Replace("VIGIL AI", "Cheap", StringComparison.Ordinal).Replace("3000000", "1", StringComparison.Ordinal))).ShouldBe(201);
        var item = (await john.Api.Get("/api/orders")).At("orders[0].items[0]");
        item.GetProperty("product_name").GetString().ShouldBe("VIGIL AI");
        item.GetProperty("price_min").GetInt64().ShouldBe(3_000_000);
    }

    [Fact]
    public async Task What_is_no_longer_sold_cannot_be_ordered_at_any_price()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var slug = "gone-" + Guid.CreateVersion7();
        (await admin.Api.Post("/api/admin/products", $$"""{"slug":"{{slug}}","name":"Gone","category":"Security","priceMin":5,"priceMax":9}""")).ShouldBe(201);
        var quoted = (await john.Api.Post("/api/quotes", $$"""{"items":[{{Item(slug, 5, 9)}}]}""")).ShouldBe(201).At("quote");
        (await admin.Api.Delete($"/api/admin/products/{slug}")).ShouldBe(200);
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Item(slug, 5, 9)}}],"total_amount":5}""")).ShouldBeRefused(409, "CONFLICT", "This product is no longer sold");
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Item(slug, 1, 1)}}],"total_amount":1}""")).ShouldBeRefused(409, "CONFLICT");
        (await john.Api.Post("/api/quotes", $$"""{"items":[{{Item(slug, 5, 9)}}]}""")).ShouldBeRefused(409, "CONFLICT");
        // What was offered before is still owed.
        (await admin.Api.Post($"/api/admin/quotes/{quoted.GetProperty("id").GetGuid()}/offer", $$"""{"items":[{"id":"{{quoted.GetProperty("items")[0].GetProperty("id").GetGuid()}}","final_price":4}]}""")).ShouldBe(200);
        (await john.Api.Post($"/api/quotes/{quoted.GetProperty("id").GetGuid()}/accept", "{}")).ShouldBe(201).At("order.total_amount").GetInt64().ShouldBe(4);
    }

    [Fact]
    public async Task What_only_the_server_sets_is_not_set_by_a_body()
    {
        var (john, jane) = (await app.Someone(), await app.Someone());
        var body = Documented.Replace("\"notes\"", $$"""
            "id":"{{Guid.Empty}}","user_id":"{{jane.Id}}","status":"completed","payment_reference":"NH-AAAAAA-AAA","creditor_reference":"RF","paid_amount":4000000,"due_amount":0,"credit":5,
            "payment_confirmed_at":"2020-01-01T00:00:00.000Z","created_at":"2020-01-01T00:00:00.000Z","updated_at":"2020-01-01T00:00:00.000Z","version":7,"tax_treatment":"reverse_charge",
            "payment_instructions":{"iban":"GB82WEST12345698765432"},"is_quoted":true,"notes"
            """, StringComparison.Ordinal);
        var placed = (await john.Api.Post("/api/orders", body)).ShouldBe(201);
        var order = (await john.Api.Get(placed.Header("Location")!)).ShouldBe(200).At("order");
        order.GetProperty("user_id").GetGuid().ShouldBe(john.Id);
        order.GetProperty("status").GetString().ShouldBe("pending");
        order.GetProperty("paid_amount").GetInt64().ShouldBe(0);
        order.GetProperty("payment_confirmed_at").ValueKind.ShouldBe(JsonValueKind.Null);
        order.GetProperty("payment_reference").GetString()!.ShouldNotContain("AAAAAA");
        order.GetProperty("created_at").GetString()!.ShouldStartWith("2026");
        order.GetProperty("tax_treatment").GetString().ShouldBe("domestic");
        order.GetProperty("payment_instructions").GetProperty("iban").GetString().ShouldStartWith("DE");
        (await jane.Api.Get("/api/orders")).At("orders").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_member_said_twice_is_refused_wherever_money_is_meant()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Item()}}],"total_amount":3000000,"total_amount":4000000}""")).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await john.Api.Post("/api/orders", """{"items":[{"product_slug":"x","product_name":"X","price_min":1,"price_max":2,"final_price":1,"final_price":2}],"total_amount":2}""")).ShouldBeRefused(400, "VALIDATION_ERROR");
        var order = await john.Order();
        (await admin.Api.Post($"/api/admin/orders/{order.Id}/payments", """{"amount":1,"amount":4000000}""")).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await admin.StatusOf(order.Id)).ShouldBe("pending");
    }

    [Fact]
    public async Task Without_a_payment_method_there_are_no_instructions_and_a_reference_all_the_same()
    {
        var john = await app.Someone();
        var answer = (await john.Api.Post("/api/orders", $$"""{"items":[{{Item()}}],"total_amount":4000000}""")).ShouldBe(201);
        answer.At("order").Members().ShouldBe(["id", "payment_reference", "status", "total_amount", "currency", "created_at"]);
        answer.At("order.payment_reference").GetString()!.ShouldStartWith("NH-");
        (await john.Api.Get($"/api/orders/{answer.At("order.id")}/qr.png")).ShouldBe(404);
    }

    [Fact]
    public async Task Currencies_are_written_in_capitals_and_default_to_the_euro()
    {
        var john = await app.Someone();
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Item("x", 100, 100)}}],"total_amount":100,"currency":"usd","payment_method":"SWIFT"}""")).ShouldBe(201)
            .At("order.currency").GetString().ShouldBe("USD");
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Item("x", 100, 100)}}],"total_amount":100,"currency":null}""")).ShouldBe(201).At("order.currency").GetString().ShouldBe("EUR");
        (await john.Api.Post("/api/orders", $$"""{"items":[{{Item("x", 100, 100)}}],"total_amount":100,"currency":"usd","payment_method":"SEPA"}""")).ShouldBe(400)
            .At("errors.payment_method[0]").GetString().ShouldBe("SEPA transfers are in EUR");
    }

    [Fact]
    public async Task An_order_of_somebody_else_does_not_exist()
    {
        var john = await app.Someone();
        var eve = await app.Someone();
        var id = (await john.Api.Post("/api/orders", Documented)).ShouldBe(201).At("order.id").GetGuid();
        foreach (var path in new[] { $"/api/orders/{id}", $"/api/orders/{id}/qr.png", $"/api/orders/{id}/invoice", $"/api/orders/{id}/proforma", $"/api/orders/{Guid.CreateVersion7()}", "/api/orders/none" })
            (await eve.Api.Get(path)).ShouldBeRefused(404, "NOT_FOUND");
        (await eve.Api.Post($"/api/orders/{id}/cancel")).ShouldBeRefused(404, "NOT_FOUND");
        (await eve.Api.Get($"/api/orders/{id}")).Bytes.ShouldBe((await eve.Api.Get($"/api/orders/{Guid.CreateVersion7()}")).Bytes);
        (await eve.Api.Get("/api/orders")).At("orders").GetArrayLength().ShouldBe(0);
        (await john.Api.Get($"/api/orders/{id}")).At("order.status").GetString().ShouldBe("pending");
    }

    [Fact]
    public async Task A_customer_cancels_while_nothing_is_paid_and_not_later()
    {
        var john = await app.Someone();
        var admin = await app.Operator();
        var id = (await john.Api.Post("/api/orders", Documented)).At("order.id").GetGuid();
        var answer = (await john.Api.Post($"/api/orders/{id}/cancel")).ShouldBe(200);
        answer.At("order.status").GetString().ShouldBe("cancelled");
        (await john.Api.Post($"/api/orders/{id}/cancel")).ShouldBeRefused(409, "CONFLICT");

        var paid = (await john.Api.Post("/api/orders", Documented)).At("order.id").GetGuid();
        (await admin.Api.Post($"/api/admin/orders/{paid}/payments", """{"amount":1}""")).ShouldBe(201);
        (await john.Api.Post($"/api/orders/{paid}/cancel")).ShouldBeRefused(409, "CONFLICT").At("message").GetString().ShouldBe("0.01 EUR has been paid already; please ask us to cancel and return it");
    }

    [Fact]
    public async Task A_purchase_order_number_and_a_promised_day_are_kept()
    {
        var john = await app.Someone();
        var answer = (await john.Api.Post("/api/orders", Documented.Replace("\"notes\"", "\"purchase_order_number\":\"PO-7\",\"due_date\":\"" + app.Clock.GetUtcNow().AddDays(3).ToString("yyyy-MM-dd", null) + "\",\"notes\"", StringComparison.Ordinal))).ShouldBe(201);
        var order = (await john.Api.Get(answer.Header("Location")!)).At("order");
        order.GetProperty("purchase_order_number").GetString().ShouldBe("PO-7");
        order.GetProperty("due_date").GetString().ShouldBe(answer.At("order.payment_instructions.due_date").GetString());
    }

    [Fact]
    public async Task Orders_go_to_bookkeeping_as_csv_that_no_spreadsheet_takes_for_formulas()
    {
        var john = await app.Someone();
        (await john.Api.Post("/api/orders", Documented.Replace("Acme Inc", "=1+1", StringComparison.Ordinal))).ShouldBe(201);
        var answer = (await john.Api.Get("/api/orders?format=csv")).ShouldBe(200);
        answer.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
        answer.Header("Content-Disposition")!.ShouldContain("orders.csv");
        var rows = answer.Text.TrimStart('\ufeff').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        rows.Length.ShouldBe(2);
        rows[0].ShouldStartWith("order_id,created_at,status,payment_reference");
        rows[1].ShouldContain(",pending,NH-");
        rows[1].ShouldContain(",40000.00,0.00,");
        rows[1].ShouldContain(",33613.45,19,6386.55,40000.00,domestic,'=1+1,DE123456789");
        (await john.Api.Get("/api/orders?format=xls")).ShouldBeRefused(400, "VALIDATION_ERROR");
    }

    internal static string Item(string slug = "vigil-ai", long min = 3_000_000, long max = 5_000_000) =>
        $$"""{"product_slug":"{{slug}}","product_name":"{{slug}}","price_min":{{min}},"price_max":{{max}}}""";

    private static object? ValueOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number => element.GetInt64(),
        _ => element.GetString(),
    };
}
