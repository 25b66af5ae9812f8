using Colonnade.Narhub.Banking;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Colonnade.Narhub;

/// <summary>
/// /api/admin/statements: bank statements are sent as they come from the bank, CAMT.053 as application/xml, CSV as text/csv. Sending one
/// twice, or two that overlap, has no effect twice.
/// </summary>
public static class AdminStatements
{
    private const int MostBytes = 16 * 1024 * 1024;
    private const int MostMatchedAtOnce = 500;

    private static readonly QueryWords OfAccount = new("account", "Of a CSV file without a column for it: whose account; unless given, the seller's");
    private static readonly QueryWords InCurrency = new("currency", "Of a CSV file without a column for it: the currency; unless given, EUR");

    public static void MapAdminStatements(this IEndpointRouteBuilder api)
    {
        var statements = api.MapGroup("/admin/statements").WithTags("Admin: payments").RequireOperator().Limit(NarhubLimits.OthersPerCaller);
        statements.MapGet("/", List)
            .WithSummary("List imported bank statements").Query(OrderQuery.OfPage);
        statements.MapPost("/", Import).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Import a bank statement").Query(OfAccount, InCurrency).Takes("application/xml", "text/xml", "text/csv")
            .Refuses(NarhubErrors.Invalid("The file is no CAMT.053 statement"), NarhubErrors.WrongStatementType());
        statements.MapGet("/{statementId}", Get)
            .WithSummary("Read an import with its lines").Refuses(NarhubErrors.NotFound("Statement"));
    }

    private static async Task<Results<Ok<StatementList>, ProblemHttpResult>> List(HttpRequest request, ProductDatabase database, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var limit = query.Whole(OrderQuery.Limit) ?? OrderQuery.UsualLimit;
        var offset = query.Whole(OrderQuery.Offset) ?? 0;
        if (query.Refusal is { } refusal)
            return refusal;
        return TypedResults.Ok(new StatementList(await database.List<StatementData>(
            $"{StatementData.Select} group by s.id order by s.created_at desc, s.id desc limit @limit offset @offset", new { limit, offset }, stop)));
    }

    /// <summary>Of a CSV file without a column for it: the account (by default the seller's) and the currency.</summary>
    private static async Task<Results<Created<StatementImported>, ProblemHttpResult>> Import(
        HttpRequest request, Seller seller, StatementImport import, BankMatching matching, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        var query = new OrderQuery(request);
        var account = query.Words(OfAccount) ?? seller.Iban.Text;
        var currency = (query.Words(InCurrency) ?? Currencies.Euro).ToUpperInvariant();
        if (query.Refusal is { } refusal)
            return refusal;

        string format;
        IReadOnlyList<BankLine> lines;
        try
        {
            switch (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null)
            {
                case "application/xml" or "text/xml":
                    (format, lines) = ("camt.053", await Camt053.Read(request.Body, stop));
                    break;
                case "text/csv":
                    (format, lines) = ("csv", await BankCsv.Read(request.Body, Iban.Parse(account)?.Text ?? account, currency, stop));
                    break;
                default:
                    return NarhubErrors.WrongStatementType();
            }
        }
        catch (UnreadableStatementException unreadable)
        {
            return NarhubErrors.Invalid(unreadable.Message);
        }

        var id = await import.Keep(format, lines, client, stop);
        // The job that was committed with the lines goes on where this ends, or is interrupted.
        await matching.Match(MostMatchedAtOnce, stop);
        var statement = (await Read(database, id, stop))!;
        return TypedResults.Created($"/api/admin/statements/{id}", new StatementImported(statement, lines.Count(StatementImport.IsOfInterest) - statement.NewLines));
    }

    private static async Task<Results<Ok<StatementAnswer>, ProblemHttpResult>> Get(PathUuid statementId, ProductDatabase database, CancellationToken stop)
    {
        if (await Read(database, statementId.Value, stop) is not { } statement)
            return NarhubErrors.NotFound("Statement");
        var lines = await database.List<BankLineRow>(
            $"select {BankLineRow.Columns} from bank_lines where statement_id = @Id order by booked_on, id limit 1000", new { statement.Id }, stop);
        return TypedResults.Ok(new StatementAnswer(statement, [.. lines.Select(BankLineData.Of)]));
    }

    private static Task<StatementData?> Read(ProductDatabase database, Guid id, CancellationToken stop) =>
        database.One<StatementData>($"{StatementData.Select} where s.id = @id group by s.id", new { id }, stop);
}

public sealed record StatementList(IReadOnlyList<StatementData> Statements);

/// <param name="Statement">The import.</param>
/// <param name="KnownLines">What came in and an earlier import had already.</param>
public sealed record StatementImported(StatementData Statement, int KnownLines);

/// <param name="Statement">The import.</param>
/// <param name="Lines">Those that were new with it, at most 1,000.</param>
public sealed record StatementAnswer(StatementData Statement, IReadOnlyList<BankLineData> Lines);
