using System.Text.Json.Nodes;
using Colonnade.Platform.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Colonnade.Platform.Reference;

/// <summary>
/// What a refusal looks like on the wire: the product's own <see cref="Dialect"/> writes it, at a fixed time and for a fixed request id,
/// so that the reference is the same each time.
/// </summary>
internal sealed class RefusalExamples(IServiceProvider services, Dialect dialect)
{
    public const string RequestId = "0HNH2K8L5T3QV:00000001";
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);
    private readonly AtFixedTime _services = new(services);

    public async Task<JsonNode?> Write(Refusal refusal, string method, string path)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = _services, TraceIdentifier = RequestId };
        http.Request.Method = method;
        http.Request.Path = path;
        http.Response.Body = body;
        await dialect.WriteAsync(new ProblemDetailsContext
        {
            HttpContext = http,
            ProblemDetails = new ProblemDetails { Status = refusal.Status, Extensions = { [Refusal.Extension] = refusal } },
        });
        return JsonNode.Parse(body.ToArray());
    }

    private sealed class AtFixedTime(IServiceProvider services) : TimeProvider, IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(TimeProvider) ? this : services.GetService(serviceType);

        public override DateTimeOffset GetUtcNow() => At;
    }
}
