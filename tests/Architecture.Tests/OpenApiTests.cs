using System.Text.Json;
using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Shouldly;
using Xunit;

namespace Colonnade.Architecture.Tests;

/// <summary>Every product's <c>/openapi.json</c>: complete by the metadata of its routes, and clean by the linters that others use.</summary>
public sealed class OpenApiTests
{
    public static TheoryData<string> Described => [.. Snapshots.Select(Path.GetFileNameWithoutExtension).Select(name => House.Products.Keys.Single(product => name == product.ToLowerInvariant() + ".openapi"))];

    private static string[] Snapshots => Directory.GetFiles(Path.Combine(House.Root, "contracts"), "*.openapi.json");

    [Theory]
    [MemberData(nameof(Described))]
    public async Task Every_route_tells_what_it_is_for_what_it_answers_and_what_its_metadata_implies(string product)
    {
        await using var app = EndpointTests.Build(product);
        var operations = Operations(product);
        var routes = EndpointTests.Endpoints(app).Where(route => route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true }).ToList();
        routes.Count.ShouldBeGreaterThan(15);
        foreach (var route in routes)
        {
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Where(method => method != HttpMethods.Head))
            {
                var name = $"{method} /{route.RoutePattern.RawText!.Trim('/')}";
                operations.ShouldContainKey(name);
                var operation = operations[name];
                operation.GetProperty("summary").GetString().ShouldNotBeNullOrWhiteSpace(name);
                operation.GetProperty("tags").GetArrayLength().ShouldBe(1, name);
                var statuses = operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToList();
                statuses.ShouldContain(status => status[0] == '2' || status[0] == '3', name);
                Implied(route, method).Except(statuses, StringComparer.Ordinal).ShouldBeEmpty(name);
            }
        }

        operations.Values.Select(operation => operation.GetProperty("operationId").GetString()!).ShouldBeUnique(StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Described))]
    public async Task Redocly_and_Spectral_recommend_nothing_more(string product)
    {
        var document = await File.ReadAllTextAsync(FileOf(product), TestContext.Current.CancellationToken);
        // The tests' own address is nobody's server.
        var served = document.Replace($"http://localhost:{House.Products[product].Product.Identity.Port}", $"https://{product.ToLowerInvariant()}.colonnade.test", StringComparison.Ordinal);
        (await JavaScript.Run("openapi-lint.mjs", served, TestContext.Current.CancellationToken)).ShouldBe("");
    }

    [Fact]
    public async Task The_linters_find_something_where_there_is_something()
    {
        var findings = await JavaScript.Run("openapi-lint.mjs", """{"openapi":"3.1.0","info":{"title":"A","version":"1"},"paths":{"/a":{"get":{"responses":{"200":{"description":"OK"}}}}}}""", TestContext.Current.CancellationToken);
        findings.ShouldContain("redocly operation-summary");
        findings.ShouldContain("spectral operation-tags");
    }

    private static IEnumerable<string> Implied(RouteEndpoint route, string method)
    {
        yield return "400";
        yield return "500";
        yield return "503";
        var rule = route.Metadata.GetMetadata<AccessRule>()!;
        if (rule.Access is not (Access.Anyone or Access.Guest))
            yield return "401";
        if (rule.Access is Access.Operator or Access.Scoped)
            yield return "403";
        if (Has("LimitRule"))
            yield return "429";
        if (Has("IdempotencyRule"))
        {
            yield return "409";
            yield return "422";
        }

        if (route.Metadata.GetMetadata<IAcceptsMetadata>() is not null || Has("BodyRule"))
        {
            yield return "413";
            yield return "415";
        }

        if (Has("VersionRule") && method == HttpMethods.Get)
            yield return "304";

        bool Has(string name) => route.Metadata.Any(of => of.GetType().Name == name);
    }

    /// <summary>By method and path. The snapshot is what is served: a test of each product says so.</summary>
    private static Dictionary<string, JsonElement> Operations(string product) => JsonDocument.Parse(File.ReadAllBytes(FileOf(product))).RootElement.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject().Select(operation => ($"{operation.Name} /{path.Name.Trim('/')}", operation.Value)))
        .ToDictionary(of => of.Item1, of => of.Value, StringComparer.OrdinalIgnoreCase);

    private static string FileOf(string product) => Path.Combine(House.Root, "contracts", product.ToLowerInvariant() + ".openapi.json");
}
