using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Colonnade.Studio.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/orders/:id/{requirements|deliver|request-changes|accept|cancel|review}: what moves an order on.</summary>
public static class OrderLife
{
    public static void MapOrderLife(this IEndpointRouteBuilder api)
    {
        var order = api.MapGroup("/orders/{id}").WithTags("Orders").RequireCustomer().Limit(StudioLimits.CallsPerCaller);
        order.MapPost("/requirements", GiveRequirements).Idempotent()
            .WithSummary("Say what is to be done")
            .Refuses(StudioErrors.NotFound("Order"), StudioErrors.Forbidden("A customer may not do this"), StudioErrors.InvalidState("An order that is completed cannot be canceled", new StudioErrors.TransitionDetails(OrderStatus.Completed, OrderStatus.Canceled, [OrderStatus.Reviewed])), StudioErrors.Invalid("Details are required", "details"), StudioErrors.PaymentsAway(null));
        order.MapPost("/deliver", Deliver).Idempotent()
            .WithSummary("Deliver")
            .Refuses(StudioErrors.NotFound("Order"), StudioErrors.Forbidden("A customer may not do this"), StudioErrors.InvalidState("An order that is completed cannot be canceled", new StudioErrors.TransitionDetails(OrderStatus.Completed, OrderStatus.Canceled, [OrderStatus.Reviewed])), StudioErrors.Invalid("Upload what you deliver as content of type deliverable, or say where it is in a message", "message"));
        order.MapPost("/request-changes", RequestChanges).Idempotent()
            .WithSummary("Request changes")
            .Refuses(StudioErrors.NotFound("Order"), StudioErrors.Forbidden("A customer may not do this"), StudioErrors.InvalidState("An order that is completed cannot be canceled", new StudioErrors.TransitionDetails(OrderStatus.Completed, OrderStatus.Canceled, [OrderStatus.Reviewed])), StudioErrors.NoRevisionsLeft(2, 2, new StudioErrors.TransitionDetails(OrderStatus.Delivered, OrderStatus.ChangesRequested, [OrderStatus.Completed])));
        order.MapPost("/accept", Accept).Idempotent()
            .WithSummary("Accept what was delivered")
            .Refuses(StudioErrors.NotFound("Order"), StudioErrors.Forbidden("A customer may not do this"), StudioErrors.InvalidState("An order that is completed cannot be canceled", new StudioErrors.TransitionDetails(OrderStatus.Completed, OrderStatus.Canceled, [OrderStatus.Reviewed])));
        order.MapPost("/cancel", Cancel).Idempotent()
            .WithSummary("Cancel an order")
            .Refuses(StudioErrors.NotFound("Order"), StudioErrors.Forbidden("A customer may not do this"), StudioErrors.InvalidState("An order that is completed cannot be canceled", new StudioErrors.TransitionDetails(OrderStatus.Completed, OrderStatus.Canceled, [OrderStatus.Reviewed])));
        order.MapPost("/review", Review).Idempotent()
            .WithSummary("Review an order")
            .Refuses(StudioErrors.NotFound("Order"), StudioErrors.Forbidden("A customer may not do this"), StudioErrors.InvalidState("An order that is completed cannot be canceled", new StudioErrors.TransitionDetails(OrderStatus.Completed, OrderStatus.Canceled, [OrderStatus.Reviewed])));
    }

