using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Validation;

namespace Colonnade.Platform.Web;

/// <summary>
/// Who is behind a request, as its credential proved it: an account in a session, or a service, which has a token of
/// its own, no account, and scopes. A handler of a route that requires a customer or a scope takes it as a parameter.
/// </summary>
[SkipValidation]
public sealed record Caller
{
    /// <summary>The scope that includes every other.</summary>
    public const string EveryScope = "*";

    private readonly Guid _sessionId;

    public Caller(Guid accountId, Guid sessionId, string role)
    {
        Id = accountId;
        _sessionId = sessionId;
        Role = role;
    }

    private Caller(Guid tokenId, IReadOnlyList<string> scopes)
    {
        Id = tokenId;
        IsService = true;
        Scopes = scopes;
    }

    /// <summary>Who is behind the request; null when nobody proved to be.</summary>
    /// <remarks>Asked on every request, so by type: the generic accessors of features are looked up anew at each call.</remarks>
    public static Caller? Of(HttpContext http) => (Caller?)http.Features[typeof(Caller)];

    /// <summary>A service that may do what <paramref name="scopes"/> say, to whomever it belongs.</summary>
    public static Caller Service(Guid tokenId, IReadOnlyList<string> scopes) => new(tokenId, scopes);

    /// <summary>Who acts, for limits, idempotency and the audit trail: the account, or the service's token.</summary>
    public Guid Id { get; }

    public bool IsService { get; }

    /// <summary>The account. Ask only behind <see cref="AccessRules.RequireCustomer{T}"/>, which lets no service in.</summary>
    /// <exception cref="InvalidOperationException">The caller is a service.</exception>
    public Guid AccountId => IsService ? throw NoAccount() : Id;

    /// <summary>The account's session.</summary>
    /// <exception cref="InvalidOperationException">The caller is a service.</exception>
    public Guid SessionId => IsService ? throw NoAccount() : _sessionId;

    /// <summary>Whose things alone the caller may see: an account its own. Null for a service, which is held by its scopes only.</summary>
    public Guid? OwnerId => IsService ? null : Id;

    /// <summary>The account's role; empty for a service.</summary>
    public string Role { get; } = "";

    public bool IsOperator => !IsService && Role == "admin";

    /// <summary>What a service may do, and what an account may do with things of its own.</summary>
    public IReadOnlyList<string> Scopes { get; internal init; } = [];

    /// <summary>Whether the caller has <paramref name="scope"/>.</summary>
    public bool Has(string scope)
    {
        foreach (var own in Scopes)
        {
            if (own == scope || own == EveryScope)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Binds a handler's parameter; only valid behind <see cref="AccessRules.RequireCustomer{T}"/>, <see cref="AccessRules.RequireOperator{T}"/> or
    /// <see cref="AccessRules.RequireScope{T}"/>.
    /// </summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http, ParameterInfo parameter) =>
        ValueTask.FromResult<Caller?>(Of(http)
            ?? throw new InvalidOperationException($"{http.Request.Path} takes a Caller but does not require a customer or a scope."));

    private static InvalidOperationException NoAccount() => new("A service has no account.");
}

/// <summary>The scopes that every account of a product has for things of its own.</summary>
public sealed record AccountScopes(IReadOnlyList<string> Scopes);

/// <summary>
/// How a product recognises who calls: bearer token, session cookie or service token. One implementation a
/// product uses; registered as a singleton.
/// </summary>
public interface ICredentials
{
    /// <summary>The caller, or null when there is no credential or none that is good now. Never throws for bad input.</summary>
    ValueTask<Caller?> Identify(HttpContext http);

    /// <summary>
    /// Whether browsers send them along by themselves. Then every unsafe request of the product has to pass <see cref="OriginRules"/>
    /// before anything else is done with it.
    /// </summary>
    bool AreSentByBrowsers => false;

    /// <summary>How a client presents them, for the reference.</summary>
    IReadOnlyList<CredentialForm> Forms => [];
}

/// <summary>One form of credential.</summary>
/// <param name="Name">In the reference: <c>accessToken</c>.</param>
/// <param name="About">What it is and where it comes from.</param>
public sealed record CredentialForm(string Name, string About)
{
    /// <summary>The cookie's name; null for <c>Authorization: Bearer</c>.</summary>
    public string? Cookie { get; init; }

    /// <summary>Whether it proves a service, which has no account.</summary>
    public bool IsOfService { get; init; }
}
