using System.Reflection;
using Colonnade.Platform.Database;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Telemetry;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.Idempotency;

/// <summary>
/// Routes that a client may safely repeat: with an <c>Idempotency-Key</c> (≤ 255 printable ASCII characters, scoped to
/// caller and route, for 24 h) the same request is done once and answered alike from then on.
/// <code>
/// orders.MapPost("/", Place).RequireCustomer().Idempotent();
/// static async Task&lt;…&gt; Place(PlaceOrder request, Caller caller, Work work, CancellationToken stop) { …; await work.Commit(stop); … }
/// </code>
/// </summary>
/// <remarks>
/// <para>
/// The handler takes a <see cref="Work"/> as a parameter, does all its writing in it and commits it; it neither begins nor
/// disposes it. Without a key that is all. With a key, <see cref="Work.Commit"/> waits for the answer: effect, status and
/// answer bytes (sealed) are committed together, then the answer is sent. What must follow the commit goes into
/// <see cref="Work.AfterCommit"/>.
/// </para>
/// <para>
/// The same body again: the same status, bytes, <c>Content-Type</c>, <c>Location</c> and <c>ETag</c>, with
/// <c>Idempotent-Replayed: true</c>. Another body, path or query: <see cref="PlatformFailure.IdempotencyKeyReused"/>. The
/// first is still running: <see cref="PlatformFailure.IdempotencyRunning"/>, <c>Retry-After: 1</c>. Running is an advisory
/// lock of the transaction, so a process that was killed frees its keys with its connections. Limits and access are
/// checked before; a replay is refused like any other request.
/// </para>
/// <para>
/// A handler whose whole effect is one statement takes a <see cref="SingleStatement"/> instead: without a key no transaction is begun
/// for it.
/// </para>
/// <para>
/// Only a 2xx whose work was committed is kept. After anything else with a key nothing stays, even if the handler
/// committed: a refusal that must leave a trace writes it in a work of its own. The body is read before the
/// transaction begins, so a slow client holds no connection to PostgreSQL.
/// </para>
/// <para>
/// Not for handlers that call a provider (the transaction would be held meanwhile and a lost process would lose what
/// the provider did): those record their intent first, see <see cref="Reservations"/>.
/// </para>
/// </remarks>
public static class IdempotentRoutes
{
    private static readonly TimeSpan RetryWhileRunning = TimeSpan.FromSeconds(1);

    /// <summary>Stores the answers that <see cref="Idempotent{T}"/> routes replay, for a day.</summary>
    public static IServiceCollection AddIdempotency(this IServiceCollection services)
    {
        services.AddSingleton<IdempotentAnswers>();
        services.AddSingleton<Reservations>();
        return services.AddJobs(static kinds => kinds.Every<SweepIdempotentAnswers>(TimeSpan.FromHours(1)));
    }

    /// <summary>Makes the route repeatable. Its callers must be signed in and its handler must take a <see cref="Work"/>; checked when the route is built.</summary>
    public static T Idempotent<T>(this T routes) where T : IEndpointConventionBuilder
    {
        routes.Add(static endpoint =>
        {
            var handle = endpoint.RequestDelegate ?? throw new InvalidOperationException($"{endpoint.DisplayName} has no handler.");
            endpoint.RequestDelegate = http => Run(http, handle);
        });
        routes.WithMetadata(new IdempotencyRule());
        routes.Finally(static endpoint =>
        {
            if (endpoint.Metadata.OfType<AccessRule>().LastOrDefault() is { Access: Access.Anyone or Access.Guest })
                throw new InvalidOperationException($"{endpoint.DisplayName} is open to everybody: an idempotency key needs a caller.");
            if (endpoint.Metadata.OfType<MethodInfo>().LastOrDefault() is not { } handler)
                return;
            if (Array.Exists(handler.GetParameters(), parameter => parameter.ParameterType == typeof(SingleStatement)))
                endpoint.Metadata.Add(AloneWithoutKey.Instance);
            else if (!Array.Exists(handler.GetParameters(), parameter => parameter.ParameterType == typeof(Work)))
                throw new InvalidOperationException($"{endpoint.DisplayName} is idempotent: its handler must take its Work, or a SingleStatement, as a parameter.");
        });
        return routes;
    }

    private static Task Run(HttpContext http, RequestDelegate handle) =>
        http.Request.Headers["Idempotency-Key"].Count == 0 && http.GetEndpoint()?.Metadata.GetMetadata<AloneWithoutKey>() is not null
            ? handle(http)
            : RunInWork(http, handle);

    private static async Task RunInWork(HttpContext http, RequestDelegate handle)
    {
        var stop = http.RequestAborted;
        var services = http.RequestServices;
        var caller = http.Features.GetRequiredFeature<Caller>();
        http.Request.EnableBuffering(bufferThreshold: ProductHosting.BodyLimit);
        var request = await IdempotentRequest.Read(http, caller, stop);
        if (request is null)
            await http.Request.Body.CopyToAsync(Stream.Null, stop);
        http.Request.Body.Position = 0;

        await using var work = await services.GetRequiredService<ProductDatabase>().Begin(stop);
        http.Features.Set(work);
        if (request is null)
        {
            await handle(http);
            return;
        }

        var answers = services.GetRequiredService<IdempotentAnswers>();
        var found = await answers.Claim(work, request, stop);
        switch (found.Kind)
        {
            case IdempotentAnswers.FoundKind.Nothing:
                Count("done");
                await RunOnce(http, handle, work, request, answers);
                return;
            case IdempotentAnswers.FoundKind.Answer:
                Count("replayed");
                await work.DisposeAsync();
                http.Response.Headers["Idempotent-Replayed"] = "true";
                await found.Answer!.Write(http.Response);
                return;
            case IdempotentAnswers.FoundKind.Running:
                Count("running");
                await Refuse(http, work, PlatformFailure.IdempotencyRunning, RetryWhileRunning);
                return;
            case IdempotentAnswers.FoundKind.AnotherRequest:
                Count("reused");
                await Refuse(http, work, PlatformFailure.IdempotencyKeyReused, retryAfter: null);
                return;
        }

        void Count(string outcome) =>
            services.GetRequiredService<ProductTelemetry>().IdempotentRequests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
    }

    private static async Task RunOnce(HttpContext http, RequestDelegate handle, Work work, IdempotentRequest request, IdempotentAnswers answers)
    {
        work.Hold();
        using var body = new MemoryStream();
        var wire = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        try
        {
            var captured = new StreamResponseBodyFeature(body);
            http.Features.Set<IHttpResponseBodyFeature>(captured);
            await handle(http);
            await captured.CompleteAsync();
        }
        finally
        {
            http.Features.Set(wire);
        }

        var answer = StoredAnswer.Of(http.Response, body.ToArray());
        if (answer.Status is >= 200 and < 300 && work.IsCommitWanted)
        {
            // The client may be gone; what the handler did is recorded all the same.
            await answers.Keep(work, request, answer, CancellationToken.None);
            await work.CommitNow(CancellationToken.None);
        }

        // The connection goes back before a slow client takes its answer.
        await work.DisposeAsync();
        await answer.Write(http.Response);
    }

    private static async Task Refuse(HttpContext http, Work work, PlatformFailure failure, TimeSpan? retryAfter)
    {
        await work.DisposeAsync();
        await http.RequestServices.GetRequiredService<Dialect>().WriteAsync(http, failure, retryAfter);
    }

    /// <summary>On a route whose handler takes a <see cref="SingleStatement"/>.</summary>
    private sealed class AloneWithoutKey
    {
        public static readonly AloneWithoutKey Instance = new();
    }
}
