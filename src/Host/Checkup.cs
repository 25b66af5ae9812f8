using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Colonnade.Platform.Database;
using Colonnade.Platform.Documents;
using Colonnade.Platform.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Colonnade.Host;

/// <summary>How something stands.</summary>
public enum Health
{
    Good,

    /// <summary>Worth knowing; Colonnade starts.</summary>
    Note,

    /// <summary>Colonnade does not start.</summary>
    Missing,
}

/// <summary>One line of the doctor's table.</summary>
public sealed record Finding(Health State, string What, string Found, string ToDo = "");

/// <summary>Looks at everything Colonnade needs of this machine, one thing after the other, and repairs nothing.</summary>
public static class Checkup
{
    private const long EnoughSpace = 1L << 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async IAsyncEnumerable<Finding> Findings(
        Settings settings, IReadOnlyList<Product> products, [EnumeratorCancellation] CancellationToken stop)
    {
        yield return new Finding(
            Environment.Version.Major >= 10 ? Health.Good : Health.Missing,
            ".NET", RuntimeInformation.FrameworkDescription, Environment.Version.Major >= 10 ? "" : "install the .NET 10 SDK");
        yield return Icu();

        var ownPostgres = products.Count == 0 || products.Any(product => !Foundation.HasConnection(settings, product));
        yield return await Programs(settings, ownPostgres, stop);

        yield return Printer(settings);
        yield return ImageTools.IsInstalled
            ? new Finding(Health.Good, "Image tools", "vipsthumbnail")
            : new Finding(Health.Note, "Image tools", "none: no thumbnails are made", "install libvips-tools");

        yield return Space(settings.DataDirectory);
        var data = Directory.Exists(settings.DataDirectory) ? DataDirectory.Open(settings.DataDirectory) : null;
        var (holding, served) = Data(settings.DataDirectory, data);
        yield return holding;
        yield return KeptSecret(settings, data, ownPostgres);

        foreach (var finding in products.SelectMany(product => Ports(settings, product, served))) yield return finding;

        foreach (var finding in await Databases(settings, products, data, ownPostgres, stop)) yield return finding;
    }

    private static Finding Icu()
    {
        // Without ICU every culture compares by code points, where ö comes after z in German too.
        var works = CultureInfo.GetCultureInfo("sv-SE").CompareInfo.Compare("z", "ö", CompareOptions.None) < 0
            && CultureInfo.GetCultureInfo("de-DE").CompareInfo.Compare("z", "ö", CompareOptions.None) > 0;
        return works
            ? new Finding(Health.Good, "ICU", "collations work")
            : new Finding(Health.Missing, "ICU", "no collations", "install libicu and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT");
    }

    private static async Task<Finding> Programs(Settings settings, bool needed, CancellationToken stop)
    {
        var all = await PostgresInstallation.All(settings.PostgresBinaries, stop);
        if (all.Any(installation => installation.Major >= PostgresInstallation.OldestMajor))
            return new Finding(Health.Good, "PostgreSQL's programs", string.Join(", ", all.Select(i => $"{i.Version} in {i.Binaries}")));
        return new Finding(
            needed ? Health.Missing : Health.Note, "PostgreSQL's programs",
            all.Count == 0 ? "none" : $"{all[0].Version}, too old",
            needed ? PostgresInstallation.HowToInstall : "none needed: Database__Connection is set");
    }

    private static Finding Printer(Settings settings) =>
        new Weasyprint(settings.Configuration["Documents:Weasyprint"]).Program() is { } program
            ? new Finding(Health.Good, "WeasyPrint", program)
            : new Finding(Health.Note, "WeasyPrint", "none: no invoice is printed as PDF", Weasyprint.HowToInstall);

