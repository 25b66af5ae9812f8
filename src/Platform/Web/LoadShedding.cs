using Colonnade.Platform.Errors;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Web;

/// <summary>
/// Refuses at once (<see cref="PlatformFailure.Overloaded"/>, 503 with <c>Retry-After: 1</c>) what would only wait, so that the
/// requests that are let in are answered in good time: an overloaded product that takes everything answers nothing.
/// </summary>
/// <remarks>
/// How many may be in progress is <see cref="Admission"/>'s to say; a request whose client keeps its body waiting is none of them.
/// Health is never refused, and the routes of <see cref="SheddingRules.ShedLast"/> have a fifth more room than the others. A refusal is
/// counted (<c>colonnade.requests.shed</c>) and not logged one by one.
/// </remarks>
internal sealed class LoadShedding(RequestDelegate next, Dialect dialect, Admission admission, ProductTelemetry telemetry)
{
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(1);

    public Task InvokeAsync(HttpContext http)
    {
        var rule = http.GetEndpoint()?.Metadata.GetMetadata<SheddingRule>();
        if (rule == SheddingRule.Never)
            return next(http);
        return admission.TryEnter(isShedLast: rule == SheddingRule.Last) ? Serve(http) : Refuse(http);
    }

    /// <summary>Whether this refused the request.</summary>
    public static bool HasRefused(HttpContext http) => http.Features.Get<Refused>() is not null;

    private Task Serve(HttpContext http)
    {
        if (http.Features[typeof(IHttpRequestBodyDetectionFeature)] is IHttpRequestBodyDetectionFeature { CanHaveBody: true })
            http.Request.Body = new AwaitedBody(http.Request.Body, admission);
        var served = next(http);
        if (!served.IsCompleted)
            return End(served);
        admission.Leave();
        return served;
    }

    private async Task End(Task served)
    {
        try
        {
            await served;
        }
        finally
        {
            admission.Leave();
        }
    }

    private Task Refuse(HttpContext http)
    {
        telemetry.RequestsShed.Add(1);
        http.Features.Set(Refused.Mark);
        return dialect.WriteAsync(http, PlatformFailure.Overloaded, ComeBack).AsTask();
    }

    private sealed class Refused
    {
        public static readonly Refused Mark = new();
    }
}

/// <summary>Says on a route that it is wanted most when there is too much to do.</summary>
public static class SheddingRules
{
    /// <summary>
    /// Under overload this is refused after everything else: for what ends a session, takes what a provider reports, or
    /// finishes what a client has begun and paid for.
    /// </summary>
    public static T ShedLast<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(SheddingRule.Last);

    /// <summary>Makes waiting long for a place in these slots a sign of overload, as waiting for a thread is.</summary>
    public static IServiceCollection ShedWhenWaitingFor(this IServiceCollection services, Func<IServiceProvider, CpuSlots> slots) =>
        services.AddSingleton(new AwaitedSlots(slots));

    /// <summary>Neither refused nor counted: for health, and for streams of events, which do nothing but wait.</summary>
    public static T NeverShed<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(SheddingRule.Never);
}

/// <summary>The endpoint metadata behind <see cref="SheddingRules"/>.</summary>
internal sealed class SheddingRule
{
    public static readonly SheddingRule Last = new();
    public static readonly SheddingRule Never = new();
}

/// <summary>Slots that requests wait for.</summary>
internal sealed record AwaitedSlots(Func<IServiceProvider, CpuSlots> Of);
