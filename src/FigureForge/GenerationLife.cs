using Colonnade.FigureForge.Jobs;
using Colonnade.Platform.Database;
using Colonnade.Platform.Files;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Jobs;

namespace Colonnade.FigureForge;

/// <summary>
/// From the wish to the end of a generation, and with it the credits: taken by the statement that makes the generation, kept by the one
/// that completes it, given back by any other end. Each end comes once: whoever is later changes nothing.
/// </summary>
/// <remarks>The artist's row is locked before anything else, so that balances, places and queue move one step at a time.</remarks>
internal static class GenerationLife
{
    /// <summary>Credits, places, the generation, its pictures, the ledger's line and the job of one that is let in: everything at once.</summary>
    private static readonly string PlaceSql =
        $"""
        with paid as (
            update artists set
                last_monthly = least(monthly_credits, @Credits), last_is_admitted = in_flight < concurrency_of(tier_now(tier, tier_until)),
                monthly_credits = monthly_credits - least(monthly_credits, @Credits), pack_credits = pack_credits - greatest(@Credits - monthly_credits, 0),
                in_flight = in_flight + (in_flight < concurrency_of(tier_now(tier, tier_until)))::int
            where account_id = @account and period_end > clock() and monthly_credits + pack_credits >= @Credits
            returning last_monthly as monthly, @Credits - last_monthly as pack, period_start, last_is_admitted as is_admitted
        ), made as (
            insert into generations (id, account_id, state, model, prompt, filters, seed, batch_size, credits, is_admitted, retried_from, remixed_from, deadline_at)
            select @Id, @account, 'queued', @Model, @Prompt, @Filters::jsonb, @Seed, @BatchSize, @Credits, is_admitted, @RetriedFrom, @RemixedFrom, clock() + make_interval(secs => @MaxWaitSeconds)
            from paid returning state, is_admitted, created_at
        ), reserved as (
            insert into credit_reservations (generation_id, account_id, monthly, pack, period_start) select @Id, @account, monthly, pack, period_start from paid
        ), noted as (
            insert into credit_ledger (account_id, kind, monthly, pack, generation_id) select @account, 'reserve', -monthly, -pack, @Id from paid
        ), pictures as (
            insert into renders (generation_id, ordinal, seed) select @Id, n, @Seed + n from paid, generate_series(0, @BatchSize - 1) n
        ), let_in as (
            select from paid where is_admitted
        ), job as (
            {JobInsert.From("let_in", "@account::text", "@Id::text")}
        )
        select state, is_admitted, created_at from made
        """;

    private const string RefuseSql =
        """
        insert into generations (id, account_id, state, model, prompt, filters, seed, batch_size, credits, error_code, error_message, finished_at, retried_from, remixed_from)
        values (@Id, @account, 'failed', @Model, @Prompt, @Filters::jsonb, @Seed, @BatchSize, 0, @Code, @Message, clock(), @RetriedFrom, @RemixedFrom)
        returning state, is_admitted, created_at
        """;

    /// <summary>In one statement, unless there is a deadline. Null when the credits do not suffice, or the month is over; then nothing was written.</summary>
    public static async Task<PlacedRow?> Place(SingleStatement statement, GenerationOrder order, Guid account, CancellationToken stop)
    {
        if (order.MaxWaitSeconds is not null && !order.IsForbidden)
        {
            return await statement.InWork(async work =>
            {
                var late = await Place(work, order, account, stop);
                await work.Commit(stop);
                return late;
            }, stop);
        }

        var (sql, parameters) = StatementOf(order, account);
        var placed = await statement.One<PlacedRow>(sql, parameters, stop);
        if (placed is { IsAdmitted: true })
            statement.TellWorkers();
        return placed;
    }

    /// <summary>The same beside other statements.</summary>
    public static async Task<PlacedRow?> Place(Work work, GenerationOrder order, Guid account, CancellationToken stop)
    {
        var (sql, parameters) = StatementOf(order, account);
        var placed = await work.One<PlacedRow>(sql, parameters, stop);
        if (placed is { IsAdmitted: true })
            work.TellWorkers();
        if (placed is not null && order is { MaxWaitSeconds: { } wait, IsForbidden: false })
            await work.Enqueue(new ExpireGeneration(order.Id), stop, new JobOptions { After = TimeSpan.FromSeconds(wait) });
        return placed;
    }

    /// <summary>A forbidden wish leaves a trace and costs nothing.</summary>
    private static (string Sql, object Parameters) StatementOf(GenerationOrder order, Guid account)
    {
        var job = order.Model.Endpoint is null ? JobInsert.Of(new DrawFigures(order.Id)) : JobInsert.Of(new AskBlackForestLabs(order.Id));
        return (order.IsForbidden ? RefuseSql : PlaceSql, new
        {
            order.Id,
            account,
            Model = order.Model.Id,
            order.Prompt,
            order.Filters,
            order.Seed,
            order.BatchSize,
            order.Credits,
            order.RetriedFrom,
            order.RemixedFrom,
            order.MaxWaitSeconds,
            JobError.Moderated.Code,
            JobError.Moderated.Message,
            job.JobId,
            job.JobKind,
            job.JobLane,
            job.JobPayload,
            job.JobMaxAttempts,
        });
    }

