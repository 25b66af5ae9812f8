using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.OrderDesk.Jobs;

/// <summary>Sends the code and the link of which either proves an address.</summary>
public sealed record MailEmailVerification(Guid AccountId, string SealedAddress, string SealedDigits, string SealedLink) : IJob
{
    public static string Kind => "mail_email_verification";

    public Task Run(JobRun run)
    {
        var uuid = run.Services.GetRequiredService<Codes>().Reveal(SealedLink);
        var link = run.Services.GetRequiredService<PublicUrl>().Of("/confirm-email?uuid=" + uuid);
        return CodeMail.Send(run, AccountId, SealedAddress, SealedDigits, "Verification", code => new Letter(
            "Confirm your e-mail address",
            "A code to type or a link to open: either confirms your address.",
            $"Please confirm that this address is yours. Type this code (good for 10 minutes):\n\n{code}\n\nor open this link (good for 24 hours):\n\n{link}\n\nPrograms confirm with the UUID {uuid}. If you did not register, do nothing.",
            Html.Join([
                MailParts.Paragraph("Please confirm that this address is yours. Type this code, which is good for 10 minutes:"),
                MailParts.Code(code),
                MailParts.Paragraph("or open this link, which is good for 24 hours:"),
                MailParts.Button("Confirm address", link),
                MailParts.Paragraph($"Programs confirm with the UUID {uuid}. If you did not register, do nothing."),
            ])));
    }
}
