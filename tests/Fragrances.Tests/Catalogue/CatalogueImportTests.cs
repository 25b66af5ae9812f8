using Colonnade.Fragrances.Catalogue;
using Npgsql;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Catalogue;

public sealed class CatalogueImportTests(CatalogueFixture catalogue) : IClassFixture<CatalogueFixture>, IAsyncLifetime
{
    private const string TwoRows =
        """
        [
          {"name": "Onde", "brand": "Rivage", "country": "Portugal", "rating": 4.2, "votes": 900, "accords": ["salty", "green"], "topNotes": ["Sea Salt"], "baseNotes": ["Musk"]},
          {"name": "Sel Gris", "brand": "Rivage", "gender": "unisex", "year": 2019}
        ]
        """;

    public async ValueTask InitializeAsync() => await catalogue.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Rows_become_brands_and_fragrances()
    {
        var (summary, rejected) = await catalogue.Import(TwoRows);
        (summary.Rows, summary.New, summary.NewBrands, summary.Rejected).ShouldBe((2, 2, 1, 0));
        rejected.ShouldBeEmpty();
        (await catalogue.One<string>("select country from brands where name = 'Rivage'")).ShouldBe("Portugal");
        var names = await catalogue.List<string>("select f.name || ' ' || f.fragrance_family || ' ' || array_to_string(top_notes || base_notes, ',') from fragrances f order by id");
        names.ShouldBe(["Onde Aquatic Sea Salt,Musk", "Sel Gris  "]);
    }

    [Fact]
    public async Task A_file_imported_twice_changes_nothing()
    {
        await catalogue.Import(TwoRows);
        var before = await catalogue.List<string>(Everything);
        await catalogue.Advance(TimeSpan.FromMinutes(1));
        var (summary, _) = await catalogue.Import(TwoRows);
        (summary.New, summary.Changed, summary.Unchanged).ShouldBe((0, 0, 2));
        (await catalogue.List<string>(Everything)).ShouldBe(before);
    }

