using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Narhub.Banking;

namespace Colonnade.Narhub;

/// <summary>An order as everybody sees it: the document's type, and what has been added.</summary>
public sealed record OrderData
{
    public required Guid Id { get; init; }

    public required Guid UserId { get; init; }

    [AllowedValues(OrderStatus.Pending, OrderStatus.Processing, OrderStatus.Completed, OrderStatus.Cancelled, OrderStatus.Refunded)]
    public required string Status { get; init; }

    public required long TotalAmount { get; init; }

    public required string Currency { get; init; }

    public required string? PaymentMethod { get; init; }

    public required string PaymentReference { get; init; }

    public required string CreditorReference { get; init; }

    public required DateTimeOffset? PaymentConfirmedAt { get; init; }

    public required string? BillingName { get; init; }

    public required string? BillingCompany { get; init; }

    public required string? BillingAddress { get; init; }

    public required string? BillingCountry { get; init; }

    public required string? BillingVat { get; init; }

    public required string? Notes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required string? PurchaseOrderNumber { get; init; }

    public required DateOnly DueDate { get; init; }

    public required string TaxTreatment { get; init; }

    public required long PaidAmount { get; init; }

    public required long DueAmount { get; init; }

    /// <summary>What was paid too much, or for an order that is no more.</summary>
    public required long Credit { get; init; }

    public required IReadOnlyList<OrderItemData> Items { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? NextStatuses { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<InvoiceData>? Invoices { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PaymentInstructions? PaymentInstructions { get; init; }

    internal static OrderData Of(OrderRow order, IEnumerable<OrderItemData> items) => new()
    {
        Id = order.Id,
        UserId = order.UserId,
        Status = order.Status,
        TotalAmount = order.TotalAmount,
        Currency = order.Currency,
        PaymentMethod = order.PaymentMethod,
        PaymentReference = order.PaymentReference,
        CreditorReference = Banking.CreditorReference.Of(order.PaymentReference),
        PaymentConfirmedAt = order.PaymentConfirmedAt,
        BillingName = order.BillingName,
        BillingCompany = order.BillingCompany,
        BillingAddress = order.BillingAddress,
        BillingCountry = order.BillingCountry,
        BillingVat = order.BillingVat,
        Notes = order.Notes,
        CreatedAt = order.CreatedAt,
        UpdatedAt = order.UpdatedAt,
        PurchaseOrderNumber = order.PurchaseOrderNumber,
        DueDate = order.DueDate,
        TaxTreatment = order.TaxTreatment,
        PaidAmount = order.PaidAmount,
        DueAmount = order.Due,
        Credit = order.Credit,
        Items = [.. items],
    };
}

/// <summary>A line as it was when it was ordered.</summary>
public sealed record OrderItemData
{
    public Guid Id { get; init; }
    public Guid OrderId { get; init; }
    public string ProductSlug { get; init; } = "";
    public string ProductName { get; init; } = "";
    public string? ProductIcon { get; init; }
    public long PriceMin { get; init; }
    public long PriceMax { get; init; }
    public long? FinalPrice { get; init; }
    public int Quantity { get; init; }
    public long NetAmount { get; init; }

    /// <summary>Per cent.</summary>
    public decimal TaxRate { get; init; }
    public long TaxAmount { get; init; }
    public long GrossAmount { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A row of <c>orders</c>.</summary>
internal sealed record OrderRow
{
    public const string Columns =
        """
        o.id, o.user_id, o.status, o.total_amount, o.currency, o.payment_method, o.payment_reference, o.paid_amount, o.payment_confirmed_at, o.due_date,
        o.purchase_order_number, o.billing_name, o.billing_company, o.billing_address, o.billing_country, o.billing_vat, o.notes, o.tax_treatment,
        o.created_at, o.updated_at, o.version
        """;

    public Guid Id { get; init; }
    public Guid UserId { get; init; }
    public string Status { get; init; } = "";
    public long TotalAmount { get; init; }
    public string Currency { get; init; } = "";
    public string? PaymentMethod { get; init; }
    public string PaymentReference { get; init; } = "";
    public long PaidAmount { get; init; }
    public DateTimeOffset? PaymentConfirmedAt { get; init; }
    public DateOnly DueDate { get; init; }
    public string? PurchaseOrderNumber { get; init; }
    public string? BillingName { get; init; }
    public string? BillingCompany { get; init; }
    public string? BillingAddress { get; init; }
    public string? BillingCountry { get; init; }
    public string? BillingVat { get; init; }
    public string? Notes { get; init; }
    public string TaxTreatment { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public long Version { get; init; }

    public bool IsOver => Status is OrderStatus.Cancelled or OrderStatus.Refunded;

    public long Due => IsOver ? 0 : Math.Max(0, TotalAmount - PaidAmount);

    public long Credit => IsOver ? PaidAmount : Math.Max(0, PaidAmount - TotalAmount);

    public string Printed(long amount) => Amounts.Print(amount, Currency);
}
