using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Colonnade.Platform.Database;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Colonnade.FigureForge;

/// <summary>
/// /api/images/job/{id}/events: the same as its status, sent at each change until its end (server-sent events). An event's id is the
/// generation's version: whoever comes back with <c>Last-Event-ID</c> hears what is newer, and the end in any case.
/// </summary>
internal static class JobEvents
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static async Task<IResult> Stream(
        string id, Caller caller, ProductDatabase database, ImageLinks links, GenerationModels models, GenerationNews news, IOptions<JsonOptions> json,
        IHostApplicationLifetime lifetime, HttpContext http)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var stop = ending.Token;
        var job = WireId.Parse("job", id);
        var next = news.Next(job);
        if (await GenerationJobs.Find(database, links, models, job, caller.AccountId, stop) is not { } status)
        {
            news.Wake(job);
            return FigureForgeErrors.NotFound("Job");
        }

        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var seen = long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;
        var spokeAt = Stopwatch.GetTimestamp();
        try
        {
            await http.Response.WriteAsync("retry: 2000\n\n", stop);
            while (true)
            {
                var isOver = JobState.IsFinal(status.Status);
                if (status.Version > seen || isOver)
                {
                    await http.Response.WriteAsync(Event(status, json.Value.SerializerOptions), stop);
                    (seen, spokeAt) = (status.Version, Stopwatch.GetTimestamp());
                }
                else if (Stopwatch.GetElapsedTime(spokeAt) >= Heartbeat)
                {
                    await http.Response.WriteAsync(": still here\n\n", stop);
                    spokeAt = Stopwatch.GetTimestamp();
                }

                await http.Response.Body.FlushAsync(stop);
                if (isOver)
                {
                    news.Wake(job);
                    return TypedResults.Empty;
                }

                await news.Wait(job, next, Heartbeat - Stopwatch.GetElapsedTime(spokeAt) is var left && left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1), stop);
                next = news.Next(job);
                status = await GenerationJobs.Find(database, links, models, job, caller.AccountId, stop) ?? status;
            }
        }
        catch (OperationCanceledException)
        {
            // The reader left, or the node stops: it comes back with the last id it saw.
            return TypedResults.Empty;
        }
    }

    private static string Event(JobStatus status, JsonSerializerOptions json)
    {
        var name = status.Status == JobState.Processing ? "progress" : status.Status;
        return new StringBuilder().Append(CultureInfo.InvariantCulture, $"id: {status.Version}\nevent: {name}\ndata: ").Append(JsonSerializer.Serialize(status, json)).Append("\n\n").ToString();
    }
}
