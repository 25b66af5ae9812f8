using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Colonnade.FigureForge;

/// <summary>/api/boards: an artist's own collections of images, theirs and public ones.</summary>
public static class Boards
{
    private const int MostBoards = 200;

    private const string Select =
        """
        select b.id, b.name, b.created_at, (select count(*)::int from board_images bi join images i on i.id = bi.image_id where bi.board_id = b.id and i.deleted_at is null) as image_count
        from boards b where b.account_id = @AccountId
        """;

    private const string IsOwn = "select exists (select from boards where id = @board and account_id = @AccountId)";

    public static void MapBoards(this IEndpointRouteBuilder api)
    {
        var boards = api.MapGroup("/boards").WithTags("Boards").RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller);
        boards.MapGet("/", List)
            .WithSummary("List the boards");
        boards.MapPost("/", Create).Idempotent()
            .WithSummary("Make a board").Refuses(FigureForgeErrors.Conflict($"There is a board of this name, or there are {MostBoards} already"));
        boards.MapMethods("/{id}/", ["PATCH", "PUT"], Rename)
            .WithSummary("Rename a board").Refuses(FigureForgeErrors.NotFound("Board"), FigureForgeErrors.Conflict("There is a board of this name"));
        boards.MapDelete("/{id}/", Delete)
            .WithSummary("Delete a board").Refuses(FigureForgeErrors.NotFound("Board"));
        boards.MapGet("/{id}/images/", Images)
            .WithSummary("Read the images on a board").Query(ListQuery.OfImages).Refuses(FigureForgeErrors.NotFound("Board"));
        boards.MapPost("/{id}/images/", Add).Idempotent()
            .WithSummary("Put images on a board").Refuses(FigureForgeErrors.NotFound("Board"));
        boards.MapDelete("/{id}/images/{image}/", Take)
            .WithSummary("Take an image off a board").Refuses(FigureForgeErrors.NotFound("Image"));
    }

    private static async Task<Ok<BoardList>> List(Caller caller, ProductDatabase database, CancellationToken stop) =>
        TypedResults.Ok(new BoardList([.. (await database.List<BoardRow>(Select + " order by lower(name)", new { caller.AccountId }, stop)).Select(row => row.Shown())]));

    private static async Task<Results<Ok<Board>, ProblemHttpResult>> Create(NamedBoard board, Caller caller, Work work, TimeProvider time, CancellationToken stop)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        var isMade = await work.Execute(
            """
            insert into boards (id, account_id, name) select @id, @AccountId, @Name where (select count(*) from boards where account_id = @AccountId) < @MostBoards
            on conflict (account_id, lower(name)) do nothing
            """, new { id, caller.AccountId, Name = board.Name!.Trim(), MostBoards }, stop) == 1;
        if (!isMade)
            return FigureForgeErrors.Conflict($"There is a board of this name, or there are {MostBoards} already");
        var row = await work.One<BoardRow>(Select + " and b.id = @id", new { id, caller.AccountId }, stop);
        await work.Commit(stop);
        return TypedResults.Ok(row!.Shown());
    }

    private static async Task<Results<Ok<Board>, ProblemHttpResult>> Rename(string id, NamedBoard board, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var key = new { Id = WireId.Parse("board", id), caller.AccountId, Name = board.Name!.Trim() };
        try
        {
            await database.Execute("update boards set name = @Name where id = @Id and account_id = @AccountId", key, stop);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return FigureForgeErrors.Conflict("There is a board of this name");
        }

        return await database.One<BoardRow>(Select + " and b.id = @Id", key, stop) is { } row ? TypedResults.Ok(row.Shown()) : FigureForgeErrors.NotFound("Board");
    }

    private static async Task<Results<Ok<Deleted>, ProblemHttpResult>> Delete(string id, Caller caller, ProductDatabase database, CancellationToken stop) =>
        await database.Execute("delete from boards where id = @Id and account_id = @AccountId", new { Id = WireId.Parse("board", id), caller.AccountId }, stop) == 1
            ? TypedResults.Ok(new Deleted(true, "Board deleted; its images stay"))
            : FigureForgeErrors.NotFound("Board");

    private static async Task<Results<Ok<Page<ImageData>>, ProblemHttpResult>> Images(
        string id, Caller caller, HttpRequest request, ProductDatabase database, ImageLinks links, CancellationToken stop)
    {
        var board = WireId.Parse("board", id);
        if (!await database.One<bool>(IsOwn, new { board, caller.AccountId }, stop))
            return FigureForgeErrors.NotFound("Board");
        return await Gallery.List(request, database, links, caller.AccountId, isSmall: !await Artists.IsPaying(database, caller.AccountId, stop),
            $"from board_images b join images i on i.id = b.image_id join files f on f.id = i.file_id where b.board_id = @board and i.deleted_at is null and (i.account_id = @viewer or ({ImageRow.IsShown}))",
            "b.added_at desc, i.id desc", stop, board);
    }

    private static async Task<Results<Ok<BoardChange>, ProblemHttpResult>> Add(string id, ImageIds images, Caller caller, Work work, CancellationToken stop)
    {
        var board = WireId.Parse("board", id);
        if (!await work.One<bool>(IsOwn, new { board, caller.AccountId }, stop))
            return FigureForgeErrors.NotFound("Board");
        var added = await work.Execute(
            $"""
            insert into board_images (board_id, image_id)
            select @board, i.id from images i where i.id = any(@Ids) and i.deleted_at is null and (i.account_id = @AccountId or ({ImageRow.IsShown}))
            on conflict do nothing
            """, new { board, caller.AccountId, Ids = images.Parsed }, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new BoardChange(WireId.Board(board), added));
    }

    private static async Task<Results<Ok<BoardChange>, ProblemHttpResult>> Take(string id, string image, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var board = WireId.Parse("board", id);
        var taken = await database.Execute(
            "delete from board_images where board_id = (select id from boards where id = @board and account_id = @AccountId) and image_id = @Image",
            new { board, caller.AccountId, Image = WireId.Parse("img", image) }, stop);
        return taken == 1 ? TypedResults.Ok(new BoardChange(WireId.Board(board), -1)) : FigureForgeErrors.NotFound("Image");
    }

    private sealed record BoardRow
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public int ImageCount { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public Board Shown() => new(WireId.Board(Id), Name, ImageCount, CreatedAt);
    }
}

public sealed record Board(string Id, string Name, int ImageCount, DateTimeOffset CreatedAt);

public sealed record BoardList(IReadOnlyList<Board> Results);

public sealed record BoardChange(string BoardId, int Changed);

public sealed record NamedBoard : IValidatableObject
{
    [Required(ErrorMessage = "name is required")]
    public string? Name { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name!.Trim().Length is < 1 or > 100)
            yield return new ValidationResult("name must have 1 to 100 characters", [nameof(Name)]);
    }
}

public sealed record ImageIds
{
    [Required(ErrorMessage = "image_ids is required")]
    [Length(1, 100, ErrorMessage = "image_ids must have 1 to 100 ids")]
    [System.Text.Json.Serialization.JsonPropertyName("image_ids")]
    public IReadOnlyList<string>? Ids { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    internal Guid[] Parsed => [.. Ids!.Select(id => WireId.Parse("img", id)).Distinct()];
}
