using System.Text.Json.Serialization;
using Colonnade.Platform.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Narhub;

/// <summary>Every code and sentence this product refuses with, and its envelope, which holds both forms of the document.</summary>
public sealed class NarhubErrors : Dialect
{
    public const string NoCredentials = "Name, email and password are required";
    public const string InvalidEmail = "Invalid email address";
    public const string NameLength = "Name must be between 2 and 100 characters";
    public const string ShortPassword = "Password must be at least 8 characters";
    public const string LongPassword = "Password is too long";
    public const string NoPasswords = "Current password and new password are required";
    public const string ShortNewPassword = "New password must be at least 8 characters";

    public const string QuantityRange = "quantity must be a whole number from 1 to 999";
    public const string TooManyOfOne = "A cart holds at most 999 of one product";

    public const string NoItems = "Order must have at least one item";
    public const string NoTotal = "Total amount is required";

    private const string Validation = "VALIDATION_ERROR";

    /// <summary>One broken rule; with <paramref name="field"/> also under <c>errors</c>.</summary>
    public static ProblemHttpResult Invalid(string message, string? field = null) => Broken(message, field).AsResult();

    /// <summary>The same for a <see cref="Platform.Web.QueryReader"/>.</summary>
    public static ProblemHttpResult InvalidParameter(string message, string parameter) => Invalid(message, parameter);

    public static ProblemHttpResult DuplicateEmail() => new Refusal(400, "DUPLICATE_EMAIL", "An account with this email already exists").AsResult();

    public static ProblemHttpResult InvalidCredentials() => new Refusal(401, "INVALID_CREDENTIALS", "Invalid email or password").AsResult();

    public static ProblemHttpResult WrongPassword() => new Refusal(401, "INVALID_CREDENTIALS", "Current password is incorrect").AsResult();

    public static ProblemHttpResult Forbidden(string message) => new Refusal(403, "FORBIDDEN", message).AsResult();

    /// <param name="what">As in <c>Product</c>: the sentence is <c>Product not found</c>.</param>
    public static ProblemHttpResult NotFound(string what) => new Refusal(404, "NOT_FOUND", what + " not found").AsResult();

    public static ProblemHttpResult Conflict(string message) => new Refusal(409, "CONFLICT", message).AsResult();

    /// <summary>The total is not what the items cost; the sentence says what it may be.</summary>
    public static ProblemHttpResult WrongTotal((long Least, long Most) range) => Invalid(range.Least == range.Most
        ? $"Total amount must be {range.Least}, the sum of the items"
        : $"Total amount must be between {range.Least} and {range.Most}, what the items may cost", "total_amount");

    public static ProblemHttpResult WrongStatementType() =>
        new Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Send the statement as application/xml (CAMT.053) or text/csv").AsResult();

    public static ProblemHttpResult NoPrinter() =>
        new Refusal(503, "SERVICE_UNAVAILABLE", "No PDF can be printed: WeasyPrint is not installed on this server").AsResult();

    public static ProblemHttpResult NoLongerSold() => Conflict("This product is no longer sold");

    public static ProblemHttpResult UnsupportedMediaType() => WrongMediaType().AsResult();

    public static ProblemHttpResult TooMany(TimeSpan wait) => TooManyRequests(wait).AsResult();

    public override Type Envelope => typeof(ErrorEnvelope);

    public override Refusal Word(PlatformFailure failure, FailureFacts facts) => failure switch
    {
        PlatformFailure.UnknownRoute => new(404, "NOT_FOUND", "Route not found"),
        PlatformFailure.MethodNotAllowed => new(405, "METHOD_NOT_ALLOWED", "Method not allowed"),
        PlatformFailure.MalformedRequest => Broken(facts.Field is null ? "The request cannot be read" : OfWrongType(facts.Field), facts.Field),
        PlatformFailure.InvalidRequest => new(400, Validation, facts.Errors.First().Value[0], Details: facts.Errors),
        PlatformFailure.UnsupportedMediaType => WrongMediaType(),
        PlatformFailure.TooLarge => new(413, "PAYLOAD_TOO_LARGE", "The request body is too large"),
        PlatformFailure.Unauthenticated => new(401, "UNAUTHORIZED", "No autenticado"),
        PlatformFailure.Forbidden => new(403, "FORBIDDEN", "Insufficient permissions"),
        PlatformFailure.RateLimited => TooManyRequests(facts.RetryAfter),
        PlatformFailure.Overloaded or PlatformFailure.Unavailable => new(503, "SERVICE_UNAVAILABLE", "Temporarily unavailable, please try again", RetryAfter: facts.RetryAfter),
        PlatformFailure.IdempotencyKeyInvalid => new(400, Validation, "Idempotency-Key must have 1 to 255 characters"),
        PlatformFailure.IdempotencyKeyReused => new(422, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used with another request"),
        PlatformFailure.IdempotencyRunning => new(409, "CONFLICT", "The first request with this Idempotency-Key is still running", RetryAfter: facts.RetryAfter),
        PlatformFailure.Unexpected => new(500, "INTERNAL_ERROR", "Internal server error, request " + facts.RequestId),
    };

    protected override string Challenge => "Cookie";

    protected override Task Write(HttpContext http, Refusal refusal) => http.Response.WriteAsJsonAsync(
        new ErrorEnvelope(
            refusal.Message,
            refusal.Code,
            refusal.Details as IReadOnlyDictionary<string, string[]>,
            refusal is { Status: StatusCodes.Status429TooManyRequests, RetryAfter: { } wait } ? Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)) : null,
            refusal.Code),
        http.RequestAborted);

    private static Refusal Broken(string message, string? field) =>
        new(400, Validation, message, Details: field is null ? null : new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] });

    private static Refusal WrongMediaType() => new(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json");

    private static Refusal TooManyRequests(TimeSpan? wait) => new(429, "RATE_LIMITED", "Too many requests, please try again later", RetryAfter: wait);

    private static string OfWrongType(string field) => field switch
    {
        "email" => InvalidEmail,
        "items" => NoItems,
        "total_amount" => NoTotal,
        _ => $"Invalid value for {field}",
    };

    public sealed record ErrorEnvelope(
        string Message,
        string Code,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors,
        [property: JsonPropertyName("retryAfter"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? RetryAfter,
        string Error)
    {
        /// <summary>Always null: the document's other form of errors has it.</summary>
        public object? Data { get; }
    }
}
