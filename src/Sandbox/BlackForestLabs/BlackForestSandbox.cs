using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Colonnade.Mannequin;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace Colonnade.Sandbox.BlackForestLabs;

/// <summary>
/// Stands in for Black Forest Labs under <c>/bfl</c>: submit, poll, fetch within ten minutes. Draws with Mannequin and stamps "sandbox". A
/// prompt that holds <c>sandbox:fail</c> fails, <c>sandbox:moderated</c> is moderated, <c>sandbox:slow</c> takes 20 s,
/// <c>sandbox:broke</c> meets an empty account. Setting <c>BlackForestLabs:Delay</c>: what a picture takes (1.5 s).
/// </summary>
/// <remarks>Source: https://docs.bfl.ai. Errors are FastAPI's: <c>{"detail": …}</c>.</remarks>
internal static class BlackForestSandbox
{
    private const int MostInFlight = 24;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(20);
    private static readonly string[] Models = ["flux-pro-1.1", "flux-pro-1.1-ultra", "flux-dev", "flux-2-pro", "flux-2-flex", "flux-2-max"];
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void MapBlackForestLabs(this IEndpointRouteBuilder app)
    {
        var bfl = app.MapGroup("/bfl").AllowAnyone();
        bfl.MapPost("/v1/{model}", Submit);
        bfl.MapGet("/v1/get_result", Poll);
        bfl.MapGet("/v1/credits", static (HttpContext http) => Refuse(http) ?? Answer(200, new { credits = 1_000_000.0 }));
        bfl.MapGet("/samples/{id}", Sample);
        bfl.MapGet("/tasks", Tasks);
    }

    private static async Task<IResult> Submit(string model, HttpContext http, ProductDatabase database, IConfiguration configuration)
    {
        if (Refuse(http) is { } refusal)
            return refusal;
        if (!Models.Contains(model, StringComparer.Ordinal))
            return Answer(404, new { detail = "Not Found" });
        Wish? wish;
        try
        {
            wish = await http.Request.ReadFromJsonAsync<Wish>(Json, http.RequestAborted);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return Invalid("body", "JSON decode error");
        }

        if (wish?.Prompt is not { Length: > 0 } prompt)
            return Invalid("prompt", "Field required");
        var (width, height) = (wish.Width ?? 1024, wish.Height ?? 768);
        if (width is < 256 or > 1440 || width % 32 != 0)
            return Invalid("width", "Input should be a multiple of 32 from 256 to 1440");
        if (height is < 256 or > 1440 || height % 32 != 0)
            return Invalid("height", "Input should be a multiple of 32 from 256 to 1440");
        if (prompt.Contains("sandbox:broke", StringComparison.Ordinal))
            return Answer(402, new { detail = "Insufficient credits. Please add more credits to continue." });
        if (await database.One<int>("select count(*)::int from bfl_tasks where ready_at > clock()", null, http.RequestAborted) >= MostInFlight)
            return Answer(429, new { detail = "Rate limit exceeded: too many tasks in flight." });

        var id = Guid.CreateVersion7();
        var delay = prompt.Contains("sandbox:slow", StringComparison.Ordinal) ? Slow : configuration.GetValue("BlackForestLabs:Delay", TimeSpan.FromSeconds(1.5));
        await database.Execute(
            """
            with old as (delete from bfl_tasks where created_at < (select clock()) - interval '1 day')
            insert into bfl_tasks (id, model, prompt, seed, width, height, outcome, ready_at) values (@id, @model, @prompt, @Seed, @width, @height, @outcome, clock() + @delay)
            """,
            new
            {
                id,
                model,
                prompt,
                Seed = wish.Seed ?? Random.Shared.NextInt64(1L << 32),
                width,
                height,
                outcome = prompt.Contains("sandbox:fail", StringComparison.Ordinal) ? "Error" : prompt.Contains("sandbox:moderated", StringComparison.Ordinal) ? "Content Moderated" : "Ready",
                delay,
            }, CancellationToken.None);
        return Answer(200, new { id = id.ToString(), polling_url = UrlOf(http, $"/bfl/v1/get_result?id={id}") });
    }

    private static async Task<IResult> Poll(string id, HttpContext http, ProductDatabase database)
    {
        if (Refuse(http) is { } refusal)
            return refusal;
        var task = await database.One<BflTask>(
            "update bfl_tasks set polls = polls + 1 where id = @key returning id, outcome, ready_at <= clock() as is_over, extract(epoch from clock() - created_at) / greatest(0.001, extract(epoch from ready_at - created_at)) as far",
            new { key = Guid.TryParse(id, out var key) ? key : Guid.Empty }, http.RequestAborted);
        if (task is null)
            return Answer(404, new { id, status = "Task not found", result = (object?)null });
        if (!task.IsOver)
            return Answer(200, new { id, status = "Pending", result = (object?)null, progress = Math.Clamp(task.Far, 0, 0.99) });
        return Answer(200, new { id, status = task.Outcome, result = task.Outcome == "Ready" ? new { sample = UrlOf(http, $"/bfl/samples/{id}") } : null });
    }

    private static async Task<IResult> Sample(string id, HttpContext http, ProductDatabase database, CpuSlots slots)
    {
        var task = await database.One<BflTask>(
            "select id, prompt, seed, width, height from bfl_tasks where id = @key and outcome = 'Ready' and ready_at <= clock() and ready_at > clock() - interval '10 minutes'",
            new { key = Guid.TryParse(id, out var key) ? key : Guid.Empty }, http.RequestAborted);
        if (task is null)
            return Answer(404, new { detail = "The sample has expired." });
        var scene = Scene.From(new Dictionary<string, string>(StringComparer.Ordinal), task.Prompt, task.Seed) with { Width = task.Width, Height = task.Height, Mark = "sandbox" };
        using var slot = await slots.Take(http.RequestAborted);
        return TypedResults.Bytes(await Task.Run(() => Renderer.Render(scene, threads: 1, stop: http.RequestAborted).ToPng(), http.RequestAborted), "image/png");
    }

    /// <summary>For people and tests: what was submitted, newest first.</summary>
    private static async Task<IResult> Tasks(ProductDatabase database, CancellationToken stop) => TypedResults.Ok(
        await database.List<BflTask>("select id, model, prompt, seed, width, height, outcome, polls from bfl_tasks order by created_at desc, id desc limit 500", null, stop));

    private static IResult? Refuse(HttpContext http) => string.IsNullOrEmpty(http.Request.Headers["x-key"]) ? Answer(403, new { detail = "Not authenticated" }) : null;

    private static IResult Invalid(string field, string message) => Answer(422, new { detail = new[] { new { loc = new[] { "body", field }, msg = message, type = "value_error" } } });

    private static IResult Answer<T>(int status, T body) => TypedResults.Json(body, Json, statusCode: status);

    private static string UrlOf(HttpContext http, string path) => string.Create(CultureInfo.InvariantCulture, $"{http.Request.Scheme}://{http.Request.Host}{path}");

    private sealed record Wish(string? Prompt = null, int? Width = null, int? Height = null, long? Seed = null, [property: JsonPropertyName("output_format")] string? OutputFormat = null);
}

/// <summary>A task as it is kept.</summary>
public sealed record BflTask
{
    public Guid Id { get; init; }
    public string Model { get; init; } = "";
    public string Prompt { get; init; } = "";
    public long Seed { get; init; }
    public int Width { get; init; }
    public int Height { get; init; }
    public string Outcome { get; init; } = "";
    public int Polls { get; init; }

    [JsonIgnore]
    internal bool IsOver { get; init; }

    [JsonIgnore]
    internal double Far { get; init; }
}
