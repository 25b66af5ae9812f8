using Colonnade.Fragrances;
using Colonnade.Host.Commands;
using Colonnade.Platform.Database;
using Colonnade.Testing;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Spectre.Console;
using Xunit;

namespace Colonnade.Host.Tests;

public sealed class ImportTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("colonnade-import-").FullName;
    private readonly StringWriter _output = new();
    private string _connection = "";
    private Settings _settings = null!;

    public async ValueTask InitializeAsync()
    {
        _connection = await (await TestCluster.Instance).Create();
        _settings = Settings.Read([$"--Database:Connection={_connection}", $"--Colonnade:Data={_directory}/data"]).Settings;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        _output.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_file_is_taken_and_its_rejected_rows_are_reported()
    {
        var file = await Write("works.csv", "Name;Brand;Year\nOnde;Rivage;2001\n\"Sel \"\"Gris\"\"\";Rivage;soon\nThird\n");
        var report = Path.Combine(_directory, "refused.csv");
        (await Import(new Import.Request(file, Report: report))).ShouldBe(0);
        (await Ours()).ShouldBe(["Onde by Rivage"]);
        (await File.ReadAllLinesAsync(report, TestContext.Current.CancellationToken)).ShouldBe(
        [
            "row,line,reason,begins",
            "2,3,\"year 'soon' is not a year from 1000 to " + (TimeProvider.System.GetUtcNow().Year + 2) + "\",\"\"\"Sel \"\"\"\"Gris\"\"\"\"\"\";Rivage;soon\"",
            "3,4,\"1 cells where the header has 3\",\"Third\"",
        ]);
        var told = _output.ToString();
        told.ShouldContain("CSV separated by semicolons");
        told.ShouldContain("line 4: 1 cells where the header has 3");
        told.ShouldContain(report.Split('/')[^1]);
        told.ShouldContain("Comparing: 3 rows, 2 rejected");
        told.ShouldNotContain("Waiting");
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_happen()
    {
        var file = await Write("works.json", """[{"name": "Onde [red]", "brand": "Rivage"}]""");
        (await Import(new Import.Request(file, DryRun: true))).ShouldBe(0);
        (await Ours()).ShouldBeEmpty();
        _output.ToString().ShouldContain("line 1: Onde [red] by Rivage");
        _output.ToString().ShouldContain("Dry run: nothing was changed.");
    }

    [Fact]
    public async Task A_column_map_is_taken_from_the_command_line()
    {
        var file = await Write("works.csv", "Title;Maker\nOnde;Rivage\n");
        (await Import(new Import.Request(file, Map: "name=Title,brand=Maker"))).ShouldBe(0);
        (await Ours()).ShouldBe(["Onde by Rivage"]);
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_in_one_sentence()
    {
        (await Refusal(new Import.Request(Path.Combine(_directory, "nowhere.csv")))).ShouldContain("nowhere.csv");
        (await Refusal(new Import.Request(_directory))).ShouldContain(_directory);
        var file = await Write("works.csv", "Title;Maker\nOnde;Rivage\n");
        (await Refusal(new Import.Request(file))).ShouldContain("--map name=");
        (await Refusal(new Import.Request(file, Map: "nam=Title"))).ShouldContain("There is no field 'nam'");
        (await Refusal(new Import.Request(await Write("empty.csv", "")))).ShouldContain("The file is empty.");
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_does_not_stop_the_import()
    {
        var file = await Write("works.csv", "Name;Brand;Year\nOnde;Rivage;2001\nSel;Rivage;soon\n");
        (await Import(new Import.Request(file, Report: Path.Combine(_directory, "no", "such", "place.csv")))).ShouldBe(0);
        (await Ours()).ShouldBe(["Onde by Rivage"]);
        _output.ToString().ShouldContain("could not be written");
    }

    private async Task<string> Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }

    private Task<int> Import(Import.Request request)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(_output),
        });
        console.Profile.Width = 400;
        return Commands.Import.Run(_settings, request, console, TestContext.Current.CancellationToken);
    }

    private async Task<string> Refusal(Import.Request request) =>
        (await Should.ThrowAsync<CannotStartException>(Import(request))).Message;

    /// <summary>What is there of the brand that only these files know.</summary>
    private async Task<List<string>> Ours()
    {
        await using var database = new ProductDatabase(
            FragrancesProduct.Identity, new ConfigurationBuilder().AddInMemoryCollection([new("Database:Connection", _connection)]).Build());
        return await database.List<string>(
            "select f.name || ' by ' || b.name from fragrances f join brands b on b.id = f.brand_id where b.name = 'Rivage' order by f.id", null, TestContext.Current.CancellationToken);
    }
}
