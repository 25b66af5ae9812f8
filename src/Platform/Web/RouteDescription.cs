using Colonnade.Platform.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Platform.Web;

/// <summary>
/// What a route says of itself for the reference alone. Everything that also guards the route (access, limits, idempotency, body and
/// path) is read from there; what it is about is the framework's <c>WithSummary</c>. At requests none of it costs anything.
/// <code>
/// orders.MapGet("/{orderId}", Get).RequireScope(Scopes.ReadOrders).Limit(OrderDeskLimits.OrderReadsPerCaller)
///     .WithSummary("Read an order").TellsVersion().Refuses(OrderDeskErrors.OrderNotFound());
/// </code>
/// </summary>
public static class RouteDescription
{
    /// <summary>
    /// The handler's own refusals, beside what the platform refuses before it; made for this purpose and never sent. The reference shows
    /// each as the product's dialect writes it.
    /// </summary>
    public static T Refuses<T>(this T routes, params ProblemHttpResult[] refusals) where T : IEndpointConventionBuilder =>
        routes.WithMetadata(new RefusalRule([.. refusals.Select(Refusal.Of)]));

    /// <summary>The answer carries an <c>ETag</c>; a GET answers 304 to an <c>If-None-Match</c> that names it.</summary>
    public static T TellsVersion<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(new VersionRule(IsTold: true, IsChecked: false));

    /// <summary><c>If-Match</c> is obeyed. State the 412 with <see cref="Refuses{T}"/>.</summary>
    /// <param name="routes">The route or group.</param>
    /// <param name="isTold">Whether the answer carries the new <c>ETag</c>.</param>
    public static T ChecksVersion<T>(this T routes, bool isTold = true) where T : IEndpointConventionBuilder => routes.WithMetadata(new VersionRule(isTold, IsChecked: true));

    /// <summary>The answer may be, or is, of another type than JSON.</summary>
    /// <param name="routes">The route or group.</param>
    /// <param name="mediaType">Such as <c>text/csv</c>.</param>
    /// <param name="status">Of the answer.</param>
    public static T Sends<T>(this T routes, string mediaType, int status = StatusCodes.Status200OK) where T : IEndpointConventionBuilder =>
        routes.WithMetadata(new ContentRule(mediaType, status));

    /// <summary>The body is read as it is, and of this type.</summary>
    /// <param name="routes">The route or group.</param>
    /// <param name="mediaTypes">Such as <c>text/csv</c>.</param>
    public static T Takes<T>(this T routes, params string[] mediaTypes) where T : IEndpointConventionBuilder => routes.WithMetadata(new BodyRule(mediaTypes));

    /// <summary>The handler reads the body itself, into a <typeparamref name="TBody"/>, and judges its type.</summary>
    /// <param name="route">The route.</param>
    /// <param name="mediaTypes">Such as <c>application/x-www-form-urlencoded</c>.</param>
    public static RouteHandlerBuilder Takes<TBody>(this RouteHandlerBuilder route, params string[] mediaTypes) => route.WithMetadata(new BodyRule(mediaTypes) { Of = typeof(TBody) });

    /// <summary>The same where a body may be missing.</summary>
    /// <inheritdoc cref="Takes{TBody}(RouteHandlerBuilder, string[])"/>
    public static RouteHandlerBuilder MayTake<TBody>(this RouteHandlerBuilder route, params string[] mediaTypes) =>
        route.WithMetadata(new BodyRule(mediaTypes) { Of = typeof(TBody), IsOptional = true });

    /// <summary>The handler obeys an <c>Idempotency-Key</c> itself, by its reservations.</summary>
    public static T TakesIdempotencyKey<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(new IdempotencyRule());
}

/// <summary>The endpoint metadata behind <see cref="RouteDescription.Refuses{T}"/>; all of an endpoint count.</summary>
internal sealed record RefusalRule(IReadOnlyList<Refusal> Refusals);

internal sealed record VersionRule(bool IsTold, bool IsChecked);

internal sealed record ContentRule(string MediaType, int Status);

internal sealed record BodyRule(IReadOnlyList<string> MediaTypes)
{
    /// <summary>What the body is read into; null for a file.</summary>
    public Type? Of { get; init; }

    public bool IsOptional { get; init; }
}

/// <summary>The route takes an <c>Idempotency-Key</c>.</summary>
internal sealed record IdempotencyRule;