    [Fact]
    public async Task An_import_that_changes_nothing_tells_nobody()
    {
        await using var connection = await catalogue.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var told = new List<string>();
        connection.Notification += (_, notification) => told.Add(notification.Channel);
        await using (var listen = new NpgsqlCommand("listen fragrances_catalogue", connection))
            await listen.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await catalogue.Import(TwoRows);
        (await connection.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).ShouldBeTrue();
        told.ShouldAllBe(channel => channel == "fragrances_catalogue");
        told.Count.ShouldBe(1);

        await catalogue.Import(TwoRows);
        await using (var roundTrip = new NpgsqlCommand("select 1", connection))
            await roundTrip.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        told.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen_and_does_nothing()
    {
        await catalogue.Import(TwoRows);
        var before = await catalogue.List<string>(Everything);
        var (summary, rejected) = await catalogue.Import(
            """
            {"name": "Onde", "brand": "Rivage", "year": 2001}
            {"name": "Sel Gris", "brand": "Rivage"}
            {"name": "Third", "brand": "New House"}
            {"brand": "Nameless"}
            """, dryRun: true);
        (summary.Rows, summary.New, summary.Changed, summary.Unchanged, summary.Rejected, summary.NewBrands).ShouldBe((4, 1, 1, 1, 1, 1));
        summary.ExamplesOfNew.ShouldHaveSingleItem().ShouldBe(new ImportExample { Line = 3, Brand = "New House", Name = "Third" });
        summary.ExamplesOfChanged.ShouldHaveSingleItem().Name.ShouldBe("Onde");
        rejected.ShouldHaveSingleItem().Line.ShouldBe(4);
        (await catalogue.List<string>(Everything)).ShouldBe(before);
    }

    [Fact]
    public async Task A_row_adds_to_what_is_known_and_never_erases()
    {
        await catalogue.Import("""[{"name": "Onde", "brand": "Rivage", "description": "Old", "family": "Marine", "year": 2001, "gender": "men", "popularity": 80, "topNotes": ["Lemon"], "baseNotes": ["Musk"], "perfumers": ["Ana Lund"], "isDiscontinued": true}]""");
        var (summary, _) = await catalogue.Import("""[{"name": "ONDE", "brand": "rivage", "description": "New", "year": 2002, "rating": 4.5, "votes": 20, "notes": "fig, salt", "accords": ["woody"]}]""");
        (summary.Changed, summary.New).ShouldBe((1, 0));
        (await catalogue.List<string>(
            """
            select concat_ws('|', f.name, b.name, f.description, fragrance_family, launch_year, gender, popularity_score, rating, votes, top_notes, middle_notes, base_notes, accords, perfumers, is_discontinued, version)
            from fragrances f join brands b on b.id = brand_id
            """)).ShouldBe(["Onde|Rivage|New|Marine|2002|Masculine|80|4.5|20|{Lemon}|{}|{Musk}|{woody}|{\"Ana Lund\"}|t|2"]);
    }

    [Fact]
    public async Task A_pyramid_takes_the_place_of_a_flat_list_and_not_the_other_way_round()
    {
        const string flat = """[{"name": "Onde", "brand": "Rivage", "notes": ["Fig", "Salt"]}]""";
        const string pyramid = """[{"name": "Onde", "brand": "Rivage", "topNotes": ["Salt"], "baseNotes": ["Fig"]}]""";
        await catalogue.Import(flat);
        (await Notes()).ShouldBe("{}{Fig,Salt}{}");
        await catalogue.Import(pyramid);
        (await Notes()).ShouldBe("{Salt}{}{Fig}");
        await catalogue.Import(flat);
        (await Notes()).ShouldBe("{Salt}{}{Fig}");

        Task<string> Notes() => catalogue.One<string>("select top_notes::text || middle_notes::text || base_notes::text from fragrances");
    }

    [Fact]
    public async Task Rows_of_one_identity_are_merged_and_the_first_that_knows_is_believed()
    {
        const string text =
            """
            {"name": "Onde", "brand": "Rivage", "notes": ["Fig"]}
            {"name": "Öndé", "brand": "RIVAGE", "year": 2001, "rating": 4, "topNotes": ["Salt"]}
            {"name": "onde!", "brand": "Rivage", "year": 2002, "country": "Portugal", "accords": ["woody"]}
            """;
        var (summary, _) = await catalogue.Import(text);
        (summary.New, summary.Duplicates, summary.NewBrands).ShouldBe((1, 2, 1));
        (await catalogue.One<string>("select concat_ws('|', f.name, b.name, b.country, launch_year, rating, top_notes, middle_notes, accords, fragrance_family) from fragrances f join brands b on b.id = brand_id"))
            .ShouldBe("Onde|Rivage|Portugal|2001|4|{Salt}|{}|{woody}|Woody");
        (await catalogue.Import(text)).Summary.Unchanged.ShouldBe(1);
    }

    [Theory]
    [InlineData("Onde:|Onde:EDT", "Onde:Eau de Toilette")]
    [InlineData("Onde:EDT|Onde:", "Onde:Eau de Toilette")]
    [InlineData("Onde:|Onde EDT:", "Onde:Eau de Toilette")]
    [InlineData("Onde:EDT|Onde:EDP|Onde:", "Onde:|Onde:Eau de Parfum|Onde:Eau de Toilette")]
    [InlineData("Onde:|Onde Parfum:", "Onde Parfum:Parfum|Onde:")]
    [InlineData("Onde:|Onde:Parfum", "Onde:Parfum")]
    [InlineData("Onde:EDT|Onde Parfum:|Onde:", "Onde Parfum:Parfum|Onde:Eau de Toilette")]
    [InlineData("Onde:|Onde Elixir:", "Onde Elixir:|Onde:")]
    public async Task An_unknown_concentration_is_a_single_known_one(string rows, string expected)
    {
        var fragrances = rows.Split('|').Select(row => row.Split(':')).Select(row => $$"""{"name": "{{row[0]}}", "brand": "Rivage", "concentration": "{{row[1]}}"}""").ToArray();
        var together = string.Join('\n', fragrances);
        await catalogue.Import(together);
        (await catalogue.List<string>(NamesAndStrengths)).ShouldBe(expected.Split('|'));
        (await catalogue.Import(together)).Summary.ShouldSatisfyAllConditions(again => again.New.ShouldBe(0), again => again.Changed.ShouldBe(0));

        // The same rows as files of their own, one after the other.
        await catalogue.Clear();
        foreach (var one in fragrances)
            await catalogue.Import(one);
        (await catalogue.List<string>(NamesAndStrengths)).ShouldBe(expected.Split('|'));
    }

    [Fact]
    public async Task What_an_unknown_concentration_meant_once_it_means_for_good()
    {
        const string unknown = """{"name": "Onde", "brand": "Rivage", "year": 2001}""";
        await catalogue.Import(unknown);
        await catalogue.Import("""{"name": "Onde", "brand": "Rivage", "concentration": "EDT"}""");
        await catalogue.Import("""{"name": "Onde", "brand": "Rivage", "concentration": "Extrait"}""");
        (await catalogue.Import(unknown)).Summary.Unchanged.ShouldBe(1);
        (await catalogue.List<string>(NamesAndStrengths)).ShouldBe(["Onde:Eau de Toilette", "Onde:Extrait de Parfum"]);

        await catalogue.Clear();
        await catalogue.Import("""{"name": "Onde", "brand": "Rivage", "concentration": "EDT"}""");
        var before = await catalogue.One<int>("select version from fragrances");
        (await catalogue.Import("""{"name": "Onde", "brand": "Rivage"}""")).Summary.Unchanged.ShouldBe(1);
        (await catalogue.One<int>("select version from fragrances")).ShouldBe(before);
        await catalogue.Import("""{"name": "Onde", "brand": "Rivage", "concentration": "Extrait"}""");
        await catalogue.Import(unknown);
        (await catalogue.List<string>("select concentration from fragrances where launch_year = 2001")).ShouldBe(["Eau de Toilette"]);
    }

    [Fact]
    public async Task One_bad_row_never_stops_the_rest()
    {
        var (summary, rejected) = await catalogue.Import("Name;Brand;Year\nOne;A;2001\nTwo;A;never\nThree\n;A;2001\nFour;A;2004\n");
        (summary.Rows, summary.New, summary.Rejected).ShouldBe((5, 2, 3));
        rejected.Select(row => (row.Line, row.Rejection)).ShouldBe([(3, "year 'never' is not a year from 1000 to 2028"), (4, "1 cells where the header has 3"), (5, "name is missing")]);
    }

    [Fact]
    public async Task An_import_killed_half_way_and_started_again_ends_complete()
    {
        var text = string.Join('\n', Enumerable.Range(1, 5_000).Select(i => $$"""{"name": "Work {{i}}", "brand": "House {{i % 50}}"}"""));
        using var kill = new CancellationTokenSource();
        await using (var file = Files.Of(text))
        {
            var progress = new Callback(at => { if (at.Rows >= 2_500) kill.Cancel(); });
            await Should.ThrowAsync<OperationCanceledException>(CatalogueImport.Run(catalogue.Database, file, dryRun: false, _ => Task.CompletedTask, progress, kill.Token));
        }
        (await catalogue.One<int>("select count(*)::int from fragrances")).ShouldBe(0);

        // Harder: PostgreSQL loses the connection in the middle.
        await using (var file = Files.Of(text))
        {
            var progress = new Callback(at =>
            {
                if (at.Stage == "Writing")
                    catalogue.Database.Execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and xact_start is not null and datname = current_database()", null, CancellationToken.None).Wait(TestContext.Current.CancellationToken);
            });
            await Should.ThrowAsync<NpgsqlException>(CatalogueImport.Run(catalogue.Database, file, dryRun: false, _ => Task.CompletedTask, progress, TestContext.Current.CancellationToken));
        }
        (await catalogue.One<int>("select count(*)::int from fragrances")).ShouldBe(0);

        (await catalogue.Import(text)).Summary.New.ShouldBe(5_000);
        (await catalogue.One<int>("select count(*)::int from fragrances")).ShouldBe(5_000);
    }

    [Fact]
    public async Task Imports_at_the_same_time_wait_for_each_other()
    {
        var text = string.Join('\n', Enumerable.Range(1, 2_000).Select(i => $$"""{"name": "Work {{i}}", "brand": "House {{i % 50}}"}"""));
        var summaries = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var file = Files.Of(text);
            return await CatalogueImport.Run(catalogue.Database, file, dryRun: false, _ => Task.CompletedTask, progress: null, TestContext.Current.CancellationToken);
        }));
        summaries.Sum(summary => summary.New).ShouldBe(2_000);
        summaries.Sum(summary => summary.NewBrands).ShouldBe(50);
        summaries.Sum(summary => summary.Unchanged).ShouldBe(6_000);
        (await catalogue.One<int>("select count(*)::int from fragrances")).ShouldBe(2_000);
    }

    [Fact]
    public async Task An_import_that_has_to_wait_says_so()
    {
        await using var work = await catalogue.Database.Begin(TestContext.Current.CancellationToken);
        await work.Execute("lock table fragrances in share row exclusive mode", null, TestContext.Current.CancellationToken);
        var waits = new TaskCompletionSource();
        await using var file = Files.Of(TwoRows);
        var import = CatalogueImport.Run(
            catalogue.Database, file, dryRun: false, _ => Task.CompletedTask,
            new Callback(at => { if (at.Stage.StartsWith("Waiting", StringComparison.Ordinal)) waits.TrySetResult(); }), TestContext.Current.CancellationToken);
        await waits.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        import.IsCompleted.ShouldBeFalse();
        await work.Commit(TestContext.Current.CancellationToken);
        (await import).New.ShouldBe(2);
    }

    [Fact]
    public async Task Readers_do_not_wait_for_an_import()
    {
        await catalogue.Import(TwoRows);
        await using var work = await catalogue.Database.Begin(TestContext.Current.CancellationToken);
        await work.Execute("lock table brands, fragrances in share row exclusive mode", null, TestContext.Current.CancellationToken);
        (await catalogue.One<int>("select count(*)::int from fragrances")).ShouldBe(2);
    }

    [Fact]
    public async Task Popularity_rises_with_the_rating_and_with_the_votes()
    {
        string[] rising = ["\"rating\": 1.2", "\"rating\": 3.9", "\"rating\": 4.1", "\"rating\": 4.1, \"votes\": 30", "\"rating\": 4.1, \"votes\": 31", "\"rating\": 4.1, \"votes\": 5000", "\"rating\": 4.3, \"votes\": 5000", "\"rating\": 5, \"votes\": 2000000"];
        await catalogue.Import(string.Join('\n', rising.Select((members, i) => $$"""{"name": "Work {{i}}", "brand": "House", {{members}}}""")));
        var scores = await catalogue.List<float>("select popularity_score from fragrances order by id");
        scores.ShouldBe(scores.Order());
        scores.Distinct().Count().ShouldBe(rising.Length);
        scores[^1].ShouldBe(100);
        scores[2].ShouldBeLessThan(20);

        await catalogue.Import("""{"name": "Silent", "brand": "House"}""");
        (await catalogue.List<string>("select coalesce(popularity_score::text, 'unknown') from fragrances where name = 'Silent'")).ShouldBe(["unknown"]);
    }

    [Fact]
    public async Task Names_sort_as_people_expect()
    {
        string[] names = ["No 19", "ecume", "No 5", "Écume", "Zest", "étoile"];
        await catalogue.Import(string.Join('\n', names.Select((name, i) => $$"""{"name": "{{name}}", "brand": "House {{i}}"}""")));
        (await catalogue.List<string>("select name from fragrances order by name collate by_name, id")).ShouldBe(["ecume", "Écume", "étoile", "No 5", "No 19", "Zest"]);
    }

    private const string Everything = "select f::text || b::text from fragrances f join brands b on b.id = f.brand_id order by f.id";

    private const string NamesAndStrengths = "select name || ':' || concentration from fragrances order by name || ':' || concentration collate \"C\"";

    private sealed class Callback(Action<ImportProgress> told) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => told(value);
    }
}
