using System.Text.Json;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Colonnade.Platform.Errors;

/// <summary>Which platform failure an exception is, and what may be told of it.</summary>
internal static class FailureOfException
{
    public static PlatformFailure Kind(Exception exception) => exception switch
    {
        PlatformFailureException known => known.Failure,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => PlatformFailure.TooLarge,
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => PlatformFailure.UnsupportedMediaType,
        BadHttpRequestException => PlatformFailure.MalformedRequest,
        // Text that PostgreSQL cannot store came past every check: still the client's fault.
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } => PlatformFailure.MalformedRequest,
        PostgresException { IsTransient: true } => PlatformFailure.Unavailable,
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } => PlatformFailure.Unavailable,
        PostgresException => PlatformFailure.Unexpected,
        // Everything Npgsql throws that PostgreSQL did not say: broken or refused connections, an exhausted pool, time-outs.
        NpgsqlException => PlatformFailure.Unavailable,
        _ => PlatformFailure.Unexpected,
    };

    /// <summary>The status the exception handler sets before the dialect writes, and whether the log may stay quiet.</summary>
    public static int Status(Exception exception) => Kind(exception) switch
    {
        PlatformFailure.TooLarge => StatusCodes.Status413PayloadTooLarge,
        PlatformFailure.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        PlatformFailure.Unavailable or PlatformFailure.Overloaded => StatusCodes.Status503ServiceUnavailable,
        PlatformFailure.Unexpected => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    };

    public static FailureFacts Facts(Exception exception, HttpContext http) => new()
    {
        RequestId = http.TraceIdentifier,
        // The exception handler has taken the endpoint off the request, but remembers it.
        Endpoint = http.Features.Get<IExceptionHandlerFeature>()?.Endpoint,
        Field = FieldOf(exception),
        RetryAfter = (exception as PlatformFailureException)?.RetryAfter ?? (Kind(exception) == PlatformFailure.Unavailable ? TimeSpan.FromSeconds(2) : null),
    };

    /// <summary>The member whose value has the wrong type; null where the JSON itself is at fault.</summary>
    private static string? FieldOf(Exception exception)
    {
        if (exception is not BadHttpRequestException { InnerException: JsonException { Path: { Length: > 2 } path } json } || !IsOfWrongType(json))
            return null;
        // "$.items[0].price" is JsonException's form, "items[0].price" is ours.
        return path[0] == '$' ? path[1..].TrimStart('.') : path;
    }

    // Broken syntax carries the reader's JsonException inside; a duplicate property can only be told by its message.
    private static bool IsOfWrongType(JsonException json) =>
        json is not UnstorableTextException
        && json.InnerException is not JsonException
        && !json.Message.StartsWith("Duplicate property", StringComparison.Ordinal);
}
