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

    /// <summary>Everybody; but a credential that comes along must be good, and says who calls.</summary>
    AnyoneOrCaller,

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

    /// <summary>
    /// Open to everybody, and more to a caller: the handler finds the <see cref="Caller"/> among the request's features, or none. A
    /// credential that is sent and not good is a 401, so that nobody takes the public's part for their own.
    /// </summary>
    public static T AllowAnyoneOrCaller<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(new AccessRule(Access.AnyoneOrCaller));

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
        Access.Anyone or Access.AnyoneOrCaller or Access.AnyCaller => true,
        Access.Customer => !caller.IsService,
        Access.Operator => caller.IsOperator,
        Access.Scoped => Scope is not null && caller.Has(Scope),
    };
}
