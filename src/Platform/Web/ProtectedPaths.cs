using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Web;

/// <summary>
/// Paths below which nothing is told without a credential: not even that a route does not exist (404), has no such
/// method (405) or reads no such body (415).
/// </summary>
public sealed class ProtectedPaths(params string[] prefixes)
{
    private readonly PathString[] _prefixes = Array.ConvertAll(prefixes, prefix => new PathString(prefix));

    internal static ProtectedPaths None { get; } = new();

    internal bool Contains(PathString path)
    {
        foreach (var prefix in _prefixes)
        {
            if (path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}

/// <summary>Gives a product its protected paths.</summary>
public static class ProtectedPathsHosting
{
    /// <param name="services">Of the product.</param>
    /// <param name="prefixes">Whole segments, beginning with a slash.</param>
    public static IServiceCollection AddProtectedPaths(this IServiceCollection services, params string[] prefixes) =>
        services.AddSingleton(new ProtectedPaths(prefixes));
}
