using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.FigureForge;

/// <summary>/api/images/gallery, /user, /favorites: lists of images.</summary>
public static class Gallery
{
    /// <summary>What those see who pay nothing: so many of the newest, in small.</summary>
    private const int Teaser = 60;

    public static void MapGallery(this IEndpointRouteBuilder images)
    {
        images.MapGet("/gallery/", Public).AllowGuests().Limit(FigureForgeLimits.GalleryReadsPerAddress, FigureForgeLimits.GalleryCallsPerCaller)
            .WithSummary("Read the public gallery").Query(ListQuery.OfImages).Refuses(FigureForgeErrors.NotSignedIn());
        images.MapGet("/user/", Own).RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller)
            .WithSummary("Read the own images").Query(ListQuery.OfImages);
        images.MapGet("/favorites/", Favorites).RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller)
            .WithSummary("Read the favourites").Query(ListQuery.OfImages);
    }

    private static async Task<Results<Ok<Page<ImageData>>, ProblemHttpResult>> Public(HttpContext http, ProductDatabase database, ImageLinks links, CancellationToken stop)
    {
        // Who shows a credential that is not good is told, and not given the strangers' part.
        if (http.Request.Headers.Authorization.Count > 0 && Caller.Of(http) is null)
            return FigureForgeErrors.NotSignedIn();
        var viewer = Caller.Of(http) is { IsService: false } caller ? caller.AccountId : (Guid?)null;
        var isPaid = await Artists.IsPaying(database, viewer, stop);
        // Only those with thumbnails: nobody is shown the whole picture by accident.
        return await List(http.Request, database, links, viewer, isSmall: !isPaid,
            isPaid
                ? $"from images i join files f on f.id = i.file_id where {ImageRow.IsShown} and f.image_state = 'ready'"
                : $"from (select i.* from images i join files t on t.id = i.file_id where {ImageRow.IsShown} and t.image_state = 'ready' order by i.published_at desc, i.id desc limit {Teaser}) i join files f on f.id = i.file_id where true",
            "i.published_at desc, i.id desc", stop);
    }

    private static Task<Results<Ok<Page<ImageData>>, ProblemHttpResult>> Own(Caller caller, HttpRequest request, ProductDatabase database, ImageLinks links, CancellationToken stop) =>
        List(request, database, links, caller.AccountId, isSmall: false, "from images i join files f on f.id = i.file_id where i.account_id = @viewer and i.deleted_at is null", "i.id desc", stop);

    private static async Task<Results<Ok<Page<ImageData>>, ProblemHttpResult>> Favorites(
        Caller caller, HttpRequest request, ProductDatabase database, ImageLinks links, CancellationToken stop) =>
        await List(request, database, links, caller.AccountId, isSmall: !await Artists.IsPaying(database, caller.AccountId, stop),
            $"from favorites v join images i on i.id = v.image_id join files f on f.id = i.file_id where v.account_id = @viewer and ({ImageRow.IsShown} or (i.account_id = @viewer and i.deleted_at is null))",
            "v.created_at desc, i.id desc", stop);

    /// <summary>A page of the images that <paramref name="among"/> names, as the query narrows and orders them.</summary>
    internal static async Task<Results<Ok<Page<ImageData>>, ProblemHttpResult>> List(
        HttpRequest request, ProductDatabase database, ImageLinks links, Guid? viewer, bool isSmall, string among, string order, CancellationToken stop, Guid? board = null)
    {
        var query = new ListQuery(request);
        var filter = new
        {
            viewer,
            board,
            query.Limit,
            query.Offset,
            query.Tags,
            Words = query.Words(ListQuery.OfWords),
            Model = query.Words(ListQuery.OfModel),
            Seed = query.Whole(ListQuery.OfSeed),
            From = query.Time(ListQuery.From),
            To = query.Time(ListQuery.To),
            LeastRating = query.Whole(ListQuery.LeastRating),
        };
        var isByRating = query.Choice(ListQuery.Sort);
        if (query.Refusal is { } refusal)
            return refusal;
        order = isByRating switch { "rating" => "i.rating desc, " + order, "oldest" => "i.created_at, i.id", _ => order };
        var narrowed = among
            + (filter.Tags.Length == 0 ? "" : " and i.tags @> @Tags")
            + (string.IsNullOrWhiteSpace(filter.Words) ? "" : " and (to_tsvector('simple', i.prompt) @@ websearch_to_tsquery('simple', @Words) or @Words = any(i.tags) or i.seed::text = @Words)")
            + (filter.Model is null ? "" : " and i.model = @Model") + (filter.Seed is null ? "" : " and i.seed = @Seed")
            + (filter.From is null ? "" : " and i.created_at >= @From") + (filter.To is null ? "" : " and i.created_at < @To")
            + (filter.LeastRating is null ? "" : " and i.rating >= @LeastRating");
        var rows = await database.List<ImageRow>(
            $"""
            select total.count as total, page.*
            from (select count(*)::int as count {narrowed}) total left join lateral (
                select {ImageRow.Columns}, {(viewer is null ? "false" : "exists (select from favorites mine where mine.account_id = @viewer and mine.image_id = i.id)")} as is_favorite
                {narrowed} order by {order} limit @Limit offset @Offset) page on true
            """, filter, stop);
        var results = new List<ImageData>(rows.Count);
        foreach (var row in rows.Where(row => row.Id != Guid.Empty))
            results.Add(await ImageData.Of(row, viewer, isSmall, links, stop));
        return TypedResults.Ok(query.Of(results, rows[0].Total));
    }
}
