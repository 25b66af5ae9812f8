using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Colonnade.Platform.Telemetry;

/// <summary>
/// Sends traces and metrics by OTLP once <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; without it, nothing runs. One
/// exporter a process, for all its products: listeners are process-wide, and five would send everything five
/// times. <c>OTEL_EXPORTER_OTLP_PROTOCOL</c> (<c>grpc</c> or <c>http/protobuf</c>) and OpenTelemetry's other variables count.
/// </summary>
internal sealed class TelemetryExport(IConfiguration configuration) : IHostedService
{
    private static readonly Lock Gate = new();
    private static int _products;
    private static TracerProvider? _traces;
    private static MeterProvider? _metrics;
    private readonly string? _endpoint = configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(_endpoint))
            return Task.CompletedTask;
        lock (Gate)
        {
            if (_products++ > 0)
                return Task.CompletedTask;
            var resource = ResourceBuilder.CreateDefault().AddService("colonnade").AddEnvironmentVariableDetector();
            _traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource("Microsoft.AspNetCore", "Npgsql", ProductTelemetry.Prefix + "*")
                .AddOtlpExporter(otlp => Set(otlp, "/v1/traces"))
                .Build();
            _metrics = Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime", ProductTelemetry.Prefix + "*")
                .AddOtlpExporter(otlp => Set(otlp, "/v1/metrics"))
                .Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(_endpoint))
            return Task.CompletedTask;
        TracerProvider? traces;
        MeterProvider? metrics;
        lock (Gate)
        {
            if (--_products > 0)
                return Task.CompletedTask;
            (traces, metrics, _traces, _metrics) = (_traces, _metrics, null, null);
        }

        // Disposing sends what is left and waits for it.
        return Task.Run(() =>
        {
            traces?.Dispose();
            metrics?.Dispose();
        }, CancellationToken.None);
    }

    private void Set(OtlpExporterOptions otlp, string path)
    {
        var overHttp = configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] == "http/protobuf";
        otlp.Protocol = overHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        otlp.Endpoint = new Uri(overHttp ? _endpoint!.TrimEnd('/') + path : _endpoint!);
    }
}
