using Colonnade.Platform.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Colonnade.Platform.Web;

/// <summary>
/// <c>GET /health/live</c>: this process runs; never depends on PostgreSQL.
/// <c>GET /health/ready</c>: send requests here; 503 while draining, while PostgreSQL does not answer within 2 s, and until
/// every condition of <see cref="ReadinessConditions.ReadyWhen"/> is met. <c>status</c> says which it is.
/// </summary>
public sealed class Readiness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly ProductDatabase _database;
    private readonly Condition[] _conditions;
    private volatile bool _draining;

    internal Readiness(ProductDatabase database, IEnumerable<Condition> conditions) => (_database, _conditions) = (database, [.. conditions]);

    /// <summary>From now on <c>/health/ready</c> says 503, so that a load balancer sends nothing new.</summary>
    public void Drain() => _draining = true;

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], () => TypedResults.Ok(new HealthAnswer("live")))
            .WithName("health.live").WithTags("Health").WithSummary("Whether this node runs").AllowAnyone().NeverShed();
        app.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], Ready)
            .WithName("health.ready").WithTags("Health").WithSummary("Whether requests may be sent to this node").Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable)
            .AllowAnyone().NeverShed();
    }

    private static async Task<Results<Ok<HealthAnswer>, JsonHttpResult<HealthAnswer>>> Ready(Readiness readiness, HttpContext http, CancellationToken stop)
    {
        var status = readiness._draining ? "draining"
            : !await readiness.DatabaseAnswers(stop) ? "database unavailable"
            : Array.Find(readiness._conditions, condition => !condition.IsMet(http.RequestServices))?.Otherwise ?? "ready";
        return status == "ready"
            ? TypedResults.Ok(new HealthAnswer(status))
            : TypedResults.Json(new HealthAnswer(status), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<bool> DatabaseAnswers(CancellationToken stop)
    {
        try
        {
            // Not by cancelling, which would cost the connection.
            await _database.One<int>("select 1", null, stop).WaitAsync(Patience, stop);
            return true;
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }

    public sealed record HealthAnswer(string Status);

    internal sealed record Condition(string Otherwise, Func<IServiceProvider, bool> IsMet);
}

/// <summary>What a node has to have done before requests are sent to it.</summary>
public static class ReadinessConditions
{
    /// <summary>Holds <c>/health/ready</c> at 503 until <paramref name="isMet"/>; asked at each call, so it must be quick.</summary>
    /// <param name="services">The product's.</param>
    /// <param name="otherwise">The <c>status</c> told as long as it is not met, such as <c>reading the catalogue</c>.</param>
    /// <param name="isMet">Gets the request's services.</param>
    public static IServiceCollection ReadyWhen(this IServiceCollection services, string otherwise, Func<IServiceProvider, bool> isMet) =>
        services.AddSingleton(new Readiness.Condition(otherwise, isMet));
}
