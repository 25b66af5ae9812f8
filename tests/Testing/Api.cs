using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Colonnade.Platform.Database;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Colonnade.Testing;

/// <summary>
/// Sends raw requests and gives raw answers; on every answer it asserts what all must carry, and what the product's <see cref="Contract"/>
/// says. Immutable: each <c>With…</c> gives another client.
/// </summary>
public sealed class Api
{
    private static readonly HttpClient Http = Create();
    private readonly string _root;
    private readonly IReadOnlyList<(string Name, string Value)> _headers;
    private readonly Contract? _contract;
    private readonly bool _isLimited;

    /// <param name="root">Where it listens.</param>
    /// <param name="contract">What it promises, if every answer is to be held against it.</param>
    /// <param name="isLimited">Whether it counts limits.</param>
    public Api(string root, Contract? contract = null, bool isLimited = true) : this(root, [], contract, isLimited)
    {
    }

    private Api(string root, IReadOnlyList<(string Name, string Value)> headers, Contract? contract, bool isLimited)
    {
        _root = root;
        _headers = headers;
        _contract = contract;
        _isLimited = isLimited;
    }

    public Api With(string header, string value) => new(_root, [.. _headers.Where(set => !set.Name.Equals(header, StringComparison.OrdinalIgnoreCase)), (header, value)], _contract, _isLimited);

    public Api WithBearer(string token) => With("Authorization", "Bearer " + token);

    public Task<Answer> Get(string path) => Send("GET", path);

    public Task<Answer> Post(string path, string? json = null) => Send("POST", path, json);

    public Task<Answer> Put(string path, string? json = null) => Send("PUT", path, json);

    public Task<Answer> Patch(string path, string? json = null) => Send("PATCH", path, json);

    public Task<Answer> Delete(string path) => Send("DELETE", path);

    public Task<Answer> Send(string method, string path, string? json = null) =>
        Send(method, path, json is null ? null : new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")));

    public async Task<Answer> Send(string method, string path, HttpContent? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), _root + path) { Content = body };
        foreach (var (name, value) in _headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var answer = new Answer((int)response.StatusCode, response, bytes);
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
        answer.Header("Referrer-Policy").ShouldBe("no-referrer");
        answer.Header("Content-Security-Policy").ShouldNotBeNull();
        answer.Header("X-Request-Id").ShouldNotBeNull();
        answer.Header("Server").ShouldBeNull();
        _contract?.FlawsOf(method, request.RequestUri!.PathAndQuery, request.Headers.TryGetValues("Accept", out var accept) ? string.Join(", ", accept) : null, answer, _isLimited)
            .ShouldBeEmpty($"{method} {path} answered {answer.Status}, which is not as contracts/ says: {answer.Text}");
        return answer;
    }

    /// <summary>Waits for the node's listening connection, so that copies kept in process are in step from the first request.</summary>
    public static Task WaitUntilListening(IServiceProvider services) =>
        services.GetRequiredService<Listener>().Connected.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    /// <summary>Waits until the node says that requests may be sent to it.</summary>
    public async Task WaitUntilReady()
    {
        var began = Stopwatch.GetTimestamp();
        while (await Get("/health/ready") is { Status: not 200 } answer)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(20))
                throw new TimeoutException($"Not ready after 20 s: {answer.Text}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static HttpClient Create()
    {
#pragma warning disable RS0030 // The platform's clients refuse private addresses; a test talks to nothing else.
        return new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 200 });
#pragma warning restore RS0030
    }
}

/// <summary>One answer as it came over the wire.</summary>
public sealed class Answer(int status, HttpResponseMessage response, byte[] bytes)
{
    private readonly Dictionary<string, string> _headers = response.Headers.Concat(response.Content.Headers)
        .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);

    public int Status { get; } = status;

    public byte[] Bytes { get; } = bytes;

    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public string? Header(string name) => _headers.GetValueOrDefault(name);

    /// <summary>A member by path: <c>At("error.code")</c>, <c>At("fragrances[0].id")</c>.</summary>
    public JsonElement At(string path)
    {
        var element = Json;
        foreach (var step in path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
            element = step[0] == '[' ? element[int.Parse(step[1..^1], System.Globalization.CultureInfo.InvariantCulture)] : element.GetProperty(step);
        return element;
    }

    /// <summary>Asserts the status; on failure the message shows the body.</summary>
    public Answer ShouldBe(int expected)
    {
        Status.ShouldBe(expected, Text);
        return this;
    }
}
