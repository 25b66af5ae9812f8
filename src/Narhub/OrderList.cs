using System.Globalization;
using System.Runtime.CompilerServices;
using Colonnade.Narhub.Banking;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using CsvHelper;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Narhub;

/// <summary>A customer's orders, newest first: as JSON, or as CSV for bookkeeping with one row a line.</summary>
internal static class OrderList
{
    private const int MostAtOnce = 1_000;
    private const int CsvAtOnce = 200;
    private static readonly QueryChoice Format = new("format", ["json", "csv"], "json", "JSON, or CSV for bookkeeping with all orders");
    private static readonly QueryWhole Limit = new("limit", 1, MostAtOnce, "How many at once") { Otherwise = MostAtOnce };

    public static readonly QueryParameter[] Asked = [Format, Limit, OrderQuery.Offset];

    public static async Task<Results<Ok<OrderHistory>, PushStreamHttpResult, ProblemHttpResult>> List(
        HttpRequest request, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var format = query.Choice(Format);
        var limit = (int)(query.Whole(Limit) ?? MostAtOnce);
        var offset = (int)(query.Whole(OrderQuery.Offset) ?? 0);
        if (query.Refusal is { } refusal)
            return refusal;
        if (format == "json")
            return TypedResults.Ok(new OrderHistory(await OrderReading.Page(database, "o.user_id = @user", Parameters(caller, limit, offset), stop)));
        request.HttpContext.Response.Headers.ContentDisposition = "attachment; filename=\"orders.csv\"";
        return TypedResults.Stream(body => Write(body, All(database, caller, stop), stop), "text/csv; charset=utf-8");
    }

    private static DynamicParameters Parameters(Caller caller, int limit, int offset) => new(new { user = caller.AccountId, limit, offset });

    /// <summary>A connection is held for each few orders and not for the whole: how fast a client reads must not use up the pool.</summary>
    private static async IAsyncEnumerable<OrderData> All(ProductDatabase database, Caller caller, [EnumeratorCancellation] CancellationToken stop)
    {
        OrderData? last = null;
        IReadOnlyList<OrderData> orders;
        do
        {
            var parameters = Parameters(caller, CsvAtOnce, 0);
            parameters.Add("at", last?.CreatedAt.UtcDateTime);
            parameters.Add("id", last?.Id);
            orders = await OrderReading.Page(database, last is null ? "o.user_id = @user" : "o.user_id = @user and (o.created_at, o.id) < (@at, @id)", parameters, stop);
            foreach (var order in orders)
                yield return order;
            last = orders is [.., var end] ? end : last;
        }
        while (orders.Count == CsvAtOnce);
    }

    private static async Task Write(Stream body, IAsyncEnumerable<OrderData> orders, CancellationToken stop)
    {
        // Excel takes UTF-8 for what it is only with a byte order mark.
        await using var csv = CsvWriter.Create(body, new CsvWriterOptions { WriteByteOrderMark = true }, leaveOpen: true);
        await csv.WriteRecordAsync(
        [
            "order_id", "created_at", "status", "payment_reference", "purchase_order_number", "currency", "order_total", "paid", "due_date",
            "product_slug", "product_name", "quantity", "net", "tax_rate", "tax", "gross", "tax_treatment", "billing_company", "billing_vat",
        ], stop);
        await foreach (var order in orders)
        {
            foreach (var item in order.Items)
            {
                await csv.WriteRecordAsync(
                [
                    order.Id.ToString(),
                    WireTime.Of(order.CreatedAt),
                    order.Status,
                    order.PaymentReference,
                    SafeCell.Write(order.PurchaseOrderNumber ?? ""),
                    order.Currency,
                    Amounts.Plain(order.TotalAmount, order.Currency),
                    Amounts.Plain(order.PaidAmount, order.Currency),
                    order.DueDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    SafeCell.Write(item.ProductSlug),
                    SafeCell.Write(item.ProductName),
                    item.Quantity.ToString(CultureInfo.InvariantCulture),
                    Amounts.Plain(item.NetAmount, order.Currency),
                    item.TaxRate.ToString("0.##", CultureInfo.InvariantCulture),
                    Amounts.Plain(item.TaxAmount, order.Currency),
                    Amounts.Plain(item.GrossAmount, order.Currency),
                    order.TaxTreatment,
                    SafeCell.Write(order.BillingCompany ?? ""),
                    SafeCell.Write(order.BillingVat ?? ""),
                ], stop);
            }
        }
    }
}

public sealed record OrderHistory(IReadOnlyList<OrderData> Orders);
