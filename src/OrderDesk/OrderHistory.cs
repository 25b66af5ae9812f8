using System.Text.Json;
using System.Text.Json.Serialization;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>/api/order/:orderId/history: who changed what, the latest first; of a deleted order too, as long as it can be restored.</summary>
public static class OrderHistory
{
    public static void MapOrderHistory(this IEndpointRouteBuilder api) =>
        api.MapGet("/order/{orderId}/history", Read).WithTags("Orders").RequireScope(Scopes.ReadOrders).Limit(OrderDeskLimits.OrderListsPerCaller)
            .WithSummary("Read who changed what of an order").Query(OrderQuery.OfPage).Refuses(OrderDeskErrors.OrderNotFound());

    private static async Task<Results<Ok<Answer<OrderHistoryData>>, ProblemHttpResult>> Read(
        PathUuid orderId, HttpRequest request, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var page = query.Page();
        if (query.Refusal is { } refusal)
            return refusal;

        var rows = await database.List<ChangeRow>(
            """
            select (select count(*) from order_changes where order_id = o.id) as total, change.*
            from orders o
            left join lateral (
                select c.version, c.at, c.event, c.actor_id, c.by_service, t.name as actor_name, c.changes
                from order_changes c left join api_tokens t on c.by_service and t.id = c.actor_id
                where c.order_id = o.id order by c.version desc limit @Limit offset @Offset) change on true
            where o.id = @id and coalesce(o.deleted_at > clock() - @RestorableFor, true) and o.owner_id is not distinct from coalesce(@OwnerId, o.owner_id)
            order by change.version desc
            """, new { id = orderId.Value, Orders.RestorableFor, caller.OwnerId, page.Limit, page.Offset }, stop);
        if (rows.Count == 0)
            return OrderDeskErrors.OrderNotFound();
        return TypedResults.Ok(new Answer<OrderHistoryData>(true, new OrderHistoryData(
            [.. rows.Where(row => row.Version > 0).Select(row => row.Data())], page.Over(rows[0].Total))));
    }

    private sealed record ChangeRow
    {
        public long Total { get; init; }
        public long Version { get; init; }
        public DateTimeOffset At { get; init; }
        public string Event { get; init; } = "";
        public Guid ActorId { get; init; }
        public bool ByService { get; init; }
        public string? ActorName { get; init; }
        public string? Changes { get; init; }

        public OrderChangeData Data() => new(
            Version, Event, At, new Actor(ByService ? "service" : "user", ActorId, ActorName),
            Changes is null ? null : JsonSerializer.Deserialize<Dictionary<string, FieldChange>>(Changes, JsonSerializerOptions.Web));
    }
}

public sealed record OrderHistoryData(IReadOnlyList<OrderChangeData> History, Pagination Pagination);

public sealed record OrderChangeData(
    long Version,
    string Event,
    DateTimeOffset At,
    Actor By,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, FieldChange>? Changes);

/// <summary>A user, or a service with the name of its token where that has one.</summary>
public sealed record Actor(string Type, Guid Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name);

public sealed record FieldChange(string From, string To);
