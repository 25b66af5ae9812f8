using System.Text.Json.Serialization;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.OrderDesk;

/// <summary>Every code and sentence this product refuses with, and its envelope.</summary>
public sealed class OrderDeskErrors : Dialect
{
    public const string InvalidEmail = "Invalid email address";
    public const string ShortPassword = "Password must be at least 8 characters long";
    public const string NoPassword = "Password is required";
    public const string NoTitle = "Title is required";
    public const string InvalidPrice = "Price must be a valid number with up to 2 decimal places";
    public const string InvalidLink = "Link must be a valid URL";
    public const string InvalidStatus = "Status must be either 'active' or 'draft'";

    private const string Validation = "VALIDATION_FAILED";

    public static ProblemHttpResult Invalid(string message, string field) => Broken([new FieldError(field, message)]).AsResult();

    public static ProblemHttpResult NothingToUpdate() => new Refusal(400, "MISSING_REQUIRED_FIELD", "At least one field must be provided for update").AsResult();

    public static ProblemHttpResult InvalidCredentials() => new Refusal(401, "INVALID_CREDENTIALS", "Invalid credentials").AsResult();

    public static ProblemHttpResult NotVerified() => new Refusal(403, "ACCOUNT_NOT_VERIFIED", "Email address is not verified",
        Details: new More("Confirm the address with the code or the link that was mailed to it; /api/auth/resend-verification-code sends another.")).AsResult();

    public static ProblemHttpResult SignInAgain() => new Refusal(403, "REAUTHENTICATION_REQUIRED", "Recent sign-in required",
        Details: new More("This change needs a token from a sign-in of the last 15 minutes: ask for one at /api/auth/token.")).AsResult();

    public static ProblemHttpResult SpentRefreshToken() => new Refusal(401, "INVALID_TOKEN", "Invalid token",
        Details: new More("The refresh token is unknown, spent or expired.")).AsResult();

    public static ProblemHttpResult UserExists() => new Refusal(409, "USER_ALREADY_EXISTS", "User with this email already exists").AsResult();

    public static ProblemHttpResult EmailInUse() => new Refusal(409, "EMAIL_ALREADY_IN_USE", "Email already in use").AsResult();

    public static ProblemHttpResult UserNotFound() => new Refusal(404, "USER_NOT_FOUND", "User not found").AsResult();

    public static ProblemHttpResult SessionNotFound() => new Refusal(404, "SESSION_NOT_FOUND", "Session not found").AsResult();

    public static ProblemHttpResult TokenNotFound() => new Refusal(404, "TOKEN_NOT_FOUND", "Token not found").AsResult();

    public static ProblemHttpResult WebhookNotFound() => new Refusal(404, "WEBHOOK_NOT_FOUND", "Webhook not found").AsResult();

    public static ProblemHttpResult WebhookDisabled() => new Refusal(409, "WEBHOOK_DISABLED", "Webhook is disabled").AsResult();

    public static ProblemHttpResult DeliveryNotFound() => new Refusal(404, "DELIVERY_NOT_FOUND", "Delivery not found").AsResult();

    public static ProblemHttpResult OrderNotFound() => new Refusal(404, "ORDER_NOT_FOUND", "Order not found").AsResult();

    public static ProblemHttpResult OrderNotDeleted() => new Refusal(409, "ORDER_NOT_DELETED", "Order is not deleted").AsResult();

    public static ProblemHttpResult Changed(string what) => new Refusal(412, "PRECONDITION_FAILED", $"{what} has changed",
        Details: new More("It is no longer the version that If-Match names: read it again.")).AsResult();

    public static ProblemHttpResult NoResetCode() => new Refusal(404, "RESET_CODE_NOT_FOUND", "No reset code found for this email").AsResult();

    public static ProblemHttpResult WrongResetCode() => new Refusal(400, "INVALID_RESET_CODE", "Invalid reset code").AsResult();

    public static ProblemHttpResult OldResetCode() => new Refusal(400, "RESET_CODE_EXPIRED", "Reset code has expired").AsResult();

    public static ProblemHttpResult NoVerificationCode() => new Refusal(404, "VERIFICATION_CODE_NOT_FOUND", "No verification code found for this email").AsResult();

    public static ProblemHttpResult WrongVerificationCode() => new Refusal(400, "INVALID_VERIFICATION_CODE", "Invalid verification code").AsResult();

    public static ProblemHttpResult OldVerificationCode() => new Refusal(400, "VERIFICATION_CODE_EXPIRED", "Verification code has expired").AsResult();

    public static ProblemHttpResult AlreadyVerified() => new Refusal(400, "EMAIL_ALREADY_VERIFIED", "Email is already verified").AsResult();

