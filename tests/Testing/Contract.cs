using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Colonnade.Testing;

/// <summary>
/// What a product promises in <c>contracts/&lt;product&gt;.openapi.json</c>, which a test of the product holds equal to what it serves.
/// <see cref="Api"/> holds every answer of every test against it: the status is documented for the route, the body fits its schema and has
/// no member that is not documented, and promised headers are there. What no route answers is only judged by its envelope.
/// </summary>
public sealed class Contract
{
    private static readonly ConcurrentDictionary<string, Contract?> Known = new(StringComparer.Ordinal);

    /// <summary>What is refused whatever the route: methods, sizes and types of requests that no client of the route would send.</summary>
    private static readonly int[] OfAnyRoute = [405, 408, 413, 414, 415, 431];

    private readonly SchemaCheck _schemas;
    private readonly JsonElement _document;
    private readonly List<Route> _routes;

    private Contract(JsonElement document)
    {
        _document = document;
        _schemas = new SchemaCheck(document);
        _routes = [.. document.GetProperty("paths").EnumerateObject().Select(path => new Route(Steps(path.Name), path.Value))];
    }

    /// <summary>Null for a product without a snapshot, and while snapshots are renewed.</summary>
    public static Contract? Of(string product) => Known.GetOrAdd(product, static name =>
    {
        var file = Path.Combine(SourceTree.Root, "contracts", name.ToLowerInvariant() + ".openapi.json");
        return File.Exists(file) && Environment.GetEnvironmentVariable("RENEW_SNAPSHOTS") != "1" ? Parse(File.ReadAllText(file)) : null;
    });

    public static Contract Parse(string document) => new(JsonDocument.Parse(document).RootElement);

    /// <summary>Whether a route has this path.</summary>
    public bool Knows(string method, string target) => Find(method, target) is not null;

    /// <summary>What an answer breaks; empty when nothing.</summary>
    /// <param name="method">Of the request.</param>
    /// <param name="target">Path and query of the request.</param>
    /// <param name="accept">The request's <c>Accept</c>.</param>
    /// <param name="answer">As it came.</param>
    /// <param name="isLimited">Whether the product counts limits.</param>
    public IReadOnlyList<string> FlawsOf(string method, string target, string? accept, Answer answer, bool isLimited)
    {
        if (method == "OPTIONS")
            return [];
        var status = answer.Status.ToString(CultureInfo.InvariantCulture);
        if (Find(method, target) is not { } operation)
            return OfEnvelope(answer);
        if (!operation.GetProperty("responses").TryGetProperty(status, out var response))
            return OfAnyRoute.Contains(answer.Status) ? OfEnvelope(answer) : [$"{status} is not documented"];
        // What every route refuses alike promises its headers; of a route's own refusals some may have them.
        var isAlike = response.TryGetProperty("$ref", out var reference);
        if (isAlike)
            response = _schemas.Resolve(reference.GetString()!);
        return [.. OfHeaders(response, answer, isAlike, isLimited), .. OfBody(response, method, target, accept, answer)];
    }

    private static string[] Steps(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> OfHeaders(JsonElement response, Answer answer, bool isAlike, bool isLimited)
    {
        var documented = response.TryGetProperty("headers", out var headers) ? headers.EnumerateObject().Select(header => header.Name).ToList() : [];
        var isOfLimits = answer.Status is 429 or (>= 200 and < 300);
        foreach (var name in documented.Where(name => answer.Header(name) is null && IsPromised(name)))
            yield return $"the header {name} is missing";
        if (isOfLimits && answer.Header("X-RateLimit-Limit") is not null && !documented.Contains("X-RateLimit-Limit", StringComparer.Ordinal))
            yield return "the headers of a limit are not documented";
        if (answer.Header("ETag") is not null && !documented.Contains("ETag", StringComparer.Ordinal) && answer.Status < 400)
            yield return "the header ETag is not documented";

        bool IsPromised(string name) => name switch
        {
            "Location" or "WWW-Authenticate" => true,
            "Retry-After" => isAlike || answer.Status == 429,
            _ => isLimited && isOfLimits && name.Contains("RateLimit", StringComparison.Ordinal),
        };
    }

    private IEnumerable<string> OfBody(JsonElement response, string method, string target, string? accept, Answer answer)
    {
        if (method == "HEAD" || answer.Bytes.Length == 0)
            return method != "HEAD" && response.TryGetProperty("content", out var promised) && promised.TryGetProperty("application/json", out _) && promised.EnumerateObject().Count() == 1
                ? ["there is no body"] : [];
        var type = answer.Header("Content-Type")?.Split(';')[0].Trim();
        if (!response.TryGetProperty("content", out var contents) || type is null || !contents.TryGetProperty(type, out var content))
            return [$"a body of the type {type} is not documented"];
        if (type != "application/json" || !content.TryGetProperty("schema", out var schema))
            return [];
        return answer.Status < 300 && AsksForEnvelope(target, accept) ? OfEnveloped(schema, answer.Json) : _schemas.Flaws(schema, answer.Json);
    }

    /// <summary>Narhub's other form of success: the bare body under <c>data</c>, but for its message.</summary>
    private static bool AsksForEnvelope(string target, string? accept) =>
        target.Contains("envelope=1", StringComparison.Ordinal) || accept?.Contains("profile", StringComparison.OrdinalIgnoreCase) == true;

    private IEnumerable<string> OfEnveloped(JsonElement schema, JsonElement body)
    {
        if (!body.TryGetProperty("data", out var data) || !body.TryGetProperty("message", out var message) || !body.TryGetProperty("error", out var error))
            return _schemas.Flaws(schema, body);
        var bare = JsonNode.Parse(data.GetRawText())!.AsObject();
        if (message.ValueKind != JsonValueKind.Null)
            bare["message"] = message.GetString();
        return _schemas.Flaws(schema, JsonSerializer.SerializeToElement(bare))
            .Concat(error.ValueKind == JsonValueKind.Null ? [] : ["$.error is not null"]).Concat(body.EnumerateObject().Count() == 3 ? [] : ["the envelope has other members"]);
    }

    private IReadOnlyList<string> OfEnvelope(Answer answer) =>
        answer.Status >= 400 && answer.Bytes.Length > 0 && answer.Header("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) == true
            ? [.. _schemas.Flaws(_document.GetProperty("components").GetProperty("schemas").GetProperty("ErrorEnvelope"), answer.Json)]
            : [];

    private JsonElement? Find(string method, string target)
    {
        var steps = Steps(target.Split('?', '#')[0]);
        var verb = (method == "HEAD" ? "GET" : method).ToLowerInvariant();
        return _routes.Where(route => route.Item.TryGetProperty(verb, out _) && route.Fits(steps)).OrderBy(route => route.Order, StringComparer.Ordinal)
            .Select(route => (JsonElement?)route.Item.GetProperty(verb)).FirstOrDefault();
    }

    /// <summary>Literal steps win over parameters, from the left, as routing has it.</summary>
    private sealed record Route(string[] Pattern, JsonElement Item)
    {
        public string Order { get; } = string.Concat(Pattern.Select(step => step[0] == '{' ? '1' : '0'));

        public bool Fits(string[] steps) => steps.Length == Pattern.Length
            && Pattern.Zip(steps).All(pair => pair.First[0] == '{' || pair.First.Equals(Uri.UnescapeDataString(pair.Second), StringComparison.OrdinalIgnoreCase));
    }
}
