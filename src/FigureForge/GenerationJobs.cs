using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Colonnade.FigureForge;

/// <summary>/api/images/job: how far a generation is, and its end before its time.</summary>
public static class GenerationJobs
{
    private const int LongestWait = 60;
    private static readonly TimeSpan StalledAfter = TimeSpan.FromMinutes(5);

    /// <summary>A row for each image, one without when there is none yet.</summary>
    private const string Query =
        """
        select g.id as job_id, g.account_id as owner, g.state, g.model as job_model, g.prompt as job_prompt, g.filters::text as job_filters, g.seed as job_seed, g.batch_size, g.credits, g.attempt,
            g.progress, g.is_cancel_requested, g.error_code, g.error_message, g.retried_from, g.remixed_from, g.version, g.is_admitted,
            g.created_at as job_created_at, g.started_at, g.finished_at, g.deadline_at,
            i.id, i.file_id, f.image_state, i.seed, i.width, i.height
        from generations g left join images i on i.generation_id = g.id and i.deleted_at is null left join files f on f.id = i.file_id
        where g.id = @id and g.account_id = @account
        order by i.ordinal
        """;

    /// <summary>Asked only while it is being drawn.</summary>
    private const string Stalled = "select progress_at < clock() - @StalledAfter from generations where id = @id";

    private static readonly QueryWhole Wait = new("wait", 0, "How many seconds to wait for the end; at most 60 whatever is asked") { Otherwise = 0 };

