using Colonnade.Narhub.Banking;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Colonnade.Narhub;

/// <summary>
/// Finds the order a bank line pays: by the reference in its remittance text, and by amount where one transfer pays several. What is
/// not certain is left open for an operator, with the reason.
/// </summary>
internal sealed class BankMatching(ProductDatabase database, Ledger ledger, ILogger<BankMatching> log)
{
    public const string NoReference = "no_reference";
    public const string UnknownReference = "unknown_reference";
    public const string SeveralOrders = "several_orders";
    public const string Reversal = "reversal";
    public const string NotAccepted = "not_accepted";
    public const string Failed = "failed";

    /// <summary>Looks at lines that nobody has looked at yet, oldest first, each in a transaction of its own; answers how many.</summary>
    public async Task<int> Match(int atMost, CancellationToken stop)
    {
        var looked = 0;
        while (looked < atMost && await MatchNext(stop))
            looked++;
        return looked;
    }

    private async Task<bool> MatchNext(CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        var line = await work.One<BankLineRow>(
            $"select {BankLineRow.Columns} from bank_lines where state = 'new' order by booked_on, id limit 1 for update", null, stop);
        if (line is null)
            return false;
        try
        {
            var (assigned, reason) = await Match(work, line, stop);
            await Settle(work, line, assigned, reason, stop);
            await work.Commit(stop);
        }
        catch (PostgresException refused) when (!refused.IsTransient && refused.SqlState is not (PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.AdminShutdown))
        {
            log.LogError(refused, "Bank line {Line} could not be assigned; an operator has to", line.Id);
            await work.DisposeAsync();
            await SetAside(line, stop);
        }

        return true;
    }

    /// <summary>One line that cannot be assigned, whatever is wrong with it, must not hold up all that come after it.</summary>
    private async Task SetAside(BankLineRow line, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        await Settle(work, line, assigned: 0, Failed, stop);
        await work.Commit(stop);
    }

    private static Task Settle(Work work, BankLineRow line, long assigned, string? reason, CancellationToken stop) => work.Execute(
        """
        update bank_lines set state = case when @assigned = amount then 'assigned' else 'open' end, assigned = @assigned, reason = @reason, updated_at = clock()
        where id = @Id and state = 'new'
        """, new { line.Id, assigned, reason }, stop);

    private async Task<(long Assigned, string? Reason)> Match(Work work, BankLineRow line, CancellationToken stop)
    {
        if (line.IsReversal)
            return (0, Reversal);
        var references = OrderReference.FindAll(line.Remittance).ToArray();
        if (references.Length == 0)
            return (0, NoReference);
        // Locked in the order of their ids, by whomever.
        var orders = await work.List<OrderRow>(
            $"select {OrderRow.Columns} from orders o where o.id in (select order_id from payment_references where reference = any (@references)) order by o.id for update", new { references }, stop);
        return orders switch
        {
            [] => (0, UnknownReference),
            [var only] => await Pay(work, line, only.Id, line.Amount, stop),
            _ when orders.TrueForAll(order => order.Currency == line.Currency && order.Due > 0) && orders.Sum(order => order.Due) == line.Amount => await PayAll(work, line, orders, stop),
            _ => (0, SeveralOrders),
        };
    }

    private async Task<(long Assigned, string? Reason)> PayAll(Work work, BankLineRow line, List<OrderRow> orders, CancellationToken stop)
    {
        var assigned = 0L;
        foreach (var order in orders)
            assigned += (await Pay(work, line, order.Id, order.Due, stop)).Assigned;
        return (assigned, assigned == line.Amount ? null : NotAccepted);
    }

    private async Task<(long Assigned, string? Reason)> Pay(Work work, BankLineRow line, Guid orderId, long amount, CancellationToken stop) =>
        await ledger.Record(work, new Payment(orderId, amount, line.Currency) { ReceivedOn = line.BookedOn, BankLineId = line.Id }, ClientFacts.None, stop)
            is LedgerOutcome.Recorded
            ? (amount, null)
            : (0, NotAccepted);
}

/// <summary>A row of <c>bank_lines</c>.</summary>
internal sealed record BankLineRow
{
    public const string Columns =
        "id, account, booked_on, amount, currency, is_reversal, payer_name, payer_account, remittance, bank_reference, state, reason, assigned, created_at";

    public Guid Id { get; init; }
    public string Account { get; init; } = "";
    public DateOnly BookedOn { get; init; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public bool IsReversal { get; init; }
    public string? PayerName { get; init; }
    public string? PayerAccount { get; init; }
    public string Remittance { get; init; } = "";
    public string? BankReference { get; init; }
    public string State { get; init; } = "";
    public string? Reason { get; init; }
    public long Assigned { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
