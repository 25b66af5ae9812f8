using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Colonnade.Fragrances;
using Colonnade.Fragrances.Catalogue;
using Colonnade.Platform.Database;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Spectre.Console;

namespace Colonnade.Host.Commands;

/// <summary>
/// <c>import fragrances FILE</c>: takes a file into the catalogue, also while a server runs on the same data; nodes
/// notice by themselves.
/// </summary>
public static class Import
{
    private const int RejectedShown = 10;

    /// <summary>What is asked for on the command line.</summary>
    /// <param name="File">Path of the file.</param>
    /// <param name="DryRun">Tell what would happen and change nothing.</param>
    /// <param name="Map">Columns that are not known by name; null when there are none.</param>
    /// <param name="Report">Where the rejected rows are written; null: <c>FILE.rejected.csv</c> in the current directory.</param>
    public sealed record Request(string File, bool DryRun = false, string? Map = null, string? Report = null);

    public static Command Command(Settings settings)
    {
        var file = new Argument<string>("FILE") { Description = "A JSON array, JSON lines or CSV; delimiter, encoding and columns are recognised." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tells what would happen and changes nothing." };
        var map = new Option<string?>("--map") { Description = "Columns that are not known by name, as in name=Title,brand=House." };
        var report = new Option<string?>("--report") { Description = "Where rejected rows are written, with line and reason; FILE.rejected.csv when not given." };
        var fragrances = new Command("fragrances", "Takes fragrances into the catalogue. Doing it twice changes nothing.") { file, dryRun, map, report };
        fragrances.SetAction(async parsed =>
        {
            using var signals = new Signals();
            var request = new Request(parsed.GetRequiredValue(file), parsed.GetValue(dryRun), parsed.GetValue(map), parsed.GetValue(report));
            return await Run(settings, request, AnsiConsole.Console, signals.Received);
        });
        return new Command("import", "Takes files into a product's catalogue.") { fragrances };
    }

    /// <returns>0: the file was taken, whatever rows of it were rejected.</returns>
    /// <exception cref="CannotStartException">The file cannot be read, or PostgreSQL is away: nothing was changed.</exception>
    public static async Task<int> Run(Settings settings, Request request, IAnsiConsole console, CancellationToken stop)
    {
        // The file first: a wrong name need not wait for PostgreSQL.
        await using var file = Open(request);
        var product = new Product(FragrancesProduct.Identity, FragrancesProduct.Build);
        await using var foundation = await Foundation.Lay(settings, [product], LockHolder.Command, stop);
        await using var app = foundation.Build(product);
        await Foundation.Prepare(app, product, stop);
        var database = app.Services.GetRequiredService<ProductDatabase>();

        console.WriteLine($"{Path.GetFileName(request.File)}: {file.Format}");
        var began = Stopwatch.GetTimestamp();
        var firstRejected = new List<CatalogueRow>();
        await using var rejected = new RejectedRows(request.Report ?? Path.GetFileName(request.File) + ".rejected.csv");
        try
        {
            var summary = await WithProgress(console, progress => CatalogueImport.Run(database, file, request.DryRun, Reject, progress, stop));
            Tell(console, request, summary, Stopwatch.GetElapsedTime(began));
            TellRejected(console, rejected, firstRejected);
            return 0;
        }
        catch (Exception e) when (e is CatalogueFileException or IOException)
        {
            throw new CannotStartException($"{request.File}: {e.Message}", e);
        }
        catch (NpgsqlException e)
        {
            throw new CannotStartException($"PostgreSQL broke the import off and the catalogue is as it was; start it again. ({e.Message})", e);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            console.WriteLine("The catalogue is as it was.");
            throw;
        }

        Task Reject(CatalogueRow row)
        {
            if (firstRejected.Count < RejectedShown)
                firstRejected.Add(row);
            return rejected.Add(row);
        }
    }

    private static CatalogueFile Open(Request request)
    {
        try
        {
            return CatalogueFile.Open(request.File, TimeProvider.System, request.Map is { } map ? ColumnMap.Parse(map) : null);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"{request.File}: {e.Message}", e);
        }
    }

