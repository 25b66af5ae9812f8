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
    private static readonly string Sql =
        $"""
        with agreed as (
            select @IsQuoted or not exists (
                select from unnest(@slugs, @names, @minima, @maxima) as line (slug, name, price_min, price_max)
                join products p on p.slug = line.slug
                where p.withdrawn_at is not null
                    or (p.name, p.price_min, p.price_max, p.currency) is distinct from (line.name, line.price_min, line.price_max, @Currency)) as is_agreed
        ), reference as (
            insert into payment_references (reference, order_id) select @reference, @orderId from agreed where is_agreed
            on conflict (reference) do nothing
            returning reference
        ), o as (
            insert into orders (id, user_id, total_amount, currency, payment_method, payment_reference, due_date, purchase_order_number,
                billing_name, billing_company, billing_address, billing_country, billing_vat, notes, tax_treatment, wish)
            select @orderId, @UserId, @Total, @Currency, @PaymentMethod, reference, coalesce(@DueDate, (clock() at time zone 'UTC')::date + @DueDays), @PurchaseOrderNumber,
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
            -- What was quoted did not come from what is in the cart now.
            update carts set updated_at = clock() from o where carts.user_id = o.user_id and not @IsQuoted returning carts.user_id
        ), cleared as (
            delete from cart_items using cart where cart_items.user_id = cart.user_id
        ), mail as (
            {JobInsert.From("o")}
        )
        select is_agreed, o.payment_reference, o.due_date, o.created_at from agreed left join o on true
        """;

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>The last day on which what is ordered today may be paid.</summary>
    private DateOnly LastDueDate => Today.AddDays(rules.DueDays);

    /// <summary>A customer may promise to pay early, not to pay late.</summary>
    public ProblemHttpResult? FlawOfDueDate(Billing billing) => billing.DueDate is { } due && (due < Today || due > LastDueDate)
        ? NarhubErrors.Invalid($"due_date must be between {Today:yyyy-MM-dd} and {LastDueDate:yyyy-MM-dd}", "due_date")
        : null;

    public Tax TaxOf(Billing billing) => Tax.Of(seller, billing.BillingVat);

    /// <summary>
    /// In one statement. Null, and nothing written, when the catalogue says something else of a product than the lines do: then they
    /// have to be made anew.
    /// </summary>
    /// <param name="work">Commits it all.</param>
    /// <param name="draft">Priced and checked.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<OrderRow?> Place(Work work, OrderDraft draft, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var billing = draft.Billing;
        var orderId = Guid.CreateVersion7(now);
        var itemIds = draft.Lines.Select(_ => Guid.CreateVersion7(now)).ToArray();
        var mail = JobInsert.Of(new MailOrderConfirmation(orderId));
        Attempt outcome;
        do
        {
            outcome = (await work.One<Attempt>(Sql,
                new
                {
                    reference = OrderReference.Draw(),
                    orderId,
                    draft.UserId,
                    draft.Total,
                    draft.Currency,
                    billing.PaymentMethod,
                    billing.DueDate,
                    rules.DueDays,
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
                    draft.IsQuoted,
                    itemIds,
                    slugs = Of(line => line.Line.Slug),
                    names = Of(line => line.Line.Name),
                    icons = Of(line => line.Line.Icon),
                    minima = Of(line => line.Line.PriceMin),
                    maxima = Of(line => line.Line.PriceMax),
                    finals = Of(line => line.Line.FinalPrice),
                    quantities = Of(line => line.Line.Quantity),
                    gross = Of(line => line.Gross),
                    taxes = Of(line => line.TaxAmount),
                    mail.JobId,
                    mail.JobKind,
                    mail.JobLane,
                    mail.JobPayload,
                    mail.JobMaxAttempts,
                },
                stop))!;
        }
        while (outcome is { IsAgreed: true, PaymentReference: null });

        if (outcome is not { IsAgreed: true, PaymentReference: { } reference })
            return null;
        work.TellWorkers();
        var placed = new OrderRow
        {
            Id = orderId,
            UserId = draft.UserId,
            Status = OrderStatus.Pending,
            TotalAmount = draft.Total,
            Currency = draft.Currency,
            PaymentMethod = billing.PaymentMethod,
            PaymentReference = reference,
            DueDate = outcome.DueDate,
            TaxTreatment = draft.Tax.Treatment,
            CreatedAt = outcome.CreatedAt,
            UpdatedAt = outcome.CreatedAt,
            Version = 1,
        };
        if (events.MayWant(EventTypes.OrderCreated))
            await events.Publish(work, EventTypes.OrderCreated, (await OrderReading.Whole(work, orderId, stop))!.Data, stop);
        return placed;

        T[] Of<T>(Func<PricedLine, T> what) => [.. draft.Lines.Select(what)];
    }

    private static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private sealed record Attempt
    {
        public bool IsAgreed { get; init; }

        /// <summary>Null when another order has it.</summary>
        public string? PaymentReference { get; init; }
        public DateOnly DueDate { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }
}

/// <summary>An order that may be written.</summary>
internal sealed record OrderDraft(Guid UserId, Billing Billing, string Currency, long Total, Tax Tax, IReadOnlyList<PricedLine> Lines, byte[] Wish)
{
    /// <summary>The prices were agreed on, whatever the catalogue says by now.</summary>
    public bool IsQuoted { get; init; }
}