    private static Finding Space(string directory)
    {
        var existing = directory;
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
        var free = new DriveInfo(existing).AvailableFreeSpace;
        var found = string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1L << 30):0.0} GB free");
        return free >= EnoughSpace
            ? new Finding(Health.Good, "Disk", found)
            : new Finding(Health.Note, "Disk", found, "make room, or let Colonnade__Data name another disk");
    }

    private static (Finding Finding, bool Served) Data(string path, DataDirectory? data)
    {
        const string What = "Data directory";
        if (data is null) return (new Finding(Health.Good, What, $"{path}, made at the first start"), false);
        try
        {
            using var free = data.TryLock(LockHolder.Command);
            if (free is not null) return (new Finding(Health.Good, What, $"{path}, free"), false);
            var who = data.Holder() is var (process, holder)
                ? string.Create(CultureInfo.InvariantCulture, $"{holder.ToString().ToLowerInvariant()}, process {process}")
                : "another process";
            return (new Finding(Health.Good, What, $"{path}, in use ({who})"), true);
        }
        catch (CannotStartException e)
        {
            return (new Finding(Health.Missing, What, path, e.Message), false);
        }
    }

    private static Finding KeptSecret(Settings settings, DataDirectory? data, bool ownPostgres)
    {
        const string What = "Secret";
        try
        {
            if (settings.Configuration["Colonnade:Secret"] is { Length: > 0 } configured)
            {
                Secret.Check(configured);
                return new Finding(Health.Good, What, "Colonnade__Secret");
            }

            if (!ownPostgres && !settings.IsDevelopment)
                return new Finding(Health.Missing, What, "none", "set Colonnade__Secret, the same on every node (openssl rand -base64 32)");
            if (data is null || (!File.Exists(Secret.FileIn(data)) && !Path.Exists(data.Cluster)))
                return new Finding(Health.Good, What, "made at the first start");
            _ = Secret.ReadOrCreate(data, ownPostgres);
            return new Finding(Health.Good, What, Secret.FileIn(data));
        }
        catch (CannotStartException e)
        {
            return new Finding(Health.Missing, What, "unusable", e.Message);
        }
    }

    private static IEnumerable<Finding> Ports(Settings settings, Product product, bool served)
    {
        var urls = settings.Configuration[$"{product.Name}:Urls"] is { Length: > 0 } configured
            ? configured
            : string.Create(CultureInfo.InvariantCulture, $"http://localhost:{product.Identity.Port}");
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(url.Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal), UriKind.Absolute, out var uri))
            {
                yield return new Finding(Health.Missing, product.Name, url, $"{product.Name}__Urls has to be like http://localhost:{product.Identity.Port}");
                continue;
            }

            var free = IsFree(uri.Port);
            yield return new Finding(
                free || served ? Health.Good : Health.Missing,
                product.Name, $"{url} {(free ? "is free" : served ? "is in use, a server is running" : "is in use")}",
                free || served ? "" : $"end what uses it, or let {product.Name}__Urls name another");
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<List<Finding>> Databases(
        Settings settings, IReadOnlyList<Product> products, DataDirectory? data, bool ownPostgres, CancellationToken stop)
    {
        const string What = "Database";
        if (ownPostgres && (data is null || !Path.Exists(data.Cluster)))
            return [new Finding(Health.Good, What, "a private cluster, made at the first start")];

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            await using var foundation = await Foundation.Lay(settings, products, LockHolder.Command, patience.Token);
            var findings = new List<Finding>();
            if (foundation.Postgres is { } postgres) findings.Add(await Connection(What, postgres.Description, postgres.ConnectionString, patience.Token));
            foreach (var product in products) findings.Add(await Schema(foundation, product, patience.Token));
            return findings;
        }
        catch (CannotStartException e)
        {
            return [new Finding(Health.Missing, What, "does not start", e.Message)];
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return [new Finding(Health.Note, What, "did not answer in time", "try again when the other command has ended")];
        }
    }

    private static async Task<Finding> Connection(string what, string where, string connection, CancellationToken stop)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(connection);
            await using var command = source.CreateCommand(
                "select string_agg(name, ', ') from unnest(array['pg_trgm', 'unaccent']) name where name not in (select name from pg_available_extensions)");
            return await command.ExecuteScalarAsync(stop) is string lacking
                ? new Finding(Health.Missing, what, $"{where} lacks {lacking}", "install PostgreSQL's contrib package")
                : new Finding(Health.Good, what, $"{where} answers");
        }
        catch (NpgsqlException e)
        {
            return new Finding(Health.Missing, what, $"{where} does not answer", e.GetBaseException().Message);
        }
    }

    private static async Task<Finding> Schema(Foundation foundation, Product product, CancellationToken stop)
    {
        var what = $"{product.Name}'s schema";
        await using var app = foundation.Build(product, services => services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(NullLoggerFactory.Instance));
        try
        {
            var pending = await app.Services.GetRequiredService<Migrator>().Pending(stop);
            return pending == 0
                ? new Finding(Health.Good, what, "up to date")
                : new Finding(Health.Note, what, $"{pending} migrations to apply", "the next start applies them, or colonnade migrate");
        }
        catch (NpgsqlException e)
        {
            return new Finding(Health.Missing, what, "its PostgreSQL does not answer", $"{e.GetBaseException().Message}; see Database__Connection");
        }
    }
}
