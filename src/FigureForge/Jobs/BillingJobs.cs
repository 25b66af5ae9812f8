using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.FigureForge.Jobs;

/// <summary>Asks the provider about an account's subscriptions.</summary>
public sealed record SyncBilling(Guid AccountId) : IJob
{
    public static string Kind => "sync_billing";

    public Task Run(JobRun run) => run.Services.GetRequiredService<Billing>().Sync(AccountId, run.Stop);
}

/// <summary>Asks about every subscription that should have been renewed or ended by now, in case its webhook did not come.</summary>
public sealed record TendSubscriptions : IJob
{
    public static string Kind => "tend_subscriptions";

    public async Task Run(JobRun run)
    {
        var due = await run.Services.GetRequiredService<ProductDatabase>().List<Guid>(
            """
            select distinct account_id from subscriptions
            where status in ('active', 'trialing', 'past_due') and current_period_end < (select clock()) and updated_at < (select clock()) - interval '1 hour' limit 200
            """, null, run.Stop);
        foreach (var account in due)
            await run.Services.GetRequiredService<Billing>().Sync(account, run.Stop);
    }
}

/// <summary>
/// Ends a subscription beside the one that an account has, or of an account that is gone. What was paid for a second one goes back.
/// </summary>
public sealed record UndoSubscription(string SubscriptionId, bool IsRefunded) : IJob
{
    public static string Kind => "undo_subscription";

    public static JobRules Rules => new() { MaxAttempts = 25 };

    public async Task Run(JobRun run)
    {
        var stripe = run.Services.GetRequiredService<StripeClient>();
        var ended = (await stripe.Subscriptions.Cancel(SubscriptionId, CancellationToken.None)).OrUnavailable();
        if (!IsRefunded || ended.LatestInvoice is not { } invoice)
            return;
        if ((await stripe.Invoices.Retrieve(invoice, run.Stop)).OrUnavailable() is { IsPaid: true, PaymentIntent: { } intent })
        {
            var refunded = await stripe.Refunds.Create(new NewRefund { PaymentIntent = intent }, $"undo:{SubscriptionId}", CancellationToken.None);
            if (refunded.Failure is not (null or StripeFailure.Invalid))
                refunded.OrUnavailable();
        }
    }
}

/// <summary>Ends everything an account that is gone would still pay for. Customer and invoices stay.</summary>
public sealed record CloseCustomer(Guid AccountId) : IJob
{
    public static string Kind => "close_customer";

    public static JobRules Rules => new() { MaxAttempts = 25 };

    public async Task Run(JobRun run)
    {
        var (stripe, database) = (run.Services.GetRequiredService<StripeClient>(), run.Services.GetRequiredService<ProductDatabase>());
        foreach (var session in await database.List<string>("select session_id from checkouts where account_id = @AccountId and state = 'open' and session_id is not null", new { AccountId }, run.Stop))
            await stripe.CheckoutSessions.Expire(session, $"expire:{session}", CancellationToken.None);
        if (await run.Services.GetRequiredService<Billing>().FindCustomer(AccountId, run.Stop) is not { } customer)
            return;
        foreach (var subscription in (await stripe.Subscriptions.List(customer, run.Stop)).OrUnavailable().Data)
            (await stripe.Subscriptions.Cancel(subscription.Id, CancellationToken.None)).OrUnavailable();
    }
}

/// <summary>Tells that a payment did not come through, and how long there is to mend it.</summary>
public sealed record MailPaymentProblem(Guid AccountId) : IJob
{
    public static string Kind => "mail_payment_problem";

    public async Task Run(JobRun run)
    {
        if (await run.Services.GetRequiredService<ProductAccounts>().Find(AccountId, run.Stop) is not { } account)
        {
            run.Cancel("The account is gone.");
            return;
        }

        const string What = "We could not charge your payment method for the next period of your subscription. We will try again. Your plan stays as it is for a few days; please give another payment method until then.";
        await run.Services.GetRequiredService<Mailer>().Send(run, account.Email, new Letter(
            "Your payment did not come through", "Your plan stays as it is for a few days.", What, MailParts.Paragraph(What)));
    }
}

/// <summary>Watches one way to a payment until it is over: a webhook may be late, an answer lost, a process killed.</summary>
public sealed record WatchCheckout(Guid CheckoutId) : IJob
{
    internal static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

    public static string Kind => "watch_checkout";

    public static JobRules Rules => new() { MaxAttempts = 100 };

    public async Task Run(JobRun run)
    {
        if (await run.Services.GetRequiredService<Checkouts>().Look(CheckoutId, run.Stop))
            run.Reschedule(Pause);
    }
}
