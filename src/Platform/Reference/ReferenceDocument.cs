using System.Globalization;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Colonnade.Platform.Reference;

/// <summary><c>/openapi.json</c> of a product: made once, from the metadata of its routes, when it is first asked for.</summary>
internal sealed class ReferenceDocument(IServiceProvider services, ReferenceRules rules, ProductIdentity product, PublicUrl publicUrl, RouteOperation operations)
{
    public const string Name = "v1";
    private static readonly (string Tag, string About) Health = ("Health", "For load balancers.");
    private readonly Lock _making = new();
    private Task<string>? _made;

    /// <summary>The JSON text. A making that failed is tried again.</summary>
    public Task<string> Text()
    {
        lock (_making)
            return _made is null or { IsFaulted: true } ? _made = Make() : _made;
    }

    /// <summary>What concerns the document as a whole; its operations are there already.</summary>
    public Task Complete(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = product.Name,
            Version = "1.0.0",
            Summary = rules.Summary,
            Description = rules.Remarks is null ? rules.Summary : $"{rules.Summary}\n\n{rules.Remarks}",
            Contact = new OpenApiContact { Name = product.Name, Url = new Uri(publicUrl.Root) },
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new OpenApiServer { Url = publicUrl.Root }];
        document.Paths = PathsOf(document);
        WireSchemas.AnswersHaveAll(document);
        document.Tags = new HashSet<OpenApiTag>(rules.Tags.Append(Health).Select(static tag => new OpenApiTag { Name = tag.Tag, Description = tag.About }));
        SharedParts.Add(document, services.GetService<ICredentials>()?.Forms ?? []);
        if (operations.ExamplesOf(document).Unused is { Count: > 0 } unused)
            throw new InvalidOperationException($"Examples.json of {product.Name} has examples that no route shows: {string.Join(", ", unused)}");
        return Task.CompletedTask;
    }

    private OpenApiPaths PathsOf(OpenApiDocument document)
    {
        var paths = new OpenApiPaths();
        foreach (var (served, item) in document.Paths)
        {
            var path = rules.PathOf(served[1..]);
            if (!paths.TryGetValue(path, out var known))
                paths.Add(path, known = new OpenApiPathItem { Operations = [] });
            foreach (var (method, operation) in item.Operations ?? [])
            {
                // HEAD is what GET is, without a body (RFC 9110, 9.3.2).
                if (method != HttpMethod.Head)
                    known.Operations!.Add(method, operation);
            }
        }

        return paths;
    }

    private async Task<string> Make()
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync();
        for (var length = int.MaxValue; ;)
        {
            // What only an unused part referred to is unused, too.
            var text = Write(document);
            if (text.Length == length)
                return text;
            length = text.Length;
            SharedParts.RemoveUnused(document, text);
        }
    }

    private static string Write(OpenApiDocument document)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        document.SerializeAsV31(new OpenApiJsonWriter(text));
        return text.ToString();
    }
}
