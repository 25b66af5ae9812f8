using System.Buffers.Text;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Sessions;

/// <summary>What a request carries under the cookie's name.</summary>
internal enum CookieFound
{
    Nothing,

    /// <summary>One value in the form of a token.</summary>
    Token,

    /// <summary>Something that is no token, or two different values: a cookie that somebody tossed in counts for nothing.</summary>
    NoToken,
}

/// <summary>
/// The session cookie on the wire: host-only (no <c>Domain</c>), <c>Path=/; HttpOnly; SameSite=Lax</c>, <c>Secure</c> outside
/// Development. Its <c>__Secure-</c> form, which Auth.js sets over HTTPS, is read too and never set.
/// </summary>
internal sealed class SessionCookie(string name, bool isSecure)
{
    /// <summary>256 bits as base64url.</summary>
    public const int TokenLength = 43;

    private const string SecurePrefix = "__Secure-";
    private readonly string _secureName = SecurePrefix + name;

    public string Name => name;

    public CookieFound Read(HttpRequest request, out ReadOnlyMemory<char> token)
    {
        token = default;
        var found = CookieFound.Nothing;
        foreach (var header in request.Headers.Cookie)
        {
            for (var rest = header.AsMemory(); !rest.IsEmpty;)
            {
                var end = rest.Span.IndexOf(';');
                var pair = end < 0 ? rest : rest[..end];
                rest = end < 0 ? default : rest[(end + 1)..];
                if (!IsOurs(pair.Span, out var at))
                    continue;
                var value = pair[at..].Trim();
                if (found == CookieFound.Token && !value.Span.SequenceEqual(token.Span))
                    return CookieFound.NoToken;
                if (value.Length != TokenLength || !Base64Url.IsValid(value.Span))
                    return CookieFound.NoToken;
                (found, token) = (CookieFound.Token, value);
            }
        }

        return found;
    }

    public void Set(HttpContext http, ReadOnlySpan<char> token, TimeSpan life)
    {
        Append(http, string.Create(CultureInfo.InvariantCulture,
            $"{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={(long)life.TotalSeconds}{(isSecure ? "; Secure" : "")}"));
        if (Carries(http.Request, _secureName))
            Append(http, Expired(_secureName, secure: true));
    }

    /// <summary>Makes the browser forget every form of the cookie that it sent.</summary>
    public void Clear(HttpContext http)
    {
        Append(http, Expired(name, isSecure));
        if (Carries(http.Request, _secureName))
            Append(http, Expired(_secureName, secure: true));
    }

    private static string Expired(string name, bool secure) =>
        $"{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT{(secure ? "; Secure" : "")}";

    private static void Append(HttpContext http, string cookie)
    {
        http.Response.Headers.Append("Set-Cookie", cookie);
        http.Response.Headers.CacheControl = "no-store";
    }

    private static bool Carries(HttpRequest request, string name) => request.Cookies.ContainsKey(name);

    /// <param name="pair">One cookie of the header.</param>
    /// <param name="at">Where its value begins.</param>
    private bool IsOurs(ReadOnlySpan<char> pair, out int at)
    {
        at = pair.IndexOf('=') + 1;
        if (at == 0)
            return false;
        var called = pair[..(at - 1)].Trim();
        return called.SequenceEqual(name) || called.SequenceEqual(_secureName);
    }
}
