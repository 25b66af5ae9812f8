using System.Runtime.CompilerServices;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using CsvHelper;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>/api/orders/export: what the list's filters leave, as a CSV file, the latest first.</summary>
public static class OrderExport
{
    private const int RowsAtOnce = 500;

    public static void MapOrderExport(this IEndpointRouteBuilder api) =>
        api.MapGet("/orders/export", Export).WithTags("Orders").RequireScope(Scopes.ReadOrders).Limit(OrderDeskLimits.OrderExportsPerCaller)
            .WithSummary("Take orders along as a CSV file").Query(OrderFilter.Parameters).Sends("text/csv");

    private static Results<PushStreamHttpResult, ProblemHttpResult> Export(
        HttpRequest request, HttpResponse response, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var filter = OrderFilter.Of(query, caller);
        if (query.Refusal is { } refusal)
            return refusal;
        response.Headers.ContentDisposition = "attachment; filename=\"orders.csv\"";
        return TypedResults.Stream(body => Write(body, Rows(database, filter, stop), stop), "text/csv; charset=utf-8");
    }

    /// <summary>A connection is held for each few rows and not for the whole: how fast a client reads must not use up the pool.</summary>
    private static async IAsyncEnumerable<OrderRow> Rows(ProductDatabase database, OrderFilter filter, [EnumeratorCancellation] CancellationToken stop)
    {
        OrderRow? last = null;
        List<OrderRow> rows;
        do
        {
            var parameters = new DynamicParameters(filter);
            parameters.Add("limit", RowsAtOnce);
            parameters.Add("at", last?.CreatedAt.UtcDateTime);
            parameters.Add("id", last?.Id);
            rows = await database.List<OrderRow>(
                $"""
                select {OrderRow.Columns} from orders o
                where {filter.Condition} {(last is null ? "" : "and (o.created_at, o.id) < (@at, @id)")}
                order by o.created_at desc, o.id desc limit @limit
                """, parameters, stop);
            foreach (var row in rows)
                yield return row;
            last = rows is [.., var end] ? end : last;
        }
        while (rows.Count == RowsAtOnce);
    }

    private static async Task Write(Stream body, IAsyncEnumerable<OrderRow> rows, CancellationToken stop)
    {
        // Excel takes UTF-8 for what it is only with a byte order mark.
        await using var csv = CsvWriter.Create(body, new CsvWriterOptions { WriteByteOrderMark = true }, leaveOpen: true);
        await csv.WriteRecordAsync(["orderId", "title", "price", "link", "status", "createdAt", "updatedAt", "ownerId"], stop);
        await foreach (var row in rows)
        {
            await csv.WriteRecordAsync(
            [
                row.Id.ToString(),
                SafeCell.Write(row.Title),
                row.Price,
                SafeCell.Write(row.Link),
                row.Status,
                WireTime.Of(row.CreatedAt),
                WireTime.Of(row.UpdatedAt),
                row.OwnerId?.ToString(),
            ], stop);
        }
    }
}
