using System.ComponentModel.DataAnnotations;
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

namespace Colonnade.FigureForge;

/// <summary>/api/auth/refresh, /logout, /verify: a session after its beginning.</summary>
public static class SignIn
{
    internal static readonly SessionLife Life = new(TimeSpan.FromDays(30), TimeSpan.FromDays(90));

    public static void MapSignIn(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Authentication");
        auth.MapPost("/refresh/", Refresh).AllowAnyone().Limit(FigureForgeLimits.RefreshesPerAddress).IssuesTokens()
            .WithSummary("Get new tokens for a refresh token").Refuses(FigureForgeErrors.SpentRefreshToken());
        auth.MapPost("/logout/", Logout).RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller)
            .WithSummary("Sign out");
        // Open, so that a bad token gets the verdict and not only the refusal.
        auth.MapPost("/verify/", Verify).AllowAnyone().Limit(FigureForgeLimits.CallsPerCaller).Accepts<TokenToVerify>(isOptional: true, "application/json")
            .WithSummary("Ask whether a token is valid").Produces<FigureForgeErrors.InvalidTokenEnvelope>(StatusCodes.Status401Unauthorized);
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Refresh(
        RefreshRequest request, SessionTokens sessions, ProductDatabase database, ClientFacts client, CancellationToken stop) =>
        await sessions.Refresh(request.RefreshToken!, client, stop) is RefreshOutcome.Refreshed { Tokens: var tokens } && await Profile.Find(database, tokens.AccountId, stop) is { } user
            ? TypedResults.Ok(SignedIn.Of(tokens, user))
            : FigureForgeErrors.SpentRefreshToken();

    private static async Task<Ok<Done>> Logout(Caller caller, AccountSessions sessions, ProductDatabase database, ClientFacts client, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        await sessions.Revoke(work, caller.AccountId, caller.SessionId, AuditEvents.SignedOut, client, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Done("Logged out"));
    }

    private static async Task<Results<Ok<VerifiedToken>, ProblemHttpResult>> Verify(ICredentials credentials, HttpContext http, CancellationToken stop)
    {
        if (http.Request.Headers.Authorization.Count == 0 && await OptionalBody.Read<TokenToVerify>(http.Request, stop) is { Token: { Length: > 0 } token })
            http.Request.Headers.Authorization = "Bearer " + token;

        return await credentials.Identify(http) is { IsService: false } caller
            ? TypedResults.Ok(new VerifiedToken(true, WireId.User(caller.AccountId)))
            : FigureForgeErrors.InvalidToken.AsResult();
    }
}

public sealed record RefreshRequest
{
    [Required(ErrorMessage = "refresh_token is required")]
    public string? RefreshToken { get; init; }
}

public sealed record TokenToVerify(string? Token = null);

public sealed record VerifiedToken(bool Valid, string UserId);

/// <summary>Tokens and whose they are.</summary>
public sealed record SignedIn(string AccessToken, string RefreshToken, string TokenType, int ExpiresIn, User User)
{
    internal static SignedIn Of(IssuedTokens tokens, User user) => new(tokens.AccessToken, tokens.RefreshToken, "Bearer", tokens.ExpiresIn, user);

    /// <summary>Without the tokens, wherever the record is printed.</summary>
    public override string ToString() => $"session of {User.Id}";
}

public sealed record Done(string Message);
