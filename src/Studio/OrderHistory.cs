using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/orders/:id/events: everything that happened to an order, in order.</summary>
public static class OrderHistory
{
    public static void MapOrderHistory(this IEndpointRouteBuilder api) =>
        api.MapGet("/orders/{id}/events", Read).WithTags("Orders").RequireCustomer().Limit(StudioLimits.CallsPerCaller)
            .WithSummary("Read what happened to an order").Refuses(StudioErrors.NotFound("Order"));

    private static async Task<Results<Ok<OrderEventList>, ProblemHttpResult>> Read(PathUuid id, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        if (await database.One<OrderRow>($"select {OrderRow.Columns} from orders o where o.id = @Value", id, stop) is not { } row || !OrderMoves.RolesIn(row, caller).Any())
            return StudioErrors.NotFound("Order");
        var events = await database.List<EventRow>(
            "select number, type, at, actor, actor_id, from_status, to_status, data::text as data from order_events where order_id = @Id order by number limit 10000", row, stop);
        return TypedResults.Ok(new OrderEventList(events.ConvertAll(of => new OrderEvent(
            of.Number, of.Type, of.At, of.Actor, of.ActorId, of.FromStatus, of.ToStatus, of.Data is null ? null : JsonDocument.Parse(of.Data).RootElement))));
    }

    private sealed record EventRow
    {
        public long Number { get; init; }
        public string Type { get; init; } = "";
        public DateTimeOffset At { get; init; }
        public string Actor { get; init; } = "";
        public Guid? ActorId { get; init; }
        public string? FromStatus { get; init; }
        public string? ToStatus { get; init; }
        public string? Data { get; init; }
    }
}

public sealed record OrderEventList(IReadOnlyList<OrderEvent> Events);

/// <param name="Number">Grows.</param>
/// <param name="Type">The action taken, or what else happened: place, message, content, refund.</param>
/// <param name="At"></param>
/// <param name="Actor">customer, provider, operator, payment, timer or webhook.</param>
/// <param name="ActorId">Which account, if one.</param>
/// <param name="From">The status before, where it moved.</param>
/// <param name="To">The status after.</param>
/// <param name="Data">More, by type.</param>
public sealed record OrderEvent(long Number, string Type, DateTimeOffset At, string Actor, Guid? ActorId, string? From, string? To, JsonElement? Data);
