using System.Globalization;
using Colonnade.Fragrances.Search;
using Colonnade.Platform.Database;
using CsvHelper;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>The catalogue that is there on first start: brands and fragrances written for this program, taken in like any other file.</summary>
public static class StarterCatalogue
{
    /// <summary>
    /// Fills the catalogue if it holds no fragrance. Nodes that start at once wait for the first; all or nothing is there.
    /// </summary>
    /// <returns>Whether this call filled it.</returns>
    public static async Task<bool> Seed(ProductDatabase database, TimeProvider clock, CancellationToken stop)
    {
        if (await HasFragrances(sql => database.One<bool>(sql, null, stop)))
            return false;
        await using var work = await database.Begin(stop);
        await CatalogueImport.Lock(work, waiting: () => { }, stop);
        if (await HasFragrances(sql => work.One<bool>(sql, null, stop)))
            return false;

        await AddBrands(work, stop);
        await using var fragrances = CatalogueFile.Open(Resource("starter-fragrances.csv"), clock);
        await CatalogueImport.Take(work, fragrances, dryRun: false, Refuse, progress: null, stop);
        await work.Commit(stop);
        return true;
    }

    private static Task<bool> HasFragrances(Func<string, Task<bool>> ask) => ask("select exists (select from fragrances)");

    private static async Task AddBrands(Work work, CancellationToken stop)
    {
        using var reader = CsvReader.Create(Resource("starter-brands.csv"), new CsvReaderOptions { Separator = ';' });
        while (reader.Read())
        {
            var name = reader.GetString("name");
            await work.Execute(
                """
                insert into brands (name, name_key, country, founded_year, description)
                values (@name, @key, @country, @foundedYear, @description)
                on conflict (name_key) do nothing
                """,
                new
                {
                    name,
                    key = TextFolding.Key(name),
                    country = reader.GetString("country"),
                    foundedYear = int.TryParse(reader.GetString("foundedYear"), CultureInfo.InvariantCulture, out var year) ? year : (int?)null,
                    description = reader.GetString("description"),
                },
                stop);
        }
    }

    private static Task Refuse(CatalogueRow row) =>
        throw new InvalidOperationException($"Line {row.Line} of the starter catalogue: {row.Rejection}.");

    private static Stream Resource(string name) =>
        typeof(StarterCatalogue).Assembly.GetManifestResourceStream($"Colonnade.Fragrances.Catalogue.{name}")
        ?? throw new InvalidOperationException($"{name} is not embedded.");
}
