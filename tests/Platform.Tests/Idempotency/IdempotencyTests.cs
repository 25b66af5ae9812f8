using System.Text;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Idempotency;

public sealed record Wish(string Name);

public sealed record Granted(Guid Id, string Name);

public sealed class RepeatableApp() : DummyProduct(
    builder =>
    {
        builder.Services.AddIdempotency();
        builder.Services.AddSingleton<ICredentials, HeaderCredentials>();
    },
    app =>
    {
        var wishes = app.MapGroup("/wishes").RequireCustomer();
        wishes.MapPost("/", Grant).Idempotent();
        wishes.MapPost("/{place}", Grant).Idempotent();
        wishes.MapPost("/alone", async (Wish wish, Caller caller, SingleStatement statement, CancellationToken stop) =>
        {
            const string Insert = "insert into effects (name, account) values (@Name, @AccountId) returning name";
            var effect = new { wish.Name, caller.AccountId };
            var before = await statement.Read<int>("select count(*)::int from effects where name = @Name", effect, stop);
            // The second takes several statements.
            var name = before == 0 ? await statement.One<string>(Insert, effect, stop) : await statement.InWork(async work =>
            {
                await work.One<string>(Insert, effect, stop);
                var last = await work.One<string>(Insert, effect, stop);
                await work.Commit(stop);
                return last;
            }, stop);
            return TypedResults.Ok(new Granted(Guid.CreateVersion7(), $"{name} after {before}"));
        }).Idempotent();
        wishes.MapPost("/slow", async (Wish wish, Caller caller, Work work, CancellationToken stop) =>
        {
            Entered.Release();
            await Gate.WaitAsync(stop);
            return await Grant(wish, caller, work, stop);
        }).Idempotent();
        wishes.MapPost("/refused", async (Wish wish, Caller caller, Work work, CancellationToken stop) =>
        {
            await Grant(wish, caller, work, stop);
            return TypedResults.Conflict("refused");
        }).Idempotent();
        wishes.MapPost("/broken", async Task<string> (Wish wish, Caller caller, Work work, CancellationToken stop) =>
        {
            await Grant(wish, caller, work, stop);
            throw new InvalidOperationException("after the effect");
        }).Idempotent();
        wishes.MapPost("/forgotten", async (Wish wish, Work work, CancellationToken stop) =>
        {
            await work.Execute("insert into effects (name) values (@Name)", wish, stop);
            return TypedResults.Ok();
        }).Idempotent();
        wishes.MapDelete("/", async (Work work, CancellationToken stop) =>
        {
            await work.Execute("insert into effects (name) values ('deleted')", null, stop);
            await work.Commit(stop);
            return TypedResults.NoContent();
        }).Idempotent();
        wishes.MapPost("/secret", async (HttpContext http, Wish wish, Caller caller, Work work, CancellationToken stop) =>
        {
            http.Response.Headers.ETag = "\"7\"";
            await Grant(wish, caller, work, stop);
            return TypedResults.Text("Œillet № 5 " + wish.Name, "text/plain", Encoding.UTF8, 202);
        }).Idempotent();
    })
{
    /// <summary>Released by each slow request when it is inside its handler.</summary>
    public static SemaphoreSlim Entered { get; } = new(0);

    /// <summary>Lets slow requests go on.</summary>
    public static SemaphoreSlim Gate { get; } = new(0);

    private static async Task<IResult> Grant(Wish wish, Caller caller, Work work, CancellationToken stop)
    {
        var id = Guid.CreateVersion7();
        await work.Execute("insert into effects (name, account) values (@Name, @AccountId)", new { wish.Name, caller.AccountId }, stop);
        await work.Commit(stop);
        return TypedResults.Created($"/wishes/{id}", new Granted(id, wish.Name));
    }
}

