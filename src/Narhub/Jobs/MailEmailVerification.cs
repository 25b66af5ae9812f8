using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Web;

namespace Colonnade.Narhub.Jobs;

/// <summary>Sends the link that proves an address.</summary>
public sealed record MailEmailVerification(Guid AccountId, string SealedAddress, string SealedLink) : IJob
{
    private const string Text = "Please confirm that this address belongs to your Narhub account.";
    private const string Otherwise = "The link is good for 24 hours. If you have no account with us, do nothing.";

    public static string Kind => "mail_email_verification";

    public Task Run(JobRun run) => LinkMail.Send(run, AccountId, SealedAddress, SealedLink, "/verify-email", link => new Letter(
        "Confirm your e-mail address",
        Text,
        $"{Text}\n\n{link}\n\n{Otherwise}",
        Html.Join([MailParts.Paragraph(Text), MailParts.Button("Confirm address", link), MailParts.Paragraph(Otherwise)])));
}
