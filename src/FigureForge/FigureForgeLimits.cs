using Colonnade.Platform.RateLimits;

namespace Colonnade.FigureForge;

/// <summary>Every limit of this product, named what-per-whom: the document's 1,000 an hour and 100 a minute, and those it is silent on.</summary>
public static class FigureForgeLimits
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static readonly Limit CallsPerCaller = Limit.PerCaller("api", 1_000, TimeSpan.FromHours(1));

    /// <summary>The gallery counts among a caller's calls, and for others by address.</summary>
    public static readonly Limit GalleryCallsPerCaller = CallsPerCaller.OnlyForCallers();
    public static readonly Limit GalleryReadsPerAddress = Limit.PerAddress("gallery", 100, Minute).OnlyForStrangers();

    public static readonly Limit CodesPerAddress = Limit.PerAddress("codes", 20, Minute).Exact();
    public static readonly Limit CodeTriesPerAddress = Limit.PerAddress("code_tries", 20, Minute).Exact();
    public static readonly Limit ChecksPerAddress = Limit.PerAddress("checks", 5, Minute).Exact();
    public static readonly Limit RefreshesPerAddress = Limit.PerAddress("refreshes", 60, Minute).Exact();
    public static readonly Limit PricingPerAddress = Limit.PerAddress("pricing", 300, Minute);
    public static readonly Limit HealthPerAddress = Limit.PerAddress("webhook_health", 300, Minute);

    /// <summary>Only signed events have an effect, and a provider sends many at once.</summary>
    public static readonly Limit EventsPerAddress = Limit.PerAddress("events", 6_000, Minute);
}
