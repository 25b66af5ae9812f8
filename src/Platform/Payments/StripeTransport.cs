using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Payments;

/// <summary>
/// One call over the wire and what it means. What is safe to repeat is repeated: reads and deletions always, the rest
/// with the same idempotency key, after a conflict of locks, 429, 5xx, a time-out or a broken connection.
/// </summary>
/// <remarks>Pauses and time-outs are real time: they measure a wire.</remarks>
internal sealed class StripeTransport(StripeSettings settings, ProductIdentity product, ILogger<StripeClient> log) : IDisposable
{
    /// <summary>A page of a hundred objects with everything in them stays below.</summary>
    private const int MostOfAnswer = 4 * 1024 * 1024;

    private const int LongestKey = 255;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);
    private readonly OutgoingHttp _http = new(OutgoingRules.Configured);

    /// <summary>Goes into <c>metadata.product</c> of everything that is made, and tells whose an event is.</summary>
    public string Product => product.Schema;

    public Task<StripeAnswer<T>> Get<T>(string path, StripeForm? query, JsonTypeInfo<T> type, CancellationToken stop) where T : class =>
        Send(HttpMethod.Get, query is null or { IsEmpty: true } ? path : path + "?" + query, null, null, type, stop);

    public Task<StripeAnswer<T>> Delete<T>(string path, JsonTypeInfo<T> type, CancellationToken stop) where T : class =>
        Send(HttpMethod.Delete, path, null, null, type, stop);

    /// <param name="path">As <c>payment_intents</c>, with ids escaped by <see cref="Id"/>.</param>
    /// <param name="form">The parameters.</param>
    /// <param name="key">The idempotency key: the same whenever the same effect is meant.</param>
    /// <param name="type">How to read the answer.</param>
    /// <param name="stop">Cancels; what was sent may have been done all the same.</param>
    public Task<StripeAnswer<T>> Post<T>(string path, StripeForm form, string key, JsonTypeInfo<T> type, CancellationToken stop) where T : class =>
        key.Length == 0 || key.Length + product.Schema.Length >= LongestKey
            ? throw new ArgumentException("With the product's name before it an idempotency key has at most 255 characters.", nameof(key))
            : Send(HttpMethod.Post, path, form, key, type, stop);

    /// <summary>An id as part of a path.</summary>
    public static string Id(string id) => id.Length == 0 ? throw new ArgumentException("An id is missing.", nameof(id)) : Uri.EscapeDataString(id);

    public void Dispose() => _http.Dispose();

    private async Task<StripeAnswer<T>> Send<T>(HttpMethod method, string path, StripeForm? form, string? key, JsonTypeInfo<T> type, CancellationToken stop) where T : class
    {
        var wasPerhapsDone = false;
        for (var attempt = 1; ; attempt++)
        {
            using var request = Request(method, path, form, key);
            var verdict = Judge(await _http.Send(request, settings.TimeOut, MostOfAnswer, stop), type);
            wasPerhapsDone |= verdict.MayBeDone && method != HttpMethod.Get;
            if (verdict.Value is not null)
                return new StripeAnswer<T>(verdict.Value);
            if (verdict.MayRepeat && attempt <= settings.Retries)
            {
                await Task.Delay(PauseAfter(attempt, verdict.Failure), TimeProvider.System, stop);
                continue;
            }

            // "Not now" about the last attempt says nothing of the ones before it.
            var failure = wasPerhapsDone && verdict.Failure is StripeFailure.Unavailable
                ? new StripeFailure.UnknownOutcome(key, verdict.Failure.Message)
                : verdict.Failure!;
            if (failure is StripeFailure.Unavailable or StripeFailure.UnknownOutcome)
                log.LogWarning("Stripe: {Method} {Path} ended {Outcome} after {Attempts} attempts: {Message}", method, path.Split('?')[0], failure.GetType().Name, attempt, failure.Message);
            return new StripeAnswer<T>(failure);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, StripeForm? form, string? key)
    {
        var request = new HttpRequestMessage(method, $"{settings.BaseUrl}/v1/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.SecretKey);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Colonnade", "1.0"));
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", $"{product.Schema}:{key}");
        if (form is not null)
            request.Content = new StringContent(form.ToString(), Encoding.ASCII, "application/x-www-form-urlencoded");
        return request;
    }

    private Verdict<T> Judge<T>(OutgoingOutcome outcome, JsonTypeInfo<T> type) where T : class
    {
        if (outcome is OutgoingOutcome.Failed { Why: var why })
        {
            var isLost = why is OutgoingFailure.TimedOut or OutgoingFailure.BrokenOff;
            return new(new StripeFailure.Unavailable(isLost ? "The answer was lost." : $"Stripe cannot be reached ({why})."), MayRepeat: true, MayBeDone: isLost);
        }

        var answer = (OutgoingOutcome.Answered)outcome;
        var shouldRetry = Header(answer, "Stripe-Should-Retry");
        try
        {
            if (!answer.IsWhole)
                return new(new StripeFailure.Unavailable("The answer broke off."), MayRepeat: true, MayBeDone: true);
            if (answer.Status is >= 200 and < 300)
            {
                return JsonSerializer.Deserialize(answer.Body, type) is { } value
                    ? new(value)
                    : new(new StripeFailure.Unavailable("The answer was empty."), MayRepeat: true, MayBeDone: true);
            }

            var error = answer.Status < 500 ? JsonSerializer.Deserialize(answer.Body, StripeJson.Default.StripeErrorAnswer)?.Error : null;
            return Judge<T>(answer, error ?? new StripeErrorDetail(), shouldRetry);
        }
        catch (JsonException)
        {
            // Something between here and Stripe answered, or half an answer came.
            return new(new StripeFailure.Unavailable($"An answer {answer.Status} that cannot be read."), MayRepeat: true, MayBeDone: true);
        }
    }

    private Verdict<T> Judge<T>(OutgoingOutcome.Answered answer, StripeErrorDetail error, string? shouldRetry) where T : class
    {
        var message = error.Message ?? $"Stripe answered {answer.Status}.";
        switch (answer.Status)
        {
            case >= 500:
                return new(new StripeFailure.Unavailable($"Stripe answered {answer.Status}."), MayRepeat: shouldRetry != "false", MayBeDone: true);
            case 429:
                return new(new StripeFailure.Unavailable(message, RetryAfter(answer)), MayRepeat: shouldRetry != "false", MayBeDone: false);
            case 409 when error.Code is "lock_timeout" || shouldRetry == "true":
                return new(new StripeFailure.Unavailable(message), MayRepeat: true, MayBeDone: false);
            // The first request with this key is still under way.
            case 409 when error.Type is "idempotency_error" || error.Code is "idempotency_key_in_use":
                return new(new StripeFailure.Unavailable(message), MayRepeat: true, MayBeDone: true);
            case 401 or 403:
                log.LogError("Stripe refuses the key of {Product} ({Status}): set Stripe__SecretKey", product.Name, answer.Status);
                return new(new StripeFailure.Unavailable($"Stripe refuses the key ({answer.Status})."), MayRepeat: false, MayBeDone: false);
            case var _ when error.Type == "card_error" || answer.Status == 402:
                return new(
                    error.Code == "authentication_required" || error.DeclineCode == "authentication_required"
                        ? new StripeFailure.AuthenticationRequired(message, error.PaymentIntent)
                        : new StripeFailure.Declined(error.Code, error.DeclineCode, message, error.PaymentIntent),
                    MayRepeat: false, MayBeDone: false);
            default:
                return new(new StripeFailure.Invalid(answer.Status, error.Code ?? (error.Type == "idempotency_error" ? error.Type : null), error.Param, message), MayRepeat: false, MayBeDone: false);
        }
    }

    private TimeSpan PauseAfter(int attempt, StripeFailure? failure)
    {
        var longest = settings.RetryPause * (1 << Math.Min(attempt - 1, 6));
        var drawn = (longest < LongestPause ? longest : LongestPause) * Random.Shared.NextDouble();
        return failure is StripeFailure.Unavailable { RetryAfter: { } asked } && asked > drawn && asked <= LongestPause ? asked : drawn;
    }

    private static TimeSpan? RetryAfter(OutgoingOutcome.Answered answer) =>
        int.TryParse(Header(answer, "Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, 3600)) : null;

    private static string? Header(OutgoingOutcome.Answered answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>What one attempt means: a value, or a failure, whether it may be repeated, and whether it may have been done.</summary>
    private readonly record struct Verdict<T>(T? Value, StripeFailure? Failure, bool MayRepeat, bool MayBeDone) where T : class
    {
        public Verdict(T value) : this(value, null, false, false)
        {
        }

        public Verdict(StripeFailure failure, bool MayRepeat, bool MayBeDone) : this(null, failure, MayRepeat, MayBeDone)
        {
        }
    }
}
