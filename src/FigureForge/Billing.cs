using System.Collections.Concurrent;
using Colonnade.FigureForge.Jobs;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Payments;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;

namespace Colonnade.FigureForge;

/// <summary>What the provider says of one customer, asked just now.</summary>
/// <param name="Account">Whose.</param>
/// <param name="SeenVersion">How many answers had been taken over when it was asked.</param>
/// <param name="Subscriptions">All that ever were, newest first.</param>
/// <param name="Paid">Paid invoices, newest first, each with the plan it is for.</param>
public sealed record BillingFacts(Guid Account, long SeenVersion, IReadOnlyList<StripeSubscription> Subscriptions, IReadOnlyList<(StripeInvoice Invoice, Plan? Plan)> Paid);

/// <summary>
/// Customers, prices, and what a subscription entitles to. The provider's present state decides, never an event or a redirect: the
/// webhook, the watch and every call of the client ask it anew and end in <see cref="Apply"/>, which says the same however often and
/// in whatever order.
/// </summary>
/// <remarks>
/// Access follows paid invoices of <c>subscription_create</c> and <c>subscription_cycle</c>. A renewal gets a day until its invoice is
/// paid, an unpaid one <c>Subscriptions:GraceDays</c> (7); credits come with the payment. Of several live subscriptions the oldest stays and the others are undone.
/// </remarks>
public sealed class Billing(StripeClient stripe, ProductDatabase database, IConfiguration configuration)
{
    private static readonly TimeSpan RenewalSlack = TimeSpan.FromDays(1);
    private readonly TimeSpan _grace = TimeSpan.FromDays(configuration.GetValue("Subscriptions:GraceDays", 7));
    private readonly ConcurrentDictionary<string, string> _prices = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Plan> _plans = new(StringComparer.Ordinal);

