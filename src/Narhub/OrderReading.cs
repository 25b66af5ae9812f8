using Colonnade.Platform.Database;
using Dapper;

namespace Colonnade.Narhub;

/// <summary>An order with its lines, as it lies in the database.</summary>
internal sealed record WholeOrder(OrderRow Row, IReadOnlyList<OrderItemData> Items, IReadOnlyList<InvoiceData> Invoices)
{
    public OrderData Data => OrderData.Of(Row, Items) with { NextStatuses = OrderStatus.Next(Row.Status), Invoices = Invoices };
}

/// <summary>Reads orders, in one round trip each.</summary>
internal static class OrderReading
{
    private const string ItemColumns =
        "id, order_id, product_slug, product_name, product_icon, price_min, price_max, final_price, quantity, net_amount, tax_rate, tax_amount, gross_amount, created_at";

    private const string WholeSql =
        $"""
        select {OrderRow.Columns} from orders o where id = @id;
        select {ItemColumns} from order_items where order_id = @id order by position;
        select {InvoiceData.Columns} from invoices where order_id = @id order by issued_at, id
        """;

    public static async Task<WholeOrder?> Whole(ProductDatabase database, Guid id, CancellationToken stop)
    {
        await using var connection = await database.Source.OpenConnectionAsync(stop);
        return await Whole(connection, id, stop);
    }

    /// <summary>As <paramref name="work"/> sees it.</summary>
    public static Task<WholeOrder?> Whole(Work work, Guid id, CancellationToken stop) => Whole(work.Connection, id, stop);

    public static Task<OrderRow?> Row(ProductDatabase database, Guid id, CancellationToken stop) =>
        database.One<OrderRow>($"select {OrderRow.Columns} from orders o where id = @id", new { id }, stop);

    /// <summary>Nobody else changes it, or pays for it, until <paramref name="work"/> ends.</summary>
    public static Task<OrderRow?> Locked(Work work, Guid id, CancellationToken stop) =>
        work.One<OrderRow>($"select {OrderRow.Columns} from orders o where id = @id for update", new { id }, stop);

    /// <summary>The orders that <paramref name="condition"/> leaves, newest first, with their lines.</summary>
    /// <param name="database">Where.</param>
    /// <param name="condition">On <c>o</c>; SQL of our own.</param>
    /// <param name="parameters">Of the condition; and <c>limit</c>, <c>offset</c>.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<IReadOnlyList<OrderData>> Page(ProductDatabase database, string condition, DynamicParameters parameters, CancellationToken stop)
    {
        var page = $"select o.* from orders o where {condition} order by o.created_at desc, o.id desc limit @limit offset @offset";
        await using var connection = await database.Source.OpenConnectionAsync(stop);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            select {OrderRow.Columns} from ({page}) o order by o.created_at desc, o.id desc;
            select {ItemColumns} from order_items where order_id in (select id from ({page}) o) order by order_id, position
            """, parameters, cancellationToken: stop));
        var orders = await results.ReadAsync<OrderRow>();
        var items = (await results.ReadAsync<OrderItemData>()).ToLookup(item => item.OrderId);
        return [.. orders.Select(order => OrderData.Of(order, items[order.Id]))];
    }

    private static async Task<WholeOrder?> Whole(Npgsql.NpgsqlConnection connection, Guid id, CancellationToken stop)
    {
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(WholeSql, new { id }, cancellationToken: stop));
        var row = await results.ReadFirstOrDefaultAsync<OrderRow>();
        var items = (await results.ReadAsync<OrderItemData>()).AsList();
        var invoices = (await results.ReadAsync<InvoiceData>()).AsList();
        return row is null ? null : new WholeOrder(row, items, invoices);
    }
}
