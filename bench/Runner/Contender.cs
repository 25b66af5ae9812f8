using System.Net.Http.Headers;

namespace Colonnade.Bench;

/// <summary>One of the two that are compared: a server, and what is asked of it in turn.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Paths">Paths with their queries. Those of Colonnade and of the control at one place answer the same question.</param>
/// <param name="Token">Sent as bearer token; the control wants none.</param>
internal sealed record Contender(Uri Address, IReadOnlyList<string> Paths, string? Token = null)
{
    /// <summary>Cookies as <c>name=value</c>, to be sent with the path at the same place; none where it is empty.</summary>
    public IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>JSON to POST; without it the paths are got.</summary>
    public string? Json { get; init; }

    /// <summary>The body of one answer.</summary>
    /// <exception cref="BenchException">The answer is no 2xx.</exception>
    public Task<byte[]> Ask(HttpClient http, string path, CancellationToken stop) => Ask(http, path, cookie: null, stop);

    /// <summary>The body of the answer to the path at a place.</summary>
    /// <exception cref="BenchException">The answer is no 2xx.</exception>
    public Task<byte[]> Ask(HttpClient http, int place, CancellationToken stop) => Ask(http, Paths[place], Cookies.Count == 0 ? null : Cookies[place], stop);

    private async Task<byte[]> Ask(HttpClient http, string path, string? cookie, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(Json is null ? HttpMethod.Get : HttpMethod.Post, new Uri(Address, path));
        if (Token is not null) request.Headers.Authorization = new("Bearer", Token);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        if (Json is not null) request.Content = new StringContent(Json, new MediaTypeHeaderValue("application/json"));
        using var answer = await http.SendAsync(request, stop);
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        return answer.IsSuccessStatusCode
            ? body
            : throw new BenchException($"{request.RequestUri} answers {(int)answer.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
    }
}
