using Colonnade.Fragrances.Catalogue;
using Colonnade.Testing;
using Xunit;

namespace Colonnade.Fragrances.Tests.Catalogue;

/// <summary>The product, whose catalogue a test fills itself.</summary>
public sealed class CatalogueFixture() : ProductFixture(FragrancesProduct.Identity, FragrancesProduct.Build, FragrancesApp.WithoutStarter)
{
    public Task Clear() => Database.Execute("truncate brands, fragrances restart identity cascade", null, TestContext.Current.CancellationToken);

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
}
