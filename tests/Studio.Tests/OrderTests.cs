using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

public sealed class OrderTests(StudioApp app) : IClassFixture<StudioApp>
{
    [Fact]
    public async Task An_order_costs_what_the_package_costs_whatever_the_client_says()
    {
        var (offer, customer) = (await app.Offer(price: 12_345), await app.Someone());
        var answer = (await customer.Api.Post("/api/orders",
            $$"""{"serviceId":"{{offer.ServiceId}}","packageId":"{{offer.PackageId}}","details":{"size":"A4"},"amount":1,"price":1,"currency":"jpy","status":"completed","customerId":"{{Guid.Empty}}"}""")).ShouldBe(201);
        answer.At("order.amount").GetInt64().ShouldBe(12_345);
        answer.At("order.currency").GetString().ShouldBe("usd");
        answer.At("order.status").GetString().ShouldBe("pending_payment");
        answer.At("order.customerId").GetGuid().ShouldBe(customer.Id);
        answer.At("order.details").GetRawText().ShouldBe("""{"size":"A4"}""");
        answer.At("paymentIntent.amount").GetInt64().ShouldBe(12_345);
        answer.At("paymentIntent.orderId").GetGuid().ShouldBe(answer.At("order.id").GetGuid());
        answer.At("paymentIntent.status").GetString().ShouldBe("requires_payment_method");
        answer.At("paymentIntent.clientSecret").GetString()!.ShouldStartWith(answer.At("paymentIntent.id").GetString() + "_secret_");
        answer.At("paymentIntent.payUrl").GetString()!.ShouldStartWith("http");

        var read = (await customer.Api.Get(answer.Header("Location")!)).ShouldBe(200);
        read.At("order").GetRawText().ShouldBe(answer.At("order").GetRawText());
        read.At("status").GetString().ShouldBe("pending_payment");
        read.At("progress.currentStep").GetString().ShouldBe("payment");

        // The catalogue may change; the order does not.
        (await offer.Provider.Api.Put($"/api/services/{offer.ServiceId}/packages", """{"packages":[{"name":"Dear","price":99999,"deliveryDays":5,"revisions":2}]}""")).ShouldBe(200);
        (await customer.Api.Get(answer.Header("Location")!)).At("order.amount").GetInt64().ShouldBe(12_345);
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_ordered()
    {
        var (offer, other) = (await app.Offer(), await app.Offer());
        var api = (await app.Someone()).Api;
        (await api.Post("/api/orders", StudioApp.OrderOf(offer with { ServiceId = Guid.CreateVersion7() }))).ShouldBeRefused(404);
        (await api.Post("/api/orders", StudioApp.OrderOf(offer with { PackageId = other.PackageId }))).ShouldBeRefused(404);
        (await api.Post("/api/orders", """{"serviceId":"one","packageId":"two","details":{}}""")).ShouldBeRefused(404);
        (await api.Post("/api/orders", $$"""{"packageId":"{{offer.PackageId}}"}""")).ShouldBeRefused(400);
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("[1]")]
    [InlineData("7")]
    [InlineData("{\"a\":\"\\u0000\"}")]
    [InlineData("{\"a\":[{\"b\":\"\\ud800\"}]}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    public async Task Details_are_one_object_that_can_be_kept(string details) =>
        (await (await app.Someone()).Api.Post("/api/orders", StudioApp.OrderOf(await app.Offer(), details))).ShouldBeRefused(400);

    [Fact]
    public async Task Details_may_have_64_kB_and_come_back_as_they_went()
    {
        var offer = await app.Offer();
        var api = (await app.Someone()).Api;
        (await api.Post("/api/orders", StudioApp.OrderOf(offer, $$"""{"text":"{{new string('x', 65_600)}}"}"""))).ShouldBeRefused(400);
        const string details = """{"z":1.50,"a":[true,null,"Größe"],"nested":{"b":{}}}""";
        var answer = (await api.Post("/api/orders", StudioApp.OrderOf(offer, details))).ShouldBe(201);
        answer.At("order.details").GetRawText().ShouldBe(details);
        (await api.Get(answer.Header("Location")!)).At("order.details").GetRawText().ShouldBe(details);
    }

    [Fact]
    public async Task Twenty_orders_with_one_key_are_one_order()
    {
        var (offer, customer) = (await app.Offer(), await app.Someone());
        var api = customer.Api.With("Idempotency-Key", "double click");
        var answers = await StudioApp.AtOnce(20, _ => api.Post("/api/orders", StudioApp.OrderOf(offer)));
        answers.ShouldAllBe(answer => answer.Status == 201 || answer.Status == 409);
        foreach (var running in answers.Where(answer => answer.Status == 409))
            running.ShouldBeRefused(409, "CONFLICT").Header("Retry-After").ShouldBe("1");
        var replayed = (await api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201);
        replayed.Header("Idempotent-Replayed").ShouldBe("true");
        replayed.Text.ShouldBe(answers.First(answer => answer.Status == 201).Text);
        replayed.Header("Location").ShouldBe(answers.First(answer => answer.Status == 201).Header("Location"));
        (await app.Database.One<long>("select count(*) from orders where customer_id = @Id", customer, StudioApp.Stop)).ShouldBe(1);
        (await api.Post("/api/orders", StudioApp.OrderOf(offer, """{"size":"A3"}"""))).ShouldBeRefused(422, "IDEMPOTENCY_MISMATCH");
        (await (await app.Someone()).Api.With("Idempotency-Key", "double click").Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201).Header("Idempotent-Replayed").ShouldBeNull();
        (await customer.Api.With("Idempotency-Key", "").Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBeRefused(400);
        // Without a key every request is an order.
        (await customer.Api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201);
        (await customer.Api.Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201);
        (await app.Database.One<long>("select count(*) from orders where customer_id = @Id", customer, StudioApp.Stop)).ShouldBe(3);
    }

    [Fact]
    public async Task An_answer_is_given_again_to_the_same_person_under_another_token_and_not_to_one_who_has_left()
    {
        var (offer, customer) = (await app.Offer(), await app.Someone());
        var first = (await customer.Api.With("Idempotency-Key", "mine").Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201);
        var refreshed = (await app.Api.Post("/api/auth/refresh", $$"""{"refreshToken":"{{customer.RefreshToken}}"}""")).ShouldBe(200);
        var api = app.Api.WithBearer(refreshed.At("session.accessToken").GetString()!);
        var again = (await api.With("Idempotency-Key", "mine").Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBe(201);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Text.ShouldBe(first.Text);
        (await api.Post("/api/auth/logout")).ShouldBe(200);
        (await api.With("Idempotency-Key", "mine").Post("/api/orders", StudioApp.OrderOf(offer))).ShouldBeRefused(401);
    }

    [Fact]
    public async Task Everybody_sees_their_own_orders_newest_first()
    {
        var (offer, customer) = (await app.Offer(), await app.Someone());
        var ids = new List<Guid>();
        for (var order = 0; order < 3; order++)
        {
            ids.Insert(0, (await app.Place(offer, customer)).Id);
            await app.Advance(TimeSpan.FromSeconds(1));
        }

        Ids(await customer.Api.Get("/api/orders")).ShouldBe(ids);
        Ids(await customer.Api.Get("/api/orders?page=2&limit=2")).ShouldBe(ids[2..]);
        (await customer.Api.Get("/api/orders?page=1&limit=2")).At("pagination.total").GetInt32().ShouldBe(3);
        Ids(await offer.Provider.Api.Get("/api/orders")).ShouldBe(ids);
        Ids(await offer.Provider.Api.Get("/api/orders?role=customer")).ShouldBeEmpty();
        Ids(await customer.Api.Get("/api/orders?status=completed")).ShouldBeEmpty();
        Ids(await (await app.Someone()).Api.Get("/api/orders")).ShouldBeEmpty();
        var dear = (await app.Place(await app.Offer(price: 9000), customer)).Id;
        Ids(await customer.Api.Get("/api/orders?sort=oldest")).ShouldBe([.. ids.AsEnumerable().Reverse(), dear]);
        Ids(await customer.Api.Get("/api/orders?sort=amount&page=1&limit=3")).ShouldBe(ids);
        Ids(await customer.Api.Get("/api/orders?sort=-amount&limit=1")).ShouldBe([dear]);
        Ids(await customer.Api.Get("/api/orders?q=LIGHThouse&category=Illustration")).ShouldBe([dear, .. ids]);
        Ids(await customer.Api.Get("/api/orders?q=100%25")).ShouldBeEmpty();
        (await customer.Api.Get("/api/orders?category=writing&page=1")).At("pagination.total").GetInt32().ShouldBe(0);
        foreach (var wrong in (string[])["page=0", "page=x", "limit=0", "limit=101", "sort=colour", "role=king"])
            (await customer.Api.Get("/api/orders?" + wrong)).ShouldBeRefused(400);
        (await (await app.Someone()).Api.Get($"/api/orders/{ids[0]}")).ShouldBeRefused(404);
        (await (await app.Someone("admin")).Api.Get($"/api/orders/{ids[0]}")).ShouldBe(200);
        (await customer.Api.Get("/api/orders/7")).ShouldBeRefused(404);

        static List<Guid> Ids(Answer answer) => [.. answer.ShouldBe(200).At("orders").EnumerateArray().Select(order => order.GetProperty("id").GetGuid())];
    }

    [Fact]
    public async Task Progress_tells_the_whole_way()
    {
        var order = await app.Delivered();
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/accept")).ShouldBe(200);
        var progress = (await order.Customer.Api.Post($"/api/orders/{order.Id}/review", """{"rating":5,"text":"Bright"}""")).ShouldBe(200).At("progress");
        progress.GetProperty("percent").GetInt32().ShouldBe(100);
        progress.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("key").GetString()).ShouldBe(["placed", "payment", "requirements", "work", "acceptance", "review"]);
        progress.GetProperty("steps").EnumerateArray().ShouldAllBe(step => step.GetProperty("status").GetString() == "done" && step.GetProperty("at").ValueKind == JsonValueKind.String);
    }
}
