using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Telemetry;

/// <summary>
/// <c>GET /metrics</c> in Prometheus' text format: this product's requests, limits, jobs and connections, and the process.
/// Off unless <c>Telemetry:Metrics</c> is true; answers only loopback and <c>Telemetry:Networks:N</c> (CIDR), to others the
/// route does not exist.
/// </summary>
internal sealed class PrometheusMetrics : IDisposable
{
    private readonly ConcurrentDictionary<Instrument, MetricSeries> _metrics = new();
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _meters;
    private readonly string _pool;
    private readonly IPNetwork[] _networks;

    public PrometheusMetrics(IMeterFactory meters, ProductIdentity product, IConfiguration configuration)
    {
        (_meters, _pool) = (meters, product.Schema);
        _networks = [.. (configuration.GetSection("Telemetry:Networks").Get<string[]>() ?? []).Select(IPNetwork.Parse)];
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsOurs(instrument.Meter))
                listener.EnableMeasurementEvents(instrument, _metrics.GetOrAdd(instrument, static of => new MetricSeries(of)));
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, state) => Add(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, state) => Add(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Add(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Add(instrument, value, tags, state));
        _listener.Start();
    }

    public static void Map(WebApplication app)
    {
        if (!app.Configuration.GetValue("Telemetry:Metrics", false))
            return;
        // Listens from here on, not from the first scrape on.
        app.Services.GetRequiredService<PrometheusMetrics>();
        app.MapGet("/metrics", static (HttpContext http, PrometheusMetrics metrics, Dialect dialect) => metrics.Answer(http, dialect))
            .AllowAnyone().NeverShed().ExcludeFromDescription();
    }

    public void Dispose() => _listener.Dispose();

    private async Task Answer(HttpContext http, Dialect dialect)
    {
        if (!MayRead(http))
        {
            await dialect.WriteAsync(http, PlatformFailure.UnknownRoute);
            return;
        }

        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var metric in _metrics.Values.OrderBy(metric => metric.Name, StringComparer.Ordinal))
            metric.Write(text);
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await http.Response.WriteAsync(text.ToString(), http.RequestAborted);
    }

    private bool MayRead(HttpContext http)
    {
        // A proxy on this machine that nobody configured looks like loopback; what it adds gives it away.
        if (http.Connection.RemoteIpAddress is not { } address || http.Request.Headers.ContainsKey("X-Forwarded-For") || http.Request.Headers.ContainsKey("Forwarded"))
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return IPAddress.IsLoopback(address) || Array.Exists(_networks, network => network.Contains(address));
    }

    /// <summary>Other products of this process measure with instruments of the same names; theirs belong to another factory.</summary>
    private bool IsOurs(Meter meter) => ReferenceEquals(meter.Scope, _meters) || meter.Name is "Npgsql" or "System.Runtime";

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument.Meter.Name != "Npgsql" || IsOurPool(tags))
            ((MetricSeries)state!).Add(value, tags);
    }

    private bool IsOurPool(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name == "db.client.connection.pool.name")
                return value as string == _pool;
        }

        return false;
    }
}
