using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Tokens;

/// <summary><c>Authorization: Bearer</c> (RFC 6750).</summary>
internal static class BearerHeader
{
    private const string Scheme = "Bearer ";

    /// <summary>Everything after the scheme, when there is one such header.</summary>
    public static bool TryRead(HttpContext http, out ReadOnlyMemory<char> token)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count == 1 && header[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            token = value.AsMemory(Scheme.Length);
            return true;
        }

        token = default;
        return false;
    }

    /// <summary>Nobody, because of a credential that was sent and is no good: the answer names it as the reason.</summary>
    public static ValueTask<Caller?> Refuse(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return default;
    }
}
