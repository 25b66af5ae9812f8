using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Colonnade.Host.Commands;

/// <summary>The command <c>colonnade</c>: what there is, and how a person is told what went wrong.</summary>
public static class CommandLine
{
    private const string About = """
        Colonnade: product backends under one roof, on PostgreSQL.

        Every setting can be given as an environment variable (Section__Key=value), in appsettings.json, or here as
        --Section:Key=value, for example --Fragrances:Urls=http://localhost:8080.
        """;

    /// <summary>Runs a command line to its end.</summary>
    /// <returns>0 when it did what was asked, 130 when a signal interrupted it, else 1.</returns>
    public static async Task<int> Run(string[] arguments)
    {
        try
        {
            var (settings, command) = Settings.Read(arguments);
            var root = new Command("colonnade", About)
            {
                new HelpOption(),
                new VersionOption(),
                Serve.Command(settings),
                Migrate.Command(settings),
                Import.Command(settings),
                Token.Command(settings),
                UserRole.Command(settings),
                Doctor.Command(settings),
            };
            // Signals are ours: stopping takes as long as requests under way need.
            var asked = root.Parse(command.Length == 0 ? ["--help"] : command);
            if (asked.Action is ParseErrorAction misunderstood) misunderstood.ShowHelp = false;
            return await asked.InvokeAsync(new InvocationConfiguration
            {
                ProcessTerminationTimeout = null,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (CannotStartException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return 130;
        }
    }
}
