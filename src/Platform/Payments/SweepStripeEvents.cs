using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Payments;

/// <summary>Forgets the ids of events after 60 days: twice as long as Stripe can send one again.</summary>
internal sealed record SweepStripeEvents : IJob
{
    public static string Kind => "sweep_stripe_events";

    public Task Run(JobRun run) => run.Services.GetRequiredService<ProductDatabase>().Execute(
        "delete from stripe_events where received_at < clock() - interval '60 days'", null, run.Stop);
}
