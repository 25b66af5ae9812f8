using Colonnade.Platform.RateLimits;

namespace Colonnade.Fragrances;

/// <summary>Every limit of this product, named what-per-whom.</summary>
public static class FragrancesLimits
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static readonly Limit RegistrationsPerAddress = Limit.PerAddress("registrations", 5, Minute).Exact();
    public static readonly Limit SignInsPerAddress = Limit.PerAddress("sign_ins", 10, Minute).Exact();
    public static readonly Limit SignOutsPerCaller = Limit.PerCaller("sign_outs", 20, Minute);
    public static readonly Limit RefreshesPerAddress = Limit.PerAddress("refreshes", 10, Minute).Exact();
    public static readonly Limit ResetsPerAddress = Limit.PerAddress("resets", 3, Minute).Exact();
    public static readonly Limit ResetConfirmationsPerAddress = Limit.PerAddress("reset_confirmations", 10, Minute).Exact();
    public static readonly Limit VerificationsPerAddress = Limit.PerAddress("verifications", 10, Minute).Exact();
    public static readonly Limit VerificationMailsPerAddress = Limit.PerAddress("verification_mails", 10, Minute).Exact();

    public static readonly Limit ProfileReadsPerCaller = Limit.PerCaller("profile_reads", 100, Minute);
    public static readonly Limit ProfileChangesPerCaller = Limit.PerCaller("profile_changes", 20, Minute);

    public static readonly Limit SearchesPerCaller = Limit.PerCaller("searches", 200, Minute);
    public static readonly Limit FragranceReadsPerCaller = Limit.PerCaller("fragrance_reads", 200, Minute);
    public static readonly Limit SuggestionsPerCaller = Limit.PerCaller("suggestions", 200, Minute);
    public static readonly Limit SimilarPerCaller = Limit.PerCaller("similar", 200, Minute);
    public static readonly Limit BrandReadsPerCaller = Limit.PerCaller("brand_reads", 100, Minute);

    public static readonly Limit CollectionReadsPerCaller = Limit.PerCaller("collection_reads", 100, Minute);
    public static readonly Limit CollectionAddsPerCaller = Limit.PerCaller("collection_adds", 50, Minute);
    public static readonly Limit CollectionChangesPerCaller = Limit.PerCaller("collection_changes", 50, Minute);
    public static readonly Limit CollectionRemovalsPerCaller = Limit.PerCaller("collection_removals", 50, Minute);
    public static readonly Limit WearsPerCaller = Limit.PerCaller("wears", 50, Minute);
    public static readonly Limit StatsPerCaller = Limit.PerCaller("stats", 100, Minute);
    public static readonly Limit ImportsPerCaller = Limit.PerCaller("imports", 20, Minute);
    public static readonly Limit ExportsPerCaller = Limit.PerCaller("exports", 20, Minute);
    public static readonly Limit PublicCollectionReadsPerCaller = Limit.PerCaller("public_collection_reads", 100, Minute);
}
