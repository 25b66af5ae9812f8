using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Payments;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Studio.Jobs;

/// <summary>Has Stripe give money back. The key is the refund's, so that however often this runs it goes back once.</summary>
public sealed record SendRefund(Guid RefundId) : IJob
{
    public static string Kind => "send_refund";

    public static JobRules Rules => new() { MaxAttempts = 100 };

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        var refund = await database.One<Row>(
            "select r.id, r.order_id, r.payment_id, r.amount, p.intent_id from refunds r join payments p on p.id = r.payment_id where r.id = @RefundId and r.state = 'requested'",
            new { RefundId }, run.Stop);
        if (refund is null)
            return;
        var answer = await run.Services.GetRequiredService<StripeClient>().Refunds.Create(
            new NewRefund
            {
                PaymentIntent = refund.IntentId,
                Amount = refund.Amount,
                Reason = "requested_by_customer",
                Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = refund.OrderId.ToString(), ["refund"] = refund.Id.ToString() },
            },
            $"refund:{refund.Id}", CancellationToken.None);
        if (answer.Failure is { } failure and not StripeFailure.Invalid)
            throw new RefundNotSentException(failure.GetType().Name);

        await using var work = await database.Begin(CancellationToken.None);
        var order = (await OrderMoves.Lock(work, refund.OrderId, CancellationToken.None))!;
        if (answer.Value is { } sent)
        {
            await work.Execute("update refunds set state = 'sent', refund_id = @Sent, sent_at = clock() where id = @Id", new { refund.Id, Sent = sent.Id }, CancellationToken.None);
            await work.Audit(new AuditEntry("refund_sent", order.CustomerId, ClientFacts.None) { Detail = new { order = order.Id, refund.Amount } }, CancellationToken.None);
            await run.Services.GetRequiredService<OrderMoves>().Publish(work, EventTypes.RefundSent, order, CancellationToken.None);
        }
        else
        {
            // Stripe refuses for good: somebody has to look, and the amount can be refunded again.
            await work.Execute("update refunds set state = 'failed' where id = @Id", new { refund.Id }, CancellationToken.None);
            await work.Execute("update payments set refunded = refunded - @Amount, updated_at = clock() where id = @PaymentId", refund, CancellationToken.None);
            await work.Audit(new AuditEntry("refund_failed", order.CustomerId, ClientFacts.None) { Detail = new { order = order.Id, refund.Amount } }, CancellationToken.None);
            await OrderMoves.Note(work, order.Id, "refund-failed", Mover.Payment, null, CancellationToken.None, data: new { refund.Amount });
        }

        await run.Complete(work);
        await work.Commit(CancellationToken.None);
    }

    private sealed record Row
    {
        public Guid Id { get; init; }
        public Guid OrderId { get; init; }
        public Guid PaymentId { get; init; }
        public long Amount { get; init; }
        public string IntentId { get; init; } = "";
    }
}

/// <summary>Stripe did not take the refund this time, or its answer was lost: the job asks again.</summary>
public sealed class RefundNotSentException(string why) : Exception(why);
