using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>
/// /api/admin/orders/{id}/payments: what was paid for an order. /api/admin/payments/unmatched: bank lines whose order an operator has
/// to say.
/// </summary>
public static class AdminPayments
{

    public static void MapAdminPayments(this IEndpointRouteBuilder api)
    {
        var payments = api.MapGroup("/admin").WithTags("Admin: payments").RequireOperator().Limit(NarhubLimits.OthersPerCaller);
        payments.MapGet("/orders/{orderId}/payments", List)
            .WithSummary("Read the payments of an order").Refuses(NarhubErrors.NotFound("Order"));
        payments.MapPost("/orders/{orderId}/payments", Record).Idempotent()
            .WithSummary("Record a payment, or a refund, of an order").Refuses(NarhubErrors.NotFound("Order"), NarhubErrors.Conflict("The order is cancelled and takes no payment"));
        payments.MapGet("/payments/unmatched", Unmatched)
            .WithSummary("List bank lines that wait for a decision").Query(OrderQuery.OfPage);
        payments.MapPost("/payments/unmatched/{lineId}/assign", Assign).Idempotent()
            .WithSummary("Assign a bank line, or a part of it, to an order")
            .Refuses(NarhubErrors.NotFound("Bank line"), NarhubErrors.NotFound("Order"), NarhubErrors.Conflict("All of this bank line is assigned already"), NarhubErrors.Invalid("The amount must be between 1 and 4000000", "amount"));
        payments.MapPost("/payments/unmatched/{lineId}/dismiss", Dismiss).Idempotent()
            .WithSummary("Dismiss a bank line that is no customer's").Refuses(NarhubErrors.NotFound("Bank line"), NarhubErrors.Conflict("All of this bank line is assigned already"));
    }

    internal static Task<List<PaymentData>> Of(ProductDatabase database, Guid orderId, CancellationToken stop) => database.List<PaymentData>(
        $"select {PaymentData.Columns} from payments where order_id = @orderId order by created_at, id", new { orderId }, stop);

    private static async Task<Results<Ok<PaymentList>, ProblemHttpResult>> List(PathUuid orderId, ProductDatabase database, CancellationToken stop) =>
        await OrderReading.Row(database, orderId.Value, stop) is { } order
            ? TypedResults.Ok(new PaymentList(await Of(database, order.Id, stop), order.TotalAmount, order.PaidAmount, order.Due, order.Credit, order.Currency))
            : NarhubErrors.NotFound("Order");

    private static async Task<Results<Created<PaymentRecorded>, ProblemHttpResult>> Record(
        PathUuid orderId, NewPayment request, Ledger ledger, ClientFacts client, Work work, CancellationToken stop)
    {
        var payment = new Payment(orderId.Value, request.Amount, request.Currency?.ToUpperInvariant()) { ReceivedOn = request.ReceivedOn, Note = request.Note };
        switch (await ledger.Record(work, payment, client, stop))
        {
            case LedgerOutcome.Recorded recorded:
                var answer = new PaymentRecorded(
                    (await work.One<PaymentData>($"select {PaymentData.Columns} from payments where id = @Id", new { recorded.Id }, stop))!,
                    (await OrderReading.Whole(work, orderId.Value, stop))!.Data);
                await work.Commit(stop);
                return TypedResults.Created($"/api/admin/orders/{orderId.Value}/payments", answer);
            case LedgerOutcome.Refused refused:
                return NarhubErrors.Conflict(refused.Reason);
            default:
                return NarhubErrors.NotFound("Order");
        }
    }

