using System.Text.Json;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Colonnade.Platform.Webhooks;

namespace Colonnade.Narhub;

/// <summary>
/// Issues invoices and credit notes. A number is taken in the transaction that writes its document, under the lock of its series: none
/// is given twice and none is missing, whatever is rolled back.
/// </summary>
internal sealed class InvoiceIssue(Seller seller, WebhookEvents events)
{
    public const string Invoice = "invoice";
    public const string CreditNote = "credit_note";

    /// <summary>The order's invoice: the one it has, or a new one. The caller holds the lock of the order.</summary>
    public async Task<InvoiceData> Issue(Work work, Guid orderId, ClientFacts client, CancellationToken stop)
    {
        var order = (await OrderReading.Whole(work, orderId, stop))!;
        if (order.Invoices.FirstOrDefault(invoice => invoice.Kind == Invoice) is { } issued)
            return issued;
        return await Write(work, Invoice, order.Row, corrects: null, await Content(work, order, stop), client, stop);
    }

    /// <summary>Takes the order's invoice back with a credit note, once; nothing where there is none. The caller holds the lock of the order.</summary>
    public async Task TakeBack(Work work, Guid orderId, ClientFacts client, CancellationToken stop)
    {
        var order = (await OrderReading.Whole(work, orderId, stop))!;
        if (order.Invoices.FirstOrDefault(invoice => invoice.Kind == Invoice) is not { } invoice || order.Invoices.Any(note => note.Kind == CreditNote))
            return;
        var content = (await InvoiceContent.Read(work, invoice.Id, stop))!;
        await Write(work, CreditNote, order.Row, invoice, content.TakenBack(invoice.Number), client, stop);
    }

    /// <summary>What an invoice of the order would say now.</summary>
    public async Task<InvoiceContent> Content(Work work, WholeOrder order, CancellationToken stop)
    {
        var owner = await work.One<Owner>("select u.name, u.company from users u where id = @UserId", new { order.Row.UserId }, stop);
        return InvoiceContent.Of(order, seller, owner?.Name, owner?.Company);
    }

    private async Task<InvoiceData> Write(
        Work work, string kind, OrderRow order, InvoiceData? corrects, InvoiceContent content, ClientFacts client, CancellationToken stop)
    {
        var document = (await work.One<InvoiceData>(
            $"""
            with series as (
                insert into invoice_series (kind, year, last) values (@kind, extract(year from clock() at time zone 'UTC'), 1)
                on conflict (kind, year) do update set last = invoice_series.last + 1
                returning kind, year, last
            )
            insert into invoices (id, kind, year, sequence, number, order_id, corrects, currency, net_amount, tax_amount, gross_amount, tax_treatment, content)
            select @id, kind, year, last, @Prefix || '-' || year || '-' || lpad(last::text, greatest(6, length(last::text)), '0'),
                @OrderId, @Corrects, @Currency, @Net, @Tax, @Gross, @TaxTreatment, @Content::jsonb
            from series
            returning {InvoiceData.Columns}
            """,
            new
            {
                id = Guid.CreateVersion7(),
                kind,
                Prefix = kind == Invoice ? "INV" : "CN",
                OrderId = order.Id,
                Corrects = corrects?.Id,
                order.Currency,
                Net = content.Lines.Sum(line => line.Net),
                Tax = content.Lines.Sum(line => line.Tax),
                Gross = content.Lines.Sum(line => line.Gross),
                order.TaxTreatment,
                Content = JsonSerializer.Serialize(content, InvoiceContent.Json),
            },
            stop))!;
        await work.Audit(new AuditEntry(kind + "_issued", order.UserId, client) { Detail = new { order = order.Id, document.Number } }, stop);
        await events.Publish(work, EventTypes.InvoiceIssued, document, stop);
        return document;
    }

    private sealed record Owner
    {
        public string? Name { get; init; }
        public string? Company { get; init; }
    }
}

/// <summary>An issued document as lists show it.</summary>
public sealed record InvoiceData
{
    internal const string Columns = "id, kind, number, order_id, corrects, currency, net_amount, tax_amount, gross_amount, tax_treatment, issued_at";

    public Guid Id { get; init; }

    /// <summary>invoice or credit_note.</summary>
    public string Kind { get; init; } = "";

    public string Number { get; init; } = "";

    public Guid OrderId { get; init; }

    /// <summary>The invoice that a credit note takes back.</summary>
    public Guid? Corrects { get; init; }

    public string Currency { get; init; } = "";

    public long NetAmount { get; init; }

    public long TaxAmount { get; init; }

    public long GrossAmount { get; init; }

    public string TaxTreatment { get; init; } = "";

    public DateTimeOffset IssuedAt { get; init; }
}
