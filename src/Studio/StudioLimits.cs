using Colonnade.Platform.RateLimits;

namespace Colonnade.Studio;

/// <summary>Every limit of this product, named what-per-whom: the document's 5, 100 and 10 a minute, and two it is silent on.</summary>
public static class StudioLimits
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Registration and sign-in share it.</summary>
    public static readonly Limit AuthenticationsPerAddress = Limit.PerAddress("authentication", 5, Minute).Exact();
    public static readonly Limit CallsPerCaller = Limit.PerCaller("api", 100, Minute);
    public static readonly Limit UploadsPerCaller = Limit.PerCaller("uploads", 10, Minute);

    public static readonly Limit ResetsPerAddress = Limit.PerAddress("resets", 5, Minute).Exact();

    /// <summary>Only signed events have an effect, and a provider sends many at once.</summary>
    public static readonly Limit EventsPerAddress = Limit.PerAddress("events", 6_000, Minute);
}
