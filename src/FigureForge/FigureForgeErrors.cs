using Colonnade.Platform.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.FigureForge;

/// <summary>Every code and sentence this product refuses with, and its envelope.</summary>
public sealed class FigureForgeErrors : Dialect
{
    private const string Bad = "INVALID_REQUEST";
    private const string Unauthenticated = "AUTHENTICATION_REQUIRED";

    public static ProblemHttpResult Invalid(string message, string field) => new Refusal(400, Bad, message, Details: new FieldDetails(field)).AsResult();

    public static ProblemHttpResult Invalid(string message) => new Refusal(400, Bad, message).AsResult();

    public static ProblemHttpResult WrongCode(string reason) =>
        new Refusal(401, Unauthenticated, "The code is wrong or has expired", Details: new ReasonDetails(reason)).AsResult();

    public static ProblemHttpResult SpentRefreshToken() => new Refusal(401, Unauthenticated, "The refresh token is unknown, spent or expired").AsResult();

    public static ProblemHttpResult NotSignedIn() => new Refusal(401, Unauthenticated, "A valid access token is required").AsResult();

    public static Refusal InvalidToken { get; } = new(401, Unauthenticated, "The token is not valid", Details: new TokenDetails());

    public static ProblemHttpResult NoCredits(int needed, int left, DateTimeOffset resetsAt) =>
        new Refusal(402, "INSUFFICIENT_QUOTA", "There are not enough credits left", Details: new CreditDetails(needed, left, resetsAt)).AsResult();

    public static ProblemHttpResult PaymentDeclined(string message) => new Refusal(402, "PAYMENT_FAILED", message).AsResult();

    public static ProblemHttpResult Denied(string message) => new Refusal(403, "PERMISSION_DENIED", message).AsResult();

    public static ProblemHttpResult NotFound(string what) => new Refusal(404, "NOT_FOUND", $"{what} not found").AsResult();

    public static ProblemHttpResult Conflict(string message) => new Refusal(409, "CONFLICT", message).AsResult();

    public static ProblemHttpResult TooMany(TimeSpan wait) => TooManyRequests(wait).AsResult();

    public static ProblemHttpResult PaymentsAway(TimeSpan? wait) =>
        new Refusal(503, "SERVICE_UNAVAILABLE", "Payments are unavailable for the moment, please try again", RetryAfter: wait ?? TimeSpan.FromSeconds(5)).AsResult();

    public static ProblemHttpResult ModelAway(string model) =>
        new Refusal(503, "SERVICE_UNAVAILABLE", $"The model {model} is not available here", RetryAfter: TimeSpan.FromMinutes(5)).AsResult();

    public override Type Envelope => typeof(ErrorEnvelope);

    public override Refusal Word(PlatformFailure failure, FailureFacts facts) => failure switch
    {
        PlatformFailure.UnknownRoute => new(404, "NOT_FOUND", "Not found"),
        PlatformFailure.MethodNotAllowed => new(405, "METHOD_NOT_ALLOWED", "Method not allowed"),
        PlatformFailure.MalformedRequest => facts.Field is { } field
            ? new(400, Bad, $"Invalid value for {field}", Details: new FieldDetails(field))
            : new(400, Bad, "The request cannot be read"),
        PlatformFailure.InvalidRequest => new(400, Bad, facts.Errors.First().Value[0], Details: new FieldsDetails(facts.Errors)),
        PlatformFailure.UnsupportedMediaType => new(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json"),
        PlatformFailure.TooLarge => new(413, "PAYLOAD_TOO_LARGE", "The request body is too large"),
        PlatformFailure.Unauthenticated => new(401, Unauthenticated, "A valid access token is required"),
        PlatformFailure.Forbidden => new(403, "PERMISSION_DENIED", "You lack the permission for this"),
        PlatformFailure.RateLimited => TooManyRequests(facts.RetryAfter),
        PlatformFailure.Overloaded or PlatformFailure.Unavailable => new(503, "SERVICE_UNAVAILABLE", "Temporarily unavailable, please try again", RetryAfter: facts.RetryAfter),
        PlatformFailure.IdempotencyKeyInvalid => new(400, Bad, "Idempotency-Key must have 1 to 255 characters"),
        PlatformFailure.IdempotencyKeyReused => new(422, "IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used with another request"),
        PlatformFailure.IdempotencyRunning => new(409, "CONFLICT", "The first request with this Idempotency-Key is still running", RetryAfter: facts.RetryAfter),
        PlatformFailure.Unexpected => new(500, "INTERNAL_ERROR", "Internal server error", Details: new RequestDetails(facts.RequestId)),
    };

    protected override Task Write(HttpContext http, Refusal refusal)
    {
        var error = new ErrorBody(refusal.Code, refusal.Message, refusal.Details ?? new NoDetails());
        // POST /auth/verify says its verdict beside the envelope.
        return refusal.Details is TokenDetails
            ? http.Response.WriteAsJsonAsync(new InvalidTokenEnvelope(false, error), http.RequestAborted)
            : http.Response.WriteAsJsonAsync(new ErrorEnvelope(error), http.RequestAborted);
    }

    private static Refusal TooManyRequests(TimeSpan? wait) => new(429, "RATE_LIMITED", "Too many requests", RetryAfter: wait);

    public sealed record ErrorEnvelope(ErrorBody Error);

    public sealed record InvalidTokenEnvelope(bool Valid, ErrorBody Error);

    public sealed record ErrorBody(string Code, string Message, object Details);

    private sealed record NoDetails;

    private sealed record TokenDetails;

    private sealed record FieldDetails(string Field);

    private sealed record FieldsDetails(IReadOnlyDictionary<string, string[]> Fields);

    private sealed record ReasonDetails(string Reason);

    private sealed record CreditDetails(int Needed, int Remaining, DateTimeOffset ResetsAt);

    private sealed record RequestDetails(string RequestId);
}
