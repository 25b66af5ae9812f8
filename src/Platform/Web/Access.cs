using Microsoft.AspNetCore.Builder;

namespace Colonnade.Platform.Web;

/// <summary>
/// Who may call an endpoint. Every endpoint states it: an architecture test fails for one that does not, and
/// the pipeline answers 401 as if it had asked for a customer.
/// </summary>
public enum Access
{
    /// <summary>Everybody; a credential that comes along is not looked at.</summary>
    Anyone,

    /// <summary>Everybody; a good credential makes its caller known.</summary>
    Guest,

    /// <summary>A signed-in account of this product.</summary>
    Customer,

    /// <summary>A signed-in account with the role <c>admin</c>.</summary>
    Operator,

    /// <summary>A service, or a signed-in account, that has a scope.</summary>
    Scoped,

    /// <summary>A service or a signed-in account, whatever it may do.</summary>
    AnyCaller,
}

/// <summary>Says on a route or group who may call it.</summary>
public static class AccessRules
{
    /// <summary>Open to everybody. Pins the route to the anonymous list.</summary>
    public static T AllowAnyone<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(new AccessRule(Access.Anyone));

    /// <summary>Open to everybody; whoever is signed in is recognised, has limits of their own, and is the request's feature <see cref="Caller"/>.</summary>
    public static T AllowGuests<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(new AccessRule(Access.Guest));

    /// <summary>Only for a signed-in account; its <see cref="Caller"/> can be a handler's parameter. A service gets 403.</summary>
    public static T RequireCustomer<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(new AccessRule(Access.Customer));

    /// <summary>Only for a signed-in account with the role <c>admin</c>; others get 403.</summary>
    public static T RequireOperator<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(new AccessRule(Access.Operator));

    /// <summary>
    /// Only for a caller with <paramref name="scope"/>; others get 403. An account has the scopes that its product gives all
    /// accounts, for things of its own: the handler keeps it to those by <see cref="Caller.OwnerId"/>.
    /// </summary>
    public static T RequireScope<T>(this T routes, string scope) where T : IEndpointConventionBuilder => routes.WithMetadata(new AccessRule(Access.Scoped, scope));
}

/// <summary>The endpoint metadata behind <see cref="AccessRules"/>; the innermost one counts.</summary>
public sealed record AccessRule(Access Access, string? Scope = null)
{
    /// <summary>Whether somebody who has proved to be <paramref name="caller"/> may call.</summary>
    internal bool Admits(Caller caller) => Access switch
    {
        Access.Anyone or Access.Guest or Access.AnyCaller => true,
        Access.Customer => !caller.IsService,
        Access.Operator => caller.IsOperator,
        Access.Scoped => Scope is not null && caller.Has(Scope),
    };
}
