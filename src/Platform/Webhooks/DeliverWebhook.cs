using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Webhooks;

/// <summary>
/// Delivers one event to one endpoint; between attempts it is scheduled and holds no worker. The row of the delivery
/// says how far it is, so that a job that runs again finds what is left to do.
/// </summary>
/// <remarks>
/// An attempt is claimed before it is made, by the worker that holds the job. A node that dies in the midst of one leaves
/// it without outcome; the next is made at once and uses up no place in the schedule.
/// </remarks>
internal sealed record DeliverWebhook(Guid Event, Guid Endpoint, int Round) : IJob
{
    private static readonly TimeSpan LongestFailing = TimeSpan.FromDays(5);

    public static string Kind => "deliver_webhook";

    /// <summary>A lane of its own, so that slow receivers keep nobody waiting but each other.</summary>
    public static JobRules Rules => new() { Lane = "webhooks", Workers = 8 };

    /// <summary>Of the jobs of a round one is alive.</summary>
    internal string Key => $"{Event}/{Endpoint}/{Round}";

    /// <summary>Puts the job into the transaction. Endpoints take turns: a receiver with a thousand events delays nobody else's.</summary>
    public Task Enqueue(Work work, CancellationToken stop) => work.Enqueue(this, stop, new JobOptions { Owner = Endpoint.ToString(), UniqueKey = Key });

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        if (await Claim(database, run) is not { } claim)
            return;
        AttemptResult result;
        try
        {
            result = await run.Services.GetRequiredService<WebhookSender>().Send(claim, run.Stop);
        }
        catch (OperationCanceledException)
        {
            await database.Execute(
                "update webhook_attempts set error = 'interrupted' where event_id = @EventId and endpoint_id = @EndpointId and number = @Number", claim, CancellationToken.None);
            throw;
        }

        // What was sent was sent: its outcome is recorded even if the node stops or the lease ran out.
        await using var work = await database.Begin(CancellationToken.None);
        await work.Execute(
            """
            update webhook_attempts set status = @Status, error = @Error, duration_ms = @DurationMs
            where event_id = @Event and endpoint_id = @Endpoint and number = @Number
            """, new { Event, Endpoint, claim.Number, result.Status, result.Error, result.DurationMs }, CancellationToken.None);
        if (result.IsAccepted)
            await Accept(work);
        else
            await Fail(work, claim, result, run);
        await work.Commit(CancellationToken.None);
    }

    /// <summary>Begins the next attempt; null, and the job is over, when there is none to make.</summary>
    private async Task<ClaimedAttempt?> Claim(ProductDatabase database, JobRun run)
    {
        await using var work = await database.Begin(run.Stop);
        if (!await run.IsHeld(work))
            throw new JobLostException(run.JobId);
        var isDeliverable = await work.One<bool?>(
            """
            select p.disabled_at is null and p.removed_at is null
            from webhook_deliveries d join webhook_endpoints p on p.id = d.endpoint_id
            where d.event_id = @Event and d.endpoint_id = @Endpoint and d.round = @Round and d.state = 'waiting'
            for update of d
            """, this, run.Stop);
        if (isDeliverable is null)
        {
            run.Cancel("It was delivered, or is sent again by another job.");
            return null;
        }

        if (isDeliverable is false)
        {
            run.Cancel("The endpoint is disabled.");
            await work.Execute(
                """
                update webhook_deliveries set state = 'cancelled', finished_at = clock(), next_at = null
                where event_id = @Event and endpoint_id = @Endpoint
                """, this, run.Stop);
            await work.Commit(run.Stop);
            return null;
        }

        var claim = await work.One<ClaimedAttempt>(
            """
            with claimed as (
                update webhook_deliveries set attempts = attempts + 1 where event_id = @Event and endpoint_id = @Endpoint
                returning event_id, endpoint_id, attempts as number, failures
            ), started as (
                insert into webhook_attempts (event_id, endpoint_id, number) select event_id, endpoint_id, number from claimed returning started_at
            )
            select claimed.*, started_at, e.body, p.url,
                   array(select id from webhook_secrets where endpoint_id = @Endpoint and coalesce(expires_at > clock(), true) order by expires_at desc nulls first, id desc) as secret_ids,
                   array(select sealed from webhook_secrets where endpoint_id = @Endpoint and coalesce(expires_at > clock(), true) order by expires_at desc nulls first, id desc) as sealed_secrets
            from claimed, started, webhook_events e, webhook_endpoints p
            where e.id = @Event and p.id = @Endpoint
            """, this, run.Stop);
        await work.Commit(run.Stop);
        return claim;
    }

    private async Task Accept(Work work)
    {
        await work.Execute(
            """
            update webhook_deliveries set state = 'delivered', finished_at = clock(), next_at = null
            where event_id = @Event and endpoint_id = @Endpoint and round = @Round and state = 'waiting'
            """, this, CancellationToken.None);
        await work.Execute("update webhook_endpoints set failing_since = null where id = @Endpoint and failing_since is not null", this, CancellationToken.None);
    }

    private async Task Fail(Work work, ClaimedAttempt claim, AttemptResult result, JobRun run)
    {
        var pause = result.IsGone ? null : WebhookSchedule.PauseAfter(claim.Failures + 1);
        var wait = pause is null ? TimeSpan.Zero : WebhookSchedule.WithJitter(pause.Value);
        // Only for the attempt that is still the last: a worker that lost its job changes nothing that another has begun.
        var recorded = await work.Execute(
            """
            update webhook_deliveries set
                failures = failures + 1,
                state = case when @IsOver then 'failed' else state end,
                next_at = case when @IsOver then null else clock() + @wait end,
                finished_at = case when @IsOver then clock() end
            where event_id = @Event and endpoint_id = @Endpoint and round = @Round and attempts = @Number and state = 'waiting'
            """, new { Event, Endpoint, Round, claim.Number, IsOver = pause is null, wait }, CancellationToken.None) == 1;
        if (recorded && pause is not null)
            run.Reschedule(wait);

        await work.Execute("update webhook_endpoints set failing_since = clock() where id = @Endpoint and failing_since is null", this, CancellationToken.None);
        var because = await work.One<string>(
            """
            update webhook_endpoints set
                disabled_at = clock(), disabled_because = case when @IsGone then 'gone' else 'failing' end, updated_at = clock(), version = version + 1
            where id = @Endpoint and disabled_at is null and removed_at is null and (@IsGone or failing_since <= clock() - @LongestFailing)
            returning disabled_because
            """, new { Endpoint, result.IsGone, LongestFailing }, CancellationToken.None);
        if (because is null)
            return;
        await work.Audit(new AuditEntry(AuditEvents.WebhookEndpointDisabled, null, ClientFacts.None) { Detail = new { endpoint = Endpoint, because } }, CancellationToken.None);
        work.AfterCommit(run.Services.GetRequiredService<WebhookInterest>().Forget);
        run.Services.GetRequiredService<ILogger<DeliverWebhook>>().LogWarning("Webhook endpoint {Endpoint} was disabled: {Because}", Endpoint, because);
    }
}
