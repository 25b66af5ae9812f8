using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Web;

namespace Colonnade.Narhub.Jobs;

/// <summary>Sends the link that sets a new password.</summary>
public sealed record MailPasswordReset(Guid AccountId, string SealedAddress, string SealedLink) : IJob
{
    private const string Text = "Somebody asked for a new password for your Narhub account. If that was you, set it here.";
    private const string Otherwise = "The link is good for ten minutes and once. Otherwise do nothing: your password stays as it is.";

    public static string Kind => "mail_password_reset";

    public Task Run(JobRun run) => LinkMail.Send(run, AccountId, SealedAddress, SealedLink, "/reset-password", link => new Letter(
        "Set a new password",
        "The link is good for ten minutes.",
        $"{Text}\n\n{link}\n\n{Otherwise}",
        Html.Join([MailParts.Paragraph(Text), MailParts.Button("Set a new password", link), MailParts.Paragraph(Otherwise)])));
}
