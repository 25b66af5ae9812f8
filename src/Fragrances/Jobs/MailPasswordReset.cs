using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Web;

namespace Colonnade.Fragrances.Jobs;

/// <summary>Sends the link that sets a new password.</summary>
public sealed record MailPasswordReset(Guid AccountId, string SealedLink) : IJob
{
    public static string Kind => "mail_password_reset";

    public Task Run(JobRun run) => LinkMail.Send(run, AccountId, SealedLink, "/reset-password", link => new Letter(
        "Set a new password",
        "The link is good for ten minutes.",
        $"Somebody asked for a new password for your account. If that was you, set it here:\n\n{link}\n\nThe link is good for ten minutes and once. Otherwise do nothing: your password stays as it is.",
        Html.Join([
            MailParts.Paragraph("Somebody asked for a new password for your account. If that was you, set it here."),
            MailParts.Button("Set a new password", link),
            MailParts.Paragraph("The link is good for ten minutes and once. Otherwise do nothing: your password stays as it is."),
        ])));
}
