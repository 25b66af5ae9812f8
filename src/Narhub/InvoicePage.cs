using System.Globalization;
using Colonnade.Narhub.Banking;
using Colonnade.Platform.Web;

namespace Colonnade.Narhub;

/// <summary>Invoices, credit notes and proforma invoices as a page to be printed: A4, everything inside.</summary>
internal static class InvoicePage
{
    private const string ReverseChargeNote = "Reverse charge: the recipient of the service is liable for the VAT (Article 196 of Council Directive 2006/112/EC).";

    /// <param name="title">Invoice, Credit note or Proforma invoice.</param>
    /// <param name="number">Null for a proforma: only what is issued has a number.</param>
    /// <param name="date">On which it is issued, or printed.</param>
    /// <param name="content">What it says.</param>
    public static Html Of(string title, string? number, DateTimeOffset date, InvoiceContent content)
    {
        var heading = number is null ? title : $"{title} {number}";
        return Html.Of(
            $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>{{heading}}</title>
            <meta name="author" content="{{content.Seller.Name}}">
            <style>
            @page { size: A4; margin: 22mm 20mm 26mm; @bottom-center { content: counter(page) " / " counter(pages); font: 8pt 'DejaVu Sans', sans-serif; color: #666; } }
            body { font: 9.5pt/1.45 'DejaVu Sans', sans-serif; color: #1d2422; margin: 0; }
            h1 { font-size: 17pt; margin: 0 0 4mm; font-weight: 600; }
            .head { margin-bottom: 14mm; table-layout: fixed; }
            .head td { width: 50%; padding: 0 6mm 0 0; vertical-align: top; white-space: pre-line; overflow-wrap: anywhere; }
            .small { color: #5d6864; font-size: 8pt; }
            table { border-collapse: collapse; width: 100%; }
            .facts { width: auto; margin-bottom: 8mm; }
            .facts td { padding: 0 8mm 0.6mm 0; vertical-align: top; overflow-wrap: anywhere; }
            .lines th { text-align: left; font-size: 8pt; color: #5d6864; border-bottom: 0.4mm solid #1d2422; padding: 1.5mm 1mm; }
            .lines td { border-bottom: 0.15mm solid #ccc; padding: 2mm 1mm; vertical-align: top; overflow-wrap: anywhere; }
            .lines tr { break-inside: avoid; }
            .number { text-align: right !important; white-space: nowrap; }
            .sums { width: 55%; margin: 4mm 0 8mm auto; break-inside: avoid; }
            .sums td { padding: 1mm; }
            .sums .total td { border-top: 0.4mm solid #1d2422; font-weight: 600; font-size: 11pt; }
            .pay { break-inside: avoid; }
            .pay td { vertical-align: middle; padding: 0; }
            .whole { white-space: nowrap; }
            .pay .code { width: 40mm; }
            .pay img { width: 34mm; height: 34mm; image-rendering: pixelated; }
            </style>
            </head>
            <body>
            <table class="head"><tr><td><span class="small">{{content.Seller.Name}} · {{OneLine(content.Seller.Address)}}</span>

            {{Address(content.Buyer)}}</td><td>{{Address(content.Seller with { Country = null })}}</td></tr></table>
            <h1>{{heading}}</h1>
            <table class="facts">
            {{Facts(number, date, content)}}
            </table>
            <table class="lines">
            <thead><tr><th>Product</th><th class="number">Quantity</th><th class="number">Net</th><th class="number">VAT</th><th class="number">Gross</th></tr></thead>
            <tbody>
            {{Html.Join(content.Lines.Select(line => Line(line, content.Currency)))}}
            </tbody>
            </table>
            <table class="sums">
            {{Sums(content)}}
            </table>
            {{(content.TaxTreatment == Tax.ReverseCharge ? Html.Of($"<p>{ReverseChargeNote}</p>") : Html.None)}}
            {{Closing(number, content)}}
            </body>
            </html>
            """);
    }

    private static string Address(Party party) => string.Join('\n', new[] { party.Company, party.Name, Lines(party.Address), Country(party), party.VatId is null ? null : $"VAT ID {party.VatId}" }
        .Where(line => !string.IsNullOrWhiteSpace(line)));

    private static string? Lines(string? address) => address?.Replace(", ", "\n", StringComparison.Ordinal);

    /// <summary>Where the address does not end with it already.</summary>
    private static string? Country(Party party) => party.Address?.TrimEnd().EndsWith(party.Country ?? "", StringComparison.OrdinalIgnoreCase) == true ? null : party.Country;

    private static string OneLine(string? address) => string.Join(", ", (address ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static Html Facts(string? number, DateTimeOffset date, InvoiceContent content)
    {
        IEnumerable<(string Name, string? Value)> facts =
        [
            ("Number", number),
            ("Date", Day(DateOnly.FromDateTime(date.UtcDateTime))),
            ("Takes back invoice", content.TakesBack),
            ("Date of supply", number is null ? null : content.PaidAt is { } paid ? Day(DateOnly.FromDateTime(paid.UtcDateTime)) : "with the receipt of payment"),
            ("Order", content.OrderReference),
            ("Ordered on", Day(DateOnly.FromDateTime(content.OrderedAt.UtcDateTime))),
            ("Your purchase order", content.PurchaseOrderNumber),
        ];
        return Html.Join(facts.Where(fact => fact.Value is not null).Select(fact => Html.Of($"""<tr><td class="small">{fact.Name}</td><td>{fact.Value}</td></tr>""")));
    }

    private static Html Line(InvoiceLine line, string currency) => Html.Of(
        $"""
        <tr><td>{line.Name}</td><td class="number">{line.Quantity}</td><td class="number">{Amounts.Print(line.Net, currency)}</td>
        <td class="number">{line.TaxRate:0.##} %</td><td class="number">{Amounts.Print(line.Gross, currency)}</td></tr>
        """);

    private static Html Sums(InvoiceContent content)
    {
        var rates = content.Lines.GroupBy(line => line.TaxRate).Select(rate => Html.Of(
            $"""<tr><td>VAT {rate.Key:0.##} %</td><td class="number">{Amounts.Print(rate.Sum(line => line.Tax), content.Currency)}</td></tr>"""));
        return Html.Of(
            $"""
            <tr><td>Net</td><td class="number">{Amounts.Print(content.Lines.Sum(line => line.Net), content.Currency)}</td></tr>
            {Html.Join(rates)}
            <tr class="total"><td>Total</td><td class="number">{Amounts.Print(content.Lines.Sum(line => line.Gross), content.Currency)}</td></tr>
            """);
    }

    private static Html Closing(string? number, InvoiceContent content)
    {
        if (content.TakesBack is not null)
            return Html.Of($"<p>This credit note takes back invoice {content.TakesBack} in full.</p>");
        if (content.PaidAt is { } paid)
            return Html.Of($"<p>Paid by bank transfer on {Day(DateOnly.FromDateTime(paid.UtcDateTime))}. Thank you.</p>");
        var qr = content.EpcQrPayload is { } payload
            ? Html.Of($"""<td class="code"><img alt="QR code for the transfer" src="data:image/png;base64,{Convert.ToBase64String(QrImage.Png(payload))}"></td>""")
            : Html.None;
        return Html.Of(
            $"""
            <table class="pay"><tr>{qr}<td>{(number is null ? "This is no invoice and gives no right to deduct tax. " : "")}Please pay until {Day(content.DueDate)} by bank transfer to {content.Seller.Name},
            IBAN {content.Seller.Iban}, BIC {content.Seller.Bic}, {content.Seller.Bank}, with the reference <strong>{CreditorReference.Of(content.OrderReference)}</strong> or <span class="whole">{content.OrderReference}</span>.</td></tr></table>
            """);
    }

    private static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
