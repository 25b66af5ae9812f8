using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/admin/invoices: every document that was issued. /api/admin/orders/{id}/invoice: issuing one before the order is paid.</summary>
public static class AdminInvoices
{

    private static readonly QueryChoice Kind = new("kind", [InvoiceIssue.Invoice, InvoiceIssue.CreditNote], null, "Only this kind");
    private static readonly QueryWords From = new("from", "Only issued on this day or later") { Format = "date" };
    private static readonly QueryWords To = new("to", "Only issued on this day or earlier") { Format = "date" };

    public static void MapAdminInvoices(this IEndpointRouteBuilder api)
    {
        var admin = api.MapGroup("/admin").WithTags("Admin: invoices").RequireOperator().Limit(NarhubLimits.OthersPerCaller);
        admin.MapGet("/invoices", List)
            .WithSummary("List invoices and credit notes").Query([Kind, From, To, .. OrderQuery.OfPage]);
        admin.MapGet("/invoices/{number}", Get)
            .WithSummary("Read an invoice or credit note as PDF").Sends("application/pdf").Refuses(NarhubErrors.NotFound("Invoice"), NarhubErrors.NoPrinter());
        admin.MapPost("/orders/{orderId}/invoice", Issue).Idempotent()
            .WithSummary("Issue the invoice of an order").Refuses(NarhubErrors.NotFound("Order"), NarhubErrors.Conflict("The order is cancelled and gets no invoice"));
        admin.MapGet("/orders/{orderId}/invoice", Invoice)
            .WithSummary("Read the invoice of an order as PDF").Sends("application/pdf").Refuses(NarhubErrors.NotFound("Invoice"), NarhubErrors.NoPrinter());
        admin.MapGet("/orders/{orderId}/credit-note", CreditNote)
            .WithSummary("Read the credit note of an order as PDF").Sends("application/pdf").Refuses(NarhubErrors.NotFound("Credit note"), NarhubErrors.NoPrinter());
        admin.MapGet("/orders/{orderId}/proforma", Proforma)
            .WithSummary("Print a proforma invoice of an order").Sends("application/pdf").Refuses(NarhubErrors.NotFound("Order"), NarhubErrors.NoPrinter());
    }

    private static async Task<Results<Ok<InvoiceList>, ProblemHttpResult>> List(HttpRequest request, ProductDatabase database, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var kind = query.Choice(Kind);
        var (from, to) = (query.Day(From), query.Day(To));
        var limit = query.Whole(OrderQuery.Limit) ?? OrderQuery.UsualLimit;
        var offset = query.Whole(OrderQuery.Offset) ?? 0;
        if (query.Refusal is { } refusal)
            return refusal;
        const string Condition =
            """
            (@kind::text is null or kind = @kind)
            and (@from::date is null or issued_at >= @from::date at time zone 'UTC')
            and (@to::date is null or issued_at < (@to::date + 1) at time zone 'UTC')
            """;
        var parameters = new { kind, from, to, limit, offset };
        return TypedResults.Ok(new InvoiceList(
            await database.List<InvoiceData>(
                $"select {InvoiceData.Columns} from invoices where {Condition} order by issued_at desc, id desc limit @limit offset @offset", parameters, stop),
            await database.One<long>($"select count(*) from invoices where {Condition}", parameters, stop)));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Get(string number, InvoicePrints prints, HttpContext http, CancellationToken stop) =>
        WireText.IsStorable(number) ? await prints.Numbered(number, http, stop) : NarhubErrors.NotFound("Invoice");

    private static async Task<Results<Created<InvoiceAnswer>, Ok<InvoiceAnswer>, ProblemHttpResult>> Issue(
        PathUuid orderId, InvoiceIssue invoices, ClientFacts client, Work work, CancellationToken stop)
    {
        if (await OrderReading.Locked(work, orderId.Value, stop) is not { } order)
            return NarhubErrors.NotFound("Order");
        if (order.IsOver)
            return NarhubErrors.Conflict($"The order is {order.Status} and gets no invoice");
        var before = await work.One<int>("select count(*)::int from invoices where order_id = @Id and kind = 'invoice'", new { order.Id }, stop);
        var invoice = await invoices.Issue(work, order.Id, client, stop);
        await work.Commit(stop);
        return before > 0
            ? TypedResults.Ok(new InvoiceAnswer(invoice))
            : TypedResults.Created($"/api/admin/invoices/{invoice.Number}", new InvoiceAnswer(invoice));
    }

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> Invoice(PathUuid orderId, InvoicePrints prints, HttpContext http, CancellationToken stop) =>
        prints.OfOrder(orderId.Value, userId: null, InvoiceIssue.Invoice, http, stop);

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> CreditNote(PathUuid orderId, InvoicePrints prints, HttpContext http, CancellationToken stop) =>
        prints.OfOrder(orderId.Value, userId: null, InvoiceIssue.CreditNote, http, stop);

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> Proforma(PathUuid orderId, InvoicePrints prints, HttpContext http, CancellationToken stop) =>
        prints.Proforma(orderId.Value, userId: null, http, stop);
}

public sealed record InvoiceList(IReadOnlyList<InvoiceData> Invoices, long Total);

public sealed record InvoiceAnswer(InvoiceData Invoice);
