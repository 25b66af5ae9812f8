using System.Globalization;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class CollectionListTests(CollectionApp app) : IClassFixture<CollectionApp>
{
    private const string Path = "/api/user/collection";

    [Theory]
    [InlineData("", "zébra,N°5,Aventus,Terre d'Hermès,Eros,Sauvage")]
    [InlineData("?sortBy=addedDate&sortOrder=asc", "Sauvage,Eros,Terre d'Hermès,Aventus,N°5,zébra")]
    [InlineData("?sortBy=name", "Aventus,Eros,N°5,Sauvage,Terre d'Hermès,zébra")]
    [InlineData("?sortBy=name&sortOrder=desc", "zébra,Terre d'Hermès,Sauvage,N°5,Eros,Aventus")]
    [InlineData("?sortBy=brand", "N°5,Aventus,Sauvage,zébra,Terre d'Hermès,Eros")]
    [InlineData("?sortBy=brand&sortOrder=desc", "Eros,Terre d'Hermès,zébra,Sauvage,Aventus,N°5")]
    [InlineData("?sortBy=rating", "Eros,Sauvage,Terre d'Hermès,Aventus,N°5,zébra")]
    [InlineData("?sortBy=RATING&sortOrder=ASC", "Sauvage,Terre d'Hermès,Aventus,Eros,N°5,zébra")]
    [InlineData("?owned=true", "zébra,Aventus,Terre d'Hermès,Eros,Sauvage")]
    [InlineData("?owned=false", "N°5,Aventus")]
    [InlineData("?rating=3", "Aventus,Terre d'Hermès,Sauvage")]
    [InlineData("?minRating=3", "Aventus,Terre d'Hermès,Eros,Sauvage")]
    [InlineData("?minRating=4", "Eros")]
    [InlineData("?owned=false&rating=3", "Aventus")]
    [InlineData("?rating=1", "")]
    public async Task Items_are_filtered_and_sorted(string query, string names)
    {
        var me = (await app.Someone()).Api;
        await Fill(me);
        var answer = (await me.Get(Path + query)).ShouldBe(200);
        Names(answer).ShouldBe(names.Split(',', StringSplitOptions.RemoveEmptyEntries));
        answer.At("pagination.total").GetInt32().ShouldBe(names.Split(',', StringSplitOptions.RemoveEmptyEntries).Length);
        // The figures are those of the whole collection, whatever is shown.
        answer.At("stats").GetRawText().ShouldBe("""{"totalOwned":5,"totalWishlist":2,"averageRating":3.5,"mostWornFragrance":""}""");
    }

    [Fact]
    public async Task Items_added_at_once_are_in_the_order_of_their_ids_whichever_way_they_are_sorted()
    {
        var me = (await app.Someone()).Api;
        foreach (var fragrance in new[] { 3, 1, 2 })
            await CollectionTests.Add(me, fragrance);
        Names(await me.Get(Path)).ShouldBe(["Terre d'Hermès", "Sauvage", "Eros"]);
        Names(await me.Get(Path + "?sortOrder=asc")).ShouldBe(["Terre d'Hermès", "Sauvage", "Eros"]);
        Names(await me.Get(Path + "?sortBy=rating")).ShouldBe(["Terre d'Hermès", "Sauvage", "Eros"]);
    }

    [Theory]
    [InlineData("?limit=4", 4, 4, 0, true)]
    [InlineData("?limit=4&offset=4", 2, 4, 4, false)]
    [InlineData("?limit=2&offset=4", 2, 2, 4, false)]
    [InlineData("?limit=101", 6, 100, 0, false)]
    [InlineData("?limit=99999999999999999999999999", 6, 100, 0, false)]
    [InlineData("?offset=1000000000", 0, 20, 1000000000, false)]
    [InlineData("?offset=6", 0, 20, 6, false)]
    public async Task Pages_say_where_they_are(string query, int count, int limit, long offset, bool more)
    {
        var me = (await app.Someone()).Api;
        await Fill(me);
        var answer = (await me.Get(Path + query)).ShouldBe(200);
        Names(answer).Length.ShouldBe(count);
        answer.At("pagination").GetRawText().ShouldBe(
            $$"""{"total":6,"limit":{{limit}},"offset":{{offset.ToString(CultureInfo.InvariantCulture)}},"hasMore":{{(more ? "true" : "false")}}}""");
        answer.At("stats.totalOwned").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task Pages_together_are_the_whole_without_overlap()
    {
        var me = (await app.Someone()).Api;
        await Fill(me);
        foreach (var sort in new[] { "name", "brand", "rating", "addedDate" })
        {
            var pages = new List<string>();
            for (var offset = 0; offset < 6; offset++)
                pages.AddRange(Names(await me.Get($"{Path}?sortBy={sort}&limit=1&offset={offset}")));
            pages.ShouldBe(Names(await me.Get($"{Path}?sortBy={sort}")));
        }
    }

    [Theory]
    [InlineData("owned=yes", "owned")]
    [InlineData("owned=", "owned")]
    [InlineData("owned=1", "owned")]
    [InlineData("rating=0", "rating")]
    [InlineData("rating=6", "rating")]
    [InlineData("rating=4.5", "rating")]
    [InlineData("rating=-1", "rating")]
    [InlineData("rating=%EF%BC%95", "rating")]
    [InlineData("minRating=x", "minRating")]
    [InlineData("sortBy=price", "sortBy")]
    [InlineData("sortBy=name&sortBy=rating", "sortBy")]
    [InlineData("sortBy=id;drop%20table%20wears", "sortBy")]
    [InlineData("sortOrder=up", "sortOrder")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit=%2010", "limit")]
    [InlineData("limit=1e2", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("offset=0x10", "offset")]
    public async Task Absurd_parameters_are_a_400_with_the_field(string query, string field)
    {
        var refused = (await (await app.Someone()).Api.Get($"{Path}?{query}")).ShouldBe(400);
        refused.At("error.code").GetString().ShouldBe("VALIDATION_ERROR");
        refused.At("error.field").GetString().ShouldBe(field);
        refused.At("path").GetString().ShouldBe(Path);
    }

    [Fact]
    public async Task The_average_has_two_decimals_and_counts_only_what_is_rated()
    {
        var me = (await app.Someone()).Api;
        await CollectionTests.Add(me, 1, ",\"rating\":5");
        await CollectionTests.Add(me, 2, ",\"rating\":4");
        await CollectionTests.Add(me, 3, ",\"rating\":4,\"isWishlist\":true");
        await CollectionTests.Add(me, 4);
        (await me.Get(Path)).At("stats.averageRating").GetDecimal().ShouldBe(4.33m);
    }

    [Fact]
    public async Task The_most_worn_is_named_and_a_tie_goes_to_the_name()
    {
        var me = (await app.Someone()).Api;
        foreach (var (fragrance, times) in new[] { (3, 3), (2, 4), (5, 4), (1, 0) })
            (await me.Put($"{Path}/{await CollectionTests.Add(me, fragrance)}", $$"""{"timesWorn":{{times}}}""")).ShouldBe(200);
        (await me.Get(Path + "?owned=false&limit=1")).At("stats.mostWornFragrance").GetString().ShouldBe("Aventus");
    }

    private async Task Fill(Api me)
    {
        foreach (var (fragrance, more) in new[] { (1, ",\"rating\":3"), (2, ",\"rating\":5"), (3, ",\"rating\":3"), (5, ",\"rating\":3,\"isWishlist\":true,\"isOwned\":true"), (6, ",\"isWishlist\":true"), (8, "") })
        {
            await app.Advance(TimeSpan.FromSeconds(1));
            await CollectionTests.Add(me, fragrance, more);
        }
    }

    private static string[] Names(Answer answer) =>
        [.. answer.ShouldBe(200).At("collection").EnumerateArray().Select(item => item.GetProperty("fragrance").GetProperty("name").GetString()!)];
}