    /// <summary>Ends a generation and settles its credits; lets the artist's next in.</summary>
    /// <returns>False when it has ended already.</returns>
    public static async Task<bool> End(Work work, Guid id, string state, JobError? error, CancellationToken stop)
    {
        var account = await work.One<Guid?>("select account_id from artists where account_id = (select account_id from generations where id = @id) for update", new { id }, stop);
        if (account is null)
            return false;
        var isEnded = await work.Execute(
            """
            with ended as (
                update generations set state = @state, error_code = @Code, error_message = @Message, finished_at = clock(), version = version + 1,
                    progress = case when @state = 'completed' then 1 else progress end
                where id = @id and state in ('queued', 'processing')
                returning account_id, is_admitted, batch_size
            ), settled as (
                update credit_reservations set state = case when @state = 'completed' then 'captured' else 'released' end
                where generation_id = @id and state = 'reserved' and exists (select from ended)
                returning account_id, period_start, monthly, pack
            ), back as (
                -- What the month gave goes back to that month alone.
                select s.account_id, case when s.period_start = a.period_start then s.monthly else 0 end as monthly, s.pack
                from settled s join artists a on a.account_id = s.account_id where @state <> 'completed'
            ), noted as (
                insert into credit_ledger (account_id, kind, monthly, pack, generation_id)
                select account_id, 'release', monthly, pack, @id from back
                union all
                select account_id, 'capture', 0, 0, @id from settled where @state = 'completed'
            )
            update artists a set
                monthly_credits = a.monthly_credits + coalesce((select monthly from back), 0), pack_credits = a.pack_credits + coalesce((select pack from back), 0),
                in_flight = a.in_flight - ended.is_admitted::int,
                images_generated = a.images_generated + case when @state = 'completed' then ended.batch_size else 0 end
            from ended where a.account_id = ended.account_id
            """, new { id, state, Code = error?.Code, Message = error?.Message }, stop) == 1;
        if (!isEnded)
            return false;
        if (state != JobState.Completed)
        {
            foreach (var file in await work.List<Guid>("select file_id from renders where generation_id = @id and file_id is not null", new { id }, stop))
                await ProductFiles.Remove(work, file, stop);
        }

        await Admit(work, account.Value, stop);
        return true;
    }

    /// <summary>Lets in what waits for a place of this artist's, the oldest first. The artist's row is locked.</summary>
    public static async Task Admit(Work work, Guid account, CancellationToken stop)
    {
        var admitted = await work.List<AdmittedRow>(
            """
            with waiting as (
                select g.id from generations g
                where g.account_id = @account and g.state = 'queued' and not g.is_admitted
                order by g.id
                limit greatest(0, (select concurrency_of(tier_now(tier, tier_until)) - in_flight from artists where account_id = @account))
            ), admitted as (
                update generations g set is_admitted = true from waiting where g.id = waiting.id returning g.id, g.model
            ), counted as (
                update artists set in_flight = in_flight + (select count(*) from admitted) where account_id = @account
            )
            select id, model from admitted order by id
            """, new { account }, stop);
        foreach (var generation in admitted)
            await Enqueue(work, generation.Id, generation.Model, account, stop);
    }

    /// <summary>The job has the generation's id for its key: one is alive at a time, and it can be found.</summary>
    private static Task<Guid> Enqueue(Work work, Guid id, string model, Guid account, CancellationToken stop)
    {
        var options = new JobOptions { Owner = account.ToString(), UniqueKey = id.ToString() };
        return model == GenerationModels.Mannequin ? work.Enqueue(new DrawFigures(id), stop, options) : work.Enqueue(new AskBlackForestLabs(id), stop, options);
    }

    private sealed record AdmittedRow
    {
        public Guid Id { get; init; }
        public string Model { get; init; } = "";
    }
}

/// <summary>A generation that was just made.</summary>
internal sealed record PlacedRow
{
    public string State { get; init; } = "";
    public bool IsAdmitted { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The states of a job.</summary>
public static class JobState
{
    public const string Queued = "queued";
    public const string Processing = "processing";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public static bool IsFinal(string state) => state is Completed or Failed or Cancelled;
}

/// <summary>Why there are no pictures. Nothing was charged.</summary>
public sealed record JobError(string Code, string Message)
{
    public static JobError Moderated { get; } = new("CONTENT_MODERATED", "This is not drawn here. Nothing was charged.");

    public static JobError Late { get; } = new("DEADLINE_EXCEEDED", "The pictures were not ready within max_wait_seconds. Nothing was charged.");

    public static JobError Broken { get; } = new("GENERATION_FAILED", "The pictures could not be made. Nothing was charged.");

    public static JobError ProviderAway { get; } = new("PROVIDER_UNAVAILABLE", "The provider of this model cannot draw at the moment. Nothing was charged.");

    public static JobError Refused(string why) => new("PROVIDER_REFUSED", $"The provider of this model refused: {why}. Nothing was charged.");
}
