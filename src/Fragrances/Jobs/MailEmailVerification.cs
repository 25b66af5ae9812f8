using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Web;

namespace Colonnade.Fragrances.Jobs;

/// <summary>Sends the link that proves an address.</summary>
public sealed record MailEmailVerification(Guid AccountId, string SealedLink) : IJob
{
    public static string Kind => "mail_email_verification";

    public Task Run(JobRun run) => LinkMail.Send(run, AccountId, SealedLink, "/verify-email", link => new Letter(
        "Confirm your e-mail address",
        "One click, and your address is confirmed.",
        $"Welcome. Please confirm that this address is yours:\n\n{link}\n\nThe link is good for 24 hours. If you did not register, do nothing.",
        Html.Join([
            MailParts.Paragraph("Welcome. Please confirm that this address is yours."),
            MailParts.Button("Confirm address", link),
            MailParts.Paragraph("The link is good for 24 hours. If you did not register, do nothing."),
        ])));
}
