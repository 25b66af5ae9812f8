using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Payments;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.FigureForge;

/// <summary>/api/subscriptions: having one, ending it, paying for it.</summary>
public static class Subscriptions
{
    public static void MapSubscriptions(this IEndpointRouteBuilder api)
    {
        var subscriptions = api.MapGroup("/subscriptions").WithTags("Subscriptions").RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller);
        subscriptions.MapGet("/current/", Current)
            .WithSummary("Read the subscription");
        subscriptions.MapPost("/checkout/", Checkout).TakesIdempotencyKey()
            .WithSummary("Open a checkout for a plan")
            .Refuses(FigureForgeErrors.Invalid("There is no such plan; see /api/subscriptions/plans/", "plan_id"), FigureForgeErrors.Conflict("There is a subscription already: change its plan instead"), FigureForgeErrors.Conflict("The payment provider refused this"), FigureForgeErrors.PaymentDeclined("Your card was declined."), FigureForgeErrors.PaymentsAway(null));
        subscriptions.MapPost("/portal/", Portal).TakesIdempotencyKey()
            .WithSummary("Open the provider's page for cards, invoices and plans")
            .Refuses(FigureForgeErrors.NotFound("Customer"), FigureForgeErrors.Invalid("return_url must be an http or https URL of an allowed origin", "return_url"), FigureForgeErrors.Conflict("The payment provider refused this"), FigureForgeErrors.PaymentDeclined("Your card was declined."), FigureForgeErrors.PaymentsAway(null));
        subscriptions.MapPost("/cancel/", Cancel).TakesIdempotencyKey()
            .WithSummary("Cancel the subscription at the end of its period")
            .Refuses(FigureForgeErrors.NotFound("Subscription"), FigureForgeErrors.Invalid("The subscription has ended: subscribe again"), FigureForgeErrors.Conflict("The payment provider refused this"), FigureForgeErrors.PaymentDeclined("Your card was declined."), FigureForgeErrors.PaymentsAway(null));
        subscriptions.MapPost("/reactivate/", Reactivate).TakesIdempotencyKey()
            .WithSummary("Keep a cancelled subscription")
            .Refuses(FigureForgeErrors.NotFound("Subscription"), FigureForgeErrors.Invalid("The subscription is not cancelled"), FigureForgeErrors.Conflict("The payment provider refused this"), FigureForgeErrors.PaymentDeclined("Your card was declined."), FigureForgeErrors.PaymentsAway(null));
        subscriptions.MapPost("/payment-method/", ChangePaymentMethod).TakesIdempotencyKey()
            .WithSummary("Change the payment method")
            .Refuses(FigureForgeErrors.NotFound("Customer"), FigureForgeErrors.Invalid("The payment method cannot be used", "payment_method_id"), FigureForgeErrors.Conflict("The payment provider refused this"), FigureForgeErrors.PaymentDeclined("Your card was declined."), FigureForgeErrors.PaymentsAway(null));
    }

    /// <summary>A failure of the provider in the product's words.</summary>
    internal static ProblemHttpResult Refuse(StripeFailure? failure) => failure switch
    {
        StripeFailure.Declined declined => FigureForgeErrors.PaymentDeclined(declined.Message),
        StripeFailure.AuthenticationRequired => FigureForgeErrors.PaymentDeclined("The bank wants to hear from you: use the billing portal"),
        StripeFailure.Invalid { IsMissing: true, Parameter: not null } missing => FigureForgeErrors.Invalid("There is no such payment method", missing.Parameter),
        StripeFailure.Invalid => FigureForgeErrors.Conflict("The payment provider refused this"),
        StripeFailure.Unavailable { RetryAfter: var wait } => FigureForgeErrors.PaymentsAway(wait),
        _ => FigureForgeErrors.PaymentsAway(null),
    };

    internal static async Task<CurrentSubscription> Read(Guid account, ProductDatabase database, CancellationToken stop)
    {
        var artist = await Credits.Current(database, account, stop);
        return new CurrentSubscription((await SubscriptionRow.Latest(database, account, stop))?.Shown(), Quota.Of(artist!));
    }

    private static async Task<Ok<CurrentSubscription>> Current(Caller caller, ProductDatabase database, CancellationToken stop) =>
        TypedResults.Ok(await Read(caller.AccountId, database, stop));

    private static async Task<Results<Ok<CheckoutSession>, ReplayedAnswer, ProblemHttpResult>> Checkout(
        CheckoutWish wish, Caller caller, Checkouts checkouts, ReturnUrls urls, Reservations reservations, ProductDatabase database, HttpContext http, CancellationToken stop)
    {
        if (Offers.Sold(wish.PlanId) is not { } plan)
            return FigureForgeErrors.Invalid("There is no such plan; see /api/subscriptions/plans/", "plan_id");
        if (urls.Refuse(wish) is { } refusal)
            return refusal;
        return await reservations.Once<CheckoutWish, CheckoutSession>(http, caller, database, wish, async reservation =>
        {
            var (open, failure, isSubscribed) = await checkouts.Begin(reservation.Subject, caller.AccountId, "subscription", plan.Id, wish.SuccessUrl!, wish.CancelUrl!, stop);
            if (isSubscribed)
                return FigureForgeErrors.Conflict("There is a subscription already: change its plan instead");
            return open?.Url is null ? Refuse(failure) : TypedResults.Ok(new CheckoutSession(open.Url, open.SessionId!, open.ExpiresAt));
        }, stop);
    }

    private static async Task<Results<Ok<PortalSession>, ReplayedAnswer, ProblemHttpResult>> Portal(
        Caller caller, Billing billing, StripeClient stripe, ReturnUrls urls, PublicUrl own, Reservations reservations, ProductDatabase database, HttpContext http, CancellationToken stop,
        PortalWish? wish = null)
    {
        if (wish?.ReturnUrl is { } url && !urls.Allow(url))
            return FigureForgeErrors.Invalid("return_url must be an http or https URL of an allowed origin", "return_url");
        if (await billing.FindCustomer(caller.AccountId, stop) is not { } customer)
            return FigureForgeErrors.NotFound("Customer");
        return await reservations.Once<PortalWish?, PortalSession>(http, caller, database, wish, async reservation =>
        {
            var session = await stripe.PortalSessions.Create(customer, wish?.ReturnUrl ?? own.Of("/"), $"portal:{reservation.Subject}", stop);
            return session.IsDone ? TypedResults.Ok(new PortalSession(session.Value.Url)) : Refuse(session.Failure);
        }, stop);
    }

    private static Task<Results<Ok<CurrentSubscription>, ReplayedAnswer, ProblemHttpResult>> Cancel(
        Caller caller, Billing billing, StripeClient stripe, Reservations reservations, ProductDatabase database, ClientFacts client, HttpContext http, CancellationToken stop) =>
        reservations.Once(http, caller, database, "cancel", reservation => EndWithPeriod(true, reservation, caller, billing, stripe, database, client, stop), stop);

    private static Task<Results<Ok<CurrentSubscription>, ReplayedAnswer, ProblemHttpResult>> Reactivate(
        Caller caller, Billing billing, StripeClient stripe, Reservations reservations, ProductDatabase database, ClientFacts client, HttpContext http, CancellationToken stop) =>
        reservations.Once(http, caller, database, "reactivate", reservation => EndWithPeriod(false, reservation, caller, billing, stripe, database, client, stop), stop);

    private static async Task<Results<Ok<CurrentSubscription>, ProblemHttpResult>> EndWithPeriod(
        bool ends, Reservation reservation, Caller caller, Billing billing, StripeClient stripe, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        var row = await SubscriptionRow.Latest(database, caller.AccountId, stop);
        if (row is null || (ends && !row.IsLive))
            return FigureForgeErrors.NotFound("Subscription");
        // Who goes on with a reactivation may find it done.
        var isDone = reservation.IsResumed && row is { IsLive: true, CancelAtPeriodEnd: false };
        if (!ends && !isDone && (!row.IsLive || !row.CancelAtPeriodEnd || !row.IsRunning))
            return FigureForgeErrors.Invalid(row.IsLive && !row.CancelAtPeriodEnd ? "The subscription is not cancelled" : "The subscription has ended: subscribe again");
        if (row.CancelAtPeriodEnd != ends)
        {
            var changed = await stripe.Subscriptions.Update(row.Id, new SubscriptionUpdate { CancelAtPeriodEnd = ends }, $"end:{reservation.Subject}", CancellationToken.None);
            if (!changed.IsDone)
                return Refuse(changed.Failure);
            await using (var work = await database.Begin(CancellationToken.None))
            {
                await work.Audit(new AuditEntry(ends ? "subscription_cancelled" : "subscription_reactivated", caller.AccountId, client) { Detail = new { subscription = row.Id } }, CancellationToken.None);
                await work.Commit(CancellationToken.None);
            }

            await billing.Sync(caller.AccountId, CancellationToken.None);
        }

        return TypedResults.Ok(await Read(caller.AccountId, database, stop));
    }

    private static async Task<Results<Ok<Done>, ReplayedAnswer, ProblemHttpResult>> ChangePaymentMethod(
        NewPaymentMethod method, Caller caller, Billing billing, StripeClient stripe, Reservations reservations, ProductDatabase database, HttpContext http, CancellationToken stop) =>
        await billing.FindCustomer(caller.AccountId, stop) is { } customer
            ? await reservations.Once(http, caller, database, method, reservation => Choose(method, customer, reservation.Subject, caller, stripe, database, stop), stop)
            : FigureForgeErrors.NotFound("Customer");

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Choose(
        NewPaymentMethod method, string customer, Guid id, Caller caller, StripeClient stripe, ProductDatabase database, CancellationToken stop)
    {
        var attached = await stripe.PaymentMethods.Attach(method.PaymentMethodId!, customer, $"attach:{customer}:{method.PaymentMethodId}", CancellationToken.None);
        if (!attached.IsDone)
            return attached.Failure is StripeFailure.Invalid ? FigureForgeErrors.Invalid("The payment method cannot be used", "payment_method_id") : Refuse(attached.Failure);
        var chosen = await stripe.PaymentMethods.MakeDefault(attached.Value.Id, customer, $"default:{id}", CancellationToken.None);
        if (!chosen.IsDone)
            return Refuse(chosen.Failure);
        // A subscription may have a method of its own, which would go before the customer's.
        if (await SubscriptionRow.Latest(database, caller.AccountId, stop) is { IsLive: true } row)
            await stripe.Subscriptions.Update(row.Id, new SubscriptionUpdate { DefaultPaymentMethod = attached.Value.Id }, $"method:{id}", CancellationToken.None);
        return TypedResults.Ok(new Done(attached.Value.Card is { } card ? $"{card.Brand} ending in {card.Last4} is charged from now on" : "The payment method is charged from now on"));
    }

    internal static ProblemHttpResult? Refuse(this ReturnUrls urls, CheckoutWish wish) =>
        !urls.Allow(wish.SuccessUrl!) ? FigureForgeErrors.Invalid("success_url must be an http or https URL of an allowed origin", "success_url")
        : !urls.Allow(wish.CancelUrl!) ? FigureForgeErrors.Invalid("cancel_url must be an http or https URL of an allowed origin", "cancel_url")
        : null;
}

