using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Colonnade.Host;

/// <summary>
/// The settings of this process: <c>appsettings.json</c> in the home directory, then environment variables
/// (<c>Section__Key</c>), then the command line (<c>--Section:Key=value</c>), the later over the earlier.
/// </summary>
public sealed partial class Settings
{
    private readonly string _home;

    private Settings(IConfigurationRoot configuration, string environment, string home) =>
        (Configuration, Environment, _home) = (configuration, environment, home);

    public IConfigurationRoot Configuration { get; }

    /// <summary><c>DOTNET_ENVIRONMENT</c>, or Development.</summary>
    public string Environment { get; }

    public bool IsDevelopment => Environment.Equals("Development", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>Colonnade:Data</c> relative to where the command was given, or <c>data</c> in the home directory.</summary>
    public string DataDirectory => Configuration["Colonnade:Data"] is { Length: > 0 } data
        ? Path.GetFullPath(data)
        : Path.Combine(_home, "data");

    /// <summary><c>Postgres:Binaries</c>: where PostgreSQL's programs are; null where the distribution puts them.</summary>
    public string? PostgresBinaries => Configuration["Postgres:Binaries"] is { Length: > 0 } binaries ? binaries : null;

    /// <summary>
    /// <c>Shutdown:KeepServing</c>, seconds: how long requests are still taken after a signal, so that a load balancer
    /// can notice. By default 5, in Development 0.
    /// </summary>
    public TimeSpan KeepServing =>
        TimeSpan.FromSeconds(Configuration.GetValue("Shutdown:KeepServing", IsDevelopment ? 0.0 : 5.0));

    /// <summary>Splits the settings off a command line; what is left is the command.</summary>
    public static (Settings Settings, string[] Command) Read(string[] arguments)
    {
        var given = arguments.TakeWhile(argument => argument != "--").Where(argument => Assignment().IsMatch(argument)).ToArray();
        var home = Path.GetFullPath(System.Environment.GetEnvironmentVariable("Colonnade__Home") ?? ".");
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(home, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine([.. given.Select(argument => argument.Replace("__", ":", StringComparison.Ordinal))]);
        try
        {
            return (
                new Settings(
                    configuration.Build(),
                    System.Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") is { Length: > 0 } environment ? environment : "Development",
                    home),
                [.. arguments.Except(given, StringComparer.Ordinal)]);
        }
        catch (InvalidDataException e)
        {
            throw new CannotStartException($"{Path.Combine(home, "appsettings.json")} cannot be read: {e.GetBaseException().Message}", e);
        }
    }

    /// <summary>
    /// Logs: one JSON object a line on standard output, in Development readable lines on standard error. What happens to
    /// Colonnade is told, of the framework only warnings; <c>Logging:LogLevel:…</c> changes it.
    /// </summary>
    public void AddLogs(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Colonnade", LogLevel.Information);
        logging.AddConfiguration(Configuration.GetSection("Logging"));
        if (IsDevelopment)
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
            logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        }
        else
        {
            logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
    }

    [GeneratedRegex("^--[A-Za-z][A-Za-z0-9]*(__|:)[^=]+=", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Assignment();
}
