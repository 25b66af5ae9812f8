using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.FigureForge;

/// <summary>/api/practice/sessions: timed drawing, as in a class: so many pictures for so many seconds each, one part after the other.</summary>
public static class Practice
{
    public static void MapPractice(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/practice/sessions").WithTags("Practice").RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller);
        sessions.MapGet("/", List)
            .WithSummary("List practice sessions").Query(ListQuery.OfPage);
        sessions.MapPost("/", Begin).Idempotent()
            .WithSummary("Begin a practice session").Refuses(FigureForgeErrors.Invalid("There are no pictures to draw from with this source and these tags", "source"));
        sessions.MapGet("/{id}/", Read)
            .WithSummary("Read a practice session").Refuses(FigureForgeErrors.NotFound("Session"));
        sessions.MapPost("/{id}/finish/", Finish).Idempotent()
            .WithSummary("Finish a practice session").Refuses(FigureForgeErrors.NotFound("Session"));
    }

    private static async Task<Results<Ok<PracticeSession>, ProblemHttpResult>> Begin(
        PracticeWish wish, Caller caller, Work work, ImageLinks links, TimeProvider time, CancellationToken stop)
    {
        var seconds = wish.Segments!.SelectMany(segment => Enumerable.Repeat(segment.Seconds, segment.Count)).ToArray();
        var source = wish.Source ?? "gallery";
        var among = source switch
        {
            "own" => "i.account_id = @AccountId and i.deleted_at is null",
            "favorites" => $"(i.account_id = @AccountId or ({ImageRow.IsShown})) and i.deleted_at is null and exists (select from favorites v where v.account_id = @AccountId and v.image_id = i.id)",
            _ => $"{ImageRow.IsShown} and (tier_now(a.tier, a.tier_until) <> 'free' or i.id in (select n.id from images n where n.is_public and n.moderation = 'clean' and n.deleted_at is null order by n.published_at desc, n.id desc limit 60))",
        };
        var images = await work.List<Guid>(
            $"select i.id from images i cross join artists a where a.account_id = @AccountId and {among} and i.tags @> @Tags order by random() limit @Most",
            new { caller.AccountId, Tags = (wish.Tags ?? []).Select(ImageChange.Plain).ToArray(), Most = seconds.Length }, stop);
        if (images.Count == 0)
            return FigureForgeErrors.Invalid("There are no pictures to draw from with this source and these tags", "source");
        var id = Guid.CreateVersion7(time.GetUtcNow());
        await work.Execute(
            """
            insert into practice_sessions (id, account_id, source, segments, total_seconds) values (@id, @AccountId, @source, @Segments::jsonb, @Total)
            """, new { id, caller.AccountId, source, Segments = JsonSerializer.Serialize(wish.Segments, JsonSerializerOptions.Web), Total = seconds.Sum() }, stop);
        // Where there are fewer pictures than poses they come again, the second time mirrored.
        await work.Execute(
            """
            insert into practice_poses (session_id, ordinal, image_id, seconds, is_mirrored)
            select @id, n - 1, @images[(n - 1) % @Count + 1], seconds, @IsMirrored <> ((n - 1) / @Count % 2 = 1) from unnest(@seconds) with ordinality as poses (seconds, n)
            """, new { id, images, images.Count, seconds, IsMirrored = wish.Mirror ?? false }, stop);
        var session = await Find(work, id, caller.AccountId, links, stop);
        await work.Commit(stop);
        return TypedResults.Ok(session!);
    }

    private static async Task<Results<Ok<PracticeSession>, ProblemHttpResult>> Read(string id, Caller caller, ProductDatabase database, ImageLinks links, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        return await Find(work, WireId.Parse("practice", id), caller.AccountId, links, stop) is { } session ? TypedResults.Ok(session) : FigureForgeErrors.NotFound("Session");
    }

    private static async Task<Results<Ok<Page<PracticeSummary>>, ProblemHttpResult>> List(Caller caller, HttpRequest request, ProductDatabase database, CancellationToken stop)
    {
        var query = new ListQuery(request);
        var (limit, offset) = (query.Limit, query.Offset);
        if (query.Refusal is { } refusal)
            return refusal;
        var rows = await database.List<SessionRow>(
            $"{SessionRow.Select} where account_id = @AccountId order by id desc limit @limit offset @offset", new { caller.AccountId, limit, offset }, stop);
        var total = await database.One<int>("select count(*)::int from practice_sessions where account_id = @AccountId", new { caller.AccountId }, stop);
        return TypedResults.Ok(query.Of([.. rows.Select(row => row.Shown())], total));
    }

