using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Web;

/// <summary>
/// The account behind a request, as its credential proved it. A handler of a route that requires a customer
/// takes it as a parameter.
/// </summary>
public sealed record Caller(Guid AccountId, Guid SessionId, string Role)
{
    public bool IsOperator => Role == "admin";

    /// <summary>Binds a handler's parameter; only valid behind <see cref="AccessRules.RequireCustomer{T}"/>.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http, ParameterInfo parameter) =>
        ValueTask.FromResult<Caller?>(http.Features.Get<Caller>()
            ?? throw new InvalidOperationException($"{http.Request.Path} takes a Caller but does not require a customer."));
}

/// <summary>
/// How a product recognises who calls: bearer token, session cookie or service token. One implementation a
/// product uses; registered as a singleton.
/// </summary>
public interface ICredentials
{
    /// <summary>The caller, or null when there is no credential or none that is good now. Never throws for bad input.</summary>
    ValueTask<Caller?> Identify(HttpContext http);
}
