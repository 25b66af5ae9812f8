using System.CommandLine;
using Spectre.Console;

namespace Colonnade.Host.Commands;

/// <summary><c>doctor</c>: what this machine has, what it lacks, and what to do.</summary>
public static class Doctor
{
    public static Command Command(Settings settings)
    {
        var command = new Command("doctor", "Looks at what Colonnade needs and says what is missing.");
        command.SetAction(async parsed =>
        {
            using var signals = new Signals();
            return await Run(settings, Products.All, Terminal(), signals.Received);
        });
        return command;
    }

    /// <returns>0, or 1 when something is missing without which Colonnade does not start.</returns>
    public static async Task<int> Run(
        Settings settings, IReadOnlyList<Product> products, IAnsiConsole console, CancellationToken stop)
    {
        var table = new Table().RoundedBorder().AddColumns("", "What", "Found", "To do");
        var missing = false;
        await foreach (var finding in Checkup.Findings(settings, products, stop))
        {
            missing |= finding.State == Health.Missing;
            table.AddRow(
                finding.State switch
                {
                    Health.Good => "[green]✓[/]",
                    Health.Note => "[yellow]![/]",
                    Health.Missing => "[red]✗[/]",
                },
                Markup.Escape(finding.What), Markup.Escape(finding.Found), Markup.Escape(finding.ToDo));
        }

        console.Write(table);
        return missing ? 1 : 0;
    }

    /// <summary>In a file, colours are noise and a narrow table is hard to search.</summary>
    private static IAnsiConsole Terminal()
    {
        if (!Console.IsOutputRedirected) return AnsiConsole.Console;
        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No });
        plain.Profile.Width = 200;
        return plain;
    }
}
