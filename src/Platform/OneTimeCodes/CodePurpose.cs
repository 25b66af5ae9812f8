using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.OneTimeCodes;

/// <summary>What a code is good for: a product names each of its own once.</summary>
/// <param name="Name">Persisted, lower case with underscores: <c>password_reset</c>.</param>
/// <param name="Life">How long a code is good.</param>
/// <param name="Form">What the mail carries.</param>
public sealed record CodePurpose(string Name, TimeSpan Life, CodeForm Form);

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