public sealed class IdempotencyTests(RepeatableApp app) : IClassFixture<RepeatableApp>, IAsyncLifetime
{
    private readonly Guid _annaId = Guid.CreateVersion7();
    private Api _anna = null!;
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _anna = app.Api.With("X-Account", _annaId.ToString());
        await app.Database.Execute("create table if not exists effects (name text not null, account uuid); truncate effects", null, Stop);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_repeated_request_is_done_once_and_answered_alike()
    {
        var client = _anna.With("Idempotency-Key", "a");
        var first = (await client.Post("/wishes", """{"name":"Œillet"}""")).ShouldBe(201);
        var second = (await client.Post("/wishes", """{"name":"Œillet"}""")).ShouldBe(201);
        second.Bytes.ShouldBe(first.Bytes);
        second.Header("Location").ShouldBe(first.Header("Location"));
        second.Header("Content-Type").ShouldBe(first.Header("Content-Type"));
        first.Header("Idempotent-Replayed").ShouldBeNull();
        second.Header("Idempotent-Replayed").ShouldBe("true");
        second.Header("Cache-Control").ShouldBe("no-store");
        (await Effects("Œillet")).ShouldBe(1);
    }

    [Fact]
    public async Task A_single_statement_stands_alone_without_a_key_and_commits_with_the_answer_with_one()
    {
        (await _anna.Post("/wishes/alone", """{"name":"alone"}""")).ShouldBe(200).At("name").GetString().ShouldBe("alone after 0");
        (await _anna.Post("/wishes/alone", """{"name":"alone"}""")).ShouldBe(200).At("name").GetString().ShouldBe("alone after 1");
        (await Effects("alone")).ShouldBe(3);
        foreach (var (key, effects) in ((string, int)[])[("first", 1), ("second", 3)])
        {
            var client = _anna.With("Idempotency-Key", key);
            var first = (await client.Post("/wishes/alone", """{"name":"keyed"}""")).ShouldBe(200);
            (await Effects("keyed")).ShouldBe(effects);
            (await client.Post("/wishes/alone", """{"name":"keyed"}""")).ShouldBe(200).Bytes.ShouldBe(first.Bytes);
            (await Effects("keyed")).ShouldBe(effects);
        }
    }

    [Theory]
    [InlineData("DELETE", "/wishes", null, 204)]
    [InlineData("POST", "/wishes/secret", """{"name":"a"}""", 202)]
    public async Task Status_type_and_version_are_replayed_as_well(string method, string path, string? json, int status)
    {
        var client = _anna.With("Idempotency-Key", "b");
        var first = (await client.Send(method, path, json)).ShouldBe(status);
        var second = (await client.Send(method, path, json)).ShouldBe(status);
        second.Header("Idempotent-Replayed").ShouldBe("true");
        second.Bytes.ShouldBe(first.Bytes);
        foreach (var header in (string[])["Content-Type", "ETag", "Content-Length"])
            second.Header(header).ShouldBe(first.Header(header));
    }

