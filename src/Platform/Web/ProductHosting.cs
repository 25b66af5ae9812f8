using System.Net;
using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Colonnade.Platform.Web;

/// <summary>
/// Makes an ordinary ASP.NET Core application a product: its listener, limits, JSON, errors, database,
/// health and the order of the pipeline. Capabilities are added beside it, each by its own <c>Add…</c>.
/// </summary>
public static class ProductHosting
{
    /// <summary>The longest JSON body a route reads unless it says otherwise, in bytes.</summary>
    public const int BodyLimit = 128 * 1024;

    /// <summary>
    /// Registers what every product stands on. Settings under <c>&lt;Product&gt;:</c> override the shared ones
    /// key by key (<c>Fragrances:Database:Connection</c> over <c>Database:Connection</c>).
    /// </summary>
    /// <param name="builder">A fresh builder; one per product.</param>
    /// <param name="identity">Which product this is.</param>
    /// <param name="dialect">How it words refusals.</param>
    /// <param name="naming">How its JSON spells members.</param>
    /// <remarks>
    /// The product itself calls <c>AddValidation()</c>: its source generator sees only the wire records of the
    /// project that calls it.
    /// </remarks>
    public static WebApplicationBuilder AddProduct(
        this WebApplicationBuilder builder, ProductIdentity identity, Dialect dialect, JsonNamingPolicy naming)
    {
        builder.Configuration.AddInMemoryCollection(
            builder.Configuration.GetSection(identity.Name).AsEnumerable(makePathsRelative: true).Where(setting => setting.Value is not null));
        if (string.IsNullOrEmpty(builder.Configuration["Urls"]))
            builder.Configuration.AddInMemoryCollection([new("Urls", $"http://localhost:{identity.Port}")]);

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLimit;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.MaxConcurrentConnections = 10_000;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        });

        var services = builder.Services;
        services.AddSingleton<IHostLifetime, HostOwnedLifetime>();
        services.AddSingleton(identity);
        services.AddSingleton(dialect);
        services.AddSingleton<PublicUrl>();
        services.AddSingleton<OriginRules>();
        services.TryAddSingleton(TimeProvider.System);

        // Before AddProblemDetails: the first writer that can write wins, and ours always can.
        services.AddSingleton<IProblemDetailsWriter>(dialect);
        services.AddProblemDetails();
        // CORS is asked only about requests that name an origin.
        services.Configure<RouteOptions>(routing => routing.SuppressCheckForUnhandledSecurityMetadata = true);
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => WireJson.Apply(json.SerializerOptions, naming));
        WireValidation.Apply(services);
        services.Configure<ForwardedHeadersOptions>(forwarded => TrustProxies(forwarded, builder.Configuration));
        CrossOrigin.Add(services, builder.Configuration, builder.Environment);
        builder.AddTelemetry();

        services.AddSingleton<ProductDatabase>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<Listener>();
        services.AddHostedService(provider => provider.GetRequiredService<Listener>());
        services.AddSingleton<Admission>();
        services.AddSingleton<Seal>();
        services.AddSingleton<ProductKeys>();
        services.AddSingleton(static provider => new Readiness(provider.GetRequiredService<ProductDatabase>(), provider.GetServices<Readiness.Condition>()));
        return builder;
    }

    /// <summary>
    /// The pipeline before the endpoints, in this order: the request's log line, request id and security headers, the client's address
    /// (only configured proxies are believed), errors in the dialect, routing, CORS, overload, the caller, limits, access.
    /// Call it once, then map the routes.
    /// </summary>
    public static WebApplication UseProduct(this WebApplication app)
    {
        var services = new OneProvider(app.Services);
        app.Use((http, next) =>
        {
            // Nothing here lives for one request: a scope would be made for each of them and stay empty.
            http.Features[typeof(IServiceProvidersFeature)] = services;
            return next(http);
        });
        app.UseMiddleware<RequestLog>();
        if (app.Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value.ForwardedHeaders is not ForwardedHeaders.None)
            app.UseForwardedHeaders();
        app.Use(static (http, next) =>
        {
            http.Response.OnStarting(SecurityHeaders.Set, http);
            return next(http);
        });
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = FailureOfException.Status,
            SuppressDiagnosticsCallback = static failure => FailureOfException.Kind(failure.Exception) is not PlatformFailure.Unexpected,
        });
        app.UseRouting();
        app.UseWhen(static http => http.Request.Headers.Origin.Count > 0, static fromPages => fromPages.UseCors());
        app.UseMiddleware<LoadShedding>();
        app.UseMiddleware<RequestGate>();
        Readiness.Map(app);
        PrometheusMetrics.Map(app);
        return app;
    }

    /// <summary>
    /// Makes the product's database ready: migrates, then runs what capabilities and the product registered with
    /// <see cref="AddPreparation"/>, in order. Safe to run on several nodes at once. Before the first request.
    /// </summary>
    public static async Task Prepare(this WebApplication app, CancellationToken stop)
    {
        await app.Services.GetRequiredService<Migrator>().Migrate(stop);
        foreach (var preparation in app.Services.GetServices<Preparation>())
            await preparation.Run(app.Services, stop);
    }

    /// <summary>Registers a step of <see cref="Prepare"/>; it must be safe on several nodes at once and when repeated.</summary>
    public static IServiceCollection AddPreparation(this IServiceCollection services, Func<IServiceProvider, CancellationToken, Task> run) =>
        services.AddSingleton(new Preparation(run));

    private static void TrustProxies(ForwardedHeadersOptions forwarded, IConfiguration configuration)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        // Walk right to left through every trusted hop; the first untrusted one is the client.
        forwarded.ForwardLimit = null;
        var trusted = configuration.GetSection("Proxies").Get<string[]>() ?? [];
        if (trusted.Length == 0)
            forwarded.ForwardedHeaders = ForwardedHeaders.None;
        foreach (var proxy in trusted)
        {
            if (System.Net.IPNetwork.TryParse(proxy, out var network))
                forwarded.KnownIPNetworks.Add(network);
            else
                forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        }
    }

    private sealed class OneProvider(IServiceProvider services) : IServiceProvidersFeature
    {
        public IServiceProvider RequestServices { get; set; } = services;
    }

    private sealed record Preparation(Func<IServiceProvider, CancellationToken, Task> Run);
}
