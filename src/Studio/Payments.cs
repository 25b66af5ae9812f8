using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Payments;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Studio.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Studio;

/// <summary>/api/payments: the payer's side of a payment. What is paid is the server's to say, whether it is paid Stripe's.</summary>
public static class Payments
{
    /// <summary>What confirming in Development pays with when the client names nothing: the Sandbox's card that works.</summary>
    private const string SandboxCard = "pm_card_visa";

    public static void MapPayments(this IEndpointRouteBuilder api)
    {
        var payments = api.MapGroup("/payments").WithTags("Payments").RequireCustomer().Limit(StudioLimits.CallsPerCaller);
        payments.MapPost("/create-intent", CreateIntent).TakesIdempotencyKey()
            .WithSummary("Begin a payment")
            .Refuses(StudioErrors.NotFound("Order"), StudioErrors.WrongAmount(5_000, "EUR"), StudioErrors.InvalidState("An order that is completed cannot be canceled", new StudioErrors.TransitionDetails(OrderStatus.Completed, OrderStatus.Canceled, [OrderStatus.Reviewed])), StudioErrors.PaymentsAway(null));
        payments.MapPost("/confirm", Confirm).TakesIdempotencyKey()
            .WithSummary("Confirm a payment").Refuses(StudioErrors.NotFound("Payment intent"), StudioErrors.Invalid("No such payment method", "paymentMethodId"), StudioErrors.PaymentsAway(null));
    }

    private static async Task<Results<Ok<IntentSecret>, ReplayedAnswer, ProblemHttpResult>> CreateIntent(
        IntentWish wish, Caller caller, OrderPayments payments, Reservations reservations, ProductDatabase database, HttpContext http, CancellationToken stop)
    {
        var (reservation, replay) = await reservations.Begin(database, http, caller, wish, PathId(wish.OrderId), stop);
        if (replay is not null)
            return replay;
        var outcome = await Open(wish, caller, reservation, payments, reservations, database, stop);
        if (outcome.Result is not Ok<IntentSecret>)
            await Reservations.Forget(database, reservation);
        return outcome;
    }

    private static async Task<Results<Ok<IntentSecret>, ReplayedAnswer, ProblemHttpResult>> Open(
        IntentWish wish, Caller caller, Reservation reservation, OrderPayments payments, Reservations reservations, ProductDatabase database, CancellationToken stop)
    {
        // Once more when the intent turns out to be over.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            PaymentRow? payment;
            await using (var work = await database.Begin(stop))
            {
                if (await OrderMoves.Lock(work, PathId(wish.OrderId), stop) is not { } order || order.CustomerId != caller.AccountId)
                    return StudioErrors.NotFound("Order");
                if (order.Status != OrderStatus.PendingPayment)
                    return NotPayable(order);
                if (wish.Amount != order.Amount)
                    return StudioErrors.WrongAmount(order.Amount, order.Currency);
                await OrderPayments.Reserve(work, order, stop);
                payment = await OrderPayments.Alive(work, order.Id, stop);
                await work.Commit(stop);
            }

            var opened = await payments.Open(payment!);
            if (opened.Intent is not { } intent)
                return StudioErrors.PaymentsAway((opened.Failure as StripeFailure.Unavailable)?.RetryAfter);
            await using (var work = await database.Begin(CancellationToken.None))
            {
                var order = await payments.Apply(work, intent, CancellationToken.None);
                var secret = new IntentSecret(intent.ClientSecret, intent.Id, payments.Shown(payment!, intent));
                var isPayable = intent.Status != PaymentIntentStatus.Canceled && order is { Status: OrderStatus.PendingPayment };
                if (isPayable)
                    await reservations.Keep(work, reservation, StatusCodes.Status200OK, secret);
                await work.Commit(CancellationToken.None);
                if (isPayable)
                    return TypedResults.Ok(secret);
                if (order is { Status: not OrderStatus.PendingPayment })
                    return NotPayable(order);
            }
        }

