using Colonnade.Platform.Accounts;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Narhub.Jobs;

/// <summary>What all mails that carry a link have in common.</summary>
internal static class LinkMail
{
    /// <param name="run">The job.</param>
    /// <param name="accountId">Whose address it must still be.</param>
    /// <param name="sealedAddress">Where the link was meant to go.</param>
    /// <param name="sealedLink">The link's token, readable only here.</param>
    /// <param name="page">Where the link leads; see LinkPages.cs.</param>
    /// <param name="letter">What is written around the link.</param>
    public static async Task Send(JobRun run, Guid accountId, string sealedAddress, string sealedLink, string page, Func<string, Letter> letter)
    {
        var codes = run.Services.GetRequiredService<Codes>();
        var to = EmailAddress.Parse(codes.Reveal(sealedAddress));
        if ((await run.Services.GetRequiredService<ProductAccounts>().Find(to, run.Stop))?.Id != accountId)
        {
            run.Cancel("The account is gone or has another address.");
            return;
        }

        var link = run.Services.GetRequiredService<PublicUrl>().Of($"{page}?token={codes.Reveal(sealedLink)}");
        await run.Services.GetRequiredService<Mailer>().Send(run, to.Text, letter(link));
    }
}
