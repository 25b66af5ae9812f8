using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;

namespace Colonnade.Platform.Audit;

/// <summary>
/// The append-only trail: who did what, from where, in the transaction that did it. The table refuses update,
/// delete and truncate; what must go after years goes by detaching a partition.
/// </summary>
/// <remarks>Never hand it a password, code, token, signed URL or full e-mail address.</remarks>
public static class AuditTrail
{
    /// <param name="work">The change that is recorded: no trail without it, no change without its trail.</param>
    /// <param name="entry">What happened; the time is the database's.</param>
    /// <param name="stop">Cancels.</param>
    public static Task Audit(this Work work, AuditEntry entry, CancellationToken stop) => work.Execute(
        """
        insert into audit (id, event, actor_id, account_id, session_id, address, request_id, detail)
        values (@Id, @Event, @ActorId, @AccountId, @SessionId, cast(@Address as inet), @RequestId, cast(@Detail as jsonb))
        """,
        new
        {
            Id = Guid.CreateVersion7(),
            entry.Event,
            entry.Client.ActorId,
            entry.AccountId,
            entry.SessionId,
            Address = entry.Client.Address?.ToString(),
            entry.Client.RequestId,
            Detail = entry.Detail is null ? null : JsonSerializer.Serialize(entry.Detail, JsonSerializerOptions.Web),
        },
        stop);
}

/// <param name="Event">One of <see cref="AuditEvents"/> or a product's own, lower case with underscores.</param>
/// <param name="AccountId">Whose affair it is, if an account's.</param>
/// <param name="Client">Who acted, and from where.</param>
public sealed record AuditEntry(string Event, Guid? AccountId, ClientFacts Client)
{
    public Guid? SessionId { get; init; }

    /// <summary>More, as a small object that becomes JSON.</summary>
    public object? Detail { get; init; }
}

/// <summary>What the platform itself records.</summary>
public static class AuditEvents
{
    public const string Registered = "registered";
    public const string SignedIn = "signed_in";
    public const string SignedOut = "signed_out";
    public const string SignInRefused = "sign_in_refused";
    public const string SignInLocked = "sign_in_locked";
    public const string RefreshTokenReused = "refresh_token_reused";
    public const string SessionRevoked = "session_revoked";
    public const string PasswordChanged = "password_changed";
    public const string PasswordChangeRefused = "password_change_refused";
    public const string PasswordReset = "password_reset";
    public const string EmailChanged = "email_changed";
    public const string EmailVerified = "email_verified";
    public const string AccountClaimed = "account_claimed";
    public const string RoleChanged = "role_changed";
    public const string Banned = "banned";
    public const string Unbanned = "unbanned";
    public const string AccountDeleted = "account_deleted";
    public const string ApiTokenCreated = "api_token_created";
    public const string ApiTokenRevoked = "api_token_revoked";
    public const string WebhookEndpointRegistered = "webhook_endpoint_registered";
    public const string WebhookEndpointChanged = "webhook_endpoint_changed";
    public const string WebhookEndpointDisabled = "webhook_endpoint_disabled";
    public const string WebhookEndpointRemoved = "webhook_endpoint_removed";
    public const string WebhookSecretRotated = "webhook_secret_rotated";
}