        return StudioErrors.PaymentsAway(null);
    }

    private static async Task<Results<Ok<Confirmed>, ReplayedAnswer, ProblemHttpResult>> Confirm(
        Confirmation confirmation, Caller caller, OrderPayments payments, StripeClient stripe, Reservations reservations, ProductDatabase database,
        IHostEnvironment environment, HttpContext http, CancellationToken stop)
    {
        // An intent of somebody else's order is no intent; and it can only ever pay its own.
        var payment = await database.One<PaymentRow>(
            $"select {PaymentRow.Columns} from payments p join orders o on o.id = p.order_id where p.intent_id = @PaymentIntentId and o.customer_id = @AccountId",
            new { confirmation.PaymentIntentId, caller.AccountId }, stop);
        if (payment is null)
            return StudioErrors.NotFound("Payment intent");
        var (reservation, replay) = await reservations.Begin(database, http, caller, confirmation, payment.Id, stop);
        if (replay is not null)
            return replay;
        var outcome = await Attempt(confirmation, payment, reservation, payments, stripe, reservations, database, environment);
        if (outcome.Result is not Ok<Confirmed>)
            await Reservations.Forget(database, reservation);
        return outcome;
    }

    /// <summary>From here on a client that hangs up stops nothing: what Stripe says is recorded.</summary>
    private static async Task<Results<Ok<Confirmed>, ReplayedAnswer, ProblemHttpResult>> Attempt(
        Confirmation confirmation, PaymentRow payment, Reservation reservation, OrderPayments payments, StripeClient stripe, Reservations reservations,
        ProductDatabase database, IHostEnvironment environment)
    {
        var read = await stripe.PaymentIntents.Retrieve(payment.IntentId!, CancellationToken.None);
        if (read.Value is not { } intent)
            return StudioErrors.PaymentsAway((read.Failure as StripeFailure.Unavailable)?.RetryAfter);

        string? declined = null;
        var method = confirmation.PaymentMethodId ?? (environment.IsDevelopment() ? SandboxCard : null);
        if (method is not null && intent.Status is PaymentIntentStatus.RequiresPaymentMethod or PaymentIntentStatus.RequiresConfirmation)
        {
            // The attempt is on record, and somebody looks after it, before Stripe is asked to charge.
            int attempt;
            await using (var work = await database.Begin(CancellationToken.None))
            {
                attempt = await work.One<int>("update payments set attempts = attempts + 1, updated_at = clock() where id = @Id returning attempts", payment, CancellationToken.None);
                await work.Enqueue(new WatchPayment(payment.Id), CancellationToken.None, WatchPayment.Soon(payment.Id));
                await work.Commit(CancellationToken.None);
            }

            var asked = await stripe.PaymentIntents.Confirm(
                payment.IntentId!, new ConfirmPaymentIntent { PaymentMethod = method, ReturnUrl = confirmation.ReturnUrl }, $"payment:{payment.Id}:confirm:{attempt}", CancellationToken.None);
            declined = asked.Failure is StripeFailure.Declined refused ? refused.Message : null;
            if (asked.Failure is StripeFailure.Invalid { Parameter: "payment_method" } invalid)
                return StudioErrors.Invalid(invalid.Message, "paymentMethodId");
            // Whatever came of it, also where its answer was lost: Stripe is asked how the payment stands now.
            read = await stripe.PaymentIntents.Retrieve(payment.IntentId!, CancellationToken.None);
            if (read.Value is not { } now)
                return StudioErrors.PaymentsAway((read.Failure as StripeFailure.Unavailable)?.RetryAfter);
            intent = now;
        }

        await using (var work = await database.Begin(CancellationToken.None))
        {
            await payments.Apply(work, intent, CancellationToken.None);
            var row = (await work.One<OrderRow>($"select {OrderRow.Columns} from orders o where o.id = @OrderId", payment, CancellationToken.None))!;
            var confirmed = new Confirmed(intent.Status, Order.Of(row), declined, intent.RedirectUrl);
            await reservations.Keep(work, reservation, StatusCodes.Status200OK, confirmed);
            await work.Commit(CancellationToken.None);
            return TypedResults.Ok(confirmed);
        }
    }

    private static ProblemHttpResult NotPayable(OrderRow order) => StudioErrors.InvalidState(
        order.PaidAt is null ? "The order can no longer be paid" : "The order is paid",
        OrderMoves.Details(order, OrderTransitions.Named(OrderTransitions.Pay), Mover.Customer));

    private static Guid PathId(string? text) => Guid.TryParseExact(text, "D", out var id) ? id : Guid.Empty;
}

public sealed record IntentWish
{
    [Required(ErrorMessage = "orderId is required")]
    public string? OrderId { get; init; }

    /// <summary>In minor units; compared with what the order costs, never charged.</summary>
    [Required(ErrorMessage = "amount is required")]
    public decimal? Amount { get; init; }
}

/// <summary>What Stripe.js wants.</summary>
public sealed record IntentSecret(string ClientSecret, string PaymentIntentId, PaymentIntent PaymentIntent)
{
    /// <summary>Without the secret, wherever the record is printed.</summary>
    public override string ToString() => $"secret of {PaymentIntentId}";
}

public sealed record Confirmation
{
    [Required(ErrorMessage = "paymentIntentId is required"), MaxLength(255, ErrorMessage = "paymentIntentId must have at most 255 characters")]
    public string? PaymentIntentId { get; init; }

    /// <summary>What to pay with, as Stripe.js made it; null: what was given there already.</summary>
    [MaxLength(255, ErrorMessage = "paymentMethodId must have at most 255 characters")]
    public string? PaymentMethodId { get; init; }

    /// <summary>Where the payer comes back to from the bank's page.</summary>
    [MaxLength(2048, ErrorMessage = "returnUrl must have at most 2048 characters")]
    public string? ReturnUrl { get; init; }
}

/// <param name="Status">Of the payment intent.</param>
/// <param name="Order">With its own status.</param>
/// <param name="DeclineMessage">What the bank said, when it said no.</param>
/// <param name="RedirectUrl">The bank's page, when it wants to hear from the payer.</param>
public sealed record Confirmed(
    string Status,
    Order Order,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeclineMessage,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RedirectUrl);
