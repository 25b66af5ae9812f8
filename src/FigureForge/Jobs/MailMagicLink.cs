using Colonnade.Platform.Accounts;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.FigureForge.Jobs;

/// <summary>Sends the code that signs in, and a link that fills it in: <c>MagicLinkUrl</c>, by default a page of this product.</summary>
public sealed record MailMagicLink(Guid AccountId, string SealedDigits) : IJob
{
    public static string Kind => "mail_magic_link";

    public async Task Run(JobRun run)
    {
        if (await run.Services.GetRequiredService<ProductAccounts>().Find(AccountId, run.Stop) is not { } account)
        {
            run.Cancel("The account is gone.");
            return;
        }

        var code = run.Services.GetRequiredService<Codes>().Reveal(SealedDigits);
        var page = run.Services.GetRequiredService<IConfiguration>()["MagicLinkUrl"] is { Length: > 0 } set ? set : run.Services.GetRequiredService<PublicUrl>().Of("/magic-link");
        var link = $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}email={Uri.EscapeDataString(account.Email)}&code={code}";
        await run.Services.GetRequiredService<Mailer>().Send(run, account.Email, new Letter(
            $"{code} is your code",
            "It signs you in, once, within ten minutes.",
            $"Your code is {code}.\n\nEnter it where you were asked for it, or open this link, which fills it in:\n\n{link}\n\nIt is good for ten minutes and once. If you did not ask for it, do nothing.",
            Html.Join([
                MailParts.Paragraph("Enter this code where you were asked for it:"),
                MailParts.Code(code),
                MailParts.Button("Fill it in for me", link),
                MailParts.Paragraph("It is good for ten minutes and once. If you did not ask for it, do nothing."),
            ])));
    }
}
