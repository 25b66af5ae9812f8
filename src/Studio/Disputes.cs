using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/orders/:id/dispute, /resolve and /api/disputes: where customer and provider do not agree, an operator decides.</summary>
public static class Disputes
{
    public static void MapDisputes(this IEndpointRouteBuilder api)
    {
        var order = api.MapGroup("/orders/{id}").WithTags("Disputes").Limit(StudioLimits.CallsPerCaller);
        order.MapPost("/dispute", Open).RequireCustomer().Idempotent()
            .WithSummary("Open a dispute")
            .Refuses(StudioErrors.NotFound("Order"), StudioErrors.Forbidden("A customer may not do this"), StudioErrors.InvalidState("An order that is completed cannot be canceled", new StudioErrors.TransitionDetails(OrderStatus.Completed, OrderStatus.Canceled, [OrderStatus.Reviewed])));
        order.MapPost("/resolve", Decide).RequireOperator().Idempotent()
            .WithSummary("Decide a dispute")
            .Refuses(StudioErrors.NotFound("Order"), StudioErrors.Forbidden("A customer may not do this"), StudioErrors.InvalidState("An order that is completed cannot be canceled", new StudioErrors.TransitionDetails(OrderStatus.Completed, OrderStatus.Canceled, [OrderStatus.Reviewed])), StudioErrors.TooMuchRefunded(5_000, "EUR"));
        api.MapGet("/disputes", Queue).WithTags("Disputes").RequireOperator().Limit(StudioLimits.CallsPerCaller)
            .WithSummary("List open disputes");
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> Open(
        PathUuid id, NewDispute dispute, Caller caller, OrderMoves moves, Work work, CancellationToken stop)
    {
        var (move, refusal) = await OrderMoves.Begin(work, id.Value, OrderTransitions.Dispute, caller, stop);
        if (move is null)
            return refusal!;
        await work.Execute("insert into disputes (order_id, opened_by, reason) values (@Id, @AccountId, @Reason)",
            new { move.Order.Id, caller.AccountId, Reason = dispute.Reason!.Trim() }, stop);
        var row = await moves.Finish(work, move, stop, data: new { reason = dispute.Reason.Trim() });
        await work.Commit(stop);
        return TypedResults.Ok(OrderAnswer.Of(row));
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> Decide(
        PathUuid id, Decision decision, Caller caller, OrderMoves moves, ClientFacts client, Work work, CancellationToken stop)
    {
        var isRefunded = decision.Outcome == OrderStatus.Refunded;
        var (move, refusal) = await OrderMoves.Begin(work, id.Value, isRefunded ? OrderTransitions.Refund : OrderTransitions.Complete, caller, stop);
        if (move is null)
            return refusal!;
        var back = isRefunded ? Left(move.Order) : decision.RefundAmount ?? 0;
        if (!await End(work, moves, move, back, decision.Note?.Trim(), client, stop))
            return StudioErrors.TooMuchRefunded(Left(move.Order), move.Order.Currency);
        var row = (await OrderMoves.Lock(work, move.Order.Id, stop))!;
        await work.Commit(stop);
        return TypedResults.Ok(OrderAnswer.Of(row));
    }

    /// <summary>Gives everything back that is left of it, when nobody has decided in time.</summary>
    internal static Task<bool> EndUndecided(Work work, OrderMoves moves, Move move, CancellationToken stop) =>
        End(work, moves, move, Left(move.Order), "Nobody has decided", ClientFacts.None, stop);

    /// <summary>False when more would go back than is left.</summary>
    private static async Task<bool> End(Work work, OrderMoves moves, Move move, long back, string? note, ClientFacts client, CancellationToken stop)
    {
        if (back > 0 && !await OrderPayments.Refund(work, move.Order.Id, back, move.By == Mover.Operator ? "Decided by an operator" : note!, move.By, client, stop))
            return false;
        await work.Execute(
            "update disputes set outcome = @To, note = @note, refund = @back, decided_by = @ActorId, decided_at = clock() where order_id = @Id",
            new { move.Order.Id, move.Transition.To, note, back, move.ActorId }, stop);
        await work.Audit(new AuditEntry("dispute_decided", move.Order.CustomerId, client) { Detail = new { order = move.Order.Id, outcome = move.Transition.To, back } }, stop);
        await moves.Finish(work, move, stop, data: new { note, refund = back });
        return true;
    }

    private static long Left(OrderRow order) => order.Amount - order.Refunded;

    private static async Task<Ok<DisputeList>> Queue(ProductDatabase database, CancellationToken stop) => TypedResults.Ok(new DisputeList(await database.List<Dispute>(
        """
        select d.order_id, o.title, o.amount, o.currency, o.customer_id, o.provider_id, d.reason, d.opened_at
        from disputes d join orders o on o.id = d.order_id where d.outcome is null order by d.opened_at limit 1000
        """, null, stop)));
}

public sealed record NewDispute
{
    [Required(ErrorMessage = "reason is required"), MaxLength(5000, ErrorMessage = "Reason must have at most 5000 characters")]
    public string? Reason { get; init; }
}

public sealed record Decision
{
    [Required(ErrorMessage = "outcome is required"), AllowedValues(OrderStatus.Completed, OrderStatus.Refunded, ErrorMessage = "Outcome must be completed or refunded")]
    public string? Outcome { get; init; }

    /// <summary>With completed: a part to give back, in minor units.</summary>
    [Range(1, 99_999_999, ErrorMessage = "refundAmount must be a positive number of minor units")]
    public long? RefundAmount { get; init; }

    [MaxLength(5000, ErrorMessage = "Note must have at most 5000 characters")]
    public string? Note { get; init; }
}

public sealed record DisputeList(IReadOnlyList<Dispute> Disputes);

public sealed record Dispute
{
    public Guid OrderId { get; init; }
    public string Title { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public Guid CustomerId { get; init; }
    public Guid ProviderId { get; init; }
    public string Reason { get; init; } = "";
    public DateTimeOffset OpenedAt { get; init; }
}
