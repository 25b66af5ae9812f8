using Colonnade.Narhub.Jobs;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;

namespace Colonnade.Narhub;

/// <summary>Moves an order from one state to the next, with all that follows: history, audit, invoice or credit note, mail, event.</summary>
internal sealed class OrderStates(InvoiceIssue invoices, WebhookEvents events)
{
    /// <param name="work">Holds the lock of the order.</param>
    /// <param name="order">As it was locked.</param>
    /// <param name="status">May follow on the present one.</param>
    /// <param name="client">Who did it; nobody when it followed from time.</param>
    /// <param name="reason">For the history and the customer.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="InvalidOperationException">The caller did not check that it may follow.</exception>
    public async Task<OrderData> Change(Work work, OrderRow order, string status, ClientFacts client, string? reason, CancellationToken stop)
    {
        var changed = OrderStatus.Next(order.Status).Contains(status, StringComparer.Ordinal) && (status != OrderStatus.Processing || order.PaidAmount >= order.TotalAmount)
            && await work.Execute(
                """
                with changed as (
                    update orders set
                        status = @status,
                        payment_confirmed_at = case when @status = 'processing' then clock() else payment_confirmed_at end,
                        updated_at = greatest(clock(), updated_at + interval '1 millisecond'),
                        version = version + 1
                    where id = @Id and status = @Before
                    returning *
                )
                insert into order_changes (order_id, version, status, actor_id, reason) select id, version, status, @ActorId, @reason from changed
                """, new { order.Id, status, Before = order.Status, client.ActorId, reason }, stop) == 1;
        if (!changed)
            throw new InvalidOperationException($"An order cannot become {status} when it is {order.Status}.");

        await work.Audit(new AuditEntry("order_" + status, order.UserId, client) { Detail = new { order = order.Id, from = order.Status } }, stop);
        if (status == OrderStatus.Processing)
            await invoices.Issue(work, order.Id, client, stop);
        else if (status is OrderStatus.Cancelled or OrderStatus.Refunded)
            await invoices.TakeBack(work, order.Id, client, stop);

        var whole = await OrderReading.Whole(work, order.Id, stop);
        // Whoever pays is told so by the mail about the payment.
        if (status != OrderStatus.Processing)
            await work.Enqueue(new MailOrderStatus(order.Id, status, reason), stop);
        await events.Publish(work, EventTypes.Of(status), whole!.Data, stop);
        return whole.Data;
    }
}

/// <summary>What there is to be told of.</summary>
public static class EventTypes
{
    public const string OrderCreated = "order.created";
    public const string OrderPaid = "order.paid";
    public const string OrderCompleted = "order.completed";
    public const string OrderCancelled = "order.cancelled";
    public const string OrderRefunded = "order.refunded";
    public const string PaymentReceived = "payment.received";
    public const string InvoiceIssued = "invoice.issued";
    public const string QuoteRequested = "quote.requested";
    public const string QuoteOffered = "quote.offered";

    public static readonly string[] All =
        [OrderCreated, OrderPaid, OrderCompleted, OrderCancelled, OrderRefunded, PaymentReceived, InvoiceIssued, QuoteRequested, QuoteOffered];

    internal static string Of(string status) => status == OrderStatus.Processing ? OrderPaid : "order." + status;
}
