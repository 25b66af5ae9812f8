using System.Text.Json;
using Colonnade.Platform.Database;

namespace Colonnade.Fragrances;

/// <summary>What an import found in its file, row by row, and what became of it.</summary>
public sealed record ImportReport(
    bool Success,
    string Message,
    Guid ImportId,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    IReadOnlyDictionary<string, int> Summary,
    IReadOnlyList<ImportRow> Rows)
{
    /// <exception cref="InvalidOperationException">The account has no such import.</exception>
    internal static async Task<ImportReport> Read(Work work, Guid import, Guid account, string message, CancellationToken stop) =>
        await Find(work, import, account, message, stop) ?? throw new InvalidOperationException($"Account {account} has no import {import}.");

    /// <summary>Null when the account has no such import, or no longer.</summary>
    internal static async Task<ImportReport?> Find(Work work, Guid import, Guid account, string message, CancellationToken stop)
    {
        var head = await work.One<Head>(
            "select created_at, expires_at from collection_imports where id = @import and account_id = @account and expires_at > clock()", new { import, account }, stop);
        if (head is null)
            return null;

        var rows = await ImportRow.List(work, import, number: null, stop);
        var summary = new Dictionary<string, int>(StringComparer.Ordinal) { ["rows"] = rows.Count };
        foreach (var status in ImportStatus.All)
            summary[status] = rows.Count(row => row.Status == status);
        foreach (var outcome in ImportStatus.Outcomes)
            summary[outcome] = rows.Count(row => row.Outcome == outcome);
        return new ImportReport(true, message, import, head.CreatedAt, head.ExpiresAt, summary, rows);
    }

    private sealed record Head
    {
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
    }
}

public sealed record ImportRow(
    int Row,
    string Status,
    string? Outcome,
    string Name,
    string Brand,
    string Concentration,
    int? FragranceId,
    IReadOnlyList<ImportCandidate> Candidates,
    IReadOnlyList<RowError> Errors)
{
    /// <summary>All rows of an import, or the one of a number.</summary>
    internal static async Task<List<ImportRow>> List(Work work, Guid import, int? number, CancellationToken stop)
    {
        var candidates = (await work.List<CandidateRow>(
            """
            select row.number, fragrance.id, fragrance.name, brand.name as brand, fragrance.concentration
            from collection_import_rows row
            cross join unnest(row.candidates) with ordinality as candidates (id, place)
            join fragrances fragrance on fragrance.id = candidates.id
            join brands brand on brand.id = fragrance.brand_id
            where row.import_id = @import and (@number::integer is null or row.number = @number)
            order by row.number, candidates.place
            """, new { import, number }, stop)).ToLookup(row => row.Number, row => new ImportCandidate(row.Id, row.Name, row.Brand, row.Concentration));
        var rows = await work.List<StoredRow>(
            """
            select number, status, outcome, name, brand, concentration, fragrance_id, nullif(errors::text, '[]') as errors
            from collection_import_rows
            where import_id = @import and (@number::integer is null or number = @number)
            order by number
            """, new { import, number }, stop);
        return rows.ConvertAll(row => new ImportRow(row.Number, row.Status, row.Outcome, row.Name, row.Brand, row.Concentration, row.FragranceId,
            [.. candidates[row.Number]], row.Errors is null ? [] : JsonSerializer.Deserialize<RowError[]>(row.Errors, CollectionImport.StoredJson)!));
    }

    private sealed record StoredRow
    {
        public int Number { get; init; }
        public string Status { get; init; } = "";
        public string? Outcome { get; init; }
        public string Name { get; init; } = "";
        public string Brand { get; init; } = "";
        public string Concentration { get; init; } = "";
        public int? FragranceId { get; init; }
        public string? Errors { get; init; }
    }

    private sealed record CandidateRow
    {
        public int Number { get; init; }
        public int Id { get; init; }
        public string Name { get; init; } = "";
        public string Brand { get; init; } = "";
        public string Concentration { get; init; } = "";
    }
}

public sealed record ImportCandidate(int FragranceId, string Name, string Brand, string Concentration);
