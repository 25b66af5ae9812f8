using Colonnade.Platform.Accounts;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.OneTimeCodes;
using Colonnade.Platform.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Colonnade.OrderDesk.Jobs;

/// <summary>What all mails that carry a code have in common.</summary>
internal static class CodeMail
{
    /// <param name="run">The job.</param>
    /// <param name="accountId">Whose address it must still be.</param>
    /// <param name="sealedAddress">Where the code was meant to go.</param>
    /// <param name="sealedDigits">The code, readable only here.</param>
    /// <param name="what">What the code is for.</param>
    /// <param name="letter">What is written around the code.</param>
    public static async Task Send(JobRun run, Guid accountId, string sealedAddress, string sealedDigits, string what, Func<string, Letter> letter)
    {
        var codes = run.Services.GetRequiredService<Codes>();
        var to = EmailAddress.Parse(codes.Reveal(sealedAddress));
        if ((await run.Services.GetRequiredService<ProductAccounts>().Find(to, run.Stop))?.Id != accountId)
        {
            run.Cancel("The account is gone or has another address.");
            return;
        }

        var code = codes.Reveal(sealedDigits);
        // The document promises developers the code on the console; elsewhere it must meet no log.
        if (run.Services.GetRequiredService<IHostEnvironment>().IsDevelopment())
            run.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Colonnade.OrderDesk.Codes").LogInformation("{What} code of account {Account}: {Code}", what, AccountHash.Of(accountId), code);
        await run.Services.GetRequiredService<Mailer>().Send(run, to.Text, letter(code));
    }
}
