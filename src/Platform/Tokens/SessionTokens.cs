using System.Buffers.Text;
using System.Security.Cryptography;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Web;

namespace Colonnade.Platform.Tokens;

/// <summary>
/// Issues the tokens of a session: an access token, and a refresh token that is spent at each use.
/// </summary>
/// <remarks>
/// <para>The first refresh token of a session is random; each successor is the HMAC-SHA-256 of its predecessor under a sealed
/// key. Only hashes are stored, and still the same successor can be given again.</para>
/// <para>The direct predecessor of a token that was never used gets that same token for 30 s: a lost answer, two tabs, any
/// number of parallel refreshes. Anything else that was spent before is taken for stolen: the session ends with all its tokens,
/// the trail says so, and the owner is told by mail.</para>
/// </remarks>
public sealed class SessionTokens
{
    private const int RefreshTokenLength = 32;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly ProductDatabase _database;
    private readonly AccountSessions _sessions;
    private readonly SigningKeys _keys;
    private readonly TokenParties _parties;
    private readonly TokenRules _rules;
    private readonly TimeProvider _time;
    private readonly HmacKey _succession;

    internal SessionTokens(
        ProductDatabase database, AccountSessions sessions, SigningKeys keys, ProductKeys productKeys, TokenParties parties,
        TokenRules rules, TimeProvider time)
    {
        _database = database;
        _sessions = sessions;
        _keys = keys;
        _parties = parties;
        _rules = rules;
        _time = time;
        _succession = new HmacKey(productKeys, "refresh-tokens");
    }

    /// <summary>
    /// Begins a session and issues its first tokens; they are good once <paramref name="work"/> has committed.
    /// </summary>
    /// <param name="work">The sign-in.</param>
    /// <param name="account">As its credentials were checked.</param>
    /// <param name="life">Of the session, and so of its refresh tokens.</param>
    /// <param name="client">Shown in the account's list of sessions.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>
    /// Null when the account was deleted, banned or given another password or address since <paramref name="account"/> was
    /// read: refuse as for a wrong password.
    /// </returns>
    public async Task<IssuedTokens?> Issue(Work work, Account account, SessionLife life, ClientFacts client, CancellationToken stop)
    {
        var session = await _sessions.Begin(work, account, life, client, stop);
        if (session is null)
            return null;
        var refreshToken = RandomNumberGenerator.GetBytes(RefreshTokenLength);
        await work.Execute("insert into refresh_tokens (hash, session_id, generation) values (@Hash, @Id, 0)",
            new { Hash = SHA256.HashData(refreshToken), session.Id }, stop);
        var family = new Family { AccountId = account.Id, SessionId = session.Id, IdleExpiresAt = session.ExpiresAt, ExpiresAt = session.EndsAt };
        return await Issue(family, refreshToken, stop);
    }

    /// <summary>Spends a refresh token for new tokens, in a transaction of its own.</summary>
    /// <param name="refreshToken">As the client sent it.</param>
    /// <param name="client">For the trail, when the token was spent before.</param>
    /// <param name="stop">Cancels, though not what follows from a spent token.</param>
    public async Task<RefreshOutcome> Refresh(string refreshToken, ClientFacts client, CancellationToken stop)
    {
        if (!TryDecode(refreshToken, out var token))
            return new RefreshOutcome.Refused();
        var hash = SHA256.HashData(token);
        var successor = await _succession.Hash(token, stop);

        // One statement: of parallel refreshes one rotates; the others wait for it and then find another generation.
        var family = await _database.One<Family>(
            """
            with presented as (
                select session_id, generation from refresh_tokens where hash = @hash
            ), rotated as (
                update sessions s
                set generation = s.generation + 1, rotated_at = clock(), last_seen_at = clock(), idle_expires_at = least(clock() + s.idle_life, s.expires_at)
                from presented p, accounts a
                where s.id = p.session_id and s.generation = p.generation and s.revoked_at is null and s.idle_expires_at > clock()
                  and a.id = s.account_id and a.deleted_at is null and a.banned_at is null
                returning s.id, s.account_id, s.generation, s.idle_expires_at, s.expires_at
            ), succeeded as (
                insert into refresh_tokens (hash, session_id, generation) select @Successor, id, generation from rotated
            )
            select id as session_id, account_id, idle_expires_at, expires_at from rotated
            """, new { hash, Successor = SHA256.HashData(successor) }, stop);
        if (family is not null)
            return new RefreshOutcome.Refreshed(await Issue(family, successor, stop));

        var spent = await _database.One<Spent>(
            """
            select s.id as session_id, s.account_id, s.idle_expires_at, s.expires_at, r.generation < s.generation as is_spent,
                   r.generation = s.generation - 1 and clock() <= s.rotated_at + @Grace as is_in_grace
            from refresh_tokens r join sessions s on s.id = r.session_id join accounts a on a.id = s.account_id
            where r.hash = @hash and s.revoked_at is null and s.idle_expires_at > clock() and a.deleted_at is null and a.banned_at is null
            """, new { hash, Grace }, stop);
        if (spent is { IsInGrace: true })
            return new RefreshOutcome.Refreshed(await Issue(spent, successor, stop));
        if (spent is { IsSpent: true })
            await EndStolen(spent, client);
        return new RefreshOutcome.Refused();
    }

    private async Task EndStolen(Family family, ClientFacts client)
    {
        // Whoever sent it must not be able to stop this by hanging up.
        var stop = CancellationToken.None;
        await using var work = await _database.Begin(stop);
        if (!await _sessions.Revoke(work, family.AccountId, family.SessionId, AuditEvents.RefreshTokenReused, client, stop))
            return;
        await work.Enqueue(new MailSecurityNotice(family.AccountId, MailSecurityNotice.RefreshTokenReused), stop);
        await work.Commit(stop);
    }

    private async Task<IssuedTokens> Issue(Family family, byte[] refreshToken, CancellationToken stop)
    {
        // The claims hold whole seconds.
        var now = _time.GetUtcNow();
        var issued = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var expires = issued + _rules.AccessLife < family.ExpiresAt ? issued + _rules.AccessLife : family.ExpiresAt;
        var access = new AccessToken { Account = family.AccountId, Session = family.SessionId, IssuedAt = issued, ExpiresAt = expires };
        return new IssuedTokens
        {
            AccountId = family.AccountId,
            SessionId = family.SessionId,
            AccessToken = access.Sign(await _keys.Active(stop), _parties),
            AccessExpiresAt = expires,
            ExpiresIn = (int)(expires - issued).TotalSeconds,
            RefreshToken = Base64Url.EncodeToString(refreshToken),
            RefreshExpiresAt = family.IdleExpiresAt,
            RefreshExpiresIn = (int)Math.Ceiling((family.IdleExpiresAt - now).TotalSeconds),
        };
    }

    private static bool TryDecode(string refreshToken, out byte[] token)
    {
        token = refreshToken.Length == Base64Url.GetEncodedLength(RefreshTokenLength) && Base64Url.IsValid(refreshToken) ? Base64Url.DecodeFromChars(refreshToken) : [];
        // One text for one value: no padding, white space or spare bits.
        return token.Length == RefreshTokenLength && Base64Url.EncodeToString(token) == refreshToken;
    }

    private record Family
    {
        public Guid SessionId { get; init; }
        public Guid AccountId { get; init; }
        public DateTimeOffset IdleExpiresAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
    }

    private sealed record Spent : Family
    {
        public bool IsSpent { get; init; }
        public bool IsInGrace { get; init; }
    }
}
