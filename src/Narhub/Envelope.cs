using System.Text.Json;
using System.Text.Json.Nodes;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Colonnade.Narhub;

/// <summary>
/// The document's other form of success: who asks for it, by <c>?envelope=1</c> or <c>Accept: application/json; profile="envelope"</c>, gets
/// <c>{data, message, error}</c> with the bare body's <c>message</c> beside its other members. Refusals hold both forms anyway.
/// </summary>
internal sealed class Envelope(RequestDelegate next)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = WireJson.Encoder };

    public Task InvokeAsync(HttpContext http) => IsWanted(http.Request) ? Wrap(http) : next(http);

    private static bool IsWanted(HttpRequest request) =>
        request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && ((request.QueryString.HasValue && request.Query["envelope"] == "1")
            || (request.Headers.Accept.ToString().Contains("profile", StringComparison.OrdinalIgnoreCase) && AcceptsProfile(request)));

    private static bool AcceptsProfile(HttpRequest request) => request.GetTypedHeaders().Accept.Any(type =>
        type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && type.Parameters.Any(parameter => parameter.Name.Equals("profile", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(parameter.Value).Equals("envelope", StringComparison.Ordinal)));

    private async Task Wrap(HttpContext http)
    {
        using var bare = new MemoryStream();
        var wire = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        try
        {
            var captured = new StreamResponseBodyFeature(bare);
            http.Features.Set<IHttpResponseBodyFeature>(captured);
            await next(http);
            await captured.CompleteAsync();
        }
        finally
        {
            http.Features.Set(wire);
        }

        if (bare.Length == 0)
            return;
        var body = bare.GetBuffer().AsMemory(0, (int)bare.Length);
        if (http.Response.StatusCode is >= 200 and < 300
            && http.Response.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true
            && JsonNode.Parse(body.Span) is JsonObject members)
            body = Write(members);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static byte[] Write(JsonObject members)
    {
        members.Remove("message", out var message);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Plain))
            new JsonObject { ["data"] = members, ["message"] = message, ["error"] = null }.WriteTo(json);
        return stream.ToArray();
    }
}
