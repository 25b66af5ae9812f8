using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class PaymentTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task An_order_goes_on_when_everything_has_arrived_and_not_before()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        var first = await admin.Pay(order.Id, 1_000_000);
        first.At("order.status").GetString().ShouldBe("pending");
        first.At("order.paid_amount").GetInt64().ShouldBe(1_000_000);
        first.At("order.due_amount").GetInt64().ShouldBe(3_000_000);
        (await john.Api.Get($"/api/orders/{order.Id}")).At("order.payment_instructions.amount").GetInt64().ShouldBe(3_000_000);
        var second = await admin.Pay(order.Id, 2_999_999);
        second.At("order.status").GetString().ShouldBe("pending");
        var third = await admin.Pay(order.Id, 1);
        third.At("order.status").GetString().ShouldBe("processing");
        third.At("order.payment_confirmed_at").GetString()!.ShouldEndWith("Z");
        (await john.Api.Get($"/api/orders/{order.Id}")).At("order").TryGetProperty("payment_instructions", out _).ShouldBeFalse();

        var payments = (await admin.Api.Get(third.Header("Location")!)).ShouldBe(200);
        payments.At("payments").GetArrayLength().ShouldBe(3);
        payments.At("due_amount").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task Without_an_amount_what_is_due_is_paid()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        await admin.Pay(order.Id, 1_500_000);
        var paid = await admin.Pay(order.Id);
        paid.At("payment.amount").GetInt64().ShouldBe(2_500_000);
        paid.At("order.status").GetString().ShouldBe("processing");
        (await admin.Api.Post($"/api/admin/orders/{order.Id}/payments", "{}")).ShouldBeRefused(409, "CONFLICT").At("message").GetString().ShouldBe("Nothing is due");
    }

    [Fact]
    public async Task What_is_too_much_is_the_customers_credit()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        var paid = await admin.Pay(order.Id, 4_000_500);
        paid.At("order.status").GetString().ShouldBe("processing");
        paid.At("order.credit").GetInt64().ShouldBe(500);
        paid.At("order.due_amount").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task What_was_noted_wrongly_is_taken_back_and_never_more_than_was_paid()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        await admin.Pay(order.Id, 700);
        (await admin.Api.Post($"/api/admin/orders/{order.Id}/payments", """{"amount":-701}""")).ShouldBeRefused(409, "CONFLICT");
        (await admin.Pay(order.Id, -700)).At("order.paid_amount").GetInt64().ShouldBe(0);
        (await admin.Api.Get($"/api/admin/orders/{order.Id}/payments")).At("payments").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"amount":0}""", 400)]
    [InlineData("""{"amount":1.5}""", 400)]
    [InlineData("""{"amount":1,"currency":"USD"}""", 409)]
    [InlineData("""{"amount":9223372036854775807}""", 400)]
    public async Task What_no_payment_may_be(string body, int status)
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        (await admin.Api.Post($"/api/admin/orders/{order.Id}/payments", body)).ShouldBe(status);
        (await admin.Api.Post($"/api/admin/orders/{Guid.CreateVersion7()}/payments", "{}")).ShouldBe(404);
    }

    [Fact]
    public async Task What_was_returned_after_a_refund_is_noted_and_no_more()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(1_000);
        await admin.Pay(order.Id);
        var refunded = (await admin.Api.Patch($"/api/admin/orders/{order.Id}/status", """{"status":"refunded"}""")).ShouldBe(200);
        refunded.At("order.credit").GetInt64().ShouldBe(1_000);
        (await admin.Pay(order.Id, -1_000)).At("order.credit").GetInt64().ShouldBe(0);
        (await admin.Api.Post($"/api/admin/orders/{order.Id}/payments", """{"amount":-1}""")).ShouldBeRefused(409, "CONFLICT");
        (await admin.Api.Post($"/api/admin/orders/{order.Id}/payments", """{"amount":1}""")).ShouldBeRefused(409, "CONFLICT");
    }

    [Fact]
    public async Task A_cancelled_order_takes_no_payment()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order();
        (await john.Api.Post($"/api/orders/{order.Id}/cancel")).ShouldBe(200);
        (await admin.Api.Post($"/api/admin/orders/{order.Id}/payments", "{}")).ShouldBeRefused(409, "CONFLICT");
    }

    [Fact]
    public async Task Many_payments_at_once_are_all_counted_and_move_the_order_once()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(2_000);
        var answers = await NarhubApp.AtOnce(20, _ => admin.Api.Post($"/api/admin/orders/{order.Id}/payments", """{"amount":100}"""));
        answers.ShouldAllBe(answer => answer.Status == 201);
        var whole = (await admin.Api.Get($"/api/admin/orders/{order.Id}")).ShouldBe(200);
        whole.At("order.paid_amount").GetInt64().ShouldBe(2_000);
        whole.At("payments").GetArrayLength().ShouldBe(20);
        whole.At("history").EnumerateArray().Select(change => change.GetProperty("status").GetString()).ShouldBe(["pending", "processing"]);
        whole.At("order.invoices").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_payment_and_a_cancellation_at_once_one_wins()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        for (var round = 0; round < 6; round++)
        {
            var order = await john.Order(1_000);
            var answers = await Task.WhenAll(john.Api.Post($"/api/orders/{order.Id}/cancel"), admin.Api.Post($"/api/admin/orders/{order.Id}/payments", "{}"));
            answers.Count(answer => answer.Status is 200 or 201).ShouldBe(1);
            answers.Count(answer => answer.Status == 409).ShouldBe(1);
            var whole = (await admin.Api.Get($"/api/admin/orders/{order.Id}")).At("order");
            whole.GetProperty("status").GetString().ShouldBe(answers[0].Status == 200 ? "cancelled" : "processing");
            whole.GetProperty("paid_amount").GetInt64().ShouldBe(answers[0].Status == 200 ? 0 : 1_000);
        }
    }

    [Fact]
    public async Task A_repeated_recording_with_a_key_counts_once()
    {
        var (john, admin) = (await app.Someone(), await app.Operator());
        var order = await john.Order(1_000);
        var key = Guid.CreateVersion7().ToString();
        var answers = await NarhubApp.AtOnce(10, _ => admin.Api.With("Idempotency-Key", key).Post($"/api/admin/orders/{order.Id}/payments", """{"amount":100}"""));
        answers.ShouldAllBe(answer => answer.Status == 201 || answer.Status == 409);
        (await admin.Api.Get($"/api/admin/orders/{order.Id}")).At("order.paid_amount").GetInt64().ShouldBe(100);
    }
}
