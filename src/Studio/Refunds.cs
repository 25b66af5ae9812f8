using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/orders/:id/refunds: money back without moving the order, all of it or in parts; an operator's.</summary>
public static class Refunds
{
    public static void MapRefunds(this IEndpointRouteBuilder api)
    {
        var refunds = api.MapGroup("/orders/{id}/refunds").WithTags("Refunds").Limit(StudioLimits.CallsPerCaller);
        refunds.MapPost("/", Request).RequireOperator().Idempotent()
            .WithSummary("Refund an order, or a part of it").Refuses(StudioErrors.NotFound("Order"), StudioErrors.TooMuchRefunded(5_000, "EUR"));
        refunds.MapGet("/", List).RequireCustomer()
            .WithSummary("Read the refunds of an order").Refuses(StudioErrors.NotFound("Order"));
    }

    private static async Task<Results<Created<RefundList>, ProblemHttpResult>> Request(
        PathUuid id, NewOrderRefund? refund, ClientFacts client, Work work, CancellationToken stop)
    {
        if (await OrderMoves.Lock(work, id.Value, stop) is not { } order)
            return StudioErrors.NotFound("Order");
        if (!await OrderPayments.Refund(work, order.Id, refund?.Amount, refund?.Reason?.Trim() ?? "", Mover.Operator, client, stop))
            return StudioErrors.TooMuchRefunded(order.PaidAt is null ? 0 : order.Amount - order.Refunded, order.Currency);
        var refunds = await work.List<OrderRefund>(All, new { id = order.Id }, stop);
        await work.Commit(stop);
        return TypedResults.Created($"/api/orders/{order.Id}/refunds", new RefundList(refunds));
    }

    private static async Task<Results<Ok<RefundList>, ProblemHttpResult>> List(PathUuid id, Caller caller, ProductDatabase database, CancellationToken stop) =>
        await database.One<OrderRow>($"select {OrderRow.Columns} from orders o where o.id = @Value", id, stop) is { } row && OrderMoves.RolesIn(row, caller).Any()
            ? TypedResults.Ok(new RefundList(await database.List<OrderRefund>(All, new { id = row.Id }, stop)))
            : StudioErrors.NotFound("Order");

    private const string All =
        """
        select r.id, r.amount, o.currency, r.reason, r.state as status, r.created_at, r.sent_at
        from refunds r join orders o on o.id = r.order_id where r.order_id = @id order by r.id
        """;
}

public sealed record NewOrderRefund
{
    /// <summary>In minor units; all that is left when absent.</summary>
    [Range(1, 99_999_999, ErrorMessage = "amount must be a positive number of minor units")]
    public long? Amount { get; init; }

    [MaxLength(500, ErrorMessage = "Reason must have at most 500 characters")]
    public string? Reason { get; init; }
}

public sealed record RefundList(IReadOnlyList<OrderRefund> Refunds);

public sealed record OrderRefund
{
    public Guid Id { get; init; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string Reason { get; init; } = "";

    /// <summary>requested, sent or failed.</summary>
    public string Status { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }
}
