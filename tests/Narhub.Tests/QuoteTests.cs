using System.Text.Json;
using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class QuoteTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    private const string Wish = """{"items":[{"product_slug":"vigil-ai","product_name":"VIGIL AI","price_min":3000000,"price_max":5000000,"quantity":2},{"product_slug":"x","product_name":"X","price_min":1,"price_max":900}],"notes":"What if two?"}""";

    [Fact]
    public async Task A_range_of_prices_becomes_a_final_price_and_then_an_order()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var asked = (await john.Api.Post("/api/quotes", Wish)).ShouldBe(201);
        asked.At("quote.status").GetString().ShouldBe("requested");
        asked.At("quote.items[0].final_price").ValueKind.ShouldBe(JsonValueKind.Null);
        var path = asked.Header("Location")!;
        var id = asked.At("quote.id").GetGuid();
        (await john.Api.Post(path + "/accept", "{}")).ShouldBeRefused(409, "CONFLICT").At("message").GetString().ShouldBe("There is no offer yet");
        (await admin.Api.Get("/api/admin/quotes?status=requested&limit=200")).At("quotes").EnumerateArray().Select(quote => quote.GetProperty("id").GetGuid()).ShouldContain(id);

        var offered = (await admin.Api.Post($"/api/admin/quotes/{id}/offer", Offer(asked.At("quote"), 2_700_000, 500))).ShouldBe(200);
        offered.At("quote.status").GetString().ShouldBe("offered");
        offered.At("quote.total_amount").GetInt64().ShouldBe(5_400_500);
        await app.RunJobs();
        var mail = (await app.Mails(john.Email)).Single(mail => mail.Subject == "Your quote is ready");
        mail.Text.ShouldContain("54,005.00 EUR");
        mail.Text.ShouldContain("Because it is you.");

        var placed = (await john.Api.Post(path + "/accept", """{"payment_method":"SEPA","billing_name":"John Doe"}""")).ShouldBe(201);
        placed.At("order.total_amount").GetInt64().ShouldBe(5_400_500);
        placed.At("order.payment_instructions.amount").GetInt64().ShouldBe(5_400_500);
        var order = (await john.Api.Get(placed.Header("Location")!)).At("order");
        order.GetProperty("items")[0].GetProperty("final_price").GetInt64().ShouldBe(2_700_000);
        order.GetProperty("items")[0].GetProperty("quantity").GetInt32().ShouldBe(2);
        var accepted = (await john.Api.Get(path)).At("quote");
        accepted.GetProperty("status").GetString().ShouldBe("accepted");
        accepted.GetProperty("order_id").GetGuid().ShouldBe(placed.At("order.id").GetGuid());
        (await john.Api.Post(path + "/accept", "{}")).ShouldBeRefused(409, "CONFLICT").At("message").GetString()!.ShouldStartWith("The quote was accepted already");
        (await john.Api.Post(path + "/withdraw")).ShouldBeRefused(409, "CONFLICT");
        (await admin.Api.Post($"/api/admin/quotes/{id}/offer", Offer(asked.At("quote"), 1, 1))).ShouldBeRefused(409, "CONFLICT");
    }

    [Fact]
    public async Task A_quote_can_be_asked_for_the_cart_which_stays()
    {
        var john = await app.Someone();
        (await john.Api.Post("/api/quotes", "{}")).ShouldBeRefused(400, "VALIDATION_ERROR").At("message").GetString()!.ShouldStartWith("Your cart is empty");
        (await john.Api.Post("/api/cart", """{"productId":"vigil-ai","slug":"vigil-ai","name":"VIGIL AI","priceMin":3000000,"priceMax":5000000,"quantity":3}""")).ShouldBe(200);
        var asked = (await john.Api.Post("/api/quotes", "{}")).ShouldBe(201);
        asked.At("quote.items[0].product_slug").GetString().ShouldBe("vigil-ai");
        asked.At("quote.items[0].quantity").GetInt32().ShouldBe(3);
        (await john.Api.Get("/api/cart")).At("items").GetArrayLength().ShouldBe(1);
        (await john.Api.Get("/api/quotes")).At("quotes").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task An_offer_ends_with_its_time()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var asked = (await john.Api.Post("/api/quotes", Wish)).ShouldBe(201);
        var id = asked.At("quote.id").GetGuid();
        var expires = app.Clock.GetUtcNow().AddHours(2);
        (await admin.Api.Post($"/api/admin/quotes/{id}/offer", Offer(asked.At("quote"), 1, 1, app.Clock.GetUtcNow()))).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await admin.Api.Post($"/api/admin/quotes/{id}/offer", Offer(asked.At("quote"), 3_000_000, 1, expires))).ShouldBe(200);
        await app.Advance(TimeSpan.FromHours(2));
        (await john.Api.Get($"/api/quotes/{id}")).At("quote.status").GetString().ShouldBe("expired");
        (await john.Api.Post($"/api/quotes/{id}/accept", "{}")).ShouldBeRefused(409, "CONFLICT").At("message").GetString()!.ShouldStartWith("The offer was good until");
        (await admin.Api.Post($"/api/admin/quotes/{id}/offer", Offer(asked.At("quote"), 3_100_000, 1))).ShouldBe(200);
        (await john.Api.Post($"/api/quotes/{id}/accept", "{}")).ShouldBe(201).At("order.total_amount").GetInt64().ShouldBe(6_200_001);
    }

    [Fact]
    public async Task A_refusal_is_explained()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var id = (await john.Api.Post("/api/quotes", Wish)).At("quote.id").GetGuid();
        (await admin.Api.Post($"/api/admin/quotes/{id}/refuse", "{}")).ShouldBeRefused(400, "VALIDATION_ERROR");
        (await admin.Api.Post($"/api/admin/quotes/{id}/refuse", """{"message":"We do not sell there."}""")).ShouldBe(200).At("quote.status").GetString().ShouldBe("refused");
        (await john.Api.Post($"/api/quotes/{id}/accept", "{}")).ShouldBeRefused(409, "CONFLICT").At("message").GetString().ShouldBe("The quote was refused");
        await app.RunJobs();
        (await app.Mails(john.Email))[0].Text.ShouldContain("We do not sell there.");
    }

    [Fact]
    public async Task Prices_are_offered_for_each_item_once()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var quote = (await john.Api.Post("/api/quotes", Wish)).At("quote");
        var id = quote.GetProperty("id").GetGuid();
        var (one, two) = (quote.GetProperty("items")[0].GetProperty("id").GetGuid(), quote.GetProperty("items")[1].GetProperty("id").GetGuid());
        foreach (var items in new[]
        {
            $$"""[{"id":"{{one}}","final_price":1}]""",
            $$"""[{"id":"{{one}}","final_price":1},{"id":"{{one}}","final_price":2}]""",
            $$"""[{"id":"{{one}}","final_price":1},{"id":"{{two}}","final_price":2},{"id":"{{two}}","final_price":2}]""",
            $$"""[{"id":"{{one}}","final_price":1},{"id":"{{Guid.CreateVersion7()}}","final_price":2}]""",
            $$"""[{"id":"{{one}}","final_price":0},{"id":"{{two}}","final_price":0}]""",
            $$"""[{"id":"{{one}}","final_price":-1},{"id":"{{two}}","final_price":2}]""",
            "[]",
            "[null]",
        })
        {
            (await admin.Api.Post($"/api/admin/quotes/{id}/offer", $$"""{"items":{{items}}}""")).ShouldBeRefused(400, "VALIDATION_ERROR");
        }
    }

    [Fact]
    public async Task A_quote_is_its_owners_alone_and_accepted_once()
    {
        var (john, eve, admin) = (await app.Someone(), await app.Someone(), await app.Operator());
        var quote = (await john.Api.Post("/api/quotes", Wish)).At("quote");
        var id = quote.GetProperty("id").GetGuid();
        (await admin.Api.Post($"/api/admin/quotes/{id}/offer", Offer(quote, 3_000_000, 1))).ShouldBe(200);
        (await eve.Api.Get($"/api/quotes/{id}")).ShouldBeRefused(404, "NOT_FOUND");
        (await eve.Api.Post($"/api/quotes/{id}/accept", "{}")).ShouldBeRefused(404, "NOT_FOUND");
        (await eve.Api.Post($"/api/quotes/{id}/withdraw")).ShouldBeRefused(404, "NOT_FOUND");
        var answers = await NarhubApp.AtOnce(10, _ => john.Api.Post($"/api/quotes/{id}/accept", "{}"));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Count(answer => answer.Status == 409).ShouldBe(9);
        (await john.Api.Get("/api/orders")).At("orders").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Requests_that_wait_for_an_answer_are_counted()
    {
        var john = await app.Someone();
        var answers = await NarhubApp.AtOnce(25, _ => john.Api.Post("/api/quotes", Wish));
        answers.Count(answer => answer.Status == 201).ShouldBe(20);
        answers.Count(answer => answer.Status == 409).ShouldBe(5);
        (await john.Api.Post($"/api/quotes/{answers.First(answer => answer.Status == 201).At("quote.id").GetGuid()}/withdraw")).ShouldBe(200);
        (await john.Api.Post("/api/quotes", Wish)).ShouldBe(201);
    }

    private static string Offer(JsonElement quote, long first, long second, DateTimeOffset? expires = null) =>
        $$"""
        {"items":[{"id":"{{quote.GetProperty("items")[0].GetProperty("id").GetGuid()}}","final_price":{{first}}},{"id":"{{quote.GetProperty("items")[1].GetProperty("id").GetGuid()}}","final_price":{{second}}}],
        "message":"Because it is you."{{(expires is { } at ? $",\"expires_at\":\"{at:O}\"" : "")}}}
        """;
}
