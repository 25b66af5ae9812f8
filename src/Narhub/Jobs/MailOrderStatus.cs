using Colonnade.Platform.Jobs;

namespace Colonnade.Narhub.Jobs;

/// <summary>Tells a customer that an order was completed, cancelled or refunded.</summary>
public sealed record MailOrderStatus(Guid OrderId, string Status, string? Reason = null) : IJob
{
    public static string Kind => "mail_order_status";

    public Task Run(JobRun run) => OrderMail.Send(run, OrderId, order =>
    {
        var row = order.Row;
        var (subject, what) = Status switch
        {
            OrderStatus.Completed => ("is complete", $"Your order {row.PaymentReference} is complete: everything was delivered."),
            OrderStatus.Cancelled => ("was cancelled", $"Your order {row.PaymentReference} was cancelled. {(row.PaidAmount > 0 ? $"We return the {row.Printed(row.PaidAmount)} that had arrived." : "Nothing is to be paid.")}"),
            OrderStatus.Refunded => ("was refunded", $"Your order {row.PaymentReference} was refunded: we return {row.Printed(row.PaidAmount)}."),
            _ => throw new InvalidOperationException($"There is no mail about the status {Status}."),
        };
        var note = order.Invoices.FirstOrDefault(invoice => invoice.Kind == InvoiceIssue.CreditNote);
        return OrderMail.Letter(
            $"Your order {row.PaymentReference} {subject}",
            [what],
            note is null ? [] : [("Credit note", note.Number)],
            Reason is null ? [] : [Reason]);
    });
}
