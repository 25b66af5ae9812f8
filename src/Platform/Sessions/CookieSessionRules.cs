using Colonnade.Platform.Database;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Platform.Sessions;

/// <summary>What a product's document demands of session cookies.</summary>
/// <param name="Name">The cookie's; without a prefix.</param>
public sealed record CookieSessionRules(string Name)
{
    /// <summary>Without use, and in any case.</summary>
    public SessionLife Life { get; init; } = new(TimeSpan.FromDays(30), TimeSpan.FromDays(90));

    /// <summary>How often at most use moves the idle end on.</summary>
    public TimeSpan ExtendEvery { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>Gives a product sessions by cookie.</summary>
public static class CookieSessionHosting
{
    /// <summary>
    /// After <c>AddAccounts</c>: makes <see cref="CookieSessions"/> the product's credentials, and registers <see cref="CsrfTokens"/>.
    /// Outside Development the cookie is <c>Secure</c>, so the product must be reached over HTTPS (or on localhost): it does not start otherwise.
    /// </summary>
    public static IServiceCollection AddCookieSessions(this IServiceCollection services, CookieSessionRules rules)
    {
        services.AddSingleton(rules);
        services.AddSingleton(provider => new CookieSessions(
            provider.GetRequiredService<ProductDatabase>(), provider.GetRequiredService<AccountSessions>(), rules,
            new SessionCookie(rules.Name, IsSecure(provider)), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new CsrfTokens(provider.GetRequiredService<ProductKeys>(), IsSecure(provider)));
        services.TryAddSingleton<ICredentials>(static provider => provider.GetRequiredService<CookieSessions>());
        services.AddPreparation(static (provider, stop) =>
        {
            // Made here, so that a start under an address without https is refused in one sentence.
            _ = provider.GetRequiredService<CookieSessions>();
            return Task.CompletedTask;
        });
        return services.AddAccountSessions();
    }

    private static bool IsSecure(IServiceProvider provider)
    {
        if (provider.GetRequiredService<IHostEnvironment>().IsDevelopment())
            return false;
        var url = new Uri(provider.GetRequiredService<PublicUrl>().Root);
        if (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback)
            throw new InvalidOperationException(
                $"Browsers keep its session cookie over https only: set {provider.GetRequiredService<ProductIdentity>().Name}__PublicUrl to the https address it is reached under.");
        return true;
    }
}
