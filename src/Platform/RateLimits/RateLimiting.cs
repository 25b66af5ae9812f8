using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.RateLimits;

/// <summary>Adds rate limits to a product; what they are is declared as <see cref="Limit"/>s and stated on its routes.</summary>
public static class RateLimiting
{
    /// <summary>
    /// The limiter of all routes, <see cref="ExactLimits"/> and <see cref="ExistenceBudget"/>. Settings:
    /// <c>RateLimits:Enabled</c> (true), <c>RateLimits:Factor</c> (1), <c>Accounts:HideExistence</c> (false).
    /// </summary>
    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddSingleton<LimitSettings>();
        services.AddSingleton<LimitShares>();
        services.AddSingleton(of => new ExactLimits(
            of.GetRequiredService<ProductDatabase>(), of.GetRequiredService<LimitSettings>(), of.GetRequiredService<TimeProvider>()));
        services.AddSingleton(of => new ExistenceBudget(
            of.GetRequiredService<ExactLimits>(), of.GetRequiredService<LimitSettings>(), of.GetRequiredService<IConfiguration>()));
        services.AddSingleton<LimitNodes>();
        services.AddHostedService(of => of.GetRequiredService<LimitNodes>());
        services.AddSingleton<IRequestLimiter, RequestLimiter>();
        return services;
    }
}
