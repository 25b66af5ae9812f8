using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Narhub.Jobs;

/// <summary>Tells a customer that money has arrived, and what is still due or too much.</summary>
public sealed record MailPaymentReceived(Guid OrderId, long Amount) : IJob
{
    public static string Kind => "mail_payment_received";

    public Task Run(JobRun run) => OrderMail.Send(run, OrderId, order =>
    {
        var row = order.Row;
        List<(string Name, string Value)> facts =
        [
            ("Total", row.Printed(row.TotalAmount)),
            ("Paid", row.Printed(row.PaidAmount)),
            row.Credit > 0 ? ("Your credit", row.Printed(row.Credit)) : ("Still due", row.Printed(row.Due)),
        ];
        if (order.Invoices.FirstOrDefault(invoice => invoice.Kind == InvoiceIssue.Invoice) is { } invoice)
            facts.Add(("Invoice", $"{invoice.Number}, {run.Services.GetRequiredService<PublicUrl>().Of($"/api/orders/{row.Id}/invoice")}"));
        return OrderMail.Letter(
            $"Payment received for your order {row.PaymentReference}",
            [$"{row.Printed(Amount)} has arrived for your order {row.PaymentReference}. Thank you."],
            facts,
            [
                row.Due > 0 ? "We begin when the rest has arrived; please use the same reference."
                    : row.Credit > 0 ? "Everything is paid, and a little more: please tell us whether we shall return it or keep it for your next order."
                    : "Everything is paid: we are working on your order.",
            ]);
    });
}
