using System.Text.Json.Serialization;
using Colonnade.Platform.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Fragrances;

/// <summary>Every code and sentence this product refuses with, and its envelope.</summary>
public sealed class FragrancesErrors : Dialect
{
    private const string Validation = "VALIDATION_ERROR";

    public static ProblemHttpResult Invalid(string message, string? field = null, object? details = null) =>
        new Refusal(400, Validation, message, field, details).AsResult();

    public static ProblemHttpResult Unprocessable(string message, string field) => new Refusal(422, Validation, message, field).AsResult();

    public static ProblemHttpResult UnsupportedMediaType(string message) => new Refusal(415, "UNSUPPORTED_MEDIA_TYPE", message).AsResult();

    public static ProblemHttpResult NotFound(string message) => new Refusal(404, "RESOURCE_NOT_FOUND", message).AsResult();

    public static ProblemHttpResult Duplicate(string message, string? field = null, object? details = null) =>
        new Refusal(400, "DUPLICATE_RESOURCE", message, field, details).AsResult();

    public static ProblemHttpResult InvalidCredentials() => new Refusal(401, "INVALID_CREDENTIALS", "Invalid email or password").AsResult();

    public static ProblemHttpResult AccountLocked(TimeSpan wait) =>
        new Refusal(423, "ACCOUNT_LOCKED", "Account locked due to too many failed attempts", RetryAfter: wait).AsResult();

    public static ProblemHttpResult TooMany(TimeSpan wait) => TooManyRequests(wait).AsResult();

    public static ProblemHttpResult SessionEnded() =>
        new Refusal(401, "AUTHENTICATION_REQUIRED", "The refresh token is missing, spent or expired").AsResult();

    public override Type Envelope => typeof(ErrorEnvelope);

    public override Refusal Word(PlatformFailure failure, FailureFacts facts) => failure switch
    {
        PlatformFailure.UnknownRoute => new(404, "RESOURCE_NOT_FOUND", "Route not found"),
        PlatformFailure.MethodNotAllowed => new(405, "METHOD_NOT_ALLOWED", "Method not allowed"),
        PlatformFailure.MalformedRequest when facts.Field is not null && Unprocessable(facts.Endpoint) =>
            new(422, Validation, $"Invalid value for {facts.Field}", facts.Field),
        PlatformFailure.MalformedRequest => new(400, Validation,
            facts.Field is null ? "The request cannot be read" : $"Invalid value for {facts.Field}", facts.Field),
        PlatformFailure.InvalidRequest => Broken(facts),
        PlatformFailure.UnsupportedMediaType => new(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json"),
        PlatformFailure.TooLarge => new(413, Validation, "The request body is too large"),
        PlatformFailure.Unauthenticated => new(401, "AUTHENTICATION_REQUIRED", "Missing or invalid auth token"),
        PlatformFailure.Forbidden => new(403, "AUTHORIZATION_DENIED", "Insufficient permissions"),
        PlatformFailure.RateLimited => TooManyRequests(facts.RetryAfter),
        PlatformFailure.Overloaded or PlatformFailure.Unavailable =>
            new(503, "SERVICE_UNAVAILABLE", "Temporarily unavailable, please try again", RetryAfter: facts.RetryAfter),
        PlatformFailure.IdempotencyKeyInvalid => new(400, Validation, "Idempotency-Key must have 1 to 255 characters"),
        PlatformFailure.IdempotencyKeyReused => new(422, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used with another body"),
        PlatformFailure.IdempotencyRunning => new(409, "REQUEST_IN_PROGRESS", "The first request with this Idempotency-Key is still running", RetryAfter: facts.RetryAfter),
        PlatformFailure.Unexpected => new(500, "SERVER_ERROR", "Internal server error", Details: new { requestId = facts.RequestId }),
    };

    protected override Task Write(HttpContext http, Refusal refusal)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var error = new ErrorBody(refusal.Code, refusal.Message, refusal.Details, refusal.Field);
        return http.Response.WriteAsJsonAsync(new ErrorEnvelope(false, error, now, http.Request.Path), http.RequestAborted);
    }

    private static Refusal TooManyRequests(TimeSpan? wait) => new(429, "RATE_LIMIT_EXCEEDED", "Too many requests", RetryAfter: wait);

    private static Refusal Broken(FailureFacts facts)
    {
        var (field, messages) = facts.Errors.First();
        return new Refusal(Unprocessable(facts.Endpoint) ? 422 : 400, Validation, messages[0],
            facts.Errors.Count == 1 ? field : null, facts.Errors.Count == 1 ? null : facts.Errors);
    }

    private static bool Unprocessable(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<UnprocessableBody>() is not null;

    public sealed record ErrorEnvelope(bool Success, ErrorBody Error, DateTimeOffset Timestamp, string Path);

    public sealed record ErrorBody(
        string Code,
        string Message,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] object? Details,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Field);
}

/// <summary>On a route whose document answers wrong types and ranges in the body with 422 instead of 400.</summary>
public sealed class UnprocessableBody;

public static class UnprocessableBodyRule
{
    public static T WrongValuesAre422<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(new UnprocessableBody());
}
