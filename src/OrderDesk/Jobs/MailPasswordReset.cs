using Colonnade.Platform.Accounts;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.OrderDesk.Jobs;

/// <summary>Sends the code that sets a new password.</summary>
public sealed record MailPasswordReset(Guid AccountId, string SealedAddress, string SealedDigits) : IJob
{
    public static string Kind => "mail_password_reset";

    public async Task Run(JobRun run)
    {
        var codes = run.Services.GetRequiredService<Codes>();
        var to = EmailAddress.Parse(codes.Reveal(SealedAddress));
        if ((await run.Services.GetRequiredService<ProductAccounts>().Find(to, run.Stop))?.Id != AccountId)
        {
            run.Cancel("The account is gone or has another address.");
            return;
        }

        var code = codes.Reveal(SealedDigits);
        ConsoleCodes.Show(run.Services, "Password reset", AccountId, code);
        await run.Services.GetRequiredService<Mailer>().Send(run, to.Text, new Letter(
            "Your password reset code",
            "The code is good for 15 minutes.",
            $"Somebody asked for a new password for your account. If that was you, this is the code:\n\n{code}\n\nIt is good for 15 minutes and once. Otherwise do nothing: your password stays as it is.",
            Html.Join([
                MailParts.Paragraph("Somebody asked for a new password for your account. If that was you, this is the code."),
                MailParts.Code(code),
                MailParts.Paragraph("It is good for 15 minutes and once. Otherwise do nothing: your password stays as it is."),
            ])));
    }
}
