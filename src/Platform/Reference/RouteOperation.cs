using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Colonnade.Platform.Errors;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace Colonnade.Platform.Reference;

/// <summary>
/// Completes one operation of <c>/openapi.json</c> from the route's metadata: its id, who may call, parameters, limits, the headers and
/// examples of its answers, and its refusals as the dialect writes them.
/// </summary>
internal sealed class RouteOperation(ReferenceRules rules, ProductIdentity product, Dialect dialect, RefusalExamples refusals) : IOpenApiOperationTransformer
{
    private readonly ConditionalWeakTable<OpenApiDocument, WireExamples> _examples = new();

    /// <summary>The examples of one making of the document.</summary>
    public WireExamples ExamplesOf(OpenApiDocument document) => _examples.GetValue(document, _ => WireExamples.Of(product.Assembly));

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var facts = new RouteFacts(context.Description, context.ApplicationServices);
        var route = $"{facts.Method} {rules.PathOf(context.Description.RelativePath)}";
        operation.OperationId = IdOf(facts, route);
        operation.Description = string.Join("\n\n", new[] { operation.Description }.Concat(Sentences(facts)).Where(static text => !string.IsNullOrEmpty(text)));
        operation.Security = SecurityOf(facts, document);
        AddParameters(operation, facts, context.Description, document);
        await AddBody(operation, facts, route, ExamplesOf(document), context, cancellationToken);
        AddAnswers(operation, facts, route, document);
        await AddRefusals(operation, facts, context.Description, document);
    }

    /// <summary>The file and the handler in it: <c>orders.create</c>; whoever holds one can name the other.</summary>
    private static string IdOf(RouteFacts facts, string route)
    {
        // Where one handler takes several methods, the first has the plain name.
        var methods = facts.Last<IHttpMethodMetadata>()?.HttpMethods ?? [];
        var method = methods.Count > 1 && !facts.IsSafe && methods[0] != facts.Method ? "." + LowerCase(facts.Method) : "";
        if (facts.Last<IEndpointNameMetadata>() is { } named)
            return named.EndpointName + method;
        if (facts.Handler is not { DeclaringType: { } file } handler || handler.Name.Contains('<', StringComparison.Ordinal))
            throw new InvalidOperationException($"{route} is handled by a lambda and needs a name: WithName(\"file.verb\").");
        return $"{LowerFirst(file.Name)}.{LowerFirst(handler.Name)}{method}";
    }

    [SuppressMessage("Globalization", "CA1308", Justification = "Ids of operations are lower case.")]
    private static string LowerCase(string method) => method.ToLowerInvariant();

    private static string LowerFirst(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static IEnumerable<string> Sentences(RouteFacts facts)
    {
        yield return facts.Rule switch
        {
            { Access: Access.Anyone } => "Open to everybody.",
            { Access: Access.Guest } => "Open to everybody; whoever is signed in is recognised.",
            { Access: Access.Customer or Access.AnyCaller } => "For whoever is signed in.",
            { Access: Access.Operator } => "For accounts with the role `admin`.",
            { Access: Access.Scoped, Scope: Caller.EveryScope } => "For services with every scope.",
            { Access: Access.Scoped, Scope: var scope } => $"Needs the scope `{scope}`.",
        };
        foreach (var limit in facts.Limits)
            yield return Sentence(limit);
        if (facts.IsRepeatable)
            yield return "Safe to repeat with an `Idempotency-Key`: for 24 hours the same request is done once and answered alike.";
    }

    private static string Sentence(Limit limit)
    {
        var unit = limit.Window == TimeSpan.FromMinutes(1) ? "a minute"
            : limit.Window == TimeSpan.FromHours(1) ? "an hour"
            : limit.Window == TimeSpan.FromDays(1) ? "a day"
            : string.Create(CultureInfo.InvariantCulture, $"{limit.Window.TotalSeconds:0} seconds");
        var whom = limit.OfCallers switch
        {
            true => "each account",
            false => "each address without a credential",
            null => limit.IsPerCaller ? "each caller" : "each address",
        };
        return string.Create(CultureInfo.InvariantCulture, $"Limit `{limit.Name}`: {limit.Permits} {(limit.Permits == 1 ? "request" : "requests")} {unit} for {whom}.");
    }

    private static List<OpenApiSecurityRequirement> SecurityOf(RouteFacts facts, OpenApiDocument document)
    {
        var ways = facts.Forms.Select(form => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(form.Name, document)] = [] });
        return facts.IsOpen ? [new OpenApiSecurityRequirement(), .. ways] : [.. ways];
    }

    private static void AddParameters(OpenApiOperation operation, RouteFacts facts, ApiDescription route, OpenApiDocument document)
    {
        var parameters = operation.Parameters ??= [];
        foreach (var bound in route.ParameterDescriptions.Where(static parameter => parameter.Source == BindingSource.Path))
        {
            if (IdOf(bound.ParameterDescriptor?.ParameterType) is { } schema && parameters.OfType<OpenApiParameter>().FirstOrDefault(parameter => parameter.Name == bound.Name) is { } parameter)
                parameter.Schema = schema;
        }

        foreach (var stated in facts.Parameters)
        {
            var schema = stated.Schema;
            parameters.Add(new OpenApiParameter
            {
                Name = stated.Name,
                In = ParameterLocation.Query,
                Description = stated.About + ".",
                Schema = schema,
                Explode = schema.Type == JsonSchemaType.Array && !stated.IsCommaSeparated,
                Style = ParameterStyle.Form,
            });
        }

        if (facts.IsRepeatable)
            parameters.Add(new OpenApiParameterReference(SharedParts.IdempotencyKey, document));
        if (facts.Version is { IsChecked: true })
            parameters.Add(new OpenApiParameterReference(SharedParts.IfMatch, document));
        else if (facts.Version is not null && facts.IsSafe)
            parameters.Add(new OpenApiParameterReference(SharedParts.IfNoneMatch, document));
        if (parameters.Count == 0)
            operation.Parameters = null;
    }

    /// <summary>What is in a path is read by types that hold one value: none is refused there, what is no id is just not found.</summary>
    private static OpenApiSchema? IdOf(Type? type) => type?.GetProperty("Value")?.PropertyType switch
    {
        { } value when value == typeof(Guid) => new() { Type = JsonSchemaType.String, Format = "uuid" },
        { } value when value == typeof(int) || value == typeof(long) => new() { Type = JsonSchemaType.Integer, Format = value == typeof(int) ? "int32" : "int64" },
        _ => null,
    };

    private static async Task AddBody(
        OpenApiOperation operation, RouteFacts facts, string route, WireExamples examples, OpenApiOperationTransformerContext context, CancellationToken stop)
    {
        if (facts.Body is { } body)
        {
            var content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal);
            foreach (var type in body.MediaTypes)
                content[type] = new OpenApiMediaType { Schema = body.Of is { } of ? await context.GetOrCreateSchemaAsync(of, null, stop) : SchemaOf(type) };
            operation.RequestBody = new OpenApiRequestBody { Required = !body.IsOptional, Content = content };
        }

        if (operation.RequestBody?.Content is { Count: > 0 } contents)
            SetExamples(contents.TryGetValue(RefusalAnswers.Json, out var json) ? json : contents.First().Value, examples.Of(route, "request"));
    }

    private void AddAnswers(OpenApiOperation operation, RouteFacts facts, string route, OpenApiDocument document)
    {
        var examples = ExamplesOf(document);
        foreach (var (status, answer) in operation.Responses?.ToList() ?? [])
        {
            if (answer is not OpenApiResponse response || status.Length > 3 || status[0] is not ('2' or '3'))
                continue;
            AddOtherForms(operation, status, response);
            response.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            if (status == "201" || (status[0] == '3' && status != "304"))
                AddHeader(response, SharedParts.Location, document);
            if (facts.Version is { IsTold: true })
                AddHeader(response, SharedParts.ETag, document);
            if (facts.IsRepeatable)
                AddHeader(response, SharedParts.Replayed, document);
            AddLimitHeaders(response, facts, document);
            foreach (var content in facts.Contents.Where(content => content.Status.ToString(CultureInfo.InvariantCulture) == status))
                (response.Content ??= new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal))[content.MediaType] = new OpenApiMediaType { Schema = SchemaOf(content.MediaType) };
            if (response.Content is { Count: > 0 } contents)
                SetExamples(contents.TryGetValue(RefusalAnswers.Json, out var json) ? json : contents.First().Value, examples.Of(route, status));
        }
    }

    /// <summary>Where a status answers in several forms, <see cref="RefusalAnswers"/> lists the others under statuses that cannot be.</summary>
    private static void AddOtherForms(OpenApiOperation operation, string status, OpenApiResponse response)
    {
        var others = operation.Responses!.Where(other => other.Key.Length > 3 && other.Key.StartsWith(status, StringComparison.Ordinal)).ToList();
        if (others.Count == 0 || JsonOf(response) is not { Schema: { } first } media)
            return;
        media.Schema = new OpenApiSchema { AnyOf = [first, .. others.Select(static other => JsonOf(other.Value)!.Schema!)] };
        foreach (var (key, _) in others)
            operation.Responses!.Remove(key);
    }

    private async Task AddRefusals(OpenApiOperation operation, RouteFacts facts, ApiDescription route, OpenApiDocument document)
    {
        var path = "/" + string.Join('/', (route.RelativePath ?? "").TrimEnd('/').Split('/').Select(static step => step.StartsWith('{') ? "1" : step));
        foreach (var group in facts.Refusals(dialect).GroupBy(static of => of.Refusal.Status))
        {
            var status = group.Key.ToString(CultureInfo.InvariantCulture);
            // A route that answers such a status in words of its own has said so.
            if (operation.Responses?.GetValueOrDefault(status) is not OpenApiResponse response
                || facts.All<IProducesResponseTypeMetadata>().Any(of => of.StatusCode == group.Key && of.Type != dialect.Envelope))
                continue;
            var name = group.All(static of => of.Alike is not null) ? string.Join("Or", group.Select(static of => of.Alike!).Distinct(StringComparer.Ordinal)) : null;
            if (name is not null && document.Components?.Responses?.ContainsKey(name) == true)
            {
                operation.Responses[status] = new OpenApiResponseReference(name, document);
                continue;
            }

            response.Description = string.Join("; ", group.Select(static of => of.Refusal.Message).Distinct(StringComparer.Ordinal)) + ".";
            response.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            if (group.Any(static of => of.Refusal.RetryAfter is not null))
                AddHeader(response, SharedParts.RetryAfter, document);
            if (group.Key == StatusCodes.Status401Unauthorized)
                AddHeader(response, SharedParts.Challenge, document);
            if (group.Key == StatusCodes.Status429TooManyRequests)
                AddLimitHeaders(response, facts, document);
            if (JsonOf(response) is { } media)
            {
                var shown = new List<(string? Name, JsonNode? Value)>();
                foreach (var (refusal, _) in group)
                    shown.Add((refusal.Code, await refusals.Write(refusal, facts.Method, name is null ? path : "/api")));
                SetExamples(media, shown);
            }

            if (name is not null)
            {
                document.AddComponent<IOpenApiResponse>(name, response);
                operation.Responses[status] = new OpenApiResponseReference(name, document);
            }
        }
    }

    private static void AddLimitHeaders(OpenApiResponse response, RouteFacts facts, OpenApiDocument document)
    {
        foreach (var header in facts.Limits.Count > 0 ? SharedParts.Limits : [])
            AddHeader(response, header, document);
    }

    private static void AddHeader(OpenApiResponse response, string name, OpenApiDocument document) =>
        (response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal))[name] = new OpenApiHeaderReference(name, document);

    private static OpenApiMediaType? JsonOf(IOpenApiResponse response) =>
        response.Content is { } contents && contents.TryGetValue(RefusalAnswers.Json, out var json) ? json : null;

    private static OpenApiSchema SchemaOf(string mediaType) => mediaType.StartsWith("text/", StringComparison.Ordinal)
        ? new() { Type = JsonSchemaType.String }
        : new() { Type = JsonSchemaType.String, Format = "binary" };

    private static void SetExamples(OpenApiMediaType media, IReadOnlyList<(string? Name, JsonNode? Value)> examples)
    {
        if (examples.Count == 0)
            return;
        if (examples is [(null, var only)])
        {
            media.Example = only;
            return;
        }

        media.Examples = new Dictionary<string, IOpenApiExample>(StringComparer.Ordinal);
        foreach (var (name, value) in examples)
        {
            var key = (name ?? "example").Replace(' ', '_');
            for (var number = 2; media.Examples.ContainsKey(key); number++)
                key = string.Create(CultureInfo.InvariantCulture, $"{(name ?? "example").Replace(' ', '_')}_{number}");
            media.Examples[key] = new OpenApiExample { Summary = name, Value = value };
        }
    }
}
