using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.OneTimeCodes;

/// <summary>What a code is good for: a product names each of its own once.</summary>
/// <param name="Name">Persisted, lower case with underscores: <c>password_reset</c>.</param>
/// <param name="Life">How long a code is good.</param>
/// <param name="Form">What the mail carries.</param>
public sealed record CodePurpose(string Name, TimeSpan Life, CodeForm Form)
{
    /// <summary>How long a link is good, where that differs from <see cref="Life"/>.</summary>
    public TimeSpan? LinkLife { get; init; }

    /// <summary>Whether a link's token is a UUID (version 4, 122 random bits) instead of 43 characters, where a document shows one.</summary>
    public bool HasUuidLink { get; init; }

    /// <summary>
    /// Whether it proves the address and nothing else: then a change of password leaves it good, and only a change of address voids it.
    /// </summary>
    public bool IsOfAddressAlone { get; init; }
}

/// <summary>What a mail carries to prove that it was read.</summary>
[Flags]
public enum CodeForm
{
    /// <summary>Six digits, to be typed with the address: five tries.</summary>
    Digits = 1,

    /// <summary>256 random bits in a link: they say for themselves whose they are.</summary>
    Link = 2,

    /// <summary>Either; the one that is used first uses up both.</summary>
    DigitsAndLink = Digits | Link,
}

/// <summary>Gives a product its one-time codes.</summary>
public static class OneTimeCodesHosting
{
    public static IServiceCollection AddOneTimeCodes(this IServiceCollection services)
    {
        services.AddSingleton<Codes>();
        return services.AddJobs(static kinds => kinds.Every<SweepCodes>(TimeSpan.FromHours(1)));
    }
}
