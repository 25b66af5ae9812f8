using Colonnade.Platform.Accounts;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Fragrances.Jobs;

/// <summary>What all mails that carry a link have in common.</summary>
internal static class LinkMail
{
    /// <param name="run">The job.</param>
    /// <param name="accountId">Who gets it, unless the account is gone.</param>
    /// <param name="sealedLink">The link's token, readable only here.</param>
    /// <param name="page">Where the link leads; see LinkPages.cs.</param>
    /// <param name="letter">What is written around the link.</param>
    public static async Task Send(JobRun run, Guid accountId, string sealedLink, string page, Func<string, Letter> letter)
    {
        if (await run.Services.GetRequiredService<ProductAccounts>().Find(accountId, run.Stop) is not { } account)
        {
            run.Cancel("The account is gone.");
            return;
        }

        var token = run.Services.GetRequiredService<Codes>().Reveal(sealedLink);
        var link = run.Services.GetRequiredService<PublicUrl>().Of($"{page}?token={token}");
        await run.Services.GetRequiredService<Mailer>().Send(run, account.Email, letter(link));
    }
}
