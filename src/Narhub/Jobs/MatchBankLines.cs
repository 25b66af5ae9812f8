using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Narhub.Jobs;

/// <summary>Finds the orders of lines that their import left: it was interrupted, or there were many.</summary>
public sealed record MatchBankLines : IJob
{
    public static string Kind => "match_bank_lines";

    public static JobRules Rules => new() { TimeOut = TimeSpan.FromMinutes(10) };

    public Task Run(JobRun run) => run.Services.GetRequiredService<BankMatching>().Match(int.MaxValue, run.Stop);
}
