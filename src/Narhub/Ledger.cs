using Colonnade.Narhub.Jobs;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;

namespace Colonnade.Narhub;

/// <summary>
/// Writes down what was paid for an order. The order goes on to <c>processing</c> when everything has arrived and not before; what is
/// too much becomes the customer's credit.
/// </summary>
internal sealed class Ledger(OrderStates states, WebhookEvents events)
{
    public async Task<LedgerOutcome> Record(Work work, Payment payment, ClientFacts client, CancellationToken stop)
    {
        if (await OrderReading.Locked(work, payment.OrderId, stop) is not { } order)
            return new LedgerOutcome.NoOrder();
        if (order.IsOver && payment.Amount is null or > 0)
            return new LedgerOutcome.Refused($"The order is {order.Status} and takes no payment");
        if (payment.Currency is { } currency && currency != order.Currency)
            return new LedgerOutcome.Refused($"The order is in {order.Currency}, the payment in {currency}");
        var amount = payment.Amount ?? order.Due;
        if (amount == 0)
            return new LedgerOutcome.Refused("Nothing is due");
        if (order.PaidAmount + amount < 0)
            return new LedgerOutcome.Refused($"Only {order.Printed(order.PaidAmount)} was paid for the order");

        var id = Guid.CreateVersion7();
        order = (await work.One<OrderRow>(
            $"""
            with paid as (
                insert into payments (id, order_id, amount, currency, received_on, bank_line_id, note, recorded_by)
                values (@id, @OrderId, @amount, @Currency, coalesce(@ReceivedOn, (clock() at time zone 'UTC')::date), @BankLineId, @Note, @ActorId)
            )
            update orders o set
                paid_amount = paid_amount + @amount,
                updated_at = greatest(clock(), updated_at + interval '1 millisecond')
            where id = @OrderId
            returning {OrderRow.Columns}
            """, new { id, payment.OrderId, amount, order.Currency, payment.ReceivedOn, payment.BankLineId, payment.Note, client.ActorId }, stop))!;
        await work.Audit(new AuditEntry("payment_recorded", order.UserId, client) { Detail = new { order = order.Id, amount, line = payment.BankLineId } }, stop);
        if (amount > 0)
            await work.Enqueue(new MailPaymentReceived(order.Id, amount), stop);
        await events.Publish(work, EventTypes.PaymentReceived, new PaymentEvent(id, order.Id, order.PaymentReference, amount, order.Currency, order.PaidAmount, order.Due), stop);
        if (order.Status == OrderStatus.Pending && order.PaidAmount >= order.TotalAmount)
            await states.Change(work, order, OrderStatus.Processing, client, reason: null, stop);
        return new LedgerOutcome.Recorded(id, amount);
    }
}

/// <summary>What arrived for an order.</summary>
/// <param name="OrderId">For which.</param>
/// <param name="Amount">Minor units; negative takes back. Null: exactly what is due.</param>
/// <param name="Currency">Null: the order's.</param>
internal sealed record Payment(Guid OrderId, long? Amount, string? Currency)
{
    /// <summary>Null: today.</summary>
    public DateOnly? ReceivedOn { get; init; }

    public Guid? BankLineId { get; init; }

    public string? Note { get; init; }
}

internal abstract record LedgerOutcome
{
    public sealed record Recorded(Guid Id, long Amount) : LedgerOutcome;

    public sealed record NoOrder : LedgerOutcome;

    public sealed record Refused(string Reason) : LedgerOutcome;
}

public sealed record PaymentEvent(Guid Id, Guid OrderId, string PaymentReference, long Amount, string Currency, long PaidAmount, long DueAmount);
