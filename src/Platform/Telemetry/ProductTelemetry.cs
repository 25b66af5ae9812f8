using System.Diagnostics;
using System.Diagnostics.Metrics;
using Colonnade.Platform.Web;

namespace Colonnade.Platform.Telemetry;

/// <summary>
/// The product's own traces and metrics, all under the name <c>Colonnade.&lt;Product&gt;</c>. An instrument nobody listens to
/// costs a comparison. Tags are names from the code (a limit, a job's kind), never ids, addresses or texts of clients.
/// </summary>
/// <remarks>
/// Requests by method, route and status are ASP.NET Core's own <c>http.server.request.duration</c>; connections and
/// statements are Npgsql's.
/// </remarks>
public sealed class ProductTelemetry : IDisposable
{
    internal const string Prefix = "Colonnade.";

    public ProductTelemetry(IMeterFactory meters, ProductIdentity product)
    {
        Traces = new ActivitySource(Prefix + product.Name);
        var meter = meters.Create(Prefix + product.Name);
        RequestsShed = meter.CreateCounter<long>("colonnade.requests.shed", "{request}", "Requests refused because too many were in progress.");
        LimitsRefused = meter.CreateCounter<long>("colonnade.limits.refused", "{request}", "Requests that a limit refused, by limit.");
        IdempotentRequests = meter.CreateCounter<long>("colonnade.idempotent.requests", "{request}", "Requests with an idempotency key, by outcome: done, replayed, running, reused.");
        JobDuration = meter.CreateHistogram<double>("colonnade.jobs.duration", "s", "How long an attempt of a job took, by kind and outcome.");
        HashesWaiting = meter.CreateUpDownCounter<long>("colonnade.hashes.waiting", "{hash}", "Password hashes waiting for a slot.");
        HashesRefused = meter.CreateCounter<long>("colonnade.hashes.refused", "{hash}", "Password hashes refused because too many were waiting.");
    }

    /// <summary>For spans of the product's own, such as a job's attempt.</summary>
    public ActivitySource Traces { get; }

    public Counter<long> RequestsShed { get; }

    /// <summary>Tag <c>limit</c>.</summary>
    public Counter<long> LimitsRefused { get; }

    /// <summary>Tag <c>outcome</c>.</summary>
    public Counter<long> IdempotentRequests { get; }

    /// <summary>Seconds; tags <c>kind</c> and <c>outcome</c>.</summary>
    public Histogram<double> JobDuration { get; }

    public UpDownCounter<long> HashesWaiting { get; }

    public Counter<long> HashesRefused { get; }

    public void Dispose() => Traces.Dispose();
}
