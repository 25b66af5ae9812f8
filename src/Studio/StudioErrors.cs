using System.Text.Json.Serialization;
using Colonnade.Platform.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Studio;

/// <summary>Every code and sentence this product refuses with, and its envelope.</summary>
public sealed class StudioErrors : Dialect
{
    private const string Bad = "BAD_REQUEST";

    public static ProblemHttpResult Invalid(string message, string field) => new Refusal(400, Bad, message, Details: new FieldDetails(field)).AsResult();

    public static ProblemHttpResult NothingToUpdate() => new Refusal(400, Bad, "At least one field must be given").AsResult();

    public static ProblemHttpResult WrongAmount(long expected, string currency) =>
        new Refusal(400, "AMOUNT_MISMATCH", "The amount is not what is to be paid for this order", Details: new AmountDetails(expected, currency)).AsResult();

    public static ProblemHttpResult InvalidCredentials() => new Refusal(401, "UNAUTHORIZED", "Invalid email or password").AsResult();

    public static ProblemHttpResult SpentRefreshToken() => new Refusal(401, "UNAUTHORIZED", "The refresh token is unknown, spent or expired").AsResult();

    public static ProblemHttpResult Forbidden(string message) => new Refusal(403, "FORBIDDEN", message).AsResult();

    public static ProblemHttpResult NotFound(string what) => new Refusal(404, "NOT_FOUND", $"{what} not found").AsResult();

    public static ProblemHttpResult EmailTaken() => new Refusal(409, "EMAIL_ALREADY_EXISTS", "A user with this email already exists").AsResult();

    /// <summary>Says why a step is refused: from where it would lead where, and where the caller may go instead.</summary>
    public static ProblemHttpResult InvalidState(string message, TransitionDetails details) => new Refusal(409, "INVALID_STATE", message, Details: details).AsResult();

    public static ProblemHttpResult NoRevisionsLeft(int used, int allowed, TransitionDetails details) =>
        new Refusal(409, "NO_REVISIONS_LEFT", $"All {allowed} revisions of the package are used", Details: details with { RevisionsUsed = used, RevisionsAllowed = allowed }).AsResult();

    public static ProblemHttpResult Conflict(string message) => new Refusal(409, "CONFLICT", message).AsResult();

    public static ProblemHttpResult TooMuchRefunded(long refundable, string currency) =>
        new Refusal(409, "REFUND_EXCEEDS_PAYMENT", "No more can be refunded than was paid and is not refunded yet", Details: new AmountDetails(refundable, currency)).AsResult();

    public static ProblemHttpResult QuotaUsedUp() => new Refusal(409, "QUOTA_EXCEEDED", "There is no room left for files of yours").AsResult();

    public static ProblemHttpResult TooLarge(long mostBytes) =>
        new Refusal(413, "PAYLOAD_TOO_LARGE", "The file is too large", Details: new SizeDetails(mostBytes)).AsResult();

    public static ProblemHttpResult TypeNotAllowed() => new Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Files of this type are not taken, whatever their name").AsResult();

    public static ProblemHttpResult TooMany(TimeSpan wait) => TooManyRequests(wait).AsResult();

    public static ProblemHttpResult PaymentsAway(TimeSpan? wait) =>
        new Refusal(503, "PAYMENT_PROVIDER_UNAVAILABLE", "Payments are unavailable for the moment, please try again", RetryAfter: wait ?? TimeSpan.FromSeconds(5)).AsResult();

    public override Type Envelope => typeof(ErrorEnvelope);

    public override Refusal Word(PlatformFailure failure, FailureFacts facts) => failure switch
    {
        PlatformFailure.UnknownRoute => new(404, "NOT_FOUND", "Not found"),
        PlatformFailure.MethodNotAllowed => new(405, "METHOD_NOT_ALLOWED", "Method not allowed"),
        PlatformFailure.MalformedRequest => facts.Field is { } field
            ? new(400, Bad, $"Invalid value for {field}", Details: new FieldDetails(field))
            : new(400, Bad, "The request cannot be read"),
        PlatformFailure.InvalidRequest => new(400, Bad, facts.Errors.First().Value[0], Details: new FieldsDetails(facts.Errors)),
        PlatformFailure.UnsupportedMediaType => new(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json, uploads as multipart/form-data"),
        PlatformFailure.TooLarge => new(413, "PAYLOAD_TOO_LARGE", "The request body is too large"),
        PlatformFailure.Unauthenticated => new(401, "UNAUTHORIZED", "A valid access token is required"),
        PlatformFailure.Forbidden => new(403, "FORBIDDEN", "Insufficient permissions"),
        PlatformFailure.RateLimited => TooManyRequests(facts.RetryAfter),
        PlatformFailure.Overloaded or PlatformFailure.Unavailable => new(503, "SERVICE_UNAVAILABLE", "Temporarily unavailable, please try again", RetryAfter: facts.RetryAfter),
        PlatformFailure.IdempotencyKeyInvalid => new(400, Bad, "Idempotency-Key must have 1 to 255 characters"),
        PlatformFailure.IdempotencyKeyReused => new(422, "IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used with another request"),
        PlatformFailure.IdempotencyRunning => new(409, "CONFLICT", "The first request with this Idempotency-Key is still running", RetryAfter: facts.RetryAfter),
        PlatformFailure.Unexpected => new(500, "INTERNAL_SERVER_ERROR", "Internal server error", Details: new RequestDetails(facts.RequestId)),
    };

    protected override Task Write(HttpContext http, Refusal refusal) =>
        http.Response.WriteAsJsonAsync(new ErrorEnvelope(new ErrorBody(refusal.Code, refusal.Message, refusal.Details)), http.RequestAborted);

    private static Refusal TooManyRequests(TimeSpan? wait) => new(429, "RATE_LIMITED", "Too many requests", RetryAfter: wait);

    public sealed record ErrorEnvelope(ErrorBody Error);

    public sealed record ErrorBody(string Code, string Message, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] object? Details);

    private sealed record FieldDetails(string Field);

    private sealed record FieldsDetails(IReadOnlyDictionary<string, string[]> Fields);

    private sealed record AmountDetails(long Expected, string Currency);

    private sealed record SizeDetails(long MostBytes);

    private sealed record RequestDetails(string RequestId);

    public sealed record TransitionDetails(string From, string To, IReadOnlyList<string> Allowed)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? RevisionsUsed { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? RevisionsAllowed { get; init; }
    }
}
