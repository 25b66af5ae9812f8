using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>GET /api/user/export: everything that is kept of the caller, to take along (GDPR, articles 15 and 20).</summary>
public static class UserExport
{
    public static void MapUserExport(this IEndpointRouteBuilder api) =>
        api.MapGet("/user/export", Export).WithTags("User").RequireCustomer().Limit(NarhubLimits.OthersPerCaller)
            .WithSummary("Take along everything that is kept of the account").Refuses(NarhubErrors.NotFound("User"));

    private static async Task<Results<Ok<ExportedUser>, ProblemHttpResult>> Export(
        Caller caller, AccountSessions sessions, OrderPrivacy orders, ProductDatabase database, TimeProvider time, HttpContext http, CancellationToken stop)
    {
        if (await UserData.Find(database, caller.AccountId, stop) is not { } user)
            return NarhubErrors.NotFound("User");
        var ordered = await orders.Export(caller.AccountId, stop);
        http.Response.Headers.ContentDisposition = "attachment; filename=\"narhub-export.json\"";
        return TypedResults.Ok(new ExportedUser(
            time.GetUtcNow(),
            user,
            new CartAnswer(await CartItem.List(database.List<CartItem.Row>, caller.AccountId, stop)),
            ordered.Orders,
            ordered.Invoices,
            ordered.Quotes,
            (await sessions.List(caller.AccountId, stop)).ConvertAll(session => new ExportedSession(
                session.CreatedAt, session.LastSeenAt, session.ExpiresAt, session.Address, session.UserAgent, session.Id == caller.SessionId)),
            await database.List<ExportedEvent>("select at, event, host(address) as address from audit where account_id = @AccountId order by at, id", caller, stop)));
    }
}

public sealed record ExportedUser(
    DateTimeOffset ExportedAt, UserData User, CartAnswer Cart,
    IReadOnlyList<OrderData> Orders, IReadOnlyList<InvoiceData> Invoices, IReadOnlyList<QuoteData> Quotes,
    IReadOnlyList<ExportedSession> Sessions, IReadOnlyList<ExportedEvent> Events);

public sealed record ExportedSession(DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, string? Address, string? UserAgent, bool Current);

/// <summary>A line of the audit trail about the user.</summary>
public sealed record ExportedEvent
{
    public DateTimeOffset At { get; init; }
    public string Event { get; init; } = "";
    public string? Address { get; init; }
}
