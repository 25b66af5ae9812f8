using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Payments;
using Colonnade.Platform.Web;

namespace Colonnade.Studio;

/// <summary>
/// What became of money that goes back, as Stripe answers when asked: a bank may refuse a refund days later, and somebody may have
/// made one in Stripe's own dashboard. Telling of the same twice, late or out of order ends alike.
/// </summary>
public sealed class OrderRefunds(OrderMoves moves)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>Takes over what Stripe says of a refund.</summary>
    /// <param name="work">The transaction; it locks the order.</param>
    /// <param name="refund">As Stripe answered just now.</param>
    /// <param name="stop">Cancels.</param>
    internal async Task Apply(Work work, StripeRefund refund, CancellationToken stop)
    {
        var payment = await work.One<PaymentRow>($"select {PaymentRow.Columns} from payments p where intent_id = @PaymentIntent and state = 'paid'", refund, stop);
        if (payment is null || await OrderMoves.Lock(work, payment.OrderId, stop) is not { } order)
            return;
        var ours = Guid.TryParse(refund.MetadataOf("refund"), out var id) ? id : Guid.Empty;
        var row = await work.One<RefundRow>($"select {RefundRow.Columns} from refunds r where refund_id = @Id or id = @ours", new { refund.Id, ours }, stop);
        switch (row)
        {
            case null when !refund.HasFailed:
                await Take(work, order, payment, refund, stop);
                break;
            case { State: "sent" } when refund.HasFailed:
                await Fail(work, order, row, stop);
                break;
            // Whoever sends it knows it as it was made; when that is recorded, this is told again.
            case { State: "requested" } when refund.HasFailed:
                throw new PlatformFailureException(PlatformFailure.Unavailable, Pause);
        }
    }

    /// <summary>Notes that a refund has left.</summary>
    internal async Task Sent(Work work, OrderRow order, RefundRow row, string refund, CancellationToken stop)
    {
        await work.Execute("update refunds set state = 'sent', refund_id = @refund, sent_at = clock() where id = @Id", new { row.Id, refund }, stop);
        await work.Audit(new AuditEntry("refund_sent", order.CustomerId, ClientFacts.None) { Detail = new { order = order.Id, row.Amount } }, stop);
        await moves.Publish(work, EventTypes.RefundSent, order, stop);
    }

    /// <summary>Notes that nothing goes back: somebody has to look, and the amount can be refunded again.</summary>
    internal static async Task Fail(Work work, OrderRow order, RefundRow row, CancellationToken stop)
    {
        await work.Execute("update refunds set state = 'failed', refund_id = null where id = @Id", new { row.Id }, stop);
        await work.Execute("update payments set refunded = refunded - @Amount, updated_at = clock() where id = @PaymentId", row, stop);
        await work.Audit(new AuditEntry("refund_failed", order.CustomerId, ClientFacts.None) { Detail = new { order = order.Id, row.Amount, refund = row.RefundId } }, stop);
        await OrderMoves.Note(work, order.Id, "refund-failed", Mover.Payment, null, stop, data: new { row.Amount });
    }

    private async Task Take(Work work, OrderRow order, PaymentRow payment, StripeRefund refund, CancellationToken stop)
    {
        var hasRoom = await work.Execute(
            "update payments set refunded = refunded + @Amount, updated_at = clock() where id = @Id and refunded + @Amount <= amount", new { payment.Id, refund.Amount }, stop) == 1;
        // One that was requested here meanwhile cannot be sent any more; when it has failed there is room.
        if (!hasRoom)
            throw new PlatformFailureException(PlatformFailure.Unavailable, Pause);
        var row = new RefundRow { Id = Guid.CreateVersion7(refund.Created), OrderId = order.Id, PaymentId = payment.Id, Amount = refund.Amount };
        await work.Execute("insert into refunds (id, payment_id, order_id, amount, reason) values (@Id, @PaymentId, @OrderId, @Amount, 'Refunded at Stripe')", row, stop);
        await OrderMoves.Note(work, order.Id, "refund", Mover.Payment, null, stop, data: new { amount = refund.Amount, reason = "Refunded at Stripe" });
        await Sent(work, (await OrderMoves.Lock(work, order.Id, stop))!, row, refund.Id, stop);
    }
}

/// <summary>Money on its way back.</summary>
internal sealed record RefundRow
{
    internal const string Columns = "r.id, r.order_id, r.payment_id, r.amount, r.state, r.refund_id";

    public Guid Id { get; init; }
    public Guid OrderId { get; init; }
    public Guid PaymentId { get; init; }
    public long Amount { get; init; }
    public string State { get; init; } = "";
    public string? RefundId { get; init; }
}
