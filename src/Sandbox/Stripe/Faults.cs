using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>What shall go wrong with one call.</summary>
internal sealed record Fault(string Kind)
{
    /// <summary>500 or 429, and nothing was done.</summary>
    public bool IsBefore => Kind is Faults.FailBefore or Faults.TooMany;
}

/// <summary>
/// /stripe/faults: what shall go wrong with the next calls or webhooks, for tests. Also per call, with the header
/// <c>Sandbox-Fault</c>.
/// </summary>
internal static class Faults
{
    /// <summary>500 at once; nothing was done.</summary>
    public const string FailBefore = "fail_before";

    /// <summary>429 at once; nothing was done.</summary>
    public const string TooMany = "too_many";

    /// <summary>Done, then 500.</summary>
    public const string FailAfter = "fail_after";

    /// <summary>Done, then the connection is cut.</summary>
    public const string LoseAnswer = "lose_answer";

    /// <summary>Done, then silence until the caller gives up.</summary>
    public const string Hang = "hang";

    /// <summary>Of the next events each is delivered three times.</summary>
    public const string DuplicateWebhooks = "duplicate_webhooks";

    /// <summary>Of the next events none is delivered until all have happened; then the last goes first.</summary>
    public const string ReorderWebhooks = "reorder_webhooks";

    private const string Header = "Sandbox-Fault";
    private static readonly string[] OfCalls = [FailBefore, TooMany, FailAfter, LoseAnswer, Hang];
    private static readonly string[] OfWebhooks = [DuplicateWebhooks, ReorderWebhooks];

    public static void MapFaults(this IEndpointRouteBuilder app)
    {
        var faults = app.MapGroup("/stripe/faults").AllowAnyone();
        faults.MapGet("/", static async (ProductDatabase database, CancellationToken stop) => TypedResults.Ok(await Pending(database, stop)));
        faults.MapPost("/", Plan);
        faults.MapDelete("/", Forget);
    }

    /// <summary>The fault that this call shall meet; one that was planned is used up.</summary>
    public static async Task<Fault?> Take(StripeDesk desk, HttpContext http)
    {
        if (http.Request.Headers[Header].ToString() is { Length: > 0 } asked)
            return OfCalls.Contains(asked, StringComparer.Ordinal) ? new Fault(asked) : throw StripeRefusal.Invalid(Header, $"There are the faults {string.Join(", ", OfCalls)}.");
        // Nearly always nothing is planned: then this is all it costs.
        if (!await desk.Database.One<bool>("select exists (select from stripe_faults)", null, CancellationToken.None))
            return null;
        await using var work = await desk.Database.Begin(CancellationToken.None);
        var kind = await Use(work, OfCalls, http.Request.Method + " " + http.Request.Path.Value);
        await work.Commit(CancellationToken.None);
        return kind is null ? null : new Fault(kind);
    }

    /// <summary>Whether the next event shall be delivered so; uses it up.</summary>
    public static async Task<bool> TakesWebhook(Work work, string kind) => await Use(work, [kind], "") is not null;

    /// <summary>Lets it go wrong.</summary>
    public static async Task Strike(HttpContext http, Fault fault)
    {
        switch (fault.Kind)
        {
            case LoseAnswer:
                http.Abort();
                break;
            case Hang:
                await Task.Delay(TimeSpan.FromMinutes(2), TimeProvider.System, http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                http.Abort();
                break;
            case TooMany:
                http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                await http.Response.WriteAsync("""{"error":{"type":"invalid_request_error","code":"rate_limit","message":"Request rate limit exceeded."}}""");
                break;
            default:
                http.Response.StatusCode = StatusCodes.Status500InternalServerError;
                await http.Response.WriteAsync("""{"error":{"type":"api_error","message":"An unknown error occurred."}}""");
                break;
        }
    }

    private static Task<string?> Use(Work work, string[] kinds, string call) => work.One<string>(
        """
        with chosen as (
            select id from stripe_faults where kind = any(@kinds) and starts_with(@call, path) order by id limit 1 for update
        ), spent as (
            delete from stripe_faults where id in (select id from chosen) and remaining = 1 returning kind
        ), used as (
            update stripe_faults set remaining = remaining - 1 where id in (select id from chosen) and remaining > 1 returning kind
        )
        select kind from spent union all select kind from used
        """, new { kinds, call }, CancellationToken.None);

    private static Task<List<PlannedFault>> Pending(ProductDatabase database, CancellationToken stop) =>
        database.List<PlannedFault>("select kind, remaining as times, path from stripe_faults order by id", null, stop);

    private static async Task<Results<Ok<List<PlannedFault>>, ProblemHttpResult>> Plan(PlannedFault fault, ProductDatabase database, CancellationToken stop)
    {
        if (!OfCalls.Concat(OfWebhooks).Contains(fault.Kind, StringComparer.Ordinal))
            return SandboxErrors.UnknownFault(string.Join(", ", OfCalls.Concat(OfWebhooks))).AsResult();
        await database.Execute("insert into stripe_faults (kind, path, remaining) values (@Kind, @Path, @Times)", new { fault.Kind, Path = fault.Path ?? "", fault.Times }, stop);
        return TypedResults.Ok(await Pending(database, stop));
    }

    private static async Task<NoContent> Forget(ProductDatabase database, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        await work.Execute("delete from stripe_faults", null, stop);
        await Deliveries.Release(work);
        await work.Commit(stop);
        return TypedResults.NoContent();
    }
}

/// <summary>A fault that was planned.</summary>
public sealed record PlannedFault
{
    public required string Kind { get; init; }

    /// <summary>How many calls or events it meets.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 1000)]
    public int Times { get; init; } = 1;

    /// <summary>Only calls that begin so, as <c>POST /v1/payment_intents</c>; null or empty: all.</summary>
    public string? Path { get; init; }
}
