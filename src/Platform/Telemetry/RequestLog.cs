using System.Diagnostics;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Telemetry;

/// <summary>
/// One line a request, when it has been answered: method, route pattern, status, milliseconds, request id, the hash of
/// the account or service. Also names the request's span, and marks its metrics with the product.
/// </summary>
/// <remarks>
/// Nothing in the line comes from the client, not even the path: a known method, our pattern (<c>-</c> when no route
/// matched), our request id. So no input can forge a line, and no token in a URL can stay in one. Answers below 500
/// are Information (health: Debug), the others Warning; what <see cref="LoadShedding"/> refused is Debug.
/// </remarks>
internal sealed partial class RequestLog(RequestDelegate next, ProductIdentity product, ILogger<RequestLog> log)
{
    private readonly KeyValuePair<string, object?> _productTag = new("product", product.Schema);

    public Task InvokeAsync(HttpContext http)
    {
        (http.Features[typeof(IHttpMetricsTagsFeature)] as IHttpMetricsTagsFeature)?.Tags.Add(_productTag);
        return log.IsEnabled(LogLevel.Warning) || Activity.Current is not null ? Follow(http) : next(http);
    }

    private async Task Follow(HttpContext http)
    {
        var span = Activity.Current;
        var began = Stopwatch.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            var status = http.Response.StatusCode;
            if (status >= StatusCodes.Status500InternalServerError || span is not null || log.IsEnabled(LogLevel.Information))
                Write(http, span, status, Stopwatch.GetElapsedTime(began));
        }
    }

    private void Write(HttpContext http, Activity? span, int status, TimeSpan taken)
    {
        // The exception handler takes the endpoint away and keeps it here.
        var endpoint = http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "-";
        var method = KnownMethod(http.Request.Method);
        if (span is not null)
            Describe(span, method, route, status);
        var level = status >= StatusCodes.Status500InternalServerError ? LoadShedding.HasRefused(http) ? LogLevel.Debug : LogLevel.Warning
            : route.StartsWith("/health/", StringComparison.Ordinal) ? LogLevel.Debug : LogLevel.Information;
        if (log.IsEnabled(level))
        {
            var account = Caller.Of(http) is { } caller ? AccountHash.Of(caller.Id) : "-";
            Answered(log, level, method, route, status, taken.TotalMilliseconds, http.TraceIdentifier, account);
        }
    }

    private void Describe(Activity span, string method, string route, int status)
    {
        span.DisplayName = $"{method} {route}";
        span.SetTag("product", product.Schema);
        span.SetTag("http.request.method", method);
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", status);
        // Where the framework sets them: a path or query may hold what must not be kept.
        span.SetTag("url.path", null);
        span.SetTag("url.query", null);
        if (status >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    }

    private static string KnownMethod(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" => method,
        _ => "_OTHER",
    };

    [LoggerMessage(EventId = 1, EventName = "Answered", Message = "{Method} {Route} {Status} {Milliseconds:0.0} ms, request {RequestId}, account {Account}")]
    private static partial void Answered(
        ILogger log, LogLevel level, string method, string route, int status, double milliseconds, string requestId, string account);
}
