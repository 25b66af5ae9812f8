using System.Globalization;
using System.Text.Json;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.FigureForge.Tests;

public sealed class GenerationTests(FigureForgeApp app) : IClassFixture<FigureForgeApp>
{
    /// <summary>As the document prints it.</summary>
    private const string Documented =
        """
        {
          "prompt": "figure drawing prompt",
          "filters": {
            "body_type": "athletic",
            "pose": "standing",
            "lighting": "dramatic",
            "clothing": "casual",
            "background": "simple"
          },
          "batch_size": 1,
          "model": "flux-pro"
        }
        """;

    [Fact]
    public async Task The_documented_wish_becomes_a_picture_for_two_credits()
    {
        var person = await app.Someone();
        var accepted = (await person.Api.Post("/api/images/generate/", Documented)).ShouldBe(202);
        accepted.At("status").GetString().ShouldBe("queued");
        var job = accepted.At("job_id").GetString()!;
        accepted.Header("Location").ShouldBe($"/api/images/job/{job}/");
        var queued = (await person.Api.Get(accepted.Header("Location")!)).ShouldBe(200);
        queued.At("queue_position").GetInt32().ShouldBe(1);
        queued.At("eta_seconds").GetInt32().ShouldBeGreaterThan(0);
        queued.At("images").GetArrayLength().ShouldBe(0);
        (await app.Balance(person)).ShouldBe(18);

        var status = await app.Finish(person, job);
        status.At("status").GetString().ShouldBe("completed");
        status.At("attempt").GetInt32().ShouldBe(1);
        status.At("finished_at").ValueKind.ShouldBe(JsonValueKind.String);
        status.At("images").GetArrayLength().ShouldBe(1);
        status.At("images[0].id").GetString()!.ShouldStartWith("img_");
        (await Fetch(status.At("images[0].url").GetString()!)).Header("Content-Type").ShouldBe("image/png");
        var thumbnail = await Fetch(status.At("images[0].thumbnail_url").GetString()!);
        thumbnail.Header("Content-Type").ShouldBe("image/webp");
        thumbnail.Header("Content-Security-Policy")!.ShouldContain("sandbox");
        (await app.Balance(person)).ShouldBe(18);
        (await person.Api.Get("/api/auth/user/stats/")).At("images_generated").GetInt64().ShouldBe(1);
        (await Kinds(person)).ShouldBe(["grant", "reserve", "capture"]);
        (await Submits("figure drawing prompt")).ShouldBe(1);

        var image = (await person.Api.Get($"/api/images/{status.At("images[0].id").GetString()}/")).ShouldBe(200);
        image.At("tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["background:simple", "body_type:athletic", "clothing:casual", "lighting:dramatic", "pose:standing"]);
        image.At("filters.pose").GetString().ShouldBe("standing");
        image.At("is_public").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_seed_is_the_same_picture_and_a_batch_counts_on()
    {
        var person = await app.Someone();
        var first = await app.Finish(person, await FigureForgeApp.Generate(person, """{"filters":{"pose":"running"},"model":"mannequin","seed":7,"batch_size":2}"""));
        first.At("status").GetString().ShouldBe("completed", first.Text);
        first.At("images").EnumerateArray().Select(image => image.GetProperty("seed").GetInt64()).ShouldBe([7, 8]);
        var second = await app.Finish(person, await FigureForgeApp.Generate(person, """{"filters":{"pose":"running"},"model":"mannequin","seed":8}"""));
        var pictures = await Task.WhenAll(new[] { first.At("images[0].url"), first.At("images[1].url"), second.At("images[0].url") }.Select(url => Fetch(url.GetString()!)));
        pictures[1].Bytes.ShouldBe(pictures[2].Bytes);
        pictures[0].Bytes.ShouldNotBe(pictures[1].Bytes);
        (await app.Balance(person)).ShouldBe(17);
        var remix = (await person.Api.Post($"/api/images/{first.At("images[0].id").GetString()}/remix/", """{"filters":{"lighting":"rim"}}""")).ShouldBe(202);
        remix.At("seed").GetInt64().ShouldNotBe(7);
        var status = (await person.Api.Get($"/api/images/job/{remix.At("job_id").GetString()}/")).ShouldBe(200);
        status.At("filters.pose").GetString().ShouldBe("running");
        status.At("filters.lighting").GetString().ShouldBe("rim");
        status.At("remixed_from").GetString().ShouldBe(first.At("images[0].id").GetString());
    }

    [Fact]
    public async Task A_hundred_wishes_at_once_never_spend_more_than_there_is()
    {
        var person = await app.Someone();
        var answers = await FigureForgeApp.AtOnce(100, each => person.Api.Post("/api/images/generate/", $$"""{"prompt":"one of a hundred","model":"mannequin","seed":{{each}}}"""));
        answers.Count(answer => answer.Status == 202).ShouldBe(20);
        foreach (var answer in answers.Where(answer => answer.Status != 202))
            answer.ShouldBeRefused(402).At("error.details.remaining").GetInt32().ShouldBe(0);
        (await app.Balance(person)).ShouldBe(0);
        (await app.Database.One<int>("select in_flight from artists where account_id = @Id", new { person.Id }, FigureForgeApp.Stop)).ShouldBe(1);
        // All of them cancelled, each several times at once: every credit comes back once.
        var jobs = answers.Where(answer => answer.Status == 202).Select(answer => answer.At("job_id").GetString()).ToList();
        var cancelled = await Task.WhenAll(jobs.Concat(jobs).Concat(jobs).Select(job => person.Api.Post($"/api/images/job/{job}/cancel/")));
        cancelled.Count(answer => answer.Status == 200).ShouldBe(20);
        cancelled.Count(answer => answer.Status == 409).ShouldBe(40);
        (await app.Balance(person)).ShouldBe(20);
        (await app.Database.One<int>("select in_flight from artists where account_id = @Id", new { person.Id }, FigureForgeApp.Stop)).ShouldBe(0);
    }

    [Theory]
    [InlineData("{}", "prompt")]
    [InlineData("""{"prompt":"   "}""", "prompt")]
    [InlineData("""{"prompt":"x","batch_size":0}""", "batch_size")]
    [InlineData("""{"prompt":"x","batch_size":5}""", "batch_size")]
    [InlineData("""{"prompt":"x","model":"dall-e"}""", "model")]
    [InlineData("""{"prompt":"x","seed":-1}""", "seed")]
    [InlineData("""{"prompt":"x","filters":{"pose":7}}""", "pose")]
    [InlineData("""{"prompt":"x","filters":{"pose":"<b>"}}""", "pose")]
    [InlineData("""{"prompt":7}""", "prompt")]
    public async Task A_wish_that_breaks_a_rule_says_which(string body, string field) =>
        (await (await app.Someone()).Api.Post("/api/images/generate/", body)).ShouldBeRefused(400).At("error").GetRawText().ShouldContain(field);

    [Fact]
    public async Task A_preview_tells_the_cost_and_takes_nothing()
    {
        var person = await app.Someone();
        foreach (var path in (string[])["/api/images/generate/?dry_run=true", "/api/images/estimate/"])
        {
            var estimate = (await person.Api.Post(path, """{"prompt":"x","filters":{"pose":"of my own invention"},"batch_size":3}""")).ShouldBe(200);
            estimate.At("model").GetString().ShouldBe("flux-pro");
            estimate.At("credits").GetInt32().ShouldBe(6);
            estimate.At("credits_after").GetInt32().ShouldBe(14);
            estimate.At("affordable").GetBoolean().ShouldBeTrue();
        }

        (await app.Balance(person)).ShouldBe(20);
        (await Kinds(person)).ShouldBe(["grant"]);
    }

    [Fact]
    public async Task A_repeated_wish_with_a_key_is_one_wish()
    {
        var person = await app.Someone();
        var api = person.Api.With("Idempotency-Key", "once");
        var answers = await FigureForgeApp.AtOnce(6, _ => api.Post("/api/images/generate/", """{"prompt":"once","model":"mannequin"}"""));
        answers.ShouldAllBe(answer => answer.Status == 202 || answer.Status == 409);
        var again = (await api.Post("/api/images/generate/", """{"prompt":"once","model":"mannequin"}""")).ShouldBe(202);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        (await api.Post("/api/images/generate/", """{"prompt":"twice","model":"mannequin"}""")).ShouldBeRefused(422);
        (await app.Balance(person)).ShouldBe(19);
        await app.Database.Execute("with gone as (insert into credit_ledger (account_id, kind, monthly, pack) values (@Id, 'reserve', -19, 0)) update artists set monthly_credits = 0 where account_id = @Id", new { person.Id }, FigureForgeApp.Stop);
        (await person.Api.With("Idempotency-Key", "poor").Post("/api/images/generate/", """{"prompt":"p","model":"mannequin"}""")).ShouldBeRefused(402);
        await app.Database.Execute("with more as (insert into credit_ledger (account_id, kind, monthly, pack) values (@Id, 'purchase', 0, 5)) update artists set pack_credits = 5 where account_id = @Id", new { person.Id }, FigureForgeApp.Stop);
        (await person.Api.With("Idempotency-Key", "poor").Post("/api/images/generate/", """{"prompt":"p","model":"mannequin"}""")).ShouldBe(202);
    }

    [Theory]
    [InlineData("p0rn scene")]
    [InlineData("a n s f w drawing")]
    [InlineData("naked child")]
    [InlineData("a decapitated soldier")]
    public async Task What_is_not_drawn_here_fails_at_once_and_costs_nothing(string prompt)
    {
        var person = await app.Someone();
        var answer = (await person.Api.Post("/api/images/generate/", $$"""{"prompt":"{{prompt}}"}""")).ShouldBe(202);
        answer.At("status").GetString().ShouldBe("failed");
        var status = (await person.Api.Get($"/api/images/job/{answer.At("job_id").GetString()}/")).ShouldBe(200);
        status.At("error.code").GetString().ShouldBe("CONTENT_MODERATED");
        (await Kinds(person)).ShouldBe(["grant"]);
    }

    [Theory]
    [InlineData("nude figure, life drawing")]
    [InlineData("mother and child, fully dressed")]
    [InlineData("a Scottish grandmother")]
    public void Figure_drawing_is_allowed(string prompt) => PromptRules.Forbids(prompt).ShouldBeFalse();

    [Theory]
    [InlineData("sandbox:moderated", "CONTENT_MODERATED", 1)]
    [InlineData("sandbox:fail", "GENERATION_FAILED", 3)]
    [InlineData("sandbox:broke", "PROVIDER_UNAVAILABLE", 0)]
    public async Task A_provider_that_does_not_draw_costs_nothing(string word, string code, int submits)
    {
        var person = await app.Someone();
        var prompt = $"{word} {Guid.CreateVersion7():N}";
        var status = await app.Finish(person, await FigureForgeApp.Generate(person, $$"""{"prompt":"{{prompt}}","model":"flux-pro"}"""));
        status.At("status").GetString().ShouldBe("failed");
        status.At("error.code").GetString().ShouldBe(code);
        status.At("images").GetArrayLength().ShouldBe(0);
        (await app.Balance(person)).ShouldBe(20);
        (await Kinds(person)).ShouldBe(["grant", "reserve", "release"]);
        (await Submits(prompt)).ShouldBe(submits);
    }

    [Fact]
    public async Task A_worker_that_dies_after_submitting_pays_once()
    {
        var person = await app.Someone();
        var prompt = $"sandbox:slow {Guid.CreateVersion7():N}";
        var job = await FigureForgeApp.Generate(person, $$"""{"prompt":"{{prompt}}","model":"flux-pro"}""");
        await app.RunJobs();
        (await person.Api.Get($"/api/images/job/{job}/")).At("status").GetString().ShouldBe("processing");
        // As a killed worker leaves it: running under a lease that nobody prolongs.
        await app.Database.Execute("update jobs set state = 'running', attempt = attempt + 1, worker = gen_random_uuid(), lease = lease + 1, lease_until = clock() + interval '30 seconds' where kind = 'ask_black_forest_labs' and owner = @Owner", new { Owner = person.Id.ToString() }, FigureForgeApp.Stop);
        await app.RunJobs();
        (await Submits(prompt)).ShouldBe(1);
        await app.Advance(TimeSpan.FromSeconds(31));
        await app.RunJobs();
        (await person.Api.Get($"/api/images/job/{job}/")).At("attempt").GetInt32().ShouldBe(2);
        (await Submits(prompt)).ShouldBe(1);
        (await person.Api.Post($"/api/images/job/{job}/cancel/")).ShouldBe(202).At("cancel_requested").GetBoolean().ShouldBeTrue();
        (await app.Finish(person, job)).At("status").GetString().ShouldBe("cancelled");
        (await person.Api.Post($"/api/images/job/{job}/cancel/")).ShouldBeRefused(409);
        (await app.Balance(person)).ShouldBe(20);
    }

    [Fact]
    public async Task A_job_nobody_will_run_again_ends_and_gives_its_credits_back()
    {
        var person = await app.Someone();
        var job = await FigureForgeApp.Generate(person);
        await app.Database.Execute("update jobs set state = 'failed', finished_at = clock() where kind = 'draw_figures' and owner = @Owner", new { Owner = person.Id.ToString() }, FigureForgeApp.Stop);
        await app.Advance(TimeSpan.FromMinutes(1));
        await app.RunJobs();
        (await person.Api.Get($"/api/images/job/{job}/")).At("error.code").GetString().ShouldBe("GENERATION_FAILED");
        (await app.Balance(person)).ShouldBe(20);
        var retried = (await person.Api.Post($"/api/images/job/{job}/retry/")).ShouldBe(202);
        (await person.Api.Get($"/api/images/job/{retried.At("job_id").GetString()}/")).At("retried_from").GetString().ShouldBe(job);
        (await person.Api.Post($"/api/images/job/{retried.At("job_id").GetString()}/retry/")).ShouldBeRefused(409);
        (await (await app.Someone()).Api.Get($"/api/images/job/{job}/")).ShouldBeRefused(404);
        (await person.Api.Get("/api/images/job/job_none/")).ShouldBeRefused(404);
    }

    [Fact]
    public async Task Pictures_that_are_not_ready_in_time_cost_nothing()
    {
        var person = await app.Someone();
        var job = await FigureForgeApp.Generate(person, """{"prompt":"sandbox:slow deadline","model":"flux-pro","max_wait_seconds":5}""");
        await app.RunJobs();
        await app.Advance(TimeSpan.FromSeconds(5));
        await app.RunJobs();
        (await person.Api.Get($"/api/images/job/{job}/")).At("error.code").GetString().ShouldBe("DEADLINE_EXCEEDED");
        (await app.Balance(person)).ShouldBe(20);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("hobby", 2)]
    [InlineData("studio", 4)]
    public async Task As_many_run_at_a_time_as_the_tier_allows_and_the_others_follow(string? tier, int expected)
    {
        var person = await app.Someone(tier: tier);
        var jobs = new List<string>();
        for (var each = 0; each < 6; each++)
        {
            jobs.Add(await FigureForgeApp.Generate(person, """{"prompt":"queue","model":"mannequin"}"""));
            await app.Advance(TimeSpan.FromMilliseconds(1));
        }

        (await InFlight()).ShouldBe(expected);
        (await person.Api.Get($"/api/images/job/{jobs[5]}/")).At("queue_position").GetInt32().ShouldBeGreaterThan(expected);
        (await person.Api.Post($"/api/images/job/{jobs[0]}/cancel/")).ShouldBe(200);
        (await InFlight()).ShouldBe(expected);
        (await app.Database.One<bool>("select is_admitted from generations where id = @Id", new { Id = Guid.ParseExact(jobs[expected][4..], "N") }, FigureForgeApp.Stop)).ShouldBeTrue();
        await Task.WhenAll(jobs.Skip(1).Select(job => person.Api.Post($"/api/images/job/{job}/cancel/")));
        (await InFlight()).ShouldBe(0);

        Task<int> InFlight() => app.Database.One<int>("select count(*)::int from generations where account_id = @Id and is_admitted and state in ('queued', 'processing')", new { person.Id }, FigureForgeApp.Stop);
    }

    [Fact]
    public async Task Cancelling_while_it_is_completed_ends_one_way()
    {
        for (var round = 0; round < 5; round++)
        {
            var person = await app.Someone();
            var id = Guid.ParseExact((await FigureForgeApp.Generate(person))[4..], "N");
            var ends = await Task.WhenAll(Enumerable.Range(0, 4).Select(each => End(id, each % 2 == 0 ? "completed" : "cancelled")));
            ends.Count(ended => ended).ShouldBe(1);
            var state = await app.Database.One<string>("select state from generations where id = @id", new { id }, FigureForgeApp.Stop);
            (await app.Balance(person)).ShouldBe(state == "completed" ? 19 : 20);
        }

        async Task<bool> End(Guid id, string state)
        {
            await using var work = await app.Database.Begin(FigureForgeApp.Stop);
            var ended = await GenerationLife.End(work, id, state, null, FigureForgeApp.Stop);
            await work.Commit(FigureForgeApp.Stop);
            return ended;
        }
    }

    [Fact]
    public async Task Progress_comes_as_events_and_late_clients_hear_the_end()
    {
        var person = await app.Someone();
        var job = await FigureForgeApp.Generate(person);
        var listening = person.Api.Get($"/api/images/job/{job}/events/");
        var waiting = person.Api.Get($"/api/images/job/{job}/?wait=30");
        await app.Finish(person, job);
        var events = (await listening).ShouldBe(200);
        events.Header("Content-Type")!.ShouldStartWith("text/event-stream");
        events.Text.ShouldContain("event: completed\n");
        (await waiting).ShouldBe(200).At("status").GetString().ShouldBe("completed");
        var last = events.Text.Split('\n').Last(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..];
        int.Parse(last, CultureInfo.InvariantCulture).ShouldBeGreaterThan(1);
        var late = (await person.Api.With("Last-Event-ID", last).Get($"/api/images/job/{job}/events/")).ShouldBe(200);
        late.Text.Split('\n').Count(line => line.StartsWith("event: ", StringComparison.Ordinal)).ShouldBe(1);
        late.Text.ShouldContain("event: completed\n");
        (await person.Api.Get($"/api/images/job/{job}/?wait=soon")).ShouldBeRefused(400);
    }

    [Fact]
    public async Task Models_and_filters_are_told()
    {
        var person = await app.Someone();
        var models = (await person.Api.Get("/api/images/models/")).ShouldBe(200).At("models").EnumerateArray().ToList();
        var flux = models.Single(model => model.GetProperty("id").GetString() == "flux-pro");
        flux.GetProperty("name").GetString().ShouldBe("FLUX Pro");
        flux.GetProperty("credits").GetInt32().ShouldBe(2);
        flux.GetProperty("available").GetBoolean().ShouldBeTrue();
        models.Single(model => model.GetProperty("id").GetString() == "mannequin").GetProperty("credits").GetInt32().ShouldBe(1);
        (await person.Api.Get("/api/images/filters/")).ShouldBe(200).At("filters.body_type").EnumerateArray().Select(value => value.GetString()).ShouldContain(value => value == "athletic");
        (await app.Api.Get("/api/images/models/")).ShouldBeRefused(401);
    }

    [Fact]
    public async Task Without_a_provider_its_models_are_named_and_the_platforms_own_draws()
    {
        var node = FigureForgeApp.Of(await app.StartNode(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Bfl:ApiKey"] = "" }));
        var token = (await app.Api.Post("/api/auth/refresh/", $$"""{"refresh_token":"{{(await app.Someone()).RefreshToken}}"}""")).ShouldBe(200).At("access_token").GetString()!;
        var api = node.WithBearer(token);
        var models = (await api.Get("/api/images/models/")).ShouldBe(200).At("models").EnumerateArray().ToList();
        var flux = models.Single(model => model.GetProperty("id").GetString() == "flux-pro");
        flux.GetProperty("available").GetBoolean().ShouldBeFalse();
        flux.GetProperty("reason").GetString().ShouldNotBeNullOrEmpty();
        models.Single(model => model.GetProperty("default").GetBoolean()).GetProperty("id").GetString().ShouldBe("mannequin");
        (await api.Post("/api/images/generate/", """{"prompt":"a dancer","model":"flux-pro"}""")).ShouldBeRefused(503).Header("Retry-After").ShouldNotBeNull();
        (await api.Post("/api/images/generate/", """{"prompt":"a dancer"}""")).ShouldBe(202).At("model").GetString().ShouldBe("mannequin");
        (await api.Get("/api/auth/user/stats/")).ShouldBe(200).At("images_remaining").GetInt32().ShouldBe(19);
    }

    [Fact]
    public async Task A_wish_in_a_month_nobody_was_granted_credits_for_yet_is_paid_from_it()
    {
        var person = await app.Someone();
        await app.Database.Execute(
            """
            with spent as (insert into credit_ledger (account_id, kind, monthly, pack) values (@Id, 'reserve', -20, 0))
            update artists set monthly_credits = 0, anchor = anchor - interval '40 days', period_start = period_start - interval '40 days', period_end = clock() where account_id = @Id
            """, new { person.Id }, FigureForgeApp.Stop);
        var answers = await FigureForgeApp.AtOnce(4, _ => person.Api.Post("/api/images/generate/", """{"prompt":"new month","model":"mannequin","batch_size":4}"""));
        answers.ShouldAllBe(answer => answer.Status == 202);
        (await app.Balance(person)).ShouldBe(4);
        (await app.Database.One<long>("select count(*) from jobs where owner = @Owner and kind = 'draw_figures'", new { Owner = person.Id.ToString() }, FigureForgeApp.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task A_repeated_cancellation_with_a_key_is_answered_alike()
    {
        var person = await app.Someone();
        var job = await FigureForgeApp.Generate(person);
        var api = person.Api.With("Idempotency-Key", "enough");
        var first = (await api.Post($"/api/images/job/{job}/cancel/")).ShouldBe(200);
        (await api.Post($"/api/images/job/{job}/cancel/")).ShouldBe(200).Bytes.ShouldBe(first.Bytes);
        (await person.Api.Post($"/api/images/job/{job}/cancel/")).ShouldBeRefused(409);
        var retry = (await api.Post($"/api/images/job/{job}/retry/")).ShouldBe(202);
        (await api.Post($"/api/images/job/{job}/retry/")).ShouldBe(202).Bytes.ShouldBe(retry.Bytes);
        (await app.Balance(person)).ShouldBe(19);
    }

    [Fact]
    public async Task The_ledger_only_grows()
    {
        await app.Someone();
        await Should.ThrowAsync<Npgsql.PostgresException>(() => app.Database.Execute("update credit_ledger set monthly = 99", null, FigureForgeApp.Stop));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => app.Database.Execute("delete from credit_ledger", null, FigureForgeApp.Stop));
    }

    private Task<Answer> Fetch(string url) => app.Api.Get(url[url.IndexOf("/files/", StringComparison.Ordinal)..]);

    private Task<List<string>> Kinds(Person person) => app.Database.List<string>("select kind from credit_ledger where account_id = @Id order by id", new { person.Id }, FigureForgeApp.Stop);

    private async Task<int> Submits(string prompt) => (await app.Sandbox.Get("/bfl/tasks")).ShouldBe(200).Json.EnumerateArray().Count(task => task.GetProperty("prompt").GetString()!.Contains(prompt, StringComparison.Ordinal));
}
