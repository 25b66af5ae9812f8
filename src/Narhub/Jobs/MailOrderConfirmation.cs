using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Narhub.Jobs;

/// <summary>Tells a customer what was ordered and how to pay.</summary>
public sealed record MailOrderConfirmation(Guid OrderId) : IJob
{
    public static string Kind => "mail_order_confirmation";

    public Task Run(JobRun run) => OrderMail.Send(run, OrderId, order =>
    {
        var pay = PaymentInstructions.Of(order.Row, run.Services.GetRequiredService<Seller>(), run.Services.GetRequiredService<PublicUrl>());
        return OrderMail.Letter(
            $"Your order {order.Row.PaymentReference}",
            ["Thank you for your order. This is what you ordered:"],
            pay is null ? OrderMail.Lines(order) : [.. OrderMail.Lines(order), .. OrderMail.HowToPay(pay)],
            [
                pay is null
                    ? $"We will tell you how to pay. The order's reference is {order.Row.PaymentReference}."
                    : "Please write the reference into the transfer, so that we find your order. We begin when everything has arrived, and tell you then.",
            ]);
    });
}
