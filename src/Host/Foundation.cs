using System.Security.Cryptography;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Colonnade.Host;

/// <summary>
/// What products are built on: settings, logs, the secret, and a PostgreSQL, our own where none is configured.
/// A command lays it first and disposes it last.
/// </summary>
public sealed class Foundation : IAsyncDisposable
{
    /// <summary>How long requests and jobs under way may take to finish when a product stops.</summary>
    public static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(28);

    private readonly ILoggerFactory _logs;
    private readonly Dictionary<string, string?> _found = new(StringComparer.OrdinalIgnoreCase);

    private Foundation(Settings settings, ILoggerFactory logs) => (Settings, _logs) = (settings, logs);

    public Settings Settings { get; }

    /// <summary>Our own PostgreSQL; null when <c>Database:Connection</c> is configured for every product.</summary>
    public PrivatePostgres? Postgres { get; private set; }

    /// <summary>The logger of the Host's own type.</summary>
    public ILogger<T> Log<T>() => _logs.CreateLogger<T>();

    /// <summary>Lays the foundation of <paramref name="products"/>.</summary>
    /// <param name="settings"></param>
    /// <param name="products">Those that will be built.</param>
    /// <param name="holder">A server takes the data directory for itself; a command uses a running server's PostgreSQL.</param>
    /// <param name="stop"></param>
    /// <exception cref="CannotStartException">Anything a person can put right: said in one sentence.</exception>
    public static async Task<Foundation> Lay(
        Settings settings, IReadOnlyList<Product> products, LockHolder holder, CancellationToken stop)
    {
        var foundation = new Foundation(settings, LoggerFactory.Create(settings.AddLogs));
        try
        {
            var own = products.Any(product => !HasConnection(settings, product)) || products.Count == 0;
            foundation.FindSecret(own);
            if (own) await foundation.StartPostgres(holder, stop);
            return foundation;
        }
        catch
        {
            await foundation.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a product's PostgreSQL is configured.</summary>
    public static bool HasConnection(Settings settings, Product product) =>
        !string.IsNullOrWhiteSpace(settings.Configuration[$"{product.Name}:Database:Connection"])
        || !string.IsNullOrWhiteSpace(settings.Configuration["Database:Connection"]);

    /// <summary>Builds a product; it is neither prepared nor started.</summary>
    /// <param name="product"></param>
    /// <param name="adjust">A last word on its services, after its own.</param>
    public WebApplication Build(Product product, Action<IServiceCollection>? adjust = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = product.Name,
            EnvironmentName = Settings.Environment,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(Settings.Configuration);
        builder.Configuration.AddInMemoryCollection(_found);
        // Setting a value would set it in what all products share.
        builder.Configuration.AddInMemoryCollection([new("Colonnade:Data", Settings.DataDirectory)]);
        StartLog.AddTo(builder);
        Settings.AddLogs(builder.Logging);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = StopPatience;
            host.ServicesStopConcurrently = true;
        });
        if (adjust is not null) builder.Host.ConfigureContainer<IServiceCollection>(adjust);
        try
        {
            return product.Build(builder);
        }
        catch (InvalidOperationException e)
        {
            throw new CannotStartException($"{product.Name} cannot be set up: {e.Message}", e);
        }
    }

    /// <summary>Makes a product's database ready: its schema, its keys, what it starts with.</summary>
    /// <exception cref="DatabaseAwayException">PostgreSQL does not answer; nothing is wrong with it otherwise.</exception>
    /// <exception cref="CannotStartException">Anything else that a person can put right.</exception>
    public static async Task Prepare(WebApplication app, Product product, CancellationToken stop)
    {
        try
        {
            await app.Prepare(stop);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or CryptographicException)
        {
            throw Explained(product, e);
        }
    }

    /// <summary>Brings a product's schema up to date and answers the names of what was applied.</summary>
    /// <inheritdoc cref="Prepare" path="/exception"/>
    public static async Task<IReadOnlyList<string>> Migrate(WebApplication app, Product product, CancellationToken stop)
    {
        try
        {
            return await app.Services.GetRequiredService<Migrator>().Migrate(stop);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or CryptographicException)
        {
            throw Explained(product, e);
        }
    }

    private static CannotStartException Explained(Product product, Exception e) => e switch
    {
        PostgresException { IsTransient: false } refused => new CannotStartException(
            $"{product.Name} cannot prepare its database: {refused.MessageText} ({refused.SqlState}).", e),
        NpgsqlException => new DatabaseAwayException(product, e),
        CryptographicException => new CannotStartException(
            $"The keys of {product.Name} were sealed with another secret; set Colonnade__Secret to the one its database was made with.", e),
        _ => new CannotStartException($"{product.Name} cannot start: {e.Message}", e),
    };

    public async ValueTask DisposeAsync()
    {
        if (Postgres is not null) await Postgres.DisposeAsync();
        _logs.Dispose();
    }

    private async Task StartPostgres(LockHolder holder, CancellationToken stop)
    {
        var options = new PrivatePostgresOptions(Settings.DataDirectory) { Binaries = Settings.PostgresBinaries };
        Postgres = holder == LockHolder.Server
            ? await PrivatePostgres.Start(options, Log<PrivatePostgres>(), stop)
            : await PrivatePostgres.StartOrJoin(options, Log<PrivatePostgres>(), stop);
        _found["Database:Connection"] = Postgres.ConnectionString;
    }

    private void FindSecret(bool ownPostgres)
    {
        if (Settings.Configuration["Colonnade:Secret"] is { Length: > 0 } configured)
            Secret.Check(configured);
        else if (ownPostgres || Settings.IsDevelopment)
            _found["Colonnade:Secret"] = Secret.ReadOrCreate(DataDirectory.Open(Settings.DataDirectory), ownPostgres);
        else
            throw new CannotStartException(
                "Colonnade__Secret is missing: with Database__Connection every node needs the same one, 32 random bytes in base64 (openssl rand -base64 32).");
    }
}

/// <summary>A product's PostgreSQL does not answer now; trying again may help.</summary>
public sealed class DatabaseAwayException(Product product, Exception cause)
    : CannotStartException($"The PostgreSQL of {product.Name} does not answer: {cause.GetBaseException().Message}", cause);
