using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Files;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.FigureForge;

/// <summary>/api/images/{id}: one image, and what its owner and others may do with it.</summary>
public static class Images
{
    public static void MapImages(this IEndpointRouteBuilder images)
    {
        var image = images.MapGroup("/{id}").RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller);
        image.MapGet("/", Read)
            .WithSummary("Read an image").Refuses(FigureForgeErrors.NotFound("Image"));
        image.MapDelete("/delete/", Delete)
            .WithSummary("Delete an image").Refuses(FigureForgeErrors.NotFound("Image"), FigureForgeErrors.Denied("Only its owner may do this"));
        image.MapMethods("/update/", ["PATCH", "PUT", "POST"], Update).Idempotent()
            .WithSummary("Change an image's tags, rating or visibility").Refuses(FigureForgeErrors.NotFound("Image"), FigureForgeErrors.Denied("Only its owner may do this"), FigureForgeErrors.Conflict("The image is under review and cannot be made public"));
        image.MapPost("/favorite/", Favorite).Idempotent()
            .WithSummary("Toggle whether an image is a favourite").Refuses(FigureForgeErrors.NotFound("Image"));
        image.MapPost("/remix/", Remix).Idempotent()
            .WithSummary("Generate from an image").Refuses(FigureForgeErrors.NotFound("Image"), FigureForgeErrors.Invalid("prompt or filters is required", "prompt"), FigureForgeErrors.NoCredits(2, 1, new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero)), FigureForgeErrors.ModelAway("flux-pro"));
    }

    private const string Query =
        $"""
        select {ImageRow.Columns}, exists (select from favorites v where v.account_id = @viewer and v.image_id = i.id) as is_favorite
        from images i join files f on f.id = i.file_id
        where i.id = @id and i.deleted_at is null and (i.account_id = @viewer or ({ImageRow.IsShown}))
        """;

    /// <summary>What the caller may see: their own, and what is public.</summary>
    internal static Task<ImageRow?> Find(ProductDatabase database, Guid id, Guid viewer, CancellationToken stop) => database.One<ImageRow>(Query, new { id, viewer }, stop);

    internal static Task<ImageRow?> Find(Work work, Guid id, Guid viewer, CancellationToken stop) => work.One<ImageRow>(Query, new { id, viewer }, stop);

    /// <summary>Null when it is the caller's own; the refusal of a write otherwise: 403 for what they can see, 404 for what they cannot.</summary>
    internal static ProblemHttpResult? RefuseStranger(ImageRow? image, Guid caller) => image switch
    {
        null => FigureForgeErrors.NotFound("Image"),
        _ when image.AccountId != caller => FigureForgeErrors.Denied("Only its owner may do this"),
        _ => null,
    };

    /// <summary>Its row stays as a tombstone; its file is gone. False when there is none of the owner's.</summary>
    internal static async Task<bool> Remove(Work work, Guid id, Guid owner, CancellationToken stop)
    {
        var file = await work.One<Guid?>(
            """
            with gone as (
                update images set deleted_at = clock(), updated_at = clock(), is_public = false, favorite_count = 0
                where id = @id and account_id = @owner and deleted_at is null returning id, file_id
            ), unliked as (delete from favorites where image_id in (select id from gone)
            ), unpinned as (delete from board_images where image_id in (select id from gone))
            select file_id from gone
            """, new { id, owner }, stop);
        return file is not null && await ProductFiles.Remove(work, file.Value, stop);
    }

    private static async Task<Results<Ok<ImageData>, ProblemHttpResult>> Read(string id, Caller caller, ProductDatabase database, ImageLinks links, CancellationToken stop)
    {
        if (await Find(database, WireId.Parse("img", id), caller.AccountId, stop) is not { } image)
            return FigureForgeErrors.NotFound("Image");
        var isSmall = image.AccountId != caller.AccountId && !await Artists.IsPaying(database, caller.AccountId, stop);
        return TypedResults.Ok(await ImageData.Of(image, caller.AccountId, isSmall, links, stop));
    }

    private static async Task<Results<Ok<Deleted>, ProblemHttpResult>> Delete(string id, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var image = WireId.Parse("img", id);
        if (RefuseStranger(await Find(database, image, caller.AccountId, stop), caller.AccountId) is { } refusal)
            return refusal;
        await using var work = await database.Begin(stop);
        if (!await Remove(work, image, caller.AccountId, stop))
            return FigureForgeErrors.NotFound("Image");
        await work.Commit(stop);
        return TypedResults.Ok(new Deleted(true, "Image deleted"));
    }

    private static async Task<Results<Ok<ImageData>, ProblemHttpResult>> Update(
        string id, ImageChange change, Caller caller, Work work, ImageLinks links, CancellationToken stop)
    {
        var image = WireId.Parse("img", id);
        if (RefuseStranger(await Find(work, image, caller.AccountId, stop), caller.AccountId) is { } refusal)
            return refusal;
        // Column by column, so that two updates of different fields keep both.
        var changed = await work.Execute(
            """
            update images set tags = coalesce(@Tags, tags), rating = coalesce(@Rating, rating), is_public = coalesce(@IsPublic, is_public),
                published_at = case when @IsPublic then coalesce(published_at, clock()) else published_at end,
                updated_at = greatest(clock(), updated_at + interval '1 millisecond')
            where id = @image and account_id = @AccountId and deleted_at is null and (moderation = 'clean' or @IsPublic is not true)
            """,
            new { image, caller.AccountId, Tags = change.Tags?.Select(ImageChange.Plain).Distinct(StringComparer.Ordinal).ToArray(), change.Rating, change.IsPublic }, stop);
        if (await Find(work, image, caller.AccountId, stop) is not { } row)
            return FigureForgeErrors.NotFound("Image");
        if (changed == 0)
            return FigureForgeErrors.Conflict("The image is under review and cannot be made public");
        await work.Commit(stop);
        return TypedResults.Ok(await ImageData.Of(row, caller.AccountId, isSmall: false, links, stop));
    }

    private static async Task<Results<Ok<FavoriteState>, ProblemHttpResult>> Favorite(string id, Caller caller, Work work, CancellationToken stop)
    {
        var image = WireId.Parse("img", id);
        // The image's row is locked: of toggles at the same time each finds what the one before has left.
        var isThere = await work.One<bool>(
            $"select true from images i where id = @image and deleted_at is null and (account_id = @AccountId or ({ImageRow.IsShown})) for update", new { image, caller.AccountId }, stop);
        if (!isThere)
            return FigureForgeErrors.NotFound("Image");
        var state = await work.One<FavoriteRow>(
            """
            with gone as (
                delete from favorites where account_id = @AccountId and image_id = @image returning 1
            ), added as (
                insert into favorites (account_id, image_id) select @AccountId, @image where not exists (select from gone) returning 1
            )
            update images set favorite_count = favorite_count + (select count(*) from added) - (select count(*) from gone)
            where id = @image returning favorite_count, exists (select from added) as is_favorite
            """, new { image, caller.AccountId }, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new FavoriteState(WireId.Image(image), state!.IsFavorite, state.FavoriteCount));
    }

    private static async Task<Results<Accepted<GenerationAccepted>, ProblemHttpResult>> Remix(
        string id, RemixWish wish, Caller caller, SingleStatement statement, GenerationModels models, TimeProvider time, CancellationToken stop)
    {
        if (await statement.Read<ImageRow>(Query, new { id = WireId.Parse("img", id), viewer = caller.AccountId }, stop) is not { } image)
            return FigureForgeErrors.NotFound("Image");
        var filters = JsonSerializer.Deserialize<Dictionary<string, string>>(image.Filters)!;
        foreach (var (name, value) in wish.Filters ?? [])
            filters[name] = value;
        var whole = new GenerationWish
        {
            Prompt = wish.Prompt ?? image.Prompt,
            Filters = filters,
            Model = wish.Model ?? image.Model,
            Seed = wish.Seed,
            BatchSize = wish.BatchSize,
        };
        return await Generation.Place(statement, whole, caller.AccountId, models, time, stop, remixedFrom: image.Id);
    }

    private sealed record FavoriteRow
    {
        public int FavoriteCount { get; init; }
        public bool IsFavorite { get; init; }
    }
}

public sealed record Deleted(bool Success, string Message);

public sealed record FavoriteState(string ImageId, bool IsFavorite, int FavoriteCount);

/// <summary>What changes; the rest is as it was, with another seed unless one is given. An empty filter is taken away.</summary>
public sealed record RemixWish
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
}

/// <summary>Absent members, and null, keep what is there; <c>tags</c> replaces all.</summary>
public sealed record ImageChange : IValidatableObject
{
    [MaxLength(30, ErrorMessage = "An image has at most 30 tags")]
    public IReadOnlyList<string>? Tags { get; init; }

    public bool? IsPublic { get; init; }

    [Range(0, 5, ErrorMessage = "rating must be 0 to 5")]
    public int? Rating { get; init; }

    internal static string Plain(string? tag) => (tag ?? "").Trim().ToLowerInvariant();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Tags is null && IsPublic is null && Rating is null)
            yield return new ValidationResult("tags, is_public or rating is required", [nameof(Tags)]);
        if (Tags is not null && !Tags.All(tag => ListQuery.IsTag(Plain(tag))))
            yield return new ValidationResult("A tag is a word of letters, digits and underscores, or two with a colon between, such as pose:standing", [nameof(Tags)]);
    }
}
