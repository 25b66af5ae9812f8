using Colonnade.Platform.Errors;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Web;

/// <summary>
/// What every request passes before its handler, in the order of refusal: unreadable (400, 415), limit (429),
/// credentials (401), role or scope (403). The body is not read here.
/// Where browsers send the credentials by themselves, what another site has them send is refused (403) before all but the first.
/// </summary>
internal sealed class RequestGate(RequestDelegate next, Dialect dialect, IServiceProvider services)
{
    private static readonly AccessRule Default = new(Access.Customer);
    private static readonly AccessRule Open = new(Access.Anyone);
    private static readonly AccessRule Protected = new(Access.AnyCaller);
    private readonly ICredentials? _credentials = (ICredentials?)services.GetService(typeof(ICredentials));
    private readonly OriginRules? _origins = services.GetService(typeof(ICredentials)) is ICredentials { AreSentByBrowsers: true }
        ? (OriginRules?)services.GetService(typeof(OriginRules)) : null;
    private readonly IRequestLimiter? _limiter = (IRequestLimiter?)services.GetService(typeof(IRequestLimiter));
    private readonly ProtectedPaths _protected = (ProtectedPaths?)services.GetService(typeof(ProtectedPaths)) ?? ProtectedPaths.None;

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.QueryString.Value is { Length: > 0 } query && query.Contains("%00", StringComparison.Ordinal))
        {
            await dialect.WriteAsync(http, PlatformFailure.MalformedRequest);
            return;
        }

        var headers = http.Request.Headers;
        if ((headers.ContentEncoding.Count > 0 && headers.ContentEncoding != "identity")
            // Kestrel takes "gzip, chunked" for chunked and leaves the gzip in the body.
            || (headers.TransferEncoding.Count > 0 && !"chunked".Equals(headers.TransferEncoding, StringComparison.OrdinalIgnoreCase)))
        {
            await dialect.WriteAsync(http, PlatformFailure.UnsupportedMediaType);
            return;
        }

        if (_origins is not null && !IsSafe(http.Request.Method) && !_origins.Admits(http.Request))
        {
            await dialect.WriteAsync(http, PlatformFailure.Forbidden);
            return;
        }

        var endpoint = http.GetEndpoint();
        var rule = endpoint?.Metadata.GetMetadata<AccessRule>();
        // Endpoints of the framework itself (405, 415) carry no rule and no data.
        rule = endpoint is not (null or { Metadata.Count: 0 }) ? rule ?? Default : _protected.Contains(http.Request.Path) ? Protected : Open;

        var caller = rule.Access == Access.Anyone || _credentials is null ? null : await _credentials.Identify(http);
        if (caller is not null)
            http.Features[typeof(Caller)] = caller;

        if (_limiter is not null && endpoint is not null && await _limiter.Admit(http, endpoint, caller) is { } wait)
        {
            await dialect.WriteAsync(http, PlatformFailure.RateLimited, wait);
            return;
        }

        if (rule.Access is not (Access.Anyone or Access.Guest) && caller is null)
            await dialect.WriteAsync(http, PlatformFailure.Unauthenticated);
        else if (caller is not null && !rule.Admits(caller))
            await Forbid(http, rule);
        else
            await next(http);

        // What ends without a body where one belongs, as the framework's own 404 and 405 do, is said in the dialect.
        if (http.Response is { StatusCode: >= 400 and < 600 and var status, HasStarted: false, ContentLength: null, ContentType: null })
            await dialect.WriteAsync(new ProblemDetailsContext { HttpContext = http, ProblemDetails = { Status = status } });
    }

    // RFC 9110, 9.2.1.
    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    private ValueTask Forbid(HttpContext http, AccessRule rule)
    {
        // RFC 6750, 3.1.
        if (rule.Scope is not null)
            http.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{rule.Scope}\"";
        return dialect.WriteAsync(http, PlatformFailure.Forbidden);
    }
}

/// <summary>The limits a request has to pass; the capability RateLimits implements it.</summary>
public interface IRequestLimiter
{
    /// <summary>Null when the request may go on, else how long to wait. Sets the limit headers either way.</summary>
    ValueTask<TimeSpan?> Admit(HttpContext http, Endpoint endpoint, Caller? caller);
}
