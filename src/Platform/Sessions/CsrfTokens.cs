using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Keys;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Sessions;

/// <summary>
/// Tokens for forms, as clients of Auth.js send them: one that stands in the form and, beside its HMAC-SHA-256 under a sealed key, in a
/// cookie (OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "double-submit cookie"). Another site can read neither, and
/// cannot make a pair of its own.
/// </summary>
public sealed class CsrfTokens
{
    private const string Cookie = "next-auth.csrf-token";
    private const int Bytes = 32;
    private readonly HmacKey _key;
    private readonly bool _isSecure;

    internal CsrfTokens(ProductKeys keys, bool isSecure)
    {
        _key = new HmacKey(keys, "csrf-tokens");
        _isSecure = isSecure;
    }

    /// <summary>The token for forms: the one whose cookie the client has, or else a new one, with its cookie.</summary>
    public async Task<string> Issue(HttpContext http, CancellationToken stop)
    {
        if (await OfCookie(http, stop) is { } known)
            return known;
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
        var hash = Base64Url.EncodeToString(await _key.Hash(stop, token));
        // The bar between token and hash is percent-encoded, as Auth.js has it.
        http.Response.Headers.Append("Set-Cookie", $"{Cookie}={token}%7C{hash}; Path=/; HttpOnly; SameSite=Lax{(_isSecure ? "; Secure" : "")}");
        return token;
    }

    /// <summary>Whether <paramref name="token"/> stands in the request's cookie too, and is one of this product.</summary>
    public async Task<bool> Verify(HttpContext http, string? token, CancellationToken stop) =>
        token is not null && await OfCookie(http, stop) is { } known
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(known));

    private async Task<string?> OfCookie(HttpContext http, CancellationToken stop)
    {
        if (http.Request.Cookies[Cookie]?.Split('|') is not [{ Length: Bytes * 2 } token, var hash])
            return null;
        var right = Base64Url.EncodeToString(await _key.Hash(stop, token));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(hash), Encoding.UTF8.GetBytes(right)) ? token : null;
    }
}
