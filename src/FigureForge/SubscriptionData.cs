using Colonnade.Platform.Database;

namespace Colonnade.FigureForge;

/// <summary>A subscription as the provider last told of it.</summary>
public sealed record SubscriptionRow
{
    private const string Columns =
        "id, account_id, plan_id, status, current_period_start, current_period_end, cancel_at_period_end, canceled_at, ended_at, paid_until, status in ('active', 'trialing', 'past_due') as is_live, current_period_end > clock() as is_running";

    public string Id { get; init; } = "";
    public Guid AccountId { get; init; }
    public string PlanId { get; init; } = "";
    public string Status { get; init; } = "";
    public DateTimeOffset CurrentPeriodStart { get; init; }
    public DateTimeOffset CurrentPeriodEnd { get; init; }
    public bool CancelAtPeriodEnd { get; init; }
    public DateTimeOffset? CanceledAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? PaidUntil { get; init; }

    /// <summary>Whether it goes on by itself, be it only to its period's end.</summary>
    public bool IsLive { get; init; }

    public bool IsRunning { get; init; }

    public Plan? Plan => Offers.Sold(PlanId);

    /// <summary>The live one, else the last that was; never one whose first payment did not come.</summary>
    internal static Task<SubscriptionRow?> Latest(Work work, Guid account, CancellationToken stop) => work.One<SubscriptionRow>(Query, new { account }, stop);

    internal static Task<SubscriptionRow?> Latest(ProductDatabase database, Guid account, CancellationToken stop) => database.One<SubscriptionRow>(Query, new { account }, stop);

    private const string Query =
        $"""
        select {Columns} from subscriptions where account_id = @account and status not in ('incomplete', 'incomplete_expired')
        order by status in ('active', 'trialing', 'past_due') desc, created_at desc limit 1
        """;

    internal SubscriptionData Shown() => new(PlanId, Plan?.Tier.Id ?? Tier.Free.Id, Status, CurrentPeriodStart, CurrentPeriodEnd, CancelAtPeriodEnd, CanceledAt);
}

public sealed record SubscriptionData(
    string PlanId, string Tier, string Status, DateTimeOffset CurrentPeriodStart, DateTimeOffset CurrentPeriodEnd, bool CancelAtPeriodEnd, DateTimeOffset? CanceledAt);
