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

/// <summary>/api/pricing, /subscriptions/plans, /history, /credit-packs: what there is to buy, and what was bought.</summary>
public static class Pricing
{
    public static void MapPricing(this IEndpointRouteBuilder api)
    {
        api.MapGet("/pricing/", Plans).WithTags("Pricing").AllowAnyone().Limit(FigureForgeLimits.PricingPerAddress)
            .WithSummary("Read the plans and prices");
        var subscriptions = api.MapGroup("/subscriptions").WithTags("Subscriptions").RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller);
        subscriptions.MapGet("/plans/", Plans)
            .WithName("pricing.subscriptionPlans").WithSummary("Read the plans and prices");
        subscriptions.MapGet("/history/", History)
            .WithSummary("Read the billing history").Query(ListQuery.OfPage)
            .Refuses(FigureForgeErrors.Conflict("The payment provider refused this"), FigureForgeErrors.PaymentDeclined("Your card was declined."), FigureForgeErrors.PaymentsAway(null));
        subscriptions.MapGet("/credit-packs/", Packs)
            .WithSummary("List packs of credits");
        subscriptions.MapPost("/credit-packs/checkout/", BuyPack).TakesIdempotencyKey()
            .WithSummary("Open a checkout for a pack of credits")
            .Refuses(FigureForgeErrors.Invalid("There is no such pack; see /api/subscriptions/credit-packs/", "pack_id"), FigureForgeErrors.Conflict("The payment provider refused this"), FigureForgeErrors.PaymentDeclined("Your card was declined."), FigureForgeErrors.PaymentsAway(null));
    }

    private static Ok<PlanList> Plans() => TypedResults.Ok(new PlanList(
        [.. Offers.Plans.Select(plan => new PlanData(plan.Id, plan.Name, plan.Tier.Id, plan.Interval.Length == 0 ? null : plan.Interval, plan.Amount, Plan.Currency, plan.Tier.Credits, plan.Tier.Features))]));

    private static Ok<PackList> Packs() => TypedResults.Ok(new PackList([.. Offers.Packs.Select(pack => new PackData(pack.Id, pack.Name, pack.Amount, Plan.Currency, pack.Credits))]));

    private static async Task<Results<Ok<CheckoutSession>, ReplayedAnswer, ProblemHttpResult>> BuyPack(
        PackWish wish, Caller caller, Checkouts checkouts, ReturnUrls urls, Reservations reservations, ProductDatabase database, HttpContext http, CancellationToken stop)
    {
        if (Offers.Packs.FirstOrDefault(pack => pack.Id == wish.PackId) is not { } pack)
            return FigureForgeErrors.Invalid("There is no such pack; see /api/subscriptions/credit-packs/", "pack_id");
        if (urls.Refuse(wish) is { } refusal)
            return refusal;
        return await reservations.Once<PackWish, CheckoutSession>(http, caller, database, wish, async reservation =>
        {
            var (open, failure, _) = await checkouts.Begin(reservation.Subject, caller.AccountId, "pack", pack.Id, wish.SuccessUrl!, wish.CancelUrl!, stop);
            return open?.Url is null ? Subscriptions.Refuse(failure) : TypedResults.Ok(new CheckoutSession(open.Url, open.SessionId!, open.ExpiresAt));
        }, stop);
    }

    private static async Task<Results<Ok<Page<Bill>>, ProblemHttpResult>> History(
        Caller caller, HttpRequest request, ProductDatabase database, Billing billing, StripeClient stripe, CancellationToken stop)
    {
        var query = new ListQuery(request);
        var (limit, offset) = (query.Limit, query.Offset);
        if (query.Refusal is { } refusal)
            return refusal;
        var bills = (await database.List<PackRow>("select id, item, created_at from checkouts where account_id = @AccountId and kind = 'pack' and state = 'complete'", new { caller.AccountId }, stop))
            .ConvertAll(row => Offers.Packs.First(pack => pack.Id == row.Item) is var pack ? new Bill(row.Id.ToString(), row.CreatedAt, pack.Amount, Plan.Currency, "paid", pack.Name, null) : null!);
        if (await billing.FindCustomer(caller.AccountId, stop) is { } customer)
        {
            string? after = null;
            while (true)
            {
                var page = await stripe.Invoices.List(stop, customer, startingAfter: after);
                if (!page.IsDone)
                    return Subscriptions.Refuse(page.Failure);
                bills.AddRange(page.Value.Data.Where(invoice => invoice.Status != "draft").Select(Bill.Of));
                if (!page.Value.HasMore || page.Value.Data.Count == 0)
                    break;
                after = page.Value.Data[^1].Id;
            }
        }

        return TypedResults.Ok(query.Of([.. bills.OrderByDescending(bill => bill.Date).ThenBy(bill => bill.Id, StringComparer.Ordinal).Skip(offset).Take(limit)], bills.Count));
    }

    private sealed record PackRow
    {
        public Guid Id { get; init; }
        public string Item { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
    }
}

public sealed record PlanList(IReadOnlyList<PlanData> Plans);

/// <summary>A plan: its price in cents for one interval, its credits for each month.</summary>
public sealed record PlanData(string Id, string Name, string Tier, string? Interval, long Price, string Currency, int Credits, IReadOnlyList<string> Features);

public sealed record PackList(IReadOnlyList<PackData> Packs);

public sealed record PackData(string Id, string Name, long Price, string Currency, int Credits);

public sealed record PackWish : CheckoutWish
{
    public string? PackId { get; init; }
}

/// <summary>One entry of the billing history; amounts in cents.</summary>
public sealed record Bill(string Id, DateTimeOffset Date, long Amount, string Currency, string Status, string Description, string? InvoiceUrl)
{
    internal static Bill Of(StripeInvoice invoice) => new(
        invoice.Id, invoice.Created, invoice.Total, invoice.Currency, invoice.Status ?? "open", invoice.Lines.Data.Where(line => line.Description is not null).MaxBy(line => line.Amount)?.Description ?? "Subscription", invoice.HostedInvoiceUrl);
}
