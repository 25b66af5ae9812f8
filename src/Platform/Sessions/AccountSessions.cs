using System.Collections.Concurrent;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;

namespace Colonnade.Platform.Sessions;

/// <summary>
/// Sign-ins of accounts. A session lives until it is revoked, not refreshed for its idle life, or past its absolute end;
/// it is asked about on every request, so that none of these has to wait for a token to expire.
/// </summary>
/// <remarks>
/// Each node keeps copies of live sessions with their account's role. A trigger on <c>sessions</c> and <c>accounts</c> tells
/// all nodes of each change by <c>NOTIFY</c>; a copy is believed only while <see cref="Listener.IsLive"/>, so a node that
/// cannot hear reads the row. This node drops its own copy as soon as the change has committed.
/// </remarks>
public sealed class AccountSessions
{
    private const int MostCopies = 100_000;
    private readonly ProductDatabase _database;
    private readonly Listener _listener;
    private readonly AccountScopes _scopes;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Guid, Copy> _copies = new();
    private readonly Lock _gate = new();
    private long _changes;

    public AccountSessions(ProductDatabase database, Listener listener, AccountScopes scopes, TimeProvider time)
    {
        _scopes = scopes;
        _database = database;
        _listener = listener;
        _time = time;
        listener.Subscribe("sessions", Hear, DropAll);
    }

    /// <summary>The live sessions of an account, the latest first.</summary>
    public Task<List<Session>> List(Guid account, CancellationToken stop) => _database.List<Session>(
        """
        select id, created_at, last_seen_at, idle_expires_at as expires_at, expires_at as ends_at, host(address) as address, user_agent
        from sessions
        where account_id = @account and revoked_at is null and idle_expires_at > clock()
        order by last_seen_at desc, id desc
        """, new { account }, stop);

    /// <summary>
    /// Begins a session, unless the account was deleted, banned or given another password or address since
    /// <paramref name="account"/> was read: then null, to be refused like a wrong password.
    /// </summary>
    /// <param name="work">The sign-in.</param>
    /// <param name="account">As its credentials were checked.</param>
    /// <param name="life">How long it lives.</param>
    /// <param name="client">Shown in the account's list of sessions.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<Session?> Begin(Work work, Account account, SessionLife life, ClientFacts client, CancellationToken stop)
    {
        // The lock makes a change of the account wait for this session, which it may have to revoke, or this wait for it.
        var session = await work.One<Session>(
            """
            with owner as (
                select id from accounts
                where id = @Account and credentials_version = @CredentialsVersion and deleted_at is null and banned_at is null
                for share)
            insert into sessions (id, account_id, created_at, last_seen_at, rotated_at, idle_life, idle_expires_at, expires_at, address, user_agent)
            select @Id, owner.id, clock(), clock(), clock(), @Idle, clock() + least(@Idle, @Absolute), clock() + @Absolute, cast(@Address as inet), @UserAgent
            from owner
            returning id, created_at, last_seen_at, idle_expires_at as expires_at, expires_at as ends_at, host(address) as address, user_agent
            """,
            new
            {
                Id = Guid.CreateVersion7(_time.GetUtcNow()),
                Account = account.Id,
                account.CredentialsVersion,
                life.Idle,
                life.Absolute,
                Address = client.Address?.ToString(),
                client.UserAgent,
            },
            stop);
        if (session is not null)
            await work.Audit(new AuditEntry(AuditEvents.SignedIn, account.Id, client) { SessionId = session.Id }, stop);
        return session;
    }

    /// <summary>Ends one session of <paramref name="account"/>; false when it has none such that lives.</summary>
    /// <param name="work">The change.</param>
    /// <param name="account">Whose it must be.</param>
    /// <param name="session">Which.</param>
    /// <param name="reason">An audit event: <see cref="AuditEvents.SignedOut"/>, <see cref="AuditEvents.SessionRevoked"/> …</param>
    /// <param name="client">For the audit trail.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<bool> Revoke(Work work, Guid account, Guid session, string reason, ClientFacts client, CancellationToken stop)
    {
        var revoked = await work.Execute(
            """
            update sessions set revoked_at = clock(), revoked_because = @reason
            where id = @session and account_id = @account and revoked_at is null
            """, new { session, account, reason }, stop) == 1;
        if (!revoked)
            return false;
        work.AfterCommit(() => Drop(session));
        await work.Audit(new AuditEntry(reason, account, client) { SessionId = session }, stop);
        return true;
    }

    /// <summary>Ends every session of <paramref name="account"/>, or every other than <paramref name="except"/>; answers how many.</summary>
    public async Task<int> RevokeAll(Work work, Guid account, string reason, CancellationToken stop, Guid? except = null)
    {
        // In one order, so that two of these cannot wait for each other.
        var revoked = await work.List<Guid>(
            """
            with live as (
                select id from sessions
                where account_id = @account and revoked_at is null and id is distinct from @except
                order by id for update)
            update sessions s set revoked_at = clock(), revoked_because = @reason from live where s.id = live.id returning s.id
            """, new { account, reason, except }, stop);
        work.AfterCommit(() => revoked.ForEach(Drop));
        return revoked.Count;
    }

