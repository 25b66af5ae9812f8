using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Telemetry;
using Colonnade.Platform.Tests.Web;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Telemetry;

public class MeasuredApp() : DummyProduct(
    builder =>
    {
        builder.Services.AddRateLimits();
        builder.Services.AddSingleton<ICredentials, HeaderCredentials>();
    },
    app =>
    {
        app.MapPost("/notes/{id}", (string id, Note note) => TypedResults.Ok(note)).AllowAnyone();
        app.MapGet("/mine", (Caller caller) => "yours").RequireCustomer();
        app.MapGet("/throw", string () => throw new InvalidOperationException("on purpose")).AllowAnyone();
        app.MapGet("/few", () => "few").AllowAnyone().Limit(Few);
    })
{
    private static readonly Limit Few = Limit.PerAddress("few", 2, TimeSpan.FromMinutes(1));

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Telemetry:Metrics"] = "true",
        ["Telemetry:Networks:0"] = "10.1.0.0/16",
        ["Proxies:0"] = "127.0.0.1",
    };

    public string[] Lines(string marker) => [.. Log.All.Where(line => line.Contains(typeof(RequestLog).FullName!, StringComparison.Ordinal) && line.Contains(marker, StringComparison.Ordinal))];
}

public sealed partial class RequestLogTests(MeasuredApp app) : IClassFixture<MeasuredApp>
{
    [Fact]
    public async Task Every_request_leaves_one_line_with_route_status_time_and_account()
    {
        var account = Guid.CreateVersion7();
        var answer = await app.Api.With("X-Account", account.ToString()).Get("/mine?page=2");
        var line = app.Lines(answer.Header("X-Request-Id")!).ShouldHaveSingleItem();
        Line().IsMatch(line).ShouldBeTrue(line);
        line.ShouldContain("account " + AccountHash.Of(account));
        line.ShouldNotContain(account.ToString());
    }

    [Theory]
    [InlineData("GET", "/throw", "Warning", "GET /throw 500")]
    [InlineData("GET", "/nowhere", "Information", "GET - 404")]
    [InlineData("GET", "/mine", "Information", "GET /mine 401")]
    [InlineData("BREW", "/mine", "Information", "_OTHER - 405")]
    public async Task What_went_wrong_leaves_its_line_as_well(string method, string path, string level, string expected)
    {
        var answer = await app.Api.Send(method, path);
        app.Lines(answer.Header("X-Request-Id")!).ShouldHaveSingleItem().ShouldStartWith($"{level} {typeof(RequestLog).FullName}: {expected} ");
    }

