using System.Security.Cryptography;
using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Payments;

/// <summary>The effect of an event, in <paramref name="work"/>: rows, jobs, audit lines. The caller commits.</summary>
/// <param name="happened">The event. Its object is a hint: ask Stripe before money is believed, in a job or with the other overload.</param>
/// <param name="work">The transaction that the event's id is stored in.</param>
/// <param name="services">Of this request.</param>
/// <param name="stop">Cancels.</param>
public delegate Task ApplyStripeEvent(StripeEvent happened, Work work, IServiceProvider services, CancellationToken stop);

/// <summary>
/// What Stripe is asked about an event before the transaction begins, so that none waits for the network. For what cannot be known
/// now use <see cref="StripeAnswer{T}.OrUnavailable"/>: the answer is 503 and the event comes again.
/// </summary>
public delegate Task<T> ReadForStripeEvent<T>(StripeEvent happened, IServiceProvider services, CancellationToken stop);

/// <inheritdoc cref="ApplyStripeEvent"/>
public delegate Task ApplyStripeEvent<in T>(StripeEvent happened, T facts, Work work, IServiceProvider services, CancellationToken stop);

/// <summary>Inbound webhooks in Stripe's scheme.</summary>
public static class StripeWebhooks
{
    /// <summary>The longest body, in bytes.</summary>
    public const int BodyLimit = 256 * 1024;

    private static readonly TimeSpan RetryWhileClosed = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Takes events at <paramref name="path"/>, from anybody who signs them. In this order: 503 without a secret; 413; 400 for a
    /// signature that is missing, wrong, or older than 300 s, and for an event of the other mode (test, live) or of a connected
    /// account; 200 for events of other products, and for those that were applied before; then <paramref name="apply"/>, and 200 after its commit. The event's
    /// id is stored in the same transaction. Types that the product does not know it ignores: that is 200, too.
    /// </summary>
    /// <remarks>
    /// A body without an <c>id</c> goes by its hash. Ids are kept for 60 days. An exception is the product's 500 or 503; the sender
    /// tries again. State the limit on the route. The answer is <c>{"received":true}</c>.
    /// </remarks>
    public static RouteHandlerBuilder MapStripeWebhook(this IEndpointRouteBuilder routes, string path, ApplyStripeEvent apply) =>
        routes.MapStripeWebhook(path, static (_, _, _) => Task.FromResult(false), (happened, _, work, services, stop) => apply(happened, work, services, stop));

    /// <inheritdoc cref="MapStripeWebhook(IEndpointRouteBuilder, string, ApplyStripeEvent)"/>
    /// <param name="routes"></param>
    /// <param name="path"></param>
    /// <param name="read">Asks Stripe, before the transaction.</param>
    /// <param name="apply">The effect.</param>
    public static RouteHandlerBuilder MapStripeWebhook<T>(this IEndpointRouteBuilder routes, string path, ReadForStripeEvent<T> read, ApplyStripeEvent<T> apply)
    {
        var signatures = routes.ServiceProvider.GetRequiredService<StripeSignatures>();
        if (!signatures.CanVerify)
            routes.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StripeWebhooks)).LogWarning("Webhooks at {Path} are closed: set Stripe__WebhookSecret", path);
        // As a route handler and not as a bare request delegate: the reference describes it.
        Delegate take = async (HttpContext http) =>
        {
            if (await Receive(http, signatures) is { } happened)
                await Apply(http, happened, read, apply);
        };
        return routes.MapPost(path, take).ShedLast()
            .WithName("stripeEvents." + path.Trim('/').Split('/')[^1]).WithSummary("Take an event of Stripe")
            .Accepts<StripeEvent>("application/json").Produces<StripeEventReceived>()
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit))
            .AllowAnyone();
    }

    private static async Task Apply<T>(HttpContext http, StripeEvent happened, ReadForStripeEvent<T> read, ApplyStripeEvent<T> apply)
    {
        var (services, stop) = (http.RequestServices, http.RequestAborted);
        var database = services.GetRequiredService<ProductDatabase>();
        // Two routes may be told of the same event, each for a purpose of its own.
        var scope = ((RouteEndpoint)http.GetEndpoint()!).RoutePattern.RawText!.Trim('/');
        var row = new { scope, happened.Id, happened.Type, happened.Created };
        var isOurs = happened.Product is null || happened.Product == services.GetRequiredService<ProductIdentity>().Schema;
        if (isOurs && !await database.One<bool>("select exists (select from stripe_events where endpoint = @scope and id = @Id)", row, stop))
        {
            var facts = await read(happened, services, stop);
            await using var work = await database.Begin(stop);
            // Whoever comes second waits here for the first, and then has nothing left to do.
            if (await work.Execute("insert into stripe_events (endpoint, id, type, happened_at) values (@scope, @Id, @Type, @Created) on conflict do nothing", row, stop) == 1)
            {
                await apply(happened, facts, work, services, stop);
                await work.Commit(stop);
            }
        }

        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsJsonAsync(new StripeEventReceived(true), stop);
    }

    /// <summary>The event; null when it was refused and answered.</summary>
    private static async Task<StripeEvent?> Receive(HttpContext http, StripeSignatures signatures)
    {
        var dialect = http.RequestServices.GetRequiredService<Dialect>();
        if (!signatures.CanVerify)
        {
            await dialect.WriteAsync(http, PlatformFailure.Unavailable, RetryWhileClosed);
            return null;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        var header = http.Request.Headers[StripeSignatures.HeaderName];
        if (header.Count == 1 && signatures.Verify(bytes.Span, header) && Parse(bytes) is { Account: null } happened
            && (happened.Livemode is null || happened.Livemode == http.RequestServices.GetRequiredService<StripeSettings>().IsLive))
        {
            return happened;
        }

        await dialect.WriteAsync(http, PlatformFailure.MalformedRequest);
        return null;
    }

    private static StripeEvent? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var happened = JsonSerializer.Deserialize(body.Span, StripeJson.Default.StripeEvent);
            return happened switch
            {
                null or { Type.Length: 0 or > 255 } or { Id.Length: > 255 } => null,
                { Id: null or "" } => happened with { Id = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(body.Span)) },
                _ => happened,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The answer to an event.</summary>
public sealed record StripeEventReceived(bool Received);
