using Colonnade.Narhub.Banking;
using Colonnade.Narhub.Jobs;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Narhub;

/// <summary>Writes an order with everything that belongs to it: lines, reference, history, the cleared cart, the mail, the event.</summary>
internal sealed class OrderPlacement(Seller seller, OrderRules rules, WebhookEvents events, TimeProvider time)
{
    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>The last day on which what is ordered today may be paid.</summary>
    private DateOnly LastDueDate => Today.AddDays(rules.DueDays);

    /// <summary>A customer may promise to pay early, not to pay late.</summary>
    public ProblemHttpResult? FlawOfDueDate(Billing billing) => billing.DueDate is { } due && (due < Today || due > LastDueDate)
        ? NarhubErrors.Invalid($"due_date must be between {Today:yyyy-MM-dd} and {LastDueDate:yyyy-MM-dd}", "due_date")
        : null;

    public Tax TaxOf(Billing billing) => Tax.Of(seller, billing.BillingVat);

    /// <param name="work">Commits it all.</param>
    /// <param name="draft">Priced and checked.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<OrderRow> Place(Work work, OrderDraft draft, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var billing = draft.Billing;
        OrderRow? placed;
        string reference;
        var itemIds = draft.Lines.Select(_ => Guid.CreateVersion7(now)).ToArray();
        var orderId = Guid.CreateVersion7(now);
        do
        {
            reference = OrderReference.Draw();
            placed = await work.One<OrderRow>(
                $"""
                with reference as (
                    insert into payment_references (reference, order_id) values (@reference, @orderId) on conflict (reference) do nothing returning reference
                ), o as (
                    insert into orders (id, user_id, total_amount, currency, payment_method, payment_reference, due_date, purchase_order_number,
                        billing_name, billing_company, billing_address, billing_country, billing_vat, notes, tax_treatment, wish)
                    select @orderId, @UserId, @Total, @Currency, @PaymentMethod, reference, @DueDate, @PurchaseOrderNumber,
                        @BillingName, @BillingCompany, @BillingAddress, @BillingCountry, @BillingVat, @Notes, @TaxTreatment, @Wish
                    from reference
                    returning *
                ), items as (
                    insert into order_items (id, order_id, position, product_slug, product_name, product_icon, price_min, price_max, final_price, quantity,
                        gross_amount, tax_rate, tax_amount)
                    select item.id, o.id, item.position, slug, name, icon, price_min, price_max, final_price, quantity, gross, @TaxRate, tax
                    from o, unnest(@itemIds, @slugs, @names, @icons, @minima, @maxima, @finals, @quantities, @gross, @taxes) with ordinality
                        as item (id, slug, name, icon, price_min, price_max, final_price, quantity, gross, tax, position)
                ), noted as (
                    insert into order_changes (order_id, version, status, actor_id) select id, version, status, user_id from o
                ), cart as (
                    update carts set updated_at = clock() from o where carts.user_id = o.user_id and @ClearsCart returning carts.user_id
                ), cleared as (
                    delete from cart_items using cart where cart_items.user_id = cart.user_id
                )
                select {OrderRow.Columns} from o
                """,
                new
                {
                    reference,
                    orderId,
                    draft.UserId,
                    draft.Total,
                    draft.Currency,
                    billing.PaymentMethod,
                    DueDate = billing.DueDate ?? LastDueDate,
                    PurchaseOrderNumber = OrNull(billing.PurchaseOrderNumber),
                    BillingName = OrNull(billing.BillingName),
                    BillingCompany = OrNull(billing.BillingCompany),
                    BillingAddress = OrNull(billing.BillingAddress),
                    BillingCountry = OrNull(billing.BillingCountry),
                    BillingVat = OrNull(billing.BillingVat),
                    Notes = OrNull(billing.Notes),
                    TaxTreatment = draft.Tax.Treatment,
                    TaxRate = draft.Tax.Rate,
                    draft.Wish,
                    draft.ClearsCart,
                    itemIds,
                    slugs = draft.Lines.Select(line => line.Line.Slug).ToArray(),
                    names = draft.Lines.Select(line => line.Line.Name).ToArray(),
                    icons = draft.Lines.Select(line => line.Line.Icon).ToArray(),
                    minima = draft.Lines.Select(line => line.Line.PriceMin).ToArray(),
                    maxima = draft.Lines.Select(line => line.Line.PriceMax).ToArray(),
                    finals = draft.Lines.Select(line => line.Line.FinalPrice).ToArray(),
                    quantities = draft.Lines.Select(line => line.Line.Quantity).ToArray(),
                    gross = draft.Lines.Select(line => line.Gross).ToArray(),
                    taxes = draft.Lines.Select(line => line.TaxAmount).ToArray(),
                },
                stop);
        }
        while (placed is null);

        await work.Enqueue(new MailOrderConfirmation(orderId), stop);
        var order = OrderData.Of(placed, draft.Lines.Select((line, at) => new OrderItemData
        {
            Id = itemIds[at],
            OrderId = orderId,
            ProductSlug = line.Line.Slug,
            ProductName = line.Line.Name,
            ProductIcon = line.Line.Icon,
            PriceMin = line.Line.PriceMin,
            PriceMax = line.Line.PriceMax,
            FinalPrice = line.Line.FinalPrice,
            Quantity = line.Line.Quantity,
            NetAmount = line.Gross - line.TaxAmount,
            TaxRate = line.TaxRate,
            TaxAmount = line.TaxAmount,
            GrossAmount = line.Gross,
            CreatedAt = placed.CreatedAt,
        }));
        await events.Publish(work, EventTypes.OrderCreated, order, stop);
        return placed;
    }

    private static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

/// <summary>An order that may be written.</summary>
internal sealed record OrderDraft(Guid UserId, Billing Billing, string Currency, long Total, Tax Tax, IReadOnlyList<PricedLine> Lines, byte[] Wish, bool ClearsCart);
