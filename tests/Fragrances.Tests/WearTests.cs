using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class WearTests(CollectionApp app) : IClassFixture<CollectionApp>
{
    private const string Collection = "/api/user/collection";

    [Fact]
    public async Task A_wear_is_logged_and_counts()
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me, ",\"bottleSizeML\":50");
        var logged = (await me.Post(item + "/wears", """{"date":"2026-03-01","occasion":"work","weather":"rainy","rating":4,"sprays":3}""")).ShouldBe(201);
        logged.At("success").GetBoolean().ShouldBeTrue();
        var wear = logged.At("wear").GetRawText();
        wear.ShouldBe($$"""{"id":{{logged.At("wear.id").GetInt32()}},"date":"2026-03-01","occasion":"work","weather":"rainy","rating":4,"sprays":3,"createdAt":"2026-03-02T09:30:00.000Z"}""");
        logged.At("collectionItem.timesWorn").GetInt32().ShouldBe(1);
        logged.At("collectionItem.remainingML").GetDouble().ShouldBe(49.7);
        logged.At("collectionItem").GetRawText().ShouldBe((await me.Get(item)).Text);
        (await me.Get(item + "/wears")).ShouldBe(200).Text.ShouldBe($$$"""{"wears":[{{{wear}}}],"pagination":{"total":1,"limit":20,"offset":0,"hasMore":false}}""");
        (await me.Get(Collection)).At("stats.mostWornFragrance").GetString().ShouldBe("Sauvage");
    }

    [Fact]
    public async Task The_greater_of_what_was_said_and_what_was_logged_is_told()
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me);
        await Wear(me, item, "2026-02-01");
        await Wear(me, item, "2026-02-01");
        await me.Put(item, """{"timesWorn":1}""");
        (await me.Get(item)).At("timesWorn").GetInt32().ShouldBe(2);
        await me.Put(item, """{"timesWorn":5}""");
        (await me.Get(item)).At("timesWorn").GetInt32().ShouldBe(5);
        await Wear(me, item, "2026-02-02");
        (await me.Get(item)).At("timesWorn").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task A_removed_wear_gives_back_what_it_took()
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me, ",\"bottleSizeML\":1");
        await Wear(me, item, "2026-02-01", ",\"sprays\":4");
        var last = await Wear(me, item, "2026-02-20", ",\"sprays\":8");
        (await me.Get(item)).At("remainingML").GetDouble().ShouldBe(0);

        (await me.Delete($"{item}/wears/{last}")).ShouldBe(200).Text.ShouldBe("""{"success":true,"message":"Wear removed"}""");
        (await me.Delete($"{item}/wears/{last}")).ShouldBe(404);
        var now = await me.Get(item);
        now.At("timesWorn").GetInt32().ShouldBe(1);
        now.At("remainingML").GetDouble().ShouldBe(0.6);

        // The day it was last worn is the earlier one again: of two items worn once, the other is now the later.
        var other = $"{Collection}/{await CollectionTests.Add(me, 2)}";
        await Wear(me, other, "2026-02-10");
        (await me.Get(Collection)).At("stats.mostWornFragrance").GetString().ShouldBe("Eros");
    }

    [Fact]
    public async Task Among_the_equally_worn_the_most_recent_is_named()
    {
        var me = (await app.Someone()).Api;
        foreach (var (fragrance, date) in new[] { (1, "2026-02-03"), (2, "2026-02-05"), (3, "2026-02-04") })
            await Wear(me, $"{Collection}/{await CollectionTests.Add(me, fragrance)}", date);
        (await me.Put($"{Collection}/{await CollectionTests.Add(me, 5)}", """{"timesWorn":1}""")).ShouldBe(200);
        (await me.Get(Collection)).At("stats.mostWornFragrance").GetString().ShouldBe("Eros");
    }

    [Fact]
    public async Task Without_a_bottle_nothing_remains_to_be_told()
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me);
        await Wear(me, item, "2026-02-01", ",\"sprays\":4");
        (await me.Get(item)).At("remainingML").ValueKind.ShouldBe(JsonValueKind.Null);
        (await me.Put(item, """{"bottleSizeML":10}""")).At("collectionItem.remainingML").GetDouble().ShouldBe(9.6);
    }

    [Fact]
    public async Task The_log_is_read_backwards_in_pages()
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me);
        foreach (var day in new[] { 3, 1, 4, 1, 5 })
            await Wear(me, item, $"2026-02-0{day}", $",\"occasion\":\"day {day}\"");
        var page = (await me.Get(item + "/wears?limit=2&offset=1")).ShouldBe(200);
        page.At("wears").EnumerateArray().Select(wear => wear.GetProperty("date").GetString()).ShouldBe(["2026-02-04", "2026-02-03"]);
        page.At("pagination").GetRawText().ShouldBe("""{"total":5,"limit":2,"offset":1,"hasMore":true}""");
        (await me.Get(item + "/wears?offset=9")).ShouldBe(200).At("wears").GetArrayLength().ShouldBe(0);
        (await me.Get(item + "/wears?limit=0")).ShouldBe(400).At("error.field").GetString().ShouldBe("limit");
        var all = (await me.Get(item + "/wears")).At("wears").EnumerateArray().ToArray();
        all[3].GetProperty("id").GetInt32().ShouldBeGreaterThan(all[4].GetProperty("id").GetInt32());
    }

    [Theory]
    [InlineData("""{}""", "date")]
    [InlineData("""{"date":null}""", "date")]
    [InlineData("""{"date":"yesterday"}""", "date")]
    [InlineData("""{"date":"2026-03-04"}""", "date")]
    [InlineData("""{"date":"2026-02-01","sprays":0}""", "sprays")]
    [InlineData("""{"date":"2026-02-01","sprays":101}""", "sprays")]
    [InlineData("""{"date":"2026-02-01","sprays":"3"}""", "sprays")]
    [InlineData("""{"date":"2026-02-01","rating":0}""", "rating")]
    [InlineData("""{"date":"2026-02-01","occasion":"012345678901234567890123456789012345678901234567890"}""", "occasion")]
    [InlineData("""{"date":"2026-02-01","weather":"012345678901234567890123456789012345678901234567890"}""", "weather")]
    public async Task Wrong_values_are_a_422(string body, string field)
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me);
        (await me.Post(item + "/wears", body)).ShouldBe(422).At("error.field").GetString().ShouldBe(field);
        (await me.Get(item)).At("timesWorn").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Today_is_worn_today_wherever_it_is_today()
    {
        var person = await app.Someone();
        var me = person.Api;
        var item = await Item(me);
        await Wear(me, item, "2026-03-02");
        (await me.Post(item + "/wears", """{"date":"2026-03-03"}""")).ShouldBe(422);
        await app.Advance(TimeSpan.FromHours(1));
        me = (await app.SignIn(person.Email)).Api;
        await Wear(me, item, "2026-03-03");
        await app.Advance(TimeSpan.FromHours(-1));
    }

    [Fact]
    public async Task Fifty_parallel_wears_count_fifty()
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me, ",\"bottleSizeML\":100");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Wear(me, item, $"2026-01-{1 + (i % 28):00}", ",\"sprays\":2")));
        var now = await me.Get(item);
        now.At("timesWorn").GetInt32().ShouldBe(50);
        now.At("remainingML").GetDouble().ShouldBe(90);
        (await me.Get(item + "/wears?limit=100")).At("wears").GetArrayLength().ShouldBe(50);
    }

    [Fact]
    public async Task A_wear_sent_again_under_its_key_counts_once()
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me);
        var keyed = me.With("Idempotency-Key", "wear-1");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => keyed.Post(item + "/wears", """{"date":"2026-02-01"}""")));
        answers.ShouldAllBe(answer => answer.Status == 201 || answer.Status == 409);
        var again = (await keyed.Post(item + "/wears", """{"date":"2026-02-01"}""")).ShouldBe(201);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.At("collectionItem.timesWorn").GetInt32().ShouldBe(1);
        (await keyed.Post(item + "/wears", """{"date":"2026-02-02"}""")).ShouldBe(422);
        (await me.Get(item)).At("timesWorn").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Logging_and_removing_in_parallel_keeps_the_counts_true()
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me, ",\"bottleSizeML\":100");
        await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            var wear = await Wear(me, item, $"2026-01-{1 + (i % 28):00}", ",\"sprays\":1");
            if (i % 3 != 0)
                (await me.Delete($"{item}/wears/{wear}")).ShouldBe(200);
        }));
        var now = await me.Get(item);
        now.At("timesWorn").GetInt32().ShouldBe(10);
        now.At("remainingML").GetDouble().ShouldBe(99);
        (await me.Get(item + "/wears")).At("pagination.total").GetInt32().ShouldBe(10);
        (await app.Database.One<bool>(
            "select last_worn_on = (select max(worn_on) from wears where item_id = item.id) from collection_items item where id = @id",
            new { id = now.At("id").GetInt32() }, TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Fact]
    public async Task One_wear_is_removed_once_by_many()
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me);
        await Wear(me, item, "2026-02-01");
        var wear = await Wear(me, item, "2026-02-02");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => me.Delete($"{item}/wears/{wear}")));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Count(answer => answer.Status == 404).ShouldBe(19);
        (await me.Get(item)).At("timesWorn").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_wear_belongs_to_its_item()
    {
        var me = (await app.Someone()).Api;
        var item = await Item(me);
        var other = $"{Collection}/{await CollectionTests.Add(me, 2)}";
        var wear = await Wear(me, item, "2026-02-01");
        (await me.Delete($"{other}/wears/{wear}")).ShouldBe(404);
        (await me.Get(item)).At("timesWorn").GetInt32().ShouldBe(1);
    }

    private static async Task<string> Item(Api me, string more = "") => $"{Collection}/{await CollectionTests.Add(me, 1, more)}";

    private static async Task<int> Wear(Api me, string item, string date, string more = "") =>
        (await me.Post(item + "/wears", $$"""{"date":"{{date}}"{{more}}}""")).ShouldBe(201).At("wear.id").GetInt32();
}
