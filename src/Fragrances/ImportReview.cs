using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Fragrances;

/// <summary>/user/collection/imports/{importId}: looking at an import, settling its rows, committing it.</summary>
public static class ImportReview
{
    private const string NoImport = "Import not found";

    public static void MapImportReview(this IEndpointRouteBuilder api)
    {
        var import = api.MapGroup("/user/collection/imports/{importId}").WithTags("Import and export").RequireCustomer();
        import.MapGet("/", Read).Limit(FragrancesLimits.CollectionReadsPerCaller)
            .WithSummary("Read an import with its rows").Refuses(FragrancesErrors.NotFound(NoImport));
        import.MapPut("/rows/{row}", Settle).Limit(FragrancesLimits.CollectionChangesPerCaller).WrongValuesAre422()
            .WithSummary("Say which fragrance a row means, or to skip it")
            .Refuses(FragrancesErrors.NotFound("Import row not found"), FragrancesErrors.NotFound("Fragrance not found"), FragrancesErrors.Invalid("Invalid fragrance ID", "fragranceId"))
            .Refuses(FragrancesErrors.Invalid("This row has been imported already", "row"), FragrancesErrors.Invalid("This row is invalid; correct it in the file", "row"));
        import.MapPost("/commit", Commit).Limit(FragrancesLimits.ImportsPerCaller).WrongValuesAre422().Idempotent()
            .WithSummary("Take the reviewed import into the collection").Refuses(FragrancesErrors.NotFound(NoImport));
    }

    private static async Task<Results<Ok<ImportReport>, ProblemHttpResult>> Read(
        PathUuid importId, Caller caller, ProductDatabase db, CancellationToken stop)
    {
        await using var work = await db.Begin(stop);
        return await ImportReport.Find(work, importId.Value, caller.AccountId, "Import", stop) is { } report
            ? TypedResults.Ok(report)
            : FragrancesErrors.NotFound(NoImport);
    }

    private static async Task<Results<Ok<ImportRowAnswer>, ProblemHttpResult>> Settle(
        PathUuid importId, PathId row, SettleImportRow request, Caller caller, ProductDatabase db, CancellationToken stop)
    {
        if (request.FragranceId is <= 0)
            return FragrancesErrors.Invalid("Invalid fragrance ID", "fragranceId");

        await using var work = await db.Begin(stop);
        await ImportCommit.TakeTurn(work, caller.AccountId, stop);
        var found = await work.One<FoundRow>(
            """
            select row.status, row.outcome, fragrance.id is not null as fragrance_exists
            from collection_imports import
            join collection_import_rows row on row.import_id = import.id
            left join fragrances fragrance on fragrance.id = @fragrance
            where import.id = @import and import.account_id = @account and import.expires_at > clock() and row.number = @row
            """, new { import = importId.Value, account = caller.AccountId, row = row.Value, fragrance = request.FragranceId }, stop);
        if (found is null)
            return FragrancesErrors.NotFound("Import row not found");
        if (found.Outcome is not null)
            return FragrancesErrors.Invalid("This row has been imported already", "row");
        if (found.Status == ImportStatus.Invalid)
            return FragrancesErrors.Invalid("This row is invalid; correct it in the file", "row");
        if (request.FragranceId is not null && !found.FragranceExists)
            return FragrancesErrors.NotFound("Fragrance not found");

        await work.Execute(
            """
            update collection_import_rows set
                fragrance_id = @fragrance,
                status = case
                    when @fragrance::integer is null then 'skipped'
                    when exists (select from collection_items where account_id = @account and fragrance_id = @fragrance) then 'duplicate'
                    else 'new'
                end
            where import_id = @import and number = @row
            """, new { import = importId.Value, account = caller.AccountId, row = row.Value, fragrance = request.FragranceId }, stop);
        var settled = await ImportRow.List(work, importId.Value, row.Value, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new ImportRowAnswer(true, "Row settled", settled[0]));
    }

    private static async Task<Results<Ok<ImportReport>, ProblemHttpResult>> Commit(
        PathUuid importId, CommitImport? request, Caller caller, Work work, CancellationToken stop)
    {
        await ImportCommit.TakeTurn(work, caller.AccountId, stop);
        var known = await work.One<bool>(
            "select exists (select from collection_imports where id = @import and account_id = @account and expires_at > clock())",
            new { import = importId.Value, account = caller.AccountId }, stop);
        if (!known)
            return FragrancesErrors.NotFound(NoImport);

        await ImportCommit.Run(work, importId.Value, caller.AccountId, request?.OnConflict ?? OnConflict.Skip, stop);
        var report = await ImportReport.Read(work, importId.Value, caller.AccountId, "Collection imported", stop);
        await work.Commit(stop);
        return TypedResults.Ok(report);
    }

    private sealed record FoundRow
    {
        public string Status { get; init; } = "";
        public string? Outcome { get; init; }
        public bool FragranceExists { get; init; }
    }
}

/// <summary>Which fragrance a row means, or that it is left out.</summary>
public sealed record SettleImportRow(
    [property: JsonConverter(typeof(FragranceIdConverter))] int? FragranceId = null, bool? Skip = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        CollectionRules.When(FragranceId is null == (Skip != true), "Say either fragranceId or skip: true", nameof(FragranceId));
}

public sealed record CommitImport(
    [property: AllowedValues(null, OnConflict.Skip, OnConflict.Merge, OnConflict.Replace, ErrorMessage = "onConflict must be skip, merge or replace")]
    string? OnConflict = null);

public sealed record ImportRowAnswer(bool Success, string Message, ImportRow Row);