    [Fact]
    public async Task Health_is_asked_without_a_line()
    {
        var answer = await app.Api.Get("/health/live");
        app.Lines(answer.Header("X-Request-Id")!).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_that_a_client_sends_reaches_the_log()
    {
        const string canary = "canary-7f3a";
        var client = app.Api.With("Authorization", "Bearer " + canary).With("Cookie", "session=" + canary).With("User-Agent", canary).With("X-Account", canary);
        await client.Post($"/notes/{canary}?token={canary}", $$"""{"text":"{{canary}}"}""");
        await client.Post($"/notes/{canary}", $$"""{"text":{{canary}}""");
        await client.Post($"/notes/{canary}", $$"""{"text":"a","count":"{{canary}}"}""");
        await client.Get($"/mine?password={canary}");
        await client.Get($"/nowhere/{canary}");
        await client.Get($"/throw?code={canary}");
        await client.Send(canary.ToUpperInvariant(), "/mine");
        app.Log.All.ShouldNotBeEmpty();
        app.Log.All.ShouldAllBe(line => !line.Contains(canary, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task No_input_can_forge_a_line()
    {
        const string forged = "%0d%0aWarning%20forged%1b[31m";
        await app.Api.Get("/mine?q=" + forged);
        await app.Api.Post("/notes/" + forged, """{"text":"a\r\nWarning forged\u001b"}""");
        await app.Api.Get("/" + forged);
        app.Log.All.ShouldAllBe(line => !line.Contains("forged", StringComparison.Ordinal));
        app.Lines("").ShouldAllBe(line => !line.Contains('\n') && !line.Contains('\r') && !line.Contains('\u001b'));
    }

    [GeneratedRegex(@"^Information \S+: GET /mine 200 \d+\.\d ms, request \S+, account [0-9a-f]{12} $", RegexOptions.NonBacktracking)]
    private static partial Regex Line();
}

public sealed partial class PrometheusTests(MeasuredApp app) : IClassFixture<MeasuredApp>
{
    [Fact]
    public async Task Requests_refusals_connections_and_the_process_can_be_scraped()
    {
        for (var request = 0; request < 5; request++)
            await app.Api.Get("/few");
        var text = (await app.Api.Get("/metrics")).ShouldBe(200).Text;
        var lines = text.Split('\n');
        text.ShouldContain("# TYPE http_server_request_duration_seconds histogram\n");
        text.ShouldContain("# TYPE colonnade_limits_refused_total counter\n");
        text.ShouldContain("colonnade_limits_refused_total{limit=\"few\"} 3\n");
        Value(lines, "http_server_request_duration_seconds_count", "http_route=\"/few\"", "http_response_status_code=\"200\"", "product=\"dummy\"").ShouldBe("2");
        Value(lines, "http_server_request_duration_seconds_bucket", "http_route=\"/few\"", "http_response_status_code=\"429\"", "le=\"+Inf\"").ShouldBe("3");
        lines.ShouldContain(line => line.StartsWith("db_client_connection_count", StringComparison.Ordinal) || line.StartsWith("db_client_connections", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("dotnet_", StringComparison.Ordinal));
        lines.Where(line => line.Length > 0 && line[0] != '#').ShouldAllBe(line => Sample().IsMatch(line));
    }

    [Fact]
    public async Task Buckets_grow_up_to_the_count()
    {
        await app.Api.Get("/health/live");
        var lines = (await app.Api.Get("/metrics")).Text.Split('\n');
        var buckets = lines.Where(line => line.StartsWith("http_server_request_duration_seconds_bucket", StringComparison.Ordinal) && line.Contains("/health/live", StringComparison.Ordinal))
            .Select(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        buckets.Length.ShouldBeGreaterThan(5);
        buckets.ShouldBeInOrder();
        buckets[^1].ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(Value(lines, "http_server_request_duration_seconds_count", "/health/live"));
    }

    [Fact]
    public async Task Only_listed_networks_may_scrape()
    {
        (await app.Api.With("X-Forwarded-For", "10.1.2.3").Get("/metrics")).ShouldBe(200);
        (await app.Api.With("X-Forwarded-For", "10.2.2.3").Get("/metrics")).ShouldBe(404).At("code").GetString().ShouldBe("UNKNOWN_ROUTE");
        (await app.Api.With("X-Forwarded-For", "127.0.0.1, 10.2.2.3").Get("/metrics")).ShouldBe(404);
        (await app.Api.With("Forwarded", "for=127.0.0.1").Get("/metrics")).ShouldBe(404);
    }

    private static string? Value(string[] lines, string name, params string[] labels) =>
        lines.Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && Array.TrueForAll(labels, label => line.Contains(label, StringComparison.Ordinal)))
            .Select(line => line[(line.LastIndexOf(' ') + 1)..]).ShouldHaveSingleItem();

    [GeneratedRegex(@"^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\\n]|\\.)*"",?)+\})? (-?[0-9.]+(E[+-]?[0-9]+)?|NaN)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();
}

public sealed class ExportingApp : MeasuredApp
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Collector.Root,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    };

    public OtlpCollector Collector { get; } = new();
}

/// <summary>Keeps what is sent to it by OTLP over HTTP, as it came.</summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;

    public OtlpCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            Received.Enqueue((signal, Encoding.Latin1.GetString(body.ToArray())));
            return Results.Bytes([], "application/x-protobuf");
        });
        _app.Start();
    }

    public string Root => _app.Urls.First();

    public ConcurrentQueue<(string Signal, string Body)> Received { get; } = new();

    public string All(string signal) => string.Concat(Received.Where(sent => sent.Signal == signal).Select(sent => sent.Body));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

public sealed class TelemetryExportTests
{
    [Fact]
    public async Task Traces_and_metrics_are_sent_by_otlp_and_hold_nothing_of_the_client()
    {
        const string canary = "canary-otlp-91";
        await using var app = new ExportingApp();
        await app.InitializeAsync();
        await using var collector = app.Collector;
        await app.Api.Post($"/notes/{canary}?token={canary}", $$"""{"text":"{{canary}}"}""");
        await app.Api.With("Authorization", "Bearer " + canary).Get("/throw?code=" + canary);
        (await app.Api.Get("/metrics")).Status.ShouldBe(404);
        await app.App.StopAsync(TestContext.Current.CancellationToken);

        var traces = collector.All("traces");
        traces.ShouldContain("POST /notes/{id}");
        traces.ShouldContain("GET /throw");
        traces.ShouldNotContain(canary);
        var metrics = collector.All("metrics");
        metrics.ShouldContain("http.server.request.duration");
        metrics.ShouldContain("/notes/{id}");
        metrics.ShouldNotContain(canary);
    }
}
