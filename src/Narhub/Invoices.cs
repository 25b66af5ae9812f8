using Colonnade.Platform.Database;
using Colonnade.Platform.Documents;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/orders/{id}/invoice, /credit-note, /proforma: a customer's documents as PDF.</summary>
public static class Invoices
{
    public static void MapInvoices(this IEndpointRouteBuilder api)
    {
        var order = api.MapGroup("/orders/{orderId}").WithTags("Orders").RequireCustomer().Limit(NarhubLimits.OthersPerCaller);
        order.MapGet("/invoice", Invoice)
            .WithSummary("Read the order's invoice as PDF").Sends("application/pdf").Refuses(NarhubErrors.NotFound("Invoice"), NarhubErrors.NoPrinter());
        order.MapGet("/credit-note", CreditNote)
            .WithSummary("Read the order's credit note as PDF").Sends("application/pdf").Refuses(NarhubErrors.NotFound("Credit note"), NarhubErrors.NoPrinter());
        order.MapGet("/proforma", Proforma)
            .WithSummary("Print a proforma invoice of the order").Sends("application/pdf").Refuses(NarhubErrors.NotFound("Order"), NarhubErrors.NoPrinter());
    }

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> Invoice(
        PathUuid orderId, Caller caller, InvoicePrints prints, HttpContext http, CancellationToken stop) =>
        prints.OfOrder(orderId.Value, caller.AccountId, InvoiceIssue.Invoice, http, stop);

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> CreditNote(
        PathUuid orderId, Caller caller, InvoicePrints prints, HttpContext http, CancellationToken stop) =>
        prints.OfOrder(orderId.Value, caller.AccountId, InvoiceIssue.CreditNote, http, stop);

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> Proforma(
        PathUuid orderId, Caller caller, InvoicePrints prints, HttpContext http, CancellationToken stop) =>
        prints.Proforma(orderId.Value, caller.AccountId, http, stop);
}

/// <summary>Prints documents. What is issued is printed once and kept, so that everybody gets the same bytes for ever.</summary>
internal sealed class InvoicePrints(ProductDatabase database, PdfPrinter printer, InvoiceIssue issue, TimeProvider time)
{
    /// <param name="orderId">Of which order.</param>
    /// <param name="userId">Whose the order must be; null for an operator.</param>
    /// <param name="kind">Invoice or credit note.</param>
    /// <param name="http">Gets the file's name.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<Results<FileContentHttpResult, ProblemHttpResult>> OfOrder(Guid orderId, Guid? userId, string kind, HttpContext http, CancellationToken stop)
    {
        var document = await database.One<Document>(
            $"""
            {Document.Select}
            join orders o on o.id = i.order_id
            where i.order_id = @orderId and i.kind = @kind and o.user_id = coalesce(@userId, o.user_id)
            """, new { orderId, kind, userId }, stop);
        return document is null ? NarhubErrors.NotFound(kind == InvoiceIssue.Invoice ? "Invoice" : "Credit note") : await Print(document, http, stop);
    }

    public async Task<Results<FileContentHttpResult, ProblemHttpResult>> Numbered(string number, HttpContext http, CancellationToken stop)
    {
        var document = await database.One<Document>($"{Document.Select} where i.number = @number", new { number }, stop);
        return document is null ? NarhubErrors.NotFound("Invoice") : await Print(document, http, stop);
    }

    /// <summary>What an invoice would say; it has no number and is not kept.</summary>
    public async Task<Results<FileContentHttpResult, ProblemHttpResult>> Proforma(Guid orderId, Guid? userId, HttpContext http, CancellationToken stop)
    {
        InvoiceContent content;
        await using (var work = await database.Begin(stop))
        {
            var order = await OrderReading.Whole(work, orderId, stop);
            if (order is null || (userId is not null && order.Row.UserId != userId))
                return NarhubErrors.NotFound("Order");
            content = await issue.Content(work, order, stop);
        }

        if (!printer.IsInstalled)
            return NarhubErrors.NoPrinter();
        var pdf = await printer.Print(InvoicePage.Of("Proforma invoice", null, time.GetUtcNow(), content), stop);
        return Pdf(http, pdf, $"proforma-{content.OrderReference}");
    }

    private async Task<Results<FileContentHttpResult, ProblemHttpResult>> Print(Document document, HttpContext http, CancellationToken stop)
    {
        if (document.Pdf is { } kept)
            return Pdf(http, kept, document.Number);
        if (!printer.IsInstalled)
            return NarhubErrors.NoPrinter();
        var title = document.Kind == InvoiceIssue.Invoice ? "Invoice" : "Credit note";
        var pdf = await printer.Print(InvoicePage.Of(title, document.Number, document.IssuedAt, InvoiceContent.Parse(document.Content)!), stop);
        // Two may print at once: the first print is the one.
        var first = await database.One<byte[]>(
            """
            with printed as (
                insert into invoice_prints (invoice_id, pdf) values (@Id, @pdf) on conflict (invoice_id) do nothing returning pdf
            )
            select pdf from printed union all select pdf from invoice_prints where invoice_id = @Id limit 1
            """, new { document.Id, pdf }, stop);
        return Pdf(http, first ?? (await database.One<byte[]>("select pdf from invoice_prints where invoice_id = @Id", new { document.Id }, stop))!, document.Number);
    }

    private static FileContentHttpResult Pdf(HttpContext http, byte[] pdf, string name)
    {
        http.Response.Headers.ContentDisposition = $"inline; filename=\"{name}.pdf\"";
        return TypedResults.Bytes(pdf, "application/pdf");
    }

    private sealed record Document
    {
        public const string Select =
            "select i.id, i.kind, i.number, i.issued_at, i.content, p.pdf from invoices i left join invoice_prints p on p.invoice_id = i.id";

        public Guid Id { get; init; }
        public string Kind { get; init; } = "";
        public string Number { get; init; } = "";
        public DateTimeOffset IssuedAt { get; init; }
        public string Content { get; init; } = "";
        public byte[]? Pdf { get; init; }
    }
}
