using System.Globalization;
using Colonnade.Platform.Database;

namespace Colonnade.FigureForge;

/// <summary>What this product knows of an account: its names, its tier and its credits.</summary>
public sealed record ArtistRow
{
    internal const string Columns =
        """
        account_id, username, display_name, tier_now(tier, tier_until) as tier, tier_until, anchor, period_start, period_end,
        monthly_granted, monthly_credits, pack_credits, in_flight, images_generated, period_end <= clock() as is_period_over
        """;

    public Guid AccountId { get; init; }
    public string Username { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public string Tier { get; init; } = "";
    public DateTimeOffset? TierUntil { get; init; }
    public DateTimeOffset Anchor { get; init; }
    public DateTimeOffset PeriodStart { get; init; }
    public DateTimeOffset PeriodEnd { get; init; }
    public int MonthlyGranted { get; init; }
    public int MonthlyCredits { get; init; }
    public int PackCredits { get; init; }
    public int InFlight { get; init; }
    public long ImagesGenerated { get; init; }
    public bool IsPeriodOver { get; init; }

    public int Left => MonthlyCredits + PackCredits;
}

/// <summary>Artists from their first wish for a code on.</summary>
public static class Artists
{
    /// <summary>Adds the artist of a new account, with the first month's credits; does nothing when there is one.</summary>
    internal static async Task Begin(Work work, Guid account, CancellationToken stop)
    {
        var digits = account.ToString("N", CultureInfo.InvariantCulture);
        await work.Execute(
            """
            with now as (select clock() as at), artist as (
                insert into artists (account_id, username, anchor, period_start, period_end, monthly_granted, monthly_credits)
                select @account, @username, at, at, at + interval '1 month', @Credits, @Credits from now
                on conflict (account_id) do nothing
                returning account_id, period_start
            ), granted as (
                insert into credit_grants (account_id, period_start, tier, credits) select account_id, period_start, 'free', @Credits from artist
            )
            insert into credit_ledger (account_id, kind, monthly, pack, detail) select account_id, 'grant', @Credits, 0, 'free' from artist
            """, new { account, username = "artist_" + digits[^12..], Tier.Free.Credits }, stop);
    }

    internal static Task<ArtistRow?> Find(ProductDatabase database, Guid account, CancellationToken stop) =>
        database.One<ArtistRow>($"select {ArtistRow.Columns} from artists where account_id = @account", new { account }, stop);

    /// <summary>Whether somebody pays for seeing the pictures of others in full.</summary>
    internal static Task<bool> IsPaying(ProductDatabase database, Guid? account, CancellationToken stop) => account is null
        ? Task.FromResult(false)
        : database.One<bool>("select tier_now(tier, tier_until) <> 'free' from artists where account_id = @account", new { account }, stop);

    /// <summary>Locks the row first, as everything does that moves credits.</summary>
    internal static Task<ArtistRow?> Lock(Work work, Guid account, CancellationToken stop) =>
        work.One<ArtistRow>($"select {ArtistRow.Columns} from artists where account_id = @account for update", new { account }, stop);
}
