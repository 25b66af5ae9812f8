using System.Net.Http.Headers;
using System.Text;
using Colonnade.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class CollectionImportTests(CollectionApp app) : IClassFixture<CollectionApp>
{
    private const string Collection = "/api/user/collection";
    private const string Import = Collection + "/import";

    private const string Mixed =
        """
        [{"name":"Sauvage","brand":"DIOR","concentration":"EDT","rating":5},
         {"name":"Eros","brand":"Versace"},
         {"name":"sauvage eau de toilette","brand":"dior"},
         {"name":"N°5","brand":"Chanel"},
         {"name":"Nothing Known","brand":"Nobody"},
         {"name":"Aventus","brand":"Creed","rating":7,"purchaseDate":"soon"},
         {"brand":"Creed"},
         "Aventus"]
        """;

    [Fact]
    public async Task A_dry_run_tells_what_would_happen_and_adds_nothing()
    {
        var me = (await app.Someone()).Api;
        var eros = await CollectionTests.Add(me, 2);
        var run = (await me.Post(Import + "?dryRun=true", Mixed)).ShouldBe(201);
        run.At("rows").EnumerateArray().Select(row => row.GetProperty("status").GetString())
            .ShouldBe(["new", "duplicate", "duplicate", "ambiguous", "unmatched", "invalid", "invalid", "invalid"]);
        run.At("rows").EnumerateArray().Select(row => row.GetProperty("row").GetInt32()).ShouldBe(Enumerable.Range(1, 8));
        run.At("rows[0]").GetRawText().ShouldBe(
            """{"row":1,"status":"new","outcome":null,"name":"Sauvage","brand":"DIOR","concentration":"EDT","fragranceId":1,"candidates":[],"errors":[]}""");
        run.At("rows[3].candidates").GetRawText().ShouldBe(
            """[{"fragranceId":6,"name":"N°5","brand":"Chanel","concentration":"Parfum"},{"fragranceId":7,"name":"N°5","brand":"Chanel","concentration":"Eau de Toilette"}]""");
        run.At("rows[5].errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()).ShouldBe(["purchaseDate", "rating"]);
        run.At("rows[6].errors[0].field").GetString().ShouldBe("name");
        run.At("rows[7].errors[0].field").GetString().ShouldBe("row");
        run.At("summary").GetRawText().ShouldBe(
            """{"rows":8,"new":1,"duplicate":2,"ambiguous":1,"unmatched":1,"invalid":3,"skipped":0,"added":0,"merged":0,"replaced":0,"kept":0}""");
        run.At("expiresAt").GetString().ShouldBe("2026-03-09T09:30:00.000Z");

        var kept = (await me.Get(run.Header("Location")!)).ShouldBe(200);
        kept.At("rows").GetRawText().ShouldBe(run.At("rows").GetRawText());
        kept.At("importId").GetString().ShouldBe(run.At("importId").GetString());
        (await me.Get(Collection)).At("collection[0].id").GetInt32().ShouldBe(eros);
        (await me.Get(Collection)).At("pagination.total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Reviewed_rows_are_committed_as_they_were_settled()
    {
        var me = (await app.Someone()).Api;
        var import = (await me.Post(Import + "?dryRun=true", Mixed)).ShouldBe(201).Header("Location")!;
        var settled = (await me.Put(import + "/rows/4", """{"fragranceId":7}""")).ShouldBe(200);
        settled.At("row.status").GetString().ShouldBe("new");
        settled.At("row.fragranceId").GetInt32().ShouldBe(7);
        (await me.Put(import + "/rows/2", """{"skip":true}""")).ShouldBe(200).At("row.status").GetString().ShouldBe("skipped");

        var done = (await me.Post(import + "/commit")).ShouldBe(200);
        done.At("rows").EnumerateArray().Select(row => row.GetProperty("outcome").GetString()).ShouldBe(["added", null, "kept", "added", null, null, null, null]);
        (await Names(me)).ShouldBe(["N°5", "Sauvage"]);
        (await me.Get(Collection + "?sortBy=name")).At("collection[1].rating").GetInt32().ShouldBe(5);

        // What was left open can be settled later; the next commit does the rest and nothing else.
        (await me.Put(import + "/rows/5", """{"fragranceId":8}""")).ShouldBe(200);
        (await me.Post(import + "/commit", """{"onConflict":"replace"}""")).ShouldBe(200).At("summary.added").GetInt32().ShouldBe(3);
        (await Names(me)).ShouldBe(["N°5", "Sauvage", "zébra"]);
    }

    [Fact]
    public async Task Without_a_dry_run_what_is_unambiguous_is_imported_at_once()
    {
        var me = (await app.Someone()).Api;
        var done = (await me.Post(Import, Mixed)).ShouldBe(201);
        done.At("summary.added").GetInt32().ShouldBe(2);
        (await Names(me)).ShouldBe(["Eros", "Sauvage"]);
        (await me.Put(done.Header("Location")! + "/rows/4", """{"fragranceId":6}""")).ShouldBe(200);
        (await me.Post(done.Header("Location")! + "/commit", "{}")).ShouldBe(200);
        (await Names(me)).ShouldBe(["Eros", "N°5", "Sauvage"]);
        (await me.Post(Import, Mixed)).ShouldBe(201).At("summary.kept").GetInt32().ShouldBe(3);
        (await Names(me)).ShouldBe(["Eros", "N°5", "Sauvage"]);
    }

    [Theory]
    [InlineData("Sauvage", "Dior", "", 1)]
    [InlineData("SAUVAGE", "dîor", "edt", 1)]
    [InlineData("Terre d’Hermès", "Hermes", "Eau de Toilette", 3)]
    [InlineData("Aventus", "Creed", "Eau de Parfum", 5)]
    [InlineData("N°5 EDT", "Chanel", "", 7)]
    [InlineData("N°5", "Chanel", "Parfum", 6)]
    public async Task A_fragrance_is_known_by_brand_name_and_strength_however_they_are_spelled(string name, string brand, string concentration, int fragrance)
    {
        var run = await (await app.Someone()).Api.Post(Import + "?dryRun=true", $$"""[{"name":"{{name}}","brand":"{{brand}}","concentration":"{{concentration}}"}]""");
        run.At("rows[0].fragranceId").GetInt32().ShouldBe(fragrance);
    }

    [Theory]
    [InlineData("Savage", "Dior", 1)]
    [InlineData("Sauvage", "Christian Dior", 1)]
    [InlineData("Dior Sauvage", "Dior", 1)]
    [InlineData("Tere d'Hermes", "Hermès", 3)]
    [InlineData("Le Mael", "JPG", 4)]
    public async Task A_misspelled_fragrance_is_proposed_and_not_taken(string name, string brand, int fragrance)
    {
        var run = await (await app.Someone()).Api.Post(Import, $$"""[{"name":"{{name}}","brand":"{{brand}}"}]""");
        run.At("rows[0].status").GetString().ShouldBe("ambiguous");
        run.At("rows[0].candidates[0].fragranceId").GetInt32().ShouldBe(fragrance);
        run.At("summary.added").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Proposals_are_sought_for_five_hundred_riddles_of_a_file()
    {
        var rows = Enumerable.Range(1, 501).Select(n => $$"""{"name":"Savage","brand":"House {{n}}"}""");
        var run = (await (await app.Someone()).Api.Post(Import + "?dryRun=true", $"[{string.Join(',', rows)}]")).ShouldBe(201);
        run.At("summary.ambiguous").GetInt32().ShouldBe(500);
        run.At("rows[500].status").GetString().ShouldBe("unmatched");
    }

    [Fact]
    public async Task Another_strength_than_those_known_is_left_to_the_person()
    {
        var run = await (await app.Someone()).Api.Post(Import + "?dryRun=true", """[{"name":"Sauvage","brand":"Dior","concentration":"Parfum"}]""");
        run.At("rows[0].status").GetString().ShouldBe("ambiguous");
        run.At("rows[0].candidates[0].fragranceId").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("skip", "2026-03-02T09:31:00Z", "kept", """{"rating":3,"personalNotes":"mine","isWishlist":false,"isOwned":true,"timesWorn":4,"occasions":["work"]}""")]
    [InlineData("merge", "2026-03-02T09:31:00Z", "merged", """{"rating":3,"personalNotes":"theirs","isWishlist":true,"isOwned":false,"timesWorn":4,"occasions":["work","date"]}""")]
    [InlineData("replace", "2026-03-02T09:31:00Z", "replaced", """{"rating":null,"personalNotes":"theirs","isWishlist":true,"isOwned":false,"timesWorn":2,"occasions":["date"]}""")]
    [InlineData("merge", "2026-03-02T09:29:59Z", "kept", """{"rating":3,"personalNotes":"mine","isWishlist":false,"isOwned":true,"timesWorn":4,"occasions":["work"]}""")]
    [InlineData("replace", "2026-03-02T09:30:00Z", "kept", """{"rating":3,"personalNotes":"mine","isWishlist":false,"isOwned":true,"timesWorn":4,"occasions":["work"]}""")]
    [InlineData("replace", "", "replaced", """{"rating":null,"personalNotes":"theirs","isWishlist":true,"isOwned":false,"timesWorn":2,"occasions":["date"]}""")]
    public async Task A_conflict_is_settled_as_asked_and_never_against_a_newer_state(string onConflict, string updatedAt, string outcome, string left)
    {
        var me = (await app.Someone()).Api;
        var id = await CollectionTests.Add(me, 1, ",\"rating\":3,\"personalNotes\":\"mine\",\"occasions\":[\"work\"]");
        (await me.Put($"{Collection}/{id}", """{"timesWorn":4}""")).ShouldBe(200);
        await app.Advance(TimeSpan.FromMinutes(5));
        var done = (await me.Post($"{Import}?onConflict={onConflict}",
            $$"""[{"name":"Sauvage","brand":"Dior","notes":"theirs","wishlist":true,"timesWorn":2,"occasions":["date"],"updatedAt":"{{updatedAt}}"}]""")).ShouldBe(201);
        await app.Advance(TimeSpan.FromMinutes(-5));
        done.At("rows[0].outcome").GetString().ShouldBe(outcome);
        CollectionTests.Without((await me.Get($"{Collection}/{id}")).Json,
            "id", "fragrance", "purchaseDate", "bottleSizeML", "remainingML", "seasons", "addedAt", "updatedAt").ShouldBe(left);
    }

    [Fact]
    public async Task A_change_made_after_the_upload_is_newer_than_the_file()
    {
        var me = (await app.Someone()).Api;
        var id = await CollectionTests.Add(me, 1);
        await app.Advance(TimeSpan.FromMinutes(1));
        var import = (await me.Post(Import + "?dryRun=true", """[{"name":"Sauvage","brand":"Dior","rating":1}]""")).Header("Location")!;
        await app.Advance(TimeSpan.FromMinutes(1));
        (await me.Put($"{Collection}/{id}", """{"rating":5}""")).ShouldBe(200);
        (await me.Post(import + "/commit", """{"onConflict":"replace"}""")).ShouldBe(200).At("rows[0].outcome").GetString().ShouldBe("kept");
        (await me.Get($"{Collection}/{id}")).At("rating").GetInt32().ShouldBe(5);
        await app.Advance(TimeSpan.FromMinutes(-2));
    }

    [Fact]
    public async Task A_file_cannot_say_that_it_comes_from_the_future()
    {
        var me = (await app.Someone()).Api;
        (await me.Post(Import, """[{"name":"Sauvage","brand":"Dior","updatedAt":"2999-01-01T00:00:00Z"}]""")).ShouldBe(201);
        (await me.Get(Collection)).At("collection[0].updatedAt").GetString().ShouldBe("2026-03-02T09:30:00.000Z");
    }

    [Fact]
    public async Task Committed_by_many_at_once_it_is_committed_once()
    {
        var me = (await app.Someone()).Api;
        var import = (await me.Post(Import + "?dryRun=true", Mixed)).Header("Location")!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => me.Post(import + "/commit", """{"onConflict":"merge"}""")));
        foreach (var answer in answers)
            answer.ShouldBe(200).Text.ShouldBe(answers[0].Text);
        (await Names(me)).ShouldBe(["Eros", "Sauvage"]);
    }

    [Fact]
    public async Task A_file_sent_again_under_its_key_is_one_import()
    {
        var me = (await app.Someone()).Api.With("Idempotency-Key", "import-1");
        var first = (await me.Post(Import, Mixed)).ShouldBe(201);
        (await me.Post(Import, Mixed)).ShouldBe(201).Text.ShouldBe(first.Text);
        var commit = first.Header("Location")! + "/commit";
        (await me.Post(commit, "{}")).ShouldBe(200).Text.ShouldBe((await me.Post(commit, "{}")).ShouldBe(200).Text);
    }

    [Fact]
    public async Task Two_files_at_once_make_one_item_of_each_fragrance()
    {
        var me = (await app.Someone()).Api;
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => me.Post(Import, Mixed)));
        answers.Sum(answer => answer.ShouldBe(201).At("summary.added").GetInt32()).ShouldBe(2);
        (await Names(me)).ShouldBe(["Eros", "Sauvage"]);
    }

    [Fact]
    public async Task A_commit_that_failed_is_finished_by_the_next()
    {
        var me = (await app.Someone()).Api;
        var id = await CollectionTests.Add(me, 2);
        await app.Advance(TimeSpan.FromMinutes(1));
        var import = (await me.Post(Import + "?dryRun=true", """[{"name":"Sauvage","brand":"Dior"},{"name":"Eros","brand":"Versace","rating":2}]""")).Header("Location")!;
        await using (var connection = await app.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand($"select from collection_items where id = {id} for update", connection, transaction);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            (await me.Post(import + "/commit", """{"onConflict":"replace"}""")).ShouldBe(503);
        }

        (await Names(me)).ShouldBe(["Eros"]);
        var done = (await me.Post(import + "/commit", """{"onConflict":"replace"}""")).ShouldBe(200);
        done.At("rows").EnumerateArray().Select(row => row.GetProperty("outcome").GetString()).ShouldBe(["added", "replaced"]);
        await app.Advance(TimeSpan.FromMinutes(-1));
    }

    [Fact]
    public async Task An_import_is_kept_for_seven_days()
    {
        var person = await app.Someone();
        var me = person.Api;
        var import = (await me.Post(Import + "?dryRun=true", Mixed)).Header("Location")!;
        await app.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        me = (await app.SignIn(person.Email)).Api;
        (await me.Get(import)).ShouldBe(200);
        await app.Advance(TimeSpan.FromSeconds(1));
        (await me.Get(import)).ShouldBe(404);
        (await me.Put(import + "/rows/1", """{"skip":true}""")).ShouldBe(404);
        (await me.Post(import + "/commit")).ShouldBe(404);
        await (await app.Someone()).Api.Post(Import + "?dryRun=true", Mixed);
        (await app.Database.One<long>("select count(*) from collection_imports where id = @id",
            new { id = Guid.Parse(import[^36..]) }, TestContext.Current.CancellationToken)).ShouldBe(0);
        await app.Advance(TimeSpan.FromDays(-7));
    }

    [Fact]
    public async Task The_latest_twenty_imports_are_kept()
    {
        var me = (await app.Someone()).Api;
        var imports = new List<string>();
        for (var i = 0; i < 21; i++)
            imports.Add((await me.Post(Import + "?dryRun=true", """[{"name":"Eros","brand":"Versace"}]""")).Header("Location")!);
        (await me.Get(imports[0])).ShouldBe(404);
        (await me.Get(imports[1])).ShouldBe(200);
        (await me.Get(imports[20])).ShouldBe(200);
    }

    [Fact]
    public async Task Somebody_elses_import_is_the_same_404_as_none()
    {
        var import = (await (await app.Someone()).Api.Post(Import + "?dryRun=true", Mixed)).Header("Location")!;
        var other = (await app.Someone()).Api;
        foreach (var (method, path, body) in new[] { ("GET", "", (string?)null), ("PUT", "/rows/1", """{"skip":true}"""), ("POST", "/commit", null) })
        {
            var error = (await other.Send(method, import + path, body)).ShouldBe(404).At("error").GetRawText();
            foreach (var none in new[] { Guid.CreateVersion7().ToString(), "1", "%27" })
                (await other.Send(method, $"{Collection}/imports/{none}{path}", body)).ShouldBe(404).At("error").GetRawText().ShouldBe(error);
            (await app.Api.Send(method, import + path, body)).ShouldBe(401);
        }

        (await app.Api.Post(Import, Mixed)).ShouldBe(401);
    }

    [Theory]
    [InlineData("""{}""", 422)]
    [InlineData("""{"fragranceId":1,"skip":true}""", 422)]
    [InlineData("""{"skip":false}""", 422)]
    [InlineData("""{"skip":"yes"}""", 422)]
    [InlineData("""{"fragranceId":0}""", 400)]
    [InlineData("""{"fragranceId":"1"}""", 400)]
    [InlineData("""{"fragranceId":99999}""", 404)]
    public async Task A_row_is_settled_by_a_fragrance_or_left_out(string body, int status)
    {
        var me = (await app.Someone()).Api;
        var import = (await me.Post(Import + "?dryRun=true", Mixed)).Header("Location")!;
        (await me.Put(import + "/rows/4", body)).ShouldBe(status);
        (await me.Get(import)).At("rows[3].status").GetString().ShouldBe("ambiguous");
    }

    [Fact]
    public async Task Rows_that_are_done_or_invalid_or_not_there_are_not_settled()
    {
        var me = (await app.Someone()).Api;
        var import = (await me.Post(Import, Mixed)).Header("Location")!;
        (await me.Put(import + "/rows/1", """{"fragranceId":3}""")).ShouldBe(400);
        (await me.Put(import + "/rows/6", """{"fragranceId":5}""")).ShouldBe(400);
        (await me.Put(import + "/rows/9", """{"fragranceId":5}""")).ShouldBe(404);
        (await me.Put(import + "/rows/x", """{"fragranceId":5}""")).ShouldBe(404);
        (await me.Post(import + "/commit", """{"onConflict":"destroy"}""")).ShouldBe(422).At("error.field").GetString().ShouldBe("onConflict");
        (await me.Post(Import + "?onConflict=destroy", Mixed)).ShouldBe(400).At("error.field").GetString().ShouldBe("onConflict");
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("application/json", "{")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", "{\"items\":[]}")]
    [InlineData("application/json", "7")]
    [InlineData("text/csv", "")]
    [InlineData("text/csv", "name,brand\n")]
    [InlineData("text/csv", "name,price\nSauvage,1\n")]
    [InlineData("text/csv", "\0\0\0\0")]
    public async Task A_file_without_rows_is_a_400(string type, string body)
    {
        (await Send((await app.Someone()).Api, type, Encoding.UTF8.GetBytes(body))).ShouldBe(400).At("error.code").GetString().ShouldBe("VALIDATION_ERROR");
    }

    [Theory]
    [InlineData("application/xml")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task A_file_of_another_type_is_a_415(string? type)
    {
        (await Send((await app.Someone()).Api, type, "[]"u8.ToArray())).ShouldBe(415).At("error.code").GetString().ShouldBe("UNSUPPORTED_MEDIA_TYPE");
    }

    [Fact]
    public async Task Five_thousand_rows_are_taken_and_no_more()
    {
        var me = (await app.Someone()).Api;
        var rows = string.Join(',', Enumerable.Repeat("""{"name":"Eros","brand":"Versace"}""", 5000));
        var done = (await me.Post(Import, $"[{rows}]")).ShouldBe(201);
        done.At("summary.added").GetInt32().ShouldBe(1);
        done.At("summary.kept").GetInt32().ShouldBe(4999);
        (await me.Post(Import, $"[{rows},{{}}]")).ShouldBe(400).At("error.message").GetString().ShouldBe("A file may have at most 5,000 rows");
        (await Send(me, "text/csv", Encoding.UTF8.GetBytes("name,brand\n" + string.Concat(Enumerable.Repeat("Eros,Versace\n", 5001))))).ShouldBe(400);
    }

    [Fact]
    public async Task A_file_over_ten_megabytes_is_a_413()
    {
        var me = (await app.Someone()).Api;
        // The server ends the connection without reading on: a client has to ask first to hear why.
        (await me.With("Expect", "100-continue").Post(Import, "[\"" + new string('x', 10 * 1024 * 1024) + "\"]")).ShouldBe(413)
            .At("error.code").GetString().ShouldBe("VALIDATION_ERROR");
        (await me.Post(Import, "[{\"name\":\"Eros\",\"brand\":\"Versace\",\"notes\":\"" + new string('x', 1024 * 1024) + "\"}]")).ShouldBe(201)
            .At("rows[0].errors[0].field").GetString().ShouldBe("notes");
    }

    [Theory]
    [InlineData("name,brand,rating,bottleSizeML,isOwned,Is Wishlist,occasions\r\nSauvage,Dior,4,\"12,5\",no,yes,\"work; date night\"\r\n")]
    [InlineData("\uFEFFPerfume;House;Stars;Bottle size;owned;wishlist;Occasion\nSauvage;Dior;4;12,5;0;1;\"work; date night\"\n\n")]
    [InlineData("Name\tBrand\tRating\tsize_ml\tOwned\tWishlist\tOccasions\textra\nSauvage\tDior\t4.0\t12.5\tfalse\tx\twork;date night\twhatever\n")]
    public async Task Other_programs_files_are_understood(string csv)
    {
        var me = (await app.Someone()).Api;
        (await Send(me, "text/csv; charset=utf-8", Encoding.UTF8.GetBytes(csv))).ShouldBe(201).At("summary.added").GetInt32().ShouldBe(1);
        CollectionTests.Without((await me.Get(Collection)).At("collection[0]"), "id", "fragrance", "addedAt", "updatedAt").ShouldBe(
            """{"rating":4,"personalNotes":"","purchaseDate":null,"bottleSizeML":12.5,"remainingML":12.5,"isWishlist":true,"isOwned":false,"timesWorn":0,"occasions":["work","date night"],"seasons":[]}""");
    }

    [Fact]
    public async Task Windows_files_are_read_as_they_were_written()
    {
        var me = (await app.Someone()).Api;
        var windows1252 = Encoding.Latin1.GetBytes("name;brand;notes\nTerre d'Hermès;Hermès;für später\n");
        (await Send(me, "text/csv", windows1252)).ShouldBe(201).At("summary.added").GetInt32().ShouldBe(1);
        (await me.Get(Collection)).At("collection[0].personalNotes").GetString().ShouldBe("für später");
    }

    [Fact]
    public async Task The_answer_of_this_api_is_a_file_too()
    {
        var me = (await app.Someone()).Api;
        await CollectionTests.Add(me, 7, ",\"rating\":2,\"personalNotes\":\"n\",\"bottleSizeML\":35,\"isWishlist\":true,\"isOwned\":true");
        var mine = (await me.Get(Collection)).ShouldBe(200);
        var other = (await app.Someone()).Api;
        (await other.Post(Import, mine.Text)).ShouldBe(201).At("summary.added").GetInt32().ShouldBe(1);
        CollectionTests.Without((await other.Get(Collection)).At("collection[0]"), "id").ShouldBe(CollectionTests.Without(mine.At("collection[0]"), "id"));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    public async Task An_export_imported_by_another_exports_the_same(string format)
    {
        var me = (await app.Someone()).Api;
        string[] texts = ["=1+1", "'=1+1", "''quoted", "\t-tab", "+49; \\ \"x\",y", " edges ", "line\r\nbreak\n", "Œillet № 5 👩‍👩‍👧", "＝wide", "\\", ";"];
        foreach (var (text, i) in texts.Select((text, i) => (text, i)).Take(8))
        {
            var quoted = System.Text.Json.JsonSerializer.Serialize(text);
            var entries = System.Text.Json.JsonSerializer.Serialize(texts.Skip(i).Take(4));
            await CollectionTests.Add(me, i + 1, $$""","rating":{{(i % 5) + 1}},"personalNotes":{{quoted}},"purchaseDate":"2024-0{{i + 1}}-01","bottleSizeML":{{i + 0.5}},"isWishlist":{{(i % 2 == 0 ? "true" : "false")}},"isOwned":true,"occasions":{{entries}}""");
            await app.Advance(TimeSpan.FromMilliseconds(7));
        }

        (await me.Put($"{Collection}/{(await me.Get(Collection)).At("collection[0].id").GetInt32()}", """{"rating":null,"purchaseDate":null,"bottleSizeML":null,"isOwned":false,"isWishlist":true,"timesWorn":12}""")).ShouldBe(200);
        var file = (await me.Get($"{Collection}/export?format={format}")).ShouldBe(200);

        var other = (await app.Someone()).Api;
        (await Send(other, format == "csv" ? "text/csv" : "application/json", file.Bytes)).ShouldBe(201).At("summary.added").GetInt32().ShouldBe(8);
        (await other.Get($"{Collection}/export?format={format}")).ShouldBe(200).Text.ShouldBe(file.Text);

        (await Send(me, format == "csv" ? "text/csv" : "application/json", file.Bytes)).ShouldBe(201).At("summary.kept").GetInt32().ShouldBe(8);
        (await me.Get($"{Collection}/export?format={format}")).ShouldBe(200).Text.ShouldBe(file.Text);
        await app.Advance(-8 * TimeSpan.FromMilliseconds(7));
    }

    private static async Task<string[]> Names(Api me) =>
        [.. (await me.Get(Collection + "?sortBy=name")).ShouldBe(200).At("collection").EnumerateArray().Select(item => item.GetProperty("fragrance").GetProperty("name").GetString()!)];

    private static Task<Answer> Send(Api me, string? type, byte[] body)
    {
        var content = new ByteArrayContent(body);
        if (type is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return me.Send("POST", Import, content);
    }
}
