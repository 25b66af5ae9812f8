using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Colonnade.FigureForge;

/// <summary>
/// Black Forest Labs' API: submit a task, poll it at the URL that came with it, fetch the picture within ten minutes. Settings
/// <c>Bfl:BaseUrl</c> (https://api.bfl.ai) and <c>Bfl:ApiKey</c>; in Development with neither, the Sandbox's.
/// </summary>
/// <remarks>The provider knows no idempotency keys: a submission whose answer was lost may be paid for without a picture.</remarks>
public sealed class BlackForestLabs : IDisposable
{
    private const string PublicUrl = "https://api.bfl.ai";
    private const int MostOfAnswer = 64 * 1024;
    private const int MostOfPicture = 10 * 1024 * 1024;
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(20);

    private readonly string _root;
    private readonly string _key;
    private readonly OutgoingHttp _provider = new(OutgoingRules.Configured);
    private readonly OutgoingHttp _pictures;

    public BlackForestLabs(IConfiguration configuration, IHostEnvironment environment)
    {
        var (url, key) = (configuration["Bfl:BaseUrl"] ?? "", configuration["Bfl:ApiKey"] ?? "");
        var isSandbox = environment.IsDevelopment() && url.Length == 0 && key.Length == 0;
        _root = (url.Length > 0 ? url : isSandbox ? SandboxRoot(configuration) + "/bfl" : PublicUrl).TrimEnd('/');
        _key = key.Length > 0 ? key : isSandbox ? "sandbox" : "";
        // Pictures come from wherever the provider says: from the open net only, unless the provider itself is in a private one.
        _pictures = new OutgoingHttp(_root.StartsWith("https://", StringComparison.Ordinal) ? OutgoingRules.Strangers : OutgoingRules.Configured);
    }

    /// <summary>Whether there is a key to draw with.</summary>
    public bool IsConfigured => _key.Length > 0;

    /// <summary>Asks for one picture.</summary>
    public async Task<SubmitOutcome> Submit(string endpoint, string prompt, long seed, int width, int height, CancellationToken stop)
    {
        using var request = Request(HttpMethod.Post, $"{_root}/v1/{endpoint}");
        request.Content = new StringContent(
            JsonSerializer.Serialize(new Wish(prompt, width, height, seed, "png", 2), BlackForestJson.Default.Wish), Encoding.UTF8, "application/json");
        var outcome = await _provider.Send(request, TimeOut, MostOfAnswer, stop);
        if (outcome is not OutgoingOutcome.Answered answer)
            return new SubmitOutcome.Unavailable(null);
        switch (answer.Status)
        {
            case 200 when Read(answer, BlackForestJson.Default.Submitted) is { Id: { Length: > 0 and <= 200 } id, PollingUrl: { Length: > 0 } poll } && _provider.FlawOf(poll) is null && IsOfProvider(poll):
                return new SubmitOutcome.Submitted(id, poll);
            case (int)HttpStatusCode.PaymentRequired or 401 or 403:
                return new SubmitOutcome.NoCredit(answer.Status);
            case 422 or 400:
                return new SubmitOutcome.Refused(WhyOf(answer));
            case 429:
                return new SubmitOutcome.Unavailable(RetryAfter(answer) ?? TimeSpan.FromSeconds(5));
            default:
                return new SubmitOutcome.Unavailable(null);
        }
    }

    /// <summary>Asks what became of a task, at the URL the provider gave for it.</summary>
    public async Task<PollOutcome> Poll(string pollingUrl, CancellationToken stop)
    {
        using var request = Request(HttpMethod.Get, pollingUrl);
        if (await _provider.Send(request, TimeOut, MostOfAnswer, stop) is not OutgoingOutcome.Answered answer)
            return new PollOutcome.Pending(null);
        if (answer.Status == 404)
            return new PollOutcome.Unknown();
        if (answer.Status != 200 || Read(answer, BlackForestJson.Default.TaskState) is not { } task)
            return new PollOutcome.Pending(null);
        return task.Status switch
        {
            "Ready" when task.Result?.Sample is { Length: > 0 } sample => new PollOutcome.Ready(sample),
            "Request Moderated" or "Content Moderated" => new PollOutcome.Moderated(),
            "Task not found" => new PollOutcome.Unknown(),
            "Error" or "Failed" or "Ready" => new PollOutcome.Failed(),
            _ => new PollOutcome.Pending(task.Progress is >= 0 and <= 1 ? (float)task.Progress : null),
        };
    }

