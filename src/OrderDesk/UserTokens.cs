using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace Colonnade.OrderDesk;

/// <summary>/api/auth/token, /refresh, /logout: tokens for a user's own hands, good for the own user and the own orders.</summary>
public static class UserTokens
{
    private static readonly SessionLife Life = new(TimeSpan.FromDays(30), TimeSpan.FromDays(90));

    public static void MapUserTokens(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("User tokens");
        auth.MapPost("/token", Issue).AllowAnyone().Limit(OrderDeskLimits.SignInsPerAddress).IssuesTokens()
            .WithSummary("Get tokens for a user's own hands").Refuses(OrderDeskErrors.InvalidCredentials(), OrderDeskErrors.NotVerified());
        auth.MapPost("/refresh", Refresh).AllowAnyone().Limit(OrderDeskLimits.RefreshesPerAddress).IssuesTokens()
            .WithSummary("Get new tokens for a refresh token").Refuses(OrderDeskErrors.SpentRefreshToken());
        auth.MapPost("/logout", Logout).RequireCustomer().Limit(OrderDeskLimits.SessionsPerCaller).ShedLast()
            .WithSummary("End the session");
    }

    private static async Task<Results<Ok<Answer<TokenData>>, ProblemHttpResult>> Issue(
        Credentials credentials, ProductAccounts accounts, SessionTokens sessions, ProductDatabase database, IConfiguration configuration,
        ClientFacts client, CancellationToken stop)
    {
        var (account, refusal) = await SignIn.Check(credentials, accounts, configuration, client, stop);
        if (account is null)
            return refusal!;
        await using var work = await database.Begin(stop);
        if (await sessions.Issue(work, account, Life, client, stop) is not { } tokens)
            return OrderDeskErrors.InvalidCredentials();
        await work.Commit(stop);
        return TypedResults.Ok(TokenData.Of(tokens));
    }

    private static async Task<Results<Ok<Answer<TokenData>>, ProblemHttpResult>> Refresh(
        RefreshRequest request, SessionTokens sessions, ClientFacts client, CancellationToken stop) =>
        await sessions.Refresh(request.RefreshToken!, client, stop) is RefreshOutcome.Refreshed { Tokens: var tokens }
            ? TypedResults.Ok(TokenData.Of(tokens))
            : OrderDeskErrors.SpentRefreshToken();

    private static async Task<Ok<Done>> Logout(Caller caller, AccountSessions sessions, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        await sessions.Revoke(work, caller.AccountId, caller.SessionId, AuditEvents.SignedOut, client, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done(true, "Logged out successfully"));
    }
}

public sealed record RefreshRequest
{
    [Required(ErrorMessage = "Refresh token is required")]
    public string? RefreshToken { get; init; }
}

public sealed record TokenData(string AccessToken, string RefreshToken, int ExpiresIn)
{
    internal static Answer<TokenData> Of(IssuedTokens tokens) => new(true, new TokenData(tokens.AccessToken, tokens.RefreshToken, tokens.ExpiresIn));
}
