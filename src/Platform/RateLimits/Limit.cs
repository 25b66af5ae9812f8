using System.Buffers;
using Microsoft.AspNetCore.Builder;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// One limit of a product: at most so many requests in any span as long as the window, for each caller or
/// address. Declared once in the product's limits file, named what-per-whom, and stated on the routes it guards:
/// <code>
/// public static readonly Limit RegistrationsPerAddress = Limit.PerAddress("registrations", 5, minute).Exact();
/// api.MapPost("/register", Register).AllowAnyone().Limit(FragrancesLimits.RegistrationsPerAddress);
/// </code>
/// Routes that state the same limit share its buckets; a name belongs to one limit.
/// </summary>
/// <remarks>
/// The window slides: what was admitted counts until it is exactly one window old, and what was refused never
/// counts. A general limit counts in process (see <see cref="LimitNodes"/> for several nodes) and its window is an
/// hour at most; an exact one counts in PostgreSQL, over all nodes, and lets nobody pass while PostgreSQL is away (503).
/// </remarks>
public sealed record Limit
{
    internal static readonly TimeSpan LongestGeneralWindow = TimeSpan.FromHours(1);
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private Limit(string name, int permits, TimeSpan window, bool perCaller)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new ArgumentException($"\"{name}\" is no name for a limit: lower case letters, digits and underscores.", nameof(name));
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.FromSeconds(1));
        Name = name;
        Permits = permits;
        Window = window;
        IsPerCaller = perCaller;
    }

    /// <summary>As headers, tables and metrics spell it; unique in its product.</summary>
    public string Name { get; }

    /// <summary>How many requests one window admits.</summary>
    public int Permits { get; }

    public TimeSpan Window { get; }

    /// <summary>Whether a signed-in caller has a bucket of its own; everybody else shares the address's.</summary>
    public bool IsPerCaller { get; }

    /// <summary>Whether it is counted in PostgreSQL, exactly over all nodes.</summary>
    public bool IsExact { get; private init; }

    /// <summary>Whom it concerns: null for everybody, else only callers (true) or only those without a credential (false).</summary>
    internal bool? OfCallers { get; init; }

    /// <summary>The same limit for signed-in callers alone, where a route is open to everybody.</summary>
    public Limit OnlyForCallers() => this with { OfCallers = true };

    /// <summary>The same limit for those without a credential alone.</summary>
    public Limit OnlyForStrangers() => this with { OfCallers = false };

    /// <summary>A bucket for each client address (IPv6: each /64).</summary>
    public static Limit PerAddress(string name, int permits, TimeSpan window) => new(name, permits, window, perCaller: false);

    /// <summary>A bucket for each account and each service; a request without a good credential falls into the bucket of its address.</summary>
    public static Limit PerCaller(string name, int permits, TimeSpan window) => new(name, permits, window, perCaller: true);

    /// <summary>The same limit, counted in PostgreSQL: for logins, registrations, codes and resets.</summary>
    public Limit Exact() => this with { IsExact = true };
}

/// <summary>Says on a route or group which limits guard it.</summary>
public static class LimitRules
{
    /// <summary>Adds <paramref name="limits"/>; every one must have room, or the request is refused and counts nowhere.</summary>
    public static T Limit<T>(this T routes, params Limit[] limits) where T : IEndpointConventionBuilder
    {
        foreach (var limit in limits)
        {
            if (!limit.IsExact && limit.Window > RateLimits.Limit.LongestGeneralWindow)
                throw new ArgumentException($"The window of {limit.Name} is longer than an hour: count it with Exact().", nameof(limits));
        }

        return routes.WithMetadata(new LimitRule(limits));
    }
}

/// <summary>The endpoint metadata behind <see cref="LimitRules"/>; all of an endpoint count.</summary>
internal sealed record LimitRule(IReadOnlyList<Limit> Limits);
