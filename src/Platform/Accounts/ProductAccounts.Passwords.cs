using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Web;

namespace Colonnade.Platform.Accounts;

/// <content>What a password opens: signing in with it, changing it, and setting another after a reset.</content>
public sealed partial class ProductAccounts
{
    /// <summary>
    /// Compares name and password. Unknown names, wrong passwords and (where locks are not shown) locked names cost the same work
    /// and get the same answer. Success forgets the failures and replaces a stored hash that is weaker than today's.
    /// </summary>
    /// <param name="email">As typed.</param>
    /// <param name="password">As typed; one longer than any password can be is refused at once and not counted.</param>
    /// <param name="client">For the audit trail.</param>
    /// <param name="stop">Cancels; an attempt that was admitted stays counted.</param>
    /// <exception cref="Errors.PlatformFailureException"><see cref="Errors.PlatformFailure.Overloaded"/>; the attempt was not counted.</exception>
    public async Task<SignInOutcome> SignIn(string email, string password, ClientFacts client, CancellationToken stop)
    {
        if (Passwords.IsTooLong(password))
            return new SignInOutcome.Refused();

        var key = EmailAddress.KeyOf(email);
        var name = await _failures.NameOf(key, stop);
        using var turn = await _passwords.Turn(stop);
        var attempt = await _failures.Admit(name, stop);
        if (attempt is SignInAttempt.Locked locked)
        {
            if (_rules.Lock.IsShown)
                return new SignInOutcome.Locked(locked.Until, locked.RetryAfter);
            await turn.Matches(null, password);
            return new SignInOutcome.Refused();
        }

        var account = await _database.One<Account>(
            $"select {Account.Columns}, a.password from accounts a where a.email_key = @key and a.deleted_at is null", new { key }, stop);
        var hash = HashOf(account);
        var isRight = await turn.Matches(hash, password);
        if (!isRight || account!.BannedAt is not null)
        {
            await RecordRefusal(AuditEvents.SignInRefused, account?.Id, name, (SignInAttempt.Admitted)attempt, client, stop);
            return new SignInOutcome.Refused();
        }

        await _failures.Forget(name, stop);
        if (_passwords.IsWeaker(hash!))
        {
            var stronger = await turn.Hash(password);
            await _database.Execute("update accounts set password = @Stored where id = @Id and password = @Password",
                new { stronger.Stored, account.Id, account.Password }, stop);
        }

        return new SignInOutcome.SignedIn(account with { Password = null });
    }

    /// <summary>
    /// Changes the password of someone who proves the current one, in a transaction of its own. All other sessions end, the
    /// caller's stays. Wrong guesses lock this way in like a sign-in, but neither locks the other.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="current">Proof.</param>
    /// <param name="replacement">Without flaw: ask <see cref="Passwords.FlawOf"/> first.</param>
    /// <param name="client">For the audit trail.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<ChangePasswordOutcome> ChangePassword(Caller caller, string current, string replacement, ClientFacts client, CancellationToken stop)
    {
        if (Passwords.IsTooLong(current))
            return new ChangePasswordOutcome.Refused();

        var name = await OwnPassword(caller, stop);
        using var turn = await _passwords.Turn(stop);
        var attempt = await _failures.Admit(name, stop);
        if (attempt is SignInAttempt.Locked locked)
            return _rules.Lock.IsShown ? new ChangePasswordOutcome.Locked(locked.Until, locked.RetryAfter) : new ChangePasswordOutcome.Refused();

        var before = await _database.One<Account>(
            $"select {Account.Columns}, a.password from accounts a where a.id = @AccountId and a.deleted_at is null", caller, stop);
        if (!await turn.Matches(HashOf(before), current))
        {
            await RecordRefusal(AuditEvents.PasswordChangeRefused, caller.AccountId, name, (SignInAttempt.Admitted)attempt, client, stop);
            return new ChangePasswordOutcome.Refused();
        }

        var hash = await turn.Hash(replacement);
        await using var work = await _database.Begin(stop);
        var account = await Store(work, caller.AccountId, hash, before!.CredentialsVersion, stop);
        if (account is null)
            return new ChangePasswordOutcome.Refused();
        await SignInFailures.Forget(work, name, stop);
        await _sessions.RevokeAll(work, caller.AccountId, AuditEvents.PasswordChanged, stop, except: caller.SessionId);
        await work.Audit(new AuditEntry(AuditEvents.PasswordChanged, caller.AccountId, client) { SessionId = caller.SessionId }, stop);
        await work.Enqueue(new MailSecurityNotice(caller.AccountId, MailSecurityNotice.PasswordChanged), stop);
        await work.Commit(stop);
        return new ChangePasswordOutcome.Changed(account);
    }

