using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Colonnade.FigureForge;

/// <summary>
/// Where the provider's pages may lead back to: this product's own origin and those of <c>AllowedReturnOrigins</c>; in Development also any
/// localhost and example.com.
/// </summary>
public sealed class ReturnUrls(PublicUrl own, IConfiguration configuration, IHostEnvironment environment)
{
    private readonly HashSet<string> _origins = new((configuration.GetSection("AllowedReturnOrigins").Get<string[]>() ?? []).Append(own.Root).Select(OriginOf).OfType<string>(), StringComparer.OrdinalIgnoreCase);
    private readonly bool _isDevelopment = environment.IsDevelopment();

    public bool Allow(string url)
    {
        if (url.Length > 2000 || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || url.Any(char.IsControl) || url.Contains('\\', StringComparison.Ordinal))
            return false;
        return _origins.Contains(OriginOf(url)!) || (_isDevelopment && (uri.Host is "localhost" or "127.0.0.1" or "example.com" || uri.Host.EndsWith(".example.com", StringComparison.Ordinal)));
    }

    private static string? OriginOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null;
}
