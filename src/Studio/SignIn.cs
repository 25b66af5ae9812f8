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

namespace Colonnade.Studio;

/// <summary>/api/auth/login, /refresh, /logout: a session from its beginning to its end.</summary>
public static class SignIn
{
    internal static readonly SessionLife Life = new(TimeSpan.FromDays(30), TimeSpan.FromDays(90));

    public static void MapSignIn(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Authentication");
        auth.MapPost("/login", Login).AllowAnyone().Limit(StudioLimits.AuthenticationsPerAddress).IssuesTokens()
            .WithSummary("Sign in").Refuses(StudioErrors.InvalidCredentials());
        auth.MapPost("/refresh", Refresh).AllowAnyone().Limit(StudioLimits.CallsPerCaller).IssuesTokens()
            .WithSummary("Get new tokens for a refresh token").Refuses(StudioErrors.SpentRefreshToken());
        auth.MapPost("/logout", Logout).RequireCustomer().Limit(StudioLimits.CallsPerCaller)
            .WithSummary("Sign out");
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Login(
        Credentials credentials, ProductAccounts accounts, SessionTokens sessions, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        if (await accounts.SignIn(credentials.Email!, credentials.Password!, client, stop) is not SignInOutcome.SignedIn { Account: var account })
            return StudioErrors.InvalidCredentials();
        await using var work = await database.Begin(stop);
        if (await sessions.Issue(work, account, Life, client, stop) is not { } tokens || await Profile.Find(work, account.Id, stop) is not { } user)
            return StudioErrors.InvalidCredentials();
        await work.Commit(stop);
        return TypedResults.Ok(new SignedIn(user, Session.Of(tokens)));
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Refresh(
        RefreshRequest request, SessionTokens sessions, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await sessions.Refresh(request.RefreshToken!, client, stop) is RefreshOutcome.Refreshed { Tokens: var tokens } && await Profile.Find(database, tokens.AccountId, stop) is { } user
            ? TypedResults.Ok(new SignedIn(user, Session.Of(tokens)))
            : StudioErrors.SpentRefreshToken();

    private static async Task<Ok<Done>> Logout(Caller caller, AccountSessions sessions, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        await sessions.Revoke(work, caller.AccountId, caller.SessionId, AuditEvents.SignedOut, client, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done("Logged out successfully"));
    }
}

public sealed record Credentials
{
    [Required(ErrorMessage = "Email is required")]
    public string? Email { get; init; }

    [Required(ErrorMessage = "Password is required")]
    public string? Password { get; init; }
}

public sealed record RefreshRequest
{
    [Required(ErrorMessage = "Refresh token is required")]
    public string? RefreshToken { get; init; }
}

public sealed record SignedIn(User User, Session Session);

/// <summary>What a client keeps. <c>token</c> and <c>accessToken</c> are the same: the document names neither.</summary>
public sealed record Session(
    Guid Id, string Token, string AccessToken, string RefreshToken, string TokenType, int ExpiresIn, DateTimeOffset ExpiresAt, DateTimeOffset RefreshExpiresAt)
{
    internal static Session Of(IssuedTokens tokens) => new(
        tokens.SessionId, tokens.AccessToken, tokens.AccessToken, tokens.RefreshToken, "Bearer", tokens.ExpiresIn, tokens.AccessExpiresAt, tokens.RefreshExpiresAt);

    /// <summary>Without the tokens, wherever the record is printed.</summary>
    public override string ToString() => $"session {Id}";
}

public sealed record Done(string Message);
