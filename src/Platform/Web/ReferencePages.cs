using Colonnade.Platform.Reference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Web;

/// <summary>
/// What front-end developers meet first: <c>/openapi.json</c>, the reference page <c>/docs</c> that reads it
/// (works offline, every script is served from here), and <c>/</c>, a small page that names the product.
/// </summary>
public static class ReferencePages
{
    // Swagger UI sets styles from script and draws its icons from data URLs.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <param name="services">Of the product.</param>
    /// <param name="rules">What no route says.</param>
    public static IServiceCollection AddReference(this IServiceCollection services, ReferenceRules rules)
    {
        services.AddSingleton(rules);
        services.AddSingleton<RefusalExamples>();
        services.AddSingleton<RouteOperation>();
        services.AddSingleton<ReferenceDocument>();
        services.AddSingleton<IApiDescriptionProvider, RefusalAnswers>();
        return services.AddOpenApi(ReferenceDocument.Name, static openApi =>
        {
            openApi.CreateSchemaReferenceId = WireSchemas.IdOf;
            openApi.AddSchemaTransformer(WireSchemas.Describe)
                .AddOperationTransformer(static (operation, context, stop) => context.ApplicationServices.GetRequiredService<RouteOperation>().TransformAsync(operation, context, stop))
                .AddDocumentTransformer(static (document, context, _) => context.ApplicationServices.GetRequiredService<ReferenceDocument>().Complete(document));
        });
    }

    /// <summary>Serves the reference; after <see cref="ProductHosting.UseProduct"/>.</summary>
    public static void MapReference(this WebApplication app)
    {
        app.MapGet("/openapi.json", async (ReferenceDocument document) => TypedResults.Text(await document.Text(), "application/json; charset=utf-8"))
            .AllowAnyone().ExcludeFromDescription();
        app.MapGet("/", (ProductIdentity product, ReferenceRules rules, HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = PagePolicy;
            return TypedResults.Content(Front(product, rules), "text/html; charset=utf-8");
        }).AllowAnyone().ExcludeFromDescription();

        app.UseWhen(static http => http.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal), docs => docs
            .Use(static (http, next) =>
            {
                http.Response.Headers.ContentSecurityPolicy = PagePolicy;
                return next(http);
            })
            .UseSwaggerUI(page =>
            {
                page.RoutePrefix = "docs";
                page.DocumentTitle = app.Services.GetRequiredService<ProductIdentity>().Name + " reference";
                page.SwaggerEndpoint("/openapi.json", "v1");
                page.DisplayRequestDuration();
                page.EnableTryItOutByDefault();
            }));
    }

    private static string Front(ProductIdentity product, ReferenceRules rules) =>
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{product.Name}}</title>
        <style>
          :root { color-scheme: light dark; }
          body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; }
          h1 { margin-bottom: .25rem; }
          a { color: LinkText; }
        </style>
        </head>
        <body>
        <h1>{{product.Name}}</h1>
        <p>{{rules.Summary}}</p>
        <ul>
          <li><a href="/docs">Reference</a>, with every call to try</li>
          <li><a href="/openapi.json">OpenAPI document</a></li>
          <li><a href="/health/ready">Status</a></li>
        </ul>
        </body>
        </html>
        """;
}
