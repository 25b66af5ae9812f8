using System.Text.Json;
using System.Text.Json.Serialization;
using Colonnade.Narhub.Banking;
using Colonnade.Platform.Database;

namespace Colonnade.Narhub;

/// <summary>Everything that stands on an invoice or a credit note, as it was on the day it was issued; kept as JSON beside its number.</summary>
internal sealed record InvoiceContent
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required Party Seller { get; init; }

    public required Party Buyer { get; init; }

    public required string OrderReference { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    public DateTimeOffset? PaidAt { get; init; }

    public required DateOnly DueDate { get; init; }

    public string? PurchaseOrderNumber { get; init; }

    public required string Currency { get; init; }

    public required string TaxTreatment { get; init; }

    public required IReadOnlyList<InvoiceLine> Lines { get; init; }

    /// <summary>Of a credit note: the number of the invoice that it takes back.</summary>
    public string? TakesBack { get; init; }

    /// <summary>What the QR code on it says, while something is to be paid by SEPA.</summary>
    public string? EpcQrPayload { get; init; }

    public static InvoiceContent Of(WholeOrder order, Seller seller, string? ownerName, string? ownerCompany)
    {
        var row = order.Row;
        var toPay = row is { Status: OrderStatus.Pending, PaymentMethod: PaymentMethods.Sepa } && row.Due > 0;
        return new InvoiceContent
        {
            Seller = new Party(seller.Name, null, seller.Address, seller.Country, seller.VatId, seller.Iban.Printed, seller.Bic, seller.Bank),
            Buyer = new Party(row.BillingName ?? ownerName, row.BillingCompany ?? (row.BillingName is null ? ownerCompany : null), row.BillingAddress, row.BillingCountry, row.BillingVat),
            OrderReference = row.PaymentReference,
            OrderedAt = row.CreatedAt,
            PaidAt = row.PaymentConfirmedAt,
            DueDate = row.DueDate,
            PurchaseOrderNumber = row.PurchaseOrderNumber,
            Currency = row.Currency,
            TaxTreatment = row.TaxTreatment,
            Lines = [.. order.Items.Select(item => new InvoiceLine(item.ProductName, item.Quantity, item.NetAmount, item.TaxRate, item.TaxAmount, item.GrossAmount))],
            EpcQrPayload = toPay ? new EpcPayload(seller.Name, seller.Iban, seller.Bic, row.Due, CreditorReference.Of(row.PaymentReference)).Write() : null,
        };
    }

    /// <summary>The same with every amount turned.</summary>
    public InvoiceContent TakenBack(string number) => this with
    {
        TakesBack = number,
        EpcQrPayload = null,
        Lines = [.. Lines.Select(line => line with { Net = -line.Net, Tax = -line.Tax, Gross = -line.Gross })],
    };

    public static async Task<InvoiceContent?> Read(Work work, Guid invoiceId, CancellationToken stop) =>
        Parse(await work.One<string>("select content from invoices where id = @invoiceId", new { invoiceId }, stop));

    public static InvoiceContent? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<InvoiceContent>(json, Json);
}

/// <summary>A side of the sale, as printed.</summary>
internal sealed record Party(string? Name, string? Company, string? Address, string? Country, string? VatId, string? Iban = null, string? Bic = null, string? Bank = null);

internal sealed record InvoiceLine(string Name, int Quantity, long Net, decimal TaxRate, long Tax, long Gross);
