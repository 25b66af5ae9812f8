using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Payments;
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
        var refund = await database.One<RefundRow>($"select {RefundRow.Columns} from refunds r where r.id = @RefundId and r.state = 'requested'", new { RefundId }, run.Stop);
        if (refund is null)
            return;
        var intent = await database.One<string>("select intent_id from payments where id = @PaymentId", refund, run.Stop);
        var answer = await run.Services.GetRequiredService<StripeClient>().Refunds.Create(
            new NewRefund
            {
                PaymentIntent = intent!,
                Amount = refund.Amount,
                Reason = "requested_by_customer",
                Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = refund.OrderId.ToString(), ["refund"] = refund.Id.ToString() },
            },
            $"refund:{refund.Id}", CancellationToken.None);
        if (answer.Failure is { } failure and not StripeFailure.Invalid)
            throw new RefundNotSentException(failure.GetType().Name);

        await using var work = await database.Begin(CancellationToken.None);
        var order = (await OrderMoves.Lock(work, refund.OrderId, CancellationToken.None))!;
        // Refused for good is as good as failed at once.
        if (answer.Value is { HasFailed: false } sent)
            await run.Services.GetRequiredService<OrderRefunds>().Sent(work, order, refund, sent.Id, CancellationToken.None);
        else
            await OrderRefunds.Fail(work, order, refund, CancellationToken.None);
        await run.Complete(work);
        await work.Commit(CancellationToken.None);
    }
}

/// <summary>Stripe did not take the refund this time, or its answer was lost: the job asks again.</summary>
public sealed class RefundNotSentException(string why) : Exception(why);
