using System.Globalization;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class CollectionExportTests(CollectionApp app) : IClassFixture<CollectionApp>
{
    private const string Path = "/api/user/collection/export";

    [Fact]
    public async Task Json_holds_what_is_owned_and_wished_for()
    {
        var me = (await app.Someone()).Api;
        await CollectionTests.Add(me, 2, ",\"isWishlist\":true");
        await CollectionTests.Add(me, 1, ",\"rating\":5,\"personalNotes\":\"n\",\"purchaseDate\":\"2024-06-01\",\"bottleSizeML\":100,\"occasions\":[\"work\"]");
        var file = (await me.Get(Path)).ShouldBe(200);
        file.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        file.Header("Content-Disposition").ShouldBe("attachment; filename=\"collection.json\"");
        file.Header("Cache-Control").ShouldBe("no-store");
        file.Text.ShouldBe(
            """{"collection":[{"name":"Sauvage","brand":"Dior","concentration":"Eau de Toilette","rating":5,"notes":"n","purchaseDate":"2024-06-01","bottleSizeML":100,"owned":true,"wishlist":false,"timesWorn":0,"occasions":["work"],"seasons":[],"updatedAt":"2026-03-02T09:30:00.000Z"},"""
            + """{"name":"Eros","brand":"Versace","concentration":"Eau de Toilette","rating":null,"notes":"","purchaseDate":null,"bottleSizeML":null,"owned":false,"wishlist":true,"timesWorn":0,"occasions":[],"seasons":[],"updatedAt":"2026-03-02T09:30:00.000Z"}]}""");
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@sum(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    public async Task No_cell_of_a_csv_is_taken_for_a_formula(string notes)
    {
        var me = (await app.Someone()).Api;
        await CollectionTests.Add(me, 1, $",\"personalNotes\":{System.Text.Json.JsonSerializer.Serialize(notes)}");
        var file = (await me.Get(Path + "?format=csv")).ShouldBe(200);
        file.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
        file.Header("Content-Disposition").ShouldBe("attachment; filename=\"collection.csv\"");
        file.Bytes[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        file.Text.ShouldStartWith("\uFEFFname,brand,concentration,rating,notes,purchaseDate,bottleSizeML,owned,wishlist,timesWorn,occasions,seasons,updatedAt\r\nSauvage,Dior,");
        file.Text.ShouldContain("'" + notes, Case.Sensitive);
        file.Text.ShouldNotContain("," + notes, Case.Sensitive);
    }

    [Fact]
    public async Task A_large_collection_is_whole()
    {
        var person = await app.Someone();
        await app.Database.Execute(
            """
            with brand as (insert into brands (name, name_key) values ('Mass', 'mass') returning id),
            fragrance as (
                insert into fragrances (brand_id, name, name_key, means_unknown)
                select id, 'Mass ' || n, 'mass ' || n, true from brand cross join generate_series(1, 1501) n returning id)
            insert into collection_items (account_id, fragrance_id, is_owned, is_wishlist) select @owner, id, true, false from fragrance
            """, new { owner = person.Id }, TestContext.Current.CancellationToken);
        var file = (await person.Api.Get(Path)).ShouldBe(200);
        file.At("collection").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)
            .ShouldBe(Enumerable.Range(1, 1501).Select(n => "Mass " + n.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task An_empty_collection_is_an_empty_file()
    {
        var me = (await app.Someone()).Api;
        (await me.Get(Path + "?format=json")).ShouldBe(200).Text.ShouldBe("""{"collection":[]}""");
        (await me.Get(Path + "?format=CSV")).ShouldBe(200).Text.Trim('\uFEFF', '\r', '\n').ShouldNotContain("\n");
    }

    [Fact]
    public async Task Another_format_is_a_400()
    {
        (await (await app.Someone()).Api.Get(Path + "?format=xml")).ShouldBe(400).At("error.field").GetString().ShouldBe("format");
        (await app.Api.Get(Path)).ShouldBe(401);
    }
}
