using System.Diagnostics.CodeAnalysis;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Web;
using Npgsql;

namespace Colonnade.Platform.Accounts;

/// <summary>
/// The accounts of one product: registration, sign-in, and every change that decides who may do what. A method that takes
/// a <see cref="Work"/> joins the product's transaction; each writes its audit row there.
/// </summary>
/// <remarks>
/// Addresses are compared by <see cref="EmailAddress.Key"/>; the unique index decides races. Changes of password, role,
/// ban and deletion act on the next request on this node and within a second on the others.
/// </remarks>
[SuppressMessage("Performance", "CA1822", Justification = "Callers ask one object for everything, whether or not a method needs its fields.")]
public sealed partial class ProductAccounts
{
    private readonly ProductDatabase _database;
    private readonly AccountSessions _sessions;
    private readonly Passwords _passwords;
    private readonly SignInFailures _failures;
    private readonly Seal _seal;
    private readonly AccountRules _rules;
    private readonly TimeProvider _time;

    internal ProductAccounts(
        ProductDatabase database, AccountSessions sessions, Passwords passwords, SignInFailures failures, Seal seal, AccountRules rules, TimeProvider time)
    {
        _database = database;
        _sessions = sessions;
        _passwords = passwords;
        _failures = failures;
        _seal = seal;
        _rules = rules;
        _time = time;
    }

    /// <summary>Null when there is none, or it was deleted.</summary>
    public Task<Account?> Find(Guid id, CancellationToken stop) =>
        _database.One<Account>($"select {Account.Columns} from accounts a where a.id = @id and a.deleted_at is null", new { id }, stop);

    /// <inheritdoc cref="Find(Guid, CancellationToken)"/>
    public Task<Account?> Find(EmailAddress email, CancellationToken stop) =>
        _database.One<Account>($"select {Account.Columns} from accounts a where a.email_key = @Key and a.deleted_at is null", new { email.Key }, stop);

    /// <summary>
    /// Adds an account. Of any number of parallel registrations of one address one succeeds, once the others'
    /// transactions are decided. Hash the password before beginning <paramref name="work"/>.
    /// </summary>
    public async Task<RegisterOutcome> Register(Work work, NewAccount registration, ClientFacts client, CancellationToken stop)
    {
        var account = await work.One<Account>(
            $"""
            insert into accounts as a (id, email, email_key, password, role, locale)
            values (@Id, @Text, @Key, @Password, @Role, @Locale)
            on conflict (email_key) where deleted_at is null do nothing
            returning {Account.Columns}
            """,
            new
            {
                Id = Guid.CreateVersion7(_time.GetUtcNow()),
                registration.Email.Text,
                registration.Email.Key,
                Password = registration.Password?.Stored,
                registration.Role,
                registration.Locale,
            },
            stop);
        if (account is null)
            return new RegisterOutcome.EmailTaken();
        await work.Audit(new AuditEntry(AuditEvents.Registered, account.Id, client), stop);
        return new RegisterOutcome.Registered(account);
    }

    /// <summary>Notes that the address was proved; password and sessions stay. False when it was proved before, or the account is gone.</summary>
    public async Task<bool> MarkVerified(Work work, Guid id, ClientFacts client, CancellationToken stop)
    {
        var marked = await work.Execute(
            """
            update accounts set email_verified_at = clock(), updated_at = clock(), version = version + 1
            where id = @id and deleted_at is null and email_verified_at is null
            """, new { id }, stop) == 1;
        if (marked)
            await work.Audit(new AuditEntry(AuditEvents.EmailVerified, id, client), stop);
        return marked;
    }

    /// <summary>
    /// Notes that the address was proved by a code that signs in, and gives the account to whoever proved it: at the first proof
    /// a password and all sessions from before are void, as anyone could have registered the address.
    /// </summary>
    /// <returns>The account to issue a session for; null when it is gone or banned.</returns>
    public async Task<Account?> Claim(Work work, Guid id, ClientFacts client, CancellationToken stop)
    {
        var first = await work.One<Account>(
            $"""
            update accounts a set email_verified_at = clock(), password = null, credentials_version = credentials_version + 1,
                updated_at = clock(), version = version + 1
            where id = @id and deleted_at is null and banned_at is null and email_verified_at is null
            returning {Account.Columns}
            """, new { id }, stop);
        if (first is null)
            return await work.One<Account>($"select {Account.Columns} from accounts a where id = @id and deleted_at is null and banned_at is null", new { id }, stop);
        await _sessions.RevokeAll(work, id, AuditEvents.AccountClaimed, stop);
        await work.Audit(new AuditEntry(AuditEvents.AccountClaimed, id, client), stop);
        return first;
    }

