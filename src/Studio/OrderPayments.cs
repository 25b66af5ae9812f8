using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Payments;
using Colonnade.Platform.Web;
using Colonnade.Studio.Jobs;
using Microsoft.Extensions.Logging;

namespace Colonnade.Studio;

/// <summary>
/// An order's money: a payment is reserved before Stripe is asked, and its outcome is only ever what Stripe answers when asked anew.
/// Confirming, webhooks, watching and expiry all end in <see cref="Apply"/>, which says the same however often and in whatever order.
/// </summary>
public sealed class OrderPayments(StripeClient stripe, OrderMoves moves, ILogger<OrderPayments> log)
{
    /// <summary>The payment of an order that is reserved, open or paid.</summary>
    internal static Task<PaymentRow?> Alive(Work work, Guid order, CancellationToken stop) => work.One<PaymentRow>(
        $"select {PaymentRow.Columns} from payments p where order_id = @order and state in ('reserved', 'open', 'paid')", new { order }, stop);

    /// <summary>Makes room for the next payment of an order that has none alive, and has it watched from then on.</summary>
    internal static async Task Reserve(Work work, OrderRow order, CancellationToken stop)
    {
        var reserved = await work.One<Guid?>(
            """
            insert into payments (id, order_id, number, amount, currency)
            select @Id, @Order, coalesce(max(number), 0) + 1, @Amount, @Currency from payments where order_id = @Order
            on conflict (order_id) where state in ('reserved', 'open', 'paid') do nothing
            returning id
            """, new { Id = Guid.CreateVersion7(order.UpdatedAt), Order = order.Id, order.Amount, order.Currency }, stop);
        if (reserved is { } payment)
            await work.Enqueue(new WatchPayment(payment), stop, WatchPayment.Soon(payment));
    }

