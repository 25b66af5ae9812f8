using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Tokens;

/// <summary>
/// The caller behind <c>Authorization: Bearer</c>: an access token of this product that is signed, in time, and whose session lives
/// now.
/// </summary>
/// <remarks>
/// That a signature was right is remembered under the SHA-256 of the token, for at most 20,000 tokens; that a session
/// lives never is (see <see cref="AccountSessions"/>). For a token seen before nothing is allocated and nothing asked of the database.
/// </remarks>
public sealed class AccessTokens : ICredentials
{
    private const int MostRemembered = 20_000;
    private const string Scheme = "Bearer ";
    private readonly SigningKeys _keys;
    private readonly TokenParties _parties;
    private readonly AccountSessions _sessions;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Digest, Verified> _verified = new();

    internal AccessTokens(SigningKeys keys, TokenParties parties, AccountSessions sessions, TimeProvider time)
    {
        _keys = keys;
        _parties = parties;
        _sessions = sessions;
        _time = time;
    }

    public ValueTask<Caller?> Identify(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count == 0)
            return default;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return Refuse(http);
        return Identify(http, value.AsMemory(Scheme.Length));
    }

    private ValueTask<Caller?> Identify(HttpContext http, ReadOnlyMemory<char> token)
    {
        if (token.Length > AccessToken.Longest)
            return Refuse(http);
        var digest = Digest.Of(token.Span);
        if (!_verified.TryGetValue(digest, out var known) || known.Key.IsDisowned)
            return Verify(http, token, digest);
        if (!IsInTime(known))
            return Refuse(http);
        var caller = _sessions.CallerOf(known.Token.Session, known.Token.Account, http.RequestAborted);
        return caller is { IsCompletedSuccessfully: true, Result: not null } ? caller : RefuseUnless(http, caller);
    }

    private async ValueTask<Caller?> Verify(HttpContext http, ReadOnlyMemory<char> token, Digest digest)
    {
        if (AccessToken.HeaderOf(token.Span) is not { } header
            || await _keys.Find(header, http.RequestAborted) is not { IsDisowned: false } key
            || AccessToken.Read(token.Span, key, _parties) is not { } claims)
            return await Refuse(http);
        var verified = new Verified(claims, key);
        if (_verified.Count >= MostRemembered)
            _verified.Clear();
        _verified[digest] = verified;
        return IsInTime(verified) && await _sessions.CallerOf(claims.Session, claims.Account, http.RequestAborted) is { } caller ? caller : await Refuse(http);
    }

    private bool IsInTime(Verified known)
    {
        var now = _time.GetUtcNow();
        return now < known.Token.ExpiresAt + AccessToken.ClockSkew && known.Token.IssuedAt <= now + AccessToken.ClockSkew
            // Whoever has a key that was retired cannot sign what is issued today.
            && known.Token.IssuedAt - AccessToken.ClockSkew <= known.Key.RetiredAt;
    }

    private static async ValueTask<Caller?> RefuseUnless(HttpContext http, ValueTask<Caller?> caller) => await caller ?? await Refuse(http);

    /// <summary>RFC 6750: a credential that was sent and is no good is named as the reason.</summary>
    private static ValueTask<Caller?> Refuse(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return default;
    }

    private sealed record Verified(AccessToken Token, SigningKey Key);

    /// <summary>SHA-256 of a token.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Digest(UInt128 High, UInt128 Low)
    {
        public static Digest Of(ReadOnlySpan<char> token)
        {
            // Beyond ASCII every character becomes "?", which no token has: it finds nothing that was remembered.
            Span<byte> ascii = stackalloc byte[token.Length];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            Encoding.ASCII.GetBytes(token, ascii);
            SHA256.HashData(ascii, hash);
            return MemoryMarshal.Read<Digest>(hash);
        }
    }
}
