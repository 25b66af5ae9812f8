using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Platform.Webhooks;

/// <summary>
/// Makes one attempt over the wire. Settings: <c>Webhooks:AllowPrivate</c> (true in Development: also http and private
/// addresses), <c>Webhooks:Ports:N</c> (443), <c>Webhooks:TimeOut</c> (15 s).
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    /// <summary>Read so that the connection can be used again; nobody looks at it.</summary>
    private const int MostOfAnswer = 4 * 1024;

    private readonly OutgoingHttp _http;
    private readonly WebhookSecrets _secrets;
    private readonly TimeSpan _timeOut;

    public WebhookSender(WebhookSecrets secrets, IConfiguration configuration, IWebHostEnvironment environment)
    {
        var settings = configuration.GetSection("Webhooks");
        _secrets = secrets;
        _timeOut = settings.GetValue("TimeOut", TimeSpan.FromSeconds(15));
        _http = new OutgoingHttp(new OutgoingRules
        {
            AllowPrivate = settings.GetValue("AllowPrivate", environment.IsDevelopment()),
            Ports = settings.GetSection("Ports").Get<int[]>() ?? OutgoingRules.Strangers.Ports,
        });
    }

    /// <inheritdoc cref="OutgoingHttp.FlawOf(string)"/>
    public string? FlawOf(string url) => _http.FlawOf(url);

    /// <summary>Sends and says what came of it.</summary>
    /// <param name="claim">What to send, and to whom.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<AttemptResult> Send(ClaimedAttempt claim, CancellationToken stop)
    {
        var message = new WebhookMessageId(claim.EventId).ToString();
        var body = Encoding.UTF8.GetBytes(claim.Body);
        var timestamp = claim.StartedAt.ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, claim.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Colonnade-Webhooks", "1.0"));
        request.Headers.Add("webhook-id", message);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", _secrets.Sign(claim.Secrets, claim.EndpointId, message, timestamp, body));
        var began = Stopwatch.GetTimestamp();
        var outcome = await _http.Send(request, _timeOut, MostOfAnswer, stop);
        var took = (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return outcome switch
        {
            OutgoingOutcome.Answered answer => new AttemptResult(answer.Status, WordOf(answer.Status), took),
            OutgoingOutcome.Failed failure => new AttemptResult(null, WordOf(failure.Why), took),
            _ => throw new InvalidOperationException("There is no other outcome."),
        };
    }

    public void Dispose() => _http.Dispose();

    private static string? WordOf(int status) => status switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => "redirected",
        AttemptResult.GoneStatus => AttemptResult.Gone,
        _ => "not_accepted",
    };

    private static string WordOf(OutgoingFailure why) => why switch
    {
        OutgoingFailure.AddressRefused => "address_refused",
        OutgoingFailure.NameUnknown => "name_unknown",
        OutgoingFailure.Unreachable => "unreachable",
        OutgoingFailure.TlsFailed => "tls_failed",
        OutgoingFailure.TimedOut => "timed_out",
        OutgoingFailure.BrokenOff => "broken_off",
    };
}

/// <summary>An attempt that this worker, and no other, is to make.</summary>
internal sealed record ClaimedAttempt
{
    public Guid EventId { get; init; }
    public Guid EndpointId { get; init; }
    public int Number { get; init; }
    public int Failures { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public string Url { get; init; } = "";
    public string Body { get; init; } = "";
    public Guid[] SecretIds { get; init; } = [];
    public byte[][] SealedSecrets { get; init; } = [];

    public IEnumerable<(Guid Id, byte[] Sealed)> Secrets => SecretIds.Zip(SealedSecrets);
}

/// <summary>What came of an attempt; accepted when <paramref name="Error"/> is null.</summary>
internal sealed record AttemptResult(int? Status, string? Error, int DurationMs)
{
    public const int GoneStatus = 410;
    public const string Gone = "gone";

    public bool IsAccepted => Error is null;

    public bool IsGone => Error == Gone;
}
