using Colonnade.Platform.RateLimits;

namespace Colonnade.OrderDesk;

/// <summary>Every limit of this product, named what-per-whom. Its document has none; these stop abuse and no client.</summary>
public static class OrderDeskLimits
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static readonly Limit RegistrationsPerAddress = Limit.PerAddress("registrations", 5, Minute).Exact();
    public static readonly Limit SignInsPerAddress = Limit.PerAddress("sign_ins", 30, Minute).Exact();
    public static readonly Limit RefreshesPerAddress = Limit.PerAddress("refreshes", 30, Minute).Exact();
    public static readonly Limit ResetCodesPerAddress = Limit.PerAddress("reset_codes", 5, Minute).Exact();
    public static readonly Limit ResetsPerAddress = Limit.PerAddress("resets", 10, Minute).Exact();
    public static readonly Limit VerificationsPerAddress = Limit.PerAddress("verifications", 10, Minute).Exact();
    public static readonly Limit VerificationMailsPerAddress = Limit.PerAddress("verification_mails", 5, Minute).Exact();

    public static readonly Limit SessionsPerCaller = Limit.PerCaller("sessions", 60, Minute);
    public static readonly Limit TokensPerCaller = Limit.PerCaller("tokens", 60, Minute);
    public static readonly Limit WebhooksPerCaller = Limit.PerCaller("webhooks", 300, Minute);
    public static readonly Limit UserReadsPerCaller = Limit.PerCaller("user_reads", 6_000, Minute);
    public static readonly Limit UserChangesPerCaller = Limit.PerCaller("user_changes", 600, Minute);
    public static readonly Limit OrderReadsPerCaller = Limit.PerCaller("order_reads", 6_000, Minute);
    public static readonly Limit OrderChangesPerCaller = Limit.PerCaller("order_changes", 3_000, Minute);
    public static readonly Limit OrderListsPerCaller = Limit.PerCaller("order_lists", 600, Minute);
    public static readonly Limit OrderExportsPerCaller = Limit.PerCaller("order_exports", 20, Minute);
}
