using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.OrderDesk;

/// <summary>/api/auth/sessions: where a user's tokens are in use, and putting an end to it.</summary>
public static class Sessions
{
    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/auth/sessions").WithTags("User tokens").RequireCustomer().Limit(OrderDeskLimits.SessionsPerCaller);
        sessions.MapGet("/", List)
            .WithSummary("List the caller's sessions");
        sessions.MapDelete("/", RevokeOthers)
            .WithSummary("End all other sessions");
        sessions.MapDelete("/{sessionId}", Revoke)
            .WithSummary("End a session").Refuses(OrderDeskErrors.SessionNotFound());
    }

    private static async Task<Ok<Answer<SessionList>>> List(Caller caller, AccountSessions sessions, CancellationToken stop) =>
        TypedResults.Ok(new Answer<SessionList>(true, new SessionList(
            [.. (await sessions.List(caller.AccountId, stop)).Select(session => SessionData.Of(session, caller.SessionId))])));

    private static async Task<Results<Ok<Done>, ProblemHttpResult>> Revoke(
        PathUuid sessionId, Caller caller, AccountSessions sessions, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (!await sessions.Revoke(work, caller.AccountId, sessionId.Value, AuditEvents.SessionRevoked, client, stop))
            return OrderDeskErrors.SessionNotFound();
        await work.Commit(stop);
        return TypedResults.Ok(new Done(true, "Session revoked successfully"));
    }

    private static async Task<Ok<Answer<RevokedSessions>>> RevokeOthers(
        Caller caller, AccountSessions sessions, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        var revoked = await sessions.RevokeAll(work, caller.AccountId, AuditEvents.SessionRevoked, stop, except: caller.SessionId);
        if (revoked > 0)
            await work.Audit(new AuditEntry(AuditEvents.SessionRevoked, caller.AccountId, client) { SessionId = caller.SessionId, Detail = new { others = revoked } }, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Answer<RevokedSessions>(true, new RevokedSessions(revoked), "Other sessions revoked successfully"));
    }
}

public sealed record SessionList(IReadOnlyList<SessionData> Sessions);

public sealed record SessionData(
    Guid SessionId, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, string? Address, string? UserAgent, bool Current)
{
    internal static SessionData Of(Session session, Guid current) =>
        new(session.Id, session.CreatedAt, session.LastSeenAt, session.ExpiresAt, session.Address, session.UserAgent, session.Id == current);
}

public sealed record RevokedSessions(int Revoked);