    /// <summary>The account's customer at the provider, made when there is none.</summary>
    internal async Task<(string? Customer, StripeFailure? Failure)> CustomerOf(Guid account, CancellationToken stop)
    {
        await database.Execute("insert into billing_customers (account_id) values (@account) on conflict do nothing", new { account }, stop);
        if (await FindCustomer(account, stop) is { } known)
            return (known, null);
        var email = await database.One<string>("select email from accounts where id = @account", new { account }, stop);
        var made = await stripe.Customers.Create(
            new CustomerDetails { Email = email, Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["account"] = account.ToString() } }, $"customer:{account}", CancellationToken.None);
        if (!made.IsDone)
            return (null, made.Failure);
        await database.Execute("update billing_customers set customer_id = @Id where account_id = @account and customer_id is null", new { made.Value.Id, account }, CancellationToken.None);
        return (made.Value.Id, null);
    }

    internal Task<string?> FindCustomer(Guid account, CancellationToken stop) =>
        database.One<string>("select customer_id from billing_customers where account_id = @account", new { account }, stop);

    /// <summary>The provider's price of a plan, made when there is none.</summary>
    internal async Task<(string? Price, StripeFailure? Failure)> PriceOf(Plan plan, CancellationToken stop)
    {
        if (_prices.TryGetValue(plan.Id, out var known))
            return (known, null);
        var listed = await stripe.Prices.List(stop, [plan.LookupKey]);
        if (!listed.IsDone)
            return (null, listed.Failure);
        var price = listed.Value.Data.FirstOrDefault(price => price.LookupKey == plan.LookupKey)?.Id;
        if (price is null)
        {
            var product = $"figureforge_{plan.Tier.Id}";
            var sold = await stripe.Products.Create($"FigureForge {plan.Tier.Name}", product, $"product:{plan.Tier.Id}", CancellationToken.None);
            if (sold.Failure is not (null or StripeFailure.Invalid { Code: "resource_already_exists" }))
                return (null, sold.Failure);
            var made = await stripe.Prices.Create(
                new NewPrice { Product = product, UnitAmount = plan.Amount, Currency = Plan.Currency, Interval = plan.Interval, LookupKey = plan.LookupKey, Nickname = plan.Name },
                $"price:{plan.LookupKey}", CancellationToken.None);
            if (!made.IsDone)
                return (null, made.Failure);
            price = made.Value.Id;
        }

        _plans[price] = plan;
        return (_prices[plan.Id] = price, null);
    }

    /// <summary>Asks the provider about a customer; null when it is none of ours.</summary>
    /// <exception cref="Platform.Errors.PlatformFailureException">The provider does not answer (503).</exception>
    internal async Task<BillingFacts?> Ask(string customer, CancellationToken stop)
    {
        // The version first: what is applied between this and the answers makes them void.
        var known = await database.One<CustomerRow>("select account_id, sync_version from billing_customers where customer_id = @customer", new { customer }, stop);
        if (known is null)
            return null;
        var subscriptions = (await stripe.Subscriptions.List(customer, stop, "all")).OrUnavailable().Data;
        var paid = new List<(StripeInvoice, Plan?)>();
        foreach (var invoice in (await stripe.Invoices.List(stop, customer, status: "paid")).OrUnavailable().Data)
        {
            // Of a change within a period the line that is charged tells the plan; of a period its own line.
            var isChange = invoice.BillingReason == BillingReason.SubscriptionUpdate;
            var price = invoice.Lines.Data.Where(line => line.IsProration == isChange && line.Amount >= 0 && line.Price is not null).Select(line => line.Price).FirstOrDefault();
            paid.Add((invoice, price is null ? null : await PlanOf(price, stop)));
        }

        return new BillingFacts(known.AccountId, known.SyncVersion, subscriptions, paid);
    }

    /// <summary>Takes over what the provider said. False when another answer was taken over meanwhile: ask again.</summary>
    internal async Task<bool> Apply(Work work, BillingFacts facts, CancellationToken stop)
    {
        if (await Artists.Lock(work, facts.Account, stop) is not { } artist)
            return true;
        if (await work.Execute("update billing_customers set sync_version = sync_version + 1 where account_id = @Account and sync_version = @SeenVersion", facts, stop) == 0)
            return false;
        foreach (var subscription in facts.Subscriptions)
            await Record(work, facts, subscription, stop);

        var live = facts.Subscriptions.Where(subscription => PlanOf(subscription) is not null && subscription.Status is (SubscriptionStatus.Active or SubscriptionStatus.Trialing or SubscriptionStatus.PastDue))
            .OrderBy(subscription => subscription.Created).ThenBy(subscription => subscription.Id, StringComparer.Ordinal).ToList();
        var isDeleted = await work.One<bool>("select deleted_at is not null from accounts where id = @Account", new { facts.Account }, stop);
        foreach (var surplus in live.Skip(isDeleted ? 0 : 1))
            await work.Enqueue(new UndoSubscription(surplus.Id, IsRefunded: !isDeleted), stop, new JobOptions { UniqueKey = surplus.Id });
        await Entitle(work, artist, facts, isDeleted ? null : live.FirstOrDefault(), stop);
        if (live.Count > 0)
            await work.Execute("update checkouts set state = 'complete' where account_id = @Account and kind = 'subscription' and state in ('reserved', 'open')", new { facts.Account }, stop);
        return true;
    }

    /// <summary>Asks and applies, until nobody comes between.</summary>
    internal async Task Sync(Guid account, CancellationToken stop)
    {
        if (await FindCustomer(account, stop) is not { } customer)
            return;
        for (var attempt = 0; attempt < 5; attempt++)
        {
            if (await Ask(customer, stop) is not { } facts)
                return;
            await using var work = await database.Begin(stop);
            if (!await Apply(work, facts, stop))
                continue;
            await work.Commit(stop);
            return;
        }

        await using var later = await database.Begin(stop);
        await later.Enqueue(new SyncBilling(account), stop);
        await later.Commit(stop);
    }

    private async Task Entitle(Work work, ArtistRow artist, BillingFacts facts, StripeSubscription? live, CancellationToken stop)
    {
        var current = live is null ? null : PlanOf(live);
        var (until, paid) = live is null ? (null, null) : PaidUntil(facts, live.Id);
        if (live is null || current is null || until is null)
        {
            await work.Execute(
                "update artists set tier = 'free', tier_until = null, updated_at = clock() where account_id = @AccountId and (tier <> 'free' or tier_until is not null)", artist, stop);
            return;
        }

        // What is paid for stays until the period's end, also when a lower plan was chosen for the next.
        var tier = paid is not null && paid.Tier.Rank > current.Tier.Rank ? paid.Tier : current.Tier;
        var ends = live.CancelAtPeriodEnd ? until : until + (live.Status == SubscriptionStatus.PastDue ? _grace : RenewalSlack);
        await work.Execute("update artists set tier = @Id, tier_until = @ends, updated_at = clock() where account_id = @AccountId", new { tier.Id, ends, artist.AccountId }, stop);
        if (artist.Tier != tier.Id)
            await work.Audit(new AuditEntry("tier_changed", artist.AccountId, ClientFacts.None) { Detail = new { from = artist.Tier, to = tier.Id, subscription = live.Id } }, stop);
        var isNew = await work.One<bool>("select not exists (select from credit_grants where account_id = @AccountId and period_start = @Created and tier <> 'free')", new { artist.AccountId, live.Created }, stop);
        if (isNew)
            await Credits.StartOver(work, artist, tier, live.Created, stop);
        else if (!artist.IsPeriodOver && until > artist.PeriodStart + Credits.PaidSlack)
            await Credits.Raise(work, artist.AccountId, tier, stop);
        await Credits.Renew(work, artist.AccountId, stop);
        await GenerationLife.Admit(work, artist.AccountId, stop);
    }

    private async Task Record(Work work, BillingFacts facts, StripeSubscription subscription, CancellationToken stop)
    {
        if (PlanOf(subscription) is not { } plan || subscription.CurrentPeriodStart is not { } start || subscription.CurrentPeriodEnd is not { } end)
            return;
        var (until, paid) = PaidUntil(facts, subscription.Id);
        var wasPastDue = await work.One<bool>("select status = 'past_due' from subscriptions where id = @Id", new { subscription.Id }, stop);
        await work.Execute(
            """
            insert into subscriptions (id, account_id, plan_id, status, current_period_start, current_period_end, cancel_at_period_end, canceled_at, ended_at, paid_until, paid_tier, created_at)
            values (@Id, @Account, @Plan, @Status, @start, @end, @CancelAtPeriodEnd, @CanceledAt, @EndedAt, @until, @PaidTier, @Created)
            on conflict (id) do update set
                plan_id = excluded.plan_id, status = excluded.status, current_period_start = excluded.current_period_start, current_period_end = excluded.current_period_end,
                cancel_at_period_end = excluded.cancel_at_period_end, canceled_at = excluded.canceled_at, ended_at = excluded.ended_at,
                paid_until = excluded.paid_until, paid_tier = excluded.paid_tier, updated_at = clock()
            """,
            new
            {
                subscription.Id,
                facts.Account,
                Plan = plan.Id,
                subscription.Status,
                start,
                end,
                subscription.CancelAtPeriodEnd,
                subscription.CanceledAt,
                subscription.EndedAt,
                until,
                PaidTier = paid?.Tier.Id,
                subscription.Created,
            }, stop);
        if (subscription.Status == SubscriptionStatus.PastDue && !wasPastDue)
            await work.Enqueue(new MailPaymentProblem(facts.Account), stop);
    }

    /// <summary>Until when invoices that begin or continue the subscription are paid, and the highest plan paid for in that period.</summary>
    private static (DateTimeOffset? Until, Plan? Plan) PaidUntil(BillingFacts facts, string subscription)
    {
        var own = facts.Paid.Where(paid => paid.Invoice.Subscription == subscription && paid.Invoice.IsPaid).ToList();
        var last = own.Where(paid => paid.Invoice is { BillingReason: BillingReason.SubscriptionCreate or BillingReason.SubscriptionCycle })
            .OrderByDescending(paid => paid.Invoice.PaidUntil).FirstOrDefault();
        if (last.Invoice is null)
            return (null, null);
        var raised = own.Where(paid => paid.Invoice.BillingReason == BillingReason.SubscriptionUpdate && paid.Invoice.Created >= last.Invoice.Created).Select(paid => paid.Plan);
        return (last.Invoice.PaidUntil, raised.Append(last.Plan).MaxBy(plan => plan?.Tier.Rank ?? -1));
    }

    private Plan? PlanOf(StripeSubscription subscription) => subscription.Item is not { } item ? null
        : Offers.OfLookupKey(item.Price.LookupKey) ?? _plans.GetValueOrDefault(item.Price.Id);

    private async Task<Plan?> PlanOf(string price, CancellationToken stop)
    {
        if (_plans.TryGetValue(price, out var known))
            return known;
        var asked = await stripe.Prices.Retrieve(price, stop);
        var plan = asked.Failure is StripeFailure.Invalid { IsMissing: true } ? null : Offers.OfLookupKey(asked.OrUnavailable().LookupKey);
        if (plan is not null)
            _plans[price] = plan;
        return plan;
    }

    private sealed record CustomerRow
    {
        public Guid AccountId { get; init; }
        public long SyncVersion { get; init; }
    }
}
