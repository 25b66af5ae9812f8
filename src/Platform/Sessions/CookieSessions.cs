using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Sessions;

/// <summary>
/// Sessions that live in a browser's cookie: 256 random bits, of which only the SHA-256 is stored. Signing in always makes a
/// new value; what the client brought is never adopted, and the session behind it ends.
/// </summary>
/// <remarks>
/// <para>A session lives on with use: at most once in <see cref="CookieSessionRules.ExtendEvery"/> its idle end is moved on and the cookie
/// sent again with that life, until its absolute end. All other requests write nothing.</para>
/// <para>Whose session a hash is never changes, so it is remembered for at most 100,000 cookies; whether the session lives is asked of
/// <see cref="AccountSessions"/> each time. For a cookie seen before nothing is asked of the database.</para>
/// <para>Every unsafe request of a product with these passes <see cref="OriginRules"/> before anything else. A cookie that is no good
/// (unknown, expired, given twice with different values) counts as none and is taken back with the answer.</para>
/// </remarks>
public sealed class CookieSessions : ICredentials
{
    private const int TokenBytes = 32;
    private const int MostRemembered = 100_000;
    private readonly ProductDatabase _database;
    private readonly AccountSessions _sessions;
    private readonly CookieSessionRules _rules;
    private readonly SessionCookie _cookie;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<TokenDigest, Known> _known = new();

    internal CookieSessions(ProductDatabase database, AccountSessions sessions, CookieSessionRules rules, SessionCookie cookie, TimeProvider time)
    {
        _database = database;
        _sessions = sessions;
        _rules = rules;
        _cookie = cookie;
        _time = time;
    }

    /// <inheritdoc />
    public bool AreSentByBrowsers => true;

    /// <inheritdoc />
    public IReadOnlyList<CredentialForm> Forms => [new("session", "The session's cookie, as signing in sets it. Browsers send it along by themselves.") { Cookie = _cookie.Name }];

    /// <inheritdoc />
    public ValueTask<Caller?> Identify(HttpContext http)
    {
        switch (_cookie.Read(http.Request, out var token))
        {
            case CookieFound.Nothing:
                return default;
            case CookieFound.NoToken:
                return Refuse(http);
        }

        var digest = TokenDigest.Of(token.Span);
        if (!_known.TryGetValue(digest, out var known) || _time.GetUtcNow() >= known.ReadAgainAt)
            return Read(http, token, digest);
        return _sessions.CopyOf(known.Session, known.Account) is { } caller ? ValueTask.FromResult<Caller?>(caller) : Ask(http, digest, known);
    }

    /// <summary>
    /// Begins a session and ends the one that the request came with. The cookie is set once <paramref name="work"/> has committed.
    /// </summary>
    /// <param name="work">The sign-in.</param>
    /// <param name="account">As its credentials were checked.</param>
    /// <param name="http">Whose answer sets the cookie.</param>
    /// <param name="client">Shown in the account's list of sessions.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>
    /// Null when the account was deleted, banned or given another password or address since <paramref name="account"/> was
    /// read: refuse as for a wrong password.
    /// </returns>
    public async Task<Session?> Begin(Work work, Account account, HttpContext http, ClientFacts client, CancellationToken stop)
    {
        var session = await _sessions.Begin(work, account, _rules.Life, client, stop);
        if (session is null)
            return null;
        await EndBrought(work, http, client, stop);
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        await work.Execute("insert into session_cookies (hash, session_id) values (@Hash, @Id)", new { Hash = TokenDigest.Of(token).ToBytes(), session.Id }, stop);
        work.AfterCommit(() => _cookie.Set(http, token, session.ExpiresAt - session.CreatedAt));
        return session;
    }

    /// <summary>Deletes the session that the request came with, if any, and takes the cookie back once <paramref name="work"/> has committed.</summary>
    public async Task End(Work work, HttpContext http, ClientFacts client, CancellationToken stop)
    {
        await EndBrought(work, http, client, stop);
        work.AfterCommit(() => _cookie.Clear(http));
    }

    /// <summary>Takes the cookie back from a client whose session has ended otherwise.</summary>
    public void Forget(HttpContext http) => _cookie.Clear(http);

    private async Task EndBrought(Work work, HttpContext http, ClientFacts client, CancellationToken stop)
    {
        if (_cookie.Read(http.Request, out var token) != CookieFound.Token)
            return;
        var digest = TokenDigest.Of(token.Span);
        var brought = await work.One<Guid?>("select session_id from session_cookies where hash = @Hash", new { Hash = digest.ToBytes() }, stop);
        if (brought is null)
            return;
        await _sessions.Delete(work, brought.Value, AuditEvents.SignedOut, client, stop);
        work.AfterCommit(() => _known.TryRemove(digest, out _));
    }

    private async ValueTask<Caller?> Read(HttpContext http, ReadOnlyMemory<char> token, TokenDigest digest)
    {
        var session = await _sessions.OfCookie(digest.ToBytes(), http.RequestAborted);
        if (session is null)
        {
            _known.TryRemove(digest, out _);
            return await Refuse(http);
        }

        var extendAt = session.IdleExpiresAt < session.ExpiresAt ? session.LastSeenAt + _rules.ExtendEvery : session.IdleExpiresAt;
        if (extendAt <= _time.GetUtcNow())
        {
            await Extend(http, token, session.Caller.SessionId);
            return session.Caller;
        }

        if (_known.Count >= MostRemembered)
            _known.Clear();
        _known[digest] = new Known(session.Caller.SessionId, session.Caller.AccountId, extendAt < session.IdleExpiresAt ? extendAt : session.IdleExpiresAt);
        return session.Caller;
    }

    private async Task Extend(HttpContext http, ReadOnlyMemory<char> token, Guid session)
    {
        // Of requests that come at once one moves the end on, and its answer carries the cookie.
        var extended = await _database.One<Extended>(
            """
            update sessions set last_seen_at = clock(), idle_expires_at = least(clock() + idle_life, expires_at)
            where id = @session and revoked_at is null and idle_expires_at > clock() and last_seen_at <= clock() - @ExtendEvery
            returning last_seen_at, idle_expires_at
            """, new { session, _rules.ExtendEvery }, http.RequestAborted);
        if (extended is not null)
            _cookie.Set(http, token.Span, extended.IdleExpiresAt - extended.LastSeenAt);
    }

    private async ValueTask<Caller?> Ask(HttpContext http, TokenDigest digest, Known known)
    {
        if (await _sessions.CallerOf(known.Session, known.Account, http.RequestAborted) is { } caller)
            return caller;
        _known.TryRemove(digest, out _);
        return await Refuse(http);
    }

    private ValueTask<Caller?> Refuse(HttpContext http)
    {
        _cookie.Clear(http);
        return default;
    }

    /// <param name="Session">Whose hash it is.</param>
    /// <param name="Account">Whose session that is.</param>
    /// <param name="ReadAgainAt">When the session is due to be extended, or over unless another node has extended it.</param>
    private sealed record Known(Guid Session, Guid Account, DateTimeOffset ReadAgainAt);

    private sealed record Extended
    {
        public DateTimeOffset LastSeenAt { get; init; }
        public DateTimeOffset IdleExpiresAt { get; init; }
    }
}
