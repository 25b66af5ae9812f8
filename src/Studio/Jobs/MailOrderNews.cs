using System.Globalization;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Studio.Jobs;

/// <summary>Tells somebody that an order of theirs has moved on, or that a message is waiting.</summary>
/// <param name="OrderId">Which.</param>
/// <param name="AccountId">Who: its customer or its provider.</param>
/// <param name="News">The status it has reached, or <see cref="Message"/>.</param>
public sealed record MailOrderNews(Guid OrderId, Guid AccountId, string News) : IJob
{
    public const string Message = "message";

    public static string Kind => "mail_order_news";

    public async Task Run(JobRun run)
    {
        var account = await run.Services.GetRequiredService<ProductAccounts>().Find(AccountId, run.Stop);
        var order = await run.Services.GetRequiredService<ProductDatabase>().One<OrderRow>($"select {OrderRow.Columns} from orders o where o.id = @OrderId", new { OrderId }, run.Stop);
        if (account is null || order is null)
        {
            run.Cancel("The account or the order is gone.");
            return;
        }

        var (subject, sentence) = Words(order);
        var link = run.Services.GetRequiredService<PublicUrl>().Of($"/api/orders/{order.Id}");
        var price = string.Create(CultureInfo.InvariantCulture, $"{order.Amount / 100m:0.00} {order.Currency.ToUpperInvariant()}");
        var what = $"{order.Title}, {order.PackageName}, {price}";
        await run.Services.GetRequiredService<Mailer>().Send(run, account.Email, new Letter(
            subject, sentence, $"{sentence}\n\n{what}\nOrder {order.Id}\n{link}",
            Html.Join([MailParts.Paragraph(sentence), MailParts.Paragraph(what), MailParts.Button("See the order", link)])));
    }

    private (string Subject, string Sentence) Words(OrderRow order)
    {
        var isCustomer = AccountId == order.CustomerId;
        return News switch
        {
            OrderStatus.PendingRequirements when isCustomer => ("Payment received", "Thank you, your payment has arrived. Tell the provider what you need, and the work begins."),
            OrderStatus.PendingRequirements => ("A new order", "An order of yours was paid. The customer will tell you what is needed."),
            OrderStatus.InProgress when isCustomer => ("Payment received", "Thank you, your payment has arrived and the work begins."),
            OrderStatus.InProgress => ("Work can begin", "An order of yours is paid and described: the delivery clock runs."),
            OrderStatus.Delivered => ("Your order was delivered", "Look at what was delivered. Accept it or request changes within 14 days; then it counts as accepted."),
            OrderStatus.ChangesRequested => ("Changes were requested", "The customer has requested changes to what you delivered."),
            OrderStatus.Completed => ("An order is completed", "The work was accepted."),
            OrderStatus.Reviewed => ("You were reviewed", "The customer has reviewed your work."),
            OrderStatus.PaymentExpired => ("Your order has expired", "It was not paid within 15 minutes. Nothing was charged; you can order again at any time."),
            OrderStatus.Canceled => ("An order was canceled", order.PaidAt is null ? "Nothing was charged." : "What was paid goes back to the customer."),
            OrderStatus.Disputed => ("An order is disputed", "The customer has asked an operator to decide. You will hear from us; what nobody has decided within 60 days is refunded."),
            OrderStatus.Refunded => ("An order was refunded", "The dispute is over: what was paid goes back to the customer."),
            Message => ("A new message", "Somebody wrote to you about an order."),
            _ => ("An order has changed", $"Its status is now {News}."),
        };
    }
}