    /// <summary>
    /// Stripe's intent for a payment: made when there is none. The key is the payment's, so that however often this is asked there
    /// is one. Nothing is recorded here; a client's disconnect does not reach Stripe.
    /// </summary>
    internal async Task<(StripePaymentIntent? Intent, StripeFailure? Failure)> Open(PaymentRow payment)
    {
        var answer = payment.IntentId is { } id
            ? await stripe.PaymentIntents.Retrieve(id, CancellationToken.None)
            : await stripe.PaymentIntents.Create(
                new NewPaymentIntent
                {
                    Amount = payment.Amount,
                    Currency = payment.Currency,
                    Description = $"Order {payment.OrderId}",
                    Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = payment.OrderId.ToString(), ["payment"] = payment.Id.ToString() },
                },
                $"order:{payment.OrderId}:{payment.Number}",
                CancellationToken.None);
        if (!answer.IsDone)
            log.LogWarning("Stripe did not open payment {Payment}: {Failure}", payment.Id, answer.Failure.GetType().Name);
        return (answer.Value, answer.Failure);
    }

    /// <summary>Notes which intent a reserved payment has.</summary>
    internal static Task Record(Work work, PaymentRow payment, StripePaymentIntent intent, CancellationToken stop) => work.Execute(
        "update payments set state = 'open', intent_id = @Intent, intent_status = @Status, updated_at = clock() where id = @Id and state = 'reserved'",
        new { payment.Id, Intent = intent.Id, intent.Status }, stop);

    /// <summary>The intent as the payer may see it.</summary>
    internal PaymentIntent Shown(PaymentRow payment, StripePaymentIntent intent) => new(
        intent.Id, intent.ClientSecret, payment.Amount, payment.Currency, intent.Status, payment.OrderId, intent.SandboxPayUrl, stripe.Settings.PublishableKey);

    /// <summary>
    /// Takes over what Stripe says of an intent. Paid and canceled are final; nothing else moves an order. Money for an order that
    /// is no longer waiting for it goes back.
    /// </summary>
    /// <param name="work">The transaction; it locks the order.</param>
    /// <param name="intent">As Stripe answered just now, not as an event or a client says.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>The order; null when the intent pays none of ours.</returns>
    internal async Task<OrderRow?> Apply(Work work, StripePaymentIntent intent, CancellationToken stop)
    {
        var paymentId = Guid.TryParse(intent.MetadataOf("payment"), out var id) ? id : Guid.Empty;
        var orderId = await work.One<Guid?>(
            "select order_id from payments where intent_id = @Id or (intent_id is null and state = 'reserved' and id = @paymentId)", new { intent.Id, paymentId }, stop);
        if (orderId is null || await OrderMoves.Lock(work, orderId.Value, stop) is not { } order)
            return null;
        var payment = (await work.One<PaymentRow>(
            $"select {PaymentRow.Columns} from payments p where intent_id = @Id or (intent_id is null and id = @paymentId) for update", new { intent.Id, paymentId }, stop))!;
        if (intent.Amount != payment.Amount || intent.Currency != payment.Currency || intent.Livemode != stripe.Settings.IsLive || intent.MetadataOf("order") != order.Id.ToString())
        {
            log.LogError("The intent of payment {Payment} is not what was asked for; it is not believed", payment.Id);
            return order;
        }

        if (payment.State == "reserved")
        {
            await Record(work, payment, intent, stop);
            payment = payment with { State = "open", IntentId = intent.Id };
        }

        if (payment.State != "open")
            return order;
        if (intent.IsPaid)
            return await Paid(work, order, payment, stop);
        await work.Execute(
            "update payments set intent_status = @Status, state = case when @isOver then 'canceled' else state end, updated_at = clock() where id = @Id",
            new { payment.Id, intent.Status, isOver = intent.Status == PaymentIntentStatus.Canceled }, stop);
        return order;
    }

    /// <summary>Begins to give money back: all that is left of it, or <paramref name="amount"/>. False when that is more than is left.</summary>
    internal static async Task<bool> Refund(Work work, Guid order, long? amount, string reason, Mover by, ClientFacts client, CancellationToken stop)
    {
        var payment = await work.One<PaymentRow>($"select {PaymentRow.Columns} from payments p where order_id = @order and state = 'paid' for update", new { order }, stop);
        var back = amount ?? payment?.Amount - payment?.Refunded;
        if (payment is null || back < 1 || back > payment.Amount - payment.Refunded)
            return false;
        var refund = Guid.CreateVersion7();
        await work.Execute("update payments set refunded = refunded + @back, updated_at = clock() where id = @Id", new { payment.Id, back }, stop);
        await work.Execute("insert into refunds (id, payment_id, order_id, amount, reason) values (@refund, @Id, @order, @back, @reason)", new { refund, payment.Id, order, back, reason }, stop);
        await work.Enqueue(new SendRefund(refund), stop);
        await OrderMoves.Note(work, order, "refund", by, client.ActorId, stop, data: new { amount = back, reason });
        await work.Audit(new AuditEntry("refund_requested", null, client) { Detail = new { order, amount = back, by = by.ToString() } }, stop);
        return true;
    }

    private async Task<OrderRow> Paid(Work work, OrderRow order, PaymentRow payment, CancellationToken stop)
    {
        await work.Execute("update payments set state = 'paid', intent_status = 'succeeded', paid_at = clock(), updated_at = clock() where id = @Id", payment, stop);
        await work.Audit(new AuditEntry("payment_succeeded", order.CustomerId, ClientFacts.None) { Detail = new { order = order.Id, payment.Amount, payment.Currency } }, stop);
        if (OrderMoves.Begin(order, order.HasDetails ? OrderTransitions.PayAndBegin : OrderTransitions.Pay, Mover.Payment) is { } move)
            return await moves.Finish(work, move, stop);
        await Refund(work, order.Id, null, "The order was closed before it was paid", Mover.Payment, ClientFacts.None, stop);
        return order;
    }
}

/// <summary>One attempt at being paid.</summary>
public sealed record PaymentRow
{
    internal const string Columns = "p.id, p.order_id, p.number, p.state, p.amount, p.currency, p.intent_id, p.intent_status, p.attempts, p.refunded";

    public Guid Id { get; init; }
    public Guid OrderId { get; init; }
    public int Number { get; init; }
    public string State { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string? IntentId { get; init; }
    public string IntentStatus { get; init; } = "";
    public int Attempts { get; init; }
    public long Refunded { get; init; }
}
