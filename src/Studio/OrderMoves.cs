using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;
using Colonnade.Studio.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Studio;

/// <summary>
/// Moves orders, along <see cref="OrderTransitions"/> only: whoever begins a move holds the order's row until its transaction ends,
/// so that of two at once the second finds another state.
/// </summary>
public sealed class OrderMoves(WebhookEvents events)
{
    /// <summary>
    /// Begins to move an order for the caller: 404 for whom it is no business of, 403 where the role may never do that, 409 where
    /// the order is elsewhere.
    /// </summary>
    internal static async Task<(Move? Move, ProblemHttpResult? Refusal)> Begin(Work work, Guid id, string action, Caller caller, CancellationToken stop)
    {
        var transition = OrderTransitions.Named(action);
        if (await Lock(work, id, stop) is not { } order || MoverOf(order, caller, transition) is not { } by)
            return (null, StudioErrors.NotFound("Order"));
        if (!transition.By.Contains(by))
            return (null, StudioErrors.Forbidden($"A {by.ToString().ToLowerInvariant()} may not do this"));
        if (!transition.From.Contains(order.Status, StringComparer.Ordinal))
            return (null, StudioErrors.InvalidState($"An order that is {order.Status} cannot become {transition.To}", Details(order, transition, by)));
        return (new Move(order, transition, by, caller.AccountId), null);
    }

    /// <summary>The order, held until the transaction ends.</summary>
    internal static Task<OrderRow?> Lock(Work work, Guid id, CancellationToken stop) =>
        work.One<OrderRow>($"select {OrderRow.Columns} from orders o where o.id = @id for update of o", new { id }, stop);

    internal static StudioErrors.TransitionDetails Details(OrderRow order, Transition transition, Mover by) =>
        new(order.Status, transition.To, OrderTransitions.Allowed(order.Status, by));

    /// <summary>A move that no caller makes; null when the order is elsewhere.</summary>
    internal static Move? Begin(OrderRow order, string action, Mover by) => OrderTransitions.Named(action) is var transition
        && transition.From.Contains(order.Status, StringComparer.Ordinal) && transition.By.Contains(by)
        ? new Move(order, transition, by, null)
        : null;

    /// <summary>Moves the order: its row, its timer, its history, its letters, its events.</summary>
    /// <param name="work">That holds the order.</param>
    /// <param name="move">As it was begun.</param>
    /// <param name="stop">Cancels.</param>
    /// <param name="details">What the customer gives with it.</param>
    /// <param name="data">More for the history; nothing secret.</param>
    internal async Task<OrderRow> Finish(Work work, Move move, CancellationToken stop, string? details = null, object? data = null)
    {
        var timer = OrderTransitions.TimerOf(move.Transition.To);
        var row = (await work.One<OrderRow>(
            $"""
            update orders o set
                status = @To, version = version + 1, updated_at = greatest(clock(), updated_at + interval '1 millisecond'),
                details = coalesce(@details::json, details),
                due_at = clock() + @After,
                paid_at = case when @isPayment then clock() else paid_at end,
                started_at = case when @To = 'in_progress' then clock() else started_at end,
                delivery_due_at = case when @To = 'in_progress' then clock() + make_interval(days => delivery_days) else delivery_due_at end,
                delivered_at = case when @To = 'delivered' then clock() else delivered_at end,
                completed_at = case when @To = 'completed' then clock() else completed_at end,
                reviewed_at = case when @To = 'reviewed' then clock() else reviewed_at end,
                closed_at = case when @To in ('payment_expired', 'canceled', 'disputed', 'refunded') then clock() when @To = 'completed' then null else closed_at end,
                revisions_used = revisions_used + case when @To = 'changes_requested' then 1 else 0 end
            where o.id = @Id and o.version = @Version
            returning {OrderRow.Columns}
            """,
            new { move.Order.Id, move.Order.Version, move.Transition.To, details, timer?.After, isPayment = move.By == Mover.Payment }, stop))!;
        await Note(work, row.Id, move.Transition.Action, move.By, move.ActorId, stop, move.Order.Status, row.Status, data);
        if (timer is { After: { } after })
            await work.Enqueue(new RunOrderTimer(row.Id, timer.Action, row.Version), stop, new JobOptions { After = after });
        foreach (var account in Told(row, move))
            await work.Enqueue(new MailOrderNews(row.Id, account, row.Status), stop);
        await Publish(work, "order." + row.Status, row, stop);
        return row;
    }

    /// <summary>Adds a line to the order's history.</summary>
    internal static Task Note(
        Work work, Guid order, string type, Mover by, Guid? actor, CancellationToken stop, string? from = null, string? to = null, object? data = null) => work.Execute(
        """
        insert into order_events (order_id, type, actor, actor_id, from_status, to_status, data)
        values (@order, @type, @Actor, @actorId, @from, @to, @Data::jsonb)
        """,
        new
        {
            order,
            type,
            Actor = by.ToString().ToLowerInvariant(),
            actorId = actor,
            from,
            to,
            Data = data is null ? null : JsonSerializer.Serialize(data, JsonSerializerOptions.Web),
        },
        stop);

    /// <summary>Tells the endpoints outside; the shape is that of the webhooks that come in.</summary>
    internal Task Publish(Work work, string type, OrderRow row, CancellationToken stop) =>
        events.Publish(work, type, new OrderHappened(Order.Of(row), row.Status), stop);

    private static IEnumerable<Guid> Told(OrderRow row, Move move)
    {
        Guid[] both = [row.CustomerId, row.ProviderId];
        Guid[] told = row.Status switch
        {
            OrderStatus.PendingRequirements => both,
            OrderStatus.InProgress => move.By == Mover.Payment ? both : [row.ProviderId],
            OrderStatus.Delivered or OrderStatus.PaymentExpired => [row.CustomerId],
            OrderStatus.ChangesRequested or OrderStatus.Disputed or OrderStatus.Reviewed => [row.ProviderId],
            // Nobody but the customer knew of an order that was never paid.
            OrderStatus.Canceled when row.PaidAt is null => [row.CustomerId],
            _ => both,
        };
        return told.Where(account => account != move.ActorId).Distinct();
    }

    /// <summary>What the caller is to this order, for this step; null when it is no business of theirs.</summary>
    private static Mover? MoverOf(OrderRow order, Caller caller, Transition transition)
    {
        // Somebody may be both; then as whoever may do it.
        var roles = RolesIn(order, caller).ToList();
        return roles.Count == 0 ? null : roles.FirstOrDefault(transition.By.Contains, roles[0]);
    }

    internal static IEnumerable<Mover> RolesIn(OrderRow order, Caller caller)
    {
        if (order.CustomerId == caller.AccountId)
            yield return Mover.Customer;
        if (order.ProviderId == caller.AccountId)
            yield return Mover.Provider;
        if (caller.IsOperator)
            yield return Mover.Operator;
    }
}

/// <summary>A move that is allowed, with the order's row held.</summary>
internal sealed record Move(OrderRow Order, Transition Transition, Mover By, Guid? ActorId);

/// <summary>What endpoints outside are told.</summary>
public sealed record OrderHappened(Order Order, string Status);
