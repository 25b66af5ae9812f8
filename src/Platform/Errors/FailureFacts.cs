using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Errors;

/// <summary>What is known of a platform failure beside its kind; the product may use it in its wording.</summary>
public sealed record FailureFacts
{
    /// <summary>How long a client should wait (429, 503, 409), if that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>JSON path or parameter name of the one field at fault.</summary>
    public string? Field { get; init; }

    /// <summary>Messages by JSON path, when validation failed.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>The route that was met, if one was; its metadata may change the wording.</summary>
    public Endpoint? Endpoint { get; init; }

    /// <summary>What the request's <c>Authorization</c> header looked like; for <see cref="PlatformFailure.Unauthenticated"/>.</summary>
    public AuthorizationHeader Authorization { get; init; }

    /// <summary>Identifies the request in logs; the only thing that <see cref="PlatformFailure.Unexpected"/> tells.</summary>
    public string RequestId { get; init; } = "";
}
