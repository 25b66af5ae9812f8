using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Sessions;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Narhub;

/// <summary>/api/auth/signin, /signout, /session: a session from its beginning to its end.</summary>
public static class SignIn
{
    public static void MapSignIn(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Auth");
        auth.MapPost("/signin", Begin).AllowAnyone().Limit(NarhubLimits.SignInsPerAddress)
            .WithSummary("Sign in").Refuses(NarhubErrors.InvalidCredentials());
        auth.MapPost("/signout", End).AllowGuests().Limit(NarhubLimits.OthersPerCaller).ShedLast()
            .WithSummary("Sign out").MayTake<AuthJsForm>("application/x-www-form-urlencoded", "application/json").Refuses(NarhubErrors.Forbidden(AuthJs.WrongCsrfToken));
        auth.MapGet("/session", Show).AllowGuests().Limit(NarhubLimits.OthersPerCaller)
            .WithSummary("Read whose session this is");
    }

    /// <summary>Checks the password and begins a session; null when it is wrong, whatever is wrong with it.</summary>
    internal static async Task<SessionUser?> TryBegin(
        string email, string password, ProductAccounts accounts, CookieSessions sessions, ProductDatabase database, ClientFacts client, HttpContext http, CancellationToken stop)
    {
        if (await accounts.SignIn(email, password, client, stop) is not SignInOutcome.SignedIn { Account: var account })
            return null;
        await using var work = await database.Begin(stop);
        if (await sessions.Begin(work, account, http, client, stop) is null)
            return null;
        var name = await work.One<string>("select name from users where id = @Id", account, stop);
        await work.Commit(stop);
        return new SessionUser(account.Id, name, account.Email);
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Begin(
        Credentials credentials, ProductAccounts accounts, CookieSessions sessions, ProductDatabase database, ClientFacts client, HttpContext http, CancellationToken stop) =>
        await TryBegin(credentials.Email!, credentials.Password!, accounts, sessions, database, client, http, stop) is { } user
            ? TypedResults.Ok(new SignedIn(user))
            : NarhubErrors.InvalidCredentials();

    private static async Task<Results<Ok<Done>, Ok<AuthJsUrl>, ProblemHttpResult>> End(
        CookieSessions sessions, CsrfTokens csrf, OriginRules origins, PublicUrl url, ProductDatabase database, ClientFacts client, HttpContext http, CancellationToken stop)
    {
        AuthJsForm? form = null;
        if (http.Request.HasFormContentType)
        {
            form = await AuthJsForm.Read(http, stop);
            if (!await csrf.Verify(http, form.CsrfToken, stop))
                return NarhubErrors.Forbidden(AuthJs.WrongCsrfToken);
        }
        else if (http.Request.ContentType is not null && !http.Request.HasJsonContentType())
        {
            return NarhubErrors.UnsupportedMediaType();
        }

        await using var work = await database.Begin(stop);
        await sessions.End(work, http, client, stop);
        await work.Commit(stop);
        return form is null ? TypedResults.Ok(new Done("Signed out successfully")) : TypedResults.Ok(new AuthJsUrl(AuthJs.Callback(form, url, origins)));
    }

    private static async Task<Results<Ok<SessionAnswer>, Ok<NoSession>>> Show(CookieSessions sessions, ProductDatabase database, HttpContext http, CancellationToken stop)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (Caller.Of(http) is { } caller)
        {
            var row = await database.One<SessionRow>(
                """
                select a.id, u.name, a.email, a.role, s.idle_expires_at as expires
                from sessions s join accounts a on a.id = s.account_id join users u on u.id = a.id
                where s.id = @SessionId and s.revoked_at is null and a.deleted_at is null
                """, caller, stop);
            if (row is not null)
                return TypedResults.Ok(new SessionAnswer(new SessionUser(row.Id, row.Name, row.Email, row.Role), row.Expires));
            sessions.Forget(http);
        }

        return TypedResults.Ok(new NoSession());
    }

    private sealed record SessionRow
    {
        public Guid Id { get; init; }
        public string? Name { get; init; }
        public string Email { get; init; } = "";
        public string Role { get; init; } = "";
        public DateTimeOffset Expires { get; init; }
    }
}

public sealed record Credentials
{
    [Required(ErrorMessage = "Email is required")]
    public string? Email { get; init; }

    [Required(ErrorMessage = "Password is required")]
    public string? Password { get; init; }
}

public sealed record SignedIn(SessionUser User);

public sealed record SessionUser(
    Guid Id,
    string? Name,
    string Email,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null);

public sealed record SessionAnswer(SessionUser User, DateTimeOffset Expires);

public sealed record NoSession
{
    /// <summary>Always null: nobody is signed in.</summary>
    public SessionUser? User { get; }
}
