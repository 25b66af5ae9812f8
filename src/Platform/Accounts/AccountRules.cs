using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Accounts;

/// <summary>What a product's document demands of accounts.</summary>
public sealed record AccountRules
{
    /// <summary>When a name is locked after failed sign-ins.</summary>
    public SignInLock Lock { get; init; } = SignInLock.Hidden;

    /// <summary>
    /// Refuses the two hundred worst passwords, the account's own address and the product's name. Off where a
    /// document's own examples use such a password.
    /// </summary>
    public bool RefuseWorstPasswords { get; init; }
}

/// <summary>
/// How failed sign-ins lock a name, whether an account has it or not: after each <see cref="After"/> failures in a row,
/// for <see cref="First"/>, then twice as long each time up to <see cref="Longest"/>.
/// </summary>
/// <param name="After">Failures; the next attempt is the first that is locked out.</param>
/// <param name="First">How long the first lock lasts.</param>
/// <param name="Longest">How long a lock lasts at most.</param>
/// <param name="IsShown">Whether the client is told; otherwise a locked name is refused like a wrong password, after the same work.</param>
public sealed record SignInLock(int After, TimeSpan First, TimeSpan Longest, bool IsShown)
{
    /// <summary>Five failures: 1 min, doubling to 15 min, told to nobody.</summary>
    public static SignInLock Hidden { get; } = new(5, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15), IsShown: false);

    /// <summary>Five failures: 5 min each time, and the client is told.</summary>
    public static SignInLock Shown { get; } = new(5, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), IsShown: true);
}

/// <summary>Gives a product its accounts.</summary>
public static class AccountsHosting
{
    /// <summary>Registers <see cref="ProductAccounts"/>, <see cref="Passwords"/> and <see cref="AccountSessions"/>. Owners are told by mail: add that too.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services, AccountRules rules)
    {
        services.AddSingleton(rules);
        services.AddSingleton<Passwords>();
        services.AddSingleton<SignInFailures>();
        services.AddSingleton(provider => new ProductAccounts(
            provider.GetRequiredService<ProductDatabase>(), provider.GetRequiredService<AccountSessions>(), provider.GetRequiredService<Passwords>(),
            provider.GetRequiredService<SignInFailures>(), provider.GetRequiredService<Seal>(), rules, provider.GetRequiredService<TimeProvider>()));
        services.AddJobs(static kinds => kinds.Every<SweepSignInFailures>(TimeSpan.FromHours(1)));
        return services.AddAccountSessions();
    }
}
