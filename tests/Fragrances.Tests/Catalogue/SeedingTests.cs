using Colonnade.Fragrances.Catalogue;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Catalogue;

public sealed class SeedingTests(CatalogueFixture catalogue) : IClassFixture<CatalogueFixture>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await catalogue.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Nodes_that_start_at_once_fill_an_empty_catalogue_once()
    {
        var filled = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Seed()));
        filled.Count(one => one).ShouldBe(1);
        (await catalogue.One<int>("select count(*)::int from fragrances")).ShouldBeGreaterThanOrEqualTo(500);
        (await catalogue.One<int>("select count(*)::int from brands where country <> '' and founded_year is not null and description <> ''")).ShouldBeGreaterThanOrEqualTo(80);
        (await catalogue.One<int>("select count(*)::int from brands b where not exists (select from fragrances f where f.brand_id = b.id)")).ShouldBe(0);
        (await catalogue.One<string>("select b.name || ' ' || f.name from fragrances f join brands b on b.id = brand_id order by popularity_score desc, f.id limit 1"))
            .ShouldBe("Dior Sauvage");
    }

    [Fact]
    public async Task Every_row_of_the_starter_catalogue_is_a_fragrance_of_its_own_with_all_that_a_client_is_told()
    {
        await Seed();
        var lines = await File.ReadAllLinesAsync(Path.Combine(Root, "src", "Fragrances", "Catalogue", "starter-fragrances.csv"), TestContext.Current.CancellationToken);
        (await catalogue.One<int>("select count(*)::int from fragrances")).ShouldBe(lines.Length - 1);
        (await catalogue.List<string>("select name from fragrances where gender = '' or fragrance_family = '' or price_range = '' or popularity_score is null or concentration = ''"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task A_catalogue_that_holds_anything_is_left_alone()
    {
        await catalogue.Import("""{"name": "Onde", "brand": "Rivage"}""");
        (await Seed()).ShouldBeFalse();
        (await catalogue.One<int>("select count(*)::int from fragrances")).ShouldBe(1);
    }

    private static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory!.FullName, "Colonnade.slnx")))
                directory = directory.Parent;
            return directory.FullName;
        }
    }

    private Task<bool> Seed() => StarterCatalogue.Seed(catalogue.Database, Files.Clock, TestContext.Current.CancellationToken);
}
