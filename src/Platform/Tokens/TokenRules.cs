using Colonnade.Platform.Database;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Colonnade.Platform.Tokens;

/// <summary>What a product's document demands of tokens.</summary>
public sealed record TokenRules
{
    /// <summary>How long an access token is good, as long as its session lives.</summary>
    public TimeSpan AccessLife { get; init; } = TimeSpan.FromMinutes(30);
}

/// <summary>
/// Who issues a product's access tokens and for whom. The issuer is <c>Tokens:Issuer</c>, by default
/// <c>urn:colonnade:&lt;product&gt;</c>: the same on every node, under whatever address each is reached.
/// </summary>
internal sealed record TokenParties
{
    public TokenParties(ProductIdentity product, IConfiguration configuration)
    {
        Issuer = configuration["Tokens:Issuer"] is { Length: > 0 } issuer ? issuer : "urn:colonnade:" + product.Schema;
        Audience = product.Schema;
    }

    public string Issuer { get; }

    public string Audience { get; }
}

/// <summary>Gives a product its tokens.</summary>
public static class TokensHosting
{
    /// <summary>
    /// After <c>AddAccounts</c>: registers <see cref="SessionTokens"/> and makes <see cref="AccessTokens"/> the product's credentials. Map the public keys with
    /// <see cref="TokenRoutes.MapTokens"/>.
    /// </summary>
    public static IServiceCollection AddTokens(this IServiceCollection services, TokenRules rules)
    {
        services.AddSingleton(rules);
        services.AddSingleton<TokenParties>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton(provider => new SessionTokens(
            provider.GetRequiredService<ProductDatabase>(), provider.GetRequiredService<AccountSessions>(), provider.GetRequiredService<SigningKeys>(),
            provider.GetRequiredService<ProductKeys>(), provider.GetRequiredService<TokenParties>(),
            rules, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AccessTokens(
            provider.GetRequiredService<SigningKeys>(), provider.GetRequiredService<TokenParties>(),
            provider.GetRequiredService<AccountSessions>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ICredentials>(static provider => provider.GetRequiredService<AccessTokens>());
        services.AddHostedService<SessionHosting.Subscribed<SigningKeys>>();
        return services.AddAccountSessions();
    }
}
