using Colonnade.Platform.Database;

namespace Colonnade.FigureForge;

/// <summary>
/// The months' credits. Taking and giving back stands with the generations (<see cref="GenerationLife"/>). Credits of a month end
/// with it; those that were bought stay, and are used after those of the month.
/// </summary>
public static class Credits
{
    /// <summary>A month is paid for when what was paid reaches so far into it: a paid month before may end some seconds later than ours.</summary>
    internal static readonly TimeSpan PaidSlack = TimeSpan.FromDays(1);

    /// <summary>
    /// Grants the credits of the month that has begun, if one has: once for each account and period, whoever comes first. What is left
    /// of the month before ends. A month that nobody was here for is not made up for. One that is not paid for, in the first hours of a
    /// renewal or while it is past due, begins with what is free; <see cref="Raise"/> adds the rest when it is paid.
    /// </summary>
    internal static async Task<bool> Renew(Work work, Guid account, CancellationToken stop)
    {
        if (await Artists.Lock(work, account, stop) is not { IsPeriodOver: true } artist)
            return false;
        return await work.Execute(
            """
            with month as (
                -- Whole months from the anchor, so that the 31st stays the 31st.
                select anchor + make_interval(months => n) as starts, anchor + make_interval(months => n + 1) as ends
                from artists, lateral generate_series(
                    (extract(year from age(period_end, anchor)) * 12 + extract(month from age(period_end, anchor)))::int,
                    (extract(year from age(clock(), anchor)) * 12 + extract(month from age(clock(), anchor)))::int + 1) n
                where account_id = @account and anchor + make_interval(months => n) <= clock() and anchor + make_interval(months => n + 1) > clock()
                limit 1
            ), granted as (
                insert into credit_grants (account_id, period_start, tier, credits)
                select @account, starts, case when is_paid then @Tier else 'free' end, case when is_paid then @Credits else @Free end
                from month, lateral (select exists (select from subscriptions where account_id = @account and paid_until > starts + @Slack) as is_paid) paid
                on conflict do nothing returning tier, credits
            ), noted as (
                insert into credit_ledger (account_id, kind, monthly, pack, detail)
                select @account, kind, monthly, 0, tier
                from granted, lateral (values ('expire', -@MonthlyCredits), ('grant', credits)) as movement (kind, monthly) where monthly <> 0
            )
            update artists set monthly_granted = credits, monthly_credits = credits, period_start = starts, period_end = ends, updated_at = clock()
            from month, granted where account_id = @account
            """, new { account, artist.Tier, Tier.Of(artist.Tier).Credits, Free = Tier.Free.Credits, Slack = PaidSlack, artist.MonthlyCredits }, stop) == 1;
    }

    /// <summary>Begins months anew with a subscription: from <paramref name="start"/>, with its tier's credits.</summary>
    internal static async Task StartOver(Work work, ArtistRow artist, Tier tier, DateTimeOffset start, CancellationToken stop) => await work.Execute(
        """
        with granted as (
            insert into credit_grants (account_id, period_start, tier, credits) values (@AccountId, @start, @Tier, @Credits)
            on conflict do nothing returning account_id
        ), noted as (
            insert into credit_ledger (account_id, kind, monthly, pack, detail)
            select @AccountId, kind, monthly, 0, @Tier
            from granted, (values ('expire', -@MonthlyCredits), ('grant', @Credits)) as movement (kind, monthly) where monthly <> 0
        )
        update artists a set anchor = @start, period_start = @start, period_end = @start + interval '1 month',
            monthly_granted = @Credits, monthly_credits = @Credits, updated_at = clock()
        from granted where a.account_id = @AccountId
        """, new { artist.AccountId, start, Tier = tier.Id, tier.Credits, artist.MonthlyCredits }, stop);

    /// <summary>Adds what a higher tier has more than what this month was granted; once for each tier and month.</summary>
    internal static async Task Raise(Work work, Guid account, Tier tier, CancellationToken stop) => await work.Execute(
        """
        with artist as (
            select account_id, period_start, @Credits - monthly_granted as more from artists where account_id = @account and monthly_granted < @Credits for update
        ), granted as (
            insert into credit_grants (account_id, period_start, tier, credits) select account_id, period_start, @Id, more from artist
            on conflict do nothing returning credits
        ), noted as (
            insert into credit_ledger (account_id, kind, monthly, pack, detail) select @account, 'raise', credits, 0, @Id from granted
        )
        update artists set monthly_granted = monthly_granted + credits, monthly_credits = monthly_credits + credits, updated_at = clock()
        from granted where account_id = @account
        """, new { account, tier.Id, tier.Credits }, stop);

    /// <summary>Adds bought credits.</summary>
    internal static Task Add(Work work, Guid account, int credits, string detail, CancellationToken stop) => work.Execute(
        """
        with noted as (insert into credit_ledger (account_id, kind, monthly, pack, detail) values (@account, 'purchase', 0, @credits, @detail))
        update artists set pack_credits = pack_credits + @credits, updated_at = clock() where account_id = @account
        """, new { account, credits, detail }, stop);

    /// <summary>The artist in the month that is now.</summary>
    internal static async Task<ArtistRow?> Current(ProductDatabase database, Guid account, CancellationToken stop)
    {
        var artist = await Artists.Find(database, account, stop);
        if (artist is not { IsPeriodOver: true })
            return artist;
        await using (var work = await database.Begin(stop))
        {
            await Renew(work, account, stop);
            await work.Commit(stop);
        }

        return await Artists.Find(database, account, stop);
    }
}

/// <summary>Credits as they stand. <c>extra</c> were bought and are in <c>remaining</c>.</summary>
public sealed record Quota(int Limit, int Used, int Remaining, int Extra, DateTimeOffset ResetsAt, bool Upsell)
{
    internal static Quota Of(ArtistRow artist) => new(
        artist.MonthlyGranted, artist.MonthlyGranted - artist.MonthlyCredits, artist.Left, artist.PackCredits, artist.PeriodEnd, IsNearlyUsedUp(artist));

    /// <summary>From nine tenths on it is time to say so.</summary>
    internal static bool IsNearlyUsedUp(ArtistRow artist) => artist.PackCredits == 0 && 10L * (artist.MonthlyGranted - artist.MonthlyCredits) >= 9L * artist.MonthlyGranted;
}
