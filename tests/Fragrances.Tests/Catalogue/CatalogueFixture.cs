using Colonnade.Fragrances.Catalogue;
using Colonnade.Platform.Database;
using Colonnade.Testing;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Colonnade.Fragrances.Tests.Catalogue;

/// <summary>An empty catalogue on real PostgreSQL.</summary>
public sealed class CatalogueFixture : IAsyncLifetime
{
    public ProductDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = Open(await (await TestCluster.Instance).Create());
        await Database.Execute("create schema fragrances", null, TestContext.Current.CancellationToken);
        await Apply(typeof(ProductDatabase), "0001_clock_and_keys.sql");
        await Apply(typeof(FragrancesProduct), "0001_catalogue.sql");
    }

    /// <summary>Another node's way to the same database.</summary>
    public ProductDatabase AnotherNode() => Open(Database.Source.ConnectionString);

    public Task Clear() => Database.Execute("truncate brands, fragrances", null, TestContext.Current.CancellationToken);

    /// <summary>Imports a text and answers what happened, with the refused rows.</summary>
    public async Task<(ImportSummary Summary, List<CatalogueRow> Rejected)> Import(string text, bool dryRun = false)
    {
        await using var file = Files.Of(text);
        var rejected = new List<CatalogueRow>();
        var summary = await CatalogueImport.Run(Database, file, dryRun, row => { rejected.Add(row); return Task.CompletedTask; }, progress: null, TestContext.Current.CancellationToken);
        return (summary, rejected);
    }

    public Task<List<T>> List<T>(string sql) => Database.List<T>(sql, null, TestContext.Current.CancellationToken);

    public async Task<T> One<T>(string sql) => (await Database.One<T>(sql, null, TestContext.Current.CancellationToken))!;

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private static ProductDatabase Open(string connection) => new(FragrancesProduct.Identity, new ConfigurationBuilder()
        .AddInMemoryCollection([new("Database:Connection", connection)]).Build());

    private async Task Apply(Type of, string migration)
    {
        var resource = of.Assembly.GetManifestResourceNames().Single(name => name.EndsWith(migration, StringComparison.Ordinal));
        using var reader = new StreamReader(of.Assembly.GetManifestResourceStream(resource)!);
        await Database.Execute(await reader.ReadToEndAsync(), null, TestContext.Current.CancellationToken);
    }
}
