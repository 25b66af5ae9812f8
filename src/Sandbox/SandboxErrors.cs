using Colonnade.Platform.Errors;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Sandbox;

/// <summary>The Sandbox's own dialect: <c>{"error":{"code","message"}}</c>.</summary>
public sealed class SandboxErrors : Dialect
{
    public static Refusal UnknownMail { get; } = new(404, "mail_not_found", "There is no such mail; only the newest 1,000 are kept.");

    public static Refusal UnknownFault(string kinds) => new(400, "unknown_fault", $"There are the faults {kinds}.");

    public override Type Envelope => typeof(ErrorEnvelope);

    public override Refusal Word(PlatformFailure failure, FailureFacts facts) => failure switch
    {
        PlatformFailure.UnknownRoute => new(404, "not_found", "Nothing of the Sandbox lives here; see /."),
        PlatformFailure.MethodNotAllowed => new(405, "method_not_allowed", "This path has other methods; see Allow."),
        PlatformFailure.MalformedRequest => new(400, "malformed", facts.Field is null ? "The request cannot be read." : $"{facts.Field} cannot be read."),
        PlatformFailure.InvalidRequest => new(400, "invalid", Invalid(facts)),
        PlatformFailure.UnsupportedMediaType => new(415, "unsupported_media_type", "Send application/json, not compressed."),
        PlatformFailure.TooLarge => new(413, "too_large", "The body is too long."),
        PlatformFailure.Unauthenticated => new(401, "unauthenticated", "A credential is missing."),
        PlatformFailure.Forbidden => new(403, "forbidden", "That is not allowed."),
        PlatformFailure.RateLimited => new(429, "rate_limited", "Too many requests.", RetryAfter: facts.RetryAfter),
        PlatformFailure.Overloaded => new(503, "overloaded", "Too much is queued.", RetryAfter: facts.RetryAfter),
        PlatformFailure.Unavailable => new(503, "unavailable", "PostgreSQL does not answer.", RetryAfter: facts.RetryAfter),
        PlatformFailure.IdempotencyKeyInvalid => new(400, "idempotency_key_invalid", "An Idempotency-Key has 1 to 255 characters."),
        PlatformFailure.IdempotencyKeyReused => new(422, "idempotency_key_reused", "The Idempotency-Key was used with another body."),
        PlatformFailure.IdempotencyRunning => new(409, "idempotency_running", "The first request is still running.", RetryAfter: facts.RetryAfter),
        PlatformFailure.Unexpected => new(500, "unexpected", $"Something went wrong; it is in the log under {facts.RequestId}."),
    };

    protected override Task Write(HttpContext http, Refusal refusal) =>
        http.Response.WriteAsJsonAsync(new ErrorEnvelope(new ErrorBody(refusal.Code, refusal.Message)), http.RequestAborted);

    private static string Invalid(FailureFacts facts) => facts.Errors.Count == 0
        ? "A field breaks its rule."
        : string.Join(' ', facts.Errors.SelectMany(error => error.Value.Select(message => $"{error.Key}: {message}")));

    public sealed record ErrorEnvelope(ErrorBody Error);

    public sealed record ErrorBody(string Code, string Message);
}
