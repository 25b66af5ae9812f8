using Colonnade.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Sandbox.Stripe;

/// <summary>Does what has become due by everybody's clock: renewals, ends, second tries, checkouts that nobody paid in; forgets keys after a day, events after thirty.</summary>
internal sealed record TendStripe : IJob
{
    public static string Kind => "tend_stripe";

    public async Task Run(JobRun run)
    {
        var desk = run.Services.GetRequiredService<StripeDesk>();
        // Those under a test clock are moved by it alone.
        var due = await desk.Database.List<string>(
            """
            select id from stripe_objects
            where kind = 'subscription' and body ->> 'test_clock' is null
              and (body ->> 'status' in ('incomplete', 'past_due')
                or (body ->> 'status' in ('active', 'trialing') and (body #>> '{items,data,0,current_period_end}')::bigint <= extract(epoch from clock())))
            order by number
            """, null, run.Stop);
        foreach (var id in due)
        {
            await desk.Do(async call =>
            {
                await SubscriptionCycle.CatchUp(call, id, call.Now);
                return true;
            });
        }

        var expired = await desk.Database.List<string>(
            "select id from stripe_objects where kind = 'checkout.session' and body ->> 'status' = 'open' and (body ->> 'expires_at')::bigint <= extract(epoch from clock())", null, run.Stop);
        foreach (var id in expired)
        {
            await desk.Do(async call =>
            {
                var session = await call.Objects.Lock("checkout.session", id, null);
                if ((string)session["status"]! == "open")
                    await CheckoutSessions.End(call, session);
                return true;
            });
        }

        await desk.Database.Execute(
            """
            with old as (delete from stripe_objects where kind = 'event' and created < extract(epoch from clock() - interval '30 days') returning id)
            delete from stripe_deliveries where event_id in (select id from old)
            """, null, run.Stop);
        await desk.Database.Execute("delete from stripe_keys where created_at < clock() - interval '24 hours'", null, run.Stop);
    }
}