    public static void MapGenerationJobs(this IEndpointRouteBuilder images)
    {
        var job = images.MapGroup("/job/{id}").RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller);
        job.MapGet("/", Status)
            .WithSummary("Read how a generation stands").Query(Wait).Refuses(FigureForgeErrors.NotFound("Job"));
        job.MapGet("/events/", JobEvents.Stream)
            .WithSummary("Hear how a generation goes, as server-sent events").Sends("text/event-stream").Refuses(FigureForgeErrors.NotFound("Job"));
        job.MapPost("/cancel/", Cancel).Idempotent()
            .WithSummary("Cancel a generation").Produces<JobStatus>().Produces<JobStatus>(StatusCodes.Status202Accepted).Refuses(FigureForgeErrors.NotFound("Job"), FigureForgeErrors.Conflict("The job is completed already"));
        job.MapPost("/retry/", Retry).Idempotent()
            .WithSummary("Try a failed generation again")
            .Refuses(FigureForgeErrors.NotFound("Job"), FigureForgeErrors.Conflict("The job is completed; only a failed or cancelled one is retried"), FigureForgeErrors.NoCredits(2, 1, new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero)), FigureForgeErrors.ModelAway("flux-pro"));
    }

    /// <summary>Null when it is not the caller's.</summary>
    internal static async Task<JobStatus?> Find(ProductDatabase database, ImageLinks links, GenerationModels models, Guid id, Guid account, CancellationToken stop)
    {
        var rows = await database.List<StatusRow>(Query, new { id, account }, stop);
        if (rows is not [var row, ..])
            return null;
        int? position = row.State == JobState.Queued ? await PositionOf(database, row, stop) : null;
        var isStalled = row.State == JobState.Processing && await database.One<bool>(Stalled, new { id, StalledAfter }, stop);
        return await Shown(rows, position, isStalled, links, models, stop);
    }

    private static async Task<JobStatus> Shown(List<StatusRow> rows, int? position, bool isStalled, ImageLinks links, GenerationModels models, CancellationToken stop)
    {
        var row = rows[0];
        var seconds = (models.Find(row.JobModel)?.Seconds ?? 10) * row.BatchSize;
        int? eta = position is { } place ? place * seconds : row.State == JobState.Processing ? Math.Max(1, (int)Math.Ceiling(seconds * (1 - row.Progress))) : null;
        var images = new List<JobImage>(rows.Count);
        foreach (var image in rows.Where(image => image.Id != Guid.Empty))
            images.Add(JobImage.Of(image, await links.Of(image, isSmall: false, stop)));
        return new JobStatus(
            WireId.Job(row.JobId), row.State, row.JobModel, row.JobPrompt, JsonElement.Parse(row.JobFilters), row.JobSeed, row.BatchSize, row.Credits,
            row.State == JobState.Completed ? 1 : Math.Round((double)row.Progress, 3), position, eta, row.Attempt, isStalled, row.IsCancelRequested,
            row.RetriedFrom is { } retried ? WireId.Job(retried) : null, row.RemixedFrom is { } remixed ? WireId.Image(remixed) : null,
            row.JobCreatedAt, row.StartedAt, row.FinishedAt, row.DeadlineAt, row.ErrorCode is null ? null : new JobError(row.ErrorCode, row.ErrorMessage!), images)
        {
            Version = row.Version,
        };
    }

    private static async Task<Results<Ok<JobStatus>, ProblemHttpResult>> Status(
        string id, Caller caller, ProductDatabase database, ImageLinks links, GenerationModels models, GenerationNews news, IHostApplicationLifetime lifetime, HttpRequest request,
        CancellationToken stop)
    {
        var query = new QueryReader(request, FigureForgeErrors.Invalid);
        var wait = TimeSpan.FromSeconds(Math.Min(query.Whole(Wait) ?? 0, LongestWait));
        if (query.Refusal is { } refusal)
            return refusal;
        var job = WireId.Parse("job", id);
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var next = wait > TimeSpan.Zero ? news.Next(job) : Task.CompletedTask;
            if (await Find(database, links, models, job, caller.AccountId, stop) is not { } status)
            {
                news.Wake(job);
                return FigureForgeErrors.NotFound("Job");
            }

            var left = wait - Stopwatch.GetElapsedTime(begun);
            if (JobState.IsFinal(status.Status) || left <= TimeSpan.Zero || lifetime.ApplicationStopping.IsCancellationRequested)
            {
                if (wait > TimeSpan.Zero)
                    news.Wake(job);
                return TypedResults.Ok(status);
            }

            await news.Wait(job, next, left, stop);
        }
    }

    private static async Task<IResult> Cancel(string id, Caller caller, Work work, ImageLinks links, GenerationModels models, CancellationToken stop)
    {
        var job = WireId.Parse("job", id);
        await Artists.Lock(work, caller.AccountId, stop);
        var state = await work.One<string>("select state from generations where id = @job and account_id = @AccountId for update", new { job, caller.AccountId }, stop);
        if (state is null)
            return FigureForgeErrors.NotFound("Job");
        if (JobState.IsFinal(state))
            return FigureForgeErrors.Conflict($"The job is {state} already");
        var isRequested = state == JobState.Processing;
        if (isRequested)
            await work.Execute("update generations set is_cancel_requested = true, progress = progress, version = version + 1 where id = @job", new { job }, stop);
        else
            await GenerationLife.End(work, job, JobState.Cancelled, null, stop);
        var isStalled = isRequested && await work.One<bool>(Stalled, new { id = job, StalledAfter }, stop);
        var status = await Shown(await work.List<StatusRow>(Query, new { id = job, account = caller.AccountId }, stop), null, isStalled, links, models, stop);
        await work.Commit(stop);
        return isRequested ? TypedResults.Accepted($"/api/images/job/{WireId.Job(job)}/", status) : TypedResults.Ok(status);
    }

    private static async Task<Results<Accepted<GenerationAccepted>, ProblemHttpResult>> Retry(
        string id, Caller caller, SingleStatement statement, GenerationModels models, TimeProvider time, CancellationToken stop)
    {
        var job = WireId.Parse("job", id);
        // What is over stays as it is: it can be read beside what comes of it.
        var before = await statement.Read<RetriedRow>(
            "select state, model, prompt, filters::text, seed, batch_size from generations where id = @job and account_id = @AccountId", new { job, caller.AccountId }, stop);
        if (before is null)
            return FigureForgeErrors.NotFound("Job");
        if (before.State is not (JobState.Failed or JobState.Cancelled))
            return FigureForgeErrors.Conflict($"The job is {before.State}; only a failed or cancelled one is retried");
        var wish = new GenerationWish
        {
            Prompt = before.Prompt,
            Filters = JsonSerializer.Deserialize<Dictionary<string, string>>(before.Filters),
            Model = before.Model,
            Seed = before.Seed,
            BatchSize = before.BatchSize,
        };
        return await Generation.Place(statement, wish, caller.AccountId, models, time, stop, retriedFrom: job);
    }

    private static async Task<int> PositionOf(ProductDatabase database, StatusRow row, CancellationToken stop) => 1 + await database.One<int>(
        row.IsAdmitted
            ? """
              select count(*)::int from jobs mine join jobs j on j.state = 'waiting' and j.lane = mine.lane and (j.turn, j.id) < (mine.turn, mine.id)
              where mine.kind in ('draw_figures', 'ask_black_forest_labs') and mine.unique_key = @JobId::text and mine.state = 'waiting'
              """
            : "select count(*)::int from generations where account_id = @Owner and state in ('queued', 'processing') and id < @JobId",
        row, stop);

    private sealed record StatusRow : ImageRow
    {
        public Guid JobId { get; init; }
        public Guid Owner { get; init; }
        public string State { get; init; } = "";
        public string JobModel { get; init; } = "";
        public string JobPrompt { get; init; } = "";
        public string JobFilters { get; init; } = "";
        public long JobSeed { get; init; }
        public int BatchSize { get; init; }
        public int Credits { get; init; }
        public int Attempt { get; init; }
        public float Progress { get; init; }
        public bool IsCancelRequested { get; init; }
        public string? ErrorCode { get; init; }
        public string? ErrorMessage { get; init; }
        public Guid? RetriedFrom { get; init; }
        public Guid? RemixedFrom { get; init; }
        public long Version { get; init; }
        public bool IsAdmitted { get; init; }
        public DateTimeOffset JobCreatedAt { get; init; }
        public DateTimeOffset? StartedAt { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }
        public DateTimeOffset? DeadlineAt { get; init; }
    }

    private sealed record RetriedRow
    {
        public string State { get; init; } = "";
        public string Model { get; init; } = "";
        public string Prompt { get; init; } = "";
        public string Filters { get; init; } = "";
        public long Seed { get; init; }
        public int BatchSize { get; init; }
    }
}

/// <summary>A job as its owner sees it; <c>images</c> is empty until it is completed.</summary>
public sealed record JobStatus(
    string JobId, string Status, string Model, string Prompt, JsonElement Filters, long Seed, int BatchSize, int Credits, double Progress, int? QueuePosition, int? EtaSeconds,
    int Attempt, bool Stalled, bool CancelRequested, string? RetriedFrom, string? RemixedFrom,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, DateTimeOffset? DeadlineAt, JobError? Error, IReadOnlyList<JobImage> Images)
{
    [JsonIgnore]
    internal long Version { get; init; }
}

/// <summary>A finished picture.</summary>
public sealed record JobImage(string Id, string Url, string ThumbnailUrl, string ThumbnailSmallUrl, string Srcset, int Width, int Height, long Seed)
{
    internal static JobImage Of(ImageRow row, ImageUrls urls) => new(WireId.Image(row.Id), urls.Url, urls.Thumbnail, urls.Small, urls.Srcset, row.Width, row.Height, row.Seed);
}