    /// <summary>Everything the provider has uploaded to be delivered since the last time becomes the next delivery.</summary>
    internal static async Task<OrderRow> HandOver(Work work, OrderMoves moves, Move move, string message, CancellationToken stop)
    {
        var number = await work.One<int>(
            """
            with handed as (
                insert into deliveries (order_id, number, message)
                select @Id, coalesce(max(number), 0) + 1, @message from deliveries where order_id = @Id
                returning number
            )
            select number from handed
            """, new { move.Order.Id, message }, stop);
        await work.Execute(
            "update contents set delivery = @number where order_id = @Id and uploaded_by = @ProviderId and type = 'deliverable' and delivery is null",
            new { number, move.Order.Id, move.Order.ProviderId }, stop);
        return await moves.Finish(work, move, stop, data: new { delivery = number });
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> GiveRequirements(
        PathUuid id, RequirementsGiven given, Caller caller, OrderMoves moves, Work work, CancellationToken stop)
    {
        if (given.Details.ValueKind == JsonValueKind.Undefined)
            return StudioErrors.Invalid("Details are required", "details");
        if (Orders.FlawOf(given.Details) is { } flaw)
            return flaw;
        var (move, refusal) = await OrderMoves.Begin(work, id.Value, OrderTransitions.Requirements, caller, stop);
        if (move is null)
            return refusal!;
        var row = await moves.Finish(work, move, stop, details: given.Details.GetRawText());
        await work.Commit(stop);
        return TypedResults.Ok(OrderAnswer.Of(row));
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> Deliver(
        PathUuid id, Remark? remark, Caller caller, OrderMoves moves, Work work, CancellationToken stop)
    {
        var (move, refusal) = await OrderMoves.Begin(work, id.Value, OrderTransitions.Deliver, caller, stop);
        if (move is null)
            return refusal!;
        var message = remark?.Message?.Trim() ?? "";
        var hasFiles = await work.One<bool>(
            "select exists (select from contents where order_id = @Id and uploaded_by = @ProviderId and type = 'deliverable' and delivery is null)", move.Order, stop);
        if (!hasFiles && message.Length == 0)
            return StudioErrors.Invalid("Upload what you deliver as content of type deliverable, or say where it is in a message", "message");
        var row = await HandOver(work, moves, move, message, stop);
        await work.Commit(stop);
        return TypedResults.Ok(OrderAnswer.Of(row));
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> RequestChanges(
        PathUuid id, Remark? remark, Caller caller, OrderMoves moves, Work work, CancellationToken stop)
    {
        var (move, refusal) = await OrderMoves.Begin(work, id.Value, OrderTransitions.RequestChanges, caller, stop);
        if (move is null)
            return refusal!;
        if (move.Order.RevisionsUsed >= move.Order.RevisionsAllowed)
            return StudioErrors.NoRevisionsLeft(move.Order.RevisionsUsed, move.Order.RevisionsAllowed, OrderMoves.Details(move.Order, move.Transition, move.By) with { Allowed = [OrderStatus.Completed, OrderStatus.Disputed] });
        var row = await moves.Finish(work, move, stop, data: new { message = remark?.Message?.Trim() });
        await work.Commit(stop);
        return TypedResults.Ok(OrderAnswer.Of(row));
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> Accept(PathUuid id, Caller caller, OrderMoves moves, Work work, CancellationToken stop)
    {
        var (move, refusal) = await OrderMoves.Begin(work, id.Value, OrderTransitions.Accept, caller, stop);
        if (move is null)
            return refusal!;
        var row = await moves.Finish(work, move, stop);
        await work.Commit(stop);
        return TypedResults.Ok(OrderAnswer.Of(row));
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> Cancel(
        PathUuid id, Cancellation? cancellation, Caller caller, OrderMoves moves, ClientFacts client, Work work, CancellationToken stop)
    {
        var (move, refusal) = await OrderMoves.Begin(work, id.Value, OrderTransitions.Cancel, caller, stop);
        if (move is null)
            return refusal!;
        var reason = cancellation?.Reason?.Trim() is { Length: > 0 } given ? given : "Canceled by the " + move.By.ToString().ToLowerInvariant();
        if (move.Order.PaidAt is not null)
            await OrderPayments.Refund(work, move.Order.Id, null, reason, move.By, client, stop);
        // Stripe is asked in a job: what was paid a moment before goes back.
        else if (await OrderPayments.Alive(work, move.Order.Id, stop) is { } payment)
            await work.Enqueue(new CloseIntent(payment.Id), stop);
        await moves.Finish(work, move, stop, data: new { reason });
        var row = (await OrderMoves.Lock(work, move.Order.Id, stop))!;
        await work.Commit(stop);
        return TypedResults.Ok(OrderAnswer.Of(row));
    }

    private static async Task<Results<Ok<OrderAnswer>, ProblemHttpResult>> Review(
        PathUuid id, NewReview review, Caller caller, OrderMoves moves, Work work, CancellationToken stop)
    {
        var (move, refusal) = await OrderMoves.Begin(work, id.Value, OrderTransitions.Review, caller, stop);
        if (move is null)
            return refusal!;
        await work.Execute("insert into reviews (order_id, author_id, rating, text) values (@Id, @AccountId, @Rating, @Text)",
            new { move.Order.Id, caller.AccountId, review.Rating, Text = review.Text?.Trim() ?? "" }, stop);
        var row = await moves.Finish(work, move, stop, data: new { review.Rating });
        await work.Commit(stop);
        return TypedResults.Ok(OrderAnswer.Of(row));
    }
}

public sealed record RequirementsGiven
{
    /// <summary>Any object of at most 64 kB; it takes the place of what came with the order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Details { get; init; }
}

public sealed record Remark
{
    [MaxLength(5000, ErrorMessage = "Message must have at most 5000 characters")]
    public string? Message { get; init; }
}

public sealed record Cancellation
{
    [MaxLength(500, ErrorMessage = "Reason must have at most 500 characters")]
    public string? Reason { get; init; }
}

public sealed record NewReview
{
    [Required(ErrorMessage = "rating is required"), Range(1, 5, ErrorMessage = "Rating must be 1 to 5")]
    public int? Rating { get; init; }

    [MaxLength(5000, ErrorMessage = "Text must have at most 5000 characters")]
    public string? Text { get; init; }
}
