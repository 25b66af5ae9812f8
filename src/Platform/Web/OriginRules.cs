using Colonnade.Platform.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Web;

/// <summary>
/// Keeps other sites from using a cookie the browser sends along (CSRF). A request passes when
/// <c>Sec-Fetch-Site</c> says <c>same-origin</c> or <c>none</c>; when its <c>Origin</c> is listed (<c>AllowedOrigins</c>); where the
/// first header is absent also when its <c>Origin</c> is this product's; and when both are absent, since then no browser sent it.
/// Otherwise 403, before anything has happened.
/// </summary>
/// <remarks>Browsers omit <c>Sec-Fetch-*</c> on plain http other than localhost, so <c>Origin</c> must be able to decide alone.</remarks>
public sealed class OriginRules(PublicUrl publicUrl, IConfiguration configuration)
{
    private readonly string _own = new Uri(publicUrl.Root).GetLeftPart(UriPartial.Authority);
    private readonly HashSet<string> _listed = [.. configuration.GetSection("AllowedOrigins").Get<string[]>() ?? []];

    public bool Admits(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        return site is "same-origin" or "none" || _listed.Contains(origin) || (site.Length == 0 && (origin.Length == 0 || origin == _own));
    }

    /// <summary>Whether <paramref name="url"/> is at this product's own address or at a listed one.</summary>
    public bool IsOurs(Uri url) => url.GetLeftPart(UriPartial.Authority) is var origin && (origin == _own || _listed.Contains(origin));
}

/// <summary>Says on a route that reads a cookie that other sites may not call it.</summary>
public static class OriginRuleOnRoutes
{
    public static T RefuseOtherSites<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(new OriginRule()).AddEndpointFilter(static async (call, next) =>
    {
        var services = call.HttpContext.RequestServices;
        if (services.GetRequiredService<OriginRules>().Admits(call.HttpContext.Request))
            return await next(call);
        return services.GetRequiredService<Dialect>().Word(PlatformFailure.Forbidden, new FailureFacts { RequestId = call.HttpContext.TraceIdentifier }).AsResult();
    });
}

/// <summary>The endpoint metadata behind <see cref="OriginRuleOnRoutes"/>.</summary>
internal sealed record OriginRule;
