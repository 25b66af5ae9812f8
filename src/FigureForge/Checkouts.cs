using Colonnade.FigureForge.Jobs;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Payments;
using Colonnade.Platform.Web;

namespace Colonnade.FigureForge;

/// <summary>
/// Ways to the provider's page: reserved before the provider is asked, opened with a key of the reservation, and over when the provider
/// says so. An account has one open way to a subscription at a time, so that it cannot subscribe twice.
/// </summary>
public sealed class Checkouts(StripeClient stripe, Billing billing, ProductDatabase database)
{
    private const int Looks = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private const string Columns = "id, account_id, kind, item, state, session_id, url, success_url, cancel_url, expires_at";

    /// <summary>The page of a new way, or of the one that is open to the same; or what stands against it.</summary>
    /// <param name="id">Of a new way; one to a pack that was begun under it is gone on with.</param>
    /// <param name="account">Who pays.</param>
    /// <param name="kind"><c>subscription</c> or <c>pack</c>.</param>
    /// <param name="item">The plan, or the pack.</param>
    /// <param name="successUrl">Where the provider leads to afterwards.</param>
    /// <param name="cancelUrl">Where it leads back to.</param>
    /// <param name="stop">Cancels.</param>
    internal async Task<(CheckoutRow? Open, StripeFailure? Failure, bool IsSubscribed)> Begin(Guid id, Guid account, string kind, string item, string successUrl, string cancelUrl, CancellationToken stop)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            CheckoutRow row;
            await using (var work = await database.Begin(stop))
            {
                await Artists.Lock(work, account, stop);
                if (kind == "subscription" && await SubscriptionRow.Latest(work, account, stop) is { IsLive: true })
                    return (null, null, true);
                var alive = await work.One<CheckoutRow>(
                    kind == "subscription"
                        ? $"select {Columns} from checkouts where account_id = @account and kind = 'subscription' and state in ('reserved', 'open')"
                        : $"select {Columns} from checkouts where account_id = @account and id = @id", new { account, id }, stop);
                if (alive is not null && (alive.Item != item || alive.SuccessUrl != successUrl || alive.CancelUrl != cancelUrl))
                {
                    await work.DisposeAsync();
                    if (await Close(alive, stop) is { } failure)
                        return (null, failure, false);
                    continue;
                }

                row = alive ?? (await work.One<CheckoutRow>(
                    $"""
                    insert into checkouts (id, account_id, kind, item, success_url, cancel_url, expires_at)
                    values (@Id, @account, @kind, @item, @successUrl, @cancelUrl, clock() + interval '24 hours') returning {Columns}
                    """, new { Id = attempt == 0 ? id : Guid.CreateVersion7(), account, kind, item, successUrl, cancelUrl }, stop))!;
                await work.Enqueue(new WatchCheckout(row.Id), stop, new JobOptions { After = WatchCheckout.FirstLook, UniqueKey = row.Id.ToString() });
                await work.Commit(stop);
            }

