using System.CommandLine;
using System.Globalization;
using Colonnade.Bench;
using Colonnade.Bench.FigureForge;
using Colonnade.Bench.Fragrances;
using Colonnade.Bench.Mannequin;
using Colonnade.Bench.Narhub;
using Colonnade.Bench.OrderDesk;
using Colonnade.Bench.Studio;
using Colonnade.Host;
using Npgsql;
using Spectre.Console;

// bench/run [product] [--quick] [--only TEXT]: measures what is promised of a product.
// bench/run mannequin: the figure renderer, which needs no server. bench/run --figures FILE: draws its contact sheet anew.
// Ends with 0 when every promise was kept, 2 when one was not, 1 when the figures would say nothing.
IReadOnlyList<IProductBench> benches = [new FragrancesBench(), new NarhubBench(), new OrderDeskBench(), new StudioBench(), new FigureForgeBench()];

var product = new Argument<string?>("product")
{
    Description = $"Whose promises: {string.Join(", ", benches.Select(bench => bench.Product).Append(MannequinBench.Name).Select(name => name.ToLowerInvariant()))}; all when none is named.",
    Arity = ArgumentArity.ZeroOrOne,
};
var quick = new Option<bool>("--quick") { Description = "Few short rounds, to try something." };
var only = new Option<string?>("--only") { Description = "Only questions whose title contains this." };
var document = new Option<string?>("--document") { Description = "The document to write; docs/performance.md after a whole run, none after another." };
var sheet = new Option<string?>("--figures") { Description = "Measures nothing; draws the figure renderer's contact sheet to this file (docs/figures.png)." };
var command = new RootCommand("Measures Colonnade against the control.") { product, quick, only, document, sheet };
command.SetAction(async (parsed, stop) =>
{
    if (parsed.GetValue(sheet) is { } figures)
    {
        await ContactSheet.Write(Path.GetFullPath(figures), stop);
        return 0;
    }

    var named = parsed.GetValue(product);
    var asked = benches.Where(bench => named is null || bench.Product.Equals(named, StringComparison.OrdinalIgnoreCase)).ToArray();
    var drawing = named is null || named.Equals(MannequinBench.Name, StringComparison.OrdinalIgnoreCase);
    if (asked.Length == 0 && !drawing) throw new BenchException($"There is no bench for {named}.");
    var missed = 0;
    var effort = parsed.GetValue(quick) ? Effort.Quick : Effort.Full;
    foreach (var bench in asked) await Publish(await Run(bench, effort, parsed.GetValue(only), stop));
    if (drawing && parsed.GetValue(only) is null)
        await Publish(new Report(MannequinBench.Name, MannequinBench.Data, Machine.Describe(), effort, [], MannequinBench.Measure(effort, stop)));
    return missed == 0 ? 0 : 2;

    async Task Publish(Report report)
    {
        report.Print(AnsiConsole.Console);
        missed += report.Missed;
        var isWhole = !parsed.GetValue(quick) && parsed.GetValue(only) is null;
        if ((parsed.GetValue(document) ?? (isWhole ? "docs/performance.md" : null)) is { } path)
            await report.Write(Path.GetFullPath(path), stop);
    }
});

if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = 200;
    AnsiConsole.Profile.Capabilities.Ansi = false;
}

try
{
    return await command.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is BenchException or CannotStartException or NpgsqlException or HttpRequestException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 1;
}

static async Task<Report> Run(IProductBench bench, Effort effort, string? only, CancellationToken stop)
{
    await using var house = new House(bench);
    List<Figure> figures = [];

    Tell($"First and second start");
    await using (var first = await house.ServeAlone(stop))
        figures.Add(Figure.Seconds("First start: makes a PostgreSQL, migrates, fills", first.Start, within: 5));
    await using (var second = await house.ServeAlone(stop))
        figures.Add(Figure.Seconds("Second start", second.Start, within: 2));

    Tell($"Filling");
    figures.AddRange(await bench.Fill(house, stop));
    await using (var full = await house.ServeAlone(stop))
    {
        await bench.Ask(house, stop);
        figures.Add(Figure.Seconds("Start with the data: to the first answer out of it", full.Age));
    }

    await using var colonnade = await house.Serve(stop);
    var bodies = await bench.Furnish(house, stop);
    await using var control = await house.ServeControl(bodies, stop);

    List<Measured> measured = [];
    var measurement = new Measurement(house.Load, house.Http, effort);
    foreach (var row in (await bench.Rows(house, stop)).Where(row => only is null || row.Title.Contains(only, StringComparison.OrdinalIgnoreCase)))
    {
        Tell($"{row.Title}, {row.Clients} clients");
        var rounds = await measurement.Measure(row, stop);
        if (rounds.Ratio is { } ratio) Tell($"{ratio.Median:0.00} × control");
        measured.Add(rounds);
    }

    if (only is null) figures.AddRange(await bench.Compare(house, colonnade, stop));
    figures.Add(Figure.Memory("Memory of Colonnade after the load", colonnade.Resident, bench.MemoryBelow));
    figures.Add(Figure.Memory("Memory of Colonnade at its highest", colonnade.Peak));
    figures.Add(Figure.Memory("Memory of the control after the load", control.Resident));
    return new Report(bench.Product, bench.Data, await Machine.Describe(await house.Database(stop), stop), effort, measured, figures);
}

static void Tell(FormattableString what) => AnsiConsole.WriteLine(what.ToString(CultureInfo.InvariantCulture));
