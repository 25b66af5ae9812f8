using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Narhub.Jobs;

/// <summary>Reminds a customer of an order that is not paid.</summary>
public sealed record MailPaymentReminder(Guid OrderId) : IJob
{
    public static string Kind => "mail_payment_reminder";

    public Task Run(JobRun run) => OrderMail.Send(run, OrderId, order =>
    {
        var row = order.Row;
        if (row.Status != OrderStatus.Pending || row.Due == 0)
            return null;
        var pay = PaymentInstructions.Of(row with { PaymentMethod = row.PaymentMethod ?? (row.Currency == Banking.Currencies.Euro ? PaymentMethods.Sepa : PaymentMethods.Swift) },
            run.Services.GetRequiredService<Seller>(), run.Services.GetRequiredService<PublicUrl>());
        return OrderMail.Letter(
            $"A reminder of your order {row.PaymentReference}",
            [$"{row.Printed(row.Due)} of your order {row.PaymentReference} has not arrived yet. Perhaps it has slipped your mind."],
            OrderMail.HowToPay(pay!),
            ["If the transfer is on its way, there is nothing you have to do."]);
    });
}
