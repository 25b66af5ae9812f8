using Colonnade.Platform.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Colonnade.OrderDesk.Jobs;

/// <summary>The document promises developers the code on the console. Nowhere but in Development.</summary>
internal static class ConsoleCodes
{
    public static void Show(IServiceProvider services, string what, Guid account, string code)
    {
        if (services.GetRequiredService<IHostEnvironment>().IsDevelopment())
            services.GetRequiredService<ILoggerFactory>().CreateLogger("Colonnade.OrderDesk.Codes").LogInformation("{What} code of account {Account}: {Code}", what, AccountHash.Of(account), code);
    }
}
