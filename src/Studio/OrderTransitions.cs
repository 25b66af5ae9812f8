namespace Colonnade.Studio;

/// <summary>Who moves an order.</summary>
public enum Mover
{
    Customer,
    Provider,
    Operator,

    /// <summary>Stripe says that it was paid.</summary>
    Payment,

    /// <summary>Time has passed.</summary>
    Timer,

    /// <summary>A signed event of the provider's own systems.</summary>
    Webhook,
}

/// <summary>One way from a state to another.</summary>
/// <param name="Action">As the route spells it; a timer's and a payment's have no route.</param>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it leads.</param>
/// <param name="By">Who may take it.</param>
/// <param name="Effect">What else it does, for the reference.</param>
public sealed record Transition(string Action, IReadOnlyList<string> From, string To, IReadOnlyList<Mover> By, string Effect)
{
    /// <summary>How long after the state began <see cref="Mover.Timer"/> takes it.</summary>
    public TimeSpan? After { get; init; }
}

/// <summary>The states of an order, as the API spells them.</summary>
public static class OrderStatus
{
    public const string PendingPayment = "pending_payment";
    public const string PendingRequirements = "pending_requirements";
    public const string InProgress = "in_progress";
    public const string Delivered = "delivered";
    public const string ChangesRequested = "changes_requested";
    public const string Completed = "completed";
    public const string Reviewed = "reviewed";
    public const string PaymentExpired = "payment_expired";
    public const string Canceled = "canceled";
    public const string Disputed = "disputed";
    public const string Refunded = "refunded";
}

/// <summary>
/// The life of an order, in one table: the routes, the timers and the reference page /reference/orders read it, and nothing else
/// moves an order.
/// </summary>
public static class OrderTransitions
{
    public const string Pay = "pay";
    public const string PayAndBegin = "pay-and-begin";
    public const string Expire = "expire";
    public const string Cancel = "cancel";
    public const string Requirements = "requirements";
    public const string Deliver = "deliver";
    public const string RequestChanges = "request-changes";
    public const string Accept = "accept";
    public const string Dispute = "dispute";
    public const string Complete = "resolve-completed";
    public const string Refund = "resolve-refunded";
    public const string Review = "review";

    public static readonly IReadOnlyList<Transition> All =
    [
        new(Pay, [OrderStatus.PendingPayment], OrderStatus.PendingRequirements, [Mover.Payment], "The payment is recorded; the provider is told."),
        new(PayAndBegin, [OrderStatus.PendingPayment], OrderStatus.InProgress, [Mover.Payment], "The same, where details came with the order: the delivery clock starts."),
        new(Expire, [OrderStatus.PendingPayment], OrderStatus.PaymentExpired, [Mover.Timer], "The open payment intent is canceled first; not while it is processing.") { After = TimeSpan.FromMinutes(15) },
        new(Cancel, [OrderStatus.PendingPayment, OrderStatus.PendingRequirements, OrderStatus.InProgress], OrderStatus.Canceled, [Mover.Customer, Mover.Provider, Mover.Operator],
            "An open payment intent is canceled; what was paid is refunded."),
        new(Requirements, [OrderStatus.PendingRequirements], OrderStatus.InProgress, [Mover.Customer], "The details are stored; the delivery clock starts."),
        new(Deliver, [OrderStatus.InProgress, OrderStatus.ChangesRequested], OrderStatus.Delivered, [Mover.Provider, Mover.Webhook], "What was uploaded since becomes the next delivery."),
        new(RequestChanges, [OrderStatus.Delivered], OrderStatus.ChangesRequested, [Mover.Customer], "Uses one revision of the package."),
        new(Accept, [OrderStatus.Delivered], OrderStatus.Completed, [Mover.Customer, Mover.Timer], "The work is accepted.") { After = TimeSpan.FromDays(14) },
        new(Dispute, [OrderStatus.InProgress, OrderStatus.Delivered, OrderStatus.ChangesRequested], OrderStatus.Disputed, [Mover.Customer], "An operator decides."),
        new(Complete, [OrderStatus.Disputed], OrderStatus.Completed, [Mover.Operator], "A part may be refunded."),
        new(Refund, [OrderStatus.Disputed], OrderStatus.Refunded, [Mover.Operator, Mover.Timer], "What was paid and not yet refunded is refunded; also when nobody has decided.") { After = TimeSpan.FromDays(60) },
        new(Review, [OrderStatus.Completed], OrderStatus.Reviewed, [Mover.Customer], "The review is shown with the service."),
    ];

    /// <summary>The timer that runs while an order is in <paramref name="status"/>.</summary>
    public static Transition? TimerOf(string status) =>
        All.FirstOrDefault(transition => transition.After is not null && transition.From.Contains(status, StringComparer.Ordinal));

    public static Transition Named(string action) => All.First(transition => transition.Action == action);

    /// <summary>Where <paramref name="by"/> can move an order from <paramref name="status"/>.</summary>
    public static IReadOnlyList<string> Allowed(string status, Mover by) =>
        [.. All.Where(transition => transition.By.Contains(by) && transition.From.Contains(status, StringComparer.Ordinal)).Select(transition => transition.To).Distinct(StringComparer.Ordinal)];
}
