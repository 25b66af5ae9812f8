using Microsoft.Extensions.Configuration;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// Settings of all limits: <c>RateLimits:Enabled</c> (true; false lifts limits and the existence budget, for load
/// tests) and <c>RateLimits:Factor</c> (1; multiplies what every limit admits, for load tests that keep them on).
/// </summary>
internal sealed class LimitSettings(IConfiguration configuration)
{
    private readonly double _factor = configuration.GetValue("RateLimits:Factor", 1.0) is > 0 and var factor
        ? factor
        : throw new InvalidOperationException("RateLimits__Factor must be above 0; RateLimits__Enabled=false lifts the limits.");

    public bool Enabled { get; } = configuration.GetValue("RateLimits:Enabled", true);

    public int PermitsOf(Limit limit) => (int)Math.Clamp(limit.Permits * _factor, 1, 1_000_000_000);
}
