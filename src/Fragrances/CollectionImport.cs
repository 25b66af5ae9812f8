using System.Text.Json;
using Colonnade.Fragrances.Catalogue;
using Colonnade.Fragrances.Search;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Colonnade.Fragrances;

/// <summary>/user/collection/import: a file is read, matched with the catalogue and kept for review, or committed at once.</summary>
public static class CollectionImport
{
    private const int MostKeptImports = 20;
    private const string WrongType = "Send the file as application/json or text/csv";
    private static readonly QueryFlag DryRun = new("dryRun", "Only look: the import waits for review and its commit");
    private static readonly QueryChoice Conflict = new("onConflict", [OnConflict.Skip, OnConflict.Merge, OnConflict.Replace], OnConflict.Skip, "What to do with fragrances that are in the collection already");

    public static void MapCollectionImport(this IEndpointRouteBuilder api) =>
        api.MapPost("/user/collection/import", Upload).WithTags("Import and export").RequireCustomer().Limit(FragrancesLimits.ImportsPerCaller)
            .WithMetadata(new RequestSizeLimitAttribute(CollectionFile.MostBytes)).Idempotent()
            .WithSummary("Import a collection from a file").Query(DryRun, Conflict).Takes("application/json", "text/csv")
            .Refuses(FragrancesErrors.Invalid("The file has no rows"), FragrancesErrors.UnsupportedMediaType(WrongType));

    private static async Task<Results<Created<ImportReport>, ProblemHttpResult>> Upload(
        HttpRequest request, Caller caller, Work work, LiveCatalogue catalogue, TimeProvider clock, CancellationToken stop)
    {
        var query = new QueryReader(request);
        var dryRun = query.Flag(DryRun) ?? false;
        var onConflict = query.Choice(Conflict)!;
        if (query.Refusal is { } refusal)
            return refusal;

        List<CollectionFileRow> rows;
        try
        {
            switch (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null)
            {
                case "application/json":
                    rows = await CollectionFile.ReadJson(request.Body, clock, stop);
                    break;
                case "text/csv":
                    rows = await CollectionFile.ReadCsv(request.Body, clock, stop);
                    break;
                default:
                    return FragrancesErrors.UnsupportedMediaType(WrongType);
            }
        }
        catch (CollectionFileException unreadable)
        {
            return FragrancesErrors.Invalid(unreadable.Message);
        }

        if (rows.Count == 0)
            return FragrancesErrors.Invalid("The file has no rows");

        await ImportCommit.TakeTurn(work, caller.AccountId, stop);
        await Forget(work, caller.AccountId, stop);
        var import = await Keep(work, caller.AccountId, rows, (await catalogue.Current(stop)).Index, stop);
        if (!dryRun)
            await ImportCommit.Run(work, import, caller.AccountId, onConflict, stop);
        var report = await ImportReport.Read(work, import, caller.AccountId, dryRun ? "Import ready for review" : "Collection imported", stop);
        await work.Commit(stop);
        return TypedResults.Created($"/api/user/collection/imports/{import}", report);
    }

    private static async Task<Guid> Keep(Work work, Guid account, IReadOnlyList<CollectionFileRow> rows, SearchIndex index, CancellationToken stop)
    {
        var import = Guid.CreateVersion7();
        var matched = await ImportMatching.Match(work, account, rows, index, stop);
        await work.Execute("insert into collection_imports (id, account_id) values (@import, @account)", new { import, account }, stop);
        await work.Execute(
            """
            insert into collection_import_rows (import_id, number, status, fragrance_id, candidates, errors, name, brand, concentration,
                rating, personal_notes, purchase_date, bottle_size_ml, is_owned, is_wishlist, stated_wears, occasions, seasons, stated_at)
            select @import, number, status, fragrance_id, candidates, errors, name, brand, concentration,
                rating, personal_notes, purchase_date, bottle_size_ml, is_owned, is_wishlist, stated_wears, occasions, seasons, stated_at
            from jsonb_to_recordset(@rows::jsonb) as row (
                number integer, status text, fragrance_id integer, candidates integer[], errors jsonb, name text, brand text, concentration text,
                rating integer, personal_notes text, purchase_date date, bottle_size_ml double precision, is_owned boolean, is_wishlist boolean,
                stated_wears integer, occasions text[], seasons text[], stated_at timestamptz(3))
            """, new { import, rows = JsonSerializer.Serialize(matched.Select(StoredRow), StoredJson) }, stop);
        return import;
    }

    /// <summary>The latest imports of an account are kept, and none for longer than its time.</summary>
    private static Task<int> Forget(Work work, Guid account, CancellationToken stop) => work.Execute(
        """
        delete from collection_imports
        where id in (select id from collection_imports where account_id = @account order by created_at desc, id desc offset @kept)
            or id in (select id from collection_imports where expires_at <= clock() order by expires_at limit 100 for update skip locked)
        """, new { account, kept = MostKeptImports - 1 }, stop);

    internal static readonly JsonSerializerOptions StoredJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static object StoredRow(MatchedRow matched)
    {
        var said = matched.Status == ImportStatus.Invalid ? null : matched.Row;
        return new
        {
            matched.Row.Number,
            matched.Status,
            matched.FragranceId,
            matched.Candidates,
            matched.Row.Errors,
            matched.Row.Name,
            matched.Row.Brand,
            matched.Row.Concentration,
            said?.Rating,
            said?.PersonalNotes,
            said?.PurchaseDate,
            said?.BottleSizeMl,
            said?.IsOwned,
            said?.IsWishlist,
            said?.StatedWears,
            said?.Occasions,
            said?.Seasons,
            said?.StatedAt,
        };
    }
}
