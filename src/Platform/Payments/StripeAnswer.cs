using System.Diagnostics.CodeAnalysis;
using Colonnade.Platform.Errors;

namespace Colonnade.Platform.Payments;

/// <summary>What came of a call: <see cref="Value"/> or <see cref="Failure"/>, one of the two.</summary>
public sealed class StripeAnswer<T> where T : class
{
    internal StripeAnswer(T value) => Value = value;

    internal StripeAnswer(StripeFailure failure) => Failure = failure;

    /// <summary>As Stripe has it now; null when <see cref="Failure"/> says why not.</summary>
    public T? Value { get; }

    public StripeFailure? Failure { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsDone => Value is not null;

    /// <summary>The value, for callers that can do nothing but be tried again later: a webhook, a job, a plain read.</summary>
    /// <exception cref="PlatformFailureException">There is none; the product answers 503 in its dialect.</exception>
    public T OrUnavailable() => Value ?? throw new PlatformFailureException(PlatformFailure.Unavailable, (Failure as StripeFailure.Unavailable)?.RetryAfter ?? TimeSpan.FromSeconds(2));
}

/// <summary>Why a call was not done. The set is closed: switch over all five.</summary>
/// <param name="Message">For logs and operators; in <see cref="Declined"/> also fit for the payer.</param>
/// <remarks>Source: https://docs.stripe.com/error-handling and https://docs.stripe.com/api/errors.</remarks>
public abstract record StripeFailure(string Message)
{
    /// <summary>The bank said no. Nothing was charged; another payment method may do.</summary>
    /// <param name="Code">As <c>card_declined</c>, <c>expired_card</c>, <c>incorrect_cvc</c>.</param>
    /// <param name="DeclineCode">The bank's reason where it gave one, as <c>insufficient_funds</c>.</param>
    /// <param name="Message"></param>
    /// <param name="Intent">The payment intent after the attempt, back in <c>requires_payment_method</c>; null where there is none.</param>
    public sealed record Declined(string? Code, string? DeclineCode, string Message, StripePaymentIntent? Intent) : StripeFailure(Message);

    /// <summary>The bank wants to hear from the payer (3-D Secure), who was not there. Nothing was charged.</summary>
    /// <param name="Message"></param>
    /// <param name="Intent">The payment intent after the attempt; null where there is none.</param>
    public sealed record AuthenticationRequired(string Message, StripePaymentIntent? Intent) : StripeFailure(Message);

    /// <summary>Stripe refused the request as it was sent; sending it again changes nothing. Nothing was done.</summary>
    /// <param name="Status">400, 404, 409 …</param>
    /// <param name="Code">As <c>resource_missing</c>, <c>payment_intent_unexpected_state</c>, <c>amount_too_small</c>; <c>idempotency_error</c> for a key that was used with other parameters.</param>
    /// <param name="Parameter">The parameter at fault.</param>
    /// <param name="Message"></param>
    public sealed record Invalid(int Status, string? Code, string? Parameter, string Message) : StripeFailure(Message)
    {
        /// <summary>Whether there is no such object.</summary>
        public bool IsMissing => Code == "resource_missing" || Status == 404;
    }

    /// <summary>Nothing was done: Stripe cannot be reached, has too much to do, or does not accept this product's key (which is logged).</summary>
    public sealed record Unavailable(string Message, TimeSpan? RetryAfter = null) : StripeFailure(Message);

    /// <summary>
    /// It may have been done or not: the answer was lost, or Stripe failed in the midst of it. Never guess. Ask again: the same
    /// call with the same <paramref name="Key"/> within 24 hours does it once and tells what came of it; or read the object.
    /// </summary>
    /// <param name="Key">The idempotency key; null for what was not sent with one, as a deletion.</param>
    /// <param name="Message"></param>
    public sealed record UnknownOutcome(string? Key, string Message) : StripeFailure(Message);
}
