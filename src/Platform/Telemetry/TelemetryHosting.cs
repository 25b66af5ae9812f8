using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Telemetry;

/// <summary>Logs, traces and metrics of a product; part of <see cref="ProductHosting.AddProduct"/>.</summary>
internal static class TelemetryHosting
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<ProductTelemetry>();
        builder.Services.AddSingleton<PrometheusMetrics>();
        builder.Services.AddHostedService<TelemetryExport>();
        // The framework's own request lines hold the query, and there is one line a request already.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Would begin an Activity for each request though nobody follows it; where one is exported there is one anyway.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }
}
