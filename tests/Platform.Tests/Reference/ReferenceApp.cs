using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Reference;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Tests.Reference;

/// <summary>One route of each kind.</summary>
public sealed class ReferenceApp() : DummyProduct(
    builder =>
    {
        builder.Services.AddRateLimits();
        builder.Services.AddIdempotency();
        builder.Services.AddSingleton<ICredentials, BadgeCredentials>();
        builder.Services.AddReference(new ReferenceRules("Shelves and books.") { Tags = [("Books", "What stands on shelves.")] });
    },
    app =>
    {
        app.MapReference();
        var books = app.MapGroup("/books").WithTags("Books");
        books.MapGet("/", Library.List).RequireCustomer().Limit(Library.Reads).WithSummary("List books").Query(Library.Shelf, Library.Most, Library.Kind);
        books.MapPost("/", Library.Add).RequireOperator().Limit(Library.Reads).Idempotent().WithSummary("Add a book").Refuses(Library.Full());
        books.MapGet("/{id}", Library.Read).AllowAnyone().Limit(Library.Reads).WithSummary("Read a book").TellsVersion().Refuses(Library.Unknown());
        books.MapGet("/cover.png", Library.Cover).AllowAnyone().WithSummary("Look at a cover").Sends("image/png");
        books.MapGet("/careless", Library.Careless).AllowAnyone().WithSummary("Read a parameter that the route does not state");
        books.MapGet("/undescribed", () => "nothing").AllowAnyone().ExcludeFromDescription();
    });

/// <summary>Who they are they say in a cookie.</summary>
public sealed class BadgeCredentials : ICredentials
{
    public IReadOnlyList<CredentialForm> Forms => [new("badge", "Shown at the door.") { Cookie = "badge" }];

    public ValueTask<Caller?> Identify(HttpContext http) => ValueTask.FromResult<Caller?>(null);
}

internal static class Library
{
    public static readonly Limit Reads = Limit.PerCaller("reads", 20, TimeSpan.FromMinutes(1));
    public static readonly QueryWhole Shelf = new("shelf", 1, 9, "On which shelf");
    public static readonly QueryWhole Most = new("limit", 1, "How many") { Otherwise = 20 };
    public static readonly QueryChoice Kind = new("kind", ["novel", "atlas"], "novel", "Which kind");

    public static ProblemHttpResult Unknown() => new Refusal(404, "NO_SUCH_BOOK", "There is no such book").AsResult();

    public static ProblemHttpResult Full() => new Refusal(409, "SHELF_FULL", "The shelf is full", "shelf").AsResult();

    public static Results<Ok<BookList>, ProblemHttpResult> List(HttpRequest request)
    {
        var query = new QueryReader(request, static (message, name) => new Refusal(400, "BAD_QUERY", message, name).AsResult());
        _ = (query.Whole(Shelf), query.Whole(Most), query.Choice(Kind));
        return query.Refusal is { } refusal ? refusal : TypedResults.Ok(new BookList([]));
    }

    public static Results<Created<Book>, ProblemHttpResult> Add(NewBook book, Work work) =>
        work is null ? Full() : TypedResults.Created("/books/1", new Book(Guid.Empty, book.Title!));

    public static Results<Ok<Book>, ProblemHttpResult> Read(PathUuid id) => id.Value == Guid.Empty ? Unknown() : TypedResults.Ok(new Book(id.Value, "Ulysses"));

    public static FileContentHttpResult Cover() => TypedResults.Bytes([1, 2, 3], "image/png");

    public static string Careless(HttpRequest request) => new QueryReader(request, static (_, _) => Unknown()).Words(new QueryWords("hidden", "Hidden")) ?? "";
}

public sealed record NewBook
{
    [Required(ErrorMessage = "A book has a title"), StringLength(40)]
    public string? Title { get; init; }
}

public sealed record Book(Guid Id, string Title);

public sealed record BookList(IReadOnlyList<Book> Books);
