using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Studio.Jobs;

/// <summary>
/// Asks Stripe about a payment until it is over: a process may have been killed after Stripe was asked, an answer lost, a webhook
/// late. Half a minute apart while the order waits for its money.
/// </summary>
public sealed record WatchPayment(Guid PaymentId) : IJob
{
    /// <summary>From reserving, or from asking to charge, to the first look.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    public static string Kind => "watch_payment";

    public static JobRules Rules => new() { MaxAttempts = 100 };

    /// <summary>One job looks after a payment, however often it is asked for.</summary>
    internal static JobOptions Soon(Guid payment) => new() { After = FirstLook, UniqueKey = payment.ToString() };

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        var payment = await database.One<PaymentRow>($"select {PaymentRow.Columns} from payments p where id = @PaymentId and state in ('reserved', 'open')", new { PaymentId }, run.Stop);
        if (payment is null)
            return;
        var payments = run.Services.GetRequiredService<OrderPayments>();
        var (intent, _) = await payments.Open(payment);
        if (intent is not null)
        {
            await using var work = await database.Begin(CancellationToken.None);
            await payments.Apply(work, intent, CancellationToken.None);
            await work.Commit(CancellationToken.None);
        }

        if (await database.One<bool>("select exists (select from payments where id = @PaymentId and state in ('reserved', 'open'))", new { PaymentId }, run.Stop))
            run.Reschedule(Pause);
    }
}
