using System.Text;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Mail;

/// <summary>
/// Tells an account's owner what happened to the account, so that somebody else's doing does not go unnoticed.
/// </summary>
/// <param name="AccountId">Whose; the address is read when the mail is sent.</param>
/// <param name="Event">One of the constants here.</param>
/// <param name="SealedAddress">Told instead of the account's address; from <see cref="ToAddress"/>.</param>
public sealed record MailSecurityNotice(Guid AccountId, string Event, byte[]? SealedAddress = null) : IJob
{
    public const string RefreshTokenReused = "refresh_token_reused";
    public const string PasswordChanged = "password_changed";
    public const string PasswordReset = "password_reset";
    public const string EmailChanged = "email_changed";
    public const string AccountLocked = "account_locked";

    private const string AddressContext = "address of a security notice";

    public static string Kind => "mail_security_notice";

    /// <summary>A notice a few hours late is still worth sending.</summary>
    public static JobRules Rules => new() { MaxAttempts = 25 };

    /// <summary>A notice to an address that is no longer, or not yet, the account's: a changed e-mail is told to the old one.</summary>
    public static MailSecurityNotice ToAddress(string address, Guid accountId, string what, Seal seal) =>
        new(accountId, what, seal.Close(Encoding.UTF8.GetBytes(address), AddressContext));

    public async Task Run(JobRun run)
    {
        var to = SealedAddress is null
            ? await run.Services.GetRequiredService<ProductDatabase>().One<string>("select email from accounts where id = @AccountId and deleted_at is null", new { AccountId }, run.Stop)
            : Encoding.UTF8.GetString(run.Services.GetRequiredService<Seal>().Open(SealedAddress, AddressContext));
        if (string.IsNullOrEmpty(to))
        {
            run.Cancel("The account has no address any more.");
            return;
        }

        await run.Services.GetRequiredService<Mailer>().Send(run, to, Letter(run.Services.GetRequiredService<ProductIdentity>().Name));
    }

    private Letter Letter(string product)
    {
        var (subject, what, advice) = Event switch
        {
            RefreshTokenReused => (
                "A session was ended for your safety",
                $"A sign-in credential of your {product} account was used a second time. That can mean that somebody copied it, so we ended that session on all devices that shared it.",
                "You can simply sign in again. If this was not caused by you, change your password as well."),
            PasswordChanged => (
                "Your password was changed",
                $"The password of your {product} account was changed, and all other sessions were ended.",
                "If this was not you, reset your password now: that also ends every session."),
            PasswordReset => (
                "Your password was reset",
                $"The password of your {product} account was reset with a code sent to this address, and all sessions were ended.",
                "If this was not you, somebody can read your mail: secure your mailbox first, then reset the password again."),
            EmailChanged => (
                "Your e-mail address was changed",
                $"The e-mail address of your {product} account was changed.",
                "If this was not you, contact us by answering from this address."),
            AccountLocked => (
                "Sign-in was paused",
                $"Somebody entered a wrong password for your {product} account several times, so sign-in with a password is paused for a while. Sessions that are open stay open.",
                "If this was you, wait a little or reset your password. If not, there is nothing you have to do."),
            _ => throw new InvalidOperationException($"There is no security notice for the event {Event}."),
        };
        return new Letter(subject, what, $"{what}\n\n{advice}", Html.Join([MailParts.Paragraph(what), MailParts.Paragraph(advice)]));
    }
}