    public static ProblemHttpResult NoConfirmation() => new Refusal(404, "CONFIRMATION_TOKEN_NOT_FOUND", "Confirmation token not found").AsResult();

    public static ProblemHttpResult SpentConfirmation() => new Refusal(400, "INVALID_CONFIRMATION_TOKEN", "Invalid confirmation token",
        Details: new More("It has expired or was used.")).AsResult();

    public static ProblemHttpResult TooMany(TimeSpan wait) => TooManyRequests(wait).AsResult();

    public override Type Envelope => typeof(ErrorEnvelope);

    public override Refusal Word(PlatformFailure failure, FailureFacts facts) => failure switch
    {
        PlatformFailure.UnknownRoute => new(404, "RESOURCE_NOT_FOUND", "Route not found"),
        PlatformFailure.MethodNotAllowed => new(405, "METHOD_NOT_ALLOWED", "Method not allowed"),
        PlatformFailure.MalformedRequest when facts.Field is { } field => Broken([new FieldError(field, OfWrongType(field))]),
        PlatformFailure.MalformedRequest => new(400, Validation, "The request cannot be read", Details: new More("The body must be one JSON object.")),
        PlatformFailure.InvalidRequest => Broken([.. facts.Errors.SelectMany(of => of.Value.Select(message => new FieldError(of.Key, message)))]),
        PlatformFailure.UnsupportedMediaType => new(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json"),
        PlatformFailure.TooLarge => new(413, "PAYLOAD_TOO_LARGE", "The request body is too large"),
        PlatformFailure.Unauthenticated => Unauthenticated(facts.Authorization),
        PlatformFailure.Forbidden => new(403, "INSUFFICIENT_PERMISSIONS", "Insufficient permissions"),
        PlatformFailure.RateLimited => TooManyRequests(facts.RetryAfter),
        PlatformFailure.Overloaded or PlatformFailure.Unavailable => new(503, "SERVICE_UNAVAILABLE", "Temporarily unavailable, please try again", RetryAfter: facts.RetryAfter),
        PlatformFailure.IdempotencyKeyInvalid => new(400, Validation, "Idempotency-Key must have 1 to 255 characters"),
        PlatformFailure.IdempotencyKeyReused => new(422, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used with another request"),
        PlatformFailure.IdempotencyRunning => new(409, "REQUEST_IN_PROGRESS", "The first request with this Idempotency-Key is still running", RetryAfter: facts.RetryAfter),
        PlatformFailure.Unexpected => new(500, "INTERNAL_SERVER_ERROR", "Internal server error", Details: new More($"Request {facts.RequestId}")),
    };

    protected override Task Write(HttpContext http, Refusal refusal)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var more = refusal.Details as More;
        return http.Response.WriteAsJsonAsync(new ErrorEnvelope(false, refusal.Message, refusal.Code, more?.Message, now, more?.Errors), http.RequestAborted);
    }

    private static Refusal Unauthenticated(AuthorizationHeader header) => header switch
    {
        AuthorizationHeader.Missing => new(401, "MISSING_AUTHORIZATION", "Missing authorization",
            Details: new More("Authorization header is required. Format: Authorization: Bearer <token>")),
        AuthorizationHeader.Malformed => new(401, "INVALID_TOKEN", "Malformed header",
            Details: new More("Authorization header must have two parts. Format: Authorization: Bearer <token>")),
        AuthorizationHeader.OtherScheme => new(401, "INVALID_TOKEN", "Invalid scheme",
            Details: new More("Authorization scheme must be Bearer. Format: Authorization: Bearer <token>")),
        AuthorizationHeader.Bearer => new(401, "INVALID_TOKEN", "Invalid token", Details: new More("The token is unknown, expired or revoked.")),
    };

    private static Refusal Broken(IReadOnlyList<FieldError> errors) =>
        new(400, Validation, errors[0].Message, errors.Count == 1 ? errors[0].Field : null, new More(Errors: errors));

    private static Refusal TooManyRequests(TimeSpan? wait) => new(429, "TOO_MANY_REQUESTS", "Too many requests", RetryAfter: wait);

    private static string OfWrongType(string field) => field switch
    {
        "email" => InvalidEmail,
        "password" or "newPassword" => "Password must be a string",
        "title" => "Title must be a string",
        "link" => InvalidLink,
        "status" => InvalidStatus,
        _ => $"Invalid value for {field}",
    };

    /// <summary>What some refusals say beside their sentence.</summary>
    private sealed record More(string? Message = null, IReadOnlyList<FieldError>? Errors = null);

    public sealed record ErrorEnvelope(
        bool Success,
        string Error,
        string ErrorCode,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message,
        DateTimeOffset Timestamp,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldError>? Errors);

    public sealed record FieldError(string Field, string Message);
}
