using System.Text.Json;
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

/// <summary>
/// /api/auth/csrf, /providers, /callback/credentials, /error: what the browser client of Auth.js (next-auth 4) calls beside the
/// documented routes. Its forms carry a token that also stands in a cookie; URLs in the answers are absolute and ours.
/// </summary>
public static class AuthJs
{
    internal const string WrongCsrfToken = "The csrfToken is missing or does not belong to the cookie";

    public static void MapAuthJs(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Auth.js");
        auth.MapGet("/csrf", Csrf).AllowGuests().Limit(NarhubLimits.OthersPerCaller)
            .WithSummary("Get a CSRF token and its cookie, as Auth.js clients ask for it");
        auth.MapGet("/providers", Providers).AllowGuests().Limit(NarhubLimits.OthersPerCaller)
            .WithSummary("List the ways to sign in, as Auth.js clients ask for them");
        auth.MapPost("/callback/credentials", SignInByForm).AllowAnyone().Limit(NarhubLimits.SignInsPerAddress)
            .WithSummary("Sign in, as Auth.js clients do").Takes<AuthJsForm>("application/x-www-form-urlencoded", "application/json")
            .Produces<AuthJsUrl>(StatusCodes.Status401Unauthorized).Refuses(NarhubErrors.Forbidden(WrongCsrfToken));
        auth.MapGet("/error", Error).AllowGuests().Limit(NarhubLimits.OthersPerCaller).ExcludeFromDescription();
    }

    /// <summary>Where the client wanted to go next, if that is here; otherwise the front page.</summary>
    internal static string Callback(AuthJsForm form, PublicUrl here, OriginRules origins) =>
        Uri.TryCreate(new Uri(here.Of("/")), form.CallbackUrl ?? "/", out var wanted) && origins.IsOurs(wanted)
        // A client that takes the path alone must not find another host in it.
        && !wanted.AbsolutePath.StartsWith("//", StringComparison.Ordinal)
            ? wanted.AbsoluteUri
            : here.Root;

    private static async Task<Ok<AuthJsCsrf>> Csrf(CsrfTokens csrf, HttpContext http, CancellationToken stop)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AuthJsCsrf(await csrf.Issue(http, stop)));
    }

    private static Ok<Dictionary<string, AuthJsProvider>> Providers(PublicUrl here) => TypedResults.Ok(new Dictionary<string, AuthJsProvider>(StringComparer.Ordinal)
    {
        ["credentials"] = new("credentials", "Credentials", "credentials", here.Of("/api/auth/signin/credentials"), here.Of("/api/auth/callback/credentials")),
    });

    private static async Task<Results<Ok<AuthJsUrl>, JsonHttpResult<AuthJsUrl>, ProblemHttpResult>> SignInByForm(
        CsrfTokens csrf, OriginRules origins, PublicUrl here, ProductAccounts accounts, CookieSessions sessions, ProductDatabase database,
        ClientFacts client, HttpContext http, CancellationToken stop)
    {
        if (!http.Request.HasFormContentType && !http.Request.HasJsonContentType())
            return NarhubErrors.UnsupportedMediaType();
        var form = await AuthJsForm.Read(http, stop);
        if (!await csrf.Verify(http, form.CsrfToken, stop))
            return NarhubErrors.Forbidden(WrongCsrfToken);
        return (form.Email ?? form.Username) is { Length: > 0 } email && form.Password is { Length: > 0 } password
            && await SignIn.TryBegin(email, password, accounts, sessions, database, client, http, stop) is not null
                ? TypedResults.Ok(new AuthJsUrl(Callback(form, here, origins)))
                : TypedResults.Json(new AuthJsUrl(here.Of("/api/auth/error?error=CredentialsSignin&provider=credentials")), statusCode: StatusCodes.Status401Unauthorized);
    }

    private static ContentHttpResult Error(HttpContext http) =>
        LinkPage.Tell(http, "Sign-in failed", "Check the e-mail address and the password, then try again.", StatusCodes.Status401Unauthorized);
}

/// <summary>What the client's forms hold; JSON with the same members will do.</summary>
internal sealed record AuthJsForm
{
    public string? Email { get; init; }

    /// <summary>The same under the name other pages give it.</summary>
    public string? Username { get; init; }

    public string? Password { get; init; }

    [JsonPropertyName("csrfToken")]
    public string? CsrfToken { get; init; }

    [JsonPropertyName("callbackUrl")]
    public string? CallbackUrl { get; init; }

    /// <exception cref="BadHttpRequestException">It cannot be read.</exception>
    public static async Task<AuthJsForm> Read(HttpContext http, CancellationToken stop)
    {
        try
        {
            return http.Request.HasFormContentType
                ? Of(await http.Request.ReadFormAsync(stop))
                : await http.Request.ReadFromJsonAsync<AuthJsForm>(stop) ?? throw new BadHttpRequestException("The body is null.");
        }
        catch (Exception broken) when (broken is InvalidDataException or JsonException)
        {
            throw new BadHttpRequestException("The body cannot be read.", broken);
        }
    }

    private static AuthJsForm Of(IFormCollection form) => new()
    {
        Email = form["email"],
        Username = form["username"],
        Password = form["password"],
        CsrfToken = form["csrfToken"],
        CallbackUrl = form["callbackUrl"],
    };
}

public sealed record AuthJsCsrf([property: JsonPropertyName("csrfToken")] string CsrfToken);

public sealed record AuthJsUrl(string Url);

public sealed record AuthJsProvider(
    string Id,
    string Name,
    string Type,
    [property: JsonPropertyName("signinUrl")] string SigninUrl,
    [property: JsonPropertyName("callbackUrl")] string CallbackUrl);
