using Colonnade.Narhub.Banking;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Narhub.Jobs;

/// <summary>Tells a customer the answer to a request for a quote.</summary>
public sealed record MailQuote(Guid QuoteId, long Version) : IJob
{
    public static string Kind => "mail_quote";

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        // A later answer has a mail of its own.
        if (await QuoteReading.Whole(database, QuoteId, run.Stop) is not { } quote || quote.Version != Version
            || await OrderMail.AddressOf(database, quote.UserId, run.Stop) is not { } address)
        {
            run.Cancel("The quote has changed since, or the customer has no address any more.");
            return;
        }

        string[] words = quote.Message is { } message ? [message] : [];
        var letter = quote.Status == QuoteStatus.Offered
            ? OrderMail.Letter(
                "Your quote is ready",
                ["This is what we can offer you:"],
                [
                    .. quote.Items.Select(item => ($"{item.Quantity} × {item.ProductName.ReplaceLineEndings(" ")}", Amounts.Print((item.FinalPrice ?? 0) * item.Quantity, quote.Currency))),
                    ("Total with VAT", Amounts.Print(quote.TotalAmount ?? 0, quote.Currency)),
                    ("Good until", quote.ExpiresAt?.ToString("d MMMM yyyy HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture) ?? ""),
                ],
                [.. words, "Accept it in your account, and it becomes an order at these prices."])
            : OrderMail.Letter("About your request for a quote", ["We cannot make you an offer for what you asked for."], [], words);
        await run.Services.GetRequiredService<Mailer>().Send(run, address, letter);
    }
}