    private static Task<ImportSummary> WithProgress(IAnsiConsole console, Func<IProgress<ImportProgress>, Task<ImportSummary>> import)
    {
        if (!console.Profile.Capabilities.Interactive)
            return import(new PlainProgress(console));
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(bar => import(new BarProgress(bar.AddTask("Reading"))));
    }

    private static void Tell(IAnsiConsole console, Request request, ImportSummary summary, TimeSpan took)
    {
        var table = new Table().RoundedBorder().HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        table.AddRow("Rows", Count(summary.Rows));
        table.AddRow(request.DryRun ? "Fragrances that would be new" : "New fragrances", Count(summary.New));
        table.AddRow(request.DryRun ? "Fragrances that would change" : "Changed fragrances", Count(summary.Changed));
        table.AddRow("Unchanged fragrances", Count(summary.Unchanged));
        table.AddRow("Rows merged into another of the file", Count(summary.Duplicates));
        table.AddRow("Rejected rows", Count(summary.Rejected));
        table.AddRow(request.DryRun ? "Brands that would be new" : "New brands", Count(summary.NewBrands));
        table.AddRow("Time", string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.0} s, {summary.Rows / Math.Max(took.TotalSeconds, 0.001):#,0} rows/s"));
        console.Write(table);
        if (!request.DryRun)
            return;
        TellExamples("New, for example", summary.ExamplesOfNew);
        TellExamples("Changed, for example", summary.ExamplesOfChanged);
        console.WriteLine("Dry run: nothing was changed.");

        void TellExamples(string title, IReadOnlyList<ImportExample> examples)
        {
            if (examples.Count > 0)
                console.WriteLine($"{title}:");
            foreach (var example in examples)
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  line {example.Line}: {example.Name} by {example.Brand}{(example.Concentration.Length > 0 ? $" ({example.Concentration})" : "")}"));
        }
    }

    private static void TellRejected(IAnsiConsole console, RejectedRows rejected, List<CatalogueRow> first)
    {
        foreach (var row in first)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  line {row.Line}: {row.Rejection}"));
        if (rejected.Failure is { } failure)
            console.WriteLine($"The rejected rows could not be written to {rejected.Path}: {failure}");
        else if (rejected.Count > 0)
            console.WriteLine($"Rejected rows with their reasons: {rejected.Path}");
    }

    private static string Count(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Words(ImportProgress at) => string.Create(CultureInfo.InvariantCulture,
        $"{at.Stage}: {at.Rows:#,0} rows{(at.Rejected > 0 ? $", {at.Rejected:#,0} rejected" : "")}");

    private static double Share(ImportProgress at) => at.BytesInAll == 0 ? 1 : Math.Min(1, (double)at.BytesRead / at.BytesInAll);

    private sealed class BarProgress(ProgressTask bar) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress at)
        {
            bar.Description = Markup.Escape(Words(at));
            bar.Value = Share(at) * 100;
            bar.IsIndeterminate = at.Stage != CatalogueImport.Reading;
        }
    }

    /// <summary>For logs and pipes: a line for each tenth of the file and each stage.</summary>
    private sealed class PlainProgress(IAnsiConsole console) : IProgress<ImportProgress>
    {
        private string _stage = "";
        private int _tenth;

        public void Report(ImportProgress at)
        {
            var tenth = (int)(Share(at) * 10);
            if (at.Stage == _stage && tenth == _tenth)
                return;
            (_stage, _tenth) = (at.Stage, tenth);
            console.WriteLine(at.Stage == CatalogueImport.Reading
                ? string.Create(CultureInfo.InvariantCulture, $"{Words(at)} ({tenth * 10} %)")
                : Words(at));
        }
    }
}
