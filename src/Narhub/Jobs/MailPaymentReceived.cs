using Colonnade.Platform.Jobs;

namespace Colonnade.Narhub.Jobs;

/// <summary>Tells a customer that money has arrived, and what is still due or too much.</summary>
public sealed record MailPaymentReceived(Guid OrderId, long Amount) : IJob
{
    public static string Kind => "mail_payment_received";

    public Task Run(JobRun run) => OrderMail.Send(run, OrderId, order =>
    {
        var row = order.Row;
        return OrderMail.Letter(
            $"Payment received for your order {row.PaymentReference}",
            [$"{row.Printed(Amount)} has arrived for your order {row.PaymentReference}. Thank you."],
            row.Credit > 0 ? [("Total", row.Printed(row.TotalAmount)), ("Paid", row.Printed(row.PaidAmount)), ("Your credit", row.Printed(row.Credit))]
                : [("Total", row.Printed(row.TotalAmount)), ("Paid", row.Printed(row.PaidAmount)), ("Still due", row.Printed(row.Due))],
            [
                row.Due > 0 ? "We begin when the rest has arrived; please use the same reference."
                    : row.Credit > 0 ? "Everything is paid, and a little more: please tell us whether we shall return it or keep it for your next order."
                    : "Everything is paid: we are working on your order. Its invoice is in your account.",
            ]);
    });
}
