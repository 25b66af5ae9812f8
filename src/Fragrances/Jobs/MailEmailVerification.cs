using Colonnade.Platform.Accounts;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Fragrances.Jobs;

/// <summary>Sends the link that proves an address.</summary>
public sealed record MailEmailVerification(Guid AccountId, string SealedLink) : IJob
{
    public static string Kind => "mail_email_verification";

    public async Task Run(JobRun run)
    {
        if (await run.Services.GetRequiredService<ProductAccounts>().Find(AccountId, run.Stop) is not { } account)
        {
            run.Cancel("The account is gone.");
            return;
        }

        var token = run.Services.GetRequiredService<Codes>().Reveal(SealedLink);
        var link = run.Services.GetRequiredService<PublicUrl>().Of("/verify-email?token=" + token);
        await run.Services.GetRequiredService<Mailer>().Send(run, account.Email, new Letter(
            "Confirm your e-mail address",
            "One click, and your address is confirmed.",
            $"Welcome. Please confirm that this address is yours:\n\n{link}\n\nThe link is good for 24 hours. If you did not register, do nothing.",
            Html.Join([
                MailParts.Paragraph("Welcome. Please confirm that this address is yours."),
                MailParts.Button("Confirm address", link),
                MailParts.Paragraph("The link is good for 24 hours. If you did not register, do nothing."),
            ])));
    }
}
