using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class FragranceSearchTests(StarterApp app) : IClassFixture<StarterApp>
{
    [Theory]
    [InlineData("savage diro", "Sauvage", "Dior")]
    [InlineData("sauvage", "Sauvage", "Dior")]
    [InlineData("terre d hermes", "Terre d'Hermès", "Hermès")]
    [InlineData("bacarat rouge", "Baccarat Rouge 540", "Maison Francis Kurkdjian")]
    [InlineData("armani aqua di gio", "Acqua di Giò", "Giorgio Armani")]
    public async Task A_typing_error_finds_what_was_meant_first(string search, string name, string brand)
    {
        var answer = (await app.Reader.Get("/api/fragrances?search=" + Uri.EscapeDataString(search))).ShouldBe(200);
        answer.At("fragrances[0].name").GetString().ShouldBe(name);
        answer.At("fragrances[0].brand.name").GetString().ShouldBe(brand);
        answer.At("searchTime").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task A_page_has_the_members_the_document_shows()
    {
        var answer = (await app.Reader.Get("/api/fragrances?limit=5")).ShouldBe(200);
        answer.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["fragrances", "pagination", "searchTime"]);
        answer.At("fragrances").GetArrayLength().ShouldBe(5);
        answer.At("fragrances[0]").EnumerateObject().Select(member => (member.Name, member.Value.ValueKind)).ShouldBe([
            ("id", JsonValueKind.Number), ("name", JsonValueKind.String), ("brand", JsonValueKind.Object), ("description", JsonValueKind.String),
            ("launchYear", JsonValueKind.Number), ("concentration", JsonValueKind.String), ("gender", JsonValueKind.String),
            ("topNotes", JsonValueKind.Array), ("middleNotes", JsonValueKind.Array), ("baseNotes", JsonValueKind.Array),
            ("fragranceFamily", JsonValueKind.String), ("priceRange", JsonValueKind.String), ("popularityScore", JsonValueKind.Number),
            ("imageUrl", JsonValueKind.String), ("isInUserCollection", JsonValueKind.False)]);
        answer.At("pagination.total").GetInt32().ShouldBeGreaterThanOrEqualTo(500);
        answer.At("pagination.limit").GetInt32().ShouldBe(5);
        answer.At("pagination.offset").GetInt32().ShouldBe(0);
        answer.At("pagination.hasMore").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Pages_together_are_the_whole_without_overlap()
    {
        var ids = new List<int>();
        for (var offset = 0; ; offset += 100)
        {
            var page = (await app.Reader.Get($"/api/fragrances?limit=100&offset={offset}&sortBy=name")).ShouldBe(200);
            ids.AddRange(page.At("fragrances").EnumerateArray().Select(fragrance => fragrance.GetProperty("id").GetInt32()));
            if (page.At("pagination.hasMore").GetBoolean())
                continue;
            ids.Count.ShouldBe(page.At("pagination.total").GetInt32());
            break;
        }

        ids.Distinct().Count().ShouldBe(ids.Count);
    }

    [Fact]
    public async Task Filters_narrow_and_brands_are_alternatives()
    {
        var brands = (await app.Reader.Get("/api/brands?limit=100")).ShouldBe(200).At("brands").EnumerateArray()
            .ToDictionary(brand => brand.GetProperty("name").GetString()!, brand => (Id: brand.GetProperty("id").GetInt32(), Count: brand.GetProperty("fragranceCount").GetInt32()), StringComparer.Ordinal);
        var (dior, chanel) = (brands["Dior"], brands["Chanel"]);
        foreach (var form in new[] { $"brand={dior.Id}&brand={chanel.Id}", $"brand={dior.Id},{chanel.Id}", $"brand[]={dior.Id}&brand[]={chanel.Id}", $"brand[0]={dior.Id}&brand[1]={chanel.Id}" })
            (await app.Reader.Get("/api/fragrances?" + form)).ShouldBe(200).At("pagination.total").GetInt32().ShouldBe(dior.Count + chanel.Count);

        var narrow = (await app.Reader.Get($"/api/fragrances?brand={dior.Id}&gender=masculine&limit=100")).ShouldBe(200);
        narrow.At("fragrances").EnumerateArray().ShouldAllBe(fragrance => fragrance.GetProperty("gender").GetString() == "Masculine");
        narrow.At("pagination.total").GetInt32().ShouldBeInRange(1, dior.Count - 1);
        (await app.Reader.Get("/api/fragrances?brand=999999")).ShouldBe(200).At("pagination.total").GetInt32().ShouldBe(0);
        (await app.Reader.Get("/api/fragrances?family=nothing")).ShouldBe(200).At("pagination.total").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Facets_count_what_other_filters_leave()
    {
        var answer = (await app.Reader.Get("/api/fragrances?gender=Feminine&facets=gender,family")).ShouldBe(200);
        var genders = answer.At("facets.gender").EnumerateArray().ToDictionary(value => value.GetProperty("value").GetString()!, value => value.GetProperty("count").GetInt32(), StringComparer.Ordinal);
        genders.Keys.ShouldBe(["Feminine", "Masculine", "Unisex"], ignoreOrder: true);
        genders["Feminine"].ShouldBe(answer.At("pagination.total").GetInt32());
        answer.At("facets.family").EnumerateArray().Sum(value => value.GetProperty("count").GetInt32()).ShouldBe(genders["Feminine"]);
    }

    [Fact]
    public async Task What_was_searched_is_marked_on_request()
    {
        var answer = (await app.Reader.Get("/api/fragrances?search=savage%20diro&highlight=true")).ShouldBe(200);
        answer.At("fragrances[0].highlight.name").GetString().ShouldBe("<em>Sauvage</em>");
        answer.At("fragrances[0].highlight.brand").GetString().ShouldBe("<em>Dior</em>");
    }

    [Fact]
    public async Task Words_are_dropped_when_nothing_has_them_all()
    {
        var answer = (await app.Reader.Get("/api/fragrances?search=sauvage%20xyzzyqwv")).ShouldBe(200);
        answer.At("relaxed").GetBoolean().ShouldBeTrue();
        answer.At("fragrances[0].name").GetString().ShouldBe("Sauvage");
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("brand=dior", "brand")]
    [InlineData("gender=Robot", "gender")]
    [InlineData("priceRange=Free", "priceRange")]
    [InlineData("sortBy=password", "sortBy")]
    [InlineData("sortOrder=up", "sortOrder")]
    [InlineData("facets=password", "facets")]
    public async Task Absurd_parameters_are_a_400_with_the_field(string query, string field)
    {
        var answer = (await app.Reader.Get("/api/fragrances?" + query)).ShouldBe(400);
        answer.At("error.code").GetString().ShouldBe("VALIDATION_ERROR");
        answer.At("error.field").GetString().ShouldBe(field);
    }

    [Theory]
    [InlineData("limit=1000000000", 100, 0)]
    [InlineData("limit=101&offset=1000000000000", 100, 1000000000000)]
    public async Task Large_paging_is_clamped_and_honest(string query, int limit, long offset)
    {
        var answer = (await app.Reader.Get("/api/fragrances?" + query)).ShouldBe(200);
        answer.At("pagination.limit").GetInt32().ShouldBe(limit);
        answer.At("pagination.offset").GetInt64().ShouldBe(offset);
        if (offset > 0)
        {
            answer.At("fragrances").GetArrayLength().ShouldBe(0);
            answer.At("pagination.hasMore").GetBoolean().ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("\\")]
    [InlineData("'; drop table fragrances; --")]
    [InlineData("🛡️ 𝒻𝓇𝒶")]
    [InlineData("‮dior")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("$where: 1")]
    public async Task Odd_text_is_only_text(string text)
    {
        (await app.Reader.Get("/api/fragrances?search=" + Uri.EscapeDataString(text))).ShouldBe(200);
        (await app.Reader.Get("/api/fragrances/suggest?q=" + Uri.EscapeDataString(text))).ShouldBe(200);
    }

    [Fact]
    public async Task A_kilobyte_of_wildcards_is_browsing()
    {
        var answer = (await app.Reader.Get("/api/fragrances?search=" + Uri.EscapeDataString(string.Concat(Enumerable.Repeat("%_", 512))))).ShouldBe(200);
        answer.At("pagination.total").GetInt32().ShouldBeGreaterThanOrEqualTo(500);
    }

    [Theory]
    [InlineData("search=a%00b")]
    [InlineData("search=%ff%fe")]
    public async Task Text_that_is_no_text_is_refused_or_found_nowhere(string query)
    {
        (await app.Reader.Get("/api/fragrances?" + query)).Status.ShouldBeOneOf(200, 400);
    }

    [Fact]
    public async Task What_is_typed_is_completed()
    {
        var answer = (await app.Reader.Get("/api/fragrances/suggest?q=savag")).ShouldBe(200);
        answer.At("suggestions[0].kind").GetString().ShouldBe("fragrance");
        answer.At("suggestions[0].text").GetString()!.ShouldStartWith("Sauvage");
        answer.At("suggestions").GetArrayLength().ShouldBeLessThanOrEqualTo(10);
    }

    [Fact]
    public async Task Every_fragrance_is_shown_whole()
    {
        var id = (await app.Reader.Get("/api/fragrances?search=sauvage")).At("fragrances[0].id").GetInt32();
        var answer = (await app.Reader.Get($"/api/fragrances/{id}")).ShouldBe(200);
        answer.At("brand.country").GetString().ShouldBe("France");
        answer.At("launchYear").GetInt32().ShouldBe(2015);
        answer.At("isDiscontinued").GetBoolean().ShouldBeFalse();
        answer.Json.TryGetProperty("userCollection", out _).ShouldBeFalse();

        var person = await app.Someone();
        (await person.Api.Post("/api/user/collection", $$"""{"fragranceId":{{id}},"rating":5,"personalNotes":"rain"}""")).ShouldBe(201);
        var own = (await person.Api.Get($"/api/fragrances/{id}")).ShouldBe(200).At("userCollection");
        own.GetProperty("rating").GetInt32().ShouldBe(5);
        own.GetProperty("personalNotes").GetString().ShouldBe("rain");
        own.GetProperty("isOwned").GetBoolean().ShouldBeTrue();
        own.GetProperty("isWishlist").GetBoolean().ShouldBeFalse();
        (await person.Api.Get("/api/fragrances?search=sauvage")).At("fragrances[0].isInUserCollection").GetBoolean().ShouldBeTrue();
        (await app.Reader.Get("/api/fragrances?search=sauvage")).At("fragrances[0].isInUserCollection").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("sauvage")]
    [InlineData("999999999")]
    [InlineData("99999999999999999999")]
    public async Task An_id_that_names_nothing_is_a_404(string id)
    {
        (await app.Reader.Get("/api/fragrances/" + id)).ShouldBe(404).At("error.code").GetString().ShouldBe("RESOURCE_NOT_FOUND");
        (await app.Reader.Get($"/api/fragrances/{id}/similar")).ShouldBe(404);
    }

    [Fact]
    public async Task What_is_like_a_fragrance_says_why()
    {
        var id = (await app.Reader.Get("/api/fragrances?search=sauvage")).At("fragrances[0].id").GetInt32();
        var answer = (await app.Reader.Get($"/api/fragrances/{id}/similar?limit=5")).ShouldBe(200);
        answer.At("similar").GetArrayLength().ShouldBe(5);
        answer.At("similar").EnumerateArray().ShouldAllBe(like => like.GetProperty("id").GetInt32() != id);
        answer.At("similar[0].reasons.sharedNotes").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Brands_are_sorted_by_name_and_found_by_a_part_of_it()
    {
        var all = (await app.Reader.Get("/api/brands")).ShouldBe(200).At("brands");
        all.GetArrayLength().ShouldBe(50);
        all[0].EnumerateObject().Select(member => member.Name).ShouldBe(["id", "name", "description", "country", "foundedYear", "fragranceCount"]);
        (await app.Reader.Get("/api/brands?search=ERMES")).ShouldBe(200).At("brands[0].name").GetString().ShouldBe("Hermès");
        (await app.Reader.Get("/api/brands?active=false")).ShouldBe(200).At("brands").GetArrayLength().ShouldBe(0);
        (await app.Reader.Get("/api/brands?active=maybe")).ShouldBe(400).At("error.field").GetString().ShouldBe("active");
    }

    [Theory]
    [InlineData("/api/fragrances")]
    [InlineData("/api/fragrances/1")]
    [InlineData("/api/fragrances/suggest?q=a")]
    [InlineData("/api/brands")]
    public async Task Browsing_needs_a_token(string path)
    {
        (await app.Api.Get(path)).ShouldBe(401).At("error.code").GetString().ShouldBe("AUTHENTICATION_REQUIRED");
    }

    [Fact]
    public async Task A_change_of_the_catalogue_is_searched_on_every_node_soon()
    {
        var node = await app.StartNode();
        var reader = ProductFixture.Of(node).WithBearer((await app.Someone()).AccessToken);
        await app.Database.Execute(
            "insert into fragrances (brand_id, name, name_key, concentration, concentration_key) select min(id), 'Quixotic Zephyr', 'quixotic zephyr', 'Eau de Toilette', 'eau de toilette' from brands",
            null, TestContext.Current.CancellationToken);
        // They hear of it over the wire: real time, bounded. The first one too, before another test counts what there is.
        foreach (var api in (Api[])[reader, app.Reader])
        {
            for (var tries = 0; (await api.Get("/api/fragrances?search=quixotic")).ShouldBe(200).At("pagination.total").GetInt32() != 1; tries++)
            {
                tries.ShouldBeLessThan(1000);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task A_node_is_not_ready_before_it_has_read_the_catalogue()
    {
        Api api;
        await using (var work = await app.Database.Begin(TestContext.Current.CancellationToken))
        {
            await work.Execute("lock table fragrances in access exclusive mode", null, TestContext.Current.CancellationToken);
            api = ProductFixture.Of(await app.StartNode());
            (await api.Get("/health/ready")).ShouldBe(503).At("status").GetString().ShouldBe("reading the catalogue");
            (await api.Get("/health/live")).ShouldBe(200);
        }

        await api.WaitUntilReady();
        (await api.WithBearer((await app.Someone()).AccessToken).Get("/api/fragrances")).ShouldBe(200);
    }
}
