using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Dapper;

namespace Colonnade.Narhub;

/// <summary>
/// A user's orders, documents and quotes for the export; and what is left of them when the user is erased: amounts, dates and what
/// was issued stay, since bookkeeping has to keep them, and everything else that tells of a person goes.
/// </summary>
internal sealed class OrderPrivacy(ProductDatabase database, OrderStates states)
{
    private const int Everything = int.MaxValue;

    public async Task<ExportedOrders> Export(Guid userId, CancellationToken stop) => new(
        await OrderReading.Page(database, "o.user_id = @userId", new DynamicParameters(new { userId, limit = Everything, offset = 0 }), stop),
        await database.List<InvoiceData>(
            $"select {InvoiceData.Columns} from invoices where order_id in (select id from orders where user_id = @userId) order by issued_at, id", new { userId }, stop),
        await QuoteReading.Page(database, "q.user_id = @userId", new { userId, limit = Everything, offset = 0 }, stop));

    /// <summary>Cancels what nobody will pay any more and forgets who ordered.</summary>
    public async Task Erase(Work work, Guid userId, ClientFacts client, CancellationToken stop)
    {
        var unpaid = await work.List<OrderRow>(
            $"select {OrderRow.Columns} from orders o where user_id = @userId and status = 'pending' and paid_amount = 0 order by id for update", new { userId }, stop);
        foreach (var order in unpaid)
            await states.Change(work, order, OrderStatus.Cancelled, client, "The account was deleted.", stop);
        await work.Execute(
            """
            with forgotten as (
                update orders set billing_name = null, billing_company = null, billing_address = null, billing_country = null, billing_vat = null,
                    notes = null, purchase_order_number = null
                where user_id = @userId
            )
            update quotes set
                notes = null,
                message = null,
                status = case when status in ('requested', 'offered') then 'withdrawn' else status end,
                updated_at = clock(),
                version = version + 1
            where user_id = @userId
            """, new { userId }, stop);
    }
}

public sealed record ExportedOrders(IReadOnlyList<OrderData> Orders, IReadOnlyList<InvoiceData> Invoices, IReadOnlyList<QuoteData> Quotes);