    [Fact]
    public async Task Of_fifty_parallel_requests_with_one_key_one_has_an_effect()
    {
        var client = _anna.With("Idempotency-Key", "c");
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.Post("/wishes", """{"name":"once"}""")));
        (await Effects("once")).ShouldBe(1);
        answers.Count(answer => answer.Status == 201 && answer.Header("Idempotent-Replayed") is null).ShouldBe(1);
        // On a busy machine some may not even get a connection to ask with.
        answers.Where(answer => answer.Status is not (201 or 503)).ShouldAllBe(answer => answer.Status == 409 && answer.Header("Retry-After") == "1");
        answers.Where(answer => answer.Status == 201).Select(answer => answer.Text).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
    }

    [Fact]
    public async Task While_the_first_is_running_others_are_told_to_wait_and_other_keys_and_callers_pass()
    {
        var client = _anna.With("Idempotency-Key", "d");
        var running = client.Post("/wishes/slow", """{"name":"slow"}""");
        await RepeatableApp.Entered.WaitAsync(Stop);
        var refused = (await client.Post("/wishes/slow", """{"name":"slow"}""")).ShouldBe(409);
        refused.At("code").GetString().ShouldBe("KEY_RUNNING");
        refused.Header("Retry-After").ShouldBe("1");
        (await client.Post("/wishes/slow", """{"name":"other"}""")).ShouldBe(409);

        RepeatableApp.Gate.Release(2);
        (await running).ShouldBe(201);
        (await client.Post("/wishes/slow", """{"name":"slow"}""")).ShouldBe(201).Header("Idempotent-Replayed").ShouldBe("true");
        var stranger = app.Api.With("X-Account", Guid.CreateVersion7().ToString()).With("Idempotency-Key", "d");
        (await stranger.Post("/wishes/slow", """{"name":"slow"}""")).ShouldBe(201).Header("Idempotent-Replayed").ShouldBeNull();
        (await Effects("slow")).ShouldBe(2);
        RepeatableApp.Entered.Wait(0, Stop).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_body_path_or_query_under_the_same_key_is_refused()
    {
        var client = _anna.With("Idempotency-Key", "e");
        (await client.Post("/wishes/here", """{"name":"a"}""")).ShouldBe(201);
        foreach (var (path, json) in ((string, string)[])[("/wishes/here", """{"name":"b"}"""), ("/wishes/there", """{"name":"a"}"""), ("/wishes/here?x=1", """{"name":"a"}""")])
            (await client.Post(path, json)).ShouldBe(422).At("code").GetString().ShouldBe("KEY_REUSED");
        (await Effects("a")).ShouldBe(1);
        (await Effects("b")).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_means_something_only_to_its_caller_and_route()
    {
        var first = (await _anna.With("Idempotency-Key", "f").Post("/wishes", """{"name":"hers"}""")).ShouldBe(201);
        var other = app.Api.With("X-Account", Guid.CreateVersion7().ToString()).With("Idempotency-Key", "f");
        var second = (await other.Post("/wishes", """{"name":"hers"}""")).ShouldBe(201);
        second.Header("Idempotent-Replayed").ShouldBeNull();
        second.At("id").GetGuid().ShouldNotBe(first.At("id").GetGuid());
        (await _anna.With("Idempotency-Key", "f").Post("/wishes/here", """{"name":"hers"}""")).ShouldBe(201).Header("Idempotent-Replayed").ShouldBeNull();
        (await Effects("hers")).ShouldBe(3);
        (await app.Api.With("Idempotency-Key", "f").Post("/wishes", """{"name":"hers"}""")).ShouldBe(401);
    }

    [Theory]
    [InlineData("/wishes/refused", 409)]
    [InlineData("/wishes/broken", 500)]
    [InlineData("/wishes/forgotten", 200)]
    public async Task What_fails_or_is_not_committed_leaves_nothing_and_may_be_tried_again(string path, int status)
    {
        var client = _anna.With("Idempotency-Key", "g");
        for (var attempt = 0; attempt < 2; attempt++)
            (await client.Post(path, """{"name":"never"}""")).ShouldBe(status).Header("Idempotent-Replayed").ShouldBeNull();
        (await Effects("never")).ShouldBe(0);
        (await app.Database.One<int>("select count(*)::int from idempotent_answers where account_id = @Id", new { Id = _annaId }, Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_is_not_kept()
    {
        var client = _anna.With("Idempotency-Key", "h");
        (await client.Post("/wishes", "{broken")).ShouldBe(400);
        (await client.Post("/wishes", "{\"name\":\"" + new string('x', ProductHosting.BodyLimit) + "\"}")).ShouldBe(413);
        (await client.Post("/wishes", """{"name":"right"}""")).ShouldBe(201).Header("Idempotent-Replayed").ShouldBeNull();
    }

    [Fact]
    public async Task Without_a_key_every_request_has_its_effect()
    {
        for (var request = 0; request < 2; request++)
            (await _anna.Post("/wishes", """{"name":"often"}""")).ShouldBe(201);
        (await _anna.Post("/wishes/refused", """{"name":"often"}""")).ShouldBe(409);
        (await Effects("often")).ShouldBe(3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task A_key_that_is_empty_or_too_long_is_refused(int length)
    {
        (await _anna.With("Idempotency-Key", new string('k', length)).Post("/wishes", """{"name":"a"}""")).ShouldBe(400)
            .At("code").GetString().ShouldBe("KEY_INVALID");
        (await _anna.With("Idempotency-Key", new string('k', 255)).Post("/wishes", """{"name":"a"}""")).ShouldBe(201);
    }

    [Fact]
    public async Task A_connection_that_dies_under_a_request_leaves_nothing_and_frees_the_key()
    {
        var client = _anna.With("Idempotency-Key", "i");
        var dying = client.Post("/wishes/slow", """{"name":"phoenix"}""");
        await RepeatableApp.Entered.WaitAsync(Stop);
        await app.Database.Execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())", null, Stop);
        RepeatableApp.Gate.Release();
        (await dying).ShouldBe(503);
        (await Effects("phoenix")).ShouldBe(0);

        RepeatableApp.Gate.Release();
        (await client.Post("/wishes/slow", """{"name":"phoenix"}""")).ShouldBe(201).Header("Idempotent-Replayed").ShouldBeNull();
        (await Effects("phoenix")).ShouldBe(1);
        RepeatableApp.Entered.Wait(0, Stop).ShouldBeTrue();
    }

    [Fact]
    public async Task Answers_are_kept_sealed_for_a_day()
    {
        var client = _anna.With("Idempotency-Key", "j");
        await client.Post("/wishes", """{"name":"readable"}""");
        (await app.Database.One<bool>(
            "select position('readable'::bytea in answer) > 0 from idempotent_answers where account_id = @Id", new { Id = _annaId }, Stop)).ShouldBeFalse();
        await app.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        (await client.Post("/wishes", """{"name":"readable"}""")).Header("Idempotent-Replayed").ShouldBe("true");
        await app.Advance(TimeSpan.FromMilliseconds(1));
        (await client.Post("/wishes", """{"name":"another"}""")).ShouldBe(201).Header("Idempotent-Replayed").ShouldBeNull();
        (await client.Post("/wishes", """{"name":"another"}""")).Header("Idempotent-Replayed").ShouldBe("true");
    }

    [Fact]
    public async Task Expired_answers_are_swept_by_any_number_of_nodes()
    {
        await app.Database.Execute(
            """
            insert into idempotent_answers (id, account_id, fingerprint, answer, expires_at)
            select sha256(n::text::bytea), @Id, '', '', clock() from generate_series(1, 2500) n
            """, new { Id = _annaId }, Stop);
        await _anna.With("Idempotency-Key", "k").Post("/wishes", """{"name":"kept"}""");
        var answers = app.Services.GetRequiredService<IdempotentAnswers>();
        var swept = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => answers.Sweep(Stop)));
        swept.Sum().ShouldBeGreaterThanOrEqualTo(2500);
        (await app.Database.One<int>("select count(*)::int from idempotent_answers where account_id = @Id", new { Id = _annaId }, Stop)).ShouldBe(1);
    }

    [Fact]
    public void A_route_that_cannot_keep_the_promise_is_refused_when_it_is_built()
    {
        Built(app => app.MapPost("/open", (Work work) => "x").AllowAnyone().Idempotent()).Message.ShouldContain("open to everybody");
        Built(app => app.MapPost("/alone", (ProductDatabase database) => "x").RequireCustomer().Idempotent()).Message.ShouldContain("must take its Work");

        static InvalidOperationException Built(Action<WebApplication> map)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection([new("Database:Connection", "Host=nowhere")]);
            builder.Services.AddSingleton<ProductDatabase>().AddSingleton(DummyProduct.Identity);
            var app = builder.Build();
            map(app);
            return Should.Throw<InvalidOperationException>(() => ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Count());
        }
    }

    private Task<int> Effects(string name) =>
        app.Database.One<int>("select count(*)::int from effects where name = @name", new { name }, Stop);
}
