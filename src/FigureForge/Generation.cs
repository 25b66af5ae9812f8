using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.RegularExpressions;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.FigureForge;

/// <summary>/api/images/generate, /estimate: asking for pictures, and what they would cost.</summary>
public static partial class Generation
{
    private static readonly QueryFlag DryRun = new("dry_run", "Only say what it would cost");

    public static void MapGeneration(this IEndpointRouteBuilder images)
    {
        images.MapPost("/generate/", Generate).RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller).Idempotent()
            .WithSummary("Generate images")
            .Query(DryRun).Produces<GenerationAccepted>(StatusCodes.Status202Accepted).Produces<CostEstimate>()
            .Refuses(FigureForgeErrors.Invalid("prompt or filters is required", "prompt"), FigureForgeErrors.NoCredits(2, 1, new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero)), FigureForgeErrors.ModelAway("flux-pro"), FigureForgeErrors.NotFound("User"));
        images.MapPost("/estimate/", Estimate).RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller)
            .WithSummary("Say what a generation would cost").Refuses(FigureForgeErrors.Invalid("prompt or filters is required", "prompt"), FigureForgeErrors.ModelAway("flux-pro"), FigureForgeErrors.NotFound("User"));
    }

    internal static async Task<Results<Accepted<GenerationAccepted>, ProblemHttpResult>> Place(
        SingleStatement statement, GenerationWish wish, Guid account, GenerationModels models, TimeProvider time, CancellationToken stop, Guid? retriedFrom = null, Guid? remixedFrom = null)
    {
        if (Read(wish, models, time, out var order) is { } refusal)
            return refusal;
        order = order! with { RetriedFrom = retriedFrom, RemixedFrom = remixedFrom };
        var placed = await GenerationLife.Place(statement, order, account, stop);
        if (placed is null)
        {
            // Perhaps a month has begun, and this wish or another at the same time is the first in it.
            (placed, var artist) = await statement.InWork(async work =>
            {
                await Credits.Renew(work, account, stop);
                var inNewMonth = await GenerationLife.Place(work, order, account, stop);
                var row = await work.One<ArtistRow>($"select {ArtistRow.Columns} from artists where account_id = @account", new { account }, stop);
                await work.Commit(stop);
                return (inNewMonth, row!);
            }, stop);
            if (placed is null)
                return FigureForgeErrors.NoCredits(order.Credits, artist.Left, artist.PeriodEnd);
        }

        var id = WireId.Job(order.Id);
        return TypedResults.Accepted($"/api/images/job/{id}/", new GenerationAccepted(
            id, placed.State, order.Model.Id, order.IsForbidden ? 0 : order.Credits, order.Seed, placed.CreatedAt, order.IsForbidden ? JobError.Moderated : null));
    }

    private static async Task<IResult> Generate(
        GenerationWish wish, Caller caller, SingleStatement statement, GenerationModels models, ProductDatabase database, TimeProvider time, HttpRequest request, CancellationToken stop)
    {
        var query = new QueryReader(request, FigureForgeErrors.Invalid);
        var isDryRun = query.Flag(DryRun) ?? false;
        if (query.Refusal is { } refusal)
            return refusal;
        return isDryRun
            ? (await Estimate(wish, caller, models, database, time, stop)).Result
            : (await Place(statement, wish, caller.AccountId, models, time, stop)).Result;
    }

    private static async Task<Results<Ok<CostEstimate>, ProblemHttpResult>> Estimate(
        GenerationWish wish, Caller caller, GenerationModels models, ProductDatabase database, TimeProvider time, CancellationToken stop)
    {
        if (Read(wish, models, time, out var order) is { } refusal)
            return refusal;
        if (await Credits.Current(database, caller.AccountId, stop) is not { } artist)
            return FigureForgeErrors.NotFound("User");
        return TypedResults.Ok(new CostEstimate(
            order!.Model.Id, order.BatchSize, order.Credits, artist.Left, Math.Max(0, artist.Left - order.Credits), artist.Left >= order.Credits && !order.IsForbidden,
            order.IsForbidden ? "blocked" : "clean", order.BatchSize * order.Model.Seconds));
    }

    private static ProblemHttpResult? Read(GenerationWish wish, GenerationModels models, TimeProvider time, out GenerationOrder? order)
    {
        order = null;
        var prompt = (wish.Prompt ?? "").Trim();
        var filters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in wish.Filters ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (string.IsNullOrWhiteSpace(value))
                continue;
            var slug = value.Trim().ToLowerInvariant().Replace(' ', '_');
            if (!FilterName().IsMatch(name) || !FilterValue().IsMatch(slug))
                return FigureForgeErrors.Invalid("A filter's name and value have at most 40 letters, digits, underscores and hyphens", $"filters.{(name.Length <= 40 ? name : "…")}");
            filters[name] = slug;
        }

        if (prompt.Length == 0 && filters.Count == 0)
            return FigureForgeErrors.Invalid("prompt or filters is required", "prompt");
        if (models.Find(wish.Model) is not { } model)
            return FigureForgeErrors.Invalid("There is no such model; see /api/images/models/", "model");
        if (!models.IsAvailable(model))
            return FigureForgeErrors.ModelAway(model.Id);
        var batch = wish.BatchSize ?? 1;
        order = new GenerationOrder(
            Guid.CreateVersion7(time.GetUtcNow()), model, prompt, JsonSerializer.Serialize(filters), wish.Seed ?? Random.Shared.NextInt64(1, 1L << 31), batch, batch * model.Credits,
            PromptRules.Forbids(prompt + " " + string.Join(' ', filters.Values)), wish.MaxWaitSeconds);
        return null;
    }

    [GeneratedRegex("^[a-z0-9_]{1,40}$", RegexOptions.None, 1000)]
    private static partial Regex FilterName();

    [GeneratedRegex("^[a-z0-9_-]{1,40}$", RegexOptions.None, 1000)]
    private static partial Regex FilterValue();
}

/// <summary>What is asked for. Image i of a batch is drawn with <c>seed</c> + i.</summary>
public sealed record GenerationWish
{
    [MaxLength(2000, ErrorMessage = "prompt must have at most 2000 characters")]
    public string? Prompt { get; init; }

    [MaxLength(20, ErrorMessage = "At most 20 filters can be given")]
    public Dictionary<string, string>? Filters { get; init; }

    [Range(1, 4, ErrorMessage = "batch_size must be 1 to 4")]
    public int? BatchSize { get; init; }

    [MaxLength(60, ErrorMessage = "model must have at most 60 characters")]
    public string? Model { get; init; }

    [Range(0, 4_294_967_295L, ErrorMessage = "seed must be 0 to 4294967295")]
    public long? Seed { get; init; }

    /// <summary>How long the pictures are worth waiting for; then the job fails and costs nothing.</summary>
    [Range(1, 3600, ErrorMessage = "max_wait_seconds must be 1 to 3600")]
    public int? MaxWaitSeconds { get; init; }
}

public sealed record GenerationAccepted(string JobId, string Status, string Model, int Credits, long Seed, DateTimeOffset CreatedAt, JobError? Error);

public sealed record CostEstimate(string Model, int BatchSize, int Credits, int CreditsRemaining, int CreditsAfter, bool Affordable, string Moderation, int EtaSeconds);

/// <summary>A wish that can be fulfilled.</summary>
internal sealed record GenerationOrder(
    Guid Id, GenerationModel Model, string Prompt, string Filters, long Seed, int BatchSize, int Credits, bool IsForbidden, int? MaxWaitSeconds)
{
    public Guid? RetriedFrom { get; init; }

    public Guid? RemixedFrom { get; init; }
}
