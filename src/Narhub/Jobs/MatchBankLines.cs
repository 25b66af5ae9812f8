using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Narhub.Jobs;

/// <summary>Finishes an import that was interrupted between keeping the lines and finding their orders.</summary>
public sealed record MatchBankLines : IJob
{
    public static string Kind => "match_bank_lines";

    public static JobRules Rules => new() { TimeOut = TimeSpan.FromMinutes(10) };

    public Task Run(JobRun run) => run.Services.GetRequiredService<BankMatching>().MatchAll(run.Stop);
}