    /// <summary>The picture's bytes; null when they cannot be had.</summary>
    public async Task<byte[]?> Fetch(string sample, CancellationToken stop)
    {
        if (_pictures.FlawOf(sample) is not null)
            return null;
        using var request = new HttpRequestMessage(HttpMethod.Get, sample);
        return await _pictures.Send(request, TimeSpan.FromSeconds(40), MostOfPicture, stop) is OutgoingOutcome.Answered { Status: 200, IsWhole: true, Body: var body } ? body : null;
    }

    public void Dispose()
    {
        _provider.Dispose();
        _pictures.Dispose();
    }

    /// <summary>The key goes to the provider's own hosts and nowhere else.</summary>
    private bool IsOfProvider(string url)
    {
        var (of, root) = (new Uri(url), new Uri(_root));
        return of.Scheme == root.Scheme && (of.Authority == root.Authority || (root.Host.EndsWith(".bfl.ai", StringComparison.Ordinal) && of.Host.EndsWith(".bfl.ai", StringComparison.Ordinal)));
    }

    private HttpRequestMessage Request(HttpMethod method, string url)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("x-key", _key);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        return request;
    }

    private static T? Read<T>(OutgoingOutcome.Answered answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return answer.IsWhole ? JsonSerializer.Deserialize(answer.Body, type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string WhyOf(OutgoingOutcome.Answered answer)
    {
        var detail = Read(answer, BlackForestJson.Default.ValidationError)?.Detail;
        var why = detail is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.Object
            && list[0].TryGetProperty("msg", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString()!
            : detail is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "the request is not valid";
        return WireText.IsStorable(why) && why.Length <= 200 ? why.TrimEnd('.') : "the request is not valid";
    }

    private static TimeSpan? RetryAfter(OutgoingOutcome.Answered answer) =>
        answer.Headers.TryGetValues("Retry-After", out var values) && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 300)) : null;

    private static string SandboxRoot(IConfiguration configuration) => configuration["Sandbox:Urls"] is { Length: > 0 } urls
        ? urls.Split(';')[0].Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal).TrimEnd('/')
        : "http://localhost:3005";

    internal sealed record Wish(string Prompt, int Width, int Height, long Seed, string OutputFormat, int SafetyTolerance);

    internal sealed record Submitted(string? Id = null, string? PollingUrl = null);

    internal sealed record TaskState(string? Id = null, string? Status = null, TaskResult? Result = null, double? Progress = null);

    internal sealed record TaskResult(string? Sample = null);

    internal sealed record ValidationError(JsonElement? Detail = null);
}

/// <summary>What became of a wish for a picture.</summary>
public abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    public sealed record Submitted(string TaskId, string PollingUrl) : SubmitOutcome;

    /// <summary>The provider's account is empty, or the key is not good: an operator's matter.</summary>
    public sealed record NoCredit(int Status) : SubmitOutcome;

    public sealed record Refused(string Why) : SubmitOutcome;

    /// <param name="RetryAfter">Where the provider has too much to do; null where it did not answer.</param>
    public sealed record Unavailable(TimeSpan? RetryAfter) : SubmitOutcome;
}

/// <summary>What became of a task.</summary>
public abstract record PollOutcome
{
    private PollOutcome()
    {
    }

    public sealed record Pending(float? Progress) : PollOutcome;

    public sealed record Ready(string Sample) : PollOutcome;

    /// <summary>Final: it is never drawn.</summary>
    public sealed record Moderated : PollOutcome;

    public sealed record Failed : PollOutcome;

    public sealed record Unknown : PollOutcome;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BlackForestLabs.Wish))]
[JsonSerializable(typeof(BlackForestLabs.Submitted))]
[JsonSerializable(typeof(BlackForestLabs.TaskState))]
[JsonSerializable(typeof(BlackForestLabs.ValidationError))]
internal sealed partial class BlackForestJson : JsonSerializerContext;
