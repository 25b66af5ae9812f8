using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// How the tightest bucket of a request stands, in the headers of its answer: <c>X-RateLimit-Limit</c>,
/// <c>-Remaining</c>, <c>-Reset</c> (when room comes back, epoch seconds rounded up), and the structured fields
/// <c>RateLimit-Policy</c> and <c>RateLimit</c> of draft-ietf-httpapi-ratelimit-headers.
/// </summary>
/// <remarks>Written when the answer starts: an exception's answer begins by clearing the headers.</remarks>
internal sealed class LimitHeaders(HttpContext http, Standing tightest, string policy, TimeProvider time)
{
    public void SetWhenStarting() => http.Response.OnStarting(static state => ((LimitHeaders)state).Set(), this);

    private Task Set()
    {
        var opens = ((long)Math.Ceiling(tightest.Opens.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var reset = (time.GetUtcNow() + tightest.Opens).UtcTicks;
        var remaining = tightest.Remaining.ToString(CultureInfo.InvariantCulture);
        var headers = http.Response.Headers;
        headers["X-RateLimit-Limit"] = tightest.Permits.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = remaining;
        headers["X-RateLimit-Reset"] = ((reset - DateTimeOffset.UnixEpoch.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Policy"] = policy;
        headers["RateLimit"] = $"\"{tightest.Limit.Name}\";r={remaining};t={opens}";
        return Task.CompletedTask;
    }
}