public sealed record CurrentSubscription(SubscriptionData? Subscription, Quota Quota);

/// <summary><c>{CHECKOUT_SESSION_ID}</c> in <c>success_url</c> becomes the session's id. Coming back proves nothing.</summary>
public record CheckoutWish
{
    public string? PlanId { get; init; }

    [Required(ErrorMessage = "success_url is required")]
    public string? SuccessUrl { get; init; }

    [Required(ErrorMessage = "cancel_url is required")]
    public string? CancelUrl { get; init; }
}

public sealed record CheckoutSession(string CheckoutUrl, string SessionId, DateTimeOffset ExpiresAt)
{
    /// <summary>Whoever has the URL can pay: no log shows it.</summary>
    public override string ToString() => $"checkout {SessionId}";
}

public sealed record PortalWish(string? ReturnUrl = null);

public sealed record PortalSession(string PortalUrl)
{
    /// <summary>Whoever has the URL acts for the customer: no log shows it.</summary>
    public override string ToString() => "a portal session";
}

public sealed record NewPaymentMethod
{
    [Required(ErrorMessage = "payment_method_id is required")]
    [RegularExpression("[A-Za-z0-9_]{1,200}", ErrorMessage = "payment_method_id is not an id")]
    public string? PaymentMethodId { get; init; }
}