    /// <summary>Ends a session by deleting its row; false when there is none such that lives.</summary>
    internal async Task<bool> Delete(Work work, Guid session, string reason, ClientFacts client, CancellationToken stop)
    {
        var account = await work.One<Guid?>("delete from sessions where id = @session and revoked_at is null returning account_id", new { session }, stop);
        if (account is null)
            return false;
        work.AfterCommit(() => Drop(session));
        await work.Audit(new AuditEntry(reason, account, client) { SessionId = session }, stop);
        return true;
    }

    /// <summary>Makes this node read the sessions of <paramref name="account"/> again once <paramref name="work"/> has committed.</summary>
    internal async Task Reread(Work work, Guid account, CancellationToken stop)
    {
        var sessions = await work.List<Guid>("select id from sessions where account_id = @account and revoked_at is null", new { account }, stop);
        work.AfterCommit(() => sessions.ForEach(Drop));
    }

    /// <summary>Who calls in <paramref name="session"/>; null unless it lives and belongs to <paramref name="account"/>.</summary>
    internal async ValueTask<Caller?> CallerOf(Guid session, Guid account, CancellationToken stop) =>
        CopyOf(session, account) ?? await Read(session, account, stop);

    /// <summary>Like <see cref="CallerOf"/>, as far as this node knows without asking; null says nothing.</summary>
    internal Caller? CopyOf(Guid session, Guid account) =>
        _listener.IsLive && _copies.TryGetValue(session, out var copy) && copy.Caller.AccountId == account && copy.ExpiresAt > _time.GetUtcNow()
            ? copy.Caller
            : null;

    /// <summary>The live session that a cookie was made for; null when there is none, or its account may not sign in.</summary>
    /// <param name="cookie">SHA-256 of the cookie's value.</param>
    /// <param name="stop">Cancels.</param>
    internal ValueTask<LiveSession?> OfCookie(byte[] cookie, CancellationToken stop) => Read(
        "session_cookies c join sessions s on s.id = c.session_id", "c.hash = @cookie and s.idle_expires_at > clock()", new { cookie }, stop);

    private async ValueTask<Caller?> Read(Guid session, Guid account, CancellationToken stop) =>
        await Read("sessions s", "s.id = @session", new { session }, stop) is { Caller: var caller } && caller.AccountId == account ? caller : null;

    private async ValueTask<LiveSession?> Read(string from, string which, object parameters, CancellationToken stop)
    {
        var changes = Volatile.Read(ref _changes);
        var row = await _database.One<Row>(
            $"""
            select s.id, s.account_id, a.role, s.last_seen_at, s.idle_expires_at, s.expires_at
            from {from} join accounts a on a.id = s.account_id
            where {which} and s.revoked_at is null and s.expires_at > clock() and a.deleted_at is null and a.banned_at is null
            """, parameters, stop);
        if (row is null)
            return null;
        var caller = new Caller(row.AccountId, row.Id, row.Role) { Scopes = _scopes.Scopes };
        lock (_gate)
        {
            // A change that was told while the row was on its way may be later than the row.
            if (_changes == changes)
            {
                if (_copies.Count >= MostCopies)
                    _copies.Clear();
                _copies[row.Id] = new Copy(caller, row.ExpiresAt);
            }
        }

        return new LiveSession(caller, row.LastSeenAt, row.IdleExpiresAt, row.ExpiresAt);
    }

    private void Hear(string payload)
    {
        if (Guid.TryParse(payload, out var session))
            Drop(session);
    }

    private void Drop(Guid session)
    {
        lock (_gate)
        {
            _changes++;
            _copies.TryRemove(session, out _);
        }
    }

    private void DropAll()
    {
        lock (_gate)
        {
            _changes++;
            _copies.Clear();
        }
    }

    private sealed record Copy(Caller Caller, DateTimeOffset ExpiresAt);

    private sealed record Row
    {
        public Guid Id { get; init; }
        public Guid AccountId { get; init; }
        public string Role { get; init; } = "";
        public DateTimeOffset LastSeenAt { get; init; }
        public DateTimeOffset IdleExpiresAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
    }
}

/// <summary>A session as its row was when it was read.</summary>
internal sealed record LiveSession(Caller Caller, DateTimeOffset LastSeenAt, DateTimeOffset IdleExpiresAt, DateTimeOffset ExpiresAt);

/// <summary>One live session, as its account may see it.</summary>
public sealed record Session
{
    public Guid Id { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was begun or last refreshed.</summary>
    public DateTimeOffset LastSeenAt { get; init; }

    /// <summary>When it ends if nothing more is heard.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it ends in any case.</summary>
    public DateTimeOffset EndsAt { get; init; }

    public string? Address { get; init; }

    public string? UserAgent { get; init; }
}

/// <summary>How long a session lives.</summary>
/// <param name="Idle">Without a refresh.</param>
/// <param name="Absolute">In any case.</param>
public sealed record SessionLife(TimeSpan Idle, TimeSpan Absolute);