            var (open, why) = await OpenTogether(row, stop);
            return (open, why, false);
        }

        return (null, new StripeFailure.Unavailable("Another way to a subscription is being opened."), false);
    }

    /// <summary>Looks how a way stands, and takes over what came of it. True while it is open.</summary>
    internal async Task<bool> Look(Guid id, CancellationToken stop)
    {
        var row = await database.One<CheckoutRow>($"select {Columns} from checkouts where id = @id and state in ('reserved', 'open')", new { id }, stop);
        if (row?.SessionId is null)
        {
            // Reserved and never opened: nobody has its page.
            if (row is not null)
                await database.Execute("update checkouts set state = 'expired' where id = @id and state = 'reserved' and created_at < clock() - interval '10 minutes'", new { id }, stop);
            return row is not null;
        }

        var session = (await stripe.CheckoutSessions.Retrieve(row.SessionId, stop)).OrUnavailable();
        await using (var work = await database.Begin(stop))
        {
            await Settle(work, session, stop);
            await work.Commit(stop);
        }

        if (session.Status == "complete" && row.Kind == "subscription")
            await billing.Sync(row.AccountId, stop);
        return session.Status == "open";
    }

    /// <summary>Takes over what the provider says of a session: bought credits are added once, when they are paid.</summary>
    internal static async Task Settle(Work work, StripeCheckoutSession session, CancellationToken stop)
    {
        var account = await work.One<Guid?>("select account_id from checkouts where session_id = @Id", new { session.Id }, stop);
        if (account is null)
            return;
        await Artists.Lock(work, account.Value, stop);
        if (session.Status == "expired")
        {
            await work.Execute("update checkouts set state = 'expired' where session_id = @Id and state in ('reserved', 'open')", new { session.Id }, stop);
            return;
        }

        if (session.Status != "complete" || (session.Mode == CheckoutMode.Payment && session.PaymentStatus != "paid"))
            return;
        // One may be settled after it was given up here: what is paid is paid.
        var done = await work.One<CheckoutRow>($"update checkouts set state = 'complete' where session_id = @Id and state <> 'complete' returning {Columns}", new { session.Id }, stop);
        if (done is { Kind: "pack" } && Offers.Packs.FirstOrDefault(pack => pack.Id == done.Item) is { } pack && session.AmountTotal == pack.Amount && session.Currency == Plan.Currency)
        {
            await Credits.Add(work, done.AccountId, pack.Credits, pack.Id, stop);
            await work.Audit(new AuditEntry("credits_bought", done.AccountId, ClientFacts.None) { Detail = new { pack = pack.Id, pack.Credits, pack.Amount } }, stop);
        }
    }

    /// <summary>
    /// Of several requests for one way the provider lets one through at a time; the others find what it opened. The same key makes it
    /// safe to ask again after an answer that was lost.
    /// </summary>
    private async Task<(CheckoutRow? Open, StripeFailure? Failure)> OpenTogether(CheckoutRow row, CancellationToken stop)
    {
        for (var look = 0; ; look++)
        {
            var (open, failure) = await Open(row, stop);
            if (open is not null || failure is not (StripeFailure.Unavailable or StripeFailure.UnknownOutcome) || look == Looks)
                return (open, failure);
            await Task.Delay(Pause, TimeProvider.System, stop);
            row = await database.One<CheckoutRow>($"select {Columns} from checkouts where id = @Id", new { row.Id }, stop) ?? row;
        }
    }

    private async Task<(CheckoutRow? Open, StripeFailure? Failure)> Open(CheckoutRow row, CancellationToken stop)
    {
        if (row is { State: "open", Url: not null })
            return (row, null);
        var (customer, noCustomer) = await billing.CustomerOf(row.AccountId, stop);
        if (customer is null)
            return (null, noCustomer);
        CheckoutLine line;
        if (row.Kind == "subscription")
        {
            var (price, noPrice) = await billing.PriceOf(Offers.Sold(row.Item)!, stop);
            if (price is null)
                return (null, noPrice);
            line = new CheckoutLine { Price = price };
        }
        else
        {
            var pack = Offers.Packs.First(pack => pack.Id == row.Item);
            line = new CheckoutLine { Name = pack.Name, UnitAmount = pack.Amount, Currency = Plan.Currency };
        }

        var made = await stripe.CheckoutSessions.Create(
            new NewCheckoutSession
            {
                Mode = row.Kind == "subscription" ? CheckoutMode.Subscription : CheckoutMode.Payment,
                SuccessUrl = row.SuccessUrl,
                CancelUrl = row.CancelUrl,
                Customer = customer,
                ClientReferenceId = row.Id.ToString(),
                Lines = [line],
                Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["account"] = row.AccountId.ToString(), ["item"] = row.Item },
            }, $"checkout:{row.Id}", CancellationToken.None);
        if (!made.IsDone)
            return (null, made.Failure);
        var open = await database.One<CheckoutRow>(
            $"update checkouts set state = case when state = 'reserved' then 'open' else state end, session_id = @SessionId, url = @Url where id = @Id returning {Columns}",
            new { row.Id, SessionId = made.Value.Id, made.Value.Url }, CancellationToken.None);
        return (open, null);
    }

    /// <summary>Ends a way that is open to something else. Null when it is over.</summary>
    private async Task<StripeFailure?> Close(CheckoutRow row, CancellationToken stop)
    {
        if (row.SessionId is { } session)
        {
            var expired = await stripe.CheckoutSessions.Expire(session, $"expire:{session}", CancellationToken.None);
            if (!expired.IsDone)
            {
                // It was paid or has ended by itself: then that counts.
                if (expired.Failure is not StripeFailure.Invalid)
                    return expired.Failure;
                await Look(row.Id, stop);
                return null;
            }
        }

        await database.Execute("update checkouts set state = 'expired' where id = @Id and state in ('reserved', 'open') and session_id is not distinct from @SessionId", row, CancellationToken.None);
        return null;
    }
}

/// <summary>One way to the provider's page.</summary>
internal sealed record CheckoutRow
{
    public Guid Id { get; init; }
    public Guid AccountId { get; init; }
    public string Kind { get; init; } = "";
    public string Item { get; init; } = "";
    public string State { get; init; } = "";
    public string? SessionId { get; init; }
    public string? Url { get; init; }
    public string SuccessUrl { get; init; } = "";
    public string CancelUrl { get; init; } = "";
    public DateTimeOffset ExpiresAt { get; init; }
}
