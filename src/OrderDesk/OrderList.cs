using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>/api/orders, /api/order: pages of orders, filtered and sorted.</summary>
public static class OrderList
{
    private static readonly QueryChoice SortBy = new("sortBy", ["createdAt", "updatedAt", "title", "price", "status", "orderId"], "createdAt", "What to sort by");
    private static readonly QueryChoice SortOrder = new("sortOrder", ["asc", "desc"], "desc", "In which direction");

    public static void MapOrderList(this IEndpointRouteBuilder api)
    {
        var lists = api.MapGroup("").WithTags("Orders").RequireScope(Scopes.ReadOrders).Limit(OrderDeskLimits.OrderListsPerCaller);
        lists.MapGet("/orders", List)
            .WithSummary("List orders").Query([.. OrderFilter.Parameters, .. OrderQuery.OfPage, SortBy, SortOrder]);
        lists.MapGet("/order", List)
            .WithName("orderList.listOrder").WithSummary("List orders: another name of /api/orders").Query([.. OrderFilter.Parameters, .. OrderQuery.OfPage, SortBy, SortOrder]);
    }

    private static async Task<Results<Ok<Answer<OrderListData>>, ProblemHttpResult>> List(
        HttpRequest request, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var filter = OrderFilter.Of(query, caller);
        var page = query.Page();
        var by = query.Choice(SortBy);
        var direction = query.Choice(SortOrder);
        if (query.Refusal is { } refusal)
            return refusal;

        // The id completes every order, so that pages never overlap.
        var order = by switch
        {
            "updatedAt" => $"o.updated_at {direction}, o.id {direction}",
            "title" => $"o.title collate by_name {direction}, o.id {direction}",
            "price" => $"o.price_minor {direction}, o.id {direction}",
            "status" => $"o.status {direction}, o.id {direction}",
            "orderId" => $"o.id {direction}",
            _ => $"o.created_at {direction}, o.id {direction}",
        };
        var parameters = new DynamicParameters(filter);
        parameters.Add("limit", page.Limit);
        parameters.Add("offset", page.Offset);
        // One statement, so that page and total are of one state of the data; without rows the page is one row without an order.
        var rows = await database.List<ListRow>(
            $"""
            select all_of_them.total, o.*
            from (select count(*) as total from orders o where {filter.Condition}) all_of_them
            left join (select * from orders o where {filter.Condition} order by {order} limit @limit offset @offset) o on true
            order by {order}
            """, parameters, stop);
        return TypedResults.Ok(new Answer<OrderListData>(true, new OrderListData(
            [.. rows.Where(row => row.Id != Guid.Empty).Select(row => row.Data())], page.Over(rows[0].Total))));
    }

    private sealed record ListRow
    {
        public long Total { get; init; }
        public Guid Id { get; init; }
        public Guid? OwnerId { get; init; }
        public string Title { get; init; } = "";
        public string Price { get; init; } = "";
        public string Link { get; init; } = "";
        public string Status { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }

        public OrderData Data() => new(Id, Title, Price, Link, Status, CreatedAt, UpdatedAt, OwnerId);
    }
}

public sealed record OrderListData(IReadOnlyList<OrderData> Orders, Pagination Pagination);
