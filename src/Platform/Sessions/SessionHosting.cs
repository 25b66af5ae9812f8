using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Platform.Sessions;

internal static class SessionHosting
{
    /// <summary>Registers <see cref="AccountSessions"/> once, and makes it subscribe before the listener starts.</summary>
    public static IServiceCollection AddAccountSessions(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(AccountSessions)))
            return services;
        services.TryAddSingleton(new AccountScopes([]));
        services.AddSingleton<AccountSessions>();
        services.AddHostedService<Subscribed<AccountSessions>>();
        return services.AddJobs(static kinds => kinds.Every<SweepSessions>(TimeSpan.FromHours(1)));
    }

    /// <summary>Hosted services are made before any of them starts: so is what this one takes, and it has subscribed then.</summary>
    internal sealed class Subscribed<T>(T subscriber) : IHostedService where T : class
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(subscriber);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
