using Microsoft.Extensions.Validation;

namespace Colonnade.Platform.Payments;

/// <summary>
/// Stripe's API, typed: one property a resource. Amounts are whole minor units, currencies lower case, times UTC.
/// </summary>
/// <remarks>
/// <para>Every call that changes something takes an idempotency key: the same text whenever the same effect is meant
/// (<c>order:7:intent:1</c>), up to 255 characters with the product's name, which is put before it. Commit a reservation first, call with <see cref="CancellationToken.None"/>, then record.</para>
/// <para>Failures are values (<see cref="StripeFailure"/>). A call throws only <see cref="OperationCanceledException"/> and, for
/// an empty id or key, <see cref="ArgumentException"/>.</para>
/// <para>Everything that is made carries <c>metadata.product</c>, the product's schema name. Source: https://docs.stripe.com/api.</para>
/// </remarks>
[SkipValidation]
public sealed class StripeClient : IDisposable
{
    private readonly StripeTransport _transport;

    internal StripeClient(StripeSettings settings, StripeTransport transport)
    {
        _transport = transport;
        Settings = settings;
        PaymentIntents = new(transport);
        Customers = new(transport);
        PaymentMethods = new(transport);
        CheckoutSessions = new(transport);
        PortalSessions = new(transport);
        Subscriptions = new(transport);
        Invoices = new(transport);
        Refunds = new(transport);
        Prices = new(transport);
        Products = new(transport);
        Events = new(transport);
    }

    public StripeSettings Settings { get; }

    public StripePaymentIntents PaymentIntents { get; }

    public StripeCustomers Customers { get; }

    public StripePaymentMethods PaymentMethods { get; }

    public StripeCheckoutSessions CheckoutSessions { get; }

    public StripePortalSessions PortalSessions { get; }

    public StripeSubscriptions Subscriptions { get; }

    public StripeInvoices Invoices { get; }

    public StripeRefunds Refunds { get; }

    public StripePrices Prices { get; }

    public StripeProducts Products { get; }

    public StripeEvents Events { get; }

    public void Dispose() => _transport.Dispose();
}
