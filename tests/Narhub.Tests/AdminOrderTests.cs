using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class AdminOrderTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task An_order_passes_its_states_in_order()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        var path = $"/api/admin/orders/{order.Id}/status";
        (await admin.Api.Patch(path, """{"status":"completed"}""")).ShouldBeRefused(409, "CONFLICT")
            .At("message").GetString().ShouldBe("The order is pending and cannot become completed; next: processing, cancelled");
        (await admin.Api.Patch(path, """{"status":"processing"}""")).ShouldBeRefused(409, "CONFLICT")
            .At("message").GetString()!.ShouldStartWith("40,000.00 EUR of the order is not paid");
        await admin.Pay(order.Id);
        (await admin.Api.Patch(path, """{"status":"processing"}""")).ShouldBeRefused(409, "CONFLICT").At("message").GetString().ShouldBe("The order is processing already");
        (await admin.Api.Patch(path, """{"status":"cancelled"}""")).ShouldBeRefused(409, "CONFLICT");
        var completed = (await admin.Api.Patch(path, """{"status":"completed"}""")).ShouldBe(200);
        completed.At("order.status").GetString().ShouldBe("completed");
        completed.At("order.next_statuses").EnumerateArray().Select(next => next.GetString()).ShouldBe(["refunded"]);
        (await admin.Api.Patch(path, """{"status":"refunded","reason":"It never worked."}""")).ShouldBe(200);
        (await admin.Api.Patch(path, """{"status":"completed"}""")).ShouldBeRefused(409, "CONFLICT").At("message").GetString()!.ShouldEndWith("nothing follows");

        var history = (await admin.Api.Get($"/api/admin/orders/{order.Id}")).At("history").EnumerateArray().ToList();
        history.Select(change => change.GetProperty("status").GetString()).ShouldBe(["pending", "processing", "completed", "refunded"]);
        history[3].GetProperty("reason").GetString().ShouldBe("It never worked.");
        history[3].GetProperty("actor_id").GetGuid().ShouldBe(admin.Id);
        (await app.Database.List<string>("select event from audit where account_id = @Id and event like 'order%' order by at, id", new { john.Id }, TestContext.Current.CancellationToken))
            .ShouldBe(["order_processing", "order_completed", "order_refunded"]);
    }

    [Theory]
    [InlineData("""{"status":"paid"}""")]
    [InlineData("""{"status":""}""")]
    [InlineData("""{"status":7}""")]
    [InlineData("""{}""")]
    public async Task An_unknown_status_is_refused(string body)
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        (await admin.Api.Patch($"/api/admin/orders/{order.Id}/status", body)).ShouldBeRefused(400, "VALIDATION_ERROR").At("errors.status").GetArrayLength().ShouldBe(1);
        (await admin.Api.Patch("/api/admin/orders/none/status", """{"status":"cancelled"}""")).ShouldBeRefused(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Of_the_same_change_at_once_one_is_made()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        await admin.Pay(order.Id);
        var answers = await NarhubApp.AtOnce(10, _ => admin.Api.Patch($"/api/admin/orders/{order.Id}/status", """{"status":"completed"}"""));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Count(answer => answer.Status == 409).ShouldBe(9);
    }

    [Fact]
    public async Task Orders_are_found_by_what_is_known_of_them()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var company = "Ärzte & Co " + Guid.CreateVersion7();
        var order = await john.Order(more: $"\"billing_company\":\"{company}\",\"purchase_order_number\":\"PO-{company}\"");
        await app.Advance(TimeSpan.FromSeconds(1));
        var other = await john.Order();
        (await john.Api.Post($"/api/orders/{other.Id}/cancel")).ShouldBe(200);

        async Task<List<Guid>> Found(string query)
        {
            var answer = (await admin.Api.Get("/api/admin/orders?limit=200&" + query)).ShouldBe(200);
            var ids = answer.At("orders").EnumerateArray().Select(found => found.GetProperty("id").GetGuid()).ToList();
            answer.At("total").GetInt64().ShouldBe(ids.Count);
            return ids;
        }

        (await Found("q=" + order.Reference.ToLowerInvariant())).ShouldBe([order.Id]);
        (await Found("q=" + Uri.EscapeDataString(company.ToLowerInvariant()))).ShouldBe([order.Id]);
        (await Found("q=" + Uri.EscapeDataString(john.Email))).ShouldBe([other.Id, order.Id]);
        (await Found($"user_id={john.Id}&status=cancelled")).ShouldBe([other.Id]);
        (await Found($"user_id={john.Id}&status=cancelled&status=pending")).ShouldBe([other.Id, order.Id]);
        (await Found($"user_id={john.Id}&currency=usd")).ShouldBeEmpty();
        var today = app.Clock.GetUtcNow().ToString("yyyy-MM-dd", null);
        (await Found($"user_id={john.Id}&from={today}&to={today}")).ShouldBe([other.Id, order.Id]);
        (await Found($"user_id={john.Id}&to=2020-01-01")).ShouldBeEmpty();
        foreach (var wrong in new[] { "status=paid", "limit=0", "limit=201", "offset=-1", "from=yesterday", "user_id=7" })
            (await admin.Api.Get("/api/admin/orders?" + wrong)).ShouldBeRefused(400, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task An_operator_sees_who_ordered()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        var answer = (await admin.Api.Get($"/api/admin/orders/{order.Id}")).ShouldBe(200);
        answer.At("customer.email").GetString().ShouldBe(john.Email);
        answer.At("customer.is_erased").GetBoolean().ShouldBeFalse();
        (await admin.Api.Get($"/api/admin/orders/{Guid.CreateVersion7()}")).ShouldBeRefused(404, "NOT_FOUND");
    }
}
