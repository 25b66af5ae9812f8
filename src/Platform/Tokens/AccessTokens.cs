using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
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
    private const int MostSeen = 2048;
    private readonly SigningKeys _keys;
    private readonly TokenParties _parties;
    private readonly AccountSessions _sessions;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<TokenDigest, Verified> _verified = new();
    private readonly Seen?[] _seen = new Seen?[MostSeen];

    internal AccessTokens(SigningKeys keys, TokenParties parties, AccountSessions sessions, TimeProvider time)
    {
        _keys = keys;
        _parties = parties;
        _sessions = sessions;
        _time = time;
    }

    /// <inheritdoc />
    public IReadOnlyList<CredentialForm> Forms { get; } = [new("accessToken", "An access token (a signed JWT) of an account, as signing in gives it.")];

    public ValueTask<Caller?> Identify(HttpContext http)
    {
        if (http.Request.Headers.Authorization.Count == 0)
            return default;
        return BearerHeader.TryRead(http, out var token) ? Identify(http, token) : BearerHeader.Refuse(http);
    }

    /// <inheritdoc cref="Identify(HttpContext)"/>
    internal ValueTask<Caller?> Identify(HttpContext http, ReadOnlyMemory<char> token)
    {
        if (token.Length > AccessToken.Longest)
            return BearerHeader.Refuse(http);
        // Kestrel gives a connection's next request the same string when the header is the same: no digest is needed to know it again.
        var header = http.Request.Headers.Authorization[0]!;
        ref var seen = ref _seen[RuntimeHelpers.GetHashCode(header) % MostSeen];
        if (seen is not { } memory || !ReferenceEquals(memory.Header, header) || memory.Known.Key.IsDisowned)
        {
            var digest = TokenDigest.Of(token.Span);
            if (!_verified.TryGetValue(digest, out var known) || known.Key.IsDisowned)
                return Verify(http, token, digest);
            seen = memory = new Seen(header, known);
        }

        var (session, account) = (memory.Known.Token.Session, memory.Known.Token.Account);
        if (!IsInTime(memory.Known))
            return BearerHeader.Refuse(http);
        return _sessions.CopyOf(session, account) is { } caller ? ValueTask.FromResult<Caller?>(caller) : RefuseUnless(http, session, account);
    }

    private async ValueTask<Caller?> Verify(HttpContext http, ReadOnlyMemory<char> token, TokenDigest digest)
    {
        if (AccessToken.HeaderOf(token.Span) is not { } header
            || await _keys.Find(header, http.RequestAborted) is not { IsDisowned: false } key
            || AccessToken.Read(token.Span, key, _parties) is not { } claims)
            return await BearerHeader.Refuse(http);
        var verified = new Verified(claims, key);
        if (_verified.Count >= MostRemembered)
            _verified.Clear();
        _verified[digest] = verified;
        return IsInTime(verified) && await _sessions.CallerOf(claims.Session, claims.Account, http.RequestAborted) is { } caller ? caller : await BearerHeader.Refuse(http);
    }

    private bool IsInTime(Verified known)
    {
        var now = _time.GetUtcNow();
        return now < known.Token.ExpiresAt + AccessToken.ClockSkew && known.Token.IssuedAt <= now + AccessToken.ClockSkew
            // Whoever has a key that was retired cannot sign what is issued today.
            && known.Token.IssuedAt - AccessToken.ClockSkew <= known.Key.RetiredAt;
    }

    private async ValueTask<Caller?> RefuseUnless(HttpContext http, Guid session, Guid account) =>
        await _sessions.CallerOf(session, account, http.RequestAborted) ?? await BearerHeader.Refuse(http);

    private sealed record Seen(string Header, Verified Known);

    private sealed record Verified(AccessToken Token, SigningKey Key);
}
