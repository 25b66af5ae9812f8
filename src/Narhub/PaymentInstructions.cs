using System.Text.Json.Serialization;
using Colonnade.Narhub.Banking;
using Colonnade.Platform.Web;

namespace Colonnade.Narhub;

/// <summary>How to pay what is still due of an order by bank transfer.</summary>
public sealed record PaymentInstructions
{
    public required string Method { get; init; }

    public required string Beneficiary { get; init; }

    public required string Iban { get; init; }

    public required string Bic { get; init; }

    public required string Bank { get; init; }

    /// <summary>Of transfers by SWIFT.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BankAddress { get; init; }

    /// <summary>Of transfers by SWIFT: SHA, each side pays its own bank.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ChargeCode { get; init; }

    /// <summary>Minor units.</summary>
    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public required string Reference { get; init; }

    public required string CreditorReference { get; init; }

    public required DateOnly DueDate { get; init; }

    /// <summary>What the QR code says; of SEPA transfers that fit into one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EpcQrPayload { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? QrUrl { get; init; }

    /// <summary>Null where nothing is to be paid, or no way of paying was chosen.</summary>
    internal static PaymentInstructions? Of(OrderRow order, Seller seller, PublicUrl url)
    {
        var due = order.TotalAmount - order.PaidAmount;
        if (order is not { Status: OrderStatus.Pending, PaymentMethod: { } method } || due <= 0)
            return null;
        var isSepa = method == PaymentMethods.Sepa;
        var creditorReference = Banking.CreditorReference.Of(order.PaymentReference);
        var payload = isSepa ? new EpcPayload(seller.Name, seller.Iban, seller.Bic, due, creditorReference).Write() : null;
        return new PaymentInstructions
        {
            Method = method,
            Beneficiary = seller.Name,
            Iban = seller.Iban.Text,
            Bic = seller.Bic,
            Bank = seller.Bank,
            BankAddress = isSepa ? null : seller.BankAddress,
            ChargeCode = isSepa ? null : "SHA",
            Amount = due,
            Currency = order.Currency,
            Reference = order.PaymentReference,
            CreditorReference = creditorReference,
            DueDate = order.DueDate,
            EpcQrPayload = payload,
            QrUrl = payload is null ? null : url.Of($"/api/orders/{order.Id}/qr.png"),
        };
    }
}
