using Colonnade.Platform.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Colonnade.Platform.Web;

/// <summary>
/// <c>GET /health/live</c>: this process runs; never depends on PostgreSQL.
/// <c>GET /health/ready</c>: send requests here; 503 while draining or while PostgreSQL does not answer within 2 s.
/// </summary>
public sealed class Readiness(ProductDatabase database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private volatile bool _draining;

    /// <summary>From now on <c>/health/ready</c> says 503, so that a load balancer sends nothing new.</summary>
    public void Drain() => _draining = true;

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], () => TypedResults.Ok(new HealthAnswer("live"))).AllowAnyone();
        app.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], Ready).AllowAnyone();
    }

    private static async Task<Results<Ok<HealthAnswer>, JsonHttpResult<HealthAnswer>>> Ready(Readiness readiness, CancellationToken stop)
    {
        var status = readiness._draining ? "draining" : await readiness.DatabaseAnswers(stop) ? "ready" : "database unavailable";
        return status == "ready"
            ? TypedResults.Ok(new HealthAnswer(status))
            : TypedResults.Json(new HealthAnswer(status), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<bool> DatabaseAnswers(CancellationToken stop)
    {
        try
        {
            // Not by cancelling, which asks PostgreSQL to cancel and waits for that.
            await database.One<int>("select 1", null, stop).WaitAsync(Patience, stop);
            return true;
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }

    public sealed record HealthAnswer(string Status);
}
