using Colonnade.Narhub.Banking;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Mail;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Narhub.Jobs;

/// <summary>What all mails about an order have in common.</summary>
internal static class OrderMail
{
    /// <summary>To the address the customer has when the mail is sent; nobody gets it once the account is erased.</summary>
    public static async Task Send(JobRun run, Guid orderId, Func<WholeOrder, Letter?> letter)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        if (await OrderReading.Whole(database, orderId, run.Stop) is not { } order || await AddressOf(database, order.Row.UserId, run.Stop) is not { } address)
            run.Cancel("The customer has no address any more.");
        else if (letter(order) is { } written)
            await run.Services.GetRequiredService<Mailer>().Send(run, address, written);
        else
            run.Cancel("The order has changed since; the mail is pointless.");
    }

    public static Task<string?> AddressOf(ProductDatabase database, Guid userId, CancellationToken stop) =>
        database.One<string>("select email from accounts where id = @userId and deleted_at is null", new { userId }, stop);

    /// <summary>A letter of paragraphs, then a table of facts, then paragraphs.</summary>
    public static Letter Letter(string subject, IReadOnlyList<string> before, IReadOnlyList<(string Name, string Value)> facts, IReadOnlyList<string> after)
    {
        var text = string.Join("\n\n",
        [
            .. before,
            .. facts.Count == 0 ? [] : new[] { string.Join('\n', facts.Select(fact => $"{fact.Name}: {fact.Value}")) },
            .. after,
        ]);
        var html = Html.Join(
        [
            .. before.Select(MailParts.Paragraph),
            .. facts.Count == 0 ? [] : new[] { MailParts.Facts(facts) },
            .. after.Select(MailParts.Paragraph),
        ]);
        return new Letter(subject, before[0], text, html);
    }

    public static List<(string Name, string Value)> Lines(WholeOrder order) =>
        [.. order.Items.Select(item => ($"{item.Quantity} × {OneLine(item.ProductName)}", Amounts.Print(item.GrossAmount, order.Row.Currency))), ("Total with VAT", order.Row.Printed(order.Row.TotalAmount))];

    public static List<(string Name, string Value)> HowToPay(PaymentInstructions pay)
    {
        List<(string Name, string Value)> facts =
        [
            ("Amount", Amounts.Print(pay.Amount, pay.Currency)),
            ("Beneficiary", pay.Beneficiary),
            ("IBAN", Iban.Parse(pay.Iban)!.Printed),
            ("BIC", pay.Bic),
            ("Bank", pay.BankAddress is null ? pay.Bank : $"{pay.Bank}, {pay.BankAddress}"),
            ("Reference", $"{pay.CreditorReference} (or {pay.Reference})"),
            ("Please pay until", pay.DueDate.ToString("d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture)),
        ];
        if (pay.ChargeCode is { } charges)
            facts.Add(("Charges", charges));
        return facts;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
