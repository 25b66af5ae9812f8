using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.FigureForge.Tests;

public sealed class ImageTests(FigureForgeApp app) : IClassFixture<FigureForgeApp>
{
    [Fact]
    public async Task Own_images_come_in_pages_that_lead_to_each_other()
    {
        var person = await app.Someone();
        await app.Made(person, 45, tags: ["pose:standing", "mine"]);
        await app.Made(person, 3, tags: ["pose:sitting"]);
        // As the document prints it.
        var page = (await person.Api.Get("/api/images/user/?limit=20&offset=0&tag=pose:standing")).ShouldBe(200);
        page.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["results", "count", "next", "previous"]);
        page.At("results").GetArrayLength().ShouldBe(20);
        page.At("count").GetInt32().ShouldBe(45);
        page.At("next").GetString().ShouldBe("/api/images/user/?limit=20&offset=20&tag=pose:standing");
        page.At("previous").ValueKind.ShouldBe(JsonValueKind.Null);
        var seen = 0;
        for (var path = "/api/images/user/?limit=20&tag=pose:standing"; path is not null;)
        {
            var next = (await person.Api.Get(path)).ShouldBe(200);
            seen += next.At("results").GetArrayLength();
            path = next.At("next").GetString();
        }

        seen.ShouldBe(45);
        (await person.Api.Get("/api/images/user/?offset=40&tag=pose:standing")).At("previous").GetString().ShouldBe("/api/images/user/?limit=20&offset=20&tag=pose:standing");
        (await person.Api.Get("/api/images/user/?tags=pose:standing,mine")).At("count").GetInt32().ShouldBe(45);
        (await person.Api.Get("/api/images/user/?tags=pose:standing,pose:sitting")).At("count").GetInt32().ShouldBe(0);
        (await person.Api.Get("/api/images/user/?limit=1000")).At("results").GetArrayLength().ShouldBe(48);
        (await person.Api.Get("/api/images/user/?offset=1000")).At("count").GetInt32().ShouldBe(48);
        foreach (var wrong in (string[])["limit=0", "limit=x", "offset=-1", "tag=%3Cb%3E", "from=yesterday"])
            (await person.Api.Get("/api/images/user/?" + wrong)).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Own_images_are_searched_by_words_seed_model_and_date()
    {
        var person = await app.Someone();
        await app.Made(person, 2, prompt: "a lighthouse keeper");
        await app.Made(person, 1, prompt: "a dancer");
        (await Count("q=keeper")).ShouldBe(2);
        (await Count("q=dancer&model=mannequin")).ShouldBe(1);
        (await Count("model=flux-pro")).ShouldBe(0);
        (await Count("seed=1")).ShouldBe(2);
        (await Count("from=2020-01-01&to=2021-01-01")).ShouldBe(0);
        (await Count("from=2020-01-01")).ShouldBe(3);
        var best = (await person.Api.Get("/api/images/user/?q=dancer")).At("results[0].id").GetString();
        (await person.Api.Patch($"/api/images/{best}/update/", """{"rating":5}""")).ShouldBe(200);
        (await person.Api.Get("/api/images/user/?sort=rating")).ShouldBe(200).At("results[0].id").GetString().ShouldBe(best);
        (await Count("min_rating=3")).ShouldBe(1);
        (await person.Api.Get("/api/images/user/?sort=size")).ShouldBeRefused(400);

        async Task<int> Count(string query) => (await person.Api.Get("/api/images/user/?" + query)).ShouldBe(200).At("count").GetInt32();
    }

    [Fact]
    public async Task Strangers_see_sixty_small_pictures_and_subscribers_all_of_them()
    {
        var (artist, free, paid) = (await app.Someone(), await app.Someone(), await app.Someone(tier: "hobby"));
        var tag = "g" + Guid.CreateVersion7().ToString("N")[^10..];
        await app.Made(artist, 70, isPublic: true, tags: [tag, "lighting:dramatic", "pose:action"]);
        await app.Made(artist, 5, tags: [tag]);
        // As the document prints it.
        var open = (await app.Api.Get("/api/images/gallery/?limit=20&offset=0&tags=lighting:dramatic,pose:action")).ShouldBe(200);
        open.At("count").GetInt32().ShouldBe(60);
        open.At("results[0].url").GetString()!.ShouldContain("size=512");
        open.At("next").GetString()!.ShouldContain("tags=lighting:dramatic,pose:action");
        (await free.Api.Get("/api/images/gallery/?tags=" + tag)).At("count").GetInt32().ShouldBe(60);
        var whole = (await paid.Api.Get("/api/images/gallery/?tags=" + tag)).ShouldBe(200);
        whole.At("count").GetInt32().ShouldBe(70);
        whole.At("results[0].url").GetString()!.ShouldNotContain("size=512");
        (await app.Api.WithBearer("x.y.z").Get("/api/images/gallery/")).ShouldBeRefused(401);
        (await free.Api.Get($"/api/images/{whole.At("results[0].id").GetString()}/")).ShouldBe(200).At("url").GetString()!.ShouldContain("size=512");
    }

