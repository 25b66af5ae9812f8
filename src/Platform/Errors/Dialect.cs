using System.Globalization;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Colonnade.Platform.Errors;

/// <summary>
/// Writes every refusal of one product, from an unknown route to an exception, in that product's envelope.
/// The product derives from it in its errors file: <see cref="Word"/> says each platform failure in its
/// codes and sentences, <see cref="Write"/> puts a refusal into its envelope.
/// </summary>
public abstract class Dialect : IProblemDetailsWriter
{
    /// <summary>Always true: a client that accepts only <c>text/html</c> is answered in the dialect too.</summary>
    public bool CanWrite(ProblemDetailsContext context) => true;

    /// <summary>The product's words for a platform failure; an exhaustive switch without a default arm.</summary>
    public abstract Refusal Word(PlatformFailure failure, FailureFacts facts);

    /// <summary>What <see cref="Write"/> writes, for the reference.</summary>
    public abstract Type Envelope { get; }

    /// <summary>Writes the envelope. Status, <c>Retry-After</c> and content type are set already.</summary>
    protected abstract Task Write(HttpContext http, Refusal refusal);

    /// <summary>The scheme that <c>WWW-Authenticate</c> of a 401 names (RFC 9110, 11.6.1).</summary>
    protected virtual string Challenge => "Bearer";

    /// <inheritdoc />
    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var refusal = Find(context.ProblemDetails, context.Exception, http);
        http.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (refusal.Status == StatusCodes.Status401Unauthorized && http.Response.Headers.WWWAuthenticate.Count == 0)
            http.Response.Headers.WWWAuthenticate = Challenge;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "application/json; charset=utf-8";
        if (!HttpMethods.IsHead(http.Request.Method))
            await Write(http, refusal);
    }

    /// <summary>Writes <paramref name="failure"/> as the whole answer; for middleware, which returns no results.</summary>
    public ValueTask WriteAsync(HttpContext http, PlatformFailure failure, TimeSpan? retryAfter = null)
    {
        var refusal = Word(failure, new FailureFacts
        {
            RetryAfter = retryAfter,
            Endpoint = http.GetEndpoint(),
            Authorization = AuthorizationForm.Of(http.Request),
            RequestId = http.TraceIdentifier,
        });
        return WriteAsync(new ProblemDetailsContext
        {
            HttpContext = http,
            ProblemDetails = new ProblemDetails { Status = refusal.Status, Extensions = { [Refusal.Extension] = refusal } },
        });
    }

    private Refusal Find(ProblemDetails problem, Exception? exception, HttpContext http)
    {
        if (problem.Extensions.TryGetValue(Refusal.Extension, out var value) && value is Refusal refusal)
            return refusal;

        if (exception is not null)
            return Word(FailureOfException.Kind(exception), FailureOfException.Facts(exception, http));

        if (problem is HttpValidationProblemDetails validation)
        {
            // The validation filter names C# members; clients know JSON paths.
            var errors = validation.Errors.ToDictionary(e => WirePath.Of(e.Key, http), e => e.Value, StringComparer.Ordinal);
            return Word(PlatformFailure.InvalidRequest, new FailureFacts
            {
                Errors = errors,
                Field = errors.Count == 1 ? errors.Keys.First() : null,
                Endpoint = http.GetEndpoint(),
                RequestId = http.TraceIdentifier,
            });
        }

        return Word(OfStatus(problem.Status ?? http.Response.StatusCode), new FailureFacts { Endpoint = http.GetEndpoint(), RequestId = http.TraceIdentifier });
    }

    private static PlatformFailure OfStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => PlatformFailure.Unauthenticated,
        StatusCodes.Status403Forbidden => PlatformFailure.Forbidden,
        StatusCodes.Status404NotFound => PlatformFailure.UnknownRoute,
        StatusCodes.Status405MethodNotAllowed => PlatformFailure.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => PlatformFailure.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => PlatformFailure.UnsupportedMediaType,
        StatusCodes.Status429TooManyRequests => PlatformFailure.RateLimited,
        StatusCodes.Status503ServiceUnavailable => PlatformFailure.Unavailable,
        >= 400 and < 500 => PlatformFailure.MalformedRequest,
        _ => PlatformFailure.Unexpected,
    };
}
