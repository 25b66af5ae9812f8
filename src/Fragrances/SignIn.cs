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
using Microsoft.Extensions.Hosting;

namespace Colonnade.Fragrances;

/// <summary>/api/auth/login, /refresh, /logout: a session from its beginning to its end.</summary>
public static class SignIn
{
    private const string RefreshCookie = "refreshToken";
    private const string CookiePath = "/api/auth";
    private static readonly SessionLife Remembered = new(TimeSpan.FromDays(30), TimeSpan.FromDays(90));
    private static readonly SessionLife Short = new(TimeSpan.FromDays(7), TimeSpan.FromDays(90));

    public static void MapSignIn(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Authentication");
        auth.MapPost("/login", Login).AllowAnyone().Limit(FragrancesLimits.SignInsPerAddress).IssuesTokens().AllowCredentials()
            .WithSummary("Sign in").Refuses(FragrancesErrors.InvalidCredentials(), FragrancesErrors.AccountLocked(TimeSpan.FromMinutes(15)));
        auth.MapPost("/refresh", Refresh).AllowAnyone().Limit(FragrancesLimits.RefreshesPerAddress).IssuesTokens().AllowCredentials().RefuseOtherSites()
            .WithSummary("Get new tokens for a refresh token").Refuses(FragrancesErrors.SessionEnded());
        auth.MapPost("/refresh-token", Refresh).AllowAnyone().Limit(FragrancesLimits.RefreshesPerAddress).IssuesTokens().AllowCredentials().RefuseOtherSites()
            .WithName("signIn.refreshToken").WithSummary("Get new tokens: another name of /api/auth/refresh").Refuses(FragrancesErrors.SessionEnded());
        auth.MapPost("/logout", Logout).RequireCustomer().Limit(FragrancesLimits.SignOutsPerCaller).ShedLast().AllowCredentials()
            .WithSummary("Sign out");
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Login(
        Credentials credentials, ProductAccounts accounts, SessionTokens sessions, ProductDatabase database,
        IHostEnvironment environment, ClientFacts client, HttpContext http, CancellationToken stop)
    {
        var outcome = await accounts.SignIn(credentials.Email!, credentials.Password!, client, stop);
        if (outcome is SignInOutcome.Locked locked)
            return FragrancesErrors.AccountLocked(locked.RetryAfter);
        if (outcome is not SignInOutcome.SignedIn { Account: var account })
            return FragrancesErrors.InvalidCredentials();

        await using var work = await database.Begin(stop);
        var tokens = await sessions.Issue(work, account, credentials.RememberMe ? Remembered : Short, client, stop);
        var profile = await work.One<ProfileRow>(
            "select full_name, experience_level from profiles where account_id = @Id", account, stop);
        if (tokens is null || profile is null)
            return FragrancesErrors.InvalidCredentials();
        await work.Commit(stop);

        SetCookie(http, environment, tokens);
        var user = new SignedInUser(account.Id, account.Email, profile.FullName, profile.ExperienceLevel, account.EmailVerifiedAt is not null);
        return TypedResults.Ok(new SignedIn(true, user, tokens.AccessToken, tokens.RefreshToken));
    }

    private static async Task<Results<Ok<Refreshed>, ProblemHttpResult>> Refresh(
        RefreshRequest? request, SessionTokens sessions, IHostEnvironment environment, ClientFacts client, HttpContext http, CancellationToken stop)
    {
        var token = request?.RefreshToken ?? http.Request.Cookies[RefreshCookie];
        if (string.IsNullOrEmpty(token) || await sessions.Refresh(token, client, stop) is not RefreshOutcome.Refreshed { Tokens: var tokens })
            return FragrancesErrors.SessionEnded();
        SetCookie(http, environment, tokens);
        return TypedResults.Ok(new Refreshed(true, tokens.AccessToken, tokens.RefreshToken));
    }

    private static async Task<Ok<Done>> Logout(
        Caller caller, AccountSessions sessions, ProductDatabase database, IHostEnvironment environment, ClientFacts client, HttpContext http, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        await sessions.Revoke(work, caller.AccountId, caller.SessionId, AuditEvents.SignedOut, client, stop);
        await work.Commit(stop);
        http.Response.Cookies.Delete(RefreshCookie, Cookie(environment, maxAge: null));
        return TypedResults.Ok(new Done(true, "Logged out successfully"));
    }

    private static void SetCookie(HttpContext http, IHostEnvironment environment, IssuedTokens tokens) =>
        http.Response.Cookies.Append(RefreshCookie, tokens.RefreshToken, Cookie(environment, TimeSpan.FromSeconds(tokens.RefreshExpiresIn)));

    private static CookieOptions Cookie(IHostEnvironment environment, TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = !environment.IsDevelopment(),
        Path = CookiePath,
        MaxAge = maxAge,
    };

    private sealed record ProfileRow
    {
        public string FullName { get; init; } = "";
        public string ExperienceLevel { get; init; } = "";
    }
}

public sealed record Credentials
{
    [Required(ErrorMessage = "Email is required")]
    public string? Email { get; init; }

    [Required(ErrorMessage = "Password is required")]
    public string? Password { get; init; }

    public bool RememberMe { get; init; }
}

public sealed record SignedIn(bool Success, SignedInUser User, string AccessToken, string RefreshToken);

public sealed record SignedInUser(Guid Id, string Email, string FullName, string ExperienceLevel, bool EmailConfirmed);

public sealed record RefreshRequest(string? RefreshToken = null);

public sealed record Refreshed(bool Success, string AccessToken, string RefreshToken);

public sealed record Done(bool Success, string Message);