    [Fact]
    public async Task What_is_not_ones_own_is_not_changed()
    {
        var (owner, other) = (await app.Someone(), await app.Someone());
        var (hidden, open) = ((await app.Made(owner, 1))[0], (await app.Made(owner, 1, isPublic: true))[0]);
        foreach (var (image, status) in new[] { (hidden, 404), (open, 403) })
        {
            (await other.Api.Patch($"/api/images/{image}/update/", """{"tags":["x"]}""")).ShouldBeRefused(status);
            (await other.Api.Delete($"/api/images/{image}/delete/")).ShouldBeRefused(status);
        }

        (await other.Api.Get($"/api/images/{hidden}/")).ShouldBeRefused(404);
        (await other.Api.Get($"/api/images/{open}/")).ShouldBe(200).At("is_mine").GetBoolean().ShouldBeFalse();
        (await other.Api.Get("/api/images/img_123/")).ShouldBeRefused(404);
    }

    [Fact]
    public async Task Metadata_is_replaced_where_it_is_given()
    {
        var person = await app.Someone();
        var image = (await app.Made(person, 1))[0];
        // As the document prints it.
        var answer = (await person.Api.Patch($"/api/images/{image}/update/", """{ "tags": ["tag1", "tag2"], "is_public": true }""")).ShouldBe(200);
        answer.At("tags").GetRawText().ShouldBe("""["tag1","tag2"]""");
        answer.At("is_public").GetBoolean().ShouldBeTrue();
        (await person.Api.Put($"/api/images/{image}/update/", """{"tags":["tag2"]}""")).ShouldBe(200).At("tags").GetRawText().ShouldBe("""["tag2"]""");
        var both = await Task.WhenAll(person.Api.Patch($"/api/images/{image}/update/", """{"rating":4}"""), person.Api.Patch($"/api/images/{image}/update/", """{"tags":["Pose:Standing"]}"""));
        both.ShouldAllBe(each => each.Status == 200);
        var now = (await person.Api.Get($"/api/images/{image}/")).ShouldBe(200);
        now.At("rating").GetInt32().ShouldBe(4);
        now.At("tags[0]").GetString().ShouldBe("pose:standing");
        foreach (var wrong in (string[])["{}", """{"rating":6}""", """{"tags":["a b"]}""", """{"tags":[null]}""", """{"is_public":"yes"}"""])
            (await person.Api.Patch($"/api/images/{image}/update/", wrong)).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Favourites_toggle_and_count()
    {
        var (owner, other) = (await app.Someone(), await app.Someone());
        var image = (await app.Made(owner, 1, isPublic: true))[0];
        var first = (await other.Api.Post($"/api/images/{image}/favorite/")).ShouldBe(200);
        first.Text.ShouldBe($$"""{"image_id":"{{image}}","is_favorite":true,"favorite_count":1}""");
        var favourites = (await other.Api.Get("/api/images/favorites/")).ShouldBe(200);
        favourites.At("results[0].id").GetString().ShouldBe(image);
        favourites.At("results[0].url").GetString()!.ShouldContain("size=512");
        var answers = await FigureForgeApp.AtOnce(9, _ => other.Api.Post($"/api/images/{image}/favorite/"));
        answers.ShouldAllBe(answer => answer.Status == 200);
        // Ten toggles in all: as at the beginning.
        (await other.Api.Get($"/api/images/{image}/")).At("is_favorite").GetBoolean().ShouldBeFalse();
        (await other.Api.Get($"/api/images/{image}/")).At("favorite_count").GetInt32().ShouldBe(0);
        var once = other.Api.With("Idempotency-Key", "like");
        (await once.Post($"/api/images/{image}/favorite/")).ShouldBe(200);
        (await once.Post($"/api/images/{image}/favorite/")).ShouldBe(200).At("is_favorite").GetBoolean().ShouldBeTrue();
        (await other.Api.Get($"/api/images/{image}/")).At("favorite_count").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_deleted_image_is_gone_with_its_bytes()
    {
        var person = await app.Someone();
        var status = await app.Finish(person, await FigureForgeApp.Generate(person));
        var (image, url) = (status.At("images[0].id").GetString()!, status.At("images[0].url").GetString()!);
        url = url[url.IndexOf("/files/", StringComparison.Ordinal)..];
        (await app.Api.Get(url)).ShouldBe(200);
        var file = url["/files/".Length..].Split('?')[0].Replace("-", "", StringComparison.Ordinal);
        Directory.EnumerateFiles(app.FilesDirectory, file + "*", SearchOption.AllDirectories).Count().ShouldBe(3);
        var answers = await FigureForgeApp.AtOnce(4, _ => person.Api.Delete($"/api/images/{image}/delete/"));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Single(answer => answer.Status == 200).Text.ShouldStartWith("""{"success":true,"message":""");
        answers.Count(answer => answer.Status == 404).ShouldBe(3);
        (await app.Api.Get(url)).ShouldBeRefused(404);
        (await person.Api.Get($"/api/images/{image}/")).ShouldBeRefused(404);
        await app.RunJobs();
        Directory.EnumerateFiles(app.FilesDirectory, file + "*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await app.Database.One<bool>("select deleted_at is not null from images where id = @Id", new { Id = Guid.ParseExact(image[4..], "N") }, FigureForgeApp.Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_reported_image_is_hidden_until_somebody_has_looked()
    {
        var (owner, other, admin) = (await app.Someone(), await app.Someone(), await app.Someone("admin"));
        var image = (await app.Made(owner, 1, isPublic: true))[0];
        (await other.Api.Post($"/api/images/{image}/report/", """{"reason":"ugly"}""")).ShouldBeRefused(400);
        (await owner.Api.Post($"/api/images/{image}/report/", """{"reason":"nsfw"}""")).ShouldBeRefused(400);
        (await other.Api.Post($"/api/images/{image}/report/", """{"reason":"nsfw","comment":"Look"}""")).ShouldBe(200);
        (await other.Api.Post($"/api/images/{image}/report/", """{"reason":"nsfw"}""")).ShouldBe(200);
        (await admin.Api.Get($"/api/images/{image}/")).ShouldBeRefused(404);
        (await owner.Api.Get($"/api/images/{image}/")).ShouldBe(200).At("moderation").GetString().ShouldBe("human_pending");
        (await owner.Api.Patch($"/api/images/{image}/update/", """{"is_public":true}""")).ShouldBeRefused(409);
        (await other.Api.Get("/api/images/reports/")).ShouldBeRefused(403);
        (await admin.Api.Get("/api/images/reports/")).ShouldBe(200).At("results").EnumerateArray().ShouldContain(each => each.GetProperty("image_id").GetString() == image);
        (await owner.Api.Post($"/api/images/{image}/appeal/", """{"comment":"It is a statue"}""")).ShouldBe(200);
        (await admin.Api.Post($"/api/images/{image}/review/", """{"decision":"clean"}""")).ShouldBe(200);
        (await other.Api.Get($"/api/images/{image}/")).ShouldBe(200);
    }

    [Fact]
    public async Task Boards_hold_what_one_may_see()
    {
        var (person, other) = (await app.Someone(), await app.Someone());
        var own = await app.Made(person, 2);
        var (open, hidden) = ((await app.Made(other, 1, isPublic: true))[0], (await app.Made(other, 1))[0]);
        var board = (await person.Api.Post("/api/boards/", """{"name":"Hands"}""")).ShouldBe(200).At("id").GetString();
        (await person.Api.Post("/api/boards/", """{"name":"hands"}""")).ShouldBeRefused(409);
        (await person.Api.Post("/api/boards/", """{"name":" "}""")).ShouldBeRefused(400);
        var added = (await person.Api.Post($"/api/boards/{board}/images/", $$"""{"image_ids":["{{own[0]}}","{{own[1]}}","{{open}}","{{hidden}}"]}""")).ShouldBe(200);
        added.At("changed").GetInt32().ShouldBe(3);
        (await person.Api.Get($"/api/boards/{board}/images/")).ShouldBe(200).At("count").GetInt32().ShouldBe(3);
        (await other.Api.Get($"/api/boards/{board}/images/")).ShouldBeRefused(404);
        (await other.Api.Post($"/api/boards/{board}/images/", $$"""{"image_ids":["{{open}}"]}""")).ShouldBeRefused(404);
        (await person.Api.Delete($"/api/boards/{board}/images/{open}/")).ShouldBe(200);
        (await person.Api.Get("/api/boards/")).ShouldBe(200).At("results[0].image_count").GetInt32().ShouldBe(2);
        (await person.Api.Patch($"/api/boards/{board}/", """{"name":"Feet"}""")).ShouldBe(200).At("name").GetString().ShouldBe("Feet");
        (await person.Api.Delete($"/api/boards/{board}/")).ShouldBe(200);
        (await person.Api.Get($"/api/images/{own[0]}/")).ShouldBe(200);
    }

    [Fact]
    public async Task Many_at_once_each_for_itself()
    {
        var (person, other) = (await app.Someone(), await app.Someone());
        var own = await app.Made(person, 2);
        var foreign = (await app.Made(other, 1, isPublic: true))[0];
        var ids = $$""" "image_ids":["{{own[0]}}","{{own[1]}}","{{foreign}}","img_nothing"] """;
        (await Act("publish")).At("done").GetInt32().ShouldBe(2);
        (await other.Api.Get($"/api/images/{own[0]}/")).ShouldBe(200);
        (await Act("favorite")).At("done").GetInt32().ShouldBe(3);
        (await Act("favorite")).At("done").GetInt32().ShouldBe(3);
        (await person.Api.Get($"/api/images/{foreign}/")).At("favorite_count").GetInt32().ShouldBe(1);
        (await Act("download")).At("results[0].url").GetString()!.ShouldContain("/files/");
        (await Act("unfavorite")).At("done").GetInt32().ShouldBe(3);
        (await person.Api.Get($"/api/images/{foreign}/")).At("favorite_count").GetInt32().ShouldBe(0);
        var once = person.Api.With("Idempotency-Key", "away");
        var deleted = (await once.Post("/api/images/bulk/", $$"""{"action":"delete",{{ids}}}""")).ShouldBe(200);
        (await once.Post("/api/images/bulk/", $$"""{"action":"delete",{{ids}}}""")).ShouldBe(200).Bytes.ShouldBe(deleted.Bytes);
        (await Act("delete")).At("done").GetInt32().ShouldBe(0);
        deleted.At("done").GetInt32().ShouldBe(2);
        deleted.At("results").EnumerateArray().Select(each => each.GetProperty("success").GetBoolean()).ShouldBe([true, true, false]);
        (await person.Api.Post("/api/images/bulk/", $$"""{"action":"burn",{{ids}}}""")).ShouldBeRefused(400);

        async Task<Answer> Act(string action) => (await person.Api.Post("/api/images/bulk/", $$"""{"action":"{{action}}",{{ids}}}""")).ShouldBe(200);
    }

    [Fact]
    public async Task A_practice_session_has_parts_of_different_lengths()
    {
        var person = await app.Someone();
        await app.Made(person, 3, tags: ["pose:standing"]);
        const string Wish = """{"segments":[{"count":5,"seconds":30},{"count":2,"seconds":60},{"count":1,"seconds":600}],"source":"own","tags":["pose:standing"]}""";
        var session = (await person.Api.Post("/api/practice/sessions/", Wish)).ShouldBe(200);
        session.At("session.total_seconds").GetInt32().ShouldBe(870);
        var poses = session.At("poses").EnumerateArray().ToList();
        poses.ConvertAll(pose => pose.GetProperty("seconds").GetInt32()).ShouldBe([30, 30, 30, 30, 30, 60, 60, 600]);
        poses.ConvertAll(pose => pose.GetProperty("starts_at").GetInt32()).ShouldBe([0, 30, 60, 90, 120, 150, 210, 270]);
        poses.ConvertAll(pose => pose.GetProperty("mirrored").GetBoolean()).ShouldBe([false, false, false, true, true, true, false, false]);
        poses[0].GetProperty("image").GetProperty("url").GetString()!.ShouldContain("/files/");
        var id = session.At("session.id").GetString();
        (await person.Api.Get($"/api/practice/sessions/{id}/")).ShouldBe(200).At("poses").GetArrayLength().ShouldBe(8);
        var ends = await FigureForgeApp.AtOnce(3, each => person.Api.Post($"/api/practice/sessions/{id}/finish/", $$"""{"drawn":{{each + 5}},"seconds":300}"""));
        ends.ShouldAllBe(end => end.Status == 200);
        ends.Select(end => end.At("drawn").GetInt32()).Distinct().Count().ShouldBe(1);
        (await person.Api.Get("/api/auth/user/stats/")).At("practice_seconds").GetInt64().ShouldBe(300);
        (await person.Api.Get("/api/practice/sessions/")).ShouldBe(200).At("count").GetInt32().ShouldBe(1);
        (await (await app.Someone()).Api.Get($"/api/practice/sessions/{id}/")).ShouldBeRefused(404);
        foreach (var wrong in (string[])["{}", """{"segments":[]}""", """{"segments":[{"count":0,"seconds":30}]}""", """{"segments":[{"count":200,"seconds":7200}]}""", """{"segments":[{"count":1,"seconds":30}],"source":"own","tags":["pose:nowhere"]}"""])
            (await person.Api.Post("/api/practice/sessions/", wrong)).ShouldBeRefused(400);
    }
}
