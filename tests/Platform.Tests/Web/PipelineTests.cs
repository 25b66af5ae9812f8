using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Web;

public sealed class PipelineApp() : DummyProduct(
    _ => { },
    app =>
    {
        app.MapPost("/echo", (Note note) => TypedResults.Ok(note)).AllowAnyone();
        app.MapPost("/change", (NoteChange change) => TypedResults.Ok(change)).AllowAnyone();
        app.MapGet("/throw", string () => throw new InvalidOperationException("secret detail")).AllowAnyone();
        app.MapGet("/closed", () => "never").RequireCustomer();
        app.MapGet("/forgotten", () => "no access stated");
    });

public sealed record Note(string Text, int Count = 0);

public sealed record NoteChange(Change<int?> Count = default, Change<IReadOnlyList<string>> Names = default);

public sealed class PipelineTests(PipelineApp app) : IClassFixture<PipelineApp>
{
    [Fact]
    public async Task An_unknown_route_is_refused_in_the_dialect()
    {
        var answer = (await app.Api.With("Accept", "text/html").Get("/nowhere")).ShouldBe(404);
        answer.At("code").GetString().ShouldBe("UNKNOWN_ROUTE");
        answer.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
    }

    [Fact]
    public async Task A_wrong_method_names_the_right_ones()
    {
        var answer = (await app.Api.Delete("/echo")).ShouldBe(405);
        answer.At("code").GetString().ShouldBe("METHOD_NOT_ALLOWED");
        answer.Header("Allow").ShouldBe("POST");
    }

    [Theory]
    [InlineData("{\"text\":")]
    [InlineData("{\"text\":1}")]
    [InlineData("{\"text\":\"a\",\"count\":\"1\"}")]
    [InlineData("{\"text\":\"a\",\"text\":\"b\"}")]
    [InlineData("{\"text\":\"\\u0000\"}")]
    [InlineData("{\"text\":\"\\ud800\"}")]
    [InlineData("")]
    [InlineData("[]")]
    public async Task A_body_that_cannot_be_read_is_a_400(string body)
    {
        (await app.Api.Post("/echo", body)).ShouldBe(400).At("code").GetString().ShouldBe("MALFORMED");
    }

    [Fact]
    public async Task The_field_that_could_not_be_read_is_named()
    {
        (await app.Api.Post("/echo", """{"text":"a","count":"x"}""")).ShouldBe(400).At("field").GetString().ShouldBe("count");
    }

    [Fact]
    public async Task The_field_of_a_change_that_could_not_be_read_is_named()
    {
        (await app.Api.Post("/change", """{"count":"x"}""")).ShouldBe(400).At("field").GetString().ShouldBe("count");
        (await app.Api.Post("/change", """{"names":["a",2]}""")).ShouldBe(400).At("field").GetString()!.ShouldStartWith("names");
    }

    [Theory]
    [InlineData("""{"text":"a","count":}""")]
    [InlineData("""{"text":"a","count":1""")]
    [InlineData("""{"text":"a","count":01}""")]
    [InlineData("""{"text":"a","count":1,"count":2}""")]
    [InlineData("""{"text":"\u0000"}""")]
    [InlineData("""{"text":"\ud800"}""")]
    public async Task Json_that_is_broken_itself_names_no_field(string body)
    {
        (await app.Api.Post("/echo", body)).ShouldBe(400).At("field").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Deep_nesting_is_a_400()
    {
        (await app.Api.Post("/echo", "{\"text\":" + new string('[', 100_000))).ShouldBe(400);
    }

    [Fact]
    public async Task Another_media_type_is_a_415()
    {
        var body = new StringContent("text=a", Encoding.UTF8, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        (await app.Api.Send("POST", "/echo", body)).ShouldBe(415).At("code").GetString().ShouldBe("MEDIA_TYPE");
    }

    [Fact]
    public async Task A_compressed_body_is_a_415()
    {
        var body = new ByteArrayContent([1, 2, 3]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        body.Headers.ContentEncoding.Add("gzip");
        (await app.Api.Send("POST", "/echo", body)).ShouldBe(415);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_a_413()
    {
        (await app.Api.Post("/echo", "{\"text\":\"" + new string('x', ProductHosting.BodyLimit) + "\"}")).ShouldBe(413)
            .At("code").GetString().ShouldBe("TOO_LARGE");
    }

    [Fact]
    public async Task An_unexpected_failure_tells_a_request_id_and_nothing_else()
    {
        var answer = (await app.Api.Get("/throw")).ShouldBe(500);
        answer.At("message").GetString().ShouldBe("Request " + answer.Header("X-Request-Id"));
        answer.Text.ShouldNotContain("secret detail");
        app.Log.All.ShouldContain(line => line.Contains("secret detail", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/closed")]
    [InlineData("/forgotten")]
    public async Task Without_a_credential_a_route_that_is_not_open_is_a_401(string path)
    {
        var answer = (await app.Api.Get(path)).ShouldBe(401);
        answer.At("code").GetString().ShouldBe("UNAUTHENTICATED");
        answer.Header("WWW-Authenticate").ShouldBe("Bearer");
    }

    [Fact]
    public async Task A_nul_in_the_query_is_a_400()
    {
        (await app.Api.Get("/closed?q=a%00b")).ShouldBe(400);
    }

    [Fact]
    public async Task Text_round_trips()
    {
        var answer = (await app.Api.Post("/echo", """{"text":"Œillet № 5 + 🛡️"}""")).ShouldBe(200);
        answer.At("text").GetString().ShouldBe("Œillet № 5 + 🛡️");
        answer.Text.ShouldContain("Œillet № 5 +", Case.Sensitive);
    }

    [Fact]
    public async Task Health_is_live_and_ready()
    {
        (await app.Api.Get("/health/live")).ShouldBe(200).Text.ShouldBe("""{"status":"live"}""");
        (await app.Api.Get("/health/ready")).ShouldBe(200).Text.ShouldBe("""{"status":"ready"}""");
    }

    [Fact]
    public async Task A_foreign_origin_gets_no_cors_headers_and_localhost_does()
    {
        (await app.Api.With("Origin", "https://evil.example").Get("/health/live")).Header("Access-Control-Allow-Origin").ShouldBeNull();
        (await app.Api.With("Origin", "http://localhost:5173").Get("/health/live")).Header("Access-Control-Allow-Origin").ShouldBe("http://localhost:5173");
    }
}
