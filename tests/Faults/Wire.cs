using System.Diagnostics;
using System.Text;

namespace Colonnade.Faults;

/// <summary>How a call ended. <see cref="Unknown"/>: it may have happened or not, and may be asked for neither.</summary>
internal enum Outcome
{
    Ok,
    Failed,
    Unknown,
}

/// <param name="Status">0 when no answer came.</param>
/// <param name="Text">The body, or what went wrong.</param>
/// <param name="Took">From the first to the last byte.</param>
/// <param name="RetryAfter">As sent.</param>
internal sealed record Reply(int Status, string Text, TimeSpan Took, string? RetryAfter)
{
    public Outcome Outcome => Status is >= 200 and < 300 ? Outcome.Ok : Status is >= 400 and < 500 ? Outcome.Failed : Outcome.Unknown;

    public override string ToString() => $"{Status} after {Took.TotalMilliseconds:0} ms: {(Text.Length > 300 ? Text[..300] : Text)}";
}

/// <summary>The clients' side: keep-alive connections, no retries of its own, and every failure as a value.</summary>
internal sealed class Wire : IDisposable
{
    /// <summary>Longer than anything here may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

#pragma warning disable RS0030 // The platform's clients refuse private addresses; a test talks to nothing else.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = Patience }) { Timeout = Patience };
#pragma warning restore RS0030

    public Task<Reply> Send(string method, string url, string? token = null, string? json = null, string? key = null) =>
        Send(method, url, token, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), key);

    public async Task<Reply> Send(string method, string url, string? token, HttpContent? body, string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url) { Content = body };
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _http.SendAsync(request, Lab.Stop);
            var text = await response.Content.ReadAsStringAsync(Lab.Stop);
            return new Reply((int)response.StatusCode, text, Stopwatch.GetElapsedTime(began), response.Headers.TryGetValues("Retry-After", out var wait) ? wait.First() : null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !Lab.Stop.IsCancellationRequested))
        {
            return new Reply(0, failure.GetBaseException().Message, Stopwatch.GetElapsedTime(began), null);
        }
    }

    public void Dispose() => _http.Dispose();
}
