namespace Colonnade.Platform.Errors;

/// <summary>
/// Everything the platform itself can refuse. The set is closed: each product words every member in one
/// exhaustive switch (<see cref="Dialect.Word"/>), and a test proves that it does.
/// </summary>
public enum PlatformFailure
{
    /// <summary>No route has this path (404).</summary>
    UnknownRoute,

    /// <summary>The path exists, the method does not; the answer carries <c>Allow</c> (405).</summary>
    MethodNotAllowed,

    /// <summary>The request cannot be read: broken JSON, wrong JSON types, U+0000, lone surrogates (400).</summary>
    MalformedRequest,

    /// <summary>The request was read and a field breaks its rule (400 unless the product says 422).</summary>
    InvalidRequest,

    /// <summary>A body of another type than the route reads, or a compressed one (415).</summary>
    UnsupportedMediaType,

    /// <summary>The body is longer than the route allows (413).</summary>
    TooLarge,

    /// <summary>No credential, or one that is not, or no longer, good (401).</summary>
    Unauthenticated,

    /// <summary>A good credential that may not do this (403).</summary>
    Forbidden,

    /// <summary>A limit is used up; the answer carries <c>Retry-After</c> (429).</summary>
    RateLimited,

    /// <summary>Too much work is queued here already; the answer carries <c>Retry-After</c> (503).</summary>
    Overloaded,

    /// <summary>PostgreSQL, or something else this needs, does not answer; <c>Retry-After</c> is set (503).</summary>
    Unavailable,

    /// <summary>An <c>Idempotency-Key</c> that is empty or longer than 255 characters (400).</summary>
    IdempotencyKeyInvalid,

    /// <summary>An <c>Idempotency-Key</c> used before with another body (422).</summary>
    IdempotencyKeyReused,

    /// <summary>The first request with this <c>Idempotency-Key</c> is still running (409).</summary>
    IdempotencyRunning,

    /// <summary>An exception nobody expected. The answer says a request id and nothing else (500).</summary>
    Unexpected,
}
