using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Studio.Jobs;

/// <summary>Takes a step that time takes: a payment expires, a delivery counts as accepted, a dispute that nobody decides is refunded.</summary>
/// <param name="OrderId">Which.</param>
/// <param name="Action">Of <see cref="OrderTransitions"/>.</param>
/// <param name="Version">Of the order when the timer was set: if it has moved since, the timer is void.</param>
public sealed record RunOrderTimer(Guid OrderId, string Action, long Version) : IJob
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    public static string Kind => "run_order_timer";

    public static JobRules Rules => new() { MaxAttempts = 100 };

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        if (Action == OrderTransitions.Expire)
        {
            // No order expires while its money may be on the way: Stripe has to say first that no more can come.
            var payment = await database.One<PaymentRow>(
                $"select {PaymentRow.Columns} from payments p where order_id = @OrderId and state in ('reserved', 'open')", new { OrderId }, run.Stop);
            if (payment is not null && !await CloseIntent.Close(run, payment))
            {
                run.Reschedule(Pause);
                return;
            }
        }

        await using var work = await database.Begin(run.Stop);
        if (await OrderMoves.Lock(work, OrderId, run.Stop) is { } order && order.Version == Version && OrderMoves.Begin(order, Action, Mover.Timer) is { } move)
        {
            var moves = run.Services.GetRequiredService<OrderMoves>();
            if (Action == OrderTransitions.Refund)
                await Disputes.EndUndecided(work, moves, move, run.Stop);
            else
                await moves.Finish(work, move, run.Stop);
        }

        await run.Complete(work);
        await work.Commit(run.Stop);
    }
}

/// <summary>Sees to it that a payment nobody waits for any more cannot succeed; money that came all the same goes back.</summary>
public sealed record CloseIntent(Guid PaymentId) : IJob
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    public static string Kind => "close_intent";

    public static JobRules Rules => new() { MaxAttempts = 100 };

    public async Task Run(JobRun run)
    {
        var payment = await run.Services.GetRequiredService<ProductDatabase>().One<PaymentRow>(
            $"select {PaymentRow.Columns} from payments p where id = @PaymentId and state in ('reserved', 'open')", new { PaymentId }, run.Stop);
        if (payment is not null && !await Close(run, payment))
            run.Reschedule(Pause);
    }

    /// <summary>Whether Stripe says that the payment is over, one way or the other; what it says is recorded.</summary>
    internal static async Task<bool> Close(JobRun run, PaymentRow payment)
    {
        var payments = run.Services.GetRequiredService<OrderPayments>();
        var stripe = run.Services.GetRequiredService<StripeClient>();
        // Of a reserved payment it is not known whether Stripe ever heard: the same key tells.
        var (intent, failure) = await payments.Open(payment);
        if (intent is null)
        {
            if (failure is not StripeFailure.Invalid || payment.IntentId is not null)
                return false;
            await run.Services.GetRequiredService<ProductDatabase>().Execute("update payments set state = 'canceled', updated_at = clock() where id = @Id and state = 'reserved'", payment, run.Stop);
            return true;
        }

        if (intent.Status is not (PaymentIntentStatus.Succeeded or PaymentIntentStatus.Canceled))
        {
            var canceled = await stripe.PaymentIntents.Cancel(intent.Id, "abandoned", $"payment:{payment.Id}:cancel:{run.JobId}", CancellationToken.None);
            // Refused: it is being processed, or was paid a moment ago. Lost: who knows. Either way it is asked.
            var now = canceled.Value ?? (await stripe.PaymentIntents.Retrieve(intent.Id, CancellationToken.None)).Value;
            if (now is null)
                return false;
            intent = now;
        }

        await using var work = await run.Services.GetRequiredService<ProductDatabase>().Begin(CancellationToken.None);
        await payments.Apply(work, intent, CancellationToken.None);
        await work.Commit(CancellationToken.None);
        return intent.Status is PaymentIntentStatus.Succeeded or PaymentIntentStatus.Canceled;
    }
}