    private static async Task<Results<Ok<UnmatchedList>, ProblemHttpResult>> Unmatched(HttpRequest request, ProductDatabase database, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var limit = query.Whole(OrderQuery.Limit) ?? OrderQuery.UsualLimit;
        var offset = query.Whole(OrderQuery.Offset) ?? 0;
        if (query.Refusal is { } refusal)
            return refusal;
        var lines = await database.List<BankLineRow>(
            $"select {BankLineRow.Columns} from bank_lines where state in ('new', 'open') order by booked_on desc, id desc limit @limit offset @offset", new { limit, offset }, stop);
        // Orders that want exactly what is left of the line: by the amount alone none is paid, but an operator may know the payer.
        var suggestions = (await database.List<Suggestion>(
            """
            select l.id as line_id, o.id as order_id, o.payment_reference, o.total_amount - o.paid_amount as due_amount, o.billing_company, o.billing_name
            from bank_lines l
            cross join lateral (
                select * from orders o
                where o.status = 'pending' and o.currency = l.currency and o.total_amount - o.paid_amount = l.amount - l.assigned
                order by o.created_at, o.id limit 5) o
            where l.id = any (@ids)
            """, new { ids = lines.Select(line => line.Id).ToArray() }, stop)).ToLookup(suggestion => suggestion.LineId);
        var total = await database.One<long>("select count(*) from bank_lines where state in ('new', 'open')", null, stop);
        return TypedResults.Ok(new UnmatchedList([.. lines.Select(line => BankLineData.Of(line) with { Suggestions = [.. suggestions[line.Id]] })], total));
    }

    private static async Task<Results<Ok<LineAssigned>, ProblemHttpResult>> Assign(
        PathUuid lineId, Assignment request, Ledger ledger, ClientFacts client, Work work, CancellationToken stop)
    {
        if (await Locked(work, lineId.Value, stop) is not { } line)
            return NarhubErrors.NotFound("Bank line");
        if (line.State == "assigned")
            return NarhubErrors.Conflict("All of this bank line is assigned already");
        var left = line.Amount - line.Assigned;
        var amount = request.Amount ?? left;
        if (amount == 0 || Math.Sign(amount) != Math.Sign(left) || Math.Abs(amount) > Math.Abs(left))
            return NarhubErrors.Invalid($"The amount must be between {Math.Min(left, Math.Sign(left))} and {Math.Max(left, Math.Sign(left))}", "amount");
        if (await work.One<bool>("select exists (select from payments where bank_line_id = @Id and order_id = @OrderId)", new { line.Id, request.OrderId }, stop))
            return NarhubErrors.Conflict("A part of this bank line is assigned to that order already");
        switch (await ledger.Record(work, new Payment(request.OrderId!.Value, amount, line.Currency) { ReceivedOn = line.BookedOn, BankLineId = line.Id }, client, stop))
        {
            case LedgerOutcome.Recorded:
                var assigned = (await work.One<BankLineRow>(
                    $"""
                    update bank_lines set
                        assigned = assigned + @amount,
                        state = case when assigned + @amount = amount then 'assigned' else 'open' end,
                        reason = case when assigned + @amount = amount then null else reason end,
                        updated_at = clock()
                    where id = @Id
                    returning {BankLineRow.Columns}
                    """, new { line.Id, amount }, stop))!;
                var order = (await OrderReading.Whole(work, request.OrderId.Value, stop))!.Data;
                await work.Commit(stop);
                return TypedResults.Ok(new LineAssigned(BankLineData.Of(assigned), order));
            case LedgerOutcome.Refused refused:
                return NarhubErrors.Conflict(refused.Reason);
            default:
                return NarhubErrors.NotFound("Order");
        }
    }

    private static async Task<Results<Ok<LineDismissed>, ProblemHttpResult>> Dismiss(
        PathUuid lineId, Dismissal request, ClientFacts client, Work work, CancellationToken stop)
    {
        if (await Locked(work, lineId.Value, stop) is not { } line)
            return NarhubErrors.NotFound("Bank line");
        if (line.State == "assigned")
            return NarhubErrors.Conflict("All of this bank line is assigned already");
        var dismissed = (await work.One<BankLineRow>(
            $"update bank_lines set state = 'dismissed', reason = @Reason, updated_at = clock() where id = @Id returning {BankLineRow.Columns}", new { line.Id, request.Reason }, stop))!;
        await work.Audit(new AuditEntry("bank_line_dismissed", null, client) { Detail = new { line = line.Id, line.Amount } }, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new LineDismissed(BankLineData.Of(dismissed)));
    }

