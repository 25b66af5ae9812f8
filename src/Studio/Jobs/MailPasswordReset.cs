using Colonnade.Platform.Accounts;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Studio.Jobs;

/// <summary>Sends the link that sets a new password.</summary>
public sealed record MailPasswordReset(Guid AccountId, string SealedLink) : IJob
{
    public static string Kind => "mail_password_reset";

    public async Task Run(JobRun run)
    {
        if (await run.Services.GetRequiredService<ProductAccounts>().Find(AccountId, run.Stop) is not { } account)
        {
            run.Cancel("The account is gone.");
            return;
        }

        var token = run.Services.GetRequiredService<Codes>().Reveal(SealedLink);
        var link = run.Services.GetRequiredService<PublicUrl>().Of($"/reset-password?token={token}");
        await run.Services.GetRequiredService<Mailer>().Send(run, account.Email, new Letter(
            "Set a new password",
            "The link is good for ten minutes.",
            $"Somebody asked for a new password for your account. If that was you, set it here:\n\n{link}\n\nThe link is good for ten minutes and once. Otherwise do nothing: your password stays as it is.",
            Html.Join([
                MailParts.Paragraph("Somebody asked for a new password for your account. If that was you, set it here."),
                MailParts.Button("Set a new password", link),
                MailParts.Paragraph("The link is good for ten minutes and once. Otherwise do nothing: your password stays as it is."),
            ])));
    }
}
