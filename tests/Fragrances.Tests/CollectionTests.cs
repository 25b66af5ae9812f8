using System.Globalization;
using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class CollectionTests(CollectionApp app) : IClassFixture<CollectionApp>
{
    private const string Path = "/api/user/collection";

    [Fact]
    public async Task An_empty_collection_is_an_honest_empty_answer()
    {
        (await (await app.Someone()).Api.Get(Path)).ShouldBe(200).Text.ShouldBe(
            """{"collection":[],"stats":{"totalOwned":0,"totalWishlist":0,"averageRating":0,"mostWornFragrance":""},"pagination":{"total":0,"limit":20,"offset":0,"hasMore":false}}""");
    }

    [Fact]
    public async Task A_fragrance_is_added_as_the_document_shows_it()
    {
        var me = (await app.Someone()).Api;
        var added = (await me.Post(Path,
            """{"fragranceId":1,"rating":5,"personalNotes":"Œillet № 5","purchaseDate":"2024-06-01","bottleSizeML":100,"isWishlist":false,"isOwned":true,"occasions":["work","date"],"seasons":["Fall"]}""")).ShouldBe(201);
        added.At("success").GetBoolean().ShouldBeTrue();
        added.At("message").GetString().ShouldBe("Fragrance added to collection");

        var id = added.At("collectionItem.id").GetInt32();
        added.At("collectionItem").GetRawText().ShouldBe(
            $$"""{"id":{{id}},"fragrance":{"id":1,"name":"Sauvage","brand":{"id":1,"name":"Dior"},"imageUrl":"https://images.example/sauvage.jpg","concentration":"Eau de Toilette","gender":"Masculine"},"rating":5,"personalNotes":"Œillet № 5","purchaseDate":"2024-06-01","bottleSizeML":100,"remainingML":100,"isWishlist":false,"isOwned":true,"timesWorn":0,"occasions":["work","date"],"seasons":["Fall"],"addedAt":"2026-03-02T09:30:00.000Z","updatedAt":"2026-03-02T09:30:00.000Z"}""");
        (await me.Get(added.Header("Location")!)).ShouldBe(200).Text.ShouldBe(added.At("collectionItem").GetRawText());
        (await me.Get(Path)).At("collection[0]").GetRawText().ShouldBe(added.At("collectionItem").GetRawText());
    }

    [Fact]
    public async Task What_is_not_said_is_null_or_empty_and_always_there()
    {
        var item = (await (await app.Someone()).Api.Post(Path, """{"fragranceId":2}""")).ShouldBe(201).At("collectionItem");
        item.GetProperty("rating").ValueKind.ShouldBe(JsonValueKind.Null);
        item.GetProperty("purchaseDate").ValueKind.ShouldBe(JsonValueKind.Null);
        item.GetProperty("bottleSizeML").ValueKind.ShouldBe(JsonValueKind.Null);
        item.GetProperty("remainingML").ValueKind.ShouldBe(JsonValueKind.Null);
        item.GetProperty("personalNotes").GetString().ShouldBe("");
        item.GetProperty("occasions").GetArrayLength().ShouldBe(0);
        item.GetProperty("isOwned").GetBoolean().ShouldBeTrue();
        item.GetProperty("isWishlist").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"isWishlist":true}""", false, true)]
    [InlineData("""{"isWishlist":true,"isOwned":true}""", true, true)]
    [InlineData("""{"isWishlist":null,"isOwned":null}""", true, false)]
    [InlineData("""{"isOwned":false,"isWishlist":true}""", false, true)]
    public async Task A_wish_is_not_owned_unless_both_are_said(string said, bool owned, bool wished)
    {
        var item = (await (await app.Someone()).Api.Post(Path, $$"""{"fragranceId":1,{{said[1..]}}""")).ShouldBe(201).At("collectionItem");
        item.GetProperty("isOwned").GetBoolean().ShouldBe(owned);
        item.GetProperty("isWishlist").GetBoolean().ShouldBe(wished);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"fragranceId":null}""")]
    [InlineData("""{"fragranceId":"1"}""")]
    [InlineData("""{"fragranceId":1.5}""")]
    [InlineData("""{"fragranceId":0}""")]
    [InlineData("""{"fragranceId":-3}""")]
    [InlineData("""{"fragranceId":true}""")]
    [InlineData("""{"fragranceId":{"id":1}}""")]
    [InlineData("""{"fragranceId":9999999999}""")]
    [InlineData("""{"fragranceId":0,"rating":9}""")]
    public async Task A_fragrance_id_that_is_none_is_a_400(string body)
    {
        var refused = (await (await app.Someone()).Api.Post(Path, body)).ShouldBe(400);
        refused.At("error.code").GetString().ShouldBe("VALIDATION_ERROR");
        refused.At("error.field").GetString().ShouldBe("fragranceId");
    }

    [Fact]
    public async Task An_unknown_fragrance_is_a_404()
    {
        (await (await app.Someone()).Api.Post(Path, """{"fragranceId":2147483647}""")).ShouldBe(404).At("error.code").GetString().ShouldBe("RESOURCE_NOT_FOUND");
    }

    [Fact]
    public async Task A_second_time_is_a_400_that_names_the_item()
    {
        var me = (await app.Someone()).Api;
        var id = await Add(me, 1);
        var refused = (await me.Post(Path, """{"fragranceId":1,"rating":1}""")).ShouldBe(400);
        refused.At("error.code").GetString().ShouldBe("DUPLICATE_RESOURCE");
        refused.At("error.details.collectionItemId").GetInt32().ShouldBe(id);
        (await me.Get($"{Path}/{id}")).At("rating").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("rating", "0")]
    [InlineData("rating", "6")]
    [InlineData("rating", "4.5")]
    [InlineData("rating", "\"5\"")]
    [InlineData("rating", "1e400")]
    [InlineData("rating", "{}")]
    [InlineData("bottleSizeML", "0")]
    [InlineData("bottleSizeML", "-1")]
    [InlineData("bottleSizeML", "1e400")]
    [InlineData("bottleSizeML", "\"100\"")]
    [InlineData("bottleSizeML", "10001")]
    [InlineData("purchaseDate", "\"2026-03-04\"")]
    [InlineData("purchaseDate", "\"2026-02-30\"")]
    [InlineData("purchaseDate", "\"01.03.2026\"")]
    [InlineData("purchaseDate", "\"2024-06-01T00:00:00Z\"")]
    [InlineData("purchaseDate", "20240601")]
    [InlineData("personalNotes", "7")]
    [InlineData("personalNotes", "[]")]
    [InlineData("isOwned", "\"true\"")]
    [InlineData("isWishlist", "1")]
    [InlineData("occasions", "\"work\"")]
    [InlineData("occasions", "[1]")]
    [InlineData("occasions", "[\"work\",null]")]
    [InlineData("occasions", "[\" \"]")]
    [InlineData("seasons", "[\"0123456789012345678901234567890123456789012345678901\"]")]
    [InlineData("seasons", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\",\"18\",\"19\",\"20\",\"21\"]")]
    public async Task Wrong_types_and_ranges_are_a_422_with_the_field(string field, string value)
    {
        var me = (await app.Someone()).Api;
        var id = await Add(me, 1);
        foreach (var refused in new[] { await me.Post(Path, $$"""{"fragranceId":2,"{{field}}":{{value}}}"""), await me.Put($"{Path}/{id}", $$"""{"{{field}}":{{value}}}""") })
        {
            refused.ShouldBe(422);
            refused.At("error.code").GetString().ShouldBe("VALIDATION_ERROR");
            refused.At("error.field").GetString()!.ShouldStartWith(field);
        }

        (await me.Get(Path)).At("pagination.total").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("100001")]
    [InlineData("1.5")]
    [InlineData("\"3\"")]
    public async Task Times_worn_are_a_count(string value)
    {
        var me = (await app.Someone()).Api;
        var id = await Add(me, 1);
        (await me.Put($"{Path}/{id}", $$"""{"timesWorn":{{value}}}""")).ShouldBe(422).At("error.field").GetString().ShouldBe("timesWorn");
    }

    [Fact]
    public async Task Several_wrong_values_are_told_together()
    {
        var refused = (await (await app.Someone()).Api.Post(Path, """{"fragranceId":1,"rating":6,"bottleSizeML":-1}""")).ShouldBe(422);
        refused.At("error").TryGetProperty("field", out _).ShouldBeFalse();
        refused.At("error.details").EnumerateObject().Select(member => member.Name).ShouldBe(["rating", "bottleSizeML"]);
    }

    [Theory]
    [InlineData("""{"fragranceId":1,"personalNotes":"a\u0000b"}""")]
    [InlineData("""{"fragranceId":1,"personalNotes":"\ud800"}""")]
    [InlineData("""{"fragranceId":1,"occasions":["\u0000"]}""")]
    [InlineData("""{"fragranceId":1,"rating":1,"rating":2}""")]
    [InlineData("""{"fragranceId":1,"rating":}""")]
    [InlineData("""{"fragranceId":1,"rating":5""")]
    [InlineData("""{"fragranceId":1,"rating":05}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("")]
    public async Task What_is_no_json_or_no_text_is_a_400(string body)
    {
        var me = (await app.Someone()).Api;
        var id = await Add(me, 2);
        (await me.Post(Path, body)).ShouldBe(400).At("error.code").GetString().ShouldBe("VALIDATION_ERROR");
        (await me.Put($"{Path}/{id}", body)).ShouldBe(400).At("error.code").GetString().ShouldBe("VALIDATION_ERROR");
    }

    [Fact]
    public async Task A_change_keeps_what_it_does_not_name_and_clears_what_it_names_null()
    {
        var me = (await app.Someone()).Api;
        var before = (await me.Post(Path,
            """{"fragranceId":1,"rating":5,"personalNotes":"n","purchaseDate":"2024-06-01","bottleSizeML":12.5,"occasions":["work"],"seasons":["Fall"]}""")).ShouldBe(201).At("collectionItem");
        var item = $"{Path}/{before.GetProperty("id").GetInt32()}";

        var changed = (await me.Put(item, """{"timesWorn":7}""")).ShouldBe(200);
        changed.At("success").GetBoolean().ShouldBeTrue();
        changed.At("message").GetString().ShouldBe("Collection updated successfully");
        Without(changed.At("collectionItem"), "timesWorn", "updatedAt").ShouldBe(Without(before, "timesWorn", "updatedAt"));
        changed.At("collectionItem.timesWorn").GetInt32().ShouldBe(7);

        (await me.Put(item, """{"rating":null,"personalNotes":null,"purchaseDate":null,"bottleSizeML":null,"timesWorn":null,"occasions":null,"seasons":null}""")).ShouldBe(200);
        var cleared = (await me.Get(item)).Json;
        Without(cleared, "id", "fragrance", "addedAt", "updatedAt").ShouldBe(
            """{"rating":null,"personalNotes":"","purchaseDate":null,"bottleSizeML":null,"remainingML":null,"isWishlist":false,"isOwned":true,"timesWorn":0,"occasions":[],"seasons":[]}""");
    }

    [Fact]
    public async Task A_bought_wish_becomes_owned()
    {
        var me = (await app.Someone()).Api;
        var id = (await me.Post(Path, """{"fragranceId":1,"isWishlist":true}""")).At("collectionItem.id").GetInt32();
        var item = (await me.Put($"{Path}/{id}", """{"isOwned":true,"isWishlist":false,"purchaseDate":"2026-03-02"}""")).ShouldBe(200).At("collectionItem");
        item.GetProperty("isOwned").GetBoolean().ShouldBeTrue();
        item.GetProperty("isWishlist").GetBoolean().ShouldBeFalse();
        item.GetProperty("purchaseDate").GetString().ShouldBe("2026-03-02");
    }

    [Theory]
    [InlineData("""{"isOwned":false}""", "isOwned")]
    [InlineData("""{"isOwned":null}""", "isOwned")]
    [InlineData("""{"isOwned":false,"isWishlist":false}""", "isOwned")]
    public async Task A_change_that_leaves_neither_owned_nor_wished_is_a_422(string body, string field)
    {
        var me = (await app.Someone()).Api;
        var id = await Add(me, 1);
        (await me.Put($"{Path}/{id}", body)).ShouldBe(422).At("error.field").GetString().ShouldBe(field);
        (await me.Post(Path, """{"fragranceId":2,"isOwned":false}""")).ShouldBe(422).At("error.field").GetString().ShouldBe("isOwned");
    }

    [Fact]
    public async Task A_removed_item_is_gone_and_can_be_added_again()
    {
        var me = (await app.Someone()).Api;
        var id = await Add(me, 1);
        (await me.Delete($"{Path}/{id}")).ShouldBe(200).Text.ShouldBe("""{"success":true,"message":"Fragrance removed from collection"}""");
        (await me.Delete($"{Path}/{id}")).ShouldBe(404);
        (await me.Put($"{Path}/{id}", """{"rating":1}""")).ShouldBe(404);
        (await Add(me, 1)).ShouldNotBe(id);
    }

    [Fact]
    public async Task Fields_nobody_may_set_change_nothing()
    {
        var me = (await app.Someone()).Api;
        var other = await app.Someone();
        var extra =
            $$""" "id":999999,"userId":"{{other.Id}}","accountId":"{{other.Id}}","account_id":"{{other.Id}}","role":"admin","addedAt":"2001-01-01T00:00:00Z","createdAt":"2001-01-01T00:00:00Z","updatedAt":"2001-01-01T00:00:00Z","remainingML":1,"loggedWears":9,"version":9,"popularityScore":100,"fragrance":{"id":2,"name":"Mine","popularityScore":100} """;
        var added = (await me.Post(Path, $$"""{"fragranceId":1,"timesWorn":9,{{extra}}}""")).ShouldBe(201).At("collectionItem");
        added.GetProperty("id").GetInt32().ShouldNotBe(999999);
        added.GetProperty("timesWorn").GetInt32().ShouldBe(0);
        added.GetProperty("addedAt").GetString().ShouldBe("2026-03-02T09:30:00.000Z");
        added.GetProperty("updatedAt").GetString().ShouldBe("2026-03-02T09:30:00.000Z");
        added.GetProperty("fragrance").GetProperty("name").GetString().ShouldBe("Sauvage");

        var changed = (await me.Put($"{Path}/{added.GetProperty("id").GetInt32()}", $$"""{"fragranceId":2,{{extra}}}""")).ShouldBe(200).At("collectionItem");
        Without(changed, "updatedAt").ShouldBe(Without(added, "updatedAt"));
        changed.GetProperty("updatedAt").GetString().ShouldBe("2026-03-02T09:30:00.001Z");
        (await other.Api.Get(Path)).At("pagination.total").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("'; drop table collection_items; --")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("%_\\'\"`${7*7}{{7*7}}")]
    [InlineData("\u202Eright to left\u202C ‏ ﷽ ")]
    [InlineData("Z̸̛͈̏a͝l̴͙̀g̶o")]
    [InlineData("👩‍👩‍👧‍👦 🏳️‍🌈 ｔｅｓｔ ½ ﬁ ſ İı")]
    [InlineData("\t line\r\nbreak \u0001\u007F\u0085\u2028\uFEFF\uFFFE")]
    [InlineData("null")]
    public async Task Any_text_comes_back_as_it_went_in(string text)
    {
        var me = (await app.Someone()).Api;
        var quoted = JsonSerializer.Serialize(text);
        var id = (await me.Post(Path, $$"""{"fragranceId":1,"personalNotes":{{quoted}},"occasions":[{{quoted}}]}""")).ShouldBe(201).At("collectionItem.id").GetInt32();
        var item = (await me.Get($"{Path}/{id}")).ShouldBe(200);
        item.At("personalNotes").GetString().ShouldBe(text);
        item.At("occasions[0]").GetString().ShouldBe(text);
    }

    [Fact]
    public async Task Notes_may_have_5000_characters()
    {
        var me = (await app.Someone()).Api;
        (await me.Post(Path, $$"""{"fragranceId":1,"personalNotes":"{{new string('é', 5000)}}"}""")).ShouldBe(201);
        (await me.Post(Path, $$"""{"fragranceId":2,"personalNotes":"{{new string('é', 5001)}}"}""")).ShouldBe(422).At("error.field").GetString().ShouldBe("personalNotes");
    }

    [Fact]
    public async Task Fifty_parallel_adds_of_one_fragrance_make_one_item()
    {
        var me = (await app.Someone()).Api;
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => me.Post(Path, """{"fragranceId":1}""")));
        var added = answers.Where(answer => answer.Status == 201).ShouldHaveSingleItem();
        foreach (var refused in answers.Where(answer => answer.Status != 201))
        {
            refused.ShouldBe(400).At("error.code").GetString().ShouldBe("DUPLICATE_RESOURCE");
            refused.At("error.details.collectionItemId").GetInt32().ShouldBe(added.At("collectionItem.id").GetInt32());
        }

        (await me.Get(Path)).At("pagination.total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task An_addition_sent_again_under_its_key_is_answered_alike()
    {
        var me = (await app.Someone()).Api.With("Idempotency-Key", "add-1");
        var first = (await me.Post(Path, """{"fragranceId":1}""")).ShouldBe(201);
        var again = (await me.Post(Path, """{"fragranceId":1}""")).ShouldBe(201);
        again.Text.ShouldBe(first.Text);
        again.Header("Location").ShouldBe(first.Header("Location"));
        (await me.With("Idempotency-Key", "add-2").Post(Path, """{"fragranceId":1}""")).ShouldBe(400).At("error.code").GetString().ShouldBe("DUPLICATE_RESOURCE");
    }

    [Fact]
    public async Task Parallel_changes_of_different_fields_keep_both_and_times_rise()
    {
        var me = (await app.Someone()).Api;
        var item = $"{Path}/{await Add(me, 1)}";
        var last = "";
        for (var i = 0; i < 500; i++)
        {
            var answers = await Task.WhenAll(
                me.Put(item, $$"""{"rating":{{1 + (i % 5)}}}"""),
                me.Put(item, $$"""{"timesWorn":{{i}}}"""));
            var times = answers.Select(answer => answer.ShouldBe(200).At("collectionItem.updatedAt").GetString()!).Order(StringComparer.Ordinal).ToArray();
            string.CompareOrdinal(last, times[0]).ShouldBeLessThan(0);
            string.CompareOrdinal(times[0], times[1]).ShouldBeLessThan(0);
            last = times[1];
            var now = (await me.Get(item)).Json;
            (now.GetProperty("rating").GetInt32(), now.GetProperty("timesWorn").GetInt32()).ShouldBe((1 + (i % 5), i));
        }
    }

    [Fact]
    public async Task Adding_and_removing_in_parallel_never_fails_otherwise()
    {
        var me = (await app.Someone()).Api;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 25; i++)
            {
                var answer = await me.Post(Path, """{"fragranceId":1}""");
                answer.Status.ShouldBeOneOf(201, 400);
                var id = answer.Status == 201 ? answer.At("collectionItem.id").GetInt32() : answer.At("error.details.collectionItemId").GetInt32();
                (await me.Delete($"{Path}/{id}")).Status.ShouldBeOneOf(200, 404);
            }
        }));
    }

    internal static async Task<int> Add(Api person, int fragrance, string more = "") =>
        (await person.Post(Path, $$"""{"fragranceId":{{fragrance.ToString(CultureInfo.InvariantCulture)}}{{more}}}""")).ShouldBe(201).At("collectionItem.id").GetInt32();

    internal static string Without(JsonElement item, params string[] members) => "{" + string.Join(',',
        item.EnumerateObject().Where(member => !members.Contains(member.Name, StringComparer.Ordinal)).Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}")) + "}";
}
