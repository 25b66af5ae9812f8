namespace Colonnade.Bench;

/// <summary>One of the two that are compared: a server, and what is asked of it in turn.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Paths">Paths with their queries. Those of Colonnade and of the control at one place answer the same question.</param>
/// <param name="Token">Sent as bearer token; the control wants none.</param>
internal sealed record Contender(Uri Address, IReadOnlyList<string> Paths, string? Token = null)
{
    /// <summary>The body of one answer.</summary>
    /// <exception cref="BenchException">The answer is no 200.</exception>
    public async Task<byte[]> Ask(HttpClient http, string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path));
        if (Token is not null) request.Headers.Authorization = new("Bearer", Token);
        using var answer = await http.SendAsync(request, stop);
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        return answer.StatusCode == System.Net.HttpStatusCode.OK
            ? body
            : throw new BenchException($"{request.RequestUri} answers {(int)answer.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
    }
}
