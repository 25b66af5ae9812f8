using System.Buffers.Text;
using System.Text.Json.Serialization;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Platform.Tokens;

/// <summary><c>GET /.well-known/jwks.json</c>: the public keys of the product's access tokens (RFC 7517).</summary>
public static class TokenRoutes
{
    public static void MapTokens(this IEndpointRouteBuilder app) => app.MapGet("/.well-known/jwks.json", Keys).AllowAnyone().ExcludeFromDescription();

    /// <summary>Says on a route that its answer carries tokens: it is never stored.</summary>
    public static T IssuesTokens<T>(this T routes) where T : IEndpointConventionBuilder => routes.AddEndpointFilter(static (call, next) =>
    {
        call.HttpContext.Response.Headers.CacheControl = "no-store";
        return next(call);
    });

    private static async Task<Ok<KeySet>> Keys(SigningKeys keys, HttpContext http)
    {
        var published = await keys.Published(http.RequestAborted);
        http.Response.Headers.CacheControl = "public, max-age=60";
        return TypedResults.Ok(new KeySet([.. published.OrderBy(key => key.Id).Select(PublicKey.Of)]));
    }
}

public sealed record KeySet([property: JsonPropertyName("keys")] IReadOnlyList<PublicKey> Keys);

/// <summary>RFC 7518, 6.2: a public key on P-256.</summary>
public sealed record PublicKey(
    [property: JsonPropertyName("kty")] string Type,
    [property: JsonPropertyName("crv")] string Curve,
    [property: JsonPropertyName("x")] string X,
    [property: JsonPropertyName("y")] string Y,
    [property: JsonPropertyName("kid")] string Id,
    [property: JsonPropertyName("alg")] string Algorithm,
    [property: JsonPropertyName("use")] string Use)
{
    internal static PublicKey Of(SigningKey key) =>
        new("EC", "P-256", Base64Url.EncodeToString(key.Public.X), Base64Url.EncodeToString(key.Public.Y), key.Id.ToString(), "ES256", "sig");
}
