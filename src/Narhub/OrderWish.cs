using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text.Json;
using Colonnade.Narhub.Banking;

namespace Colonnade.Narhub;

/// <summary>The body of <c>POST /api/orders</c>.</summary>
public sealed record OrderWish : Billing, IValidatableObject
{
    public const int MostItems = 100;
    public const long MostTotal = 1_000_000_000_000_000;

    [Required(ErrorMessage = NarhubErrors.NoItems)]
    [MinLength(1, ErrorMessage = NarhubErrors.NoItems)]
    [MaxLength(MostItems, ErrorMessage = "An order takes at most 100 items")]
    public IReadOnlyList<OrderItemWish>? Items { get; init; }

    /// <summary>Minor units, with tax.</summary>
    [Required(ErrorMessage = NarhubErrors.NoTotal)]
    [Range(1L, MostTotal, ErrorMessage = NarhubErrors.NoTotal)]
    public long? TotalAmount { get; init; }

    /// <summary>ISO 4217; EUR when not given.</summary>
    public string? Currency { get; init; }

    internal string CurrencyCode => string.IsNullOrWhiteSpace(Currency) ? Currencies.Euro : Currency.Trim().ToUpperInvariant();

    /// <summary>The same for the same wish.</summary>
    internal byte[] Digest() => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Items!.Any(static item => item is null))
            yield return new ValidationResult("Every item must be an object", [nameof(Items)]);
        if (!Currencies.IsKnown(CurrencyCode))
            yield return new ValidationResult("Currency must be a code of ISO 4217", [nameof(Currency)]);
        else if (PaymentMethod == PaymentMethods.Sepa && CurrencyCode != Currencies.Euro)
            yield return new ValidationResult("SEPA transfers are in EUR", [nameof(PaymentMethod)]);
    }
}

/// <summary>One line of an order as a client asks for it; the catalogue's name and prices win where it has the product.</summary>
public sealed record OrderItemWish : IValidatableObject
{
    public const long MostPrice = Price.Most;

    [Required(ErrorMessage = "product_slug is required")]
    [MaxLength(200, ErrorMessage = "product_slug is too long")]
    public string? ProductSlug { get; init; }

    [Required(ErrorMessage = "product_name is required")]
    [MaxLength(200, ErrorMessage = "product_name is too long")]
    public string? ProductName { get; init; }

    [MaxLength(64, ErrorMessage = "product_icon is too long")]
    public string? ProductIcon { get; init; }

    [Required(ErrorMessage = "price_min is required")]
    [Range(0L, MostPrice, ErrorMessage = "price_min must be a whole number of cents")]
    public long? PriceMin { get; init; }

    [Required(ErrorMessage = "price_max is required")]
    [Range(0L, MostPrice, ErrorMessage = "price_max must be a whole number of cents")]
    public long? PriceMax { get; init; }

    [Range(0L, MostPrice, ErrorMessage = "final_price must be a whole number of cents")]
    public long? FinalPrice { get; init; }

    /// <summary>1 when not given.</summary>
    [Range(1, 999, ErrorMessage = "quantity must be between 1 and 999")]
    public int? Quantity { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PriceMin > PriceMax)
            yield return new ValidationResult("price_min must not be more than price_max", [nameof(PriceMin)]);
    }
}

/// <summary>Who pays, and how.</summary>
public abstract record Billing
{
    /// <summary>SEPA or SWIFT; the answer then says how to pay.</summary>
    [AllowedValues(null, PaymentMethods.Sepa, PaymentMethods.Swift, ErrorMessage = "Payment method must be SEPA or SWIFT")]
    public string? PaymentMethod { get; init; }

    [MaxLength(200, ErrorMessage = "billing_name is too long")]
    public string? BillingName { get; init; }

    [MaxLength(200, ErrorMessage = "billing_company is too long")]
    public string? BillingCompany { get; init; }

    [MaxLength(1000, ErrorMessage = "billing_address is too long")]
    public string? BillingAddress { get; init; }

    [MaxLength(100, ErrorMessage = "billing_country is too long")]
    public string? BillingCountry { get; init; }

    [MaxLength(50, ErrorMessage = "billing_vat is too long")]
    public string? BillingVat { get; init; }

    [MaxLength(4000, ErrorMessage = "notes are too long")]
    public string? Notes { get; init; }

    /// <summary>The customer's own number of this purchase; it stands on the invoice.</summary>
    [MaxLength(100, ErrorMessage = "purchase_order_number is too long")]
    public string? PurchaseOrderNumber { get; init; }

    /// <summary>When the customer promises to pay; not later than the seller's terms, which hold when nothing is given.</summary>
    public DateOnly? DueDate { get; init; }
}

public static class PaymentMethods
{
    public const string Sepa = "SEPA";
    public const string Swift = "SWIFT";
}
