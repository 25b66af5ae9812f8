using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Web;
using Dapper;
using Npgsql;

namespace Colonnade.Platform.Database;

/// <summary>
/// Brings the product's schema up to date: the platform's numbered <c>.sql</c> files, then the product's, each in
/// a transaction, forward only, under an advisory lock, so that any number of nodes may start at once.
/// A file that was applied and has changed since is refused.
/// </summary>
public sealed class Migrator(ProductDatabase database, ProductIdentity product)
{
    /// <summary>How many files are not applied yet; 0 means up to date. Changes nothing.</summary>
    public async Task<int> Pending(CancellationToken stop)
    {
        var files = Files();
        var known = await database.One<bool>("select to_regclass('migrations') is not null", null, stop)
            ? await database.List<Applied>("select source, name, checksum from migrations", null, stop)
            : [];
        return files.Count(file => !known.Any(applied => applied.Source == file.Source && applied.Name == file.Name));
    }

    /// <summary>Applies what is pending; answers the names applied.</summary>
    public async Task<IReadOnlyList<string>> Migrate(CancellationToken stop)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 0, MaxAutoPrepare = 0, Pooling = false };
        settings.Options = "-c statement_timeout=0 -c lock_timeout=0";
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(stop);
        // Released with the connection, also when this process is killed.
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_lock(hashtextextended('migrations.' || @Schema, 0))", new { database.Schema }, cancellationToken: stop));
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            create schema if not exists "{database.Schema}";
            create table if not exists "{database.Schema}".migrations (
                source      text           not null,
                name        text           not null,
                checksum    text           not null,
                applied_at  timestamptz(3) not null default clock_timestamp(),
                primary key (source, name)
            )
            """, cancellationToken: stop));

        var known = (await connection.QueryAsync<Applied>(new CommandDefinition(
            "select source, name, checksum from migrations", cancellationToken: stop))).ToDictionary(row => (row.Source, row.Name), row => row.Checksum);
        var done = new List<string>();
        foreach (var file in Files())
        {
            if (known.TryGetValue((file.Source, file.Name), out var checksum))
            {
                if (checksum != file.Checksum)
                    throw new InvalidOperationException($"Migration {file.Source}/{file.Name} was applied and has changed since; migrations are forward only.");
                continue;
            }

            await using var transaction = await connection.BeginTransactionAsync(stop);
            await connection.ExecuteAsync(new CommandDefinition(file.Sql, transaction: transaction, cancellationToken: stop));
            await connection.ExecuteAsync(new CommandDefinition(
                "insert into migrations (source, name, checksum) values (@Source, @Name, @Checksum)", file, transaction, cancellationToken: stop));
            await transaction.CommitAsync(stop);
            done.Add($"{file.Source}/{file.Name}");
        }

        return done;
    }

    private List<File> Files() =>
        [.. FilesOf("platform", typeof(Migrator).Assembly), .. product.Assembly == typeof(Migrator).Assembly ? [] : FilesOf(product.Schema, product.Assembly)];

    private static IEnumerable<File> FilesOf(string source, Assembly assembly) => assembly.GetManifestResourceNames()
        .Where(resource => resource.Contains(".Migrations.", StringComparison.Ordinal) && resource.EndsWith(".sql", StringComparison.Ordinal))
        .Select(resource => Read(source, assembly, resource))
        .OrderBy(file => file.Name, StringComparer.Ordinal);

    private static File Read(string source, Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var sql = reader.ReadToEnd();
        var name = resource[(resource.IndexOf(".Migrations.", StringComparison.Ordinal) + ".Migrations.".Length)..^".sql".Length];
        return new File(source, name, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
    }

    private sealed record File(string Source, string Name, string Sql, string Checksum);

    private sealed record Applied
    {
        public string Source { get; init; } = "";
        public string Name { get; init; } = "";
        public string Checksum { get; init; } = "";
    }
}
