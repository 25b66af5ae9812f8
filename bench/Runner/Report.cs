using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Colonnade.Bench;

/// <summary>What a run found, for the terminal and for <c>docs/performance.md</c>.</summary>
internal sealed class Report(string product, string data, string machine, Effort effort, IReadOnlyList<Measured> measured, IReadOnlyList<Figure> figures)
{
    private const string Preface =
        """
        # Performance

        Written by `bench/run <product>`, which measures again and replaces its product's part; not by hand.

        Colonnade is measured against a control (`bench/Control`): Kestrel, one route and raw Npgsql on the same PostgreSQL and the
        same rows, or the same bytes from memory, and nothing else, no tokens, no limits, no validation. It is what the machine can
        give. Both run at once, each in a process of its own, and are loaded in turn (control, Colonnade, control, Colonnade …) by
        `wrk`, which shares the machine with them. Before that their answers are compared: they have to be the same; where the two
        search differently, of the same form, Colonnade's with at least as many rows.

        * Colonnade answers through its whole pipeline: a bearer token that is verified, limits that are counted (with a ceiling
          that is not reached), errors, security headers.
        * The control takes connections as Npgsql gives them, each reset when it is taken again. Colonnade's come back as they are,
          since nothing in them outlives a transaction; that is how a ratio can be above 1. Take the reset from the control as well
          and the ratios of what asks PostgreSQL are smaller by a tenth to a quarter.
        * Throughput is the median of the rounds, with the least and the greatest; the ratio is taken round by round. p50 and p99
          are medians of the rounds' own, in milliseconds; wrk counts the requests that a slow one kept waiting.
        * A run in which an answer is refused or a connection fails gives no figures.
        * Memory is what the process holds in RAM (RSS). Starts are counted from the start of the process to the first 200 of
          `/health/ready`, the build apart.
        """;

    private static readonly string[] MeasuredHeads =
        ["Question", "Clients", "Colonnade, answers/s", "Control, answers/s", "Ratio", "p50 ms (control)", "p99 ms (control)", "Promised", "Kept"];

    private static readonly string[] FigureHeads = ["Figure", "Measured", "Promised", "Kept"];

    private IEnumerable<string[]> MeasuredLines => measured.Select(row => (string[])
    [
        row.Row.Title,
        row.Row.Clients.ToString(CultureInfo.InvariantCulture),
        Of(row.Colonnade, round => round.PerSecond, "#,0"),
        Of(row.Control, round => round.PerSecond, "#,0"),
        row.Ratio is { } ratio ? Text(ratio, "0.00") : "",
        Both(row, round => round.P50),
        Both(row, round => round.P99),
        Promised(row.Row),
        Mark(row.Kept),
    ]);

    private IEnumerable<string[]> FigureLines => figures.Select(figure => (string[])
        [figure.Title, figure.Value, figure.Promised, Mark(figure.Kept)]);

    /// <summary>How many promises were not kept.</summary>
    public int Missed => measured.Count(row => row.Kept is false) + figures.Count(figure => figure.Kept is false);

    public void Print(IAnsiConsole console)
    {
        if (measured.Count > 0) console.Write(Table(MeasuredHeads, MeasuredLines));
        console.Write(Table(FigureHeads, FigureLines));
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]{data} {machine}.{Effort()}[/]");
        console.MarkupLine(Missed == 0 ? "[green]Every promise was kept.[/]" : $"[red]{Missed} of the promises were not kept.[/]");
    }

    /// <summary>Replaces this product's part of the document, and leaves the others'.</summary>
    public async Task Write(string path, CancellationToken stop)
    {
        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (File.Exists(path))
        {
            foreach (var part in (await File.ReadAllTextAsync(path, stop)).Split("\n## ")[1..])
                parts[part.Split('\n', 2)[0].Trim()] = part.Split('\n', 2)[1].Trim();
        }

        parts[product] =
            $"""
            {data}

            {machine}.{Effort()}

            {(measured.Count > 0 ? Markdown(MeasuredHeads, MeasuredLines) + "\n" : "")}{Markdown(FigureHeads, FigureLines)}
            """.Trim();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, Preface + "\n" + string.Concat(parts.Select(part => $"\n## {part.Key}\n\n{part.Value}\n")), stop);
    }

    private string Effort() => measured.Count == 0 ? "" : string.Create(
        CultureInfo.InvariantCulture, $" {effort.Rounds} rounds of {effort.Seconds} s for each contender and question, after {effort.WarmUp} s to warm up.");

    private static string Promised(Row row)
    {
        List<string> promises = [];
        if (row.AtLeast is { } ratio) promises.Add(string.Create(CultureInfo.InvariantCulture, $"≥ {ratio:0.##} × control"));
        if (row.P50Within is { } p50) promises.Add(string.Create(CultureInfo.InvariantCulture, $"p50 ≤ {p50} ms"));
        if (row.P99Within is { } p99) promises.Add(string.Create(CultureInfo.InvariantCulture, $"p99 ≤ {p99} ms"));
        return string.Join(", ", promises);
    }

    private static string Of(IReadOnlyList<Round> rounds, Func<Round, double> figure, string format) =>
        rounds.Count == 0 ? "" : Text(Spread.Of(rounds.Select(figure)), format);

    private static string Text(Spread spread, string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"{spread.Median.ToString(format, CultureInfo.InvariantCulture)} ({spread.Least.ToString(format, CultureInfo.InvariantCulture)}–{spread.Greatest.ToString(format, CultureInfo.InvariantCulture)})");

    private static string Both(Measured row, Func<Round, double> figure) => row.Control.Count == 0
        ? Median(row.Colonnade, figure)
        : $"{Median(row.Colonnade, figure)} ({Median(row.Control, figure)})";

    private static string Median(IReadOnlyList<Round> rounds, Func<Round, double> figure) =>
        Spread.Of(rounds.Select(figure)).Median.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Mark(bool? kept) => kept switch
    {
        true => "✓",
        false => "✗",
        null => "",
    };

    private static Table Table(string[] heads, IEnumerable<string[]> lines)
    {
        var table = new Table().RoundedBorder().AddColumns([.. heads.Select(Markup.Escape)]);
        foreach (var line in lines)
            table.AddRow([.. line.Select(cell => cell switch { "✓" => "[green]✓[/]", "✗" => "[red]✗[/]", _ => Markup.Escape(cell) })]);
        return table;
    }

    private static string Markdown(string[] heads, IEnumerable<string[]> lines)
    {
        var text = new StringBuilder();
        text.Append("| ").AppendJoin(" | ", heads).Append(" |\n|").Append(string.Concat(Enumerable.Repeat("---|", heads.Length))).Append('\n');
        foreach (var line in lines) text.Append("| ").AppendJoin(" | ", line).Append(" |\n");
        return text.ToString();
    }
}
