using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Web;

namespace Colonnade.OrderDesk.Jobs;

/// <summary>Sends the code that sets a new password.</summary>
public sealed record MailPasswordReset(Guid AccountId, string SealedAddress, string SealedDigits) : IJob
{
    public static string Kind => "mail_password_reset";

    public Task Run(JobRun run) => CodeMail.Send(run, AccountId, SealedAddress, SealedDigits, "Password reset", code => new Letter(
        "Your password reset code",
        "The code is good for 15 minutes.",
        $"Somebody asked for a new password for your account. If that was you, this is the code:\n\n{code}\n\nIt is good for 15 minutes and once. Otherwise do nothing: your password stays as it is.",
        Html.Join([
            MailParts.Paragraph("Somebody asked for a new password for your account. If that was you, this is the code."),
            MailParts.Code(code),
            MailParts.Paragraph("It is good for 15 minutes and once. Otherwise do nothing: your password stays as it is."),
        ])));
}