    /// <summary>
    /// Whether <paramref name="password"/> is the caller's own: asked again before what cannot be undone. Wrong guesses count and lock as those
    /// of a change of password, and look alike.
    /// </summary>
    public async Task<bool> Confirm(Caller caller, string password, ClientFacts client, CancellationToken stop)
    {
        if (Passwords.IsTooLong(password))
            return false;
        var name = await OwnPassword(caller, stop);
        using var turn = await _passwords.Turn(stop);
        if (await _failures.Admit(name, stop) is not SignInAttempt.Admitted attempt)
            return false;
        var account = await _database.One<Account>(
            $"select {Account.Columns}, a.password from accounts a where a.id = @AccountId and a.deleted_at is null", caller, stop);
        if (!await turn.Matches(HashOf(account), password))
        {
            await RecordRefusal(AuditEvents.PasswordChangeRefused, caller.AccountId, name, attempt, client, stop);
            return false;
        }

        await _failures.Forget(name, stop);
        return true;
    }

    /// <summary>
    /// Sets the password of someone who proved the address: completes a reset. Every session ends, the name's lock is lifted.
    /// </summary>
    /// <returns>Null when the account is gone.</returns>
    public async Task<Account?> SetPassword(Work work, Guid id, PasswordHash password, ClientFacts client, CancellationToken stop)
    {
        var account = await Store(work, id, password, null, stop);
        if (account is null)
            return null;
        await LiftLock(work, account, stop);
        await _sessions.RevokeAll(work, id, AuditEvents.PasswordReset, stop);
        await work.Audit(new AuditEntry(AuditEvents.PasswordReset, id, client), stop);
        await work.Enqueue(new MailSecurityNotice(id, MailSecurityNotice.PasswordReset), stop);
        return account;
    }

    /// <summary>
    /// Sets the password for somebody whom the product entitles to it without the current one. Sessions other than
    /// <paramref name="except"/> end, the name's lock is lifted, the owner is told.
    /// </summary>
    /// <returns>Null when the account is gone.</returns>
    public async Task<Account?> ReplacePassword(Work work, Guid id, PasswordHash password, ClientFacts client, CancellationToken stop, Guid? except = null)
    {
        var account = await Store(work, id, password, null, stop);
        if (account is null)
            return null;
        await LiftLock(work, account, stop);
        await _sessions.RevokeAll(work, id, AuditEvents.PasswordChanged, stop, except);
        await work.Audit(new AuditEntry(AuditEvents.PasswordChanged, id, client) { SessionId = except }, stop);
        await work.Enqueue(new MailSecurityNotice(id, MailSecurityNotice.PasswordChanged), stop);
        return account;
    }

    /// <summary>The name under which guesses at the password of somebody signed in are counted.</summary>
    private ValueTask<byte[]> OwnPassword(Caller caller, CancellationToken stop) => _failures.NameOf($"\npassword of {caller.AccountId}", stop);

    private static Task<Account?> Store(Work work, Guid id, PasswordHash password, int? asOf, CancellationToken stop) => work.One<Account>(
        $"""
        update accounts a set password = @Stored, credentials_version = credentials_version + 1, updated_at = clock(), version = version + 1
        where id = @id and deleted_at is null and (@asOf::integer is null or credentials_version = @asOf)
        returning {Account.Columns}
        """, new { id, password.Stored, asOf }, stop);

    private async Task RecordRefusal(string @event, Guid? account, byte[] name, SignInAttempt.Admitted attempt, ClientFacts client, CancellationToken stop)
    {
        // The start of the name's keyed hash: enough to follow one name through the trail, useless to anyone else.
        var detail = new { name = Convert.ToHexStringLower(name.AsSpan(0, 8)) };
        await using var work = await _database.Begin(stop);
        await work.Audit(new AuditEntry(@event, account, client) { Detail = detail }, stop);
        if (attempt.Locks)
            await work.Audit(new AuditEntry(AuditEvents.SignInLocked, account, client) { Detail = detail }, stop);
        // Once for a row of locks: whoever guesses on must not be able to fill the owner's mailbox.
        if (attempt.IsFirstLock && account is not null)
            await work.Enqueue(new MailSecurityNotice(account.Value, MailSecurityNotice.AccountLocked), stop);
        await work.Commit(stop);
    }

    private static PasswordHash? HashOf(Account? account) => account?.Password is null ? null : PasswordHash.Parse(account.Password);
}