    private static async Task<Results<Ok<PracticeSummary>, ProblemHttpResult>> Finish(string id, PracticeEnd end, Caller caller, Work work, CancellationToken stop)
    {
        var key = new { Id = WireId.Parse("practice", id), caller.AccountId, end.Drawn, end.Seconds };
        // Finished once: telling it again changes nothing.
        await work.Execute(
            """
            update practice_sessions s set finished_at = clock(),
                drawn = least(coalesce(@Drawn, 2147483647), (select count(*) from practice_poses where session_id = s.id)), drawn_seconds = least(coalesce(@Seconds, 2147483647), total_seconds)
            where id = @Id and account_id = @AccountId and finished_at is null
            """, key, stop);
        if (await work.One<SessionRow>($"{SessionRow.Select} where id = @Id and account_id = @AccountId", key, stop) is not { } row)
            return FigureForgeErrors.NotFound("Session");
        await work.Commit(stop);
        return TypedResults.Ok(row.Shown());
    }

    private static async Task<PracticeSession?> Find(Work work, Guid id, Guid account, ImageLinks links, CancellationToken stop)
    {
        if (await work.One<SessionRow>($"{SessionRow.Select} where id = @id and account_id = @account", new { id, account }, stop) is not { } session)
            return null;
        // What was hidden or deleted since is not shown: its time stays.
        var rows = await work.List<PoseRow>(
            $"""
            select p.ordinal, p.seconds, p.is_mirrored, tier_now(a.tier, a.tier_until) = 'free' and i.account_id <> @account as is_small, {ImageRow.Columns}
            from practice_poses p join artists a on a.account_id = @account left join images i on i.id = p.image_id and i.deleted_at is null and (i.account_id = @account or ({ImageRow.IsShown})) left join files f on f.id = i.file_id
            where p.session_id = @id order by p.ordinal
            """, new { id, account }, stop);
        var poses = new List<PracticePose>(rows.Count);
        var starts = 0;
        foreach (var row in rows)
        {
            var urls = row.Id == Guid.Empty ? null : await links.Of(row, row.IsSmall, stop);
            poses.Add(new PracticePose(row.Ordinal, row.Seconds, starts, row.IsMirrored, urls is null ? null : JobImage.Of(row, urls)));
            starts += row.Seconds;
        }

        return new PracticeSession(session.Shown(), poses);
    }

    private sealed record SessionRow
    {
        public const string Select = "select id, source, segments::text, total_seconds, created_at, finished_at, drawn, drawn_seconds from practice_sessions";

        public Guid Id { get; init; }
        public string Source { get; init; } = "";
        public string Segments { get; init; } = "[]";
        public int TotalSeconds { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }
        public int Drawn { get; init; }
        public int DrawnSeconds { get; init; }

        public PracticeSummary Shown() => new(
            WireId.Practice(Id), Source, JsonSerializer.Deserialize<List<PracticeSegment>>(Segments, JsonSerializerOptions.Web)!, TotalSeconds, CreatedAt, FinishedAt, Drawn, DrawnSeconds);
    }

    private sealed record PoseRow : ImageRow
    {
        public int Ordinal { get; init; }
        public int Seconds { get; init; }
        public bool IsMirrored { get; init; }
        public bool IsSmall { get; init; }
    }
}

public sealed record PracticeWish : IValidatableObject
{
    private const int MostPoses = 200;
    private const int MostSeconds = 4 * 3600;

    [Required(ErrorMessage = "segments is required")]
    [Length(1, 20, ErrorMessage = "segments must have 1 to 20 parts")]
    public IReadOnlyList<PracticeSegment>? Segments { get; init; }

    [AllowedValues(null, "gallery", "own", "favorites", ErrorMessage = "source must be gallery, own or favorites")]
    public string? Source { get; init; }

    [MaxLength(10, ErrorMessage = "At most 10 tags can be asked for")]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Whether the pictures are shown mirrored.</summary>
    public bool? Mirror { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Segments!.Any(segment => segment is null || segment.Count is < 1 or > MostPoses || segment.Seconds is < 5 or > 7200))
        {
            yield return new ValidationResult("A segment has a count of 1 to 200 and 5 to 7200 seconds", [nameof(Segments)]);
            yield break;
        }

        if (Segments!.Sum(segment => segment.Count) > MostPoses || Segments!.Sum(segment => (long)segment.Count * segment.Seconds) > MostSeconds)
            yield return new ValidationResult("A session has at most 200 pictures and four hours", [nameof(Segments)]);
    }
}

public sealed record PracticeSegment(int Count, int Seconds);

/// <summary>How far the artist came; absent: to the end.</summary>
public sealed record PracticeEnd
{
    [Range(0, 200, ErrorMessage = "drawn must be 0 to 200")]
    public int? Drawn { get; init; }

    [Range(0, 14400, ErrorMessage = "seconds must be 0 to 14400")]
    public int? Seconds { get; init; }
}

public sealed record PracticeSession(PracticeSummary Session, IReadOnlyList<PracticePose> Poses);

public sealed record PracticeSummary(
    string Id, string Source, IReadOnlyList<PracticeSegment> Segments, int TotalSeconds, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, int Drawn, int DrawnSeconds);

public sealed record PracticePose(int Ordinal, int Seconds, int StartsAt, bool Mirrored, JobImage? Image);
