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

/// <summary>/api/subscriptions/change: a higher plan holds at once and is charged for the rest of the period; a lower one from the next period on.</summary>
public static class PlanChanges
{
    public static void MapPlanChanges(this IEndpointRouteBuilder api)
    {
        var change = api.MapGroup("/subscriptions/change").WithTags("Subscriptions").RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller);
        change.MapPost("/preview/", Preview)
            .WithSummary("Say what another plan would cost")
            .Refuses(FigureForgeErrors.Invalid("There is no such plan; see /api/subscriptions/plans/", "plan_id"), FigureForgeErrors.NotFound("Subscription"), FigureForgeErrors.Conflict("This is the plan already"), FigureForgeErrors.PaymentDeclined("Your card was declined."), FigureForgeErrors.PaymentsAway(null));
        change.MapPost("/", Change).TakesIdempotencyKey()
            .WithSummary("Change the plan")
            .Refuses(FigureForgeErrors.Invalid("There is no such plan; see /api/subscriptions/plans/", "plan_id"), FigureForgeErrors.NotFound("Subscription"), FigureForgeErrors.Conflict("This is the plan already"), FigureForgeErrors.PaymentDeclined("Your card was declined."), FigureForgeErrors.PaymentsAway(null));
    }

    private static async Task<Results<Ok<ChangePreview>, ProblemHttpResult>> Preview(
        PlanChange wish, Caller caller, Billing billing, StripeClient stripe, ProductDatabase database, TimeProvider time, CancellationToken stop)
    {
        var (row, plan, refusal) = await Find(wish, caller, database, stop);
        if (refusal is not null)
            return refusal;
        if (!plan!.IsAbove(row!.Plan!))
            return TypedResults.Ok(new ChangePreview(plan.Id, "period_end", row.CurrentPeriodEnd, 0, Plan.Currency, null, []));
        var (item, price, failure) = await Parts(row, plan, billing, stripe, stop);
        if (failure is not null)
            return Subscriptions.Refuse(failure);
        // Never before the period, should the provider's clock be ahead of ours.
        var at = DateTimeOffset.FromUnixTimeSeconds(Math.Max(time.GetUtcNow().ToUnixTimeSeconds(), row.CurrentPeriodStart.ToUnixTimeSeconds()));
        var preview = await stripe.Invoices.Preview(new InvoicePreview { Subscription = row.Id, Item = item, Price = price, ProrationBehavior = "always_invoice", ProrationDate = at }, stop);
        return preview.IsDone
            ? TypedResults.Ok(new ChangePreview(plan.Id, "now", at, preview.Value.AmountDue, preview.Value.Currency, at.ToUnixTimeSeconds(),
                [.. preview.Value.Lines.Data.Select(line => new ChangeLine(line.Description ?? "", line.Amount))]))
            : Subscriptions.Refuse(preview.Failure);
    }

    private static Task<Results<Ok<CurrentSubscription>, ReplayedAnswer, ProblemHttpResult>> Change(
        PlanChange wish, Caller caller, Billing billing, StripeClient stripe, Reservations reservations, ProductDatabase database, ClientFacts client, HttpContext http, CancellationToken stop) =>
        reservations.Once(http, caller, database, wish, reservation => Apply(wish, reservation, caller, billing, stripe, database, client, stop), stop);

    private static async Task<Results<Ok<CurrentSubscription>, ProblemHttpResult>> Apply(
        PlanChange wish, Reservation reservation, Caller caller, Billing billing, StripeClient stripe, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        var (row, plan, refusal) = await Find(wish, caller, database, stop);
        // Who goes on with a change may find it done.
        if (reservation.IsResumed && refusal is not null && await SubscriptionRow.Latest(database, caller.AccountId, stop) is { IsLive: true } now && now.PlanId == wish.PlanId)
            return TypedResults.Ok(await Subscriptions.Read(caller.AccountId, database, stop));
        if (refusal is not null)
            return refusal;
        var (item, price, failure) = await Parts(row!, plan!, billing, stripe, stop);
        if (failure is not null)
            return Subscriptions.Refuse(failure);
        var isUp = plan!.IsAbove(row!.Plan!);
        var changed = await stripe.Subscriptions.Update(
            row.Id,
            new SubscriptionUpdate
            {
                Item = item,
                Price = price,
                ProrationBehavior = isUp ? "always_invoice" : "none",
                ProrationDate = isUp && wish.ProrationDate is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
                PaymentBehavior = isUp ? "error_if_incomplete" : null,
            }, $"change:{reservation.Subject}", CancellationToken.None);
        if (!changed.IsDone)
            return Subscriptions.Refuse(changed.Failure);
        await using (var work = await database.Begin(CancellationToken.None))
        {
            await work.Audit(new AuditEntry("plan_changed", caller.AccountId, client) { Detail = new { from = row.PlanId, to = plan.Id } }, CancellationToken.None);
            await work.Commit(CancellationToken.None);
        }

        await billing.Sync(caller.AccountId, CancellationToken.None);
        return TypedResults.Ok(await Subscriptions.Read(caller.AccountId, database, stop));
    }

    private static async Task<(SubscriptionRow? Row, Plan? Plan, ProblemHttpResult? Refusal)> Find(PlanChange wish, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        if (Offers.Sold(wish.PlanId) is not { } plan)
            return (null, null, FigureForgeErrors.Invalid("There is no such plan; see /api/subscriptions/plans/", "plan_id"));
        if (await SubscriptionRow.Latest(database, caller.AccountId, stop) is not { IsLive: true, Plan: not null } row)
            return (null, null, FigureForgeErrors.NotFound("Subscription"));
        if (row.PlanId == plan.Id)
            return (null, null, FigureForgeErrors.Conflict("This is the plan already"));
        return (row, plan, null);
    }

    private static async Task<(string? Item, string? Price, StripeFailure? Failure)> Parts(SubscriptionRow row, Plan plan, Billing billing, StripeClient stripe, CancellationToken stop)
    {
        var subscription = await stripe.Subscriptions.Retrieve(row.Id, stop);
        if (!subscription.IsDone)
            return (null, null, subscription.Failure);
        var (price, failure) = await billing.PriceOf(plan, stop);
        return (subscription.Value.Item?.Id, price, failure);
    }
}

public sealed record PlanChange
{
    [Required(ErrorMessage = "plan_id is required")]
    public string? PlanId { get; init; }

    /// <summary>From the preview, so that what was shown is charged.</summary>
    [Range(0, 253_402_300_799L, ErrorMessage = "proration_date must be seconds since 1970")]
    public long? ProrationDate { get; init; }
}

/// <summary>What a change would cost, in cents; <c>effective</c> is <c>now</c> or <c>period_end</c>.</summary>
public sealed record ChangePreview(string PlanId, string Effective, DateTimeOffset EffectiveAt, long AmountDue, string Currency, long? ProrationDate, IReadOnlyList<ChangeLine> Lines);

public sealed record ChangeLine(string Description, long Amount);
