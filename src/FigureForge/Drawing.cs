using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Files;
using Colonnade.Platform.Jobs;
using Microsoft.Extensions.Configuration;

namespace Colonnade.FigureForge;

/// <summary>
/// What the jobs that draw have in common: begin, keep a picture, tell how far it is, complete. Everything is written under the job's
/// lease: a worker that lost it writes nothing, and a picture is kept once.
/// </summary>
/// <remarks>Settings <c>Figures:Width</c> (768) and <c>Figures:Height</c> (1024): pixels of a picture, multiples of 32 from 256 to 1440.</remarks>
public sealed class Drawing(ProductDatabase database, ProductFiles files, TimeProvider time, IConfiguration configuration)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    public int Width { get; } = SizeOf(configuration, "Width", 768);

    public int Height { get; } = SizeOf(configuration, "Height", 1024);

    /// <summary>Null when the generation is over.</summary>
    internal Task<DrawnRow?> Begin(Guid id, JobRun run) => database.One<DrawnRow>(
        """
        update generations set state = 'processing', started_at = coalesce(started_at, clock()), progress_at = clock(), attempt = @Attempt, version = version + 1
        where id = @id and state in ('queued', 'processing')
        returning id, account_id, model, prompt, filters::text, batch_size, is_cancel_requested
        """, new { id, run.Attempt }, run.Stop);

    /// <summary>Those that have no picture yet.</summary>
    internal Task<List<RenderRow>> Missing(Guid id, CancellationToken stop) => database.List<RenderRow>(
        "select ordinal, seed, task_id, polling_url, clock() - submitted_at as since from renders where generation_id = @id and file_id is null order by ordinal", new { id }, stop);

    /// <summary>Tells how far it is. True when the generation should go on: nobody asked for its end and it has not come.</summary>
    internal async Task<bool> Report(Guid id, double progress, CancellationToken stop) => await database.One<bool>(
        """
        update generations set progress = greatest(progress, @progress), progress_at = clock(), version = version + 1
        where id = @id and state = 'processing'
        returning not is_cancel_requested
        """, new { id, progress = (float)Math.Clamp(progress, 0, 0.99) }, stop);

    /// <summary>Stores one picture. Null when it is kept, else why the generation cannot go on.</summary>
    /// <exception cref="JobLostException">Another worker has the job, or the generation is over.</exception>
    internal async Task<JobError?> Keep(DrawnRow generation, int ordinal, byte[] picture, JobRun run)
    {
        if (await files.Receive(new MemoryStream(picture), run.Stop) is not ReceiveOutcome.Received { File: var file } || file.Image is null)
            return JobError.Broken;
        await using (file)
        {
            await files.Store(file, run.Stop);
            await using var work = await database.Begin(run.Stop);
            if (await files.Keep(work, file, generation.AccountId, $"figure-{generation.Id:N}-{ordinal}", run.Stop) is not { } kept)
                return new JobError("STORAGE_FULL", "There is no room left for pictures of yours. Nothing was charged.");
            var isKept = await run.IsHeld(work) && await work.Execute(
                """
                update renders r set file_id = @FileId, width = @Width, height = @Height from generations g
                where r.generation_id = @Id and r.ordinal = @ordinal and r.file_id is null and g.id = r.generation_id and g.state = 'processing'
                """, new { FileId = kept.Id, kept.Width, kept.Height, generation.Id, ordinal }, run.Stop) == 1;
            if (!isKept)
                throw new JobLostException(run.JobId);
            await work.Commit(run.Stop);
        }

        return null;
    }

    /// <summary>The last step: images, credits and the job's own end in one transaction.</summary>
    internal async Task Complete(DrawnRow generation, JobRun run)
    {
        var filters = JsonSerializer.Deserialize<Dictionary<string, string>>(generation.Filters)!;
        // Thumbnails take a moment; who is told of a picture finds them. Should they not come, the picture stands in for them.
        var isShown = await database.One<bool>(
            """
            select coalesce(bool_and(f.image_state <> 'pending' or f.created_at < clock() - interval '30 seconds'), true)
            from renders r join files f on f.id = r.file_id where r.generation_id = @Id
            """, new { generation.Id }, run.Stop);
        if (!isShown)
        {
            run.Reschedule(Moment);
            return;
        }

        await using var work = await database.Begin(run.Stop);
        if (!await GenerationLife.End(work, generation.Id, JobState.Completed, null, run.Stop))
        {
            run.Cancel("The generation is over.");
            return;
        }

        await work.Execute(
            """
            insert into images (id, account_id, generation_id, ordinal, file_id, model, prompt, filters, seed, width, height, tags)
            select ids.id, g.account_id, g.id, r.ordinal, r.file_id, g.model, g.prompt, g.filters, r.seed, r.width, r.height, @Tags
            from generations g join renders r on r.generation_id = g.id join unnest(@Ids) with ordinality as ids (id, n) on n = r.ordinal + 1
            where g.id = @Id
            """,
            new
            {
                generation.Id,
                Ids = Enumerable.Range(0, generation.BatchSize).Select(_ => Guid.CreateVersion7(time.GetUtcNow())).Order().ToArray(),
                Tags = filters.Select(filter => $"{filter.Key}:{filter.Value}").Order(StringComparer.Ordinal).ToArray(),
            }, run.Stop);
        await run.Complete(work);
        await work.Commit(run.Stop);
    }

    private static int SizeOf(IConfiguration configuration, string name, int usual) => configuration.GetValue("Figures:" + name, usual) is >= 256 and <= 1440 and var size && size % 32 == 0
        ? size
        : throw new InvalidOperationException($"Set Figures__{name} to a multiple of 32 from 256 to 1440.");

    /// <summary>Ends without pictures, together with the job.</summary>
    internal async Task GiveUp(Guid id, string state, JobError? error, JobRun run)
    {
        await using var work = await database.Begin(run.Stop);
        await GenerationLife.End(work, id, state, error, run.Stop);
        await run.Complete(work);
        await work.Commit(run.Stop);
    }
}

/// <summary>A generation as its job sees it.</summary>
internal sealed record DrawnRow
{
    public Guid Id { get; init; }
    public Guid AccountId { get; init; }
    public string Model { get; init; } = "";
    public string Prompt { get; init; } = "";
    public string Filters { get; init; } = "";
    public int BatchSize { get; init; }
    public bool IsCancelRequested { get; init; }

    public Dictionary<string, string> Filtered => JsonSerializer.Deserialize<Dictionary<string, string>>(Filters)!;
}

/// <summary>One picture on its way.</summary>
internal sealed record RenderRow
{
    public int Ordinal { get; init; }
    public long Seed { get; init; }
    public string? TaskId { get; init; }
    public string? PollingUrl { get; init; }
    public TimeSpan? Since { get; init; }
}
