using System.Text.Json.Nodes;
using Colonnade.Platform.Web;
using Microsoft.OpenApi;

namespace Colonnade.Platform.Reference;

/// <summary>What operations of the reference have in common: headers, the parameters that are headers, and forms of credentials.</summary>
internal static class SharedParts
{
    public const string IdempotencyKey = "IdempotencyKey";
    public const string IfMatch = "IfMatch";
    public const string IfNoneMatch = "IfNoneMatch";
    public const string Location = "Location";
    public const string ETag = "ETag";
    public const string Replayed = "Idempotent-Replayed";
    public const string RetryAfter = "Retry-After";
    public const string Challenge = "WWW-Authenticate";

    private static readonly (string Name, JsonSchemaType Type, string About, JsonNode? Example)[] Headers =
    [
        (Location, JsonSchemaType.String, "Where it is.", null),
        (ETag, JsonSchemaType.String, "The version, for If-Match and If-None-Match.", "\"7\""),
        (Replayed, JsonSchemaType.String, "`true` where the answer is that of an earlier request with the same Idempotency-Key.", "true"),
        (RetryAfter, JsonSchemaType.Integer, "How many seconds to wait.", 60),
        (Challenge, JsonSchemaType.String, "The scheme that is asked for.", null),
        ("X-RateLimit-Limit", JsonSchemaType.Integer, "How many requests the tightest limit of the route admits in its window.", 100),
        ("X-RateLimit-Remaining", JsonSchemaType.Integer, "How many more would be admitted now.", 95),
        ("X-RateLimit-Reset", JsonSchemaType.Integer, "When room comes back, in seconds since 1970.", 1625097600),
        ("RateLimit-Policy", JsonSchemaType.String, "All limits of the route: quota `q` in a window of `w` seconds.", "\"sign_ins\";q=10;w=60"),
        ("RateLimit", JsonSchemaType.String, "The tightest limit: `r` remaining, room in `t` seconds.", "\"sign_ins\";r=9;t=60"),
    ];

    /// <summary>The headers that tell how a limit stands.</summary>
    public static readonly IReadOnlyList<string> Limits = [.. Headers.Select(static header => header.Name).Where(static name => name.Contains("RateLimit", StringComparison.Ordinal))];

    public static void Add(OpenApiDocument document, IReadOnlyList<CredentialForm> forms)
    {
        foreach (var (name, type, about, example) in Headers)
            document.AddComponent<IOpenApiHeader>(name, new OpenApiHeader { Description = about, Schema = new OpenApiSchema { Type = type }, Example = example?.DeepClone() });
        AddParameter(document, IdempotencyKey, "Idempotency-Key", "A name for this request, made up by the client; the same again is not done again.", 255);
        AddParameter(document, IfMatch, "If-Match", "Only if the version is still this one, as an ETag told it; else 412.");
        AddParameter(document, IfNoneMatch, "If-None-Match", "The version that the client has, as an ETag told it; 304 if it is the current one.");
        foreach (var form in forms)
        {
            document.AddComponent<IOpenApiSecurityScheme>(form.Name, form.Cookie is { } cookie
                ? new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = cookie, Description = form.About }
                : new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = form.About });
        }
    }

    /// <summary>Takes away what no operation refers to.</summary>
    /// <param name="document">With all its operations.</param>
    /// <param name="text">The same as JSON.</param>
    public static void RemoveUnused(OpenApiDocument document, string text)
    {
        if (document.Components is not { } components)
            return;
        Remove(components.Headers, "headers");
        Remove(components.Parameters, "parameters");
        Remove(components.Schemas, "schemas");

        void Remove<T>(IDictionary<string, T>? parts, string kind)
        {
            foreach (var name in parts?.Keys.Where(name => !text.Contains($"\"#/components/{kind}/{name}\"", StringComparison.Ordinal)).ToList() ?? [])
                parts!.Remove(name);
        }
    }

    private static void AddParameter(OpenApiDocument document, string id, string name, string about, int? longest = null) =>
        document.AddComponent<IOpenApiParameter>(id, new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = about,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = longest is null ? null : 1, MaxLength = longest },
        });
}
