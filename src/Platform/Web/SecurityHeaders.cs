using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Web;

/// <summary>
/// The headers every answer carries. A page that needs another policy sets its own
/// <c>Content-Security-Policy</c>; what is set already is kept.
/// </summary>
internal static class SecurityHeaders
{
    private const string NothingMayLoad = "default-src 'none'; frame-ancestors 'none'";

    public static Task Set(object state)
    {
        var http = (HttpContext)state;
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Request-Id"] = http.TraceIdentifier;
        if (headers.ContentSecurityPolicy.Count == 0)
            headers.ContentSecurityPolicy = NothingMayLoad;
        if (http.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        // What one account may see must not stay in a shared cache, whatever the handler forgot.
        if (headers.CacheControl.Count == 0 && Caller.Of(http) is not null)
            headers.CacheControl = "no-store";
        // Whether another origin may read it depends on who asks, also where the asker had none.
        if (headers.Vary.Count == 0)
            headers.Vary = "Origin";
        return Task.CompletedTask;
    }
}
