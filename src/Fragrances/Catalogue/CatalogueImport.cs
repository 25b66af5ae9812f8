using Colonnade.Platform.Database;
using Dapper;
using Npgsql;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>What an import is at. Bytes are of the file; <paramref name="Stage"/> is a word for people.</summary>
public readonly record struct ImportProgress(string Stage, long BytesRead, long BytesInAll, int Rows, int Rejected);

/// <summary>A fragrance named as an example of what an import does.</summary>
public sealed record ImportExample
{
    public int Line { get; init; }
    public string Brand { get; init; } = "";
    public string Name { get; init; } = "";
    public string Concentration { get; init; } = "";
}

/// <summary>What an import did, or in a dry run would have done. Rows = Rejected + Duplicates + New + Changed + Unchanged.</summary>
/// <param name="Rows">Data rows of the file.</param>
/// <param name="Rejected">Rows that could not be taken.</param>
/// <param name="Duplicates">Good rows that were merged into an earlier one of the file.</param>
/// <param name="New">Fragrances that were not in the catalogue.</param>
/// <param name="Changed">Fragrances of which the file knows something else or more than the catalogue did.</param>
/// <param name="Unchanged">Fragrances of which the file knows nothing else.</param>
/// <param name="NewBrands">Brands that were not in the catalogue.</param>
/// <param name="ExamplesOfNew">The first few new ones.</param>
/// <param name="ExamplesOfChanged">The first few changed ones.</param>
public sealed record ImportSummary(
    int Rows, int Rejected, int Duplicates, int New, int Changed, int Unchanged, int NewBrands,
    IReadOnlyList<ImportExample> ExamplesOfNew, IReadOnlyList<ImportExample> ExamplesOfChanged);

/// <summary>
/// Takes a file into the catalogue, in one transaction: all of its good rows or, if it is stopped or killed, none, so
/// that it can simply be started again. Fragrances are the same when brand, name and concentration are; an unknown
/// concentration is the same as a single known one. What a row does not say stays as it is; a file taken in twice
/// changes nothing. Imports wait for each other; readers never wait.
/// </summary>
public static class CatalogueImport
{
    /// <summary>The stage in which bytes advance; the others have no measure.</summary>
    public const string Reading = "Reading";

    private const int ProgressEvery = 500;

    /// <param name="database">The product's database, migrated.</param>
    /// <param name="file">Read once.</param>
    /// <param name="dryRun">True changes nothing.</param>
    /// <param name="rejected">Gets each row that cannot be taken, in the order of the file.</param>
    /// <param name="progress">Told every few hundred rows and at each stage.</param>
    /// <param name="stop">Leaves the catalogue as it was.</param>
    /// <exception cref="CatalogueFileException">The file as a whole cannot be read; nothing was changed.</exception>
    public static async Task<ImportSummary> Run(
        ProductDatabase database, CatalogueFile file, bool dryRun, Func<CatalogueRow, Task> rejected, IProgress<ImportProgress>? progress, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        var summary = await Take(work, file, dryRun, rejected, progress, stop);
        if (!dryRun)
            await work.Commit(stop);
        return summary;
    }

    /// <summary>As <see cref="Run"/>, inside a transaction that the caller commits.</summary>
    internal static async Task<ImportSummary> Take(
        Work work, CatalogueFile file, bool dryRun, Func<CatalogueRow, Task> rejected, IProgress<ImportProgress>? progress, CancellationToken stop)
    {
        await Statement(work, WithoutTimeLimits, stop);
        await Statement(work, IncomingRows.Table, stop);

        var (rows, refused) = (0, 0);
        await using (var incoming = await IncomingRows.Begin(work.Connection, stop))
        {
            await foreach (var row in file.Read(stop))
            {
                rows++;
                if (row.Fragrance is { } fragrance)
                {
                    await incoming.Add(row, fragrance, stop);
                }
                else
                {
                    refused++;
                    await rejected(row);
                }
                if (rows % ProgressEvery == 0)
                    Report(Reading);
            }
            await incoming.Complete(stop);
        }

        if (!dryRun)
            await Lock(work, () => Report("Waiting for another import to end"), stop);
        Report("Comparing");
        await Statement(work, "analyze incoming", stop);
        await Statement(work, CatalogueMerge.SettleConcentrations, stop);
        await Statement(work, CatalogueMerge.MergeDuplicates, stop);
        await Statement(work, CatalogueMerge.FindExisting, stop);
        await Statement(work, CatalogueMerge.FindChanges, stop);
        var counts = (await work.One<Counts>(CatalogueMerge.Count, null, stop))!;
        var summary = new ImportSummary(
            rows, refused, rows - refused - counts.Fragrances, counts.New, counts.Changed, counts.Fragrances - counts.New - counts.Changed, counts.NewBrands,
            await work.List<ImportExample>(CatalogueMerge.ExamplesOfNew, null, stop),
            await work.List<ImportExample>(CatalogueMerge.ExamplesOfChanged, null, stop));
        if (dryRun)
            return summary;

        Report("Writing");
        // A statement that changes nothing would still tell every node to read the catalogue again.
        if (counts.NewBrands > 0)
            await Statement(work, CatalogueMerge.AddBrands, stop);
        if (counts.ChangedBrands > 0)
            await Statement(work, CatalogueMerge.ChangeBrands, stop);
        if (counts.Changed > 0)
            await Statement(work, CatalogueMerge.ChangeFragrances, stop);
        if (counts.NewlyMeant > 0)
            await Statement(work, CatalogueMerge.RememberMeant, stop);
        if (counts.New > 0)
            await Statement(work, CatalogueMerge.AddFragrances, stop);
        return summary;

        void Report(string stage) => progress?.Report(new ImportProgress(stage, file.Position, file.Length, rows, refused));
    }

    /// <summary>Whoever else wants to write the catalogue waits until this transaction ends; readers go on.</summary>
    internal static async Task Lock(Work work, Action waiting, CancellationToken stop)
    {
        const string lockBoth = "lock table brands, fragrances in share row exclusive mode";
        await Statement(work, WithoutTimeLimits + "; savepoint unlocked", stop);
        try
        {
            await Statement(work, lockBoth + " nowait", stop);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await Statement(work, "rollback to savepoint unlocked", stop);
            waiting();
            await Statement(work, lockBoth, stop);
        }
    }

    private const string WithoutTimeLimits = "set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0";

    private static Task Statement(Work work, string sql, CancellationToken stop) =>
        work.Connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 0, cancellationToken: stop));

    private sealed record Counts
    {
        public int Fragrances { get; init; }
        public int New { get; init; }
        public int Changed { get; init; }
        public int NewBrands { get; init; }
        public int ChangedBrands { get; init; }
        public int NewlyMeant { get; init; }
    }
}
