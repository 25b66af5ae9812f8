using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Colonnade.Platform.Reference;

/// <summary>
/// The examples of a product: its embedded <c>Examples.json</c>, as its document prints them.
/// <code>
/// { "POST /api/auth/register": { "request": { … }, "201": { … } },
///   "DELETE /api/cart": { "200 one item": { … }, "200 everything": { … } } }
/// </code>
/// A key is <c>request</c> or a status; words behind it name one of several. Refusals are not there: the dialect writes them.
/// </summary>
internal sealed class WireExamples
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly Dictionary<string, JsonObject> _routes;
    private readonly HashSet<string> _unused;

    private WireExamples(Dictionary<string, JsonObject> routes)
    {
        _routes = routes;
        _unused = [.. routes.SelectMany(route => route.Value.Select(example => $"{route.Key} {example.Key}"))];
    }

    /// <summary>What no route has taken.</summary>
    public IReadOnlyCollection<string> Unused => _unused;

    public static WireExamples Of(Assembly product)
    {
        using var file = Array.Find(product.GetManifestResourceNames(), static name => name.EndsWith(".Examples.json", StringComparison.Ordinal)) is { } resource
            ? product.GetManifestResourceStream(resource)
            : null;
        return new WireExamples(file is null
            ? []
            : JsonNode.Parse(file, documentOptions: Strict)!.AsObject().ToDictionary(route => route.Key, route => route.Value!.AsObject(), StringComparer.Ordinal));
    }

    /// <summary>The examples of one kind (<c>request</c>, <c>200</c>) of a route, each with its name or null.</summary>
    public IReadOnlyList<(string? Name, JsonNode? Value)> Of(string route, string kind)
    {
        if (!_routes.TryGetValue(route, out var examples))
            return [];
        var found = examples.Where(example => example.Key == kind || example.Key.StartsWith(kind + " ", StringComparison.Ordinal)).ToList();
        foreach (var (key, _) in found)
            _unused.Remove($"{route} {key}");
        return found.ConvertAll(example => (example.Key.Length == kind.Length ? null : example.Key[(kind.Length + 1)..], example.Value?.DeepClone()));
    }
}
