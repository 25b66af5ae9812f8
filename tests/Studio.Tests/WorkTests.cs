using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

/// <summary>From the payment to the review, with everything that can happen on the way.</summary>
public sealed class WorkTests(StudioApp app) : IClassFixture<StudioApp>
{
    [Fact]
    public async Task Without_details_the_work_waits_for_them()
    {
        var order = await app.Paid(details: null);
        (await app.Status(order.Id)).ShouldBe("pending_requirements");
        (await order.Offer.Provider.Api.Post($"/api/orders/{order.Id}/deliver", """{"message":"Here"}""")).ShouldBeRefused(409, "INVALID_STATE");
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/requirements", "{}")).ShouldBeRefused(400);
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/requirements", """{"details":[1]}""")).ShouldBeRefused(400);
        await app.Advance(TimeSpan.FromDays(2));
        order = await app.SignIn(order);
        var answer = (await order.Customer.Api.Post($"/api/orders/{order.Id}/requirements", """{"details":{"height":"tall"}}""")).ShouldBe(200);
        answer.At("status").GetString().ShouldBe("in_progress");
        answer.At("order.details").GetRawText().ShouldBe("""{"height":"tall"}""");
        // The delivery clock starts now, not with the payment.
        answer.At("progress.deliveryDueAt").GetDateTimeOffset().ShouldBe(app.Clock.GetUtcNow() + TimeSpan.FromDays(3));
    }

    [Fact]
    public async Task Changes_can_be_requested_as_often_as_the_package_says()
    {
        var order = await app.Delivered(revisions: 1);
        var (customer, provider) = (order.Customer.Api, order.Offer.Provider.Api);
        (await customer.Post($"/api/orders/{order.Id}/request-changes", """{"message":"Taller"}""")).ShouldBe(200).At("progress.revisionsUsed").GetInt32().ShouldBe(1);
        (await provider.Post($"/api/orders/{order.Id}/deliver")).ShouldBeRefused(400);
        (await StudioApp.Upload(provider, order.Id, SampleFiles.Png(), "deliverable", "taller.png")).ShouldBe(201);
        (await provider.Post($"/api/orders/{order.Id}/deliver", """{"message":"Taller now"}""")).ShouldBe(200).At("status").GetString().ShouldBe("delivered");
        var refused = (await customer.Post($"/api/orders/{order.Id}/request-changes")).ShouldBeRefused(409, "NO_REVISIONS_LEFT");
        refused.At("error.details.revisionsAllowed").GetInt32().ShouldBe(1);
        (await customer.Post($"/api/orders/{order.Id}/accept")).ShouldBe(200).At("status").GetString().ShouldBe("completed");
        (await app.Database.List<int>("select delivery from contents where order_id = @Id order by delivery", order, StudioApp.Stop)).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Accepting_and_requesting_changes_at_once_one_wins()
    {
        for (var round = 0; round < 5; round++)
        {
            var order = await app.Delivered();
            var answers = await StudioApp.AtOnce(8, each => order.Customer.Api.Post($"/api/orders/{order.Id}/{(each % 2 == 0 ? "accept" : "request-changes")}"));
            answers.Count(answer => answer.Status == 200).ShouldBe(1);
            foreach (var answer in answers.Where(answer => answer.Status != 200))
                answer.ShouldBeRefused(409, "INVALID_STATE");
            (await app.Status(order.Id)).ShouldBe(answers.Single(answer => answer.Status == 200).At("status").GetString());
        }
    }

    [Fact]
    public async Task What_nobody_answers_counts_as_accepted_after_fourteen_days()
    {
        var order = await app.Delivered();
        var busy = await app.Delivered();
        await app.Advance(TimeSpan.FromDays(13));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("delivered");
        // A later delivery begins the fortnight anew.
        busy = await app.SignIn(busy);
        (await busy.Customer.Api.Post($"/api/orders/{busy.Id}/request-changes")).ShouldBe(200);
        (await busy.Offer.Provider.Api.Post($"/api/orders/{busy.Id}/deliver", """{"message":"Again"}""")).ShouldBe(200);
        await app.Advance(TimeSpan.FromDays(1));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("completed");
        (await app.Status(busy.Id)).ShouldBe("delivered");
        (await Events(await app.SignIn(order))).Last().ShouldBe(("accept", "timer", "completed"));
        await app.Advance(TimeSpan.FromDays(14));
        await app.RunJobs();
        (await app.Status(busy.Id)).ShouldBe("completed");
    }

    [Fact]
    public async Task An_operator_decides_a_dispute_and_refunds_a_part()
    {
        var (order, admin) = (await app.Delivered(), await app.Someone("admin"));
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/dispute", "{}")).ShouldBeRefused(400);
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/dispute", """{"reason":"A tower"}""")).ShouldBe(200).At("status").GetString().ShouldBe("disputed");
        (await order.Customer.Api.Get("/api/disputes")).ShouldBeRefused(403);
        (await admin.Api.Get("/api/disputes")).ShouldBe(200).At("disputes").EnumerateArray().ShouldContain(dispute => dispute.GetProperty("orderId").GetGuid() == order.Id);
        (await admin.Api.Post($"/api/orders/{order.Id}/resolve", """{"outcome":"later"}""")).ShouldBeRefused(400);
        (await admin.Api.Post($"/api/orders/{order.Id}/resolve", """{"outcome":"completed","refundAmount":5001}""")).ShouldBeRefused(409, "REFUND_EXCEEDS_PAYMENT");
        var decided = (await admin.Api.Post($"/api/orders/{order.Id}/resolve", """{"outcome":"completed","refundAmount":2000,"note":"Half a lighthouse"}""")).ShouldBe(200);
        decided.At("status").GetString().ShouldBe("completed");
        decided.At("order.refunded").GetInt64().ShouldBe(2000);
        (await admin.Api.Get("/api/disputes")).At("disputes").EnumerateArray().ShouldNotContain(dispute => dispute.GetProperty("orderId").GetGuid() == order.Id);
        await app.RunJobs();
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 2000));
    }

    [Fact]
    public async Task A_dispute_that_is_refunded_gives_everything_back()
    {
        var (order, admin) = (await app.Delivered(), await app.Someone("admin"));
        (await admin.Api.Post($"/api/orders/{order.Id}/refunds", """{"amount":500,"reason":"Late"}""")).ShouldBe(201);
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/dispute", """{"reason":"A tower"}""")).ShouldBe(200);
        var answers = await StudioApp.AtOnce(6, each => admin.Api.Post($"/api/orders/{order.Id}/resolve", $$"""{"outcome":"{{(each % 2 == 0 ? "refunded" : "completed")}}","refundAmount":1000}"""));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        await app.RunJobs();
        var isRefunded = await app.Status(order.Id) == "refunded";
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, isRefunded ? 5000 : 1500));
        (await order.Customer.Api.Get($"/api/orders/{order.Id}/refunds")).ShouldBe(200).At("refunds").EnumerateArray().ShouldAllBe(refund => refund.GetProperty("status").GetString() == "sent");
    }

    [Fact]
    public async Task A_dispute_that_nobody_decides_is_refunded_after_sixty_days()
    {
        var (order, decided, admin) = (await app.Delivered(), await app.Delivered(), await app.Someone("admin"));
        (await admin.Api.Post($"/api/orders/{order.Id}/refunds", """{"amount":500}""")).ShouldBe(201);
        foreach (var each in (Placed[])[order, decided])
            (await each.Customer.Api.Post($"/api/orders/{each.Id}/dispute", """{"reason":"A tower"}""")).ShouldBe(200);
        (await admin.Api.Post($"/api/orders/{decided.Id}/resolve", """{"outcome":"completed"}""")).ShouldBe(200);
        await app.Advance(TimeSpan.FromDays(59));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("disputed");
        await app.Advance(TimeSpan.FromDays(1));
        await app.RunJobs();
        (await app.Status(order.Id)).ShouldBe("refunded");
        (await app.Status(decided.Id)).ShouldBe("completed");
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 5000));
        (await StudioApp.Ledger(decided.IntentId)).ShouldBe((1, 5000, 0));
        (await Events(await app.SignIn(order))).Last(each => each.Item3 is not null).ShouldBe(("resolve-refunded", "timer", "refunded"));
        (await app.Mails(order.Customer.Email)).ShouldContain(mail => mail.Subject == "An order was refunded");
    }

    [Fact]
    public async Task No_more_goes_back_than_came()
    {
        var (order, admin) = (await app.Paid(), await app.Someone("admin"));
        var answers = await StudioApp.AtOnce(10, _ => admin.Api.Post($"/api/orders/{order.Id}/refunds", """{"amount":900}"""));
        answers.Count(answer => answer.Status == 201).ShouldBe(5);
        foreach (var answer in answers.Where(answer => answer.Status != 201))
            answer.ShouldBeRefused(409, "REFUND_EXCEEDS_PAYMENT");
        (await admin.Api.Post($"/api/orders/{order.Id}/refunds")).ShouldBe(201).At("refunds").GetArrayLength().ShouldBe(6);
        (await admin.Api.Post($"/api/orders/{order.Id}/refunds")).ShouldBeRefused(409, "REFUND_EXCEEDS_PAYMENT");
        (await admin.Api.Post($"/api/orders/{(await app.Place()).Id}/refunds")).ShouldBeRefused(409, "REFUND_EXCEEDS_PAYMENT");
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/refunds")).ShouldBeRefused(403);
        await app.RunJobs();
        await app.RunJobs();
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 5000));
        (await app.Status(order.Id)).ShouldBe("in_progress");
    }

    [Fact]
    public async Task A_paid_order_that_is_canceled_is_refunded_once()
    {
        var order = await app.Paid();
        var answers = await StudioApp.AtOnce(4, each => (each % 2 == 0 ? order.Customer : order.Offer.Provider).Api.Post($"/api/orders/{order.Id}/cancel", """{"reason":"No time"}"""));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Single(answer => answer.Status == 200).At("order.refunded").GetInt64().ShouldBe(5000);
        await app.RunJobs();
        (await StudioApp.Ledger(order.IntentId)).ShouldBe((1, 5000, 5000));
        (await order.Customer.Api.Get($"/api/orders/{order.Id}")).At("progress.currentStep").GetString().ShouldBe("canceled");
    }

    [Fact]
    public async Task Customer_and_provider_write_to_each_other()
    {
        var order = await app.Paid();
        var (customer, provider, path) = (order.Customer.Api, order.Offer.Provider.Api, $"/api/orders/{order.Id}/messages");
        var file = (await StudioApp.Upload(customer, order.Id, SampleFiles.Png(), "reference", "sea.png")).ShouldBe(201).At("id").GetGuid();
        (await customer.Post(path, "{}")).ShouldBeRefused(400);
        var message = (await customer.With("Idempotency-Key", "once").Post(path, $$"""{"text":"By the sea","contentIds":["{{file}}"]}""")).ShouldBe(201);
        message.At("contentIds[0]").GetGuid().ShouldBe(file);
        (await customer.With("Idempotency-Key", "once").Post(path, $$"""{"text":"By the sea","contentIds":["{{file}}"]}""")).ShouldBe(201).Header("Idempotent-Replayed").ShouldBe("true");
        (await customer.Post(path, $$"""{"text":"Again","contentIds":["{{file}}"]}""")).ShouldBeRefused(404);
        (await provider.Post(path, $$"""{"text":"Not mine","contentIds":["{{file}}"]}""")).ShouldBeRefused(404);
        (await provider.Post(path, """{"text":"Which sea?"}""")).ShouldBe(201);
        var list = (await provider.Get(path)).ShouldBe(200).At("messages").EnumerateArray().ToList();
        list.ConvertAll(each => each.GetProperty("text").GetString()).ShouldBe(["Which sea?", "By the sea"], ignoreOrder: true);
        list.ShouldAllBe(each => each.GetProperty("authorName").GetString() == "Ada Lovelace");
        (await (await app.Someone()).Api.Get(path)).ShouldBeRefused(404);
        (await (await app.Someone()).Api.Post(path, """{"text":"Hello"}""")).ShouldBeRefused(404);
        await app.RunJobs();
        (await app.Mails(order.Offer.Provider.Email)).ShouldContain(mail => mail.Subject == "A new message");
    }

    [Fact]
    public async Task A_review_is_written_once_and_rates_the_service()
    {
        var order = await app.Delivered();
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/accept")).ShouldBe(200);
        foreach (var wrong in (string[])["{}", """{"rating":0}""", """{"rating":6}""", """{"rating":"5"}"""])
            (await order.Customer.Api.Post($"/api/orders/{order.Id}/review", wrong)).ShouldBeRefused(400);
        var answers = await StudioApp.AtOnce(5, _ => order.Customer.Api.Post($"/api/orders/{order.Id}/review", """{"rating":4,"text":"It shines"}"""));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        for (var ask = 0; ; ask++)
        {
            var service = (await order.Customer.Api.Get($"/api/services/{order.Offer.ServiceId}")).At("service");
            if (service.GetProperty("reviewCount").GetInt64() == 1 || ask == 500)
            {
                service.GetProperty("rating").GetDecimal().ShouldBe(4);
                return;
            }
        }
    }

    [Fact]
    public async Task The_history_tells_every_step_and_cannot_be_changed()
    {
        var order = await app.Delivered();
        (await order.Customer.Api.Post($"/api/orders/{order.Id}/accept")).ShouldBe(200);
        (await Events(order)).ShouldBe(
        [
            ("place", "customer", "pending_payment"), ("pay-and-begin", "payment", "in_progress"), ("content", "provider", null), ("deliver", "provider", "delivered"),
            ("accept", "customer", "completed"),
        ]);
        (await (await app.Someone()).Api.Get($"/api/orders/{order.Id}/events")).ShouldBeRefused(404);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => app.Database.Execute("update order_events set type = 'other' where order_id = @Id", order, StudioApp.Stop));
    }

    [Fact]
    public async Task Both_sides_hear_of_what_concerns_them()
    {
        var order = await app.Delivered();
        await app.RunJobs();
        (await app.Mails(order.Customer.Email)).Select(mail => mail.Subject).ShouldBe(["Your order was delivered", "Payment received"], ignoreOrder: true);
        (await app.Mails(order.Offer.Provider.Email)).Select(mail => mail.Subject).ShouldBe(["Work can begin"]);
        (await app.Mails(order.Customer.Email)).ShouldAllBe(mail => mail.Text.Contains("50.00 USD", StringComparison.Ordinal) && mail.Text.Contains(order.Id.ToString(), StringComparison.Ordinal));
    }

    private static async Task<List<(string?, string?, string?)>> Events(Placed order) =>
        [.. (await order.Customer.Api.Get($"/api/orders/{order.Id}/events")).ShouldBe(200).At("events").EnumerateArray().Select(each => (
            each.GetProperty("type").GetString(), each.GetProperty("actor").GetString(), each.GetProperty("to") is { ValueKind: JsonValueKind.String } to ? to.GetString() : null))];
}
