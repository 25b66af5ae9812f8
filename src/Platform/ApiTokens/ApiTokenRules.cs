using System.Text.RegularExpressions;
using Colonnade.Platform.Database;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Colonnade.Platform.ApiTokens;

/// <summary>What services may be allowed in a product.</summary>
/// <param name="Scopes">All there are, such as <c>orders:write</c>; <c>*</c> includes them and whatever else asks for it.</param>
public sealed record ApiTokenRules(IReadOnlyList<string> Scopes)
{
    /// <summary>Those that every account has for things of its own; none by default.</summary>
    public IReadOnlyList<string> AccountScopes { get; init; } = [];
}

/// <summary>Lets services call a product.</summary>
public static partial class ApiTokensHosting
{
    /// <summary>
    /// Registers <see cref="ProductApiTokens"/> and the credentials of services: configured tokens (<c>&lt;Product&gt;:ServiceTokens:N</c>) and
    /// API tokens, beside access tokens where the product has them. Without a good configured token it does not start outside
    /// Development.
    /// </summary>
    /// <exception cref="ArgumentException">A scope is badly spelled.</exception>
    public static IServiceCollection AddApiTokens(this IServiceCollection services, ApiTokenRules rules)
    {
        if (rules.Scopes.Concat(rules.AccountScopes).FirstOrDefault(static scope => !ScopeName().IsMatch(scope)) is { } bad)
            throw new ArgumentException($"\"{bad}\" is no name for a scope: lower case words around colons.", nameof(rules));
        services.AddSingleton(rules);
        services.AddSingleton<ServiceTokens>();
        services.AddSingleton<ApiTokenUses>();
        services.AddSingleton<LiveApiTokens>();
        services.AddSingleton(provider => new ProductApiTokens(
            provider.GetRequiredService<ProductDatabase>(), provider.GetRequiredService<LiveApiTokens>(), rules,
            provider.GetRequiredService<ProductIdentity>(), provider.GetRequiredService<TimeProvider>()));
        services.Replace(ServiceDescriptor.Singleton(new AccountScopes(rules.AccountScopes)));
        services.Replace(ServiceDescriptor.Singleton<ICredentials>(static provider => new BearerCredentials(
            provider.GetRequiredService<ServiceTokens>(), provider.GetRequiredService<LiveApiTokens>(), provider.GetService<AccessTokens>(),
            provider.GetRequiredService<ProductIdentity>())));
        services.AddHostedService(static provider => provider.GetRequiredService<ApiTokenUses>());
        services.AddHostedService<SessionHosting.Subscribed<LiveApiTokens>>();
        return services.AddPreparation(static (provider, stop) =>
        {
            // Made here, so that a start without a good token is refused in one sentence.
            _ = provider.GetRequiredService<ServiceTokens>();
            return Task.CompletedTask;
        });
    }

    [GeneratedRegex("^[a-z]+(:[a-z]+)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ScopeName();
}