    private static Task<BankLineRow?> Locked(Work work, Guid id, CancellationToken stop) =>
        work.One<BankLineRow>($"select {BankLineRow.Columns} from bank_lines where id = @id for update", new { id }, stop);
}

public sealed record NewPayment : IValidatableObject
{
    /// <summary>Minor units; negative takes back what was noted wrongly. When not given: exactly what is due.</summary>
    [Range(-OrderWish.MostTotal, OrderWish.MostTotal, ErrorMessage = "Amount is out of range")]
    public long? Amount { get; init; }

    /// <summary>Must be the order's.</summary>
    public string? Currency { get; init; }

    /// <summary>Today when not given.</summary>
    public DateOnly? ReceivedOn { get; init; }

    [MaxLength(500, ErrorMessage = "Note is too long")]
    public string? Note { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Amount == 0)
            yield return new ValidationResult("Amount must not be zero", [nameof(Amount)]);
    }
}

public sealed record Assignment
{
    [Required(ErrorMessage = "order_id is required")]
    public Guid? OrderId { get; init; }

    /// <summary>A part of the line, in minor units; all that is left of it when not given.</summary>
    public long? Amount { get; init; }
}

public sealed record Dismissal
{
    [Required(ErrorMessage = "Reason is required")]
    [MaxLength(500, ErrorMessage = "Reason is too long")]
    public string? Reason { get; init; }
}

public sealed record PaymentList(IReadOnlyList<PaymentData> Payments, long TotalAmount, long PaidAmount, long DueAmount, long Credit, string Currency);

public sealed record PaymentRecorded(PaymentData Payment, OrderData Order);

public sealed record UnmatchedList(IReadOnlyList<BankLineData> Lines, long Total);

public sealed record LineAssigned(BankLineData Line, OrderData Order);

public sealed record LineDismissed(BankLineData Line);

public sealed record PaymentData
{
    internal const string Columns = "id, order_id, amount, currency, received_on, bank_line_id, note, recorded_by, created_at";

    public Guid Id { get; init; }
    public Guid OrderId { get; init; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public DateOnly ReceivedOn { get; init; }

    /// <summary>Null where an operator noted it by hand.</summary>
    public Guid? BankLineId { get; init; }
    public string? Note { get; init; }
    public Guid? RecordedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A booking of a bank statement.</summary>
public sealed record BankLineData
{
    public required Guid Id { get; init; }
    public required string Account { get; init; }
    public required DateOnly BookedOn { get; init; }
    public required long Amount { get; init; }
    public required string Currency { get; init; }
    public required long RemainingAmount { get; init; }
    public required bool IsReversal { get; init; }
    public required string? PayerName { get; init; }
    public required string? PayerAccount { get; init; }
    public required string Remittance { get; init; }
    public required string? BankReference { get; init; }
    public required string State { get; init; }

    /// <summary>Why an operator has to decide (no_reference, unknown_reference, several_orders, not_accepted, reversal), or decided to dismiss it.</summary>
    public required string? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Suggestion>? Suggestions { get; init; }

    internal static BankLineData Of(BankLineRow row) => new()
    {
        Id = row.Id,
        Account = row.Account,
        BookedOn = row.BookedOn,
        Amount = row.Amount,
        Currency = row.Currency,
        RemainingAmount = row.Amount - row.Assigned,
        IsReversal = row.IsReversal,
        PayerName = row.PayerName,
        PayerAccount = row.PayerAccount,
        Remittance = row.Remittance,
        BankReference = row.BankReference,
        State = row.State,
        Reason = row.Reason,
    };
}

/// <summary>An order that a bank line might be for, by its amount.</summary>
public sealed record Suggestion
{
    [JsonIgnore]
    public Guid LineId { get; init; }
    public Guid OrderId { get; init; }
    public string PaymentReference { get; init; } = "";
    public long DueAmount { get; init; }
    public string? BillingCompany { get; init; }
    public string? BillingName { get; init; }
}