    /// <summary>
    /// Gives the account another address, not verified yet. Outstanding codes are void, sessions other than
    /// <paramref name="except"/> end, and the old address is told. Another spelling of the same address changes nothing else.
    /// </summary>
    /// <returns>Null when the account is gone.</returns>
    public async Task<ChangeEmailOutcome?> ChangeEmail(Work work, Guid id, EmailAddress email, ClientFacts client, CancellationToken stop, Guid? except = null)
    {
        var before = await work.One<Account>($"select {Account.Columns} from accounts a where id = @id and deleted_at is null for update", new { id }, stop);
        if (before is null)
            return null;
        Account account;
        if (EmailAddress.KeyOf(before.Email) == email.Key)
        {
            account = (await work.One<Account>(
                $"update accounts a set email = @Text, updated_at = clock(), version = version + 1 where id = @id returning {Account.Columns}",
                new { id, email.Text }, stop))!;
            return new ChangeEmailOutcome.Changed(account);
        }

        await work.Execute("savepoint change_email", null, stop);
        try
        {
            account = (await work.One<Account>(
                $"""
                update accounts a set email = @Text, email_key = @Key, email_verified_at = null,
                    credentials_version = credentials_version + 1, updated_at = clock(), version = version + 1
                where id = @id
                returning {Account.Columns}
                """, new { id, email.Text, email.Key }, stop))!;
        }
        catch (PostgresException taken) when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "accounts_email" })
        {
            await work.Execute("rollback to savepoint change_email", null, stop);
            return new ChangeEmailOutcome.EmailTaken();
        }

        await _sessions.RevokeAll(work, id, AuditEvents.EmailChanged, stop, except);
        await work.Audit(new AuditEntry(AuditEvents.EmailChanged, id, client) { SessionId = except }, stop);
        await work.Enqueue(MailSecurityNotice.ToAddress(before.Email, id, MailSecurityNotice.EmailChanged, _seal), stop);
        return new ChangeEmailOutcome.Changed(account);
    }

    /// <summary>Changes what the account may do; its sessions go on with the new role. False when the account is gone.</summary>
    public async Task<bool> ChangeRole(Work work, Guid id, string role, ClientFacts client, CancellationToken stop)
    {
        var before = await work.One<string>("select role from accounts where id = @id and deleted_at is null for update", new { id }, stop);
        if (before is null)
            return false;
        if (before == role)
            return true;
        await work.Execute("update accounts set role = @role, updated_at = clock(), version = version + 1 where id = @id", new { id, role }, stop);
        await _sessions.Reread(work, id, stop);
        await work.Audit(new AuditEntry(AuditEvents.RoleChanged, id, client) { Detail = new { before, after = role } }, stop);
        return true;
    }

    /// <summary>Shuts the account out by every way in, and ends its sessions. False when it is gone or banned already.</summary>
    public async Task<bool> Ban(Work work, Guid id, ClientFacts client, CancellationToken stop)
    {
        var banned = await work.Execute(
            "update accounts set banned_at = clock(), updated_at = clock(), version = version + 1 where id = @id and deleted_at is null and banned_at is null",
            new { id }, stop) == 1;
        if (!banned)
            return false;
        await _sessions.RevokeAll(work, id, AuditEvents.Banned, stop);
        await work.Audit(new AuditEntry(AuditEvents.Banned, id, client), stop);
        return true;
    }

    /// <summary>Lets a banned account sign in again. False when it is gone or not banned.</summary>
    public async Task<bool> Unban(Work work, Guid id, ClientFacts client, CancellationToken stop)
    {
        var unbanned = await work.Execute(
            "update accounts set banned_at = null, updated_at = clock(), version = version + 1 where id = @id and deleted_at is null and banned_at is not null",
            new { id }, stop) == 1;
        if (unbanned)
            await work.Audit(new AuditEntry(AuditEvents.Unbanned, id, client), stop);
        return unbanned;
    }

    /// <summary>
    /// Ends the account: its sessions and codes are void, its address is free again, and what identifies a person is
    /// erased from its row. The row stays, so that what bookkeeping keeps has something to point at. False when it is gone.
    /// </summary>
    public async Task<bool> Delete(Work work, Guid id, ClientFacts client, CancellationToken stop)
    {
        var account = await work.One<Account>($"select {Account.Columns} from accounts a where id = @id and deleted_at is null for update", new { id }, stop);
        if (account is null)
            return false;
        await LiftLock(work, account, stop);
        await work.Execute(
            """
            update accounts set deleted_at = clock(), email = '', email_key = '', email_verified_at = null, password = null, locale = null,
                credentials_version = credentials_version + 1, updated_at = clock(), version = version + 1
            where id = @id
            """, new { id }, stop);
        await _sessions.RevokeAll(work, id, AuditEvents.AccountDeleted, stop);
        await work.Audit(new AuditEntry(AuditEvents.AccountDeleted, id, client), stop);
        return true;
    }

    private async Task LiftLock(Work work, Account account, CancellationToken stop) =>
        await SignInFailures.Forget(work, await _failures.NameOf(EmailAddress.KeyOf(account.Email), stop), stop);
}
